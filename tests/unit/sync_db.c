/* The door to the central database: values come back as they were bound, a failure changes nothing,
 * statements are kept and bounded, and schema text becomes the driver's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/central/driver.h"
#include "tests/unit/sync_central.h"
#include "turnout/asset.h"
#include "turnout/log.h"

static char dir[64];
static char uri[CENTRAL_URI_SIZE];
static struct tn_db *db;

static void hush(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static int setup(void **state)
{
    (void)state;
    tn_log_to(hush, NULL);
    snprintf(dir, sizeof dir, "/tmp/turnout-db-XXXXXX");
    if (mkdtemp(dir) == NULL) {
        return 1;
    }
    central_new(dir, "central", uri);
    assert_int_equal(tn_db_open(uri, true, &db), TN_OK);
    return tn_db_exec(db, central_is_server() ? "CREATE TABLE t (id SERIAL PRIMARY KEY, a BIGINT,"
                                                " b TEXT, c BYTEA, d BYTEA, e BYTEA)"
                                              : "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER,"
                                                " b TEXT, c BLOB, d BLOB, e BLOB)");
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    tn_db_close(db);
    snprintf(command, sizeof command, "rm -r %s", dir);
    return system(command);
}

static int64_t count(void)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    assert_int_equal(tn_db_prepare(db, "SELECT count(*) FROM t", &stmt), TN_OK);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    assert_true(has_row);
    int64_t value = tn_col_int(stmt, 0);
    tn_reset(stmt);
    return value;
}

static void values_come_back_with_their_kinds(void **state)
{
    (void)state;
    static const struct tn_id id = {{1, 2, 3}};
    static const struct tn_id none = {{0}};
    struct tn_stmt *stmt = NULL;
    struct tn_id back;
    bool has_row = false;
    assert_int_equal(tn_db_prepare(db, "INSERT INTO t VALUES (1, $1, $2, $3, $4, $5)", &stmt),
                     TN_OK);
    tn_bind_int(stmt, 1, INT64_MIN);
    tn_bind_text(stmt, 2, "");
    tn_bind_bytes(stmt, 3, (struct tn_bytes){(const uint8_t *)"", 0});
    tn_bind_id(stmt, 4, &id);
    tn_bind_id(stmt, 5, &none);
    assert_int_equal(tn_run(stmt), TN_OK);
    assert_int_equal(tn_db_prepare(db, "SELECT a, b, c, d, e FROM t", &stmt), TN_OK);
    assert_int_equal(tn_col_count(stmt), 5);
    assert_string_equal(tn_col_name(stmt, 3), "d");
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    assert_true(has_row);
    static const enum tn_col_kind kinds[] = {TN_COL_INT, TN_COL_TEXT, TN_COL_BYTES, TN_COL_BYTES,
                                             TN_COL_NULL};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(tn_col_kind(stmt, i), kinds[i]);
    }
    assert_true(tn_col_int(stmt, 0) == INT64_MIN);
    assert_non_null(tn_col_bytes(stmt, 2).data);
    tn_col_id(stmt, 3, &back);
    assert_memory_equal(back.b, id.b, TN_ID_SIZE);
    assert_true(tn_col_is_null(stmt, 4));
    assert_string_equal(tn_col_text(stmt, 4), "");
    tn_reset(stmt);
}

/* What was bound before a reset must not stay behind for the next run. */
static void bindings_end_with_the_run(void **state)
{
    (void)state;
    static const char sql[] = "INSERT INTO t (b) VALUES ($1)";
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_db_prepare(db, sql, &stmt), TN_OK);
    tn_bind_text(stmt, 1, "before");
    assert_int_equal(tn_run(stmt), TN_OK);
    assert_int_equal(tn_run(stmt), TN_OK);
    struct tn_stmt *same = NULL;
    assert_int_equal(tn_db_prepare(db, sql, &same), TN_OK);
    assert_ptr_equal(same, stmt);
    assert_int_equal(tn_db_prepare(db, "SELECT count(*) FROM t WHERE b IS NULL", &stmt), TN_OK);
    bool has_row = false;
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    assert_int_equal(tn_col_int(stmt, 0), 1);
    tn_reset(stmt);
}

static void a_place_that_is_not_there_fails_at_the_step(void **state)
{
    (void)state;
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_db_prepare(db, "INSERT INTO t (a) VALUES ($1)", &stmt), TN_OK);
    tn_bind_int(stmt, 7, 1);
    assert_int_not_equal(tn_run(stmt), TN_OK);
    assert_int_equal(count(), 0);
    tn_bind_int(stmt, 1, 1);
    assert_int_equal(tn_run(stmt), TN_OK);
}

