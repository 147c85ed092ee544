/* Consents: `learner,purpose,given` and on what ground, by whom, when and until when. A consent has
 * no id of its own: it is the learner's to a purpose, and one row each. `no` withdraws what was
 * given, and with it goes what was kept under it; where nothing was given it changes nothing. */
#include <stdio.h>

#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "sync/exchange/import_learner.h"
#include "turnout/setup.h"

enum { LEARNER, PURPOSE, GIVEN, BASIS, GIVEN_BY, GIVEN_AT, UNTIL };

static const struct tn_csv_column columns[] = {
    [LEARNER] = {"learner", true, 2 * TN_TITLE_MAX, tn_check_line},
    [PURPOSE] = {"purpose", true, TN_TITLE_MAX, tn_check_code},
    [GIVEN] = {"given", true, 0, tn_check_yes},
    [BASIS] = {"basis", false, TN_TITLE_MAX, tn_check_line},
    [GIVEN_BY] = {"given_by", false, TN_TITLE_MAX, tn_check_line},
    [GIVEN_AT] = {"given_at", false, 0, tn_check_date},
    [UNTIL] = {"until", false, 0, tn_check_date},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert table = {
    .select = "SELECT basis, given_by, given_at, until, withdrawn_at FROM consent"
              " WHERE ecosystem = $1 AND learner = $2 AND purpose = $3",
    .write = "INSERT INTO consent (ecosystem, learner, purpose, basis, given_by, given_at, until,"
             " withdrawn_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ecosystem,"
             " learner, purpose) DO UPDATE SET basis = excluded.basis,"
             " given_by = excluded.given_by, given_at = excluded.given_at,"
             " until = excluded.until, withdrawn_at = excluded.withdrawn_at",
    .count = 5,
};

static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    char both[3 * TN_TITLE_MAX + 2];
    (void)snprintf(both, sizeof(both), "%s\t%s", row->values[LEARNER], row->values[PURPOSE]);
    return tn_centre_id(&import->centre->id, "consent", "consents", both);
}

/* A day of the ecosystem's zone; `days` is 1 where it is the end that counts. */
static struct tn_cell day_cell(const struct tn_import *import, const struct tn_csv_row *row,
                               int column, int days)
{
    struct tn_cell cell = tn_cell_int(row, column);
    if (cell.type == TN_CELL_INT) {
        (void)tn_local_day(row->values[column], import->centre->tz, days, &cell.number);
    }
    return cell;
}

/* 1 given, 0 withdrawn, -1 never said. */
static enum tn_status read_state(struct tn_import *import, const struct tn_id *learner,
                                 const char *purpose, int *out)
{
    static const char sql[] = "SELECT withdrawn_at FROM consent WHERE ecosystem = $1 AND learner ="
                              " $2 AND purpose = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    tn_bind_text(stmt, 3, purpose);
    status = tn_step(stmt, &has_row);
    *out = !has_row ? -1 : tn_col_is_null(stmt, 0) ? 1 : 0;
    tn_reset(stmt);
    return status;
}

static enum tn_status write_consent(struct tn_import *import, const struct tn_csv_row *row,
                                    const struct tn_id *learner, enum tn_change *change)
{
    const bool is_given = row->numbers[GIVEN] != 0;
    struct tn_cell cells[] = {
        {.type = TN_CELL_TEXT, .is_kept = row->values[BASIS][0] == '\0', .text = "file"},
        tn_cell_text(row, GIVEN_BY),
        day_cell(import, row, GIVEN_AT, 0),
        day_cell(import, row, UNTIL, 1),
        {.type = is_given ? TN_CELL_NULL : TN_CELL_INT, .number = import->now_ms},
    };
    int state = -1;
    enum tn_status status = read_state(import, learner, row->values[PURPOSE], &state);
    if (status != TN_OK || (!is_given && state < 0)) {
        return status;
    }
    if (row->values[BASIS][0] != '\0') {
        cells[0].text = row->values[BASIS];
    }
    cells[4].is_kept = !is_given && state == 0; /* withdrawn when it first was */
    status = tn_upsert_word(import->centre->db, &table,
                            &(struct tn_upsert_row){import->centre->no, learner, cells},
                            row->values[PURPOSE], change);
    if (status == TN_OK && !is_given && state == 1) {
        status = tn_learner_forget_demo(import->centre, learner, row->values[PURPOSE]);
    }
    return status;
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    struct tn_cell learner = {0};
    (void)id;
    enum tn_status status = tn_import_learner(import, row, LEARNER, &learner);
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    if (learner.type != TN_CELL_ID) {
        *change = TN_CHANGE_LEFT_OUT;
        return TN_OK;
    }
    return write_consent(import, row, &learner.id, change);
}

const struct tn_import_kind tn_import_consents = {
    .name = "consents",
    .thing = "consent",
    .things = "consents",
    .key = "learner and purpose",
    .columns = columns,
    .id = id_of,
    .take = take,
};
