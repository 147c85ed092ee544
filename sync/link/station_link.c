/* A station's folder as one end of the session: the edge between the pure session and the disk. It
 * honours a receipt or a pack only through core, which checks whose word it is. */
#include <string.h>

#include <sodium.h>

#include "sync/link/ahead.h"
#include "sync/link/reconcile.h"
#include "turnout/forget.h"
#include "turnout/kept.h"
#include "turnout/log.h"

/* Of a bundle: fewer than may be, so that the centre takes one in while the next one is made. */
#define BUNDLE_ENTRIES 4096

enum tn_status tn_station_link_begin(struct tn_station_link *link, struct tn_station *station,
                                     const char *dir, int64_t now_ms)
{
    *link = (struct tn_station_link){.station = station, .dir = dir, .now_ms = now_ms};
    return tn_station_who(station, &link->info);
}

void tn_station_link_end(struct tn_station_link *link)
{
    sodium_memzero(link, sizeof *link);
}

struct hello_walk {
    struct tn_station_link *link;
    struct tn_hello *hello;
};

static enum tn_status add_log(void *ctx, const struct tn_log_head *head)
{
    struct hello_walk *walk = ctx;
    /* Only the own device's logs: a sibling's need its own signature, which version 1 lacks. */
    if (head->last_seq == 0 ||
        memcmp(head->device_key.b, walk->link->info.device_key.b, TN_PUBLIC_KEY_SIZE) != 0) {
        return TN_OK;
    }
    if (walk->hello->count == TN_SESSION_LOGS_MAX) {
        tn_log(TN_LOG_WARN, "%s: more than %d logs; the rest waits", walk->link->dir,
               TN_SESSION_LOGS_MAX);
        return TN_OK;
    }
    struct tn_session_log *log = &walk->hello->logs[walk->hello->count++];
    log->log = head->log;
    log->last = head->last_seq;
    log->hash = head->hash;
    log->receipt_epoch = head->receipt_epoch;
    log->receipt_seq = head->receipt_seq;
    if (head->last_seq > head->receipt_seq) {
        walk->link->waiting += head->last_seq - head->receipt_seq;
    }
    return TN_OK;
}

/* The station's handle is this thread's when nothing is being made ahead. */
static struct tn_station_link *settled(void *ctx)
{
    struct tn_station_link *link = ctx;
    if (link->ahead != NULL) {
        tn_ahead_settle(link->ahead);
    }
    return link;
}

/* A station that goes by no card has none to show. */
static enum tn_status prove_token(struct tn_station_link *link, struct tn_hello *out)
{
    struct tn_id token;
    enum tn_status status = tn_station_token(link->station, &token);
    out->has_token = status == TN_OK && !tn_id_is_none(&token);
    if (out->has_token) {
        struct tn_hash hash = tn_token_hash(&token);
        tn_token_prove(&hash, &link->info.device_key, out->token);
        sodium_memzero(&hash, sizeof hash);
    }
    sodium_memzero(&token, sizeof token);
    return status;
}

static enum tn_status hello(void *ctx, struct tn_hello *out)
{
    struct tn_station_link *link = settled(ctx);
    struct hello_walk walk = {link, out};
    link->waiting = 0;
    out->ecosystem = link->info.ecosystem;
    out->device_key = link->info.device_key;
    out->epoch = link->info.epoch;
    out->pack_version = link->info.pack_version;
    out->at_ms = link->now_ms;
    (void)snprintf(out->program, sizeof out->program, "%s", TN_VERSION);
    out->count = 0;
    enum tn_status status = prove_token(link, out);
    if (status == TN_OK) {
        status = tn_station_forgot(link->station, &out->forgot);
    }
    return status != TN_OK ? status : tn_station_logs(link->station, add_log, &walk);
}

/* A bundle on its way, and the hash that its next entry must follow. */
struct making {
    struct tn_bundle_writer writer;
    struct tn_hash previous;
    struct tn_station_link *link;
    enum tn_rows rows;
};

