/* Entries of a desk: filled, written and read again. */
#include <stdio.h>
#include <string.h>

#include "kiosk/core/desk_impl.h"

struct tn_entry tn_station_entry(const struct tn_station *station, enum tn_kind kind,
                                 const char *method, const struct tn_when *when)
{
    struct tn_entry entry = {
        .at_ms = when->at_ms,
        .mono_ms = when->mono_ms,
        .boot = station->boot,
        .event = tn_station_event(station),
        .activity = tn_station_activity(station),
    };
    (void)snprintf(entry.kind, sizeof entry.kind, "%s", tn_kind_name(kind));
    (void)snprintf(entry.method, sizeof entry.method, "%s", method == NULL ? "" : method);
    return entry;
}

enum tn_status tn_station_put_body(struct tn_station *station, struct tn_entry *entry,
                                   const struct tn_buf *body, bool *was_in)
{
    if (body != NULL && body->status != TN_OK) {
        return body->status;
    }
    if (body != NULL && body->len > 0) {
        entry->body = tn_buf_bytes(body);
    }
    enum tn_status status = tn_station_put(station, entry, was_in);
    entry->body = (struct tn_bytes){0};
    return status;
}

enum tn_status tn_station_finish(struct tn_station *station, enum tn_status status)
{
    if (status != TN_OK) {
        tn_station_rollback(station);
        return status;
    }
    return tn_station_commit(station);
}

enum tn_status tn_station_write(struct tn_station *station, struct tn_entry *entry,
                                const struct tn_buf *body, uint64_t *seq)
{
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    status = tn_station_finish(station, tn_station_put_body(station, entry, body, NULL));
    if (status == TN_OK && seq != NULL) {
        *seq = entry->seq;
    }
    return status;
}

static enum tn_status parse(sqlite3_stmt *stmt, uint8_t body[TN_BODY_MAX], struct tn_entry *out)
{
    enum tn_status status = tn_entry_from_row(stmt, out);
    struct tn_bytes borrowed = out->body;
    out->body = (struct tn_bytes){0};
    if (status == TN_OK && body != NULL && borrowed.data != NULL && borrowed.len <= TN_BODY_MAX) {
        memcpy(body, borrowed.data, borrowed.len);
        out->body = (struct tn_bytes){body, borrowed.len};
    }
    return status;
}

enum tn_status tn_station_entry_at(struct tn_station *station, uint64_t seq,
                                   uint8_t body[TN_BODY_MAX], struct tn_entry *out)
{
    sqlite3_stmt *stmt = NULL;
    *out = (struct tn_entry){0};
    if (seq == 0 || seq > INT64_MAX) {
        return TN_ERR_NOT_FOUND;
    }
    enum tn_status status =
        tn_sql_prepare(station->db, TN_ENTRY_SELECT "WHERE log_no = ? AND seq = ?", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)station->log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)seq);
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK) {
        status = parse(stmt, body, out);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

enum tn_status tn_station_undone(struct tn_station *station, uint64_t log_no, uint64_t seq)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_stmt(station, TN_STMT_UNDONE, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)log_no);
    tn_sql_bind_int(stmt, 2, (int64_t)seq);
    status = tn_sql_row(stmt);
    tn_sql_reset(stmt);
    return status;
}
