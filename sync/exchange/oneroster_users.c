/* users.csv, and roles.csv of 1.2: students become learners. Kept are the id, names (a preferred
 * one is the one shown), the first grade that is one of ours, and the org; passwords, addresses and
 * phones are never looked at. Teachers and guardians are passed over. A user who is to be deleted
 * stays a learner whose classes and coming registrations end: who attended, attended. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/exchange/check.h"
#include "sync/exchange/import_learner.h"
#include "sync/exchange/name.h"
#include "sync/exchange/oneroster.h"
#include "turnout/setup.h"

#define ROLE_PARTNERS_MAX 100000

enum {
    ID,
    STATUS,
    GIVEN,
    FAMILY,
    PREFERRED_GIVEN,
    PREFERRED_FAMILY,
    ROLE,
    ORGS,
    PRIMARY_ORG,
    GRADES,
};

static const struct tn_csv_column columns[] = {
    [ID] = {"sourcedId", true, TN_TITLE_MAX, tn_check_line},
    [STATUS] = {"status", false, 0, tn_oneroster_status},
    [GIVEN] = {"givenName", false, TN_TITLE_MAX, tn_check_line},
    [FAMILY] = {"familyName", false, TN_TITLE_MAX, tn_check_line},
    [PREFERRED_GIVEN] = {"preferredGivenName", false, TN_TITLE_MAX, tn_check_line},
    [PREFERRED_FAMILY] = {"preferredFamilyName", false, TN_TITLE_MAX, tn_check_line},
    [ROLE] = {"role", false, TN_TITLE_MAX, tn_check_line},
    [ORGS] = {"orgSourcedIds", false, 0, tn_check_line},
    [PRIMARY_ORG] = {"primaryOrgSourcedId", false, TN_TITLE_MAX, tn_check_line},
    [GRADES] = {"grades", false, 0, tn_check_line},
    {NULL, false, 0, NULL},
};

static const struct tn_upsert learners = {
    .select = "SELECT display, grade, home_partner FROM learner WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO learner (ecosystem, id, display, grade, home_partner)"
             " VALUES ($1, $2, $3, $4, $5)"
             " ON CONFLICT (ecosystem, id) DO UPDATE SET display = excluded.display,"
             " grade = excluded.grade, home_partner = excluded.home_partner, rev = learner.rev + 1",
    .count = 3,
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

static struct tn_id id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    return tn_oneroster_id(import, "learner", row->values[ID]);
}

static enum tn_status is_known(struct tn_import *import, const struct tn_id *id, bool *out)
{
    static const char sql[] = "SELECT 1 FROM learner WHERE ecosystem = $1 AND id = $2";
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

/* Whether a user is a student. A delta need not say again what somebody's role is. */
static enum tn_status is_student(struct tn_import *import, const struct tn_csv_row *row,
                                 const struct tn_id *id, bool *out)
{
    const struct tn_oneroster *one = tn_oneroster_of(import);
    *out = one->minor == 1 ? strcasecmp(row->values[ROLE], "student") == 0
                           : tn_idset_find(&one->students, id) != 0;
    const bool is_silent = one->minor == 1 ? row->values[ROLE][0] == '\0'
                                           : one->modes[TN_ONEROSTER_ROLES] != TN_ONEROSTER_BULK;
    if (*out || !is_silent || one->modes[TN_ONEROSTER_USERS] != TN_ONEROSTER_DELTA) {
        return TN_OK;
    }
    return is_known(import, id, out);
}

/* The codes of CEDS, of which ours are PK, K and 1 to 12; the first of a list that is one counts.
 */
static bool read_grade(const char *list, int64_t *out)
{
    static const char *const before_k[] = {"PR", "PK", "TK", "IT"};
    while (*list != '\0') {
        char code[8];
        const size_t len = strcspn(list, ",; ");
        (void)snprintf(code, sizeof(code), "%.*s", (int)(len < 7 ? len : 7), list);
        list += len + (list[len] != '\0');
        for (size_t i = 0; i < sizeof(before_k) / sizeof(before_k[0]); i++) {
            if (strcasecmp(code, before_k[i]) == 0) {
                *out = -1;
                return true;
            }
        }
        if (code[0] != '\0' && tn_check_grade(code, out) == NULL) {
            return true;
        }
    }
    return false;
}

