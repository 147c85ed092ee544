/* A carrier at a centre. Requests come first, since a station that was set up by a card becomes
 * known by its request; then the bundles, each of them, for a copy's bundle looks like any other
 * and only the centre can tell; then, all having been heard, packs. */
#include "sync/link/carrier_bring.h"

#include <stdlib.h>
#include <string.h>

#include "sync/link/carrier_bundles.h"
#include "sync/wire/answer.h"
#include "sync/wire/request.h"
#include "turnout/log.h"
#include "turnout/receipt.h"

struct bring {
    struct tn_carrier *carrier;
    const struct tn_id *ecosystem;
    const struct tn_carrier_bring_with *with;
    struct tn_carrier_brought *out;
    struct tn_carrier_bundles bundles;
    struct tn_carrier_list requests;
    struct tn_hello hello; /* of the request at hand */
    struct tn_buf request;
    struct tn_buf message;
    struct tn_buf answer;
    uint64_t done;      /* entries that are over */
    bool was_unwritten; /* something found no room, or the stick is locked */
    bool is_locked;
};

void tn_carrier_brought_free(struct tn_carrier_brought *brought)
{
    free(brought->stations);
    *brought = (struct tn_carrier_brought){0};
}

/* The station of a device key; there is room for all that the carrier has files of. */
static struct tn_carrier_station *station_of(struct bring *b, const struct tn_public_key *key)
{
    for (size_t i = 0; i < b->out->count; i++) {
        if (memcmp(b->out->stations[i].device_key.b, key->b, TN_PUBLIC_KEY_SIZE) == 0) {
            return &b->out->stations[i];
        }
    }
    struct tn_carrier_station *station = &b->out->stations[b->out->count++];
    station->device_key = *key;
    return station;
}

static enum tn_status ask(struct bring *b, enum tn_ask what, const struct tn_buf *message)
{
    tn_buf_clear(&b->answer);
    return b->with->far->ask(b->with->far->ctx, what, tn_buf_bytes(message), &b->answer);
}

/* Writing. A stick that is full or locked is no reason to leave entries on it: they are taken all
 * the same, and their stations hear of it another way. */

static enum tn_status put(struct bring *b, const struct tn_carrier_name *name,
                          struct tn_bytes bytes)
{
    if (b->is_locked) {
        return TN_ERR_READ_ONLY;
    }
    enum tn_status status = tn_carrier_put(b->carrier, b->ecosystem, name, bytes);
    b->is_locked = status == TN_ERR_READ_ONLY && !b->carrier->is_trying;
    return status;
}

/* What did not get onto the stick is noted, and the work goes on. */
static enum tn_status go_on(struct bring *b, enum tn_status status)
{
    bool is_unwritten = status == TN_ERR_FULL || status == TN_ERR_READ_ONLY;
    b->was_unwritten = b->was_unwritten || is_unwritten;
    return is_unwritten ? TN_OK : status;
}

/* Receipts. */

/* The receipt that was there for the entries right before a bundle is made needless by the one for
 * the bundle: both are words about one chain. */
static enum tn_status drop_receipt_before(struct bring *b, const struct tn_bundle_head *head)
{
    char file[TN_CARRIER_NAME_SIZE];
    struct tn_carrier_name name = {.kind = TN_CARRIER_RECEIPT, .log = head->log};
    if (head->first == 1) {
        return TN_OK;
    }
    memcpy(name.mark, head->before.b, sizeof name.mark);
    tn_carrier_name_write(&name, file);
    return tn_carrier_remove(b->carrier, b->ecosystem, TN_CARRIER_RECEIPT, file);
}

