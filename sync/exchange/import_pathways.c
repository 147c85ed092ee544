/* Pathways: `code,title,step,step_title`, a row a step. The title of a pathway stands in each of
 * its rows and must be the same in all of them: a table that says two things of one pathway is not
 * one to guess about. A pathway has the steps of the newest files that name it: one that they lack
 * is gone, since nobody could finish a pathway with a step that is not offered any more. */
#include <stdio.h>
#include <string.h>

#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "turnout/setup.h"

#define STEP_TEXT_SIZE 24

enum { CODE, TITLE, STEP, STEP_TITLE, NEEDS_N };

static const struct tn_csv_column columns[] = {
    [CODE] = {"code", true, TN_TITLE_MAX, tn_check_code},
    [TITLE] = {"title", true, TN_TITLE_MAX, tn_check_line},
    [STEP] = {"step", true, 0, tn_check_count},
    [STEP_TITLE] = {"step_title", true, TN_TITLE_MAX, tn_check_line},
    [NEEDS_N] = {"needs_n", false, 0, tn_check_count},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert pathways = {
    .select = "SELECT code, title FROM pathway WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO pathway (ecosystem, id, code, title) VALUES ($1, $2, $3, $4)"
             " ON CONFLICT (ecosystem, id) DO UPDATE SET code = excluded.code,"
             " title = excluded.title",
    .count = 2,
};

static const struct tn_upsert steps = {
    .select = "SELECT pathway, step, title, needs_n FROM pathway_step WHERE ecosystem = $1"
              " AND id = $2",
    .write = "INSERT INTO pathway_step (ecosystem, id, pathway, step, title, needs_n)"
             " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ecosystem, id) DO UPDATE SET"
             " pathway = excluded.pathway, step = excluded.step, title = excluded.title,"
             " needs_n = excluded.needs_n",
    .count = 4,
};

/* A step's source id is its pathway's code, a tab, which no code holds, and its number. */
static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    char both[TN_TITLE_MAX + STEP_TEXT_SIZE];
    (void)snprintf(both, sizeof(both), "%s\t%lld", row->values[CODE],
                   (long long)row->numbers[STEP]);
    return tn_centre_id(&import->centre->id, "pathway_step", "pathways", both);
}

/* Writes the pathway of a row. Only its first row in these files may change it. */
static enum tn_status take_pathway(struct tn_import *import, const struct tn_csv_row *row,
                                   const struct tn_id *id, enum tn_change *change)
{
    struct tn_cell cells[] = {tn_cell_text(row, CODE), tn_cell_text(row, TITLE)};
    uint32_t where = 0;
    enum tn_status status = tn_import_note(import, id, row->place.row, &where);
    bool is_first = status == TN_OK;
    if (status != TN_OK && status != TN_ERR_EXISTS) {
        return status;
    }
    status = tn_upsert_run(import->centre->db, &pathways,
                           &(struct tn_upsert_row){import->centre->no, id, cells}, change);
    if (status == TN_OK && !is_first && *change != TN_CHANGE_NONE) {
        tn_import_problem(import, row, TITLE,
                          "another title than in an earlier row of the pathway %s",
                          row->values[CODE]);
    }
    return status;
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    struct tn_id pathway =
        tn_centre_id(&import->centre->id, "pathway", "pathways", row->values[CODE]);
    struct tn_cell cells[] = {
        {.type = TN_CELL_ID, .id = pathway},
        tn_cell_int(row, STEP),
        tn_cell_text(row, STEP_TITLE),
        tn_cell_int(row, NEEDS_N),
    };
    enum tn_change titled = TN_CHANGE_NONE;
    enum tn_status status = take_pathway(import, row, &pathway, &titled);
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    status = tn_upsert_run(import->centre->db, &steps,
                           &(struct tn_upsert_row){import->centre->no, id, cells}, change);
    if (*change == TN_CHANGE_NONE) {
        *change = titled;
    }
    return status;
}

static enum tn_status delete_step(struct tn_import *import, const struct tn_id *step)
{
    static const char sql[] = "DELETE FROM pathway_step WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_id(stmt, 2, step);
        status = tn_run(stmt);
    }
    tn_import_count(&import->counts, TN_CHANGE_REMOVED);
    return status;
}

static enum tn_status remove_steps(struct tn_import *import)
{
    static const char sql[] = "SELECT id, pathway FROM pathway_step WHERE ecosystem = $1"
                              " ORDER BY id";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id step;
        struct tn_id pathway;
        tn_col_id(stmt, 0, &step);
        tn_col_id(stmt, 1, &pathway);
        if (tn_idset_find(&import->seen, &pathway) != 0 &&
            tn_idset_find(&import->seen, &step) == 0) {
            status = delete_step(import, &step);
        }
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_import_check_steps(struct tn_import *import)
{
    static const char sql[] =
        "SELECT count(*) FROM activity a WHERE a.ecosystem = $1 AND a.pathway IS NOT NULL AND NOT"
        " EXISTS (SELECT 1 FROM pathway p JOIN pathway_step s ON s.ecosystem = p.ecosystem AND"
        " s.pathway = p.id WHERE p.ecosystem = $1 AND p.code = a.pathway AND s.step = a.step)";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_step(stmt, &has_row);
    const struct tn_import_remark remark = {
        .key = "unknown_steps",
        .one = "activity names a pathway or a step that is not there; it counts for none until "
               "`import pathways` brings it",
        .many = "activities name a pathway or a step that is not there; they count for none until "
                "`import pathways` brings it",
        .count = has_row ? (uint64_t)tn_col_int(stmt, 0) : 0,
    };
    tn_reset(stmt);
    tn_import_remark(import, &remark);
    return status;
}

static enum tn_status check(struct tn_import *import)
{
    enum tn_status status = remove_steps(import);
    return status == TN_OK ? tn_import_check_steps(import) : status;
}

const struct tn_import_kind tn_import_pathways = {
    .name = "pathways",
    .thing = "step",
    .things = "steps",
    .key = "code and step",
    .columns = columns,
    .id = id_of,
    .take = take,
    .check = check,
};
