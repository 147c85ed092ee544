/* Retention: what is past its time goes, and nothing else; what is counted stays. */
#include "sync/central/retention.h"
#include "tests/unit/sync_world.h"

#define DAY INT64_C(86400000)

static int64_t ends_of_fair(void)
{
    return central_ask(central, "SELECT max(ends) FROM event");
}

/* Retention at a time, in a transaction that stays. */
static struct tn_retention run_at(int64_t now_ms)
{
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_retention r;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_centre_keys(&centre, "keys", &keyring), TN_OK);
    tn_tombstone_key(&centre, &keyring);
    assert_int_equal(tn_db_begin(centre.db), TN_OK);
    assert_int_equal(tn_retention_run(&centre, now_ms, &r), TN_OK);
    assert_int_equal(tn_db_commit(centre.db), TN_OK);
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    return r;
}

static uint64_t counted(const struct tn_retention *r, const char *name)
{
    for (size_t i = 0; i < TN_RETENTION_RULES; i++) {
        if (strcmp(tn_retention_rules[i].name, name) == 0) {
            return r->counts[i];
        }
    }
    fail_msg("no rule is called %s", name);
    return 0;
}

/* A walk-in with a badge of the fair, and contacts of everybody. */
static void plant(void)
{
    central_sql(central, "INSERT INTO learner (ecosystem, id, display) SELECT no, sign_key, 'Wanda'"
                         " FROM ecosystem; UPDATE learner SET id = (SELECT id FROM ecosystem) WHERE"
                         " display = 'Wanda'");
    central_sql(central, "INSERT INTO learner_pii (ecosystem, learner, given) SELECT ecosystem, id,"
                         " 'Wanda' FROM learner WHERE display = 'Wanda'");
    central_sql(central, "INSERT INTO badge (ecosystem, id, learner, event, code, issued, status,"
                         " secret, handed) SELECT l.ecosystem, e.id, l.id, e.id, '1', 5, 'active',"
                         " l.id, 2 FROM learner l JOIN event e ON e.ecosystem = l.ecosystem WHERE"
                         " l.display = 'Wanda'");
    central_sql(central, "UPDATE learner_pii SET contact = 'x@y'");
}

static void nothing_goes_before_its_time(void **state)
{
    (void)state;
    plant();
    const struct tn_retention r = run_at(ends_of_fair() + 30 * DAY);
    assert_int_equal(r.days, 30);
    for (size_t i = 0; i < TN_RETENTION_RULES; i++) {
        assert_int_equal(r.counts[i], 0);
    }
    assert_int_equal(central_ask(central, "SELECT count(*) FROM learner WHERE display = 'Wanda'"),
                     1);
}

static void walk_ins_secrets_and_contacts_go_after_it(void **state)
{
    (void)state;
    plant();
    const int64_t now_ms = ends_of_fair() + 30 * DAY + 1;
    const struct tn_retention r = run_at(now_ms);
    assert_int_equal(counted(&r, "walk_ins"), 1);
    assert_int_equal(counted(&r, "contacts"), LEARNERS + 1);
    assert_int_equal(counted(&r, "secrets"), LEARNERS);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM learner_pii"), LEARNERS);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM learner_pii WHERE contact IS NOT"
                                          " NULL"),
                     0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM badge WHERE card IS NOT NULL"), 0);
    /* The walk-in's ghost stays, to be counted; whoever is in the roster keeps their name. */
    assert_int_equal(
        central_ask(central, "SELECT count(*) FROM learner WHERE erased_at IS NOT NULL"), 1);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM learner WHERE display = 'Wanda'"),
                     0);
    const struct tn_retention again = run_at(now_ms);
    assert_int_equal(counted(&again, "walk_ins") + counted(&again, "secrets"), 0);
    gives(TN_EXIT_DONE, "verify --central central.db");
}

static void badges_without_their_secrets_are_left_out_and_it_is_said(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out a.csv --blank 2");
    const struct tn_retention r = run_at(ends_of_fair() + 30 * DAY + 1);
    assert_int_equal(counted(&r, "secrets"), LEARNERS + 2);
    gives(TN_EXIT_PERSON, "badges --central central.db --event fair --out b.csv --again");
    assert_said("none can be printed again: retention took their secrets away");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out b.csv --again --blank 1");
    assert_said("1 badge: 0 new, 1 blank");
    assert_said("14 left out: retention took their secrets away");
    assert_null(strstr(said, "kiosk"));
}

static void demographics_go_with_their_consent(void **state)
{
    (void)state;
    central_sql(central, "DELETE FROM consent; INSERT INTO consent (ecosystem, learner, purpose,"
                         " basis, until) SELECT ecosystem, learner, 'study', 'form', 1000 FROM"
                         " learner_pii; INSERT INTO learner_demo (ecosystem, id, learner,"
                         " dimension, value, consent) SELECT ecosystem, learner, learner, 'd', 'v',"
                         " 'study' FROM learner_pii");
    struct tn_retention r = run_at(1000);
    assert_int_equal(counted(&r, "demographics") + counted(&r, "consents"), 0);
    r = run_at(1001);
    assert_int_equal(counted(&r, "demographics"), LEARNERS);
    assert_int_equal(counted(&r, "consents"), LEARNERS);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM learner_demo"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM consent WHERE withdrawn_at = 1000"),
                     LEARNERS);
}

static void the_command_says_what_it_does_and_is_audited(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "retention set 7 --central central.db --by Amy");
    gives(TN_EXIT_DONE, "retention show --central central.db");
    assert_said("7 days after the end of an event");
    assert_said("secrets and cards of badges of past events");
    gives(TN_EXIT_DONE, "retention run --central central.db --dry-run --json");
    assert_said("\"dry_run\": true");
    assert_true(central_ask(central, "SELECT count(*) FROM badge WHERE card IS NOT NULL") > 0);
    gives(TN_EXIT_DONE, "retention run --central central.db --why nightly");
    gives(TN_EXIT_DONE, "audit --central central.db --last 2");
    assert_said("retention_days");
    assert_said("(nightly)");
    gives(TN_EXIT_USAGE, "retention set never --central central.db");
    gives(TN_EXIT_USAGE, "retention --central central.db");
    gives(TN_EXIT_DONE, "verify --central central.db");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_goes_before_its_time),
        TEST(walk_ins_secrets_and_contacts_go_after_it),
        TEST(badges_without_their_secrets_are_left_out_and_it_is_said),
        TEST(demographics_go_with_their_consent),
        TEST(the_command_says_what_it_does_and_is_audited),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
