/* Settling what real stations bring: one badge given to two children, and clocks that were wrong.
 * Every way there is, there and back. */
#include "tests/unit/sync_handing.h"
#include "tests/unit/sync_settling.h"
#include "tests/unit/sync_world.h"

#define HOUR (60 * MIN)

static int64_t visits_of(const char *learner)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM visit v JOIN learner_alias a ON a.learner = v.who WHERE"
             " a.source_id = '%s'",
             learner);
    return ask(sql);
}

/* 2 and 3 lost their badges, and two helpers without a network gave both of them the same one. */
static void a_badge_of_two_learners_is_whose_a_person_says(void **state)
{
    char blank[TN_BADGE_TEXT_SIZE];
    char lost[TN_BADGE_TEXT_SIZE];
    char id[TN_ID_HEX_SIZE];
    (void)state;
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv --blank 1");
    badge_text("all.csv", LEARNERS + 1, blank);
    badge_text("badges.csv", 2, lost);
    replace_by("desk", lost, blank, 10);
    badge_text("badges.csv", 3, lost);
    replace_by("robotics", lost, blank, 20);
    struct tn_station *gate = open_station("gate");
    scan_text(gate, blank, 30);
    tn_station_close(gate);
    (void)turnout("reconcile robotics central.db"); /* the later one comes first */
    (void)turnout("reconcile desk central.db");
    (void)turnout("reconcile gate central.db");
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE type = 'two_learners'"), 1);
    const int64_t all = ask("SELECT count(*) FROM visit");
    assert_true(visits_of("L00002") > 0);
    assert_int_equal(visits_of("L00003"), 0);
    goes_there_and_back("two_learners", "keep", all);
    goes_there_and_back("two_learners", "learner=L00003", all);
    goes_there_and_back("two_learners", "learner=L00002", all);
    id_of("two_learners", id);
    gives(TN_EXIT_PERSON, "conflicts settle %.8s learner=L00004 --central central.db --why x", id);
    assert_said("one of the learners of this conflict is expected");
    settle(id, "learner=L00003");
    assert_int_equal(visits_of("L00002"), 0);
    assert_true(visits_of("L00003") > 0);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 0);
    reopen(id);
    assert_true(visits_of("L00002") > 0);
}

/* When learner 5's visit began, in minutes after the fair's start. */
static int64_t began(void)
{
    return (ask("SELECT v.starts FROM visit v JOIN learner_alias a ON a.learner = v.who WHERE"
                " a.source_id = 'L00005'") -
            STARTS) /
           MIN;
}

/* After three scans the gate's clock falls back by five hours: 4 to 6 come at 4:04 to 4:06 as it
 * has it. The clock of the boot says that they came right after the others. */
static void a_clocks_times_are_trusted_or_shifted_as_a_person_says(void **state)
{
    char id[TN_ID_HEX_SIZE];
    (void)state;
    scan("gate", 1, 3, STARTS);
    scan("gate", 4, 6, STARTS - 5 * HOUR);
    (void)turnout("reconcile gate central.db");
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE type = 'clock'"), 1);
    assert_int_equal(began(), 3);
    assert_int_equal(ask("SELECT count(*) FROM visit WHERE clock = 3"), 3);
    const int64_t all = ask("SELECT count(*) FROM visit");
    goes_there_and_back("clock", "trust", all);
    goes_there_and_back("clock", "shift=+300", all);
    id_of("clock", id);
    settle(id, "trust");
    assert_int_equal(began(), 5 - 300);
    reopen(id);
    assert_int_equal(began(), 3);
    settle(id, "shift=+300");
    assert_int_equal(began(), 5 - 300 + 300);
    assert_true(ask("SELECT count(*) FROM visit WHERE clock = 2") > 0);
    /* What comes of the boot later obeys too. */
    scan("gate", 7, 7, STARTS - 5 * HOUR);
    (void)turnout("reconcile gate central.db");
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 0);
    assert_int_equal(ask("SELECT count(*) FROM visit v JOIN learner_alias a ON a.learner = v.who"
                         " WHERE a.source_id = 'L00007' AND v.starts = 1773496800000 + 420000"),
                     1);
    gives(TN_EXIT_PERSON, "conflicts settle %.8s shift=soon --central central.db --why x", id);
}

/* The form of a walk-in was damaged on its way: looked at or not, the visit counts. */
static void a_form_that_does_not_open_can_be_looked_at(void **state)
{
    (void)state;
    char code[TN_BADGE_CODE_SIZE];
    char id[TN_ID_HEX_SIZE];
    walk_in(code);
    (void)turnout("reconcile desk central.db --keys nowhere");
    central_sql(central, "UPDATE sealed SET form = badge");
    (void)turnout("reconcile desk central.db");
    assert_int_equal(ask("SELECT count(*) FROM learner WHERE display LIKE 'Canary%'"), 0);
    goes_there_and_back("sealed_form", "seen", 1);
    id_of("sealed_form", id);
    gives(TN_EXIT_PERSON, "conflicts show %.8s --central central.db", id);
    assert_said(code);
    settle(id, "seen");
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    gives(TN_EXIT_DONE, "conflicts --central central.db");
    assert_int_equal(ask("SELECT count(*) FROM visit"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_badge_of_two_learners_is_whose_a_person_says),
        TEST(a_clocks_times_are_trusted_or_shifted_as_a_person_says),
        TEST(a_form_that_does_not_open_can_be_looked_at),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
