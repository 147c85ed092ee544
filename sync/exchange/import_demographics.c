/* Demographics: `learner,dimension,value`, one value a dimension, kept only under a consent to the
 * purpose `demographics` that is given, not withdrawn and not over. An empty value takes away what
 * was kept. */
#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "sync/exchange/import_learner.h"
#include "turnout/setup.h"

enum { LEARNER, DIMENSION, VALUE };

static const struct tn_csv_column columns[] = {
    [LEARNER] = {"learner", true, 2 * TN_TITLE_MAX, tn_check_line},
    [DIMENSION] = {"dimension", true, TN_TITLE_MAX, tn_check_line},
    [VALUE] = {"value", false, TN_TITLE_MAX, tn_check_line},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert table = {
    .select = "SELECT learner, dimension, value, consent FROM learner_demo WHERE ecosystem = $1"
              " AND id = $2",
    .write = "INSERT INTO learner_demo (ecosystem, id, learner, dimension, value, consent)"
             " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (ecosystem, id) DO UPDATE SET"
             " learner = excluded.learner, dimension = excluded.dimension, value = excluded.value,"
             " consent = excluded.consent",
    .count = 4,
};

static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    char both[3 * TN_TITLE_MAX + 2];
    (void)snprintf(both, sizeof(both), "%s\t%s", row->values[LEARNER], row->values[DIMENSION]);
    return tn_centre_id(&import->centre->id, "learner_demo", "demographics", both);
}

static enum tn_status check_consent(struct tn_import *import, const struct tn_csv_row *row,
                                    const struct tn_id *learner)
{
    static const char sql[] =
        "SELECT 1 FROM consent WHERE ecosystem = $1 AND learner = $2 AND purpose = $3"
        " AND withdrawn_at IS NULL AND (until IS NULL OR until > $4)";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    tn_bind_text(stmt, 3, TN_CONSENT_DEMOGRAPHICS);
    tn_bind_int(stmt, 4, import->now_ms);
    status = tn_step(stmt, &has_row);
    tn_reset(stmt);
    if (status == TN_OK && !has_row) {
        tn_import_problem(import, row, LEARNER,
                          "no consent to the purpose " TN_CONSENT_DEMOGRAPHICS
                          " is recorded for this learner; import consents first, or leave the row "
                          "out");
    }
    return status;
}

static enum tn_status take_away(struct tn_import *import, const struct tn_id *id,
                                enum tn_change *change)
{
    static const char find[] = "SELECT 1 FROM learner_demo WHERE ecosystem = $1 AND id = $2";
    static const char sql[] = "DELETE FROM learner_demo WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(import->centre, find, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    status = tn_step(stmt, &has_row);
    tn_reset(stmt);
    *change = has_row ? TN_CHANGE_REMOVED : TN_CHANGE_NONE;
    if (status != TN_OK || !has_row) {
        return status;
    }
    status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_id(stmt, 2, id);
        status = tn_run(stmt);
    }
    return status;
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    struct tn_cell cells[] = {{0},
                              tn_cell_text(row, DIMENSION),
                              tn_cell_text(row, VALUE),
                              {.type = TN_CELL_TEXT, .text = TN_CONSENT_DEMOGRAPHICS}};
    enum tn_status status = tn_import_learner(import, row, LEARNER, &cells[LEARNER]);
    if (status == TN_OK && row->values[VALUE][0] == '\0') {
        return import->problems.count > 0 ? TN_OK : take_away(import, id, change);
    }
    if (status == TN_OK && import->problems.count == 0 && cells[LEARNER].type != TN_CELL_ID) {
        *change = TN_CHANGE_LEFT_OUT;
        return TN_OK;
    }
    if (status == TN_OK && cells[LEARNER].type == TN_CELL_ID) {
        status = check_consent(import, row, &cells[LEARNER].id);
    }
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    return tn_upsert_run(import->centre->db, &table,
                         &(struct tn_upsert_row){import->centre->no, id, cells}, change);
}

const struct tn_import_kind tn_import_demographics = {
    .name = "demographics",
    .thing = "value",
    .things = "values",
    .key = "learner and dimension",
    .columns = columns,
    .id = id_of,
    .take = take,
};
