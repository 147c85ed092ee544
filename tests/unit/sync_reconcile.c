/* `reconcile` between real stations and a real centre: what it says, its exit codes, and that
 * nothing is lost where a folder was copied, restored or came from somewhere else. */
#include <jansson.h>

#include "sync/central/centre.h"
#include "sync/link/reconcile.h"
#include "tests/unit/sync_world.h"

#define NOON INT64_C(1800000000000)

static void a_reconcile_runs_once_and_then_has_nothing_to_do(void **state)
{
    (void)state;
    scan("gate", 1, 5, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Receipt to");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Nothing new");
    gives(TN_EXIT_DONE, "reconcile central.db gate --json");
    assert_said("\"new\": 0");
    assert_said("\"conflicts\": 0");
}

static void a_cloned_station_is_a_conflict_every_time_and_loses_nothing(void **state)
{
    (void)state;
    scan("gate", 1, 3, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    shell("cp -r gate twin && cp keys ..");
    scan("gate", 4, 6, NOON);
    scan("twin", 7, 11, NOON);
    shell("cp -r gate twin ../");
    central_copy(central, twin_central);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_PERSON, "reconcile twin central.db");
    assert_said("two copies of its log");
    gives(TN_EXIT_PERSON, "reconcile twin central.db");
    assert_said("Nothing new");
    assert_said("two copies of its log");
    gives(TN_EXIT_PERSON, "reconcile gate central.db --json");
    assert_said("\"conflicts\": 1");
    gives(TN_EXIT_DONE, "verify --central central.db");
    gives(TN_EXIT_DONE, "reconcile ../twin %s --keys ../keys", twin_central);
    gives(TN_EXIT_PERSON, "reconcile ../gate %s --keys ../keys", twin_central);
    gives(TN_EXIT_DONE, "dump --central %s", twin_central);
    char *other = strdup(said);
    gives(TN_EXIT_DONE, "dump --central central.db");
    assert_string_equal(said, other);
    free(other);
    gives(TN_EXIT_DONE, "status --central central.db --json");
    assert_said("\"visits\": 11");
    json_t *all = json_loads(said, 0, NULL);
    json_t *station = json_array_get(json_object_get(all, "station_list"), 0);
    assert_int_equal(json_integer_value(json_object_get(station, "entries")),
                     json_integer_value(json_object_get(all, "entries")));
    json_decref(all);
}

/* Brings what some stations wrote, without packs, each of which would be an entry of its own. */
static void bring(const char *uri, const char *const *dirs, size_t count)
{
    struct tn_reconcile_station stations[3] = {0};
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_centre centre;
    struct tn_keyring keyring;
    assert_in_range(count, 1, sizeof stations / sizeof stations[0]);
    assert_int_equal(tn_centre_open(uri, &centre), TN_OK);
    assert_int_equal(tn_keyring_load("keys", NULL, &keyring), TN_OK);
    for (size_t i = 0; i < count; i++) {
        stations[i].dir = dirs[i];
        assert_int_equal(tn_station_open(dirs[i], &env, &stations[i].station), TN_OK);
    }
    const struct tn_reconcile_with with = {.centre = &centre, .keyring = &keyring, .now_ms = NOON};
    assert_int_equal(tn_reconcile_take(stations, count, &with), TN_OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(stations[i].out.got_receipt);
        tn_station_close(stations[i].station);
    }
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
}

/* Another thread makes a station's bundle while the one before it is taken in. */
static void stations_taken_in_one_run_bring_the_same_as_one_by_one(void **state)
{
    static const char *const dirs[] = {"gate", "robotics", "desk"};
    static const char *const copies[] = {"../gate", "../robotics", "../desk"};
    (void)state;
    scan("gate", 1, LEARNERS, NOON);
    scan("robotics", 3, 9, NOON + 3600000);
    scan("desk", 5, 7, NOON + 7200000);
    shell("cp -r gate robotics desk ../");
    central_copy(central, twin_central);
    bring(central, dirs, 3);
    for (size_t i = 0; i < 3; i++) {
        bring(twin_central, &copies[i], 1);
    }
    gives(TN_EXIT_DONE, "dump --central %s", twin_central);
    char *other = strdup(said);
    gives(TN_EXIT_DONE, "dump --central central.db");
    assert_string_equal(said, other);
    free(other);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"),
                     LEARNERS + 7 + 3);
}

/* Rows are not looked at one by one while bundles are made ahead, and a row that was altered is
 * found all the same: by the thread, here, since another station's bundle came first. */
static void an_altered_row_of_a_later_station_never_reaches_the_centre(void **state)
{
    static const char *const dirs[] = {"gate", "robotics"};
    struct tn_reconcile_station stations[2] = {0};
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_centre centre;
    (void)state;
    scan("gate", 1, LEARNERS, NOON);
    scan("robotics", 3, 9, NOON + 3600000);
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    for (size_t i = 0; i < 2; i++) {
        stations[i].dir = dirs[i];
        assert_int_equal(tn_station_open(dirs[i], &env, &stations[i].station), TN_OK);
    }
    /* A station looks at its newest entries when it is opened. */
    shell("sqlite3 robotics/station.db 'UPDATE entry SET at_ms = at_ms + 1 WHERE seq = 5'");
    const struct tn_reconcile_with with = {.centre = &centre, .now_ms = NOON};
    assert_int_equal(tn_reconcile_take(stations, 2, &with), TN_ERR_DAMAGED);
    assert_false(stations[0].out.is_damaged);
    assert_true(stations[1].out.is_damaged);
    for (size_t i = 0; i < 2; i++) {
        tn_station_close(stations[i].station);
    }
    tn_centre_close(&centre);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"),
                     LEARNERS);
}

