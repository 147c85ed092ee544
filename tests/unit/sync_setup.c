/* Set-up cards, policies and what a pack says of them: from the organizer's table to the station.
 */
#include <sodium.h>

#include "sync/central/centre.h"
#include "sync/central/policy.h"
#include "sync/link/enrol.h"
#include "tests/unit/sync_world.h"
#include "turnout/desk.h"

#define STARTS INT64_C(1773496800000)

static void a_kiosk_that_a_card_set_up_is_known_when_it_comes_home(void **state)
{
    (void)state;
    struct tn_station_info info;
    struct tn_station *station = NULL;
    assert_int_equal(set_up("setup-card", "lobby", STARTS + 1), STARTS);
    shell("rm lobby/setup.card"); /* what counts is in the database; the file may be an older card's
                                   */
    gives(TN_EXIT_DONE, "station list --central central.db");
    assert_said("its set-up card not used yet");
    gives(TN_EXIT_DONE, "reconcile lobby central.db");
    assert_said("Pack 1 delivered");
    gives(TN_EXIT_DONE, "station list --central central.db");
    assert_said("Lobby gate");
    assert_null(strstr(said, "not used yet"));
    assert_int_equal(tn_station_open_read("lobby", &station), TN_OK);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_true(info.has_keys && info.has_walk_in && info.has_pin);
    assert_int_equal(info.role, TN_ROLE_BOTH);
    tn_station_close(station);
    scan("lobby", 1, 3, STARTS);
    gives(TN_EXIT_DONE, "reconcile lobby central.db");
    assert_said("Receipt to");
}

static void a_card_is_good_for_one_kiosk(void **state)
{
    (void)state;
    set_up("setup-card", "lobby", STARTS + 1);
    set_up("setup-card", "copy", STARTS + 1);
    gives(TN_EXIT_DONE, "reconcile lobby central.db");
    scan("copy", 1, 3, STARTS);
    gives(TN_EXIT_PERSON, "reconcile copy central.db");
    assert_said("another kiosk was set up with this card before");
    gives(TN_EXIT_DONE, "reconcile lobby central.db");
    /* Nobody else may have the name, whether its card was used or not. */
    gives(TN_EXIT_PERSON, "station new --central central.db --event fair --name Lobby~gate --role"
                          " gate --out again.pdf");
    assert_said("already has a station named Lobby gate");
    assert_int_not_equal(access("again.pdf", F_OK), 0);
    assert_int_not_equal(access("again.pdf.new", F_OK), 0);
}

static void a_pin_opens_a_station_and_is_nowhere_in_plain(void **state)
{
    (void)state;
    struct tn_station *station = NULL;
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    assert_int_equal(tn_station_open("gate", &env, &station), TN_OK);
    assert_int_equal(tn_station_check_pin(station, "2468"), TN_OK);
    assert_int_equal(tn_station_check_pin(station, "2469"), TN_ERR_FORGED);
    tn_station_close(station);
    shell(central_is_server() ? "pg_dump '%s' >whole" : "cp '%s' whole", central);
    shell("! grep -aq 'pin=2468' whole gate/pack-*.db");
    shell("grep -q 'pin=2468' events.csv");
}

static void a_table_that_is_imported_again_makes_no_new_pack(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "import events events.csv --central central.db");
    assert_said("1 as they were");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Nothing new");
    shell("sed -i 's/walk-in pin=2468/pin=13579/' events.csv");
    gives(TN_EXIT_DONE, "import events events.csv --central central.db");
    assert_said("1 changed");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    struct tn_station *station = NULL;
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station_info info;
    assert_int_equal(tn_station_open("gate", &env, &station), TN_OK);
    assert_int_equal(tn_station_check_pin(station, "13579"), TN_OK);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_true(info.has_pin && !info.has_walk_in);
    tn_station_close(station);
}

static void a_policy_that_makes_no_sense_is_a_problem_of_its_row(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "pin=123", "pin=123456789", "pin=12a4", "pin=", "pin=1234 pin=5678", "walkin", "WALK-IN"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_non_null(tn_policy_check(wrong[i], NULL));
    }
    assert_null(tn_policy_check("  walk-in   pin=12345678 ", NULL));
    shell("sed 's/pin=2468/pin=24/' events.csv >bad.csv");
    gives(TN_EXIT_PERSON, "import events bad.csv --central central.db");
    assert_said("bad.csv: row 2, policy: expected words apart by spaces");
    assert_null(strstr(said, "=24\n"));
}

static void a_pack_names_partners_groups_and_who_may_consent(void **state)
{
    (void)state;
    struct tn_station *station = NULL;
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station_info info;
    struct tn_partner_list partners;
    central_sql(central, "UPDATE ecosystem SET consent_age = 16");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(tn_station_open("gate", &env, &station), TN_OK);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_int_equal(info.consent_age, 16);
    assert_int_equal(tn_station_partners(station, "", 0, &partners), TN_OK);
    assert_int_equal(partners.total, 9); /* of 12: no business, funder or government */
    assert_int_equal(tn_station_partners(station, "fund", 0, &partners), TN_OK);
    assert_int_equal(partners.total, 0);
    assert_int_equal(tn_station_partners(station, "museum", 0, &partners), TN_OK);
    assert_int_equal(partners.total, 1);
    tn_station_close(station);
    shell("test $(sqlite3 gate/pack-2.db 'SELECT count(*) FROM grp') -eq %lld",
          (long long)central_ask(central, "SELECT count(*) FROM group_card"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_kiosk_that_a_card_set_up_is_known_when_it_comes_home),
        TEST(a_card_is_good_for_one_kiosk),
        TEST(a_pin_opens_a_station_and_is_nowhere_in_plain),
        TEST(a_table_that_is_imported_again_makes_no_new_pack),
        TEST(a_policy_that_makes_no_sense_is_a_problem_of_its_row),
        TEST(a_pack_names_partners_groups_and_who_may_consent),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