/* Tells whether the carrier has this receipt already. */
static bool has_receipt(struct bring *b, const struct tn_carrier_name *name,
                        const struct tn_receipt *receipt)
{
    char file[TN_CARRIER_NAME_SIZE];
    struct tn_receipt here;
    struct tn_buf bytes;
    tn_carrier_name_write(name, file);
    tn_buf_init(&bytes, TN_RECEIPT_SIZE_MAX);
    bool has =
        tn_carrier_get(b->carrier, b->ecosystem, TN_CARRIER_RECEIPT, file, &bytes) == TN_OK &&
        tn_receipt_read(tn_buf_bytes(&bytes), NULL, &here) == TN_OK &&
        here.epoch == receipt->epoch && here.seq == receipt->seq &&
        tn_id_equal(&here.log, &receipt->log) && tn_hash_equal(&here.hash, &receipt->hash);
    tn_buf_destroy(&bytes);
    return has;
}

/* Puts a receipt in place, where it is news to the carrier. Whose word it is the station will
 * check; here only that it is whole, and for this ecosystem. */
static enum tn_status put_receipt(struct bring *b, struct tn_carrier_station *station,
                                  struct tn_bytes bytes, struct tn_receipt *out)
{
    enum tn_status status = tn_receipt_read(bytes, NULL, out);
    if (status == TN_OK && !tn_id_equal(&out->ecosystem, b->ecosystem)) {
        status = TN_ERR_FORGED;
    }
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "a receipt that came back is none: %s", tn_status_text(status));
        return status;
    }
    struct tn_carrier_name name = {.kind = TN_CARRIER_RECEIPT, .log = out->log};
    memcpy(name.mark, out->hash.b, sizeof name.mark);
    if (has_receipt(b, &name, out)) {
        return TN_OK;
    }
    status = put(b, &name, bytes);
    station->got_receipt = station->got_receipt || status == TN_OK;
    return status;
}

static enum tn_status let_go(struct bring *b, struct tn_carrier_bundle *bundle)
{
    bundle->is_done = true;
    enum tn_status status =
        tn_carrier_remove(b->carrier, b->ecosystem, TN_CARRIER_BUNDLE, bundle->file);
    return status == TN_OK ? drop_receipt_before(b, &bundle->head) : status;
}

/* The one that ends where another begins, on the same chain; NULL: there is none. */
static struct tn_carrier_bundle *before(struct bring *b, const struct tn_bundle_head *head)
{
    for (size_t i = 0; i < b->bundles.count; i++) {
        struct tn_carrier_bundle *at = &b->bundles.items[i];
        if (!at->is_done && at->head.last + 1 == head->first &&
            tn_id_equal(&at->head.log, &head->log) &&
            tn_hash_equal(&at->head.after, &head->before)) {
            return at;
        }
    }
    return NULL;
}

/* A bundle whose receipt lies on the carrier goes, and with it those before it: a centre that has
 * its last entry has the whole chain. */
static enum tn_status finish(struct bring *b, struct tn_carrier_bundle *bundle)
{
    enum tn_status status = TN_OK;
    while (bundle != NULL && status == TN_OK) {
        status = let_go(b, bundle);
        bundle = before(b, &bundle->head);
    }
    return status;
}

static bool is_same_receipt(const struct tn_receipt *receipt, const struct tn_bundle_head *head)
{
    return tn_id_equal(&receipt->log, &head->log) && receipt->seq == head->last &&
           tn_hash_equal(&receipt->hash, &head->after);
}

/* Bundles. */

static void count_ack(struct bring *b, struct tn_carrier_station *station, uint64_t entries,
                      const struct tn_ack *ack, bool is_covered)
{
    station->added += ack->added;
    b->out->added += ack->added;
    if (ack->verdict == TN_VERDICT_GAP || ack->verdict == TN_VERDICT_REFUSED) {
        station->left += entries;
        b->out->left += entries;
        b->out->needs_person = true;
    } else if (!is_covered) {
        station->kept += entries;
        b->out->kept += entries;
    }
    if (ack->verdict == TN_VERDICT_FORK) {
        b->out->forks++;
        b->out->needs_person = true;
    }
}

/* Where there is no room for a receipt its bundle makes some: the centre has the entries, and at
 * worst their station copies them again. */