static void a_station_of_another_ecosystem_is_refused(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "demo ../far --learners 3 --seed 9");
    gives(TN_EXIT_PERSON, "reconcile ../far/gate central.db");
    assert_said("another ecosystem");
    assert_null(strstr(said, "goes on from there"));
}

static void without_the_right_keyring_entries_arrive_and_no_receipt_is_given(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "demo ../far --learners 3 --seed 9");
    scan("gate", 1, 2, NOON);
    gives(TN_EXIT_PERSON, "reconcile gate central.db --keys ../far/keys");
    assert_said("another ecosystem");
    assert_said("no receipt was written");
    assert_said("No receipt yet");
    gives(TN_EXIT_PERSON, "reconcile gate central.db --keys nowhere");
    gives(TN_EXIT_PERSON, "reconcile gate central.db --keys .");
    assert_said("Nothing new");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Receipt to");
}

static void a_restored_centre_gets_the_entries_again_and_packs_go_on(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    central_copy(central, twin_central);
    scan("gate", 1, 4, NOON);
    shell("sed '2s/^\\([^,]*\\),[^,]*,/\\1,Zed,/' roster.csv >later.csv");
    gives(TN_EXIT_DONE, "import roster later.csv --central central.db");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out b.csv");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Pack 3 delivered");
    central_copy(twin_central, central);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Pack 3 delivered"); /* of the second epoch */
    assert_said("this database is an older copy of the centre");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Nothing new");
    assert_null(strstr(said, "older copy"));
    gives(TN_EXIT_DONE, "verify --central central.db");
    assert_int_equal(central_ask(central, "SELECT epoch FROM ecosystem"), 2);
}

/* Nothing beside the keyring says that the database is old: the station's receipt does. */
static void a_restored_centre_without_its_mark_is_shown_its_own_receipt(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    central_copy(central, twin_central);
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "dump --central central.db");
    char *before = strdup(said);
    central_copy(twin_central, central);
    shell("rm keys.*.mark");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("this database is an older copy of the centre");
    assert_said("new");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Nothing new");
    assert_int_equal(central_ask(central, "SELECT epoch FROM ecosystem"), 2);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 4);
    free(before);
}

/* A mark that somebody else wrote, or altered, is no reason to begin anything. */
static void a_mark_that_is_not_ours_is_refused_and_said(void **state)
{
    (void)state;
    scan("gate", 1, 2, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    flip_byte("$(ls keys.*.mark)", 60);
    gives(TN_EXIT_PERSON, "reconcile gate central.db");
    assert_said(".mark");
    assert_int_equal(central_ask(central, "SELECT epoch FROM ecosystem"), 1);
    shell("rm keys.*.mark");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(central_ask(central, "SELECT epoch FROM ecosystem"), 1);
}

static void a_station_the_centre_forgot_is_held_and_said(void **state)
{
    (void)state;
    central_copy(central, twin_central);
    gives(TN_EXIT_DONE,
          "station new --central central.db --event fair --name New --role gate --out new");
    scan("new", 1, 4, NOON);
    central_copy(twin_central, central);
    gives(TN_EXIT_PERSON, "reconcile new central.db");
    assert_said("NOT taken");
    assert_said("restored");
    assert_null(strstr(said, "Nothing new"));
    gives(TN_EXIT_PERSON, "reconcile new central.db --json");
    assert_said("\"needs_person\": true");
    gives(TN_EXIT_PERSON, "conflicts --central central.db");
    assert_said("unknown_station: ");
    assert_said("What to do: set that kiosk up with a card of its own");
}

static void what_is_no_pair_is_usage_or_the_world(void **state)
{
    (void)state;
    gives(TN_EXIT_USAGE, "reconcile");
    gives(TN_EXIT_PERSON, "reconcile gate"); /* its card names no hub */
    gives(TN_EXIT_USAGE, "reconcile nothere central.db");
    gives(TN_EXIT_PERSON, "reconcile gate https://hub"); /* nor a pin */
    gives(TN_EXIT_USAGE, "reconcile gate central.db --watch=0");
    gives(TN_EXIT_WORLD, "reconcile gate nothere.db");
    gives(TN_EXIT_WORLD, "reconcile gate roster.csv");
    assert_int_not_equal(access("nothere.db", F_OK), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_reconcile_runs_once_and_then_has_nothing_to_do),
        TEST(a_cloned_station_is_a_conflict_every_time_and_loses_nothing),
        TEST(stations_taken_in_one_run_bring_the_same_as_one_by_one),
        TEST(an_altered_row_of_a_later_station_never_reaches_the_centre),
        TEST(a_station_of_another_ecosystem_is_refused),
        TEST(without_the_right_keyring_entries_arrive_and_no_receipt_is_given),
        TEST(a_restored_centre_gets_the_entries_again_and_packs_go_on),
        TEST(a_restored_centre_without_its_mark_is_shown_its_own_receipt),
        TEST(a_mark_that_is_not_ours_is_refused_and_said),
        TEST(a_station_the_centre_forgot_is_held_and_said),
        TEST(what_is_no_pair_is_usage_or_the_world),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