static enum tn_status add_entry(void *ctx, const struct tn_entry *entry)
{
    struct making *making = ctx;
    if (tn_bundle_is_full(&making->writer)) {
        return TN_OK;
    }
    const uint64_t seq = making->writer.first + making->writer.count;
    enum tn_status status = entry->seq == seq ? TN_OK : TN_ERR_DAMAGED;
    if (status == TN_OK && making->rows == TN_ROWS_CHECKED) {
        status = tn_entry_check(entry, &making->previous, &making->writer.log);
    }
    if (status == TN_ERR_DAMAGED && making->rows == TN_ROWS_CHECKED) {
        making->link->is_damaged = true;
        tn_log(TN_LOG_ERROR, "%s: the chain of a log does not hold at entry %llu",
               making->link->dir, (unsigned long long)seq);
    }
    making->previous = entry->hash;
    return status == TN_OK ? tn_bundle_add(&making->writer, entry) : status;
}

static enum tn_status read_entries(struct making *making, const struct tn_log_head *head,
                                   uint64_t first)
{
    struct tn_station *station = making->link->station;
    making->writer.first = first < head->first_seq ? head->first_seq : first;
    enum tn_status status =
        tn_station_hash_at(station, head->log_no, making->writer.first - 1, &making->writer.before);
    if (status == TN_ERR_NOT_FOUND) {
        making->link->is_damaged = true;
        return TN_ERR_DAMAGED;
    }
    making->previous = making->writer.before;
    return status == TN_OK ? tn_station_entries(station, head->log_no, making->writer.first,
                                                BUNDLE_ENTRIES, add_entry, making)
                           : status;
}

/* Seals the bundle where it leaves the process: to the event, so that its stations may read it, or
 * to the centre where no pack has brought the event's key yet. */
static enum tn_status finish(struct tn_station_link *link, struct tn_bundle_writer *writer,
                             const struct tn_sign_key *key, struct tn_buf *out)
{
    struct tn_bundle_seal seal = {.recipient = TN_RECIPIENT_NOBODY};
    enum tn_status status = TN_OK;
    if (link->is_sealed) {
        seal.recipient = TN_RECIPIENT_EVENT;
        status = tn_station_event_key(link->station, &seal.event, &seal.event_key);
    }
    if (status == TN_ERR_NOT_FOUND) {
        seal.recipient = TN_RECIPIENT_CENTRE;
        status = tn_station_transport_key(link->station, &seal.transport_key);
    }
    if (status == TN_OK) {
        status = tn_bundle_finish(writer, key, &seal, out);
    }
    sodium_memzero(&seal, sizeof seal);
    return status;
}

enum tn_status tn_station_link_bundle(struct tn_station_link *link, const struct tn_id *log,
                                      uint64_t first, enum tn_rows rows, struct tn_buf *out,
                                      uint64_t *last)
{
    struct tn_log_head head;
    struct making making = {.link = link, .rows = rows};
    struct tn_sign_key key;
    tn_bundle_writer_init(&making.writer);
    making.writer.ecosystem = link->info.ecosystem;
    making.writer.log = *log;
    enum tn_status status = tn_station_log(link->station, log, &head);
    if (status == TN_OK && head.last_seq == 0) {
        status = TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        status = read_entries(&making, &head, first);
    }
    if (status == TN_OK) {
        *last = making.writer.first + making.writer.count - 1;
        status = tn_station_sign_key(link->station, &key);
    }
    if (status == TN_OK) {
        status = finish(link, &making.writer, &key, out);
    }
    sodium_memzero(&key, sizeof key);
    tn_bundle_writer_destroy(&making.writer);
    return status;
}

