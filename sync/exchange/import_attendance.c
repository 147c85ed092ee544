/* Attendance that was kept on paper: `learner,event,starts` and what else is known. The learner is
 * the roster's id. A row is told from others by its source, learner, event, activity and beginning,
 * so that a sheet that is imported again, with an end that was missing, is an update. A time
 * without an offset is meant as the clock at the event shows it. What `export attendance` wrote
 * reads back as it was: a learner of no roster goes by what it calls them there, and minutes and
 * imputed follow from the rest. */
#include <stdlib.h>

#include "sync/central/correct.h"
#include "sync/central/derive.h"
#include "sync/central/learners.h"
#include "sync/central/merge.h"
#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "sync/exchange/import_learner.h"

#define ID_MAX 120
#define SOURCE "paper" /* of a file that names none */

enum { LEARNER, EVENT, STARTS, ENDS, ACTIVITY, SOURCE_NAME, MINUTES, IMPUTED };

static const struct tn_csv_column columns[] = {
    [LEARNER] = {"learner", true, ID_MAX, tn_check_line},
    [EVENT] = {"event", true, ID_MAX, tn_check_code},
    [STARTS] = {"starts", true, 0, tn_check_event_time},
    [ENDS] = {"ends", false, 0, tn_check_event_time},
    [ACTIVITY] = {"activity", false, ID_MAX, tn_check_code},
    [SOURCE_NAME] = {"source", false, ID_MAX, tn_check_line},
    [MINUTES] = {"minutes", false, 0, NULL},
    [IMPUTED] = {"imputed", false, 0, NULL},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert table = {
    .select = "SELECT learner, event, activity, starts, ends, source FROM attendance WHERE"
              " ecosystem = $1 AND id = $2",
    .write = "INSERT INTO attendance (ecosystem, id, learner, event, activity, starts, ends,"
             " source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ecosystem, id) DO"
             " UPDATE SET learner = excluded.learner, event = excluded.event, activity ="
             " excluded.activity, starts = excluded.starts, ends = excluded.ends, source ="
             " excluded.source",
    .count = 6,
};

static const char *source_of(const struct tn_csv_row *row)
{
    return row->values[SOURCE_NAME][0] == '\0' ? SOURCE : row->values[SOURCE_NAME];
}

static enum tn_status find_event(struct tn_import *import, const struct tn_csv_row *row,
                                 struct tn_id *id, char tz[64])
{
    static const char sql[] = "SELECT id, tz FROM event WHERE ecosystem = $1 AND code = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, row->values[EVENT]);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, id);
        (void)snprintf(tz, 64, "%s", tn_col_text(stmt, 1));
    }
    tn_reset(stmt);
    return status;
}

/* The moment a cell means; a local one needs the event's zone. */
static bool moment(const struct tn_csv_row *row, int column, const char *tz, int64_t *out)
{
    *out = row->numbers[column];
    return row->values[column][0] == '\0' || *out != TN_TIME_IS_LOCAL ||
           tn_local_time(row->values[column], tz, out);
}

/* The rule for the key is the moment and not how it was written. Where the event is not there the
 * row is a problem anyway. */
static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    char key[4 * (ID_MAX + 1) + 32];
    char tz[64] = "UTC";
    struct tn_id event;
    int64_t starts = 0;
    (void)find_event((struct tn_import *)import, row, &event, tz);
    (void)moment(row, STARTS, tz, &starts);
    (void)snprintf(key, sizeof key, "%s\t%s\t%s\t%lld", row->values[LEARNER], row->values[EVENT],
                   row->values[ACTIVITY], (long long)starts);
    return tn_centre_id(&import->centre->id, "attendance", source_of(row), key);
}

