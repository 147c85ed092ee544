/* What stations are told to forget, and when they do: whoever was erased at the centre is in no
 * byte of a station's folder after its next reconcile, nothing that the centre lacks goes, and
 * neither an old copy of the folder nor a long sleep brings anything back. */
#include "sync/central/centre.h"
#include "sync/link/reconcile.h"
#include "tests/unit/sync_canary.h"
#include "tests/unit/sync_world.h"
#include "turnout/forget.h"

static bool is_in_file(const char *path, const struct tn_id *id)
{
    static uint8_t bytes[4 << 20];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return false;
    }
    size_t len = fread(bytes, 1, sizeof bytes, file);
    assert_int_not_equal(len, sizeof bytes);
    (void)fclose(file);
    return memmem(bytes, len, id->b, TN_ID_SIZE) != NULL;
}

/* Whether an id's bytes lie in any byte of a station's databases, set-aside ones too. The old
 * pack's file goes with the switch to the new one. */
static bool is_in_folder(const char *dir, const struct tn_id *id)
{
    static const char *const names[] = {"station.db", "station.db-wal", "set-aside/1/station.db",
                                        "set-aside/1/station.db-wal"};
    bool is_there = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[256];
        (void)snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        is_there = is_there || is_in_file(path, id);
    }
    return is_there;
}

/* One entry no longer proves itself, and the station salvages. */
static void damage(const char *dir)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_station_info info;
    shell("sqlite3 -batch %s/station.db 'UPDATE entry SET at_ms = at_ms + 1 WHERE seq = (SELECT"
          " max(seq) FROM entry)'",
          dir);
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_true(info.was_salvaged);
    tn_station_close(station);
}

struct canary {
    char digits[TN_BADGE_TEXT_SIZE];
    struct tn_id badge;
    struct tn_id learner;
};

static struct canary plant_canary(void)
{
    struct canary out;
    struct tn_badge badge;
    struct tn_centre centre;
    plant();
    /* What is old is another matter. */
    central_sql(central, "UPDATE ecosystem SET retention_days = 0");
    badge_of("Canarypref", out.digits);
    assert_int_equal(tn_badge_decode(out.digits, strlen(out.digits), &badge), TN_OK);
    out.badge = tn_badge_id(&badge);
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    out.learner = tn_centre_id(&centre.id, "learner", "roster", "CanaryId-7");
    tn_centre_close(&centre);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    return out;
}

static struct tn_forgot forget(const char *dir, int64_t at_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_forgot out;
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    assert_int_equal(tn_station_forget(station, at_ms, &out), TN_OK);
    tn_station_close(station);
    return out;
}

static void who_was_erased_is_in_no_byte_of_a_station(void **state)
{
    (void)state;
    const struct canary canary = plant_canary();
    scan_digits("gate", canary.digits, NOON);
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_true(is_in_folder("gate", &canary.badge));
    assert_true(is_in_folder("gate", &canary.learner));
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    gives(TN_EXIT_DONE, "station list --central central.db");
    assert_said("has yet to forget");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_false(is_in_folder("gate", &canary.badge));
    assert_false(is_in_folder("gate", &canary.learner));
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Nothing new");
    gives(TN_EXIT_DONE, "station list --central central.db");
    assert_null(strstr(said, "has yet to forget"));
    gives(TN_EXIT_DONE, "verify --station gate");
    gives(TN_EXIT_DONE, "verify --central central.db");
    gives(TN_EXIT_DONE, "status --central central.db --json");
    assert_said("\"visits\": 5");
}

/* There with the stick, back with the pack, and once more with the station's word for it. */
static void a_stick_brings_what_is_to_be_forgotten(void **state)
{
    (void)state;
    const struct canary canary = plant_canary();
    scan_digits("gate", canary.digits, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "station list --central central.db --json");
    assert_said("\"has_forgotten\": false");
    assert_true(is_in_folder("gate", &canary.badge));
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_false(is_in_folder("gate", &canary.badge));
    assert_false(is_in_folder("gate", &canary.learner));
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "station list --central central.db --json");
    assert_null(strstr(said, "\"has_forgotten\": false"));
    gives(TN_EXIT_DONE, "verify --station gate");
}

/* The pack comes before the entry has gone home, as on a stick: first it is counted. */
static void an_entry_that_the_centre_lacks_is_erased_only_when_it_has_it(void **state)
{
    (void)state;
    const struct canary canary = plant_canary();
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan_digits("gate", canary.digits, NOON);
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    uint64_t version = 0;
    struct tn_forgot out = forget("gate", NOON);
    assert_int_equal(out.erased, 0);
    /* A newer pack, of another station: the marks are looked at again. */
    gives(TN_EXIT_DONE, "station new --central central.db --event fair --name New --role gate"
                        " --out new");
    assert_true(is_in_folder("gate", &canary.badge));
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_false(is_in_folder("gate", &canary.badge));
    assert_int_equal(tn_station_open("gate", &env, &station), TN_OK);
    assert_int_equal(tn_station_forgot(station, &version), TN_OK);
    assert_true(version > 0);
    tn_station_close(station);
    assert_false(is_in_the_bytes(&(const char *){"Canarypref"}, 1));
}

