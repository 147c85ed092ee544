/* The roster: `id,given_name` and what else a learner's school gives us. A learner becomes a row
 * with a display name, a row of names apart from it, an alias that remembers the school's own id,
 * groups and consents. */
#include <time.h>

#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "sync/exchange/import_learner.h"
#include "sync/exchange/name.h"
#include "turnout/setup.h"

#define YEAR_LEAST 2026 /* of a clock that is right: this was written then */

enum {
    ID,
    GIVEN,
    FAMILY,
    PREFERRED,
    GRADE,
    BIRTH_YEAR,
    PARTNER,
    GROUP,
    LANGUAGE,
    ZIP3,
    OPT_OUT,
    CONSENT,
};

static const struct tn_csv_column columns[] = {
    [ID] = {"id", true, TN_TITLE_MAX, tn_check_line},
    [GIVEN] = {"given_name", true, TN_TITLE_MAX, tn_check_line},
    [FAMILY] = {"family_name", false, TN_TITLE_MAX, tn_check_line},
    [PREFERRED] = {"preferred_name", false, TN_TITLE_MAX, tn_check_line},
    [GRADE] = {"grade", false, 0, tn_check_grade},
    [BIRTH_YEAR] = {"birth_year", false, 0, tn_check_year},
    [PARTNER] = {"partner", false, TN_TITLE_MAX, tn_check_code},
    [GROUP] = {"group", false, 0, tn_check_line},
    [LANGUAGE] = {"language", false, TN_LANG_MAX, tn_check_lang},
    [ZIP3] = {"zip3", false, 0, tn_check_zip3},
    [OPT_OUT] = {"directory_opt_out", false, 0, tn_check_yes},
    [CONSENT] = {"consent", false, 0, tn_check_yes},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert names = {
    .select = "SELECT given, preferred, family FROM learner_pii"
              " WHERE ecosystem = $1 AND learner = $2",
    .write = "INSERT INTO learner_pii (ecosystem, learner, given, preferred, family)"
             " VALUES ($1, $2, $3, $4, $5)"
             " ON CONFLICT (ecosystem, learner) DO UPDATE SET given = excluded.given,"
             " preferred = excluded.preferred, family = excluded.family",
    .count = 3,
};

static const struct tn_upsert learners = {
    .select = "SELECT display, grade, birth_year, home_partner, zip3, lang, directory_opt_out"
              " FROM learner WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO learner (ecosystem, id, display, grade, birth_year, home_partner, zip3,"
             " lang, directory_opt_out) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
             " ON CONFLICT (ecosystem, id) DO UPDATE SET display = excluded.display,"
             " grade = excluded.grade, birth_year = excluded.birth_year,"
             " home_partner = excluded.home_partner, zip3 = excluded.zip3, lang = excluded.lang,"
             " directory_opt_out = excluded.directory_opt_out, rev = learner.rev + 1",
    .count = 7,
};

static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    return tn_centre_id(&import->centre->id, "learner", TN_SOURCE_ROSTER, row->values[ID]);
}

/* The display name from the row, and from what is known already where the file lacks a column. */
static enum tn_status make_display(struct tn_import *import, const struct tn_csv_row *row,
                                   const struct tn_id *id, char out[TN_NAME_MAX + 1])
{
    if (row->has[PREFERRED] && row->has[FAMILY]) {
        tn_name_display(row->values[GIVEN], row->values[PREFERRED], row->values[FAMILY], out);
        return TN_OK;
    }
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(import->centre->db, names.select, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, import->centre->no);
    tn_bind_id(stmt, 2, id);
    status = tn_step(stmt, &has_row);
    const char *preferred = row->values[PREFERRED];
    const char *family = row->values[FAMILY];
    if (status == TN_OK && has_row) {
        preferred = row->has[PREFERRED] ? preferred : tn_col_text(stmt, 1);
        family = row->has[FAMILY] ? family : tn_col_text(stmt, 2);
    }
    tn_name_display(row->values[GIVEN], preferred, family, out);
    tn_reset(stmt);
    return status;
}

static void fill_learner(const struct tn_csv_row *row, const char *display, char grade[8],
                         struct tn_cell cells[7])
{
    cells[0] = (struct tn_cell){.type = TN_CELL_TEXT, .text = display};
    cells[1] = tn_cell_text(row, GRADE);
    if (cells[1].type == TN_CELL_TEXT) {
        tn_grade_text(row->numbers[GRADE], grade, 8);
        cells[1].text = grade;
    }
    cells[2] = tn_cell_int(row, BIRTH_YEAR);
    cells[4] = tn_cell_text(row, ZIP3);
    cells[5] = tn_cell_text(row, LANGUAGE);
    cells[6] = tn_cell_int(row, OPT_OUT);
    cells[6].type = TN_CELL_INT; /* never NULL: nothing said is no */
}

