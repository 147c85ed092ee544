/* Erasure: nothing that leads to somebody is left in any byte of the database, what was counted is
 * counted as before, chains verify, and nobody comes back: not with a roster, not with what a
 * station brings later, not with an old backup. */
#include <stdlib.h>

#include "sync/central/erase.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_world.h"

#define NOON INT64_C(1773500400000)

/* Names that are nowhere else, in every place that takes one. */
static void plant(void)
{
    shell(
        "printf 'id,given_name,family_name,preferred_name,grade,group,language,zip3,consent\\n"
        "CanaryId-7,Canarygiven,Canaryfamily,Canarypref,5,Canarygroup,en,981,yes\\n' >canary.csv");
    gives(TN_EXIT_DONE, "import roster canary.csv --central central.db");
    central_sql(central, "UPDATE learner_pii SET contact = 'canary@contact' WHERE given ="
                         " 'Canarygiven'");
    central_sql(central, "INSERT INTO learner_demo (ecosystem, id, learner, dimension, value,"
                         " consent) SELECT ecosystem, learner, learner, 'x', 'Canaryvalue', 'y'"
                         " FROM learner_pii WHERE given = 'Canarygiven'");
    central_sql(central, "UPDATE consent SET given_by = 'Canarymother' WHERE learner IN (SELECT"
                         " learner FROM learner_pii WHERE given = 'Canarygiven')");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out again.csv");
}

/* Whether a text lies in any byte of the database: of a file and its journals; of a server, in the
 * files of its tables. */
static bool is_in_the_bytes(const char *text)
{
    char line[2048];
    if (central_is_server()) {
        snprintf(line, sizeof line,
                 "psql -q '%s' -c CHECKPOINT && d=$(psql -q -A -t '%s' -c \"SELECT"
                 " current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE"
                 " datname = current_database()\") && grep -rqa '%s' \"$d\"",
                 central, central, text);
    } else {
        snprintf(line, sizeof line, "cat central.db* | grep -qa '%s'", text);
    }
    return system(line) == 0;
}

static void assert_no_canary(void)
{
    static const char *const texts[] = {"Canarygiven",  "Canaryfamily",   "Canarypref",
                                        "Canarygroup",  "canary@contact", "Canaryvalue",
                                        "Canarymother", "CanaryId"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (is_in_the_bytes(texts[i])) {
            fail_msg("%s is still in the database", texts[i]);
        }
    }
}

/* The canary's badge, out of the table that `badges` wrote. */
static void canary_badge(char out[TN_BADGE_TEXT_SIZE])
{
    char line[512] = "";
    FILE *file = fopen("again.csv", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL && strstr(line, "Canarypref") == NULL) {
        line[0] = '\0';
    }
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    const char *digits = strrchr(line, ',');
    assert_non_null(digits);
    snprintf(out, TN_BADGE_TEXT_SIZE, "%s", digits + 1);
}

static void scan_canary(const char *dir, int64_t at_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_record record;
    char text[TN_BADGE_TEXT_SIZE];
    canary_badge(text);
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    struct tn_scan one = {at_ms, 1000, "scan", text, strlen(text), false};
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    tn_station_close(station);
}

static void dump_to(const char *path)
{
    gives(TN_EXIT_DONE, "dump --central central.db");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fwrite(said, 1, said_len, file) == said_len);
    fclose(file);
}

static int64_t visits(void)
{
    return central_ask(central, "SELECT count(*) FROM visit");
}

static int64_t people(void)
{
    return central_ask(central, "SELECT count(DISTINCT who) FROM visit");
}

static void nothing_of_a_name_is_left_in_any_byte(void **state)
{
    (void)state;
    plant();
    assert_true(is_in_the_bytes("Canarygiven"));
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    assert_said("Erased: names");
    assert_no_canary();
    gives(TN_EXIT_DONE, "verify --central central.db");
}