static void a_failed_commit_has_rolled_back(void **state)
{
    (void)state;
    assert_true(central_is_server() || tn_db_exec(db, "PRAGMA foreign_keys=ON") == TN_OK);
    assert_int_equal(tn_db_exec(db, "CREATE TABLE child (t INTEGER REFERENCES t (id) DEFERRABLE"
                                    " INITIALLY DEFERRED)"),
                     TN_OK);
    assert_int_equal(tn_db_begin(db), TN_OK);
    assert_int_equal(tn_db_exec(db, "INSERT INTO t (id) VALUES (1); INSERT INTO child VALUES (9)"),
                     TN_OK);
    assert_int_not_equal(tn_db_commit(db), TN_OK);
    assert_int_equal(count(), 0);
    assert_int_equal(tn_db_begin(db), TN_OK);
    assert_int_equal(tn_db_exec(db, "INSERT INTO t (id) VALUES (1)"), TN_OK);
    assert_int_equal(tn_db_commit(db), TN_OK);
    assert_int_equal(count(), 1);
}

/* A server may be asked for many things before it is asked how they went. */
static void what_fails_on_the_way_keeps_all_of_it_out(void **state)
{
    (void)state;
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_begin(db);
    assert_int_equal(tn_db_prepare(db, "INSERT INTO t (id) VALUES ($1)", &stmt), TN_OK);
    for (int i = 0; i < 1000 && status == TN_OK; i++) {
        tn_bind_int(stmt, 1, i == 700 ? 3 : i);
        status = tn_run(stmt);
    }
    if (status == TN_OK) {
        status = tn_db_commit(db);
    } else {
        tn_db_rollback(db);
    }
    assert_int_equal(status, TN_ERR_EXISTS);
    assert_int_equal(count(), 0);
    assert_int_equal(tn_db_begin(db), TN_OK);
    tn_bind_int(stmt, 1, 5);
    assert_int_equal(tn_run(stmt), TN_OK);
    assert_int_equal(count(), 1); /* a question is asked after what was said before it */
    assert_int_equal(tn_db_commit(db), TN_OK);
    assert_int_equal(count(), 1);
}

/* Sums of 64-bit integers are another type on a server, and so are comparisons. */
static void numbers_are_numbers_whatever_their_type(void **state)
{
    static const int64_t values[] = {0, 1, -1, 9999, 10000, -20000, 123456789012, INT64_MAX / 4};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct tn_stmt *stmt = NULL;
        bool has_row = false;
        assert_int_equal(tn_db_prepare(db, "INSERT INTO t (a) VALUES ($1)", &stmt), TN_OK);
        tn_bind_int(stmt, 1, values[i]);
        assert_int_equal(tn_run(stmt), TN_OK);
        assert_int_equal(tn_db_prepare(db,
                                       "SELECT sum(a), count(*), sum(a) > 0 FROM t WHERE a = $1"
                                       " GROUP BY a",
                                       &stmt),
                         TN_OK);
        tn_bind_int(stmt, 1, values[i]);
        assert_int_equal(tn_step(stmt, &has_row), TN_OK);
        assert_true(has_row);
        assert_true(tn_col_int(stmt, 0) == values[i]);
        assert_int_equal(tn_col_int(stmt, 1), 1);
        assert_int_equal(tn_col_int(stmt, 2), values[i] > 0);
        tn_reset(stmt);
    }
}

static void statements_are_kept_up_to_their_bound(void **state)
{
    (void)state;
    static char texts[TN_DB_STATEMENTS_MAX + 1][32];
    struct tn_stmt *stmt = NULL;
    int kept = 0;
    for (int i = 0; i <= TN_DB_STATEMENTS_MAX; i++) {
        snprintf(texts[i], sizeof texts[i], "SELECT %d", i);
        enum tn_status status = tn_db_prepare(db, texts[i], &stmt);
        assert_true(status == TN_OK || status == TN_ERR_LIMIT);
        kept += status == TN_OK;
    }
    assert_true(kept > TN_DB_STATEMENTS_MAX - 16 && kept < TN_DB_STATEMENTS_MAX);
    assert_int_equal(tn_db_prepare(db, texts[3], &stmt), TN_OK);
}