static void an_old_copy_of_the_folder_forgets_again(void **state)
{
    (void)state;
    const struct canary canary = plant_canary();
    scan_digits("gate", canary.digits, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    shell("cp -r gate backup");
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    shell("rm -r gate && mv backup gate");
    assert_true(is_in_folder("gate", &canary.badge));
    (void)turnout("reconcile gate central.db");
    assert_false(is_in_folder("gate", &canary.badge));
    assert_false(is_in_folder("gate", &canary.learner));
}

/* A database that was set aside holds what it held. */
static void what_was_set_aside_goes_with_whoever_was_erased(void **state)
{
    (void)state;
    const struct canary canary = plant_canary();
    scan_digits("gate", canary.digits, NOON);
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    damage("gate");
    shell("test -d gate/set-aside/1");
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    (void)turnout("reconcile gate central.db");
    assert_false(is_in_folder("gate", &canary.badge));
    shell("test ! -e gate/set-aside");
}

/* Reconciles in process at a time of the test's own. */
static void reconcile_at(const char *dir, int64_t now_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_reconcile out;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_keyring_load("keys", NULL, &keyring), TN_OK);
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    assert_int_equal(tn_reconcile_run(station, dir, &centre, &keyring, now_ms, NULL, NULL, &out),
                     TN_OK);
    tn_station_close(station);
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
}

static int64_t first_seq(const char *dir)
{
    return station_ask(dir, "SELECT min(seq) FROM entry WHERE log_no = 1");
}

#define MANY 300

static void what_is_covered_and_old_is_purged_and_the_chain_still_holds(void **state)
{
    const int64_t issued = 1900000000000; /* after any day this test is run on */
    (void)state;
    for (int i = 0; i < MANY / LEARNERS; i++) {
        scan("gate", 1, LEARNERS, issued + i * DAY);
    }
    /* Not before a receipt. */
    (void)forget("gate", issued + 400 * DAY);
    assert_int_equal(station_ask("gate", "SELECT count(*) FROM entry WHERE badge IS NOT NULL"),
                     MANY / LEARNERS * LEARNERS);
    /* Not before its time: 30 days after the first scans. What was there before them goes. */
    reconcile_at("gate", issued + 10 * DAY);
    const int64_t before = first_seq("gate");
    assert_int_equal(station_ask("gate", "SELECT count(*) FROM entry WHERE badge IS NOT NULL"),
                     MANY / LEARNERS * LEARNERS);
    reconcile_at("gate", issued + 40 * DAY);
    const int64_t after = first_seq("gate");
    assert_true(after > before);
    gives(TN_EXIT_DONE, "verify --station gate");
    reconcile_at("gate", issued + 90 * DAY);
    assert_true(first_seq("gate") > after);
    /* Nobody who was there so long ago is named any more, and there it ends: one reconcile after
     * another has nothing to say. */
    assert_int_equal(station_ask("gate", "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 0);
    const int64_t entries = station_ask("gate", "SELECT count(*) FROM entry");
    for (int i = 0; i < 3; i++) {
        reconcile_at("gate", issued + (91 + i) * DAY);
    }
    assert_int_equal(station_ask("gate", "SELECT count(*) FROM entry"), entries);
    /* The last ones stay, whatever their age. */
    assert_true(station_ask("gate", "SELECT count(*) FROM entry") >= 64);
    /* It goes on: entries come home, also from a station that is salvaged after the purge. */
    scan("gate", 1, 3, issued + 95 * DAY);
    reconcile_at("gate", issued + 95 * DAY);
    gives(TN_EXIT_DONE, "verify --station gate");
    gives(TN_EXIT_DONE, "verify --central central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"),
                     MANY / LEARNERS * LEARNERS + 3);
    damage("gate");
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_station_salvage salvage;
    assert_int_equal(tn_station_open("gate", &env, &station), TN_OK);
    assert_int_equal(tn_station_salvage(station, &salvage), TN_OK);
    assert_int_equal(salvage.missing, 0);
    tn_station_close(station);
    gives(TN_EXIT_DONE, "verify --station gate");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(who_was_erased_is_in_no_byte_of_a_station),
        TEST(a_stick_brings_what_is_to_be_forgotten),
        TEST(an_entry_that_the_centre_lacks_is_erased_only_when_it_has_it),
        TEST(an_old_copy_of_the_folder_forgets_again),
        TEST(what_was_set_aside_goes_with_whoever_was_erased),
        TEST(what_is_covered_and_old_is_purged_and_the_chain_still_holds),
    };
    assert_int_equal(setenv("TURNOUT_KEYS", "keys", 1), 0);
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
