/* A hub with a real centre behind it, and stations that reconcile with it by the command: over TLS,
 * over ways that break, with a database that goes away meanwhile. */
#include <signal.h>

#include "sync/central/centre.h"
#include "sync/cmd/serve_centre.h"
#include "sync/cmd/watch.h"
#include "sync/link/far.h"
#include "sync/link/https.h"
#include "sync/link/hub.h"
#include "sync/link/hub_listen.h"
#include "tests/unit/sync_cut.h"
#include "tests/unit/sync_world.h"
#include "turnout/sync_state.h"

/* Scans badges first to last a minute apart until now, by clocks that agree with the hub's. */
static void scan_now(const char *dir, int first, int last)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct timespec boot;
    assert_int_equal(clock_gettime(CLOCK_BOOTTIME, &boot), 0);
    const int64_t mono_ms = (int64_t)boot.tv_sec * 1000 + boot.tv_nsec / 1000000;
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    for (int i = first; i <= last; i++) {
        const int64_t ago_ms = (last - i) * INT64_C(60000);
        char text[TN_BADGE_TEXT_SIZE];
        struct tn_record record;
        badge_text("badges.csv", i, text);
        struct tn_scan one = {
            tn_now_ms() - ago_ms, mono_ms - ago_ms, "scan", text, strlen(text), false};
        assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
        assert_true(record.seq > 0);
    }
    tn_station_close(station);
}

struct serving {
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_hub_key key;
    struct tn_serve_centre behind;
    struct tn_hub *hub;
    uint16_t port;
    char pin[TN_HUB_PIN_TEXT_SIZE];
};

static void start(struct serving *s)
{
    char address[TN_HUB_ADDRESS_SIZE];
    bool is_new = false;
    int fd = -1;
    memset(s, 0, sizeof *s);
    assert_int_equal(tn_centre_open(central, &s->centre), TN_OK);
    assert_int_equal(tn_keyring_load("keys", NULL, &s->keyring), TN_OK);
    assert_int_equal(tn_hub_key_get("keys", tn_now_ms(), &s->key, &is_new), TN_OK);
    tn_hub_pin_write(s->key.pin, s->pin);
    assert_int_equal(tn_hub_listen("127.0.0.1:0", &fd), TN_OK);
    tn_hub_listen_address(fd, address);
    s->port = (uint16_t)strtol(strchr(address, ':') + 1, NULL, 10);
    assert_int_equal(tn_serve_centre_begin(&s->behind, central, "keys", &s->centre, &s->keyring),
                     TN_OK);
    const struct tn_hub_params params = {
        .listen_fd = fd, .key = &s->key, .ops = &tn_serve_centre_ops, .ctx = &s->behind};
    assert_int_equal(tn_hub_start(&params, &s->hub), TN_OK);
}

static void stop(struct serving *s)
{
    tn_hub_stop(s->hub);
    tn_serve_centre_end(&s->behind);
    tn_hub_key_free(&s->key);
    tn_keyring_wipe(&s->keyring);
    tn_centre_close(&s->centre);
}

static int64_t entries_with_badge(const char *uri)
{
    return central_ask(uri, "SELECT count(*) FROM entry WHERE badge IS NOT NULL");
}

