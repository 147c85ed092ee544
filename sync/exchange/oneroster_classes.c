/* classes.csv and enrollments.csv: classes become groups by the id the source gives them, so that a
 * renamed class stays the same one, and enrolments of students become their members. Enrolments of
 * teachers are passed over, and so are those that ended before today. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sync/central/text.h"
#include "sync/exchange/check.h"
#include "sync/exchange/import_learner.h"
#include "sync/exchange/oneroster.h"
#include "turnout/setup.h"

#define TITLE_SIZE 81 /* of a class: its name may need more behind it */
#define CODE_SIZE 33
#define DAY_SIZE 11

enum { ID, STATUS, TITLE, CODE, SCHOOL };

static const struct tn_csv_column columns[] = {
    [ID] = {"sourcedId", true, TN_TITLE_MAX, tn_check_line},
    [STATUS] = {"status", false, 0, tn_oneroster_status},
    [TITLE] = {"title", false, 0, tn_check_line},
    [CODE] = {"classCode", false, 0, tn_check_line},
    [SCHOOL] = {"schoolSourcedId", false, TN_TITLE_MAX, tn_check_line},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert table = {
    .select = "SELECT source, source_id, partner, title, code, name FROM class_group"
              " WHERE ecosystem = $1 AND id = $2",
    .write =
        "INSERT INTO class_group (ecosystem, id, source, source_id, partner, title, code, name)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ecosystem, id) DO UPDATE SET"
        " source = excluded.source, source_id = excluded.source_id,"
        " partner = excluded.partner, title = excluded.title, code = excluded.code,"
        " name = excluded.name",
    .count = 6,
};

static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    return tn_oneroster_id(import, "class_group", row->values[ID]);
}

/* Runs a statement that ends rows by an id, $2. */
static enum tn_status end_by(struct tn_import *import, const char *sql, const struct tn_id *id)
{
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_id(stmt, 2, id);
        status = tn_run(stmt);
    }
    return status;
}

static enum tn_status is_there(struct tn_import *import, const char *sql, const struct tn_id *id,
                               bool *out)
{
    struct tn_stmt *stmt = NULL;
    *out = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_id(stmt, 2, id);
        status = tn_step(stmt, out);
        tn_reset(stmt);
    }
    return status;
}

static const char class_there[] = "SELECT 1 FROM class_group WHERE ecosystem = $1 AND id = $2";
static const char member_there[] = "SELECT 1 FROM class_member WHERE ecosystem = $1 AND id = $2";

static enum tn_status end_class(struct tn_import *import, const struct tn_id *id,
                                enum tn_change *change)
{
    static const char members[] = "DELETE FROM class_member WHERE ecosystem = $1"
                                  " AND class_group = $2";
    static const char sql[] = "DELETE FROM class_group WHERE ecosystem = $1 AND id = $2";
    bool is_known = false;
    enum tn_status status = is_there(import, class_there, id, &is_known);
    if (status == TN_OK && is_known) {
        *change = TN_CHANGE_REMOVED;
        status = end_by(import, members, id);
        status = status == TN_OK ? end_by(import, sql, id) : status;
    }
    return status;
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    char title[TITLE_SIZE];
    char code[CODE_SIZE];
    *change = TN_CHANGE_PASSED_OVER;
    if (row->numbers[STATUS] != 0) {
        return end_class(import, id, change);
    }
    if (row->values[TITLE][0] == '\0' || row->values[SCHOOL][0] == '\0') {
        tn_import_problem(import, row, row->values[TITLE][0] == '\0' ? TITLE : SCHOOL,
                          "is empty; every class needs it");
        return TN_OK;
    }
    tn_text_cut(row->values[TITLE], title, sizeof(title));
    tn_text_cut(row->values[CODE], code, sizeof(code));
    struct tn_cell cells[] = {
        {.type = TN_CELL_TEXT, .text = tn_oneroster_of(import)->source->name},
        tn_cell_text(row, ID),
        {0},
        {.type = TN_CELL_TEXT, .text = title},
        tn_cell_text(row, CODE),
        {.type = TN_CELL_TEXT, .is_kept = true, .text = ""}, /* settled once all are there */
    };
    cells[4].text = code; /* as much of it as fits */
    enum tn_status status = tn_oneroster_partner(import, row, SCHOOL, &cells[2]);
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    return tn_upsert_run(import->centre->db, &table,
                         &(struct tn_upsert_row){import->centre->no, id, cells}, change);
}

const struct tn_import_kind tn_oneroster_classes = {
    .name = "classes",
    .columns = columns,
    .id = id_of,
    .take = take,
    .is_foreign = true,
    .may_repeat = true,
};

enum { MEMBER_ID, MEMBER_STATUS, MEMBER_CLASS, MEMBER_USER, MEMBER_ROLE, MEMBER_END };

