/* manifest.csv: two columns of names and values. The version decides where a user's role stands,
 * and `file.users` and its like whether a table is all there is, what changed, or not meant to be
 * read even where it is there. */
#include <stdio.h>
#include <string.h>

#include "sync/exchange/check.h"
#include "sync/exchange/oneroster.h"
#include "turnout/log.h"

#define TABLE "manifest.csv"

enum { NAME, VALUE };

static const struct tn_csv_column columns[] = {
    [NAME] = {"propertyName", true, 0, tn_check_line},
    [VALUE] = {"value", false, 0, tn_check_line},
    {NULL, false, 0, NULL},
};

static const char *const files[TN_ONEROSTER_TABLE_COUNT] = {
    [TN_ONEROSTER_ORGS] = "file.orgs",
    [TN_ONEROSTER_ROLES] = "file.roles",
    [TN_ONEROSTER_USERS] = "file.users",
    [TN_ONEROSTER_CLASSES] = "file.classes",
    [TN_ONEROSTER_ENROLLMENTS] = "file.enrollments",
};

static const char *const modes[] = {"absent", "bulk", "delta"};

/* What a manifest said so far. */
struct manifest {
    struct tn_oneroster *one;
    char source[TN_ONEROSTER_SOURCE_SIZE];
    bool has_version;
};

static void complain(struct tn_oneroster *one, const struct tn_csv_row *row, const char *expected)
{
    struct tn_place place = row->place;
    place.column = row->values[NAME];
    tn_problem(&one->import->problems, &place, "expected %s", expected);
}

static void take_mode(struct tn_oneroster *one, const struct tn_csv_row *row, size_t table)
{
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (strcasecmp(row->values[VALUE], modes[i]) == 0) {
            one->modes[table] = (enum tn_oneroster_mode)i;
            return;
        }
    }
    complain(one, row, "absent, bulk or delta");
}

static enum tn_status take(void *ctx, const struct tn_csv_row *row)
{
    struct manifest *manifest = ctx;
    const char *name = row->values[NAME];
    const char *value = row->values[VALUE];
    if (strcasecmp(name, "oneroster.version") == 0) {
        manifest->has_version = true;
        manifest->one->minor = strncmp(value, "1.2", 3) == 0 ? 2 : 1;
        if (strncmp(value, "1.1", 3) != 0 && strncmp(value, "1.2", 3) != 0) {
            complain(manifest->one, row, "1.1 or 1.2, which are the versions this program reads");
        }
    } else if (strcasecmp(name, "source.systemCode") == 0) {
        if (strlen(value) >= sizeof(manifest->source) || strchr(value, ':') != NULL) {
            complain(manifest->one, row, "at most 63 bytes, without a colon");
        }
        (void)snprintf(manifest->source, sizeof(manifest->source), "%s", value);
    }
    for (size_t i = 0; i < TN_ONEROSTER_TABLE_COUNT; i++) {
        if (strcasecmp(name, files[i]) == 0) {
            take_mode(manifest->one, row, i);
        }
    }
    return TN_OK;
}

/* The source of a name, found or new. Our own tables have names that no other system may have. */
static enum tn_status find_source(struct tn_oneroster *one, const char *code)
{
    char name[TN_ONEROSTER_SOURCE_SIZE];
    const bool is_ours = tn_import_kind_find(code) != NULL && strcmp(code, "oneroster") != 0;
    (void)snprintf(name, sizeof(name), "%s%.40s", is_ours ? "oneroster-" : "",
                   code[0] == '\0' ? "oneroster" : code);
    if (!is_ours && code[0] != '\0') {
        (void)snprintf(name, sizeof(name), "%s", code);
    }
    for (size_t i = 0; i < one->source_count; i++) {
        if (strcmp(one->sources[i].name, name) == 0) {
            one->source = &one->sources[i];
            return TN_OK;
        }
    }
    if (one->source_count == TN_ONEROSTER_SOURCES_MAX) {
        tn_problem(&one->import->problems, &(struct tn_place){0},
                   "comes from one more system than the %d that one import takes",
                   TN_ONEROSTER_SOURCES_MAX);
        return TN_ERR_FORMAT;
    }
    one->source = &one->sources[one->source_count++];
    *one->source = (struct tn_oneroster_source){0};
    (void)snprintf(one->source->name, sizeof(one->source->name), "%s", name);
    return TN_OK;
}

/* A table that is there and that nobody speaks of is read; one that is spoken of must be there. */
static void check_tables(struct tn_oneroster *one, bool has_manifest)
{
    for (size_t i = 0; i < TN_ONEROSTER_TABLE_COUNT; i++) {
        const char *table = files[i] + strlen("file.");
        char name[40];
        (void)snprintf(name, sizeof(name), "%s.csv", table);
        const bool is_there = tn_tables_has(&one->package, name);
        if (!has_manifest) {
            one->modes[i] = is_there ? TN_ONEROSTER_BULK : TN_ONEROSTER_ABSENT;
        } else if (!is_there && one->modes[i] != TN_ONEROSTER_ABSENT) {
            tn_problem(&one->import->problems, &(struct tn_place){0},
                       "says %s is %s, but there is no %s", files[i], modes[one->modes[i]], name);
        }
    }
}

static enum tn_status read_manifest(struct manifest *manifest)
{
    struct tn_oneroster *one = manifest->one;
    struct tn_csv_source source;
    enum tn_status status = tn_tables_open_table(&one->package, TABLE, &source);
    if (status != TN_OK) {
        return status;
    }
    const struct tn_csv_reading reading = {.path = one->import->problems.file,
                                           .columns = columns,
                                           .problems = &one->import->problems,
                                           .each = take,
                                           .ctx = manifest,
                                           .source = &source,
                                           .is_foreign = true};
    status = tn_csv_read(&reading);
    tn_tables_close_table(&one->package);
    if (status == TN_OK && !manifest->has_version) {
        tn_problem(&one->import->problems, &(struct tn_place){0},
                   "does not say oneroster.version; it must be 1.1 or 1.2");
        status = TN_ERR_FORMAT;
    }
    return status;
}

/* Without a manifest the version shows by where roles are. */
static enum tn_status go_without(struct tn_oneroster *one)
{
    if (!tn_tables_has(&one->package, "users.csv") && !tn_tables_has(&one->package, "orgs.csv")) {
        one->import->problems.file = one->package.path;
        tn_problem(&one->import->problems, &(struct tn_place){0},
                   "holds no manifest.csv and no users.csv, so it is no OneRoster package");
        return TN_ERR_FORMAT;
    }
    tn_log(
        TN_LOG_WARN,
        "%s: there is no manifest.csv; every table that is there is taken as all there is (bulk)",
        one->package.path);
    one->minor = tn_tables_has(&one->package, "roles.csv") ? 2 : 1;
    return TN_OK;
}

enum tn_status tn_oneroster_manifest(struct tn_oneroster *one)
{
    struct manifest manifest = {.one = one};
    const bool has = tn_tables_has(&one->package, TABLE);
    memset(one->modes, 0, sizeof(one->modes));
    enum tn_status status = has ? read_manifest(&manifest) : go_without(one);
    if (status == TN_OK) {
        check_tables(one, has);
        status = find_source(one, manifest.source);
    }
    if (status == TN_OK && one->import->problems.count > 0) {
        status = TN_ERR_FORMAT;
    }
    if (one->minor == 1) {
        one->modes[TN_ONEROSTER_ROLES] = TN_ONEROSTER_ABSENT;
    }
    return status;
}
