/* What SQLite takes for granted (assets/sql/sqlite-plans.sql): every index has its row, with a
 * number for each of its columns, and none is of an index that is gone; and questions that are
 * asked for every station or person of a file of millions are answered through the index made for
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/central/driver.h"
#include "turnout/crypto.h"

static char dir[64];
static struct tn_db *db;

static int setup(void **state)
{
    char path[128];
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/turnout-plans-XXXXXX");
    if (mkdtemp(dir) == NULL) {
        return 1;
    }
    snprintf(path, sizeof path, "%s/central.db", dir);
    return tn_db_open(path, true, &db) == TN_OK && tn_db_migrate(db, true) == TN_OK ? 0 : 1;
}

static int teardown(void **state)
{
    char command[128];
    (void)state;
    tn_db_close(db);
    snprintf(command, sizeof command, "rm -r %s", dir);
    return system(command);
}

/* The rows of a statement, a line each, in text. */
static void rows_of(const char *sql, int column, char *text, size_t size)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    size_t len = 0;
    text[0] = '\0';
    assert_int_equal(tn_db_prepare(db, sql, &stmt), TN_OK);
    while (tn_step(stmt, &has_row) == TN_OK && has_row) {
        len += (size_t)snprintf(text + len, size - len, "%s\n", tn_col_text(stmt, column));
        assert_in_range(len, 1, size - 1);
    }
    tn_reset(stmt);
}

static void every_index_has_its_row(void **state)
{
    /* A table's own index is named after the table where the table is the index. */
    static const char lacking[] =
        "SELECT t.name || '.' || i.name FROM sqlite_schema t JOIN pragma_index_list(t.name) i LEFT"
        " JOIN sqlite_stat1 s ON s.tbl = t.name AND (s.idx = i.name OR (i.origin = 'pk' AND s.idx ="
        " t.name)) WHERE t.type = 'table' AND t.name <> 'centre_schema' GROUP BY t.name, i.name"
        " HAVING count(s.stat) <> 1";
    static const char odd[] =
        "SELECT s.idx FROM sqlite_stat1 s JOIN sqlite_schema t ON t.name = s.tbl JOIN"
        " pragma_index_list(t.name) i ON i.name = s.idx OR (i.origin = 'pk' AND s.idx = t.name)"
        " WHERE length(s.stat) - length(replace(s.stat, ' ', '')) <> (SELECT count(*) FROM"
        " pragma_index_info(i.name))";
    static const char gone[] =
        "SELECT s.idx FROM sqlite_stat1 s WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema t WHERE"
        " t.name = s.idx) AND s.idx NOT LIKE 'sqlite_autoindex_%' OR NOT EXISTS (SELECT 1 FROM"
        " sqlite_schema t WHERE t.name = s.tbl)";
    static const char all[] = "SELECT count(*) > 80 FROM sqlite_stat1";
    char text[4096];
    (void)state;
    rows_of(lacking, 0, text, sizeof text);
    assert_string_equal(text, "");
    rows_of(odd, 0, text, sizeof text);
    assert_string_equal(text, "");
    rows_of(gone, 0, text, sizeof text);
    assert_string_equal(text, "");
    rows_of(all, 0, text, sizeof text);
    assert_string_equal(text, "1\n");
}

static void questions_go_through_their_index(void **state)
{
    static const struct {
        const char *sql;
        const char *plan; /* how its first table is looked at */
    } cases[] = {
        {"EXPLAIN QUERY PLAN SELECT log_no FROM kiosk WHERE ecosystem = $1 AND pubkey = $2 ORDER BY"
         " log_no LIMIT 1",
         "SEARCH kiosk USING INDEX kiosk_pubkey (ecosystem=? AND pubkey=?)"},
        {"EXPLAIN QUERY PLAN SELECT DISTINCT pubkey FROM kiosk WHERE ecosystem = $1 AND event = $2",
         "SEARCH kiosk USING INDEX kiosk_event (ecosystem=? AND event=?)"},
        {"EXPLAIN QUERY PLAN SELECT log_no FROM kiosk WHERE ecosystem = $1 AND log_no > $2 AND"
         " last_seq > derived_seq ORDER BY log_no LIMIT 1",
         "kiosk_waiting (ecosystem=? AND log_no>?)"},
        {"EXPLAIN QUERY PLAN SELECT e.badge FROM kiosk k JOIN entry e ON e.ecosystem = k.ecosystem"
         " AND e.log_no = k.log_no WHERE k.ecosystem = $1 AND k.pubkey = $2",
         "SEARCH k USING INDEX kiosk_pubkey (ecosystem=? AND pubkey=?)"},
        {"EXPLAIN QUERY PLAN SELECT 1 FROM event e JOIN sighting s ON s.ecosystem = e.ecosystem AND"
         " s.event = e.id AND s.badge = $2 WHERE e.ecosystem = $1",
         "SEARCH e USING"},
        {"EXPLAIN QUERY PLAN SELECT 1 FROM learner l WHERE l.ecosystem = $1 AND NOT EXISTS (SELECT"
         " 1 FROM badge b JOIN event e ON e.ecosystem = b.ecosystem AND e.id = b.event WHERE"
         " b.ecosystem = $1 AND b.learner = l.id AND e.ends >= $2)",
         "SEARCH b USING INDEX badge_of_learner (ecosystem=? AND learner=?)"},
        {"EXPLAIN QUERY PLAN SELECT v.visits, l.grade, l.zip3, l.lang FROM visited v LEFT JOIN"
         " learner l ON l.ecosystem = v.ecosystem AND l.id = v.who WHERE v.ecosystem = $1 AND v.who"
         " > $2 ORDER BY v.who LIMIT $3",
         "SEARCH l USING COVERING INDEX learner_facts (ecosystem=? AND id=?)"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[4096];
        rows_of(cases[i].sql, 3, text, sizeof text);
        if (strstr(text, cases[i].plan) == NULL) {
            fail_msg("%s\n%s", cases[i].sql, text);
        }
        /* Nor is any table gone through for want of a better way. */
        assert_null(strstr(text, "SCAN kiosk"));
        assert_null(strstr(text, "SCAN s"));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_index_has_its_row),
        TEST(questions_go_through_their_index),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