static void a_station_reconciles_with_its_hub_and_then_has_nothing_new(void **state)
{
    struct serving s;
    (void)state;
    scan_now("gate", 1, 5);
    start(&s);
    gives(TN_EXIT_DONE, "reconcile gate https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    assert_said(" Receipt to ");
    gives(TN_EXIT_DONE, "reconcile https://localhost:%u gate --hub-pin %s --json", s.port, s.pin);
    assert_said("\"new\": 0");
    stop(&s);
    assert_int_equal(entries_with_badge(central), 5);
    gives(TN_EXIT_DONE, "reconcile gate central.db --keys keys");
    assert_said("Nothing new");
}

static struct tn_sync_state shown_at(const char *dir)
{
    struct tn_sync_state shown;
    struct tn_station *station = NULL;
    assert_int_equal(tn_station_open_read(dir, &station), TN_OK);
    assert_int_equal(tn_station_sync_state(station, &shown), TN_OK);
    tn_station_close(station);
    return shown;
}

static void the_kiosks_screen_is_told_what_became_of_it(void **state)
{
    struct serving s;
    struct tn_hub_key other;
    char pin[TN_HUB_PIN_TEXT_SIZE];
    bool is_new = false;
    (void)state;
    scan_now("gate", 1, 3);
    start(&s);
    gives(TN_EXIT_DONE, "reconcile gate https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    struct tn_sync_state shown = shown_at("gate");
    assert_int_equal(shown.phase, TN_SYNC_DONE_AT_CENTRE);
    assert_int_equal(shown.via, TN_SYNC_NETWORK);
    assert_true(shown.done >= 3 && shown.waiting <= 2 && shown.spoke_ms > 0);
    assert_int_equal(tn_hub_key_get("other", tn_now_ms(), &other, &is_new), TN_OK);
    tn_hub_pin_write(other.pin, pin);
    tn_hub_key_free(&other);
    gives(TN_EXIT_PERSON, "reconcile gate https://127.0.0.1:%u --hub-pin %s", s.port, pin);
    shown = shown_at("gate");
    assert_int_equal(shown.phase, TN_SYNC_FAILED);
    assert_int_equal(shown.fault, TN_SYNC_WRONG_CERTIFICATE);
    stop(&s);
    gives(TN_EXIT_WORLD, "reconcile gate https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    assert_int_equal(shown_at("gate").fault, TN_SYNC_NO_NETWORK);
}

static void a_station_whose_card_names_the_hub_needs_no_address(void **state)
{
    struct serving s;
    (void)state;
    start(&s);
    /* The hub holds the database open meanwhile, as it does in life. */
    gives(TN_EXIT_DONE,
          "station new --central central.db --keys keys --event fair --name Far --role gate"
          " --out far --hub https://127.0.0.1:%u",
          s.port);
    scan_now("far", 1, 3);
    gives(TN_EXIT_DONE, "reconcile far");
    assert_said(" Receipt to ");
    stop(&s);
    assert_int_equal(entries_with_badge(central), 3);
}

static void a_station_without_a_pin_is_told_how_to_get_one(void **state)
{
    (void)state;
    gives(TN_EXIT_PERSON, "reconcile gate https://127.0.0.1:1");
    assert_said("has no pin of a hub's key");
    gives(TN_EXIT_PERSON, "reconcile gate");
    assert_said("names no hub");
    gives(TN_EXIT_USAGE, "reconcile gate https://127.0.0.1:1 --hub-pin x");
    assert_said("sha256//...");
    gives(TN_EXIT_USAGE, "reconcile gate http://127.0.0.1:1");
    assert_said("a hub's address is https://HOST");
    gives(TN_EXIT_USAGE, "reconcile gate https://127.0.0.1:1 --watch=0");
    assert_said("1 to 86400 seconds");
    gives(TN_EXIT_USAGE,
          "station new --central central.db --event fair --name Far --role gate --out"
          " far --hub hub:8443");
    assert_said("--hub hub:8443: https://HOST");
    gives(TN_EXIT_USAGE,
          "station new --central central.db --event fair --name Far --role gate --out"
          " far --hub-pin x");
    assert_said("--hub-pin goes with --hub only");
}

/* Cut after ever more bytes, until all of it got through: whatever arrived before is not lost, and
 * nothing is there twice. */
static void a_way_that_breaks_again_and_again_brings_everything_once(void **state)
{
    struct serving s;
    struct cut cut;
    int tries = 0;
    (void)state;
    scan_now("gate", 1, LEARNERS);
    shell("cp -r gate ../");
    start(&s);
    cut_start(&cut, s.port);
    enum tn_exit code = TN_EXIT_WORLD;
    for (int max = 300; code != TN_EXIT_DONE && tries < 200; max += 79, tries++) {
        atomic_store(tries % 2 == 0 ? &cut.down_max : &cut.up_max, max);
        atomic_store(tries % 2 == 0 ? &cut.up_max : &cut.down_max, -1);
        code = turnout("reconcile gate https://127.0.0.1:%u --hub-pin %s", cut.port, s.pin);
        assert_true(code == TN_EXIT_WORLD || code == TN_EXIT_DONE);
    }
    assert_int_equal(code, TN_EXIT_DONE);
    assert_true(tries > 8);
    print_message("it took %d tries\n", tries);
    cut_end(&cut);
    stop(&s);
    assert_int_equal(entries_with_badge(central), LEARNERS);
    gives(TN_EXIT_DONE, "verify --central central.db");
    gives(TN_EXIT_DONE, "verify --station gate");
    gives(TN_EXIT_DONE, "reconcile gate central.db --keys keys");
    assert_said("Nothing new");
}

/* A station that keeps trying in a thread of its own, over a way of its own that breaks. */
struct trier {
    pthread_t thread;
    struct cut cut;
    const struct serving *to;
    const char *dir;
    int tries;
    enum tn_status status;
};

static void clocks_now(int64_t *at_ms, int64_t *mono_ms)
{
    struct timespec now;
    *at_ms = tn_now_ms();
    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    *mono_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *try_until_done(void *ctx)
{
    struct trier *t = ctx;
    const struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    char url[64];
    struct tn_https_params params = {.hub = url, .probe_port = 1};
    memcpy(params.pin, t->to->key.pin, TN_HASH_SIZE);
    snprintf(url, sizeof url, "https://127.0.0.1:%u", t->cut.port);
    t->status = TN_ERR_BUSY;
    for (int max = 900; t->status != TN_OK && t->tries < 60; max += 701, t->tries++) {
        struct tn_https *https = NULL;
        struct tn_station *station = NULL;
        struct tn_reconcile result;
        atomic_store(&t->cut.down_max, max);
        t->status = tn_https_create(&params, &https);
        t->status = t->status == TN_OK ? tn_station_open(t->dir, &env, &station) : t->status;
        if (t->status == TN_OK) {
            struct tn_far far = tn_https_far(https);
            struct tn_far_with with = {.far = &far, .clocks = clocks_now};
            t->status = tn_far_reconcile(station, t->dir, &with, &result);
        }
        tn_station_close(station);
        tn_https_free(https);
    }
    return NULL;
}

static void stations_that_come_at_once_over_ways_that_break_are_all_there_once(void **state)
{
    static const char *const dirs[] = {"gate", "robotics", "desk"};
    struct serving s;
    struct trier triers[3];
    int tries = 0;
    (void)state;
    memset(triers, 0, sizeof triers);
    start(&s);
    for (int i = 0; i < 3; i++) {
        scan_now(dirs[i], 1, LEARNERS);
        triers[i].to = &s;
        triers[i].dir = dirs[i];
        cut_start(&triers[i].cut, s.port);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&triers[i].thread, NULL, try_until_done, &triers[i]), 0);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(triers[i].thread, NULL), 0);
        assert_int_equal(triers[i].status, TN_OK);
        tries += triers[i].tries;
        cut_end(&triers[i].cut);
    }
    assert_true(tries > 6);
    print_message("it took %d tries\n", tries);
    stop(&s);
    assert_int_equal(entries_with_badge(central), 3 * LEARNERS);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM (SELECT DISTINCT log_no, seq FROM"
                                          " entry WHERE badge IS NOT NULL) e"),
                     3 * LEARNERS);
    gives(TN_EXIT_DONE, "verify --central central.db");
}

