/* Registrations: `event,learner`, and the activity where it is for one thing at the event. Who does
 * not come after all is cancelled, not left out: a row that a later file lacks stays as it was. */
#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "turnout/setup.h"

enum { EVENT, LEARNER, ACTIVITY, STATUS, SOURCE };

static const struct tn_csv_column columns[] = {
    [EVENT] = {"event", true, TN_TITLE_MAX, tn_check_code},
    [LEARNER] = {"learner", true, 2 * TN_TITLE_MAX, tn_check_line},
    [ACTIVITY] = {"activity", false, TN_TITLE_MAX, tn_check_code},
    [STATUS] = {"status", false, 0, tn_check_registration},
    [SOURCE] = {"source", false, TN_TITLE_MAX, tn_check_line},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert table = {
    .select = "SELECT event, learner, activity, status, source FROM registration"
              " WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO registration (ecosystem, id, event, learner, activity, status, source)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ecosystem, id) DO UPDATE SET"
             " event = excluded.event, learner = excluded.learner, activity = excluded.activity,"
             " status = excluded.status, source = excluded.source",
    .count = 5,
};

static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    char all[4 * TN_TITLE_MAX + 3];
    (void)snprintf(all, sizeof(all), "%s\t%s\t%s", row->values[EVENT], row->values[ACTIVITY],
                   row->values[LEARNER]);
    return tn_centre_id(&import->centre->id, "registration", "registrations", all);
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    struct tn_cell cells[] = {{0},
                              {0},
                              {0},
                              {.type = TN_CELL_TEXT,
                               .is_kept = !row->has[STATUS],
                               .text = tn_registration_name(row->numbers[STATUS])},
                              tn_cell_text(row, SOURCE)};
    enum tn_status status = tn_import_event(import, row, EVENT, &cells[EVENT]);
    if (status == TN_OK && cells[EVENT].type == TN_CELL_ID) {
        status = tn_import_activity(import, row, ACTIVITY, &cells[EVENT].id, &cells[ACTIVITY]);
    }
    if (status == TN_OK) {
        status = tn_import_learner(import, row, LEARNER, &cells[LEARNER]);
    }
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    if (cells[LEARNER].type != TN_CELL_ID) {
        *change = TN_CHANGE_LEFT_OUT;
        return TN_OK;
    }
    /* The activity is a part of the key, so the column's absence means the event as a whole. */
    cells[ACTIVITY].is_kept = false;
    return tn_upsert_run(import->centre->db, &table,
                         &(struct tn_upsert_row){import->centre->no, id, cells}, change);
}

const struct tn_import_kind tn_import_registrations = {
    .name = "registrations",
    .thing = "registration",
    .things = "registrations",
    .key = "event, learner and activity",
    .columns = columns,
    .id = id_of,
    .take = take,
};
