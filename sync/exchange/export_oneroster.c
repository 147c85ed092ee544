/* OneRoster CSV 1.1, bulk: who the centre holds, for a school's own system. Partners are orgs,
 * learners are students, their groups are classes. The standard wants a course and a term for every
 * class and the centre has neither, so there is one course an org, "Groups", and one school year,
 * from July to June. There are no e-mails, telephones or passwords; username is the sourcedId. A
 * learner without a family name has none here, though the standard wants one: a made-up name would
 * be worse. */
#include <string.h>
#include <time.h>

#include "sync/exchange/export.h"
#include "sync/exchange/package.h"

static const struct tn_export_counted without_name = {
    "learners_without_name", "learner has no name at the centre and was left out",
    "learners have no name at the centre and were left out"};
static const struct tn_export_counted without_family = {
    "no_family_name", "of them has no family name, which the standard wants",
    "of them have no family name, which the standard wants"};

#define YEAR_ID "school-year"
#define COURSE_ID "groups-"
#define SCHOOL_YEAR_BEGINS 6 /* July, from 0 */

/* One file: its header, a statement in pages or whole, and what makes a row of a row. */
struct part {
    const char *name; /* as the manifest says it, "users" */
    const char *const *header;
    size_t columns;
    enum tn_status (*write)(struct tn_export *export);
};

static enum tn_status put(struct tn_export *export, const char *const *values, size_t count)
{
    return tn_csv_write_row(export->file, TN_CSV_FOR_READING_BACK, values, count);
}
#define PUT(export, values) put(export, values, sizeof(values) / sizeof(values)[0])

/* The org that everybody belongs to who has no home partner. */
static const char *home_org(const struct tn_export *export)
{
    return export->centre->code;
}

static const char *org_type(const char *sector, bool is_parent_of_schools)
{
    return is_parent_of_schools ? "district" : strcmp(sector, "school") == 0 ? "school" : "local";
}

static enum tn_status write_orgs(struct tn_export *export)
{
    static const char sql[] =
        "SELECT p.code, p.name, p.sector, o.code, CASE WHEN EXISTS (SELECT 1 FROM partner c WHERE"
        " c.ecosystem = p.ecosystem AND c.parent = p.id AND c.sector = 'school') THEN 1 ELSE 0 END"
        " FROM partner p LEFT JOIN partner o ON o.ecosystem = p.ecosystem AND o.id = p.parent"
        " WHERE p.ecosystem = $1 ORDER BY p.code";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    const char *const own[] = {home_org(export), "", "", export->centre->name, "local",
                               home_org(export), ""};
    enum tn_status status = PUT(export, own);
    if (status == TN_OK) {
        status = tn_centre_prepare(export->centre, sql, &stmt);
    }
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        const char *code = tn_col_text(stmt, 0);
        const char *parent = tn_col_text(stmt, 3);
        const char *const values[] = {code,
                                      "",
                                      "",
                                      tn_col_text(stmt, 1),
                                      org_type(tn_col_text(stmt, 2), tn_col_int(stmt, 4) != 0),
                                      code,
                                      parent[0] == '\0' ? home_org(export) : parent};
        if (strcmp(code, home_org(export)) != 0) {
            status = PUT(export, values);
        }
    }
    tn_reset(stmt);
    return status;
}

/* The school year that the day of the export is in: the year it ends in. */
static int school_year(const struct tn_export *export)
{
    const time_t at = (time_t)(export->now_ms / 1000);
    struct tm tm = {0};
    (void)gmtime_r(&at, &tm);
    return tm.tm_year + 1900 + (tm.tm_mon >= SCHOOL_YEAR_BEGINS ? 1 : 0);
}

static enum tn_status write_sessions(struct tn_export *export)
{
    char title[32];
    char from[32];
    char to[32];
    char year[16];
    const int ends = school_year(export);
    (void)snprintf(title, sizeof title, "%d-%d", ends - 1, ends);
    (void)snprintf(from, sizeof from, "%d-07-01", ends - 1);
    (void)snprintf(to, sizeof to, "%d-06-30", ends);
    (void)snprintf(year, sizeof year, "%d", ends);
    const char *const values[] = {YEAR_ID, "", "", title, "schoolYear", from, to, "", year};
    return PUT(export, values);
}