static void a_carrier_is_taken_to_a_hub_and_brings_receipts_back(void **state)
{
    struct serving s;
    (void)state;
    scan_now("gate", 1, 4);
    scan_now("robotics", 5, 7);
    shell("mkdir ../stick");
    gives(TN_EXIT_DONE, "reconcile gate ../stick/turnout");
    gives(TN_EXIT_DONE, "reconcile robotics ../stick/turnout");
    start(&s);
    gives(TN_EXIT_USAGE, "reconcile ../stick https://127.0.0.1:%u", s.port);
    assert_said("a carrier knows no hub");
    gives(TN_EXIT_DONE, "reconcile ../stick https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    assert_said("of 2 stations: ");
    gives(TN_EXIT_DONE, "reconcile ../stick https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    assert_said("Nothing new on the carrier");
    stop(&s);
    assert_int_equal(entries_with_badge(central), 7);
    gives(TN_EXIT_DONE, "reconcile gate ../stick");
    assert_said("Receipt to ");
}

/* Ends the watch that comes next after its first try. */
static void end_soon(sigset_t *before)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &ends, before), 0);
    assert_int_equal(raise(SIGTERM), 0);
}

static void a_watch_says_what_is_new_and_waits_for_a_carrier_that_is_away(void **state)
{
    sigset_t before;
    (void)state;
    scan_now("gate", 1, 2);
    shell("mkdir ../mount");
    static const char *const away[] = {"../mount", "../mount/turnout", "../nowhere"};
    for (size_t i = 0; i < sizeof away / sizeof away[0]; i++) {
        end_soon(&before);
        gives(TN_EXIT_DONE, "reconcile gate %s --watch", away[i]);
        assert_string_equal(said, "");
        end_soon(&before);
        gives(TN_EXIT_DONE, "reconcile %s central.db --keys keys --watch", away[i]);
        assert_string_equal(said, "");
    }
    end_soon(&before);
    gives(TN_EXIT_DONE, "reconcile ../nowhere --watch"); /* a kiosk that is not set up yet */
    assert_string_equal(said, "");
    gives(TN_EXIT_USAGE, "reconcile ../nowhere https://127.0.0.1:1");
    assert_said("there is no such folder");
    gives(TN_EXIT_USAGE, "reconcile central.db https://127.0.0.1:1");
    assert_said("is neither");
    gives(TN_EXIT_USAGE, "reconcile https://127.0.0.1:1 https://127.0.0.1:1");
    assert_said("is neither");
    shell("rmdir ../mount && test ! -e ../nowhere");
    end_soon(&before);
    gives(TN_EXIT_DONE, "reconcile gate central.db --keys keys --watch");
    assert_said(" new, ");
    end_soon(&before);
    gives(TN_EXIT_DONE, "reconcile gate central.db --keys keys --watch");
    assert_string_equal(said, "");
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
}