static enum tn_status take_receipt(struct bring *b, struct tn_carrier_bundle *bundle,
                                   struct tn_carrier_station *station, struct tn_bytes bytes,
                                   bool *is_covered)
{
    struct tn_receipt receipt = {0};
    b->carrier->is_trying = true;
    enum tn_status status = put_receipt(b, station, bytes, &receipt);
    b->carrier->is_trying = false;
    const bool has_no_room = status == TN_ERR_FULL;
    if (has_no_room || status == TN_ERR_READ_ONLY) {
        const bool makes_room = has_no_room && is_same_receipt(&receipt, &bundle->head);
        status = makes_room ? let_go(b, bundle) : TN_OK;
        status = status == TN_OK ? put_receipt(b, station, bytes, &receipt) : status;
    }
    *is_covered = status == TN_OK && is_same_receipt(&receipt, &bundle->head);
    return go_on(b, status);
}

static enum tn_status hear_ack(struct bring *b, struct tn_carrier_bundle *bundle,
                               struct tn_carrier_station *station)
{
    struct tn_ack ack;
    struct tn_bytes bytes;
    bool is_covered = false;
    enum tn_status status = tn_answer_ack(tn_buf_bytes(&b->answer), &ack, &bytes);
    if (status != TN_OK) {
        return status;
    }
    if (ack.verdict <= TN_VERDICT_FORK && bytes.data != NULL) {
        status = take_receipt(b, bundle, station, bytes, &is_covered);
    }
    count_ack(b, station, tn_carrier_bundle_entries(bundle), &ack, is_covered);
    return status == TN_OK && is_covered ? finish(b, bundle) : status;
}

static enum tn_status hand_over(struct bring *b, struct tn_carrier_bundle *bundle)
{
    struct tn_carrier_station *station = station_of(b, &bundle->head.device_key);
    const struct tn_ack refused = {.verdict = TN_VERDICT_REFUSED};
    struct tn_buf bytes;
    if (station->is_refused) {
        count_ack(b, station, tn_carrier_bundle_entries(bundle), &refused, false);
        return TN_OK;
    }
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    tn_buf_clear(&b->message);
    enum tn_status status =
        tn_carrier_get(b->carrier, b->ecosystem, TN_CARRIER_BUNDLE, bundle->file, &bytes);
    if (status == TN_OK) {
        tn_answer_put_bundle(&b->message, tn_buf_bytes(&bytes));
        status = b->message.status;
    }
    tn_buf_destroy(&bytes);
    if (status == TN_OK) {
        status = ask(b, TN_ASK_BUNDLE, &b->message);
    }
    if (status == TN_ERR_STATE) { /* refused, and said */
        count_ack(b, station, tn_carrier_bundle_entries(bundle), &refused, false);
        return TN_OK;
    }
    return status == TN_OK ? hear_ack(b, bundle, station) : status;
}

static enum tn_status hand_over_all(struct bring *b)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < b->bundles.count && status == TN_OK; i++) {
        struct tn_carrier_bundle *bundle = &b->bundles.items[i];
        status = bundle->is_done ? TN_OK : hand_over(b, bundle);
        b->done += tn_carrier_bundle_entries(bundle);
        if (b->with->progress != NULL) {
            b->with->progress(b->with->ctx, b->done, b->out->entries);
        }
    }
    return status;
}

/* Requests. */

/* Reads one into b->request and b->hello; TN_ERR_NOT_FOUND where it is passed over. */
static enum tn_status read_request(struct bring *b, const char *file)
{
    struct tn_bytes message;
    tn_buf_clear(&b->request);
    enum tn_status status =
        tn_carrier_get(b->carrier, b->ecosystem, TN_CARRIER_HELLO, file, &b->request);
    if (status == TN_OK) {
        status = tn_request_read(tn_buf_bytes(&b->request), &message, &b->hello);
    }
    if (status == TN_OK && !tn_id_equal(&b->hello.ecosystem, b->ecosystem)) {
        status = TN_ERR_FORMAT;
    }
    if (status == TN_OK || status == TN_ERR_NOT_FOUND || status == TN_ERR_NO_MEMORY) {
        return status;
    }
    tn_carrier_pass_over(b->carrier, TN_CARRIER_HELLO, file, status);
    b->out->passed_over++;
    return TN_ERR_NOT_FOUND;
}