static const struct tn_csv_column member_columns[] = {
    [MEMBER_ID] = {"sourcedId", true, TN_TITLE_MAX, tn_check_line},
    [MEMBER_STATUS] = {"status", false, 0, tn_oneroster_status},
    [MEMBER_CLASS] = {"classSourcedId", false, TN_TITLE_MAX, tn_check_line},
    [MEMBER_USER] = {"userSourcedId", false, TN_TITLE_MAX, tn_check_line},
    [MEMBER_ROLE] = {"role", true, TN_TITLE_MAX, tn_check_line},
    [MEMBER_END] = {"endDate", false, 0, tn_check_date},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert members = {
    .select = "SELECT class_group, learner FROM class_member WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO class_member (ecosystem, id, class_group, learner)"
             " VALUES ($1, $2, $3, $4) ON CONFLICT (ecosystem, id) DO UPDATE SET"
             " class_group = excluded.class_group, learner = excluded.learner",
    .count = 2,
};

static struct tn_id member_id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    return tn_oneroster_id(import, "class_member", row->values[MEMBER_ID]);
}

/* Dates compare as text. */
static bool is_over(const struct tn_import *import, const char *end)
{
    const time_t now = (time_t)(import->now_ms / 1000);
    struct tm tm = {0};
    char today[DAY_SIZE] = "";
    return end[0] != '\0' && gmtime_r(&now, &tm) != NULL &&
           strftime(today, sizeof(today), "%Y-%m-%d", &tm) > 0 && strcmp(end, today) < 0;
}

static enum tn_status end_member(struct tn_import *import, const struct tn_id *id,
                                 enum tn_change *change)
{
    static const char sql[] = "DELETE FROM class_member WHERE ecosystem = $1 AND id = $2";
    bool is_known = false;
    enum tn_status status = is_there(import, member_there, id, &is_known);
    if (status == TN_OK && is_known) {
        *change = TN_CHANGE_REMOVED;
        status = end_by(import, sql, id);
    }
    return status;
}

/* Whether the user of a row is a learner who may be in a class. One that nobody ever named is a
 * problem; one that is no student, or was erased, is passed over. */
static enum tn_status find_member(struct tn_import *import, const struct tn_csv_row *row,
                                  const struct tn_id *learner, bool *out)
{
    static const char sql[] = "SELECT erased_at FROM learner WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    status = tn_step(stmt, &has_row);
    *out = status == TN_OK && has_row && tn_col_is_null(stmt, 0);
    tn_reset(stmt);
    bool is_erased = false;
    if (status == TN_OK && !has_row) {
        status = tn_learner_is_erased(import->centre, learner, &is_erased);
    }
    if (status == TN_OK && !has_row && !is_erased && tn_idset_find(&import->seen, learner) == 0) {
        tn_import_problem(import, row, MEMBER_USER, "there is no user with this sourcedId");
    }
    return status;
}

static enum tn_status find_class(struct tn_import *import, const struct tn_csv_row *row,
                                 const struct tn_id *id)
{
    bool is_known = tn_idset_find(&import->seen, id) != 0;
    enum tn_status status = is_known ? TN_OK : is_there(import, class_there, id, &is_known);
    if (status == TN_OK && !is_known) {
        tn_import_problem(import, row, MEMBER_CLASS, "there is no class with the sourcedId %s",
                          row->values[MEMBER_CLASS]);
    }
    return status;
}

static enum tn_status take_member(struct tn_import *import, const struct tn_csv_row *row,
                                  const struct tn_id *id, enum tn_change *change)
{
    bool is_learner = false;
    struct tn_cell cells[] = {
        {.type = TN_CELL_ID,
         .id = tn_oneroster_id(import, "class_group", row->values[MEMBER_CLASS])},
        {.type = TN_CELL_ID, .id = tn_oneroster_id(import, "learner", row->values[MEMBER_USER])},
    };
    *change = TN_CHANGE_PASSED_OVER;
    if (row->numbers[MEMBER_STATUS] != 0 || is_over(import, row->values[MEMBER_END])) {
        return end_member(import, id, change);
    }
    if (strcasecmp(row->values[MEMBER_ROLE], "student") != 0) {
        return TN_OK;
    }
    enum tn_status status = find_member(import, row, &cells[1].id, &is_learner);
    if (status == TN_OK && is_learner) {
        status = find_class(import, row, &cells[0].id);
    }
    if (status != TN_OK || !is_learner || import->problems.count > 0) {
        return status;
    }
    return tn_upsert_run(import->centre->db, &members,
                         &(struct tn_upsert_row){import->centre->no, id, cells}, change);
}

const struct tn_import_kind tn_oneroster_enrollments = {
    .name = "enrollments",
    .columns = member_columns,
    .id = member_id_of,
    .take = take_member,
    .is_foreign = true,
    .may_repeat = true,
};