/* The orgs that classes are of. */
static const char class_orgs[] =
    "SELECT DISTINCT coalesce(p.code, '') FROM learner_group g JOIN learner l ON l.ecosystem ="
    " g.ecosystem AND l.id = g.learner LEFT JOIN partner p ON p.ecosystem = l.ecosystem AND p.id ="
    " l.home_partner WHERE g.ecosystem = $1 AND l.merged_into IS NULL AND l.erased_at IS NULL"
    " ORDER BY 1";

static enum tn_status write_courses(struct tn_export *export)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(export->centre, class_orgs, &stmt);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        char id[TN_ATTENDED_TEXT_SIZE + sizeof COURSE_ID];
        const char *code = tn_col_text(stmt, 0);
        const char *org = code[0] == '\0' ? home_org(export) : code;
        (void)snprintf(id, sizeof id, COURSE_ID "%s", org);
        const char *const values[] = {id, "", "", YEAR_ID, "Groups", "", "", org, "", ""};
        status = PUT(export, values);
    }
    tn_reset(stmt);
    return status;
}

static void class_id(const struct tn_export *export, const char *org, const char *title,
                     char out[TN_ID_HEX_SIZE])
{
    const struct tn_id id = tn_centre_id(&export->centre->id, "class", org, title);
    tn_id_hex(&id, out);
}

static enum tn_status write_classes(struct tn_export *export)
{
    static const char sql[] =
        "SELECT DISTINCT coalesce(p.code, ''), g.title FROM learner_group g JOIN learner l ON"
        " l.ecosystem = g.ecosystem AND l.id = g.learner LEFT JOIN partner p ON p.ecosystem ="
        " l.ecosystem AND p.id = l.home_partner WHERE g.ecosystem = $1 AND l.merged_into IS NULL"
        " AND l.erased_at IS NULL ORDER BY 1, 2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(export->centre, sql, &stmt);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        char id[TN_ID_HEX_SIZE];
        char course[TN_ATTENDED_TEXT_SIZE + sizeof COURSE_ID];
        const char *code = tn_col_text(stmt, 0);
        const char *title = tn_col_text(stmt, 1);
        const char *org = code[0] == '\0' ? home_org(export) : code;
        class_id(export, org, title, id);
        (void)snprintf(course, sizeof course, COURSE_ID "%s", org);
        const char *const values[] = {id,          "", "",  title,   "", course, "",
                                      "scheduled", "", org, YEAR_ID, "", "",     ""};
        status = PUT(export, values);
    }
    tn_reset(stmt);
    return status;
}

/* CEDS, which the standard names: KG, and two digits. */
static void grade_of(const char *grade, char out[16])
{
    const bool is_digit = grade[0] >= '0' && grade[0] <= '9';
    (void)snprintf(out, 16, "%s%s", is_digit && grade[1] == '\0' ? "0" : "",
                   strcmp(grade, "K") == 0 ? "KG" : grade);
}

static enum tn_status write_user(struct tn_export *export, struct tn_stmt *stmt,
                                 const struct tn_id *learner)
{
    char id[TN_LEARNER_REF_SIZE];
    char grade[16];
    const char *org = tn_col_text(stmt, 4);
    const char *family = tn_col_text(stmt, 2);
    if (tn_col_is_null(stmt, 1)) {
        tn_export_note(export, &without_name, 1);
        return TN_OK;
    }
    if (family[0] == '\0') {
        tn_export_note(export, &without_family, 1);
    }
    tn_learners_ref(stmt, 5, learner, id);
    grade_of(tn_col_text(stmt, 3), grade);
    export->rows++;
    const char *const values[] = {id,
                                  "",
                                  "",
                                  "true",
                                  org[0] == '\0' ? home_org(export) : org,
                                  "student",
                                  id,
                                  "",
                                  tn_col_text(stmt, 1),
                                  family,
                                  "",
                                  id,
                                  "",
                                  "",
                                  "",
                                  "",
                                  grade,
                                  ""};
    return PUT(export, values);
}

