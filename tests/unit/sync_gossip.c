/* Stations of one event hear of each other over a stick, or side by side: who came in at one gate
 * is known at the next, and what a lost kiosk had written comes home with its siblings. */
#include "sync/central/centre.h"
#include "sync/link/gossip.h"
#include "tests/unit/sync_world.h"
#include "turnout/sibling.h"

#define NOON INT64_C(1800000000000)

/* A second gate; both know each other. */
static void two_gates(void)
{
    gives(TN_EXIT_DONE, "station new --central central.db --event fair --name West --role gate"
                        " --out west");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile west central.db");
}

static void who_came_in_at_one_gate_is_known_at_the_next(void **state)
{
    (void)state;
    two_gates();
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile west stick");
    assert_said("5 entries of 1 other station taken"); /* a boot, and four check-ins */
    assert_int_equal(scan_one("west", 2, NOON + 600000), TN_RESULT_ALREADY);
    assert_int_equal(scan_one("west", 7, NOON + 600000), TN_RESULT_WELCOME);
    gives(TN_EXIT_DONE, "verify --station west");
    gives(TN_EXIT_DONE, "reconcile west stick");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_int_equal(scan_one("gate", 7, NOON + 900000), TN_RESULT_ALREADY);
    /* What it says of itself is of its own entries. */
    gives(TN_EXIT_DONE, "reconcile west central.db --json");
    assert_said("\"new\": 2");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "verify --central central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 7);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM conflict"), 0);
}

static void what_a_lost_kiosk_wrote_comes_home_with_its_sibling(void **state)
{
    (void)state;
    two_gates();
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile west stick");
    shell("rm -r gate stick");
    gives(TN_EXIT_DONE, "reconcile west central.db");
    assert_said("5 entries of other stations carried on");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 4);
    /* Once the centre has them, nobody carries them any more. */
    shell("test -z \"$(find west/carried -name '*.bundle')\"");
    gives(TN_EXIT_DONE, "reconcile west central.db");
    assert_said("Nothing new");
}

static void a_third_station_hears_of_the_first_through_the_second(void **state)
{
    (void)state;
    two_gates();
    gives(TN_EXIT_DONE, "station new --central central.db --event fair --name East --role gate"
                        " --out east");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile west central.db");
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate west");
    assert_said("west: 5 entries of 1 other station taken");
    gives(TN_EXIT_DONE, "reconcile west east");
    assert_int_equal(scan_one("east", 3, NOON + 600000), TN_RESULT_ALREADY);
    gives(TN_EXIT_DONE, "reconcile gate west");
    gives(TN_EXIT_DONE, "verify --station east");
    shell("test ! -e gate/exchange && test ! -e west/exchange");
    /* The same entries by three ways are the same entries. */
    gives(TN_EXIT_DONE, "reconcile east central.db");
    gives(TN_EXIT_DONE, "reconcile west central.db");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 5);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM conflict"), 0);
}

/* Reconciled since they last met: what lay between is at the centre, and on no stick. */
static void a_log_goes_on_behind_entries_that_nobody_carries(void **state)
{
    (void)state;
    two_gates();
    scan("gate", 1, 2, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile west stick");
    scan("gate", 3, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    shell("rm -r stick");
    scan("gate", 5, 6, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile west stick");
    gives(TN_EXIT_DONE, "verify --station west");
    assert_int_equal(scan_one("west", 1, NOON + 600000), TN_RESULT_ALREADY);
    assert_int_equal(scan_one("west", 3, NOON + 600000), TN_RESULT_WELCOME);
    assert_int_equal(scan_one("west", 6, NOON + 600000), TN_RESULT_ALREADY);
    gives(TN_EXIT_DONE, "reconcile west central.db");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 0);
}

/* A station of another event, or one that was revoked, is nobody's sibling. */
static void who_is_not_in_the_pack_is_not_heard(void **state)
{
    (void)state;
    two_gates();
    gives(TN_EXIT_DONE, "station revoke West --central central.db");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan("west", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile west stick");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_null(strstr(said, "other station"));
    assert_int_equal(scan_one("gate", 2, NOON + 600000), TN_RESULT_WELCOME);
    assert_int_equal(station_ask("gate", "SELECT count(*) FROM log"), 1);
    shell("test ! -e gate/carried");
}

static void of_two_copies_of_a_sibling_the_first_is_heard_and_the_centre_gets_both(void **state)
{
    (void)state;
    two_gates();
    scan("gate", 1, 2, NOON);
    shell("cp -r gate twin");
    scan("gate", 3, 4, NOON);
    scan("twin", 5, 7, NOON);
    gives(TN_EXIT_DONE, "reconcile gate one");
    gives(TN_EXIT_DONE, "reconcile twin two");
    gives(TN_EXIT_DONE, "reconcile west one");
    gives(TN_EXIT_DONE, "reconcile west two");
    assert_said("its two copies apart");
    gives(TN_EXIT_DONE, "verify --station west");
    (void)turnout("reconcile west central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 7);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM conflict WHERE type = 'fork'"), 1);
}

static void a_bundle_that_was_altered_leaves_nothing(void **state)
{
    (void)state;
    two_gates();
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    flip_byte("$(find stick -name '*.bundle')", -40);
    gives(TN_EXIT_DONE, "reconcile west stick");
    assert_int_equal(station_ask("west", "SELECT count(*) FROM log"), 1);
    assert_int_equal(scan_one("west", 2, NOON + 600000), TN_RESULT_WELCOME);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(who_came_in_at_one_gate_is_known_at_the_next),
        TEST(what_a_lost_kiosk_wrote_comes_home_with_its_sibling),
        TEST(a_third_station_hears_of_the_first_through_the_second),
        TEST(a_log_goes_on_behind_entries_that_nobody_carries),
        TEST(who_is_not_in_the_pack_is_not_heard),
        TEST(of_two_copies_of_a_sibling_the_first_is_heard_and_the_centre_gets_both),
        TEST(a_bundle_that_was_altered_leaves_nothing),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