static void attendance_stays_counted_and_leads_to_nobody(void **state)
{
    static char reach[2 * TEXT_MAX];
    (void)state;
    plant();
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan("gate", 1, 5, NOON);
    scan_canary("gate", NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    const int64_t all = visits();
    const int64_t who = people();
    assert_int_equal(who, 6);
    gives(TN_EXIT_DONE, "report reach --central central.db");
    snprintf(reach, sizeof reach, "%s", said);
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    assert_int_equal(visits(), all);
    assert_int_equal(people(), who);
    gives(TN_EXIT_DONE, "report reach --central central.db");
    assert_string_equal(said, reach);
    gives(TN_EXIT_DONE, "verify --central central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE salt IS NULL"), 1);
    /* And derived anew, it is the same. */
    struct tn_centre centre;
    dump_to("before");
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_visits_rebuild(&centre, NOON), TN_OK);
    tn_centre_close(&centre);
    dump_to("after");
    shell("cmp before after");
}

static void a_roster_does_not_bring_somebody_back(void **state)
{
    (void)state;
    plant();
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    gives(TN_EXIT_DONE, "import roster canary.csv --central central.db");
    assert_said("1 left out");
    assert_no_canary();
    /* Without the file beside the keyring nobody can tell, so nobody is let in. */
    shell("mv keys.riverbend.erased away");
    gives(TN_EXIT_PERSON, "import roster canary.csv --central central.db");
    assert_said("who must not come back");
    shell("mv away keys.riverbend.erased");
    gives(TN_EXIT_PERSON, "erase CanaryId-7 --central central.db --yes");
    assert_said("no learner is known by this");
}

static void what_a_station_brings_later_is_stripped_and_counted(void **state)
{
    (void)state;
    plant();
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    scan_canary("gate", NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan_canary("robotics", NOON + 60000);
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    const int64_t who = people();
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    assert_int_equal(people(), who);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM visit"), 2);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE salt IS NULL"), 2);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM sighting s JOIN erased_badge e ON"
                                          " e.id = s.badge"),
                     0);
    gives(TN_EXIT_DONE, "verify --central central.db");
    /* The station refuses the badge from now on, and its card is gone there. */
    scan_canary("gate", NOON + 120000);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan_canary("gate", NOON + 7200000);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE kind = 'refused'"), 1);
    assert_int_equal(people(), who);
}

static void an_old_backup_brings_nobody_back(void **state)
{
    (void)state;
    plant();
    central_copy(central, twin_central);
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    dump_to("erased");
    central_copy(twin_central, central);
    assert_true(is_in_the_bytes("Canarygiven"));
    /* The next command that uses the keyring finds out. */
    gives(TN_EXIT_DONE, "staff-card new --central central.db --event fair --name Bo --out k.csv");
    assert_said("erased again");
    assert_no_canary();
    central_sql(central, "DELETE FROM staff_card WHERE name = 'Bo'");
    dump_to("again");
    shell("cmp erased again");
    gives(TN_EXIT_DONE, "verify --central central.db");
}

static void a_dry_run_and_a_wrong_word_change_nothing(void **state)
{
    (void)state;
    plant();
    dump_to("before");
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --dry-run");
    assert_said("To be erased");
    gives(TN_EXIT_PERSON, "erase Nobody --central central.db --yes");
    gives(TN_EXIT_USAGE, "erase --central central.db --yes");
    dump_to("after");
    shell("cmp before after && test ! -e keys.riverbend.erased");
}

/* Layouts differ by what was written before and deleted in between. */
static void thirty_layouts_keep_nothing(void **state)
{
    (void)state;
    if (central_is_server()) {
        return; /* a server writes its tables anew whole: one trial tells as much as thirty */
    }
    plant();
    central_copy(central, twin_central);
    for (int trial = 0; trial < 30; trial++) {
        char sql[1024];
        shell("rm -f keys.riverbend.erased");
        central_copy(twin_central, central);
        snprintf(sql, sizeof sql,
                 "UPDATE learner_pii SET contact = substr('%0*d', 1, %d); DELETE FROM badge WHERE"
                 " rowid %% %d = 1; UPDATE learner_pii SET contact = NULL WHERE rowid %% 3 = %d;"
                 "UPDATE learner_pii SET contact = 'canary@contact' WHERE given = 'Canarygiven'",
                 40 + trial * 97 % 300, trial, 40 + trial * 53 % 200, 2 + trial % 5, trial % 3);
        central_sql(central, sql);
        gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
        assert_no_canary();
    }
}