/* The centre has all that a log had at its station's hello: so it has what lies here of it, where
 * that is the end of the very same chain. */
static enum tn_status hear_log(void *ctx, size_t at, uint64_t next, struct tn_bytes bytes)
{
    struct bring *b = ctx;
    struct tn_receipt receipt;
    (void)next;
    if (bytes.data == NULL || at >= b->hello.count) {
        return TN_OK;
    }
    enum tn_status status = put_receipt(b, station_of(b, &b->hello.device_key), bytes, &receipt);
    if (status == TN_ERR_FULL || status == TN_ERR_READ_ONLY) {
        return go_on(b, status);
    }
    for (size_t i = 0; i < b->bundles.count && status == TN_OK; i++) {
        struct tn_carrier_bundle *bundle = &b->bundles.items[i];
        if (!bundle->is_done && is_same_receipt(&receipt, &bundle->head)) {
            status = finish(b, bundle);
        }
    }
    return status;
}

static enum tn_status greet(struct bring *b)
{
    struct tn_cursor cursor;
    enum tn_status status = ask(b, TN_ASK_HELLO, &b->request);
    if (status == TN_ERR_STATE) { /* said; the others go on */
        station_of(b, &b->hello.device_key)->is_refused = true;
        b->out->needs_person = true;
        return TN_OK;
    }
    return status == TN_OK
               ? tn_answer_cursor(tn_buf_bytes(&b->answer), b->hello.count, hear_log, b, &cursor)
               : status;
}

static struct tn_carrier_name pack_name(const struct tn_public_key *key)
{
    return (struct tn_carrier_name){.kind = TN_CARRIER_PACK, .device = *key};
}

/* What the carrier has for that station already; zeros where it has none that holds. */
static struct tn_pack_label pack_here(struct bring *b, const struct tn_public_key *key)
{
    char file[TN_CARRIER_NAME_SIZE];
    struct tn_pack_label label = {0};
    struct tn_buf bytes;
    const struct tn_carrier_name name = pack_name(key);
    tn_carrier_name_write(&name, file);
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_PACK));
    if (tn_carrier_get(b->carrier, b->ecosystem, TN_CARRIER_PACK, file, &bytes) != TN_OK ||
        tn_pack_peek(tn_buf_bytes(&bytes), NULL, &label) != TN_OK) {
        label = (struct tn_pack_label){0};
    }
    tn_buf_destroy(&bytes);
    return label;
}

static bool is_newer(const struct tn_pack_label *a, const struct tn_pack_label *b)
{
    return a->epoch > b->epoch || (a->epoch == b->epoch && a->version > b->version);
}

static enum tn_status fetch_pack(struct bring *b)
{
    struct tn_bytes pack;
    struct tn_pack_label label;
    struct tn_carrier_station *station = station_of(b, &b->hello.device_key);
    enum tn_status status = station->is_refused ? TN_ERR_STATE : ask(b, TN_ASK_PACK, &b->request);
    if (status == TN_ERR_STATE) {
        return TN_OK;
    }
    if (status == TN_OK) {
        status = tn_answer_pack(tn_buf_bytes(&b->answer), &pack);
    }
    if (status != TN_OK || pack.data == NULL) {
        return status;
    }
    status = tn_pack_peek(pack, NULL, &label);
    if (status != TN_OK ||
        memcmp(label.device_key.b, b->hello.device_key.b, TN_PUBLIC_KEY_SIZE) != 0) {
        tn_log(TN_LOG_ERROR, "a pack that came back is none");
        return status == TN_OK ? TN_ERR_FORGED : status;
    }
    const struct tn_pack_label here = pack_here(b, &b->hello.device_key);
    if (!is_newer(&label, &here)) {
        return TN_OK;
    }
    const struct tn_carrier_name name = pack_name(&b->hello.device_key);
    status = put(b, &name, pack);
    station->got_pack = status == TN_OK;
    return go_on(b, status);
}

