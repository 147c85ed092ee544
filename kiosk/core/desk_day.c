/* What happened today at this station: the tally of the staff panel. Times are those of the kiosk's
 * wall clock, in the process's zone, which is the event's. tally.c counts who came; the adults are
 * few rows with an index of their own, and are asked for each time. */
#include <string.h>
#include <time.h>

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/tally.h"

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
    /* The plus keeps SQLite from walking the whole log for them: 8 ms at 100,000 entries. */
    sqlite3_stmt *stmt = NULL;
    const struct tn_id event = tn_station_event(station);
    *out = 0;
    enum tn_status status =
        tn_sql_prepare(station->db,
                       "SELECT body FROM entry AS e WHERE kind = 'headcount' AND "
                       "at_ms BETWEEN ? AND ? AND coalesce(event, zeroblob(16)) = ? AND "
                       "+log_no IN (SELECT log_no FROM log WHERE ? OR origin <> 'sibling') AND "
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
    *out = (struct tn_tally){.quarters = TN_QUARTERS_MAX};
    enum tn_status status = tn_station_info(station, &info);
    out->present = info.present;
    if (status == TN_OK) {
        status = tn_tally_count(station, now->at_ms, out);
    }
    if (status == TN_OK) {
        status =
            tn_station_adults(station, tn_day_start(now->at_ms), now->at_ms, true, &out->adults);
    }
    return status;
}
