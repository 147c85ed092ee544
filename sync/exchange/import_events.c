/* Events: `code,title,starts,ends` and what else is known of them. An event without a zone takes
 * the ecosystem's. */
#include "sync/central/derive.h"
#include "sync/central/policy.h"
#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "turnout/pack.h"

enum { CODE, TITLE, STARTS, ENDS, SETTING, TZ, SITE, POLICY, TERM };

static const struct tn_csv_column columns[] = {
    [CODE] = {"code", true, TN_TITLE_MAX, tn_check_code},
    [TITLE] = {"title", true, TN_TITLE_MAX, tn_check_line},
    [STARTS] = {"starts", true, 0, tn_check_event_time},
    [ENDS] = {"ends", true, 0, tn_check_event_time},
    [SETTING] = {"setting", false, TN_TITLE_MAX, tn_check_setting},
    [TZ] = {"tz", false, TN_TZ_MAX, tn_check_tz},
    [SITE] = {"site", false, TN_TITLE_MAX, tn_check_line},
    [POLICY] = {"policy", false, TN_TITLE_MAX, tn_policy_check},
    [TERM] = {"term", false, TN_TITLE_MAX, tn_check_line},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert table = {
    .select = "SELECT code, title, starts, ends, setting, tz, site, policy, term FROM event"
              " WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO event (ecosystem, id, code, title, starts, ends, setting, tz, site,"
             " policy, term) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
             " ON CONFLICT (ecosystem, id) DO UPDATE SET code = excluded.code,"
             " title = excluded.title, starts = excluded.starts, ends = excluded.ends,"
             " setting = excluded.setting, tz = excluded.tz, site = excluded.site,"
             " policy = excluded.policy, term = excluded.term, rev = event.rev + 1",
    .count = 9,
};

static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    return tn_centre_id(&import->centre->id, "event", "events", row->values[CODE]);
}

/* A time without an offset is meant as the clock at the event shows it. */
static int64_t read_time(struct tn_import *import, const struct tn_csv_row *row, int column)
{
    const char *tz = row->values[TZ][0] == '\0' ? import->centre->tz : row->values[TZ];
    int64_t at_ms = row->numbers[column];
    if (at_ms == TN_TIME_IS_LOCAL && !tn_local_time(row->values[column], tz, &at_ms)) {
        tn_import_problem(import, row, column,
                          "there is no such time in %s, or it comes twice; give its offset, as in "
                          "2026-03-14T09:00:00-05:00",
                          tz);
    }
    return at_ms;
}

/* An event that came from a calendar and has this code is this one. */
static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *derived, enum tn_change *change)
{
    static const char by_code[] = "SELECT id FROM event WHERE ecosystem = $1 AND code = $2";
    struct tn_id id = *derived;
    int64_t starts = read_time(import, row, STARTS);
    int64_t ends = read_time(import, row, ENDS);
    if (ends <= starts) {
        tn_import_problem(import, row, ENDS, "an event must end after it starts");
    }
    if (import->problems.count > 0) {
        return TN_OK;
    }
    char policy[TN_POLICY_MAX + 1] = "";
    enum tn_status status = tn_import_by_code(import, by_code, row->values[CODE], &id);
    if (status == TN_OK) {
        status = tn_policy_keep(row->values[POLICY], &import->centre->id, &id, policy);
    }
    if (status != TN_OK) {
        return status;
    }
    struct tn_cell cells[] = {
        tn_cell_text(row, CODE), tn_cell_text(row, TITLE),   tn_cell_int(row, STARTS),
        tn_cell_int(row, ENDS),  tn_cell_text(row, SETTING), tn_cell_text(row, TZ),
        tn_cell_text(row, SITE), tn_cell_text(row, POLICY),  tn_cell_text(row, TERM),
    };
    cells[STARTS].number = starts;
    cells[ENDS].number = ends;
    cells[SETTING].text = tn_setting_name(row->numbers[SETTING]);
    cells[POLICY].text = policy;
    cells[POLICY].type = policy[0] == '\0' ? TN_CELL_NULL : TN_CELL_TEXT;
    if (row->values[TZ][0] == '\0') {
        cells[TZ].type = TN_CELL_TEXT;
        cells[TZ].text = import->centre->tz;
    }
    status = tn_upsert_run(import->centre->db, &table,
                           &(struct tn_upsert_row){import->centre->no, &id, cells}, change);
    return status == TN_OK && *change == TN_CHANGE_CHANGED
               ? tn_derive_mark_event(import->centre, &id)
               : status;
}

const struct tn_import_kind tn_import_events = {
    .name = "events",
    .thing = "event",
    .things = "events",
    .columns = columns,
    .id = id_of,
    .take = take,
};