static enum tn_status for_each_request(struct bring *b, enum tn_status (*what)(struct bring *b))
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < b->requests.count && status == TN_OK; i++) {
        status = read_request(b, b->requests.names[i]);
        status = status == TN_OK ? what(b) : status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    return status;
}

/* Everything that lies there is known before anybody is asked. */
static enum tn_status look(struct bring *b)
{
    enum tn_status status =
        tn_carrier_list(b->carrier, b->ecosystem, TN_CARRIER_HELLO, &b->requests);
    if (status == TN_OK) {
        status = tn_carrier_bundles_read(b->carrier, b->ecosystem, NULL, 0, &b->bundles);
    }
    if (status != TN_OK) {
        return status;
    }
    b->out->stations = calloc(b->requests.count + b->bundles.count + 1, sizeof *b->out->stations);
    if (b->out->stations == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    b->out->passed_over = b->bundles.passed_over;
    for (size_t i = 0; i < b->bundles.count; i++) {
        const uint64_t entries = tn_carrier_bundle_entries(&b->bundles.items[i]);
        station_of(b, &b->bundles.items[i].head.device_key)->entries += entries;
        b->out->entries += entries;
    }
    return TN_OK;
}

static int by_key(const void *a, const void *b)
{
    return memcmp(a, b, TN_PUBLIC_KEY_SIZE);
}

static enum tn_status run(struct bring *b)
{
    enum tn_status status = look(b);
    if (status == TN_OK) {
        status = for_each_request(b, greet);
    }
    if (status == TN_OK) {
        status = hand_over_all(b);
    }
    if (status == TN_OK) {
        status = for_each_request(b, fetch_pack);
    }
    b->out->needs_person = b->out->needs_person || b->out->passed_over > 0;
    b->out->fault = status == TN_OK && !b->was_unwritten ? TN_SYNC_WELL : b->carrier->fault;
    if (b->out->count > 0) {
        qsort(b->out->stations, b->out->count, sizeof *b->out->stations, by_key);
    }
    return status;
}

enum tn_status tn_carrier_bring(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                const struct tn_carrier_bring_with *with,
                                struct tn_carrier_brought *out)
{
    struct bring *b = calloc(1, sizeof *b); /* a hello is too large for a stack */
    *out = (struct tn_carrier_brought){0};
    if (b == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    b->carrier = carrier;
    b->ecosystem = ecosystem;
    b->with = with;
    b->out = out;
    tn_buf_init(&b->request, tn_carrier_size_max(TN_CARRIER_HELLO));
    tn_buf_init(&b->message, TN_SESSION_MESSAGE_MAX);
    tn_buf_init(&b->answer, TN_SESSION_MESSAGE_MAX);
    enum tn_status status = run(b);
    tn_carrier_list_free(&b->requests);
    tn_carrier_bundles_free(&b->bundles);
    tn_buf_destroy(&b->request);
    tn_buf_destroy(&b->message);
    tn_buf_destroy(&b->answer);
    free(b);
    return status;
}

enum tn_status tn_carrier_count(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                uint64_t *entries)
{
    struct tn_carrier_list list;
    struct tn_carrier_name name;
    *entries = 0;
    enum tn_status status = tn_carrier_list(carrier, ecosystem, TN_CARRIER_BUNDLE, &list);
    for (size_t i = 0; i < list.count; i++) {
        if (tn_carrier_name_read(list.names[i], &name) == TN_OK) {
            *entries += name.last - name.first + 1;
        }
    }
    tn_carrier_list_free(&list);
    return status;
}
