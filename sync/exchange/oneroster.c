/* OneRoster 1.1 and 1.2: packages of several tables, read table by table as kinds of their own. All
 * packages of one call go in together or not at all, and what follows from all tables together is
 * settled at the end. It takes what a check-in needs: who is a student of which school and in which
 * classes. Passwords, e-mail and phones are not even looked at, and terms and courses are not ours.
 */
#include "sync/exchange/oneroster.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *file;
    const struct tn_import_kind *kind;
    int part; /* -1: the learners */
} tables[TN_ONEROSTER_TABLE_COUNT] = {
    [TN_ONEROSTER_ORGS] = {"orgs.csv", &tn_oneroster_orgs, TN_ONEROSTER_PARTNERS},
    [TN_ONEROSTER_ROLES] = {"roles.csv", &tn_oneroster_roles, -1},
    [TN_ONEROSTER_USERS] = {"users.csv", &tn_oneroster_users, -1},
    [TN_ONEROSTER_CLASSES] = {"classes.csv", &tn_oneroster_classes, TN_ONEROSTER_GROUPS},
    [TN_ONEROSTER_ENROLLMENTS] = {"enrollments.csv", &tn_oneroster_enrollments,
                                  TN_ONEROSTER_MEMBERS},
};

static const struct tn_import_part parts[TN_ONEROSTER_PARTS] = {
    [TN_ONEROSTER_PARTNERS] = {.thing = "partner", .things = "partners"},
    [TN_ONEROSTER_GROUPS] = {.thing = "class", .things = "classes"},
    [TN_ONEROSTER_MEMBERS] = {.thing = "enrolment", .things = "enrolments"},
};

/* Only the columns of a kind that reads its files itself are NULL; there are none to show. */
static const struct tn_csv_column no_columns[] = {{NULL, false, 0, NULL}};

const char *tn_oneroster_status(const char *value, int64_t *number)
{
    *number = strcasecmp(value, "tobedeleted") == 0;
    return *number != 0 || strcasecmp(value, "active") == 0 || strcasecmp(value, "inactive") == 0
               ? NULL
               : "active, tobedeleted, or nothing";
}

struct tn_id tn_oneroster_id(const struct tn_import *import, const char *kind,
                             const char *source_id)
{
    return tn_centre_id(&import->centre->id, kind, tn_oneroster_of(import)->source->name,
                        source_id);
}

/* Reads one table once, as a kind; the counts are its own. */
static enum tn_status read_as(struct tn_oneroster *one, size_t place, const char *file,
                              const struct tn_import_kind *kind)
{
    struct tn_csv_source source;
    one->import->kind = kind;
    one->import->problems.file = one->tables[place];
    enum tn_status status = tn_tables_open_table(&one->package, file, &source);
    if (status == TN_OK) {
        status = tn_import_table(one->import, place, &source);
        tn_tables_close_table(&one->package);
    }
    if (status == TN_OK && one->import->problems.count == 0 && kind->check != NULL) {
        status = kind->check(one->import);
    }
    return status;
}

static enum tn_status read_table(struct tn_oneroster *one, size_t package, size_t table)
{
    struct tn_import *import = one->import;
    const size_t place = package * TN_ONEROSTER_TABLE_COUNT + table;
    struct tn_import_counts *counts =
        tables[table].part < 0 ? NULL : &import->parts[tables[table].part].counts;
    const struct tn_import_counts learners = import->counts;
    enum tn_status status = TN_OK;
    tn_tables_name(&one->package, tables[table].file, one->names[place]);
    one->tables[place] = one->names[place];
    if (table == TN_ONEROSTER_ORGS) {
        status = read_as(one, place, tables[table].file, &tn_oneroster_new_orgs);
    }
    if (counts != NULL) {
        import->counts = *counts;
    }
    if (status == TN_OK && import->problems.count == 0) {
        status = read_as(one, place, tables[table].file, tables[table].kind);
    }
    if (counts != NULL) {
        *counts = import->counts;
        import->counts = learners;
    }
    return status;
}

static void forget_roles(struct tn_oneroster *one)
{
    tn_idset_destroy(&one->students);
    tn_idset_destroy(&one->role_places);
    free(one->role_partners);
    one->role_partners = NULL;
    one->role_partner_count = 0;
}

static enum tn_status read_package(struct tn_oneroster *one, size_t package)
{
    char manifest[TN_TABLES_NAME_SIZE];
    tn_tables_name(&one->package, "manifest.csv", manifest);
    one->import->problems.file = manifest;
    enum tn_status status = tn_oneroster_manifest(one);
    one->import->problems.file = one->package.path;
    for (size_t i = 0; i < TN_ONEROSTER_TABLE_COUNT && status == TN_OK; i++) {
        if (one->modes[i] != TN_ONEROSTER_ABSENT) {
            status = read_table(one, package, i);
        }
    }
    if (status == TN_OK) {
        one->source->has_all_users |= one->modes[TN_ONEROSTER_USERS] == TN_ONEROSTER_BULK;
        one->source->has_all_members |= one->modes[TN_ONEROSTER_ENROLLMENTS] == TN_ONEROSTER_BULK;
    }
    forget_roles(one);
    return status;
}

static enum tn_status read_packages(struct tn_oneroster *one, const char *const *paths,
                                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum tn_status status = tn_tables_open(paths[i], &one->import->problems, &one->package);
        if (status == TN_OK) {
            status = read_package(one, i);
            tn_tables_close(&one->package);
        }
        if (status != TN_OK && !(status == TN_ERR_FORMAT && one->import->problems.count > 0)) {
            return status;
        }
    }
    return TN_OK;
}

static enum tn_status settle(struct tn_oneroster *one)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < one->source_count && status == TN_OK; i++) {
        status = tn_oneroster_settle(one, &one->sources[i]);
    }
    return status;
}

static enum tn_status read_all(struct tn_import *import, size_t count)
{
    struct tn_oneroster *one = calloc(1, sizeof(*one));
    const char *const *paths = import->files;
    enum tn_status status = TN_ERR_NO_MEMORY;
    if (count > TN_ONEROSTER_PACKAGES_MAX) {
        free(one);
        import->problems.file = paths[TN_ONEROSTER_PACKAGES_MAX];
        tn_problem(&import->problems, &(struct tn_place){0},
                   "is one package more than the %d that one import takes",
                   TN_ONEROSTER_PACKAGES_MAX);
        return TN_ERR_FORMAT;
    }
    if (one != NULL) {
        one->import = import;
        one->names = calloc(count * TN_ONEROSTER_TABLE_COUNT, sizeof(*one->names));
        one->tables = calloc(count * TN_ONEROSTER_TABLE_COUNT, sizeof(*one->tables));
    }
    if (one != NULL && one->names != NULL && one->tables != NULL) {
        memcpy(import->parts, parts, sizeof(parts));
        import->part_count = TN_ONEROSTER_PARTS;
        import->ctx = one;
        import->files = one->tables;
        status = read_packages(one, paths, count);
        if (status == TN_OK && import->problems.count == 0) {
            status = settle(one);
        }
    }
    import->files = paths;
    import->kind = &tn_import_oneroster;
    import->ctx = NULL;
    if (one != NULL) {
        tn_idset_destroy(&one->fresh);
        free(one->names);
        free(one->tables);
        free(one);
    }
    return status;
}

const struct tn_import_kind tn_import_oneroster = {
    .name = "oneroster",
    .thing = "learner",
    .things = "learners",
    .columns = no_columns,
    .read = read_all,
};
