/* Trips of a stick: stations leave their entries on it, the centre takes them and gives receipts
 * and packs, and the stations take those. Nothing is lost and nothing comes twice, whenever the
 * stick is pulled out, whatever a stranger did to it, and however often it goes. */
#include <errno.h>

#include "sync/link/carrier_bring.h"
#include "sync/link/carrier_centre.h"
#include "sync/link/carrier_load.h"
#include "sync/link/carrier_tidy.h"
#include "tests/unit/failing.h"
#include "tests/unit/sync_world.h"

#define NOON INT64_C(1773507600000) /* of the demo's fair */
#define VISITS (TN_CARRIER_SMALL_MAX + 3)
#define CALLS_MAX 400 /* more than a trip makes */
#define BADGES "SELECT count(*) FROM entry WHERE badge IS NOT NULL"

static uint64_t waiting_at(const char *dir)
{
    struct tn_station *station = NULL;
    struct tn_station_info info;
    assert_int_equal(tn_station_open_read(dir, &station), TN_OK);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    tn_station_close(station);
    return info.waiting;
}

static void assert_files(const char *kind, int count)
{
    shell("test $(find stick -path '*/%s/*' -type f | wc -l) = %d", kind, count);
}

static void a_stick_brings_entries_there_and_receipts_and_packs_back(void **state)
{
    (void)state;
    scan("gate", 1, LEARNERS, NOON);
    scan("robotics", 3, 9, NOON + 3600000);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("a new carrier folder was made");
    assert_said("entries copied");
    gives(TN_EXIT_DONE, "reconcile robotics stick");
    assert_files("bundles", 2);
    assert_files("hello", 2);
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_said("of 2 stations");
    assert_said("North gate: ");
    assert_said(", receipt, new pack");
    assert_files("bundles", 0);
    assert_files("receipts", 2);
    assert_int_equal(central_ask(central, BADGES), LEARNERS + 7);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("Receipt to ");
    assert_said("delivered");
    gives(TN_EXIT_DONE, "reconcile stick robotics"); /* either order */
    assert_said("delivered");
    assert_int_equal(waiting_at("gate"), 1); /* the pack's own entry, which is on the stick */
    gives(TN_EXIT_DONE, "reconcile central.db stick");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile robotics stick");
    assert_int_equal(waiting_at("gate"), 0);
    assert_int_equal(waiting_at("robotics"), 0);
    assert_int_equal(central_ask(central, BADGES), LEARNERS + 7);
}

static void with_nothing_new_a_trip_says_so_and_changes_nothing(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("Nothing new to copy. All ");
    assert_said("safe at the centre");
    shell("find stick -type f -not -name '*.hello' | sort | xargs cksum >before");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_said("Nothing new on the carrier.");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("Nothing new to copy.");
    shell("find stick -type f -not -name '*.hello' | sort | xargs cksum | cmp - before");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_said("Nothing new");
}

static void a_stick_and_the_direct_way_give_the_same_centre(void **state)
{
    (void)state;
    scan("gate", 1, LEARNERS, NOON);
    scan("robotics", 3, 9, NOON + 3600000);
    shell("cp -r gate robotics ../");
    central_copy(central, twin_central);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile robotics stick");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "reconcile ../robotics %s --keys keys", twin_central);
    gives(TN_EXIT_DONE, "reconcile ../gate %s --keys keys", twin_central);
    /* But for the entry that each pack leaves: its salt is chance. */
    gives(TN_EXIT_DONE, "report reach --central central.db");
    char *by_stick = strdup(said);
    gives(TN_EXIT_DONE, "report reach --central %s", twin_central);
    assert_string_equal(said, by_stick);
    free(by_stick);
    assert_int_equal(central_ask(central, BADGES), central_ask(twin_central, BADGES));
}

