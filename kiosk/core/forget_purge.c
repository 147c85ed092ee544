/* Purging entries that the centre has and that are older than its promise. They go from a log's
 * beginning on, never from its middle, and many at a time, since a purge is an entry itself. The
 * last ones of the log being written stay whatever their age: the tail that is checked before the
 * first frame, and the boot the station last wrote in. What stays although it is old loses whom it
 * names, as an erased entry does. A clock that was years slow makes no entry older than the set-up
 * card. */
#include <stdio.h>

#include "turnout/cbor.h"

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/forget_impl.h"

#define DAY_MS INT64_C(86400000)
#define PURGE_MIN 64 /* fewer are not worth an entry of their own */
#define PURGE_BODY_FORMAT 1
#define PURGE_BODY_MAX 64

enum tn_status tn_forget_purged(struct tn_station *station, uint64_t log_no, uint64_t *seq,
                                struct tn_hash *hash)
{
    sqlite3_stmt *stmt = NULL;
    *seq = 0;
    *hash = (struct tn_hash){{0}};
    if (!station->has_forget) {
        return TN_OK;
    }
    enum tn_status status = tn_station_stmt(station, TN_STMT_PURGED, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)log_no);
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        *seq = (uint64_t)sqlite3_column_int64(stmt, 0);
        if (!tn_sql_get_fixed(stmt, 1, hash->b, sizeof hash->b)) {
            status = tn_sql_bad_row(stmt);
        }
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_forget_remove(struct tn_station *station, uint64_t log_no, uint64_t last,
                                const struct tn_hash *hash)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status =
        tn_sql_prepare(station->db, "INSERT OR REPLACE INTO purged VALUES (?, ?, ?)", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)last);
        tn_sql_bind_bytes(stmt, 3, hash->b, sizeof hash->b);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    stmt = NULL;
    if (status == TN_OK) {
        status =
            tn_sql_prepare(station->db, "DELETE FROM entry WHERE log_no = ? AND seq <= ?", &stmt);
    }
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)last);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

static enum tn_status remove_slice(struct tn_station *station, uint64_t log_no, uint64_t last)
{
    struct tn_hash hash;
    enum tn_status status = tn_station_hash_at(station, log_no, last, &hash);
    if (status == TN_OK) {
        status = tn_station_begin(station);
    }
    return status == TN_OK
               ? tn_station_finish(station, tn_forget_remove(station, log_no, last, &hash))
               : status;
}

enum tn_status tn_forget_cut(struct tn_station *station, uint64_t log_no, uint64_t first,
                             uint64_t last)
{
    enum tn_status status = TN_OK;
    while (status == TN_OK && last >= first && last - first >= TN_SLICE_CUT) {
        first += TN_SLICE_CUT;
        status = remove_slice(station, log_no, first - 1);
    }
    return status;
}

/* What is to go of a log. */
struct span {
    const struct tn_log_head *head;
    uint64_t old;  /* up to here entries are covered and old; 0: none is */
    uint64_t last; /* up to here they go; 0: none does */
    struct tn_hash hash;
};

/* What was written after an entry is no older than that one, whatever the clock said: so the first
 * young one ends the search, which is long only where there is much to purge. */
static enum tn_status find_old(struct tn_station *station, int64_t before_ms, struct span *span)
{
    sqlite3_stmt *stmt = NULL;
    const struct tn_log_head *head = span->head;
    enum tn_status status =
        tn_sql_prepare(station->db,
                       "SELECT seq FROM entry WHERE log_no = ? AND seq <= ? AND at_ms >= ? "
                       "ORDER BY seq LIMIT 1",
                       &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)head->log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)head->receipt_seq);
        tn_sql_bind_int(stmt, 3, before_ms);
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK) {
        span->old = (uint64_t)sqlite3_column_int64(stmt, 0) - 1;
    } else if (status == TN_ERR_NOT_FOUND) {
        span->old = head->receipt_seq;
        status = TN_OK;
    }
    (void)sqlite3_finalize(stmt);
    span->old = span->old < head->first_seq ? 0 : span->old;
    return status;
}

/* The last that may go: not of the tail, and not for fewer than are worth it. */
static enum tn_status find_last(struct tn_station *station, struct span *span)
{
    const struct tn_log_head *head = span->head;
    uint64_t last = span->old;
    if (head->is_own && last + TN_STATION_TAIL > head->last_seq) {
        last = head->last_seq > TN_STATION_TAIL ? head->last_seq - TN_STATION_TAIL : 0;
    }
    if (last < head->first_seq + PURGE_MIN - 1) {
        return TN_OK;
    }
    span->last = last;
    return tn_station_hash_at(station, head->log_no, last, &span->hash);
}

