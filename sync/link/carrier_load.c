/* A station at a carrier. Receipts and the pack come first, so that what they make needless is not
 * copied and the pack's own entry goes along; then the request, so that no bundle lies on a stick
 * without its station's word; then the bundles. */
#include "sync/link/carrier_load.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/link/carrier_bundles.h"
#include "sync/link/carrier_tidy.h"
#include "sync/link/reconcile.h"
#include "sync/link/tell.h"
#include "sync/wire/request.h"
#include "turnout/log.h"

struct load {
    struct tn_carrier *carrier;
    struct tn_station_link link;
    struct tn_session_station near;
    struct tn_session_centre far;
    struct tn_tell tell;
    const struct tn_carrier_load_with *with;
    struct tn_carrier_load *out;
    uint64_t all;
    struct tn_buf there;
    struct tn_buf back;
};

/* Tells whether the station's own log holds this hash at that seq: of two copies of one log, that
 * it is this one's. */
static bool is_own(struct load *l, uint64_t log_no, uint64_t seq, const struct tn_hash *hash)
{
    struct tn_hash here;
    return log_no > 0 && tn_station_hash_at(l->link.station, log_no, seq, &here) == TN_OK &&
           tn_hash_equal(&here, hash);
}

/* Taking what the carrier brings. */

static enum tn_status take_receipt(struct load *l, const char *file, struct tn_bytes bytes)
{
    struct tn_receipt receipt;
    struct tn_log_head head;
    enum tn_status status = tn_receipt_read(bytes, &l->link.info.sign_key, &receipt);
    if (status != TN_OK) {
        tn_carrier_pass_over(l->carrier, TN_CARRIER_RECEIPT, file, status);
        return TN_OK;
    }
    status = tn_station_log(l->link.station, &receipt.log, &head);
    if (status != TN_OK || !is_own(l, head.log_no, receipt.seq, &receipt.hash)) {
        return status; /* another station's, or the other copy's of this one */
    }
    /* One that a newer one has made needless goes, so that they do not pile up. */
    if (receipt.epoch < head.receipt_epoch ||
        (receipt.epoch == head.receipt_epoch && receipt.seq < head.receipt_seq)) {
        return tn_carrier_remove(l->carrier, &l->link.info.ecosystem, TN_CARRIER_RECEIPT, file);
    }
    bool is_news = receipt.epoch > head.receipt_epoch || receipt.seq > head.receipt_seq;
    status = is_news ? tn_station_take_receipt(l->link.station, bytes) : TN_OK;
    l->out->got_receipt = l->out->got_receipt || (is_news && status == TN_OK);
    return status;
}

/* Names say which files may be this station's; there may be hundreds of others'. */
static enum tn_status take_receipts(struct load *l)
{
    struct tn_carrier_list list;
    const struct tn_id *ecosystem = &l->link.info.ecosystem;
    enum tn_status status = tn_carrier_list(l->carrier, ecosystem, TN_CARRIER_RECEIPT, &list);
    for (size_t i = 0; i < list.count && status == TN_OK; i++) {
        struct tn_carrier_name name;
        struct tn_log_head head = {0};
        struct tn_buf bytes;
        tn_buf_init(&bytes, TN_RECEIPT_SIZE_MAX);
        if (tn_carrier_name_read(list.names[i], &name) == TN_OK) {
            status = tn_station_log(l->link.station, &name.log, &head);
        }
        if (status == TN_OK && head.log_no > 0 &&
            tn_carrier_get(l->carrier, ecosystem, TN_CARRIER_RECEIPT, list.names[i], &bytes) ==
                TN_OK) {
            status = take_receipt(l, list.names[i], tn_buf_bytes(&bytes));
        }
        tn_buf_destroy(&bytes);
    }
    tn_carrier_list_free(&list);
    return status;
}

