/* The audit log: what is changed is noted with who and why, what fails is not, and a row that was
 * changed, taken away or exchanged afterwards is named. */
#include "sync/central/audit.h"
#include "tests/unit/sync_world.h"

static char faults[TEXT_MAX];

static void keep_faults(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    const size_t len = strlen(faults);
    snprintf(faults + len, sizeof faults - len, "%s\n", line);
}

static uint64_t count_faults(struct tn_centre *centre)
{
    struct tn_audit_check check;
    faults[0] = '\0';
    tn_log_to(keep_faults, NULL);
    assert_int_equal(tn_audit_verify(centre, &check), TN_OK);
    tn_log_to(log_plainly, NULL);
    return check.faults;
}

/* Faults that a change behind the program's back makes; the change is taken back again. */
static uint64_t faults_after(struct tn_centre *centre, const char *sql)
{
    assert_int_equal(tn_db_begin(centre->db), TN_OK);
    assert_int_equal(tn_db_exec(centre->db, sql), TN_OK);
    const uint64_t found = count_faults(centre);
    tn_db_rollback(centre->db);
    return found;
}

static void assert_named(int row)
{
    char text[64];
    snprintf(text, sizeof text, "audit log, row %d: ", row);
    if (strstr(faults, text) == NULL) {
        fail_msg("row %d is not named, but: %s", row, faults);
    }
}

static void a_change_of_any_field_of_any_row_is_named(void **state)
{
    static const char *const changes[] = {
        "seq = seq + 1000",
        "at_ms = at_ms + 1",
        "actor = 'x' || actor",
        "action = 'x' || action",
        "object = 'x' || object",
        "why = 'x' || why",
        "salt = NULL",
        "salt = (SELECT id FROM ecosystem)",
        "what_hash = NULL",
        "what_hash = (SELECT sign_key FROM ecosystem)",
        "prev_hash = (SELECT id FROM ecosystem)",
        "hash = (SELECT id FROM ecosystem)",
    };
    struct tn_centre centre;
    (void)state;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    const int rows = (int)central_ask(central, "SELECT count(*) FROM audit");
    assert_in_range(rows, 8, 40);
    assert_int_equal(count_faults(&centre), 0);
    for (int row = 1; row <= rows; row++) {
        for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
            char sql[256];
            snprintf(sql, sizeof sql, "UPDATE audit SET %s WHERE seq = %d", changes[i], row);
            assert_true(faults_after(&centre, sql) > 0);
            assert_named(row);
        }
    }
    assert_int_equal(count_faults(&centre), 0);
    tn_centre_close(&centre);
}

/* What an erasure takes away is what a row was about, and why; of the rest nothing may change. */
static void a_row_that_was_erased_still_holds(void **state)
{
    struct tn_centre centre;
    struct tn_audit_check check;
    (void)state;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_db_begin(centre.db), TN_OK);
    assert_int_equal(tn_audit_forget(&centre, 2), TN_OK);
    assert_int_equal(tn_db_commit(centre.db), TN_OK);
    assert_int_equal(tn_audit_verify(&centre, &check), TN_OK);
    assert_int_equal(check.faults, 0);
    assert_int_equal(check.erased, 1);
    assert_true(faults_after(&centre, "UPDATE audit SET actor = 'x' WHERE seq = 2") > 0);
    assert_named(2);
    assert_true(faults_after(&centre, "UPDATE audit SET object = 'x' WHERE seq = 2") > 0);
    assert_named(2);
    tn_centre_close(&centre);
}

static void a_row_that_is_gone_or_exchanged_is_named(void **state)
{
    struct tn_centre centre;
    (void)state;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_true(faults_after(&centre, "DELETE FROM audit WHERE seq = 1") > 0);
    assert_named(1);
    assert_true(faults_after(&centre, "DELETE FROM audit WHERE seq = 4") > 0);
    assert_named(4);
    assert_true(faults_after(&centre, "UPDATE audit SET seq = 1003 WHERE seq = 3;"
                                      "UPDATE audit SET seq = 3 WHERE seq = 5;"
                                      "UPDATE audit SET seq = 5 WHERE seq = 1003") > 0);
    assert_named(3);
    assert_named(5);
    tn_centre_close(&centre);
}

static void verify_says_which_row_was_changed(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "verify --central central.db");
    assert_said("rows in the audit log");
    central_sql(central, "UPDATE audit SET actor = 'nobody' WHERE seq = 2");
    gives(TN_EXIT_PERSON, "verify --central central.db");
    assert_said("audit log, row 2: was altered");
}

static void a_change_is_noted_with_who_and_why_and_without_names(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "staff-card new --central central.db --event fair --name Zanzibar --out "
                        "k.csv --by Amy~Li --why for~the~door");
    gives(TN_EXIT_DONE, "staff-card revoke Zanzibar --central central.db");
    gives(TN_EXIT_DONE, "audit --central central.db --last 2 --json");
    assert_said("\"actor\": \"Amy Li\"");
    assert_said("\"why\": \"for the door\"");
    assert_said("\"action\": \"staff_card_new\"");
    assert_said("\"action\": \"staff_card_revoke\"");
    assert_null(strstr(said, "Zanzibar"));
    gives(TN_EXIT_DONE, "station new --central central.db --event fair --name Exit --role exit "
                        "--out exit --why more~doors");
    gives(TN_EXIT_DONE, "station revoke Exit --central central.db --by Bo");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM kiosk WHERE station = 'Exit' AND"
                                          " revoked_at IS NOT NULL"),
                     1);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM staff_card WHERE name = 'Zanzibar'"
                                          " AND revoked_at IS NOT NULL"),
                     1);
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out b.csv --by Cy");
    gives(TN_EXIT_DONE, "audit --central central.db --last 3");
    assert_said("station_new");
    assert_said("Exit  (more doors)");
    assert_said("Bo");
    assert_said("fair: 12, of them 0 new");
    gives(TN_EXIT_DONE, "verify --central central.db");
}

static void what_fails_and_what_changes_nothing_leaves_no_row(void **state)
{
    (void)state;
    const int64_t before = central_ask(central, "SELECT count(*) FROM audit");
    shell("printf 'id,given_name\\n,Ada\\n' >bad.csv");
    shell("printf 'id,given_name\\nx-1,Ada\\n' >good.csv");
    gives(TN_EXIT_PERSON, "import roster bad.csv --central central.db");
    gives(TN_EXIT_DONE, "import roster good.csv --central central.db --dry-run");
    gives(TN_EXIT_USAGE, "staff-card revoke Nobody --central central.db --by A\nB");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM audit"), before);
    gives(TN_EXIT_DONE, "import roster good.csv --central central.db");
    gives(TN_EXIT_DONE, "import roster good.csv --central central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM audit"), before + 1);
}

static void texts_past_their_maximum_are_cut_and_still_verify(void **state)
{
    static char text[2000];
    struct tn_centre centre;
    (void)state;
    memset(text, 'a', sizeof text - 1);
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    centre.actor = (struct tn_actor){.by = text, .why = text};
    assert_int_equal(tn_audit_record(&centre, 5, text, text), TN_OK);
    assert_int_equal(count_faults(&centre), 0);
    tn_centre_close(&centre);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_change_of_any_field_of_any_row_is_named),
        TEST(a_row_that_was_erased_still_holds),
        TEST(a_row_that_is_gone_or_exchanged_is_named),
        TEST(verify_says_which_row_was_changed),
        TEST(a_change_is_noted_with_who_and_why_and_without_names),
        TEST(what_fails_and_what_changes_nothing_leaves_no_row),
        TEST(texts_past_their_maximum_are_cut_and_still_verify),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