/* out stays none where the learner was erased. */
static enum tn_status find_learner(struct tn_import *import, const struct tn_csv_row *row,
                                   struct tn_id *out)
{
    struct tn_chosen found = {0};
    bool is_erased = false;
    enum tn_status status = tn_choose_learner(import->centre, row->values[LEARNER], &found);
    if (status == TN_ERR_NOT_FOUND) {
        int count = 0;
        enum tn_status looked = tn_learners_look(import->centre, row->values[LEARNER], out, &count);
        if (looked != TN_OK || count == 1) {
            return looked;
        }
        looked = tn_learner_was_erased(import->centre, row->values[LEARNER], &is_erased);
        if (looked != TN_OK || is_erased) {
            *out = (struct tn_id){{0}};
            return looked;
        }
        tn_import_problem(import, row, LEARNER,
                          "there is no learner with this id; import the roster first");
    } else if (status == TN_ERR_EXISTS) {
        tn_import_problem(import, row, LEARNER,
                          "several sources have a learner with this id, and none is the roster");
    } else if (status == TN_OK) {
        *out = found.ids[0];
    }
    free(found.ids);
    return status == TN_ERR_NOT_FOUND || status == TN_ERR_EXISTS ? TN_OK : status;
}

static enum tn_status find_activity(struct tn_import *import, const struct tn_csv_row *row,
                                    const struct tn_id *event, struct tn_cell *out)
{
    static const char sql[] =
        "SELECT id FROM activity WHERE ecosystem = $1 AND event = $2 AND code = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct tn_cell){.type = TN_CELL_NULL};
    if (row->values[ACTIVITY][0] == '\0') {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    tn_bind_text(stmt, 3, row->values[ACTIVITY]);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        out->type = TN_CELL_ID;
        tn_col_id(stmt, 0, &out->id);
    } else if (status == TN_OK) {
        tn_import_problem(import, row, ACTIVITY,
                          "the event has no activity with the code %s; import activities first",
                          row->values[ACTIVITY]);
    }
    tn_reset(stmt);
    return status;
}

static void check_times(struct tn_import *import, const struct tn_csv_row *row, const char *tz,
                        int64_t *starts, int64_t *ends)
{
    static const char no_time[] = "there is no such time in %s, or it comes twice; give its offset,"
                                  " as in 2026-03-14T09:00:00-05:00";
    if (!moment(row, STARTS, tz, starts)) {
        tn_import_problem(import, row, STARTS, no_time, tz);
    } else if (!moment(row, ENDS, tz, ends)) {
        tn_import_problem(import, row, ENDS, no_time, tz);
    } else if (row->values[ENDS][0] != '\0' && *ends < *starts) {
        tn_import_problem(import, row, ENDS, "a stay cannot end before it starts");
    }
}

static enum tn_status write_row(struct tn_import *import, const struct tn_id *id,
                                struct tn_cell cells[6], enum tn_change *change)
{
    struct tn_id root;
    enum tn_status status = tn_upsert_run(
        import->centre->db, &table, &(struct tn_upsert_row){import->centre->no, id, cells}, change);
    if (status == TN_OK && *change != TN_CHANGE_NONE) {
        status = tn_merge_root(import->centre, &cells[0].id, &root);
    }
    return status == TN_OK && *change != TN_CHANGE_NONE
               ? tn_derive_mark(import->centre, &cells[1].id, &root)
               : status;
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    struct tn_cell cells[6] = {{.type = TN_CELL_ID}, {.type = TN_CELL_ID}, {0}, {0}, {0}, {0}};
    char tz[64] = "";
    int64_t starts = 0;
    int64_t ends = 0;
    enum tn_status status = find_event(import, row, &cells[1].id, tz);
    if (status == TN_OK && tz[0] == '\0') {
        tn_import_problem(import, row, EVENT,
                          "there is no event with the code %s; import events first",
                          row->values[EVENT]);
        return TN_OK;
    }
    if (status == TN_OK) {
        check_times(import, row, tz, &starts, &ends);
        status = find_learner(import, row, &cells[0].id);
    }
    if (status == TN_OK) {
        status = find_activity(import, row, &cells[1].id, &cells[2]);
    }
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    if (tn_id_is_none(&cells[0].id)) {
        *change = TN_CHANGE_LEFT_OUT;
        return TN_OK;
    }
    cells[3] = (struct tn_cell){.type = TN_CELL_INT, .number = starts};
    cells[4] = tn_cell_int(row, ENDS);
    cells[4].number = ends;
    cells[5] = (struct tn_cell){.type = TN_CELL_TEXT, .text = source_of(row)};
    return write_row(import, id, cells, change);
}

const struct tn_import_kind tn_import_attendance = {
    .name = "attendance",
    .thing = "stay",
    .things = "stays",
    .key = "learner, event, activity and starts",
    .columns = columns,
    .id = id_of,
    .take = take,
};
