/* Whose signature counts, the pack says; what of a log is new, the station's database does. */
#include "sync/link/gossip_take.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "sync/link/carrier_bundles.h"
#include "turnout/log.h"
#include "turnout/sibling.h"

enum tn_status tn_gossip_take_begin(struct tn_gossip_taker *taker, struct tn_station *station,
                                    const char *dir, struct tn_gossip *out)
{
    *taker = (struct tn_gossip_taker){.station = station, .own = {.root = -1}, .out = out};
    int n = snprintf(taker->path, sizeof taker->path, "%s/" TN_GOSSIP_FOLDER, dir);
    enum tn_status status = n > 0 && (size_t)n < sizeof taker->path ? TN_OK : TN_ERR_LIMIT;
    if (status == TN_OK) {
        status = tn_station_who(station, &taker->info);
    }
    if (status == TN_OK) {
        status = tn_station_event_key(station, &taker->event, &taker->event_key);
        taker->has_event_key = status == TN_OK;
        status = status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    if (status == TN_OK && tn_gossip_has_any(dir)) {
        status = tn_carrier_open(&taker->own, taker->path, TN_CARRIER_WRITE, NULL);
    }
    return status;
}

void tn_gossip_take_end(struct tn_gossip_taker *taker)
{
    if (taker->own.root >= 0) {
        tn_carrier_close(&taker->own);
    }
    sodium_memzero(taker, sizeof *taker);
    taker->own.root = -1;
}

static bool is_carried(struct tn_gossip_taker *taker, const struct tn_bundle_head *head)
{
    return taker->own.root >= 0 &&
           tn_carrier_bundle_is_there(&taker->own, &taker->info.ecosystem, head);
}

enum tn_status tn_gossip_judge(struct tn_gossip_taker *taker, const struct tn_bundle_head *head,
                               struct tn_gossip_use *out)
{
    uint64_t seq = 0;
    struct tn_hash hash;
    struct tn_log_head log = {0};
    *out = (struct tn_gossip_use){.is_new = false};
    out->is_sibling = tn_id_equal(&head->ecosystem, &taker->info.ecosystem) &&
                      tn_station_has_sibling(taker->station, &head->device_key);
    if (!out->is_sibling) {
        return TN_OK;
    }
    enum tn_status status = tn_station_sibling_at(taker->station, &head->log, &seq, &hash);
    if (status == TN_OK) {
        status = tn_station_log(taker->station, &head->log, &log);
    }
    out->is_new = head->last > seq;
    out->is_needed = head->last > log.receipt_seq && !is_carried(taker, head);
    return status;
}

/* Keeps a sibling's bundle for the centre, as it is: nobody signs for another. */
static enum tn_status keep(struct tn_gossip_taker *taker, const struct tn_bundle_head *head,
                           struct tn_bytes bytes)
{
    const struct tn_carrier_name name = tn_carrier_bundle_name(head);
    enum tn_status status = taker->own.root >= 0
                                ? TN_OK
                                : tn_carrier_open(&taker->own, taker->path, TN_CARRIER_WRITE, NULL);
    return status == TN_OK ? tn_carrier_put(&taker->own, &taker->info.ecosystem, &name, bytes)
                           : status;
}

static enum tn_status give_event_key(const void *ctx, const struct tn_id *event, struct tn_key *out)
{
    const struct tn_gossip_taker *taker = ctx;
    *out = taker->event_key;
    return taker->has_event_key && tn_id_equal(event, &taker->event) ? TN_OK : TN_ERR_NOT_FOUND;
}

static enum tn_status read_run(const struct tn_gossip_taker *taker, struct tn_bytes bytes,
                               struct tn_bundle *bundle, struct tn_sibling_run *out)
{
    const struct tn_bundle_keys keys = {.event_key = give_event_key, .ctx = taker};
    enum tn_status status = tn_bundle_read(bytes, &keys, bundle);
    if (status == TN_OK && !tn_id_is_none(&bundle->head.origin)) {
        status = TN_ERR_STATE; /* a branch is the centre's business */
    }
    *out = (struct tn_sibling_run){.log = bundle->head.log,
                                   .device_key = bundle->head.device_key,
                                   .before = bundle->head.before,
                                   .entries = bundle->entries,
                                   .count = bundle->count};
    return status;
}

static void note_heard(struct tn_gossip *out, const struct tn_public_key *key)
{
    for (uint64_t i = 0; i < out->stations; i++) {
        if (memcmp(out->heard[i].b, key->b, sizeof key->b) == 0) {
            return;
        }
    }
    if (out->stations < TN_GOSSIP_HEARD_MAX) {
        out->heard[out->stations++] = *key;
    }
}

/* Whether a file that is carried holds nothing but what a bundle does, and that of the same copy of
 * its log: what the name has of its last entry's hash says so. */
static bool is_within(const struct tn_carrier_name *name, const struct tn_bundle *bundle)
{
    const struct tn_bundle_head *head = &bundle->head;
    return tn_id_equal(&name->log, &head->log) && name->first >= head->first &&
           name->last <= head->last && name->last - name->first < head->last - head->first &&
           memcmp(name->mark, bundle->entries[name->last - head->first].hash.b,
                  sizeof name->mark) == 0;
}

/* A longer bundle takes the place of those it holds: a day of exchanges is no day of files. */
static enum tn_status drop_shorter(struct tn_gossip_taker *taker, const struct tn_bundle *bundle)
{
    struct tn_carrier_list list;
    struct tn_carrier_name name;
    const struct tn_id *ecosystem = &taker->info.ecosystem;
    if (taker->own.root < 0) {
        return TN_OK;
    }
    enum tn_status status = tn_carrier_list(&taker->own, ecosystem, TN_CARRIER_BUNDLE, &list);
    for (size_t i = 0; i < list.count && status == TN_OK; i++) {
        if (tn_carrier_name_read(list.names[i], &name) == TN_OK && is_within(&name, bundle)) {
            status = tn_carrier_remove(&taker->own, ecosystem, TN_CARRIER_BUNDLE, list.names[i]);
        }
    }
    tn_carrier_list_free(&list);
    return status;
}

static enum tn_status fold(struct tn_gossip_taker *taker, struct tn_bytes bytes, bool is_kept,
                           uint64_t *added)
{
    struct tn_bundle bundle = {0};
    struct tn_sibling_run run;
    enum tn_status status = read_run(taker, bytes, &bundle, &run);
    if (status == TN_OK) {
        status = tn_station_add_sibling(taker->station, &run, added);
    }
    if (status == TN_OK && is_kept) {
        status = drop_shorter(taker, &bundle);
    }
    if (status == TN_ERR_DAMAGED) {
        tn_log(TN_LOG_WARN,
               "entries of another station do not go on from those that are known here; only the "
               "centre can tell its two copies apart, and gets both");
    }
    tn_bundle_free(&bundle);
    bool is_theirs = status == TN_ERR_STATE || status == TN_ERR_DAMAGED ||
                     status == TN_ERR_FORGED || status == TN_ERR_FORMAT || status == TN_ERR_LIMIT;
    return is_theirs ? TN_OK : status;
}

enum tn_status tn_gossip_take(struct tn_gossip_taker *taker, const struct tn_bundle_head *head,
                              struct tn_bytes bytes, const struct tn_gossip_use *use,
                              uint64_t *added)
{
    enum tn_status status = TN_OK;
    *added = 0;
    if (use->is_needed) {
        status = keep(taker, head, bytes);
    }
    if (status == TN_OK && use->is_new) {
        status = fold(taker, bytes, use->is_needed, added);
    }
    taker->out->taken += *added;
    if (*added > 0) {
        note_heard(taker->out, &head->device_key);
    }
    return status;
}

enum tn_status tn_gossip_let_go(struct tn_gossip_taker *taker)
{
    struct tn_carrier_bundles bundles;
    const struct tn_id *ecosystem = &taker->info.ecosystem;
    if (taker->own.root < 0) {
        return TN_OK;
    }
    enum tn_status status = tn_carrier_bundles_read(&taker->own, ecosystem, NULL, 0, &bundles);
    for (size_t i = 0; i < bundles.count && status == TN_OK; i++) {
        const struct tn_bundle_head *head = &bundles.items[i].head;
        struct tn_log_head log;
        status = tn_station_log(taker->station, &head->log, &log);
        if (status == TN_OK && head->last <= log.receipt_seq) {
            status =
                tn_carrier_remove(&taker->own, ecosystem, TN_CARRIER_BUNDLE, bundles.items[i].file);
        }
    }
    tn_carrier_bundles_free(&bundles);
    return status;
}
