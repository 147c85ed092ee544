/* A bare centre that files are imported into, for the tests of imports: what the last import said
 * is kept as text, and what became of the rows as it counted them. */
#ifndef TURNOUT_TESTS_SYNC_IMPORT_H
#define TURNOUT_TESTS_SYNC_IMPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/exchange/import.h"
#include "tests/unit/sync_central.h"
#include "turnout/log.h"

#define LOG_MAX 8192
#define NOW_MS 1773478800000 /* 14 March 2026 */
static char logged[LOG_MAX];
static char dir[64];
static struct tn_centre centre;
static struct tn_import import; /* the last one */

__attribute__((unused)) static void keep_log(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    const size_t len = strlen(logged);
    (void)snprintf(logged + len, sizeof(logged) - len, "%s\n", line);
}

__attribute__((unused)) static void path_in(const char *name, char out[160])
{
    (void)snprintf(out, 160, "%s/%s", dir, name);
}

static char uri[CENTRAL_URI_SIZE];

__attribute__((unused)) static int make_centre(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    const struct tn_random random = tn_random_from_seed(&seeded, 7);
    struct tn_keyring keyring;
    char keys[160];
    assert_int_equal(tn_crypto_init(), TN_OK);
    (void)snprintf(dir, sizeof(dir), "/tmp/turnout-import-XXXXXX");
    assert_non_null(mkdtemp(dir));
    central_new(dir, "central", uri);
    path_in("keys", keys);
    tn_keyring_create(&random, &keyring);
    const struct tn_centre_new what = {
        .code = "test", .name = "Test", .tz = "America/Chicago", .keys_path = keys};
    assert_int_equal(tn_centre_create(uri, &what, &keyring), TN_OK);
    assert_int_equal(tn_centre_open(uri, &centre), TN_OK);
    tn_keyring_wipe(&keyring);
    return 0;
}

__attribute__((unused)) static int drop_centre(void **state)
{
    (void)state;
    char path[160];
    tn_centre_close(&centre);
    path_in("", path);
    central_shell("rm -rf '%s'", path);
    return 0;
}

__attribute__((unused)) static void write_file(const char *name, const char *text)
{
    char path[160];
    path_in(name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

__attribute__((unused)) static enum tn_status import_files(const struct tn_import_kind *kind,
                                                           size_t count, bool is_dry,
                                                           struct tn_import_counts *counts)
{
    char a[160];
    char b[160];
    path_in("a.csv", a);
    path_in("b.csv", b);
    const char *const files[] = {a, b};
    import = (struct tn_import){.centre = &centre, .kind = kind, .now_ms = NOW_MS};
    logged[0] = '\0';
    enum tn_status status = tn_import_run(&import, files, count, is_dry);
    *counts = import.counts;
    return status;
}

__attribute__((unused)) static enum tn_status
import_text(const struct tn_import_kind *kind, const char *text, struct tn_import_counts *counts)
{
    write_file("a.csv", text);
    return import_files(kind, 1, false, counts);
}

__attribute__((unused)) static void expect_counts(const struct tn_import_counts *counts,
                                                  uint64_t added, uint64_t changed, uint64_t same)
{
    assert_int_equal(counts->added, added);
    assert_int_equal(counts->changed, changed);
    assert_int_equal(counts->same, same);
}

__attribute__((unused)) static int64_t ask_number(const char *sql)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    assert_int_equal(tn_db_prepare(centre.db, sql, &stmt), TN_OK);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    assert_true(has_row);
    const int64_t number = tn_col_int(stmt, 0);
    tn_reset(stmt);
    return number;
}

__attribute__((unused)) static void ask_text(const char *sql, char *out, size_t size)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    assert_int_equal(tn_db_prepare(centre.db, sql, &stmt), TN_OK);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    assert_true(has_row);
    (void)snprintf(out, size, "%s", tn_col_text(stmt, 0));
    tn_reset(stmt);
}

/* How often the last import had something to say. */
__attribute__((unused)) static uint64_t remarked(const char *key)
{
    for (size_t i = 0; i < import.remark_count; i++) {
        if (strcmp(import.remarks[i].key, key) == 0) {
            return import.remarks[i].count;
        }
    }
    return 0;
}

/* A file that must go in. */
__attribute__((unused)) static void import_well(const struct tn_import_kind *kind, const char *text)
{
    struct tn_import_counts counts;
    if (import_text(kind, text, &counts) != TN_OK) {
        fail_msg("%s", logged);
    }
}

/* A file that must not, and what is said of it. */
__attribute__((unused)) static void import_badly(const struct tn_import_kind *kind,
                                                 const char *text, const char *says)
{
    struct tn_import_counts counts;
    assert_int_equal(import_text(kind, text, &counts), TN_ERR_FORMAT);
    if (strstr(logged, says) == NULL) {
        fail_msg("\"%s\" was not said, but: %s", says, logged);
    }
}

#endif