static void what_a_receipt_or_the_stick_covers_is_not_copied_again(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    scan("gate", 5, 6, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("2 entries copied.");
    assert_files("bundles", 2);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("Nothing new to copy.");
    assert_files("bundles", 2);
    gives(TN_EXIT_DONE, "reconcile gate central.db"); /* a network came by */
    gives(TN_EXIT_DONE, "reconcile gate other-stick");
    assert_said("Nothing new to copy. All ");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_said(" 0 new, ");
    assert_files("bundles", 0);
    assert_int_equal(central_ask(central, BADGES), 6);
}

static void two_copies_of_a_station_share_a_stick_and_lose_nothing(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    shell("cp -r gate copy");
    scan("gate", 5, 6, NOON);
    scan("copy", 7, 9, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile copy stick");
    gives(TN_EXIT_PERSON, "reconcile stick central.db");
    assert_said("needs a person (fork: 1)");
    assert_int_equal(central_ask(central, BADGES), 9);
    assert_files("bundles", 0);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("Receipt to ");
    gives(TN_EXIT_DONE, "reconcile copy stick");
    assert_said("Receipt to ");
    gives(TN_EXIT_PERSON, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile copy stick");
    assert_int_equal(waiting_at("gate"), 0);
    assert_int_equal(waiting_at("copy"), 0);
    assert_int_equal(central_ask(central, BADGES), 9);
}

static void a_file_that_was_tampered_with_stops_no_other(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    scan("gate", 5, 6, NOON);
    scan("robotics", 3, 9, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile robotics stick");
    shell(
        "f=$(ls stick/*/bundles/*-000000000001-*.bundle | head -1) && cp $f kept && echo $f >bent");
    flip_byte("$(cat bent)", 200);
    shell("echo rubbish "
          ">stick/$(ls stick | head -1)/bundles/rubbish.bundle && "
          "echo x >stick/$(ls stick | head -1)/hello/rubbish.hello");
    gives(TN_EXIT_PERSON, "reconcile stick central.db");
    assert_said("it was altered, or is not whole");
    assert_said("bundles/rubbish.bundle is passed over and left as it is");
    assert_said("hello/rubbish.hello is passed over");
    shell("test -e stick/*/bundles/rubbish.bundle");
    /* Whole again, it is taken with what had to wait behind it. */
    shell("rm stick/*/*/rubbish.* && f=$(ls stick/*/bundles/*-000000000001-*.bundle | head -1) && "
          "cp kept $f");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_int_equal(central_ask(central, BADGES), 13);
    assert_files("bundles", 0);
}

static void a_bundle_somebody_renamed_is_taken_for_what_it_is(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    shell(
        "cd stick/*/bundles && mv *.bundle 'COPY (2).BUNDLE' && cd ../hello && mv *.hello a.hello");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_int_equal(central_ask(central, BADGES), 4);
    assert_files("bundles", 0);
}

static void bundles_whose_stations_request_is_gone_are_taken(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    shell("rm -r stick/*/hello");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_said("North gate: ");
    assert_int_equal(central_ask(central, BADGES), 4);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("Receipt to ");
}

static void another_ecosystems_files_stay_for_its_own_centre(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "demo ../far --learners 3 --seed 9");
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile ../far/gate stick");
    assert_files("bundles", 2);
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_said("of 1 station");
    assert_said("of other ecosystems stay on the carrier");
    assert_files("bundles", 1);
    gives(TN_EXIT_DONE, "reconcile stick ../far/central.db --keys ../far/keys");
    assert_files("bundles", 0);
    gives(TN_EXIT_DONE, "reconcile ../far/gate stick");
    assert_said("Receipt to ");
}

static void a_centre_restored_from_an_older_copy_gets_the_rest_by_the_stick(void **state)
{
    (void)state;
    /* The fair is long over; what a receipt covers would go from the station with its names. */
    central_sql(central, "UPDATE ecosystem SET retention_days = 0");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan("gate", 1, 2, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    central_copy(central, twin_central);
    scan("gate", 3, 6, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_int_equal(central_ask(central, BADGES), 6);
    central_copy(twin_central, central);
    scan("gate", 7, 8, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    (void)turnout("reconcile stick central.db"); /* what lies behind the gap is held */
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("entries copied"); /* again from where the copy ends */
    (void)turnout("reconcile stick central.db");
    assert_int_equal(central_ask(central, BADGES), 8);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_int_equal(waiting_at("gate"), 0);
    assert_int_equal(central_ask(central, BADGES), 8);
    gives(TN_EXIT_DONE, "conflicts --central central.db");
}

static void a_kiosk_that_a_card_set_up_needs_nothing_but_a_stick(void **state)
{
    (void)state;
    set_up("setup-card", "lobby", NOON);
    scan("lobby", 1, 3, NOON);
    gives(TN_EXIT_DONE, "reconcile lobby stick"); /* sealed to the centre: it has no event key */
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_said("Lobby gate: ");
    assert_said("new pack");
    gives(TN_EXIT_DONE, "reconcile lobby stick");
    assert_said("Pack 1 delivered");
    assert_int_equal(central_ask(central, BADGES), 3);
}

static void of_a_strangers_kiosk_nothing_is_kept(void **state)
{
    (void)state;
    central_copy(central, twin_central);
    gives(TN_EXIT_DONE,
          "station new --central central.db --event fair --name New --role gate --out new");
    scan("new", 1, 4, NOON);
    central_copy(twin_central, central); /* a centre that never heard of it */
    gives(TN_EXIT_DONE, "reconcile new stick");
    gives(TN_EXIT_PERSON, "reconcile stick central.db");
    assert_said("nobody enrolled");
    assert_said("NOT taken");
    assert_int_equal(central_ask(central, BADGES), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM held"), 0);
    assert_files("bundles", 1); /* it waits for a centre that does */
}

static void without_the_keyring_nothing_leaves_the_stick(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_PERSON, "reconcile stick central.db --keys nowhere");
    assert_said("--keys FILE");
    assert_files("bundles", 1);
    assert_int_equal(central_ask(central, BADGES), 0);
}

static void a_stick_is_copied_onto_another(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile stick second");
    assert_said("2 files copied, with ");
    gives(TN_EXIT_DONE, "reconcile stick second");
    assert_said("Nothing new to copy");
    gives(TN_EXIT_DONE, "reconcile second central.db");
    assert_int_equal(central_ask(central, BADGES), 4);
    gives(TN_EXIT_DONE, "reconcile second stick"); /* receipts and packs go back the same way */
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("Receipt to ");
    assert_said("delivered");
}

static void what_is_no_pair_is_said(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_USAGE, "reconcile nowhere stick");
    gives(TN_EXIT_USAGE, "reconcile central.db central.db");
    gives(TN_EXIT_WORLD, "reconcile gate no/such/folder");
    gives(TN_EXIT_WORLD, "reconcile gate nothere.db"); /* a slip is no new carrier */
    assert_int_not_equal(access("nothere.db", F_OK), 0);
    shell("mkdir usb && mkdir usb/turnout");
    gives(TN_EXIT_DONE, "reconcile gate usb"); /* the stick itself is named */
    shell("test -e usb/turnout/README.txt && test ! -e usb/README.txt");
}

static struct tn_sync_state told_at(const char *dir)
{
    struct tn_station *station = NULL;
    struct tn_sync_state seen;
    assert_int_equal(tn_station_open_read(dir, &station), TN_OK);
    assert_int_equal(tn_station_sync_state(station, &seen), TN_OK);
    tn_station_close(station);
    return seen;
}

static void the_screen_is_told_what_becomes_of_a_stick(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    uint64_t waiting = waiting_at("gate");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    const struct tn_sync_state seen = told_at("gate");
    assert_int_equal(seen.phase, TN_SYNC_COPIED);
    assert_int_equal(seen.via, TN_SYNC_STICK);
    assert_int_equal(seen.all, waiting);
    assert_int_equal(seen.waiting, waiting);
    gives(TN_EXIT_DONE, "status --station gate");
    assert_said("copied  stick, ");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(told_at("gate").phase, TN_SYNC_DONE_AT_CENTRE);
    gives(TN_EXIT_DONE, "status --station gate --json");
    assert_said("\"phase\": \"done_at_centre\"");
    assert_int_equal(told_at("gate").via, TN_SYNC_CABLE);
    assert_true(told_at("gate").spoke_ms > 0);
}

static void a_stick_that_is_no_stick_is_told_to_the_screen(void **state)
{
    (void)state;
    shell("echo x >file");
    gives(TN_EXIT_WORLD, "reconcile gate file/turnout");
    assert_int_equal(told_at("gate").phase, TN_SYNC_FAILED);
    assert_int_equal(told_at("gate").fault, TN_SYNC_STICK_PULLED);
}

static void a_receipt_that_a_newer_one_makes_needless_goes(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_files("receipts", 1);
    scan("gate", 5, 6, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db"); /* by another way */
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_files("receipts", 0);
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("Nothing new to copy. All ");
}

/* A stick that fails. */

static int failing_make_folder(int at, const char *name, mode_t mode)
{
    errno = EIO;
    return must_fail() ? -1 : tn_carrier_calls.make_folder(at, name, mode);
}

static int failing_create(int at, const char *name, mode_t mode)
{
    errno = EIO;
    return must_fail() ? -1 : tn_carrier_calls.create(at, name, mode);
}

static ssize_t failing_write(int fd, const void *data, size_t len)
{
    if (must_fail()) {
        (void)!write(fd, data, len / 2);
        errno = EIO;
        return -1;
    }
    return write(fd, data, len);
}

static int failing_sync(int fd)
{
    (void)fd;
    errno = EIO;
    return must_fail() ? -1 : 0; /* what a pull loses is not what is tested here */
}

static int failing_rename(int at, const char *from, const char *to)
{
    errno = EIO;
    return must_fail() ? -1 : tn_carrier_calls.rename(at, from, to);
}

static int failing_remove(int at, const char *name)
{
    errno = EIO;
    return must_fail() ? -1 : tn_carrier_calls.remove(at, name);
}

static const struct tn_carrier_calls failing_calls = {
    failing_make_folder, failing_create, failing_write,
    failing_sync,        failing_rename, failing_remove,
};

static enum tn_status load(const char *dir)
{
    const struct tn_carrier_load_with with = {.now_ms = NOON};
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_carrier carrier;
    struct tn_carrier_load out;
    enum tn_status status = tn_carrier_open(&carrier, "stick", TN_CARRIER_WRITE, &failing_calls);
    if (status == TN_OK) {
        assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
        status = tn_carrier_load(&carrier, station, dir, &with, &out);
        tn_station_close(station);
        tn_carrier_close(&carrier);
    }
    return status;
}

static enum tn_status bring(struct tn_centre *centre, const struct tn_keyring *keyring)
{
    static struct tn_carrier_centre near;
    struct tn_far far;
    const struct tn_carrier_bring_with with = {.far = &far};
    struct tn_carrier carrier;
    struct tn_carrier_brought out = {0};
    enum tn_status status = tn_carrier_open(&carrier, "stick", TN_CARRIER_WRITE, &failing_calls);
    if (status == TN_OK) {
        tn_carrier_centre_begin(&near, centre, keyring, NOON, &far);
        status = tn_carrier_bring(&carrier, &centre->id, &with, &out);
        tn_carrier_centre_end(&near);
        tn_carrier_brought_free(&out);
        tn_carrier_close(&carrier);
    }
    return status;
}

static void what_a_receipt_covers_leaves_the_stick_with_its_station(void **state)
{
    (void)state;
    scan("gate", 1, 4, NOON);
    shell("cp -r gate copy");
    scan("gate", 5, 6, NOON);
    scan("copy", 7, 8, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile copy stick");
    gives(TN_EXIT_DONE, "reconcile gate central.db"); /* a network came by */
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_files("bundles", 1); /* the other copy's */
    (void)turnout("reconcile stick central.db");
    assert_int_equal(central_ask(central, BADGES), 8);
}

static void a_stick_that_stays_in_a_kiosk_does_not_fill_with_small_files(void **state)
{
    (void)state;
    for (int i = 0; i < VISITS; i++) {
        int badge = 1 + i % LEARNERS;
        scan("gate", badge, badge, NOON + i * INT64_C(86400000));
        assert_int_equal(load("gate"), TN_OK);
    }
    shell("test $(find stick -name '*.bundle' | wc -l) -le %d", TN_CARRIER_SMALL_MAX);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    assert_said("Nothing new to copy.");
    gives(TN_EXIT_DONE, "reconcile stick central.db");
    assert_int_equal(central_ask(central, BADGES), VISITS);
    assert_files("bundles", 0);
}

static void hush(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

/* A stick without a byte of room until something leaves it. */

static int room;

static int create_where_there_is_room(int at, const char *name, mode_t mode)
{
    errno = ENOSPC;
    return room > 0 ? tn_carrier_calls.create(at, name, mode) : -1;
}

static int remove_and_make_room(int at, const char *name)
{
    int rc = tn_carrier_calls.remove(at, name);
    room += rc == 0;
    return rc;
}

/* And one whose switch is on. */
static int create_nothing(int at, const char *name, mode_t mode)
{
    (void)at;
    (void)name;
    (void)mode;
    errno = EROFS;
    return -1;
}

static int remove_nothing(int at, const char *name)
{
    (void)at;
    (void)name;
    errno = EROFS;
    return -1;
}

/* Brings what lies on such a stick; gives what was said of it. */
static struct tn_carrier_brought bring_with(const struct tn_carrier_calls *calls)
{
    static struct tn_carrier_centre near;
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_far far;
    const struct tn_carrier_bring_with with = {.far = &far};
    struct tn_carrier carrier;
    struct tn_carrier_brought out;
    tn_log_to(hush, NULL);
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_keyring_load("keys", NULL, &keyring), TN_OK);
    assert_int_equal(tn_carrier_open(&carrier, "stick", TN_CARRIER_WRITE, calls), TN_OK);
    tn_carrier_centre_begin(&near, &centre, &keyring, NOON, &far);
    assert_int_equal(tn_carrier_bring(&carrier, &centre.id, &with, &out), TN_OK);
    tn_carrier_centre_end(&near);
    tn_carrier_close(&carrier);
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    tn_log_to(log_plainly, NULL);
    free(out.stations);
    return out;
}

static void on_a_full_stick_each_bundle_makes_room_for_its_receipt(void **state)
{
    (void)state;
    const struct tn_carrier_calls full = {tn_carrier_calls.make_folder, create_where_there_is_room,
                                          tn_carrier_calls.write,       tn_carrier_calls.sync,
                                          tn_carrier_calls.rename,      remove_and_make_room};
    scan("gate", 1, 4, NOON);
    scan("robotics", 3, 9, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    gives(TN_EXIT_DONE, "reconcile robotics stick");
    room = 0;
    const struct tn_carrier_brought out = bring_with(&full);
    assert_int_equal(out.fault, TN_SYNC_WELL);
    assert_true(out.added > 11);
    assert_int_equal(out.kept, 0);
    assert_files("bundles", 0);
    assert_files("receipts", 2);
    assert_int_equal(central_ask(central, BADGES), 11);
}

static void from_a_locked_stick_all_is_taken_and_nothing_left_on_it(void **state)
{
    (void)state;
    const struct tn_carrier_calls locked = {tn_carrier_calls.make_folder, create_nothing,
                                            tn_carrier_calls.write,       tn_carrier_calls.sync,
                                            tn_carrier_calls.rename,      remove_nothing};
    scan("gate", 1, 4, NOON);
    gives(TN_EXIT_DONE, "reconcile gate stick");
    const struct tn_carrier_brought out = bring_with(&locked);
    assert_int_equal(out.fault, TN_SYNC_STICK_READ_ONLY);
    assert_true(out.kept == out.entries && out.entries > 4);
    assert_files("bundles", 1);
    assert_files("receipts", 0);
    assert_int_equal(central_ask(central, BADGES), 4);
    gives(TN_EXIT_DONE, "reconcile stick central.db"); /* with its switch off */
    assert_said(" 0 new, ");
    assert_files("bundles", 0);
}

/* To the centre and back. */
static enum tn_status trip(struct tn_centre *centre, const struct tn_keyring *keyring)
{
    enum tn_status status = load("gate");
    status = status == TN_OK ? bring(centre, keyring) : status;
    return status == TN_OK ? load("gate") : status;
}

/* The same station and the same centre throughout: what fails is made good by the next trip, and
 * new badges come in between. */
static void a_stick_pulled_out_at_any_moment_loses_nothing_and_brings_nothing_twice(void **state)
{
    (void)state;
    struct tn_centre centre;
    struct tn_keyring keyring;
    long n = 1;
    long scans = 0;
    bool was_met = true;
    tn_log_to(hush, NULL);
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_keyring_load("keys", NULL, &keyring), TN_OK);
    assert_int_equal(trip(&centre, &keyring), TN_OK); /* the folders are there */
    for (; was_met && n < CALLS_MAX; n++) {
        scan("gate", 1 + (int)(n % LEARNERS), 1 + (int)(n % LEARNERS), NOON + n * 86400000);
        scans++;
        fail_at(n);
        enum tn_status status = trip(&centre, &keyring);
        was_met = is_met;
        fail_at(0);
        assert_true(status == TN_OK || was_met);
        assert_int_equal(trip(&centre, &keyring), TN_OK);
        assert_int_equal(waiting_at("gate"), 0);
        int64_t there = 0;
        assert_int_equal(tn_centre_number(&centre,
                                          "SELECT count(*) FROM entry WHERE ecosystem = $1"
                                          " AND badge IS NOT NULL",
                                          &there),
                         TN_OK);
        assert_int_equal(there, scans);
    }
    assert_in_range(n, 15, CALLS_MAX - 1); /* all calls had their turn */
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    tn_log_to(log_plainly, NULL);
}

/* What only concerns the stick's files need not be tried on a server, too. */
int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest of_both[] = {
        TEST(a_stick_brings_entries_there_and_receipts_and_packs_back),
        TEST(two_copies_of_a_station_share_a_stick_and_lose_nothing),
        TEST(a_kiosk_that_a_card_set_up_needs_nothing_but_a_stick),
        TEST(of_a_strangers_kiosk_nothing_is_kept),
        TEST(a_centre_restored_from_an_older_copy_gets_the_rest_by_the_stick),
    };
    const struct CMUnitTest of_sticks[] = {
        TEST(a_stick_pulled_out_at_any_moment_loses_nothing_and_brings_nothing_twice),
        TEST(with_nothing_new_a_trip_says_so_and_changes_nothing),
        TEST(a_stick_and_the_direct_way_give_the_same_centre),
        TEST(what_a_receipt_or_the_stick_covers_is_not_copied_again),
        TEST(a_file_that_was_tampered_with_stops_no_other),
        TEST(a_bundle_somebody_renamed_is_taken_for_what_it_is),
        TEST(bundles_whose_stations_request_is_gone_are_taken),
        TEST(another_ecosystems_files_stay_for_its_own_centre),
        TEST(without_the_keyring_nothing_leaves_the_stick),
        TEST(a_stick_is_copied_onto_another),
        TEST(what_is_no_pair_is_said),
        TEST(the_screen_is_told_what_becomes_of_a_stick),
        TEST(a_stick_that_is_no_stick_is_told_to_the_screen),
        TEST(a_receipt_that_a_newer_one_makes_needless_goes),
        TEST(a_stick_that_stays_in_a_kiosk_does_not_fill_with_small_files),
        TEST(what_a_receipt_covers_leaves_the_stick_with_its_station),
        TEST(on_a_full_stick_each_bundle_makes_room_for_its_receipt),
        TEST(from_a_locked_stick_all_is_taken_and_nothing_left_on_it),
    };
    if (tn_crypto_init() != TN_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(of_both, NULL, NULL);
    return central_is_server() ? failed : failed + cmocka_run_group_tests(of_sticks, NULL, NULL);
}