/* Every write of an erasure fails once: then it is as before, and the next try does all. */
static void a_failure_in_the_middle_leaves_all_or_nothing(void **state)
{
    (void)state;
    plant();
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_id learner;
    struct tn_erase_sum sum;
    static const char *const tables[] = {"erasure", "learner_pii", "badge", "erased_badge",
                                         "learner"};
    dump_to("before");
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[512];
        if (central_is_server()) {
            break; /* triggers there are written otherwise; the transaction is the same */
        }
        snprintf(sql, sizeof sql,
                 "CREATE TRIGGER broken_i BEFORE INSERT ON %s BEGIN SELECT RAISE(ABORT, 'x'); END;"
                 "CREATE TRIGGER broken_u BEFORE UPDATE ON %s BEGIN SELECT RAISE(ABORT, 'x'); END;"
                 "CREATE TRIGGER broken_d BEFORE DELETE ON %s BEGIN SELECT RAISE(ABORT, 'x'); END",
                 tables[i], tables[i], tables[i]);
        central_sql(central, sql);
        assert_int_not_equal(turnout("erase CanaryId-7 --central central.db --yes"), TN_EXIT_DONE);
        central_sql(central, "DROP TRIGGER broken_i; DROP TRIGGER broken_u; DROP TRIGGER broken_d");
        dump_to("after");
        shell("cmp before after");
    }
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_centre_keys(&centre, "keys", &keyring), TN_OK);
    tn_tombstone_key(&centre, &keyring);
    assert_int_equal(tn_erase_find(&centre, "CanaryId-7", &learner), TN_OK);
    assert_int_equal(tn_db_begin(centre.db), TN_OK);
    assert_int_equal(tn_erase_people(&centre, &learner, 1, 5, &sum), TN_OK);
    assert_int_equal(sum.learners, 1);
    assert_int_equal(sum.badges, 1);
    tn_db_rollback(centre.db);
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    gives(TN_EXIT_DONE, "erase roster:CanaryId-7 --central central.db --yes");
    assert_no_canary();
}

/* Columns of these names hold ids of people wherever they are. */
static void every_column_that_can_lead_to_somebody_has_a_rule(void **state)
{
    static const char *const exceptions[] = {"erased_badge.id", "erasing.id"};
    char line[256];
    (void)state;
    if (central_is_server()) {
        return; /* the tables are the same */
    }
    FILE *pipe = popen("sqlite3 central.db \"SELECT m.name || '.' || p.name FROM sqlite_schema m"
                       " JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.name IN"
                       " ('learner', 'badge', 'who', 'given', 'family', 'preferred', 'contact',"
                       " 'display', 'given_by', 'about', 'target', 'root', 'merged_into', 'old')\"",
                       "r");
    assert_non_null(pipe);
    int seen = 0;
    while (fgets(line, sizeof line, pipe) != NULL) {
        bool is_listed = false;
        line[strcspn(line, "\n")] = '\0';
        char table[128];
        snprintf(table, sizeof table, "%.*s.", (int)strcspn(line, "."), line);
        for (size_t i = 0; i < tn_erase_rule_count; i++) {
            const struct tn_erase_rule *rule = &tn_erase_rules[i];
            is_listed = is_listed || strstr(rule->columns, line) != NULL ||
                        (rule->how == TN_ERASE_DELETE && strstr(rule->columns, table) != NULL);
        }
        for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
            is_listed = is_listed || strcmp(exceptions[i], line) == 0;
        }
        if (!is_listed) {
            fail_msg("%s can lead to a learner; say in sync/central/erase_rules.c what an erasure"
                     " does to it",
                     line);
        }
        seen++;
    }
    assert_int_equal(pclose(pipe), 0);
    assert_true(seen > 20);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_of_a_name_is_left_in_any_byte),
        TEST(attendance_stays_counted_and_leads_to_nobody),
        TEST(a_roster_does_not_bring_somebody_back),
        TEST(what_a_station_brings_later_is_stripped_and_counted),
        TEST(an_old_backup_brings_nobody_back),
        TEST(a_dry_run_and_a_wrong_word_change_nothing),
        TEST(thirty_layouts_keep_nothing),
        TEST(a_failure_in_the_middle_leaves_all_or_nothing),
        TEST(every_column_that_can_lead_to_somebody_has_a_rule),
    };
    /* Each test has a keyring of its own beside it, and so a file of tombstones; a server's database
     * would note the first one's for all. */
    assert_int_equal(setenv("TURNOUT_KEYS", "keys", 1), 0);
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