/* One page of a statement with $2 after which learner; each takes a row. *last moves on. */
static enum tn_status page(struct tn_export *export, const char *sql, struct tn_id *last,
                           enum tn_status (*each)(struct tn_export *export, struct tn_stmt *stmt,
                                                  const struct tn_id *learner),
                           bool *is_end)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *is_end = true;
    enum tn_status status = tn_centre_prepare(export->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){last->b, TN_ID_SIZE});
    struct tn_id learner = *last;
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        *is_end = false;
        tn_col_id(stmt, 0, &learner);
        status = each(export, stmt, &learner);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    *last = learner;
    return status;
}

static enum tn_status write_users(struct tn_export *export)
{
    static const char sql[] =
        "SELECT l.id, n.given, n.family, coalesce(l.grade, ''), coalesce(p.code, "
        "'')," TN_LEARNER_REF_SQL(
            "l",
            "l.id") " FROM learner l LEFT JOIN learner_pii n ON n.ecosystem = l.ecosystem AND "
                    "n.learner = l.id"
                    " LEFT JOIN partner p ON p.ecosystem = l.ecosystem AND p.id = l.home_partner"
                    " WHERE l.ecosystem = $1 AND l.id > $2 AND l.merged_into IS NULL AND "
                    "l.erased_at IS NULL"
                    " ORDER BY l.id LIMIT 1000";
    static const char count[] = "SELECT count(*) FROM learner WHERE ecosystem = $1";
    struct tn_stmt *stmt = NULL;
    struct tn_id last = {0};
    bool is_end = false;
    int64_t all = 0;
    enum tn_status status = tn_centre_prepare(export->centre, count, &stmt);
    if (status == TN_OK) {
        status = tn_step(stmt, &is_end);
        all = status == TN_OK ? tn_col_int(stmt, 0) : 0;
        tn_reset(stmt);
    }
    for (is_end = false; status == TN_OK && !is_end;) {
        status = page(export, sql, &last, write_user, &is_end);
        tn_export_tell(export, is_end ? 0 : 1000, (uint64_t)all);
    }
    return status;
}

static enum tn_status write_enrollment(struct tn_export *export, struct tn_stmt *stmt,
                                       const struct tn_id *learner)
{
    char user[TN_LEARNER_REF_SIZE];
    char class[TN_ID_HEX_SIZE];
    char id[TN_ID_HEX_SIZE];
    const char *code = tn_col_text(stmt, 1);
    const char *org = code[0] == '\0' ? home_org(export) : code;
    class_id(export, org, tn_col_text(stmt, 2), class);
    tn_learners_ref(stmt, 3, learner, user);
    const struct tn_id own = tn_centre_id(&export->centre->id, "enrollment", class, user);
    tn_id_hex(&own, id);
    const char *const values[] = {id, "", "", class, org, user, "student", "", "", ""};
    return PUT(export, values);
}

/* The inner page keeps a learner's groups together, so that it may end after any learner. */
static enum tn_status write_enrollments(struct tn_export *export)
{
    static const char sql[] = "SELECT l.id, coalesce(p.code, ''), g.title," TN_LEARNER_REF_SQL(
        "l",
        "l.id") " FROM (SELECT i.ecosystem, i.id, i.home_partner FROM learner i WHERE i.ecosystem "
                "= $1 AND"
                " i.id > $2 AND i.merged_into IS NULL AND i.erased_at IS NULL AND EXISTS (SELECT 1 "
                "FROM"
                " learner_pii n WHERE n.ecosystem = i.ecosystem AND n.learner = i.id) AND EXISTS "
                "(SELECT 1"
                " FROM learner_group h WHERE h.ecosystem = i.ecosystem AND h.learner = i.id)"
                " ORDER BY i.id LIMIT 1000) l JOIN learner_group g ON g.ecosystem = l.ecosystem AND"
                " g.learner = l.id LEFT JOIN partner p ON p.ecosystem = l.ecosystem AND p.id ="
                " l.home_partner ORDER BY l.id, g.title";
    struct tn_id last = {0};
    bool is_end = false;
    enum tn_status status = TN_OK;
    while (status == TN_OK && !is_end) {
        status = page(export, sql, &last, write_enrollment, &is_end);
    }
    return status;
}

