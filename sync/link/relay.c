/* A list in the order in which bundles were taken. It is walked from end to end for every question
 * that brings something; those are few, and what a question costs is the bytes that go out. */
#include "sync/link/relay.h"

#include <stdlib.h>
#include <string.h>

static const struct tn_relay_limits usual = {
    .size = 64u * 1024 * 1024,
    .event_size = 16u * 1024 * 1024,
    .count = 32768,
    .age_ms = INT64_C(86400000),
};

#define ROOM_MORE 256

void tn_relay_init(struct tn_relay *relay, const struct tn_relay_limits *limits)
{
    *relay = (struct tn_relay){.limits = usual};
    if (limits != NULL) {
        relay->limits.size = limits->size == 0 ? usual.size : limits->size;
        relay->limits.event_size = limits->event_size == 0 ? usual.event_size : limits->event_size;
        relay->limits.count = limits->count == 0 ? usual.count : limits->count;
        relay->limits.age_ms = limits->age_ms == 0 ? usual.age_ms : limits->age_ms;
    }
}

static void free_item(struct tn_relay *relay, struct tn_relay_item *item)
{
    relay->size -= item->len;
    free(item->bytes);
    free(item);
}

void tn_relay_drop(struct tn_relay *relay)
{
    for (size_t i = 0; i < relay->count; i++) {
        free_item(relay, relay->items[i]);
    }
    relay->count = 0;
}

void tn_relay_destroy(struct tn_relay *relay)
{
    tn_relay_drop(relay);
    free(relay->items);
    *relay = (struct tn_relay){.limits = relay->limits};
}

static void remove_at(struct tn_relay *relay, size_t at)
{
    free_item(relay, relay->items[at]);
    relay->count--;
    memmove(&relay->items[at], &relay->items[at + 1],
            (relay->count - at) * sizeof(struct tn_relay_item *));
}

static void remove_oldest(struct tn_relay *relay, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free_item(relay, relay->items[i]);
    }
    relay->count -= count;
    memmove(relay->items, &relay->items[count], relay->count * sizeof(struct tn_relay_item *));
}

/* By the hub's own clock alone; one that was put back lets nothing go. */
void tn_relay_age(struct tn_relay *relay, int64_t now_ms)
{
    size_t old = 0;
    while (old < relay->count && now_ms - relay->items[old]->taken_ms > relay->limits.age_ms) {
        old++;
    }
    if (old > 0) {
        remove_oldest(relay, old);
    }
}

static bool is_of(const struct tn_relay_item *item, const struct tn_id *event)
{
    return tn_id_equal(&item->head.event, event);
}

static size_t size_of_event(const struct tn_relay *relay, const struct tn_id *event)
{
    size_t size = 0;
    for (size_t i = 0; i < relay->count; i++) {
        size += is_of(relay->items[i], event) ? relay->items[i]->len : 0;
    }
    return size;
}

static void make_room(struct tn_relay *relay, const struct tn_id *event, size_t len)
{
    size_t of_event = size_of_event(relay, event);
    for (size_t i = 0; i < relay->count && of_event + len > relay->limits.event_size;) {
        if (is_of(relay->items[i], event)) {
            of_event -= relay->items[i]->len;
            remove_at(relay, i);
        } else {
            i++;
        }
    }
    size_t old = 0;
    size_t size = relay->size;
    while (old < relay->count &&
           (size + len > relay->limits.size || relay->count - old >= relay->limits.count)) {
        size -= relay->items[old++]->len;
    }
    if (old > 0) {
        remove_oldest(relay, old);
    }
}

static bool has_place(struct tn_relay *relay)
{
    if (relay->count < relay->room) {
        return true;
    }
    struct tn_relay_item **items =
        reallocarray(relay->items, relay->room + ROOM_MORE, sizeof *items);
    if (items != NULL) {
        relay->items = items;
        relay->room += ROOM_MORE;
    }
    return items != NULL;
}

void tn_relay_keep(struct tn_relay *relay, const struct tn_bundle_head *head,
                   struct tn_bytes bundle, int64_t now_ms)
{
    if (head->recipient != TN_RECIPIENT_EVENT || bundle.len > relay->limits.event_size ||
        bundle.len > relay->limits.size) {
        return;
    }
    make_room(relay, &head->event, bundle.len);
    struct tn_relay_item *item = has_place(relay) ? calloc(1, sizeof *item) : NULL;
    uint8_t *bytes = item == NULL ? NULL : malloc(bundle.len);
    if (bytes == NULL) {
        free(item);
        return;
    }
    memcpy(bytes, bundle.data, bundle.len);
    item->at = ++relay->last;
    item->taken_ms = now_ms;
    item->head = *head;
    item->bytes = bytes;
    item->len = bundle.len;
    relay->items[relay->count++] = item;
    relay->size += bundle.len;
}

void tn_relay_attach(struct tn_relay *relay, const struct tn_id *log, uint64_t seq,
                     const struct tn_hash *hash, struct tn_bytes receipt)
{
    struct tn_relay_item *item = relay->count == 0 ? NULL : relay->items[relay->count - 1];
    if (item == NULL || receipt.len == 0 || receipt.len > sizeof item->receipt ||
        !tn_id_equal(&item->head.log, log) || item->head.last != seq ||
        !tn_hash_equal(&item->head.after, hash)) {
        return;
    }
    memcpy(item->receipt, receipt.data, receipt.len);
    item->receipt_len = receipt.len;
}

static bool is_others(const struct tn_relay_item *item, const struct tn_id *event,
                      const struct tn_public_key *device)
{
    return is_of(item, event) &&
           memcmp(item->head.device_key.b, device->b, TN_PUBLIC_KEY_SIZE) != 0;
}

uint64_t tn_relay_newest(const struct tn_relay *relay, const struct tn_id *event,
                         const struct tn_public_key *device)
{
    for (size_t i = relay->count; i > 0; i--) {
        if (is_others(relay->items[i - 1], event, device)) {
            return relay->items[i - 1]->at;
        }
    }
    return 0;
}

void tn_relay_collect(const struct tn_relay *relay, const struct tn_id *event,
                      const struct tn_siblings *known, struct tn_others *others)
{
    for (size_t i = 0; i < relay->count && !others->has_more; i++) {
        const struct tn_relay_item *item = relay->items[i];
        const struct tn_bytes receipt = {item->receipt_len == 0 ? NULL : item->receipt,
                                         item->receipt_len};
        if (is_others(item, event, &known->device_key) &&
            item->head.last > tn_siblings_last(known, &item->head.log)) {
            (void)tn_others_add(others, (struct tn_bytes){item->bytes, item->len}, receipt);
        }
    }
}