/* A pack that is no newer is no news; one that does not hold is passed over. */
static enum tn_status take_pack(struct load *l)
{
    char file[TN_CARRIER_NAME_SIZE];
    struct tn_pack_label label;
    struct tn_buf bytes;
    const struct tn_station_info *info = &l->link.info;
    const struct tn_carrier_name name = {.kind = TN_CARRIER_PACK, .device = info->device_key};
    tn_carrier_name_write(&name, file);
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_PACK));
    enum tn_status status =
        tn_carrier_get(l->carrier, &info->ecosystem, TN_CARRIER_PACK, file, &bytes);
    if (status == TN_OK) {
        status = tn_pack_peek(tn_buf_bytes(&bytes), &info->sign_key, &label);
    }
    bool is_newer =
        status == TN_OK && (label.epoch > info->epoch ||
                            (label.epoch == info->epoch && label.version > info->pack_version));
    if (is_newer) {
        status = tn_station_link_ops.pack(&l->link, tn_buf_bytes(&bytes));
        l->out->got_pack = status == TN_OK;
    }
    tn_buf_destroy(&bytes);
    if (status != TN_OK && status != TN_ERR_NOT_FOUND && !tn_status_is_world(status)) {
        tn_carrier_pass_over(l->carrier, TN_CARRIER_PACK, file, status);
        status = TN_OK;
    }
    if (l->out->got_pack) {
        status = tn_station_who(l->link.station, &l->link.info);
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* The carrier as a centre. */

static enum tn_status say(void *ctx, const struct tn_hello *hello, struct tn_cursor *out)
{
    const struct load *l = ctx;
    (void)hello;
    *out = (struct tn_cursor){.at_ms = l->with->now_ms};
    return TN_OK;
}

/* Goes along the bundles of one log that are this very copy's, as far as one joins the other. */
static void follow(struct load *l, const struct tn_session_log *log, uint64_t log_no,
                   const struct tn_carrier_bundles *bundles,
                   const struct tn_carrier_bundle **joined, struct tn_want *out)
{
    size_t count = 0;
    for (size_t i = 0; i < bundles->count; i++) {
        const struct tn_bundle_head *there = &bundles->items[i].head;
        bool joins = tn_id_equal(&there->log, &log->log) && there->first <= out->next &&
                     there->last >= out->next;
        if (joins && is_own(l, log_no, there->last, &there->after)) {
            out->next = there->last + 1;
            joined[count++] = &bundles->items[i];
        }
    }
    out->next = tn_carrier_tidy_from(joined, count, out->next);
}

static enum tn_status want(void *ctx, const struct tn_hello *hello, size_t at, struct tn_want *out)
{
    struct load *l = ctx;
    const struct tn_session_log *log = &hello->logs[at];
    const struct tn_carrier_bundle **joined = NULL;
    struct tn_log_head head;
    struct tn_carrier_bundles bundles = {0};
    out->next = log->receipt_seq + 1;
    out->has_receipt = true; /* the newest was taken before */
    enum tn_status status = tn_station_log(l->link.station, &log->log, &head);
    if (status == TN_OK) {
        status = tn_carrier_bundles_read(l->carrier, &hello->ecosystem, &log->log, log->receipt_seq,
                                         &bundles);
    }
    if (status == TN_OK && bundles.count > 0) {
        joined = calloc(bundles.count, sizeof *joined);
        status = joined == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    }
    if (status == TN_OK && bundles.count > 0) {
        follow(l, log, head.log_no, &bundles, joined, out);
    }
    free(joined);
    tn_carrier_bundles_free(&bundles);
    return status;
}

static enum tn_status put_bundle(void *ctx, struct tn_bytes bytes, struct tn_ack *out)
{
    struct load *l = ctx;
    struct tn_bundle_head head;
    enum tn_status status = tn_bundle_peek(bytes, &head);
    const struct tn_carrier_name name = tn_carrier_bundle_name(&head);
    if (status == TN_OK) {
        status = tn_carrier_put(l->carrier, &head.ecosystem, &name, bytes);
    }
    if (status == TN_OK) {
        *out = (struct tn_ack){.verdict = TN_VERDICT_TAKEN,
                               .next = head.last + 1,
                               .added = head.last - head.first + 1,
                               .log = head.log,
                               .hash = head.after};
    }
    return status;
}

/* It asks for nothing that a receipt covers. */
static enum tn_status not_shown(void *ctx, struct tn_bytes receipt)
{
    (void)ctx;
    (void)receipt;
    return TN_ERR_STATE;
}

static const struct tn_session_centre_ops carrier_ops = {
    .want = want, .ingest = put_bundle, .say = say, .show = not_shown};

/* Keeps hello on the carrier, signed: whoever takes the stick to the centre says it there. */
static enum tn_status put_request(struct load *l, struct tn_bytes hello)
{
    const struct tn_carrier_name name = {.kind = TN_CARRIER_HELLO,
                                         .device = l->link.info.device_key};
    struct tn_sign_key key;
    struct tn_buf request;
    tn_buf_init(&request, TN_REQUEST_SIZE_MAX);
    enum tn_status status = tn_station_sign_key(l->link.station, &key);
    if (status == TN_OK) {
        tn_request_write(&request, hello, &key);
        status = request.status;
    }
    sodium_memzero(&key, sizeof key);
    if (status == TN_OK) {
        status = tn_carrier_put(l->carrier, &l->link.info.ecosystem, &name, tn_buf_bytes(&request));
    }
    tn_buf_destroy(&request);
    return status;
}

/* What is still to be copied, once the carrier has said what it has. */
static uint64_t left_of(const struct tn_session_station *s)
{
    uint64_t left = 0;
    for (size_t i = 0; i < s->hello.count; i++) {
        left += s->next[i] <= s->hello.logs[i].last ? s->hello.logs[i].last + 1 - s->next[i] : 0;
    }
    return left;
}

static void tell(struct load *l, uint64_t more)
{
    l->out->copied += more;
    tn_tell_more(&l->tell, more);
    if (l->with->progress != NULL) {
        l->with->progress(l->with->ctx, l->out->copied, l->all);
    }
}

/* One message there, and its answer. */
static enum tn_status exchange(struct load *l)
{
    tn_buf_clear(&l->back);
    const uint64_t before = l->near.added;
    enum tn_status status = tn_session_centre_step(&l->far, tn_buf_bytes(&l->there), &l->back);
    if (status == TN_OK) {
        status = tn_session_station_hear(&l->near, tn_buf_bytes(&l->back));
    }
    if (status == TN_OK) {
        tell(l, l->near.added - before);
    }
    return status;
}

static enum tn_status say_next(struct load *l)
{
    tn_buf_clear(&l->there);
    return tn_session_station_say(&l->near, &l->there);
}

static enum tn_status copy(struct load *l)
{
    tn_session_station_init(&l->near, &tn_station_link_ops, &l->link);
    tn_session_centre_init(&l->far, &carrier_ops, l);
    enum tn_status status = say_next(l);
    if (status == TN_OK) {
        status = put_request(l, tn_buf_bytes(&l->there));
    }
    if (status == TN_OK) {
        status = exchange(l);
    }
    l->all = status == TN_OK ? left_of(&l->near) : 0;
    if (l->all > 0 && !l->with->is_untold) {
        tn_tell_begin(&l->tell, l->link.station, TN_SYNC_STICK, l->all);
    }
    while (status == TN_OK && (status = say_next(l)) == TN_OK && !l->near.has_sent_all) {
        status = exchange(l);
    }
    return status;
}

/* Which log's hashes decide what is the station's own. */
struct owner {
    struct load *l;
    uint64_t log_no;
};

static bool is_owners(void *ctx, uint64_t seq, const struct tn_hash *hash)
{
    const struct owner *owner = ctx;
    return is_own(owner->l, owner->log_no, seq, hash);
}

static enum tn_status tidy(struct load *l)
{
    const struct tn_hello *hello = &l->near.hello;
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < hello->count && status == TN_OK; i++) {
        struct tn_log_head head;
        status = tn_station_log(l->link.station, &hello->logs[i].log, &head);
        struct owner owner = {l, head.log_no};
        const struct tn_carrier_tidy what = {.ecosystem = hello->ecosystem,
                                             .log = hello->logs[i].log,
                                             .receipt_seq = hello->logs[i].receipt_seq,
                                             .is_own = is_owners,
                                             .ctx = &owner};
        status = status == TN_OK ? tn_carrier_tidy(l->carrier, &what) : status;
    }
    return status;
}

