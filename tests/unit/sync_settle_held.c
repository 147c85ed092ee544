/* Settling what is about a log and not about a learner: bundles that are held, of every reason
 * there is, and logs that go on from a damaged one. There is nothing to decide but that somebody
 * looked. */
#include "tests/unit/sync_scene.h"
#include "tests/unit/sync_world.h"

static void derive_and_close(struct scene *s)
{
    derive(s);
    scene_close(s);
}

/* All six entries are home and count, nothing waits for a person, and so many bundles are held. */
static void all_count(int held)
{
    assert_int_equal(ask("SELECT count(*) FROM held"), held);
    assert_int_equal(ask("SELECT count(*) FROM visit"), SHARED);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 0);
}

/* Entries 4 to 6 wait for those before them. Looked at, the conflict is settled and nothing
 * changes; once 1 to 3 come all six count, and the conflict is gone. */
static void what_is_held_can_be_looked_at_and_counts_once_it_follows_on(void **state)
{
    (void)state;
    struct scene s;
    char id[TN_ID_HEX_SIZE];
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 4, SHARED, 0);
    derive_and_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM held"), 1);
    goes_there_and_back("gap", "seen", 0);
    id_of("gap", id);
    gives(TN_EXIT_PERSON, "conflicts show %.8s --central central.db", id);
    assert_said("seen");
    settle(id, "seen");
    gives(TN_EXIT_DONE, "conflicts --central central.db");
    scene_open(&s, central);
    ingest(&s, 1, 3, 0);
    derive_and_close(&s);
    all_count(0);
}

/* Entries 1 to 3 of a station nobody enrolled: looked at, they still do not count. Once it is
 * enrolled they do, as soon as it brings more. */
static void entries_of_an_unknown_station_count_once_it_is_known(void **state)
{
    (void)state;
    struct scene s;
    char id[TN_ID_HEX_SIZE];
    scene_open(&s, central);
    ingest(&s, 1, 3, 0);
    derive_and_close(&s);
    id_of("unknown_station", id);
    settle(id, "seen");
    assert_int_equal(ask("SELECT count(*) FROM visit"), 0);
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, SHARED, 0);
    derive_and_close(&s);
    all_count(0);
}

/* Another station brings entries of this one's log under its own key: held, also when that was
 * looked at, while the log's own station goes on. */
static void entries_under_a_wrong_key_never_count(void **state)
{
    (void)state;
    struct scene s;
    char id[TN_ID_HEX_SIZE];
    struct tn_random_seeded seeded;
    const struct tn_random random = tn_random_from_seed(&seeded, 9);
    scene_open(&s, central);
    enrol(&s);
    const struct tn_sign_key own = s.device;
    tn_sign_key_create(&random, &s.device);
    static const char sql[] = "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role,"
                              " event, head) SELECT ecosystem, 91, $2, $3, 'Other', role, event,"
                              " head FROM kiosk WHERE ecosystem = $1 AND log_no = 90";
    struct tn_stmt *stmt = NULL;
    const struct tn_id other = {{5}};
    assert_int_equal(tn_centre_prepare(&s.centre, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 2, &other);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){s.device.public_key.b, TN_PUBLIC_KEY_SIZE});
    assert_int_equal(tn_run(stmt), TN_OK);
    ingest(&s, 1, 3, 1);
    derive_and_close(&s);
    id_of("wrong_key", id);
    settle(id, "seen");
    assert_int_equal(ask("SELECT count(*) FROM visit"), 0);
    scene_open(&s, central);
    s.device = own;
    ingest(&s, 1, SHARED, 0);
    derive_and_close(&s);
    all_count(1);
}

/* Entries 4 to 6 come once as they are not: the station's chain does not lead to them. Nothing of
 * it counts, whatever a person says; the right ones do, and the wrong ones are told once. */
static void a_broken_chain_can_be_looked_at_and_never_counts(void **state)
{
    (void)state;
    struct scene s;
    char id[TN_ID_HEX_SIZE];
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, 3, 0);
    s.is_broken = true;
    assert_int_equal(ingest(&s, 4, SHARED, 0).verdict, TN_VERDICT_REFUSED);
    derive_and_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM held WHERE why = 'chain'"), 1);
    goes_there_and_back("chain", "seen", 3);
    id_of("chain", id);
    gives(TN_EXIT_PERSON, "conflicts show %.8s --central central.db", id);
    assert_said("entries 4 to 6 since");
    settle(id, "seen");
    scene_open(&s, central);
    s.is_broken = true;
    ingest(&s, 4, SHARED, 0);
    s.is_broken = false;
    ingest(&s, 4, SHARED, 0);
    derive_and_close(&s);
    all_count(1);
    reopen(id);
    assert_int_equal(ask("SELECT count(*) FROM visit"), SHARED);
    gives(TN_EXIT_PERSON, "conflicts --central central.db");
}

/* The station's database was damaged and it begins a second log, then a third: one conflict a log.
 * One that was looked at stays so when more of its log comes. */
static void a_log_that_goes_on_from_another_is_looked_at_once(void **state)
{
    (void)state;
    struct scene s;
    char id[TN_ID_HEX_SIZE];
    scene_open(&s, central);
    enrol(&s);
    ingest(&s, 1, 3, 0);
    s.log = (struct tn_id){{10}};
    ingest(&s, 1, 4, 0);
    derive_and_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM visit"), 4);
    goes_there_and_back("salvaged", "seen", 4);
    id_of("salvaged", id);
    settle(id, "seen");
    gives(TN_EXIT_DONE, "conflicts show %.8s --central central.db", id);
    assert_said("Extra");
    scene_open(&s, central);
    s.log = (struct tn_id){{10}};
    ingest(&s, 5, SHARED, 0);
    derive(&s);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 0);
    s.log = (struct tn_id){{11}};
    ingest(&s, 1, 2, 0);
    derive_and_close(&s);
    assert_int_equal(ask("SELECT count(*) FROM visit"), SHARED);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE type = 'salvaged'"), 2);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 1);
    reopen(id);
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE state = 'open'"), 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_is_held_can_be_looked_at_and_counts_once_it_follows_on),
        TEST(entries_of_an_unknown_station_count_once_it_is_known),
        TEST(entries_under_a_wrong_key_never_count),
        TEST(a_broken_chain_can_be_looked_at_and_never_counts),
        TEST(a_log_that_goes_on_from_another_is_looked_at_once),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