static enum tn_status put_entry(struct tn_station *station, const struct span *span, int64_t at_ms)
{
    struct tn_buf body;
    tn_buf_init(&body, PURGE_BODY_MAX);
    tn_cbor_put_array(&body, 3);
    tn_cbor_put_uint(&body, PURGE_BODY_FORMAT);
    tn_cbor_put_id(&body, &span->head->log);
    tn_cbor_put_uint(&body, span->last);
    struct tn_entry entry = {.at_ms = at_ms, .body = tn_buf_bytes(&body)};
    (void)snprintf(entry.kind, sizeof entry.kind, "%s", tn_kind_name(TN_KIND_PURGE));
    enum tn_status status =
        body.status == TN_OK ? tn_station_put(station, &entry, NULL) : body.status;
    tn_buf_destroy(&body);
    return status;
}

struct purge {
    struct tn_station *station;
    int64_t at_ms;
    int64_t before_ms;
    struct tn_forgot *out;
};

/* The entry that says so comes with the last of the slices. */
static enum tn_status purge_old(const struct purge *purge, const struct span *span)
{
    const struct tn_log_head *head = span->head;
    if (span->last == 0) {
        return TN_OK;
    }
    enum tn_status status =
        tn_forget_cut(purge->station, head->log_no, head->first_seq, span->last);
    if (status == TN_OK) {
        status = tn_station_begin(purge->station);
    }
    if (status != TN_OK) {
        return status;
    }
    status = tn_forget_remove(purge->station, head->log_no, span->last, &span->hash);
    if (status == TN_OK) {
        status = put_entry(purge->station, span, purge->at_ms);
    }
    status = tn_station_finish(purge->station, status);
    purge->out->purged += status == TN_OK ? span->last - head->first_seq + 1 : 0;
    return status;
}

/* Those that are old, stay, and name somebody. */
#define IS_OLD                                                                                     \
    "log_no = ?1 AND seq > ?2 AND seq <= ?3 AND (badge IS NOT NULL OR learner IS NOT NULL OR "     \
    "kind IN ('register', 'replace') AND body IS NOT NULL)"

static enum tn_status run_old(const struct purge *purge, const struct span *span, const char *sql,
                              bool *has_row)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(purge->station->db, sql, &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)span->head->log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)span->last);
        tn_sql_bind_int(stmt, 3, (int64_t)span->old);
        status = tn_sql_row(stmt);
    }
    *has_row = status == TN_OK;
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status erase_old(const struct purge *purge, const struct span *span)
{
    bool is_any = false;
    bool ignored = false;
    enum tn_status status =
        run_old(purge, span, "SELECT 1 FROM entry WHERE " IS_OLD " LIMIT 1", &is_any);
    if (status != TN_OK || !is_any) {
        return status;
    }
    status = tn_station_begin(purge->station);
    if (status == TN_OK) {
        status = run_old(purge, span,
                         "UPDATE entry SET salt = NULL, badge = NULL, learner = NULL, body = NULL "
                         "WHERE " IS_OLD,
                         &ignored);
        purge->out->erased += status == TN_OK ? (uint64_t)sqlite3_changes(purge->station->db) : 0;
        status = tn_station_finish(purge->station, status);
    }
    return status;
}

static enum tn_status purge_log(void *ctx, const struct tn_log_head *head)
{
    struct purge *purge = ctx;
    struct span span = {.head = head};
    if (head->first_seq == 0 || head->receipt_seq < head->first_seq) {
        return TN_OK;
    }
    enum tn_status status = find_old(purge->station, purge->before_ms, &span);
    if (status == TN_OK) {
        status = find_last(purge->station, &span);
    }
    if (status == TN_OK) {
        status = purge_old(purge, &span);
    }
    return status == TN_OK && span.old > span.last ? erase_old(purge, &span) : status;
}

enum tn_status tn_forget_purge(struct tn_station *station, int64_t at_ms, struct tn_forgot *out)
{
    const uint32_t days = station->pack.db == NULL ? 0 : station->pack.head.retention_days;
    struct purge purge = {station, at_ms, at_ms - (int64_t)days * DAY_MS, out};
    if (days == 0 || purge.before_ms <= station->setup.issued_ms) {
        return TN_OK;
    }
    return tn_station_logs(station, purge_log, &purge);
}
