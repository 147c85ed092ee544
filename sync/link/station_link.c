/* A station's folder as one end of the session: the edge between the pure session and the disk. It
 * honours a receipt or a pack only through core, which checks whose word it is. */
#include <string.h>

#include <sodium.h>

#include "sync/link/reconcile.h"
#include "turnout/log.h"

enum tn_status tn_station_link_begin(struct tn_station_link *link, struct tn_station *station,
                                     const char *dir, int64_t now_ms)
{
    *link = (struct tn_station_link){.station = station, .dir = dir, .now_ms = now_ms};
    enum tn_status status = tn_station_info(station, &link->info);
    return status == TN_OK ? tn_station_sign_key(station, &link->key) : status;
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
    return tn_station_hash_at(walk->link->station, head->log_no, head->last_seq, &log->hash);
}

static enum tn_status hello(void *ctx, struct tn_hello *out)
{
    struct tn_station_link *link = ctx;
    struct hello_walk walk = {link, out};
    *out = (struct tn_hello){
        .ecosystem = link->info.ecosystem,
        .device_key = link->info.device_key,
        .epoch = link->info.epoch,
        .pack_version = link->info.pack_version,
    };
    return tn_station_logs(link->station, add_log, &walk);
}

struct log_search {
    const struct tn_id *log;
    struct tn_log_head found;
};

static enum tn_status match_log(void *ctx, const struct tn_log_head *head)
{
    struct log_search *search = ctx;
    if (tn_id_equal(&head->log, search->log)) {
        search->found = *head;
    }
    return TN_OK;
}

static enum tn_status add_entry(void *ctx, const struct tn_entry *entry)
{
    struct tn_bundle_writer *writer = ctx;
    return tn_bundle_is_full(writer) ? TN_OK : tn_bundle_add(writer, entry);
}

static enum tn_status bundle(void *ctx, const struct tn_id *log, uint64_t first, struct tn_buf *out)
{
    struct tn_station_link *link = ctx;
    struct log_search search = {.log = log};
    struct tn_bundle_writer writer;
    tn_bundle_writer_init(&writer);
    enum tn_status status = tn_station_logs(link->station, match_log, &search);
    if (status == TN_OK && search.found.last_seq == 0) {
        status = TN_ERR_NOT_FOUND;
    }
    writer.ecosystem = link->info.ecosystem;
    writer.log = *log;
    writer.first = first < search.found.first_seq ? search.found.first_seq : first;
    if (status == TN_OK) {
        status = tn_station_hash_at(link->station, search.found.log_no, writer.first - 1,
                                    &writer.before);
    }
    if (status == TN_OK) {
        status = tn_station_entries(link->station, search.found.log_no, writer.first,
                                    TN_BUNDLE_ENTRIES_MAX, add_entry, &writer);
    }
    if (status == TN_OK) {
        status = tn_bundle_finish(&writer, &link->key, out);
    }
    tn_bundle_writer_destroy(&writer);
    return status;
}

static enum tn_status receipt(void *ctx, struct tn_bytes bytes)
{
    struct tn_station_link *link = ctx;
    return tn_station_take_receipt(link->station, bytes);
}

static enum tn_status pack(void *ctx, struct tn_bytes bytes)
{
    struct tn_station_link *link = ctx;
    uint64_t number = 0;
    struct tn_pack_head head;
    enum tn_status status = tn_pack_read_head(bytes, &link->info.sign_key, &head);
    bool is_ours = status == TN_OK && tn_id_equal(&head.ecosystem, &link->info.ecosystem);
    bool is_newer = head.epoch > link->info.epoch ||
                    (head.epoch == link->info.epoch && head.version > link->info.pack_version);
    sodium_memzero(&head, sizeof head);
    if (status == TN_OK && !(is_ours && is_newer)) {
        tn_log(TN_LOG_ERROR, "%s: the pack offered is %s; it was refused", link->dir,
               is_ours ? "not newer than the station's" : "for another ecosystem");
        return TN_ERR_STATE;
    }
    if (status == TN_OK) {
        status = tn_pack_lay(bytes, &link->info.sign_key, link->dir, &number);
    }
    return status == TN_OK ? tn_station_switch_pack(link->station, number, link->now_ms) : status;
}

const struct tn_session_station_ops tn_station_link_ops = {hello, bundle, receipt, pack};