/* 1.1 has the orgs in the user's row; 1.2 one there, or that of the role. */
static enum tn_status find_partner(struct tn_import *import, const struct tn_csv_row *row,
                                   const struct tn_id *id, struct tn_cell *out)
{
    const struct tn_oneroster *one = tn_oneroster_of(import);
    if (one->minor == 1) {
        return tn_oneroster_partner(import, row, ORGS, out);
    }
    if (row->values[PRIMARY_ORG][0] != '\0') {
        return tn_oneroster_partner(import, row, PRIMARY_ORG, out);
    }
    const uint32_t place = tn_idset_find(&one->students, id);
    *out = (struct tn_cell){.type = TN_CELL_ID, .is_kept = place == 0};
    if (place != 0) {
        out->id = one->role_partners[place - 1];
    }
    return TN_OK;
}

static enum tn_status write_learner(struct tn_import *import, const struct tn_csv_row *row,
                                    const struct tn_id *id, enum tn_change *change)
{
    char display[TN_NAME_MAX + 1];
    char grade[8];
    int64_t number = 0;
    const char *family =
        row->values[row->values[PREFERRED_FAMILY][0] != '\0' ? PREFERRED_FAMILY : FAMILY];
    struct tn_cell cells[3] = {{.type = TN_CELL_TEXT, .text = display}};
    tn_name_display(row->values[GIVEN], row->values[PREFERRED_GIVEN], family, display);
    if (read_grade(row->values[GRADES], &number)) {
        tn_grade_text(number, grade, sizeof(grade));
        cells[1] = (struct tn_cell){.type = TN_CELL_TEXT, .text = grade};
    }
    cells[1].is_kept = !row->has[GRADES];
    enum tn_status status = find_partner(import, row, id, &cells[2]);
    if (status != TN_OK || import->problems.count > 0) {
        return status;
    }
    const struct tn_cell called[] = {
        tn_cell_text(row, GIVEN),
        tn_cell_text(row, PREFERRED_GIVEN),
        {.type = family[0] == '\0' ? TN_CELL_NULL : TN_CELL_TEXT, .text = family},
    };
    enum tn_change part = TN_CHANGE_NONE;
    status = tn_upsert_run(import->centre->db, &learners,
                           &(struct tn_upsert_row){import->centre->no, id, cells}, change);
    if (status == TN_OK) {
        status = tn_upsert_run(import->centre->db, &names,
                               &(struct tn_upsert_row){import->centre->no, id, called}, &part);
    }
    if (status == TN_OK && *change == TN_CHANGE_NEW) {
        status = tn_learner_add_alias(import->centre, tn_oneroster_of(import)->source->name,
                                      row->values[ID], id);
    }
    if (*change == TN_CHANGE_NONE && part != TN_CHANGE_NONE) {
        *change = TN_CHANGE_CHANGED;
    }
    return status;
}

static enum tn_status end_user(struct tn_import *import, const struct tn_id *id,
                               enum tn_change *change)
{
    bool known = false;
    enum tn_status status = is_known(import, id, &known);
    *change = TN_CHANGE_PASSED_OVER;
    if (status != TN_OK || !known) {
        return status;
    }
    *change = TN_CHANGE_NONE;
    tn_import_remark(
        import,
        &(struct tn_import_remark){
            "left", "learner has left: classes and coming registrations end, the rest stays",
            "learners have left: classes and coming registrations end, the rest stays", 1});
    return tn_oneroster_end(import, id, change);
}