static void a_centre_is_never_made_over_a_file(void **state)
{
    (void)state;
    struct tn_db *other = NULL;
    snprintf(uri, sizeof uri, "%s/new.db", dir);
    assert_int_equal(tn_db_open(uri, true, &other), TN_OK);
    tn_db_close(other);
    assert_int_equal(tn_db_open(uri, true, &other), TN_ERR_EXISTS);
    assert_null(other);
    assert_int_equal(tn_db_open("/tmp/turnout-no-such-folder/c.db", true, &other),
                     TN_ERR_NOT_FOUND);
    assert_int_equal(tn_db_open("https://host/db", false, &other), TN_ERR_FORMAT);
    assert_false(tn_db_uri_is_known("https://host/db"));
    assert_false(tn_db_uri_is_known(""));
}

/* Lays down the centre that version `last` of this program made, with a badge in it. */
static void make_older(const char *path, int last)
{
    static const char *const assets[] = {"sql/001-centre.sql", "sql/002-salvaged.sql",
                                         "sql/003-touchscreen.sql"};
    char command[512];
    snprintf(command, sizeof command,
             central_is_server()
                 ? "sed -e 's/@blob@/BYTEA/g; s/@big@/BIGINT/g; s/@strict@//g; s/@clustered@//g;"
                   " s/x.\\(0[0-9]\\)./decode($$\\1$$,$$hex$$)/g' | psql -q '%s'"
                 : "sed -e 's/@blob@/BLOB/g; s/@big@/INTEGER/g; s/@strict@/STRICT/g;"
                   " s/@clustered@/WITHOUT ROWID, STRICT/g' | sqlite3 '%s'",
             path);
    FILE *pipe = popen(command, "w");
    assert_non_null(pipe);
    for (int i = 0; i < last; i++) {
        struct tn_bytes sql = tn_asset(assets[i]);
        assert_int_equal(fwrite(sql.data, 1, sql.len, pipe), sql.len);
    }
    fprintf(pipe, "CREATE TABLE centre_schema (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT"
                  " NULL); INSERT INTO badge (ecosystem, id, event, code, issued, status, secret)"
                  " VALUES (1, x'01', x'02', '000000000', 5, 'active', x'03');\n");
    for (int i = 0; i < last; i++) {
        fprintf(pipe, "INSERT INTO centre_schema VALUES (%d, '%s');\n", i + 1, assets[i]);
    }
    assert_int_equal(pclose(pipe), 0);
}

/* That of a centre made now. */
static int64_t newest_version(void)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    assert_int_equal(tn_db_prepare(db, "SELECT max(version) FROM centre_schema", &stmt), TN_OK);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    const int64_t version = tn_col_int(stmt, 0);
    tn_reset(stmt);
    return version;
}

static void a_centre_of_every_earlier_version_is_brought_up_to_date(void **state)
{
    (void)state;
    for (int last = 1; last <= 3; last++) {
        char path[CENTRAL_URI_SIZE];
        char name[8];
        struct tn_db *old = NULL;
        struct tn_stmt *stmt = NULL;
        bool has_row = false;
        snprintf(name, sizeof name, "v%d", last);
        central_new(dir, name, path);
        make_older(path, last);
        assert_int_equal(tn_db_open(path, false, &old), TN_OK);
        assert_int_equal(tn_db_prepare(old,
                                       "SELECT handed, status, (SELECT max(version) FROM"
                                       " centre_schema), (SELECT count(*) FROM handout) FROM"
                                       " badge",
                                       &stmt),
                         TN_OK);
        assert_int_equal(tn_step(stmt, &has_row), TN_OK);
        assert_true(has_row);
        assert_int_equal(tn_col_int(stmt, 0), 0);
        assert_string_equal(tn_col_text(stmt, 1), "active");
        assert_int_equal(tn_col_int(stmt, 2), newest_version());
        assert_int_equal(tn_col_int(stmt, 3), 0);
        tn_reset(stmt);
        /* Kiosks mint without asking: two badges may have one code now. */
        assert_int_equal(tn_db_exec(old, "INSERT INTO badge (ecosystem, id, event, code, issued,"
                                         " status, secret) SELECT 1, event, event, '000000000', 6,"
                                         " 'active', secret FROM badge"),
                         TN_OK);
        tn_db_close(old);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(values_come_back_with_their_kinds),
        TEST(bindings_end_with_the_run),
        TEST(a_place_that_is_not_there_fails_at_the_step),
        TEST(a_failed_commit_has_rolled_back),
        TEST(what_fails_on_the_way_keeps_all_of_it_out),
        TEST(numbers_are_numbers_whatever_their_type),
        TEST(statements_are_kept_up_to_their_bound),
        TEST(a_centre_is_never_made_over_a_file),
        TEST(a_centre_of_every_earlier_version_is_brought_up_to_date),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