/* The first bundle that is wanted of a station from its log `at` on, or of those after it. */
static struct tn_ahead_job first_job(struct tn_station_link *link, size_t at)
{
    for (; link != NULL; link = link->after, at = 0) {
        const struct tn_session_station *s = link->session;
        for (; at < s->hello.count; at++) {
            if (s->next[at] <= s->hello.logs[at].last) {
                return (struct tn_ahead_job){link, at, s->hello.logs[at].log, s->next[at]};
            }
        }
    }
    return (struct tn_ahead_job){0};
}

struct tn_ahead_job tn_station_link_next(const struct tn_ahead_job *job, uint64_t last)
{
    if (last < job->link->session->hello.logs[job->at].last) {
        return (struct tn_ahead_job){job->link, job->at, job->log, last + 1};
    }
    return first_job(job->link, job->at + 1);
}

static enum tn_status bundle(void *ctx, const struct tn_id *log, uint64_t first, struct tn_buf *out)
{
    struct tn_station_link *link = ctx;
    uint64_t last = 0;
    if (link->ahead == NULL) {
        return tn_station_link_bundle(link, log, first, TN_ROWS_CHECKED, out, &last);
    }
    const struct tn_ahead_job job = {link, link->session->at, *log, first};
    return tn_ahead_take(link->ahead, &job, out);
}

static enum tn_status receipt(void *ctx, struct tn_bytes bytes)
{
    struct tn_station_link *link = settled(ctx);
    return tn_station_take_receipt(link->station, bytes);
}

/* Whether a pack goes on from the one that is here; an older one is a replay. */
static enum tn_status judge_pack(const struct tn_station_link *link, struct tn_bytes bytes)
{
    struct tn_pack_label label;
    enum tn_status status = tn_pack_peek(bytes, &link->info.sign_key, &label);
    bool is_ours = tn_id_equal(&label.ecosystem, &link->info.ecosystem);
    bool is_newer = label.epoch > link->info.epoch ||
                    (label.epoch == link->info.epoch && label.version > link->info.pack_version);
    if (status == TN_OK && !(is_ours && is_newer)) {
        tn_log(TN_LOG_ERROR, "%s: the pack offered is %s; it was refused", link->dir,
               is_ours ? "not newer than the station's" : "for another ecosystem");
        return TN_ERR_STATE;
    }
    return status;
}

static enum tn_status pack(void *ctx, struct tn_bytes bytes)
{
    struct tn_station_link *link = settled(ctx);
    uint64_t number = 0;
    struct tn_sign_key key = {0};
    enum tn_status status = judge_pack(link, bytes);
    if (status == TN_OK) {
        status = tn_station_sign_key(link->station, &key);
    }
    if (status == TN_OK) {
        status = tn_pack_lay(bytes, &link->info.sign_key, &key, link->dir, &number);
    }
    sodium_memzero(&key, sizeof key);
    return status == TN_OK ? tn_station_switch_pack(link->station, number, link->now_ms) : status;
}

enum tn_status tn_station_link_forget(struct tn_station_link *link, bool *has_purged)
{
    struct tn_forgot forgot;
    enum tn_status status = tn_station_forget(settled(link)->station, link->now_ms, &forgot);
    *has_purged = forgot.purged > 0;
    if (status == TN_ERR_BUSY) {
        tn_log(
            TN_LOG_WARN,
            "%s: what the station had to forget is gone from its log, but the kiosk was too busy "
            "for its pages to be cleaned; the next reconcile does it",
            link->dir);
        status = TN_OK;
    }
    return status;
}

static enum tn_status proof(void *ctx, const struct tn_id *log, struct tn_buf *out)
{
    struct tn_station_link *link = settled(ctx);
    struct tn_log_head head;
    enum tn_status status = tn_station_log(link->station, log, &head);
    return status == TN_OK && head.log_no > 0
               ? tn_station_kept_bytes(link->station, head.log_no, out)
               : status;
}

const struct tn_session_station_ops tn_station_link_ops = {hello, bundle, receipt, pack, proof};