static enum tn_status take(struct tn_import *import, const struct tn_csv_row *row,
                           const struct tn_id *id, enum tn_change *change)
{
    bool is_taken = false;
    bool is_erased = false;
    *change = TN_CHANGE_PASSED_OVER;
    if (row->numbers[STATUS] != 0) {
        return end_user(import, id, change);
    }
    enum tn_status status = is_student(import, row, id, &is_taken);
    if (status != TN_OK || !is_taken) {
        tn_import_remark(import, &(struct tn_import_remark){
                                     "passed_over", "user is no student and was passed over",
                                     "users are no students and were passed over", 1});
        return status;
    }
    if (row->values[GIVEN][0] == '\0') {
        tn_import_problem(import, row, GIVEN, "is empty; every student needs it");
        return TN_OK;
    }
    status = tn_learner_is_erased(import->centre, id, &is_erased);
    if (status != TN_OK || is_erased) {
        *change = TN_CHANGE_LEFT_OUT;
        return status;
    }
    status = write_learner(import, row, id, change);
    tn_oneroster_of(import)->source->learners += status == TN_OK && !import->is_repeated;
    return status;
}

const struct tn_import_kind tn_oneroster_users = {
    .name = "users",
    .columns = columns,
    .id = id_of,
    .take = take,
    .is_foreign = true,
    .may_repeat = true,
};

enum { ROLE_ID, ROLE_STATUS, ROLE_USER, ROLE_TYPE, ROLE_ROLE, ROLE_ORG };

static const struct tn_csv_column role_columns[] = {
    [ROLE_ID] = {"sourcedId", true, TN_TITLE_MAX, tn_check_line},
    [ROLE_STATUS] = {"status", false, 0, tn_oneroster_status},
    [ROLE_USER] = {"userSourcedId", true, TN_TITLE_MAX, tn_check_line},
    [ROLE_TYPE] = {"roleType", false, TN_TITLE_MAX, tn_check_line},
    [ROLE_ROLE] = {"role", true, TN_TITLE_MAX, tn_check_line},
    [ROLE_ORG] = {"orgSourcedId", false, TN_TITLE_MAX, tn_check_line},
    {NULL, false, 0, NULL},
};

static struct tn_id role_id_of(const struct tn_import *import, const struct tn_csv_row *row)
{
    return tn_oneroster_id(import, "role", row->values[ROLE_ID]);
}

/* The number, from 1, that stands for a partner while users are read. */
static enum tn_status intern(struct tn_oneroster *one, const struct tn_id *partner, uint32_t *out)
{
    static const struct tn_id none = {{0}};
    *out = (uint32_t)one->role_partner_count + 1;
    enum tn_status status = tn_idset_add(&one->role_places, partner, out);
    if (status != TN_OK) {
        return status == TN_ERR_EXISTS ? TN_OK : status;
    }
    if (one->role_partners == NULL) {
        one->role_partners = calloc(ROLE_PARTNERS_MAX, sizeof(*one->role_partners));
    }
    if (one->role_partners == NULL || one->role_partner_count == ROLE_PARTNERS_MAX) {
        return one->role_partners == NULL ? TN_ERR_NO_MEMORY : TN_ERR_LIMIT;
    }
    one->role_partners[one->role_partner_count++] = partner == NULL ? none : *partner;
    return TN_OK;
}

/* The first primary role as a student counts; one without a type is as good. */
static enum tn_status take_role(struct tn_import *import, const struct tn_csv_row *row,
                                const struct tn_id *id, enum tn_change *change)
{
    struct tn_oneroster *one = tn_oneroster_of(import);
    struct tn_cell partner = {0};
    uint32_t place = 0;
    (void)id;
    *change = TN_CHANGE_PASSED_OVER;
    if (row->numbers[ROLE_STATUS] != 0 || strcasecmp(row->values[ROLE_ROLE], "student") != 0 ||
        strcasecmp(row->values[ROLE_TYPE], "secondary") == 0) {
        return TN_OK;
    }
    enum tn_status status = tn_oneroster_partner(import, row, ROLE_ORG, &partner);
    if (status == TN_OK) {
        status = intern(one, &partner.id, &place);
    }
    if (status == TN_OK) {
        const struct tn_id user = tn_oneroster_id(import, "learner", row->values[ROLE_USER]);
        status = tn_idset_add(&one->students, &user, &place);
        status = status == TN_ERR_EXISTS ? TN_OK : status;
    }
    return status;
}

const struct tn_import_kind tn_oneroster_roles = {
    .name = "roles",
    .columns = role_columns,
    .id = role_id_of,
    .take = take_role,
    .is_foreign = true,
    .may_repeat = true,
};