static void a_new_epoch_that_another_program_takes_is_the_hubs_too(void **state)
{
    struct serving s;
    (void)state;
    scan_now("gate", 1, 2);
    start(&s);
    gives(TN_EXIT_DONE, "reconcile gate https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    central_sql(central, "UPDATE ecosystem SET epoch = epoch + 1");
    gives(TN_EXIT_DONE, "reconcile gate https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    assert_said(" delivered");
    stop(&s);
    struct tn_station *station = NULL;
    struct tn_station_info info;
    assert_int_equal(tn_station_open_read("gate", &station), TN_OK);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    tn_station_close(station);
    assert_int_equal(info.epoch, central_ask(central, "SELECT epoch FROM ecosystem"));
}

static void a_stranger_is_refused_and_told_so(void **state)
{
    struct serving s;
    (void)state;
    /* A centre that is not this one any more made it. */
    central_copy(central, twin_central);
    gives(TN_EXIT_DONE,
          "station new --central %s --keys keys --event fair --name Far --role gate --out far",
          twin_central);
    start(&s);
    gives(TN_EXIT_PERSON, "reconcile far https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    assert_said("The centre does not know this station");
    stop(&s);
}

static void a_database_server_that_drops_the_connection_is_found_again(void **state)
{
    struct serving s;
    (void)state;
    scan_now("gate", 1, 3);
    start(&s);
    char name[CENTRAL_URI_SIZE];
    central_name(central, name);
    central_order("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $x$%s$x$",
                  name);
    (void)turnout("reconcile gate https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    gives(TN_EXIT_DONE, "reconcile gate https://127.0.0.1:%u --hub-pin %s", s.port, s.pin);
    stop(&s);
    assert_int_equal(entries_with_badge(central), 3);
}

/* -- again and again -- */

struct tries {
    int count;
    int until; /* the signal comes in the middle of this one */
};

static void try_once(void *ctx, struct tn_watch_try *out)
{
    struct tries *tries = ctx;
    out->code = TN_EXIT_PERSON;
    if (++tries->count == tries->until) {
        assert_false(tn_watch_is_over(NULL));
        assert_int_equal(raise(SIGTERM), 0);
        assert_true(tn_watch_is_over(NULL));
    }
}

static void a_watch_that_is_ended_finishes_what_it_is_at(void **state)
{
    struct tries tries = {0, 1};
    (void)state;
    assert_int_equal(tn_watch_run(86400, try_once, &tries), TN_EXIT_DONE);
    assert_int_equal(tries.count, 1);
    assert_false(tn_watch_is_over(NULL));
}

static void a_watch_of_something_that_was_asked_wrongly_ends_at_once(void **state)
{
    (void)state;
    gives(TN_EXIT_USAGE, "reconcile central.db central.db --watch");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_station_reconciles_with_its_hub_and_then_has_nothing_new,
                                        world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(the_kiosks_screen_is_told_what_became_of_it, world_setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(a_station_whose_card_names_the_hub_needs_no_address,
                                        world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(a_station_without_a_pin_is_told_how_to_get_one, world_setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(a_way_that_breaks_again_and_again_brings_everything_once,
                                        world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(
            stations_that_come_at_once_over_ways_that_break_are_all_there_once, world_setup,
            world_teardown),
        cmocka_unit_test_setup_teardown(a_carrier_is_taken_to_a_hub_and_brings_receipts_back,
                                        world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(
            a_watch_says_what_is_new_and_waits_for_a_carrier_that_is_away, world_setup,
            world_teardown),
        cmocka_unit_test_setup_teardown(a_new_epoch_that_another_program_takes_is_the_hubs_too,
                                        world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(a_stranger_is_refused_and_told_so, world_setup,
                                        world_teardown),
        cmocka_unit_test(a_watch_that_is_ended_finishes_what_it_is_at),
        cmocka_unit_test_setup_teardown(a_watch_of_something_that_was_asked_wrongly_ends_at_once,
                                        world_setup, world_teardown),
    };
    /* What only a server can do to us. */
    const struct CMUnitTest of_servers[] = {
        cmocka_unit_test_setup_teardown(a_database_server_that_drops_the_connection_is_found_again,
                                        world_setup, world_teardown),
    };
    assert_int_equal(tn_crypto_init(), TN_OK);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + (central_is_server() ? cmocka_run_group_tests(of_servers, NULL, NULL) : 0);
}
