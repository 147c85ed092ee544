/* Activities: `code,event,title` and what else is known of them. A code is unique within its
 * event, so the source id of an activity is both codes. A pathway or a step that is not there is no
 * problem, since it may be imported later, but it is said: until then no visit counts for it. */
#include "sync/central/derive.h"
#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "turnout/setup.h"

enum {
    CODE,
    EVENT,
    TITLE,
    PARTNER,
    STRAND,
    PATHWAY,
    STEP,
    STARTS,
    ENDS,
    CAPACITY,
    GRADE_LO,
    GRADE_HI,
    WORKFORCE_KIND,
    SETTING,
    DEFAULT_MIN,
};

static const struct tn_csv_column columns[] = {
    [CODE] = {"code", true, TN_TITLE_MAX, tn_check_code},
    [EVENT] = {"event", true, TN_TITLE_MAX, tn_check_code},
    [TITLE] = {"title", true, TN_TITLE_MAX, tn_check_line},
    [PARTNER] = {"partner", false, TN_TITLE_MAX, tn_check_code},
    [STRAND] = {"strand", false, TN_TITLE_MAX, tn_check_line},
    [PATHWAY] = {"pathway", false, TN_TITLE_MAX, tn_check_code},
    [STEP] = {"step", false, 0, tn_check_count},
    [STARTS] = {"starts", false, 0, tn_check_time},
    [ENDS] = {"ends", false, 0, tn_check_time},
    [CAPACITY] = {"capacity", false, 0, tn_check_count},
    [GRADE_LO] = {"grade_lo", false, 0, tn_check_grade},
    [GRADE_HI] = {"grade_hi", false, 0, tn_check_grade},
    [WORKFORCE_KIND] = {"workforce_kind", false, TN_TITLE_MAX, tn_check_line},
    [SETTING] = {"setting", false, TN_TITLE_MAX, tn_check_setting},
    [DEFAULT_MIN] = {"default_min", false, 0, tn_check_count},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert table = {
    .select = "SELECT code, event, title, partner, strand, pathway, step, starts, ends, capacity,"
              " grade_lo, grade_hi, workforce_kind, setting, default_min FROM activity"
              " WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO activity (ecosystem, id, code, event, title, partner, strand, pathway,"
             " step, starts, ends, capacity, grade_lo, grade_hi, workforce_kind, setting,"
             " default_min) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
             " $14, $15, $16, $17)"
             " ON CONFLICT (ecosystem, id) DO UPDATE SET code = excluded.code,"
             " event = excluded.event, title = excluded.title, partner = excluded.partner,"
             " strand = excluded.strand, pathway = excluded.pathway, step = excluded.step,"
             " starts = excluded.starts, ends = excluded.ends, capacity = excluded.capacity,"
             " grade_lo = excluded.grade_lo, grade_hi = excluded.grade_hi,"
             " workforce_kind = excluded.workforce_kind, setting = excluded.setting,"
             " default_min = excluded.default_min",
    .count = 15,
};

/* A slash cannot be told from one in a code, so the codes are joined by a tab, which none holds. */
static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    char both[2 * TN_TITLE_MAX + 2];
    (void)snprintf(both, sizeof(both), "%s\t%s", row->values[EVENT], row->values[CODE]);
    return tn_centre_id(&import->centre->id, "activity", "activities", both);
}

static void check_order(struct tn_import *import, const struct tn_csv_row *row)
{
    const bool has_times = row->values[STARTS][0] != '\0' && row->values[ENDS][0] != '\0';
    const bool has_grades = row->values[GRADE_LO][0] != '\0' && row->values[GRADE_HI][0] != '\0';
    if (has_times && row->numbers[ENDS] <= row->numbers[STARTS]) {
        tn_import_problem(import, row, ENDS, "an activity must end after it starts");
    }
    if (has_grades && row->numbers[GRADE_HI] < row->numbers[GRADE_LO]) {
        tn_import_problem(import, row, GRADE_HI, "the last grade is below the first");
    }
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    static const bool is_number[] = {
        [STEP] = true,     [STARTS] = true,   [ENDS] = true,        [CAPACITY] = true,
        [GRADE_LO] = true, [GRADE_HI] = true, [DEFAULT_MIN] = true,
    };
    struct tn_cell cells[DEFAULT_MIN + 1] = {{0}};
    for (int i = 0; i <= DEFAULT_MIN; i++) {
        cells[i] = is_number[i] ? tn_cell_int(row, i) : tn_cell_text(row, i);
    }
    cells[SETTING].text = tn_setting_name(row->numbers[SETTING]);
    check_order(import, row);
    enum tn_status status = tn_import_event(import, row, EVENT, &cells[EVENT]);
    if (status == TN_OK) {
        status = tn_import_partner(import, row, PARTNER, &cells[PARTNER]);
    }
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    status = tn_upsert_run(import->centre->db, &table,
                           &(struct tn_upsert_row){import->centre->no, id, cells}, change);
    return status == TN_OK && *change == TN_CHANGE_CHANGED
               ? tn_derive_mark_event(import->centre, &cells[EVENT].id)
               : status;
}

const struct tn_import_kind tn_import_activities = {
    .name = "activities",
    .thing = "activity",
    .things = "activities",
    .columns = columns,
    .id = id_of,
    .take = take,
    .check = tn_import_check_steps,
};