#define HEADER(...)                                                                                \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define COMMON "sourcedId", "status", "dateLastModified"

static const struct part parts[] = {
    {"academicSessions",
     HEADER(COMMON, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"), 9,
     write_sessions},
    {"orgs", HEADER(COMMON, "name", "type", "identifier", "parentSourcedId"), 7, write_orgs},
    {"courses",
     HEADER(COMMON, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId",
            "subjects", "subjectCodes"),
     10, write_courses},
    {"classes",
     HEADER(COMMON, "title", "grades", "courseSourcedId", "classCode", "classType", "location",
            "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"),
     14, write_classes},
    {"users",
     HEADER(COMMON, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName",
            "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds",
            "grades", "password"),
     18, write_users},
    {"enrollments",
     HEADER(COMMON, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary",
            "beginDate", "endDate"),
     10, write_enrollments},
};
#define PARTS (sizeof parts / sizeof parts[0])

static enum tn_status write_manifest(struct tn_export *export)
{
    static const char *const all[] = {
        "academicSessions", "categories",   "classes",     "classResources", "courses",
        "courseResources",  "demographics", "enrollments", "lineItems",      "orgs",
        "resources",        "results",      "users"};
    const char *const head[][2] = {
        {"propertyName", "value"}, {"manifest.version", "1.0"}, {"oneroster.version", "1.1"}};
    const char *const source[][2] = {{"source.systemName", "Turnout"},
                                     {"source.systemCode", export->centre->code}};
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < 3 && status == TN_OK; i++) {
        status = PUT(export, head[i]);
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0] && status == TN_OK; i++) {
        char name[64];
        bool is_here = false;
        for (size_t k = 0; k < PARTS; k++) {
            is_here = is_here || strcmp(parts[k].name, all[i]) == 0;
        }
        (void)snprintf(name, sizeof name, "file.%s", all[i]);
        const char *const values[] = {name, is_here ? "bulk" : "absent"};
        status = PUT(export, values);
    }
    for (size_t i = 0; i < 2 && status == TN_OK; i++) {
        status = PUT(export, source[i]);
    }
    return status;
}

static enum tn_status write_part(struct tn_export *export, struct tn_package *package, size_t i)
{
    char name[64] = "manifest.csv";
    if (i < PARTS) {
        (void)snprintf(name, sizeof name, "%s.csv", parts[i].name);
    }
    enum tn_status status = tn_package_open(package, name);
    if (status != TN_OK) {
        return status;
    }
    export->file = package->file;
    if (i == PARTS) {
        status = write_manifest(export);
    } else {
        status = put(export, parts[i].header, parts[i].columns);
        status = status == TN_OK ? parts[i].write(export) : status;
    }
    export->file = NULL;
    return tn_package_close(package, status);
}

static enum tn_status write_package(struct tn_export *export)
{
    struct tn_package package;
    enum tn_status status = tn_package_begin(export->path, export->now_ms, &package);
    if (status != TN_OK) {
        return status;
    }
    for (size_t i = 0; i <= PARTS && status == TN_OK; i++) {
        status = write_part(export, &package, i);
    }
    return tn_package_end(&package, status);
}

const struct tn_export_kind tn_export_oneroster = {
    .name = "oneroster",
    .thing = "learner",
    .things = "learners",
    .summary = "partners, learners and groups as OneRoster 1.1 (a folder or a .zip)",
    .holds = TN_EXPORT_NAMES,
    .is_package = true,
    .write = write_package,
};
