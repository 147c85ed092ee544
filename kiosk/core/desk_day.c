/* What happened today at this station: the tally of the staff panel. Times are those of the kiosk's
 * wall clock, in the process's zone, which is the event's. Only the log's end is read: further back
 * than LOOK_BACK entries in a row that are too old there is nothing of today, whatever a clock that
 * was set may have left in between. */
#include <string.h>
#include <time.h>

#include "kiosk/core/desk_impl.h"

#define QUARTER_MS 900000
#define LOOK_BACK 4096

/* Whose an entry is by now, and whether it brought somebody. */
#define WHO                                                                                        \
    "coalesce((SELECT who FROM alias WHERE alias.badge = coalesce(e.learner, e.badge)), "          \
    "e.learner, e.badge)"
#define BROUGHT                                                                                    \
    "e.kind IN ('check_in', 'pass', 'visit') AND NOT EXISTS "                                      \
    "(SELECT 1 FROM undone WHERE undone.log_no = e.log_no AND undone.seq = e.seq)"

/* ?1 the own log, ?2 its first entry of interest, ?3 and ?4 from when to when. */
#define OURS                                                                                       \
    "SELECT " WHO " AS who, e.at_ms AS at_ms FROM entry AS e WHERE e.log_no = ?1 AND "             \
    "e.seq >= ?2 AND e.at_ms BETWEEN ?3 AND ?4 AND " BROUGHT " UNION ALL "                         \
    "SELECT " WHO ", e.at_ms FROM log CROSS JOIN entry AS e ON e.log_no = log.log_no "             \
    "WHERE log.origin = 'earlier' AND e.at_ms BETWEEN ?3 AND ?4 AND " BROUGHT

int64_t tn_day_start(int64_t at_ms)
{
    struct tm day;
    time_t seconds = (time_t)(at_ms / 1000);
    if (localtime_r(&seconds, &day) == NULL) {
        return at_ms - at_ms % INT64_C(86400000);
    }
    day.tm_hour = 0;
    day.tm_min = 0;
    day.tm_sec = 0;
    day.tm_isdst = -1;
    time_t start = mktime(&day);
    return start == (time_t)-1 ? at_ms : (int64_t)start * 1000;
}

/* The first seq of the own log that may be of `first_ms` or later. */
static enum tn_status find_first(struct tn_station *station, int64_t first_ms, uint64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    unsigned older = 0;
    *out = station->last_seq + 1;
    enum tn_status status = tn_sql_prepare(
        station->db, "SELECT seq, at_ms FROM entry WHERE log_no = ? ORDER BY seq DESC", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)station->log_no);
    }
    while (status == TN_OK && older < LOOK_BACK && (status = tn_sql_row(stmt)) == TN_OK) {
        bool is_older = sqlite3_column_int64(stmt, 1) < first_ms;
        older = is_older ? older + 1 : 0;
        *out = is_older ? *out : (uint64_t)sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* A span of the own logs. */
struct span {
    uint64_t first_seq;
    int64_t first_ms;
    int64_t last_ms;
};

static enum tn_status ask(struct tn_station *station, const char *sql, const struct span *span,
                          sqlite3_stmt **out)
{
    enum tn_status status = tn_sql_prepare(station->db, sql, out);
    if (status == TN_OK) {
        tn_sql_bind_int(*out, 1, (int64_t)station->log_no);
        tn_sql_bind_int(*out, 2, (int64_t)span->first_seq);
        tn_sql_bind_int(*out, 3, span->first_ms);
        tn_sql_bind_int(*out, 4, span->last_ms);
    }
    return status;
}

static enum tn_status count_today(struct tn_station *station, const struct span *span,
                                  struct tn_tally *out)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = ask(station, "SELECT count(DISTINCT who) FROM (" OURS ")", span, &stmt);
    if (status == TN_OK) {
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK) {
        out->today = (uint64_t)sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

static enum tn_status count_quarters(struct tn_station *station, const struct span *span,
                                     struct tn_tally *out)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status =
        ask(station, "SELECT (at_ms - ?3) / 900000, count(DISTINCT who) FROM (" OURS ") GROUP BY 1",
            span, &stmt);
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        int64_t at = sqlite3_column_int64(stmt, 0);
        if (at >= 0 && at < TN_QUARTERS_MAX) {
            out->quarter[at] = (unsigned)sqlite3_column_int64(stmt, 1);
        }
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status sum_adults(sqlite3_stmt *stmt, uint64_t *out)
{
    enum tn_status status = TN_OK;
    while ((status = tn_sql_row(stmt)) == TN_OK) {
        struct tn_entry entry = {0};
        uint64_t adults = 0;
        if (tn_sql_get_bytes(stmt, 0, &entry.body) &&
            tn_body_read_number(tn_body_of(&entry), &adults) && adults <= TN_ADULTS_MAX) {
            *out += adults;
        }
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_station_adults(struct tn_station *station, int64_t first_ms, int64_t last_ms,
                                 bool is_own, uint64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    const struct tn_id event = tn_station_event(station);
    *out = 0;
    enum tn_status status =
        tn_sql_prepare(station->db,
                       "SELECT body FROM entry AS e WHERE kind = 'headcount' AND "
                       "at_ms BETWEEN ? AND ? AND coalesce(event, zeroblob(16)) = ? AND "
                       "log_no IN (SELECT log_no FROM log WHERE ? OR origin <> 'sibling') AND "
                       "NOT EXISTS (SELECT 1 FROM undone WHERE undone.log_no = e.log_no AND "
                       "undone.seq = e.seq)",
                       &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, first_ms);
        tn_sql_bind_int(stmt, 2, last_ms);
        tn_sql_bind_bytes(stmt, 3, event.b, sizeof event.b);
        tn_sql_bind_int(stmt, 4, is_own ? 0 : 1);
        status = sum_adults(stmt, out);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

enum tn_status tn_station_tally(struct tn_station *station, const struct tn_when *now,
                                struct tn_tally *out)
{
    struct tn_station_info info;
    struct span today = {.first_ms = tn_day_start(now->at_ms), .last_ms = now->at_ms};
    struct span quarters = {.last_ms = now->at_ms};
    *out = (struct tn_tally){.quarters = TN_QUARTERS_MAX};
    out->first_ms =
        now->at_ms - now->at_ms % QUARTER_MS - (int64_t)(TN_QUARTERS_MAX - 1) * QUARTER_MS;
    quarters.first_ms = out->first_ms;
    enum tn_status status = tn_station_info(station, &info);
    out->present = info.present;
    if (status == TN_OK) {
        status = find_first(station, today.first_ms, &today.first_seq);
    }
    if (status == TN_OK) {
        status = count_today(station, &today, out);
    }
    if (status == TN_OK) {
        status = find_first(station, quarters.first_ms, &quarters.first_seq);
    }
    if (status == TN_OK) {
        status = count_quarters(station, &quarters, out);
    }
    if (status == TN_OK) {
        status = tn_station_adults(station, today.first_ms, today.last_ms, true, &out->adults);
    }
    return status;
}