static enum tn_status sum_up(struct load *l)
{
    struct tn_reconcile sum = {0};
    enum tn_status status = tn_reconcile_sum_up(l->link.station, &sum);
    l->out->entries = sum.entries;
    l->out->waiting = l->link.waiting; /* what came since hello is not on the stick */
    l->out->pack_version = sum.pack_version;
    l->out->receipt_seq = sum.receipt_seq;
    return status;
}

/* Whose fault it is where the stick has none. */
static enum tn_sync_fault fault_of(const struct load *l, enum tn_status status)
{
    if (l->carrier->fault != TN_SYNC_WELL) {
        return l->carrier->fault;
    }
    return status == TN_ERR_NOT_FOUND ? TN_SYNC_NO_KEYS_YET
           : status == TN_ERR_DAMAGED ? TN_SYNC_DAMAGED
                                      : TN_SYNC_DISK;
}

static enum tn_status run(struct load *l)
{
    if (!l->with->is_quiet && !l->with->is_untold) {
        tn_tell_begin(&l->tell, l->link.station, TN_SYNC_STICK, 0);
    }
    enum tn_status status = take_receipts(l);
    if (status == TN_OK) {
        status = take_pack(l);
    }
    if (status == TN_OK) {
        status = copy(l);
    }
    bool has_purged = false; /* an entry that goes along next time */
    if (status == TN_OK) {
        status = tidy(l);
    }
    if (status == TN_OK) {
        status = tn_station_link_forget(&l->link, &has_purged);
    }
    if (status == TN_OK) {
        status = sum_up(l);
    }
    l->out->is_damaged = l->link.is_damaged;
    l->out->fault = status == TN_OK ? TN_SYNC_WELL : fault_of(l, status);
    l->out->waiting = status == TN_OK ? l->out->waiting : l->link.waiting;
    return status;
}