static enum tn_status write_learner(struct tn_import *import, const struct tn_csv_row *row,
                                    const struct tn_id *id, enum tn_change *change)
{
    char display[TN_NAME_MAX + 1];
    char grade[8];
    struct tn_cell cells[7] = {{0}};
    enum tn_status status = tn_import_partner(import, row, PARTNER, &cells[3]);
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    status = make_display(import, row, id, display);
    if (status == TN_OK) {
        fill_learner(row, display, grade, cells);
        status = tn_upsert_run(import->centre->db, &learners,
                               &(struct tn_upsert_row){import->centre->no, id, cells}, change);
    }
    return status;
}

/* With a day to spare: somewhere the new year comes first. A clock that was never set tells no
 * year. */
static int64_t year_of(int64_t at_ms)
{
    time_t at = (time_t)(at_ms / 1000) + 86400;
    struct tm tm = {0};
    bool is_set = gmtime_r(&at, &tm) != NULL && tm.tm_year + 1900 >= YEAR_LEAST;
    return is_set ? tm.tm_year + 1900 : INT64_MAX;
}

static void fill_names(const struct tn_csv_row *row, struct tn_cell cells[3])
{
    cells[0] = tn_cell_text(row, GIVEN);
    cells[1] = tn_cell_text(row, PREFERRED);
    cells[2] = tn_cell_text(row, FAMILY);
}

/* What hangs on a learner who is new: nothing of it is there yet, so nothing is looked for. That is
 * half of the statements of a first roster. */
static enum tn_status add_rest(struct tn_import *import, const struct tn_csv_row *row,
                               const struct tn_id *id)
{
    struct tn_cell cells[3];
    fill_names(row, cells);
    enum tn_status status = tn_upsert_insert(
        import->centre->db, &names, &(struct tn_upsert_row){import->centre->no, id, cells});
    if (status == TN_OK) {
        status = tn_learner_add_alias(import->centre, TN_SOURCE_ROSTER, row->values[ID], id);
    }
    if (status == TN_OK) {
        status = tn_learner_add_groups(import->centre, id, row->values[GROUP]);
    }
    if (status == TN_OK && row->numbers[CONSENT] != 0) {
        status = tn_learner_add_consent(import->centre, id);
    }
    return status;
}

static enum tn_status change_rest(struct tn_import *import, const struct tn_csv_row *row,
                                  const struct tn_id *id, enum tn_change *part)
{
    struct tn_cell cells[3];
    fill_names(row, cells);
    enum tn_status status = tn_upsert_run(
        import->centre->db, &names, &(struct tn_upsert_row){import->centre->no, id, cells}, part);
    if (status == TN_OK && row->has[GROUP]) {
        status = tn_learner_set_groups(import->centre, id, row->values[GROUP], part);
    }
    if (status == TN_OK && row->values[CONSENT][0] != '\0') {
        status = tn_learner_set_consent(import->centre, id, row->numbers[CONSENT] != 0,
                                        import->now_ms, part);
    }
    return status;
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    enum tn_change part = TN_CHANGE_NONE;
    bool is_erased = false;
    enum tn_status status = tn_learner_is_erased(import->centre, id, &is_erased);
    if (status != TN_OK || is_erased) {
        *change = TN_CHANGE_LEFT_OUT;
        return status;
    }
    if (!tn_learner_groups_fit(row->values[GROUP])) {
        tn_import_problem(import, row, GROUP, "at most %d groups of at most %d bytes are expected",
                          TN_GROUPS_MAX, TN_GROUP_TITLE_MAX);
    }
    if (row->values[BIRTH_YEAR][0] != '\0' && row->numbers[BIRTH_YEAR] > year_of(import->now_ms)) {
        tn_import_problem(import, row, BIRTH_YEAR, "a year of birth that has begun is expected");
    }
    status = write_learner(import, row, id, change);
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    status =
        *change == TN_CHANGE_NEW ? add_rest(import, row, id) : change_rest(import, row, id, &part);
    if (*change == TN_CHANGE_NONE && part != TN_CHANGE_NONE) {
        *change = TN_CHANGE_CHANGED;
    }
    return status;
}

const struct tn_import_kind tn_import_roster = {
    .name = "roster",
    .thing = "learner",
    .things = "learners",
    .columns = columns,
    .id = id_of,
    .take = take,
};
