/* Reading a station's logs, for sync and for checks. Entries are handed out row by row from a
 * statement of this call's own, so that a callback may call the station again. */
#include <string.h>

#include "kiosk/core/forget_impl.h"
#include "kiosk/core/station_impl.h"

static enum tn_status parse_log(const struct tn_station *station, sqlite3_stmt *stmt,
                                struct tn_log_head *out)
{
    *out = (struct tn_log_head){.log_no = (uint64_t)sqlite3_column_int64(stmt, 0)};
    if (!tn_sql_get_id(stmt, 1, &out->log) ||
        !tn_sql_get_fixed(stmt, 2, out->device_key.b, sizeof out->device_key.b)) {
        return tn_sql_bad_row(stmt);
    }
    out->first_seq = (uint64_t)sqlite3_column_int64(stmt, 3);
    out->last_seq = (uint64_t)sqlite3_column_int64(stmt, 4);
    if (out->last_seq > 0 && !tn_sql_get_fixed(stmt, 5, out->hash.b, sizeof out->hash.b)) {
        return tn_sql_bad_row(stmt);
    }
    out->receipt_seq = (uint64_t)sqlite3_column_int64(stmt, 6);
    out->receipt_epoch = (uint64_t)sqlite3_column_int64(stmt, 7);
    out->is_own = tn_id_equal(&out->log, &station->log);
    out->is_sibling =
        memcmp(out->device_key.b, station->device.key.public_key.b, TN_PUBLIC_KEY_SIZE) != 0;
    return TN_OK;
}

/* The next log after log_no; TN_ERR_NOT_FOUND where that was the last. */
static enum tn_status next_log(struct tn_station *station, uint64_t log_no, struct tn_log_head *out)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_stmt(station, TN_STMT_LOGS, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)log_no);
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        status = parse_log(station, stmt, out);
    }
    tn_sql_reset(stmt);
    return status;
}

enum tn_status tn_station_logs(struct tn_station *station,
                               enum tn_status (*each)(void *ctx, const struct tn_log_head *head),
                               void *ctx)
{
    struct tn_log_head head = {0};
    enum tn_status status = tn_station_ready(station);
    while (status == TN_OK && (status = next_log(station, head.log_no, &head)) == TN_OK) {
        status = each(ctx, &head);
        if (status != TN_OK) {
            return status;
        }
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

struct find {
    const struct tn_id *log;
    struct tn_log_head *out;
};

static enum tn_status match(void *ctx, const struct tn_log_head *head)
{
    const struct find *find = ctx;
    if (tn_id_equal(&head->log, find->log)) {
        *find->out = *head;
    }
    return TN_OK;
}

enum tn_status tn_station_log(struct tn_station *station, const struct tn_id *log,
                              struct tn_log_head *out)
{
    struct find find = {log, out};
    *out = (struct tn_log_head){0};
    return tn_station_logs(station, match, &find);
}

/* Of an entry that was purged only the last one's hash is kept. */
static enum tn_status hash_of_purged(struct tn_station *station, uint64_t log_no, uint64_t seq,
                                     struct tn_hash *out)
{
    uint64_t last = 0;
    enum tn_status status = tn_forget_purged(station, log_no, &last, out);
    return status == TN_OK && last != seq ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_station_hash_at(struct tn_station *station, uint64_t log_no, uint64_t seq,
                                  struct tn_hash *out)
{
    sqlite3_stmt *stmt = NULL;
    *out = (struct tn_hash){{0}};
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK || seq == 0) {
        return status;
    }
    status = tn_station_stmt(station, TN_STMT_HASH_AT, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)log_no);
    tn_sql_bind_int(stmt, 2, (int64_t)seq);
    status = tn_sql_row(stmt);
    if (status == TN_OK && !tn_sql_get_fixed(stmt, 0, out->b, sizeof out->b)) {
        status = tn_sql_bad_row(stmt);
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? hash_of_purged(station, log_no, seq, out) : status;
}

static enum tn_status step_entries(sqlite3_stmt *stmt,
                                   enum tn_status (*each)(void *ctx, const struct tn_entry *entry),
                                   void *ctx)
{
    struct tn_entry entry;
    enum tn_status status = TN_OK;
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        status = tn_entry_from_row(stmt, &entry);
        if (status != TN_OK) {
            return status;
        }
        status = each(ctx, &entry);
        if (status != TN_OK) {
            return status;
        }
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_station_entries(struct tn_station *station, uint64_t log_no, uint64_t first,
                                  uint64_t count_max,
                                  enum tn_status (*each)(void *ctx, const struct tn_entry *entry),
                                  void *ctx)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = tn_sql_prepare(
            station->db, TN_ENTRY_SELECT "WHERE log_no = ? AND seq >= ? ORDER BY seq LIMIT ?",
            &stmt);
    }
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)first);
        tn_sql_bind_int(stmt, 3, count_max > INT64_MAX ? INT64_MAX : (int64_t)count_max);
        status = step_entries(stmt, each, ctx);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

enum tn_status tn_station_sign(struct tn_station *station, const char *label,
                               struct tn_bytes message, struct tn_signature *out)
{
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = tn_sign(&station->device.key, label, message, out);
    }
    return status;
}

enum tn_status tn_station_token(struct tn_station *station, struct tn_id *out)
{
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        *out = station->setup.token;
    }
    return status;
}

enum tn_status tn_station_sign_key(struct tn_station *station, struct tn_sign_key *out)
{
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        *out = station->device.key;
    }
    return status;
}

enum tn_status tn_station_event_key(struct tn_station *station, struct tn_id *event,
                                    struct tn_key *out)
{
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK && station->pack.db == NULL) {
        status = TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        *event = station->pack.head.event;
        *out = station->pack.head.event_key;
    }
    return status;
}

enum tn_status tn_station_transport_key(struct tn_station *station, struct tn_public_key *out)
{
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        *out = station->setup.transport_key;
    }
    return status;
}