enum tn_status tn_carrier_load(struct tn_carrier *carrier, struct tn_station *station,
                               const char *dir, const struct tn_carrier_load_with *with,
                               struct tn_carrier_load *out)
{
    struct load *l = calloc(1, sizeof *l); /* two hellos are too large for a stack */
    *out = (struct tn_carrier_load){0};
    if (l == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    l->carrier = carrier;
    l->with = with;
    l->out = out;
    tn_buf_init(&l->there, TN_SESSION_MESSAGE_MAX);
    tn_buf_init(&l->back, TN_SESSION_MESSAGE_MAX);
    enum tn_status status = tn_station_link_begin(&l->link, station, dir, with->now_ms);
    if (status == TN_OK) {
        l->link.is_sealed = true;
        status = run(l);
    }
    tn_station_link_end(&l->link);
    tn_buf_destroy(&l->there);
    tn_buf_destroy(&l->back);
    free(l);
    return status;
}

void tn_carrier_load_tell(struct tn_station *station, const struct tn_carrier_load_with *with,
                          const struct tn_carrier_load *result)
{
    struct tn_tell tell = {
        .station = station, .via = TN_SYNC_STICK, .done = result->copied, .all = result->copied};
    const bool has_failed = result->fault != TN_SYNC_WELL;
    const bool is_news =
        has_failed || result->copied > 0 || result->got_receipt || result->got_pack;
    if (station != NULL && !with->is_untold && (is_news || !with->is_quiet)) {
        tn_tell_end(&tell, has_failed ? TN_SYNC_FAILED : TN_SYNC_COPIED, result->fault,
                    result->waiting);
    }
}
