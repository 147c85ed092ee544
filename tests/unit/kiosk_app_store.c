/* The station behind the runner's table: faults that pass, damage that is set aside, and the
 * housekeeping of a quiet moment, on real station folders. */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/app/store.h"
#include "turnout/log.h"

#define AT_MS 1773478800000LL

static char dir[] = "/tmp/turnout-store-XXXXXX";
static char station[64];
static struct tn_station_env env;
static struct tn_random_seeded seeded;
static struct tn_key badge_key;
static struct tn_station_store store;
static struct tn_store calls;

static void hear(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

/* Gives the station a pack with a key, so that badges verify. */
static void give_pack(const struct tn_setup *setup)
{
    struct tn_pack_head head = {.ecosystem = setup->ecosystem,
                                .epoch = 1,
                                .version = 1,
                                .event = setup->event,
                                .tz = "UTC",
                                .starts_ms = AT_MS,
                                .ends_ms = AT_MS + 3600000,
                                .role = TN_ROLE_GATE,
                                .repeat_ms = 5000};
    struct tn_pack_builder *pack = NULL;
    struct tn_station *open = NULL;
    uint64_t number = 0;
    (void)snprintf(head.event_title, sizeof head.event_title, "Fair");
    (void)snprintf(head.station_name, sizeof head.station_name, "Gate");
    assert_int_equal(tn_pack_begin(station, &head, &pack), TN_OK);
    assert_int_equal(tn_pack_add_badge_key(pack, &badge_key), TN_OK);
    assert_int_equal(tn_pack_finish(pack, &number), TN_OK);
    assert_int_equal(tn_station_open(station, &env, &open), TN_OK);
    assert_int_equal(tn_station_switch_pack(open, number, AT_MS), TN_OK);
    tn_station_close(open);
}

static int begin(void **state)
{
    (void)state;
    struct tn_sign_key sign_key;
    struct tn_setup setup = {.role = TN_ROLE_GATE, .ecosystem_name = "Here"};
    tn_log_to(hear, NULL);
    assert_int_equal(tn_crypto_init(), TN_OK);
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
    assert_non_null(mkdtemp(dir));
    (void)snprintf(station, sizeof station, "%s/gate", dir);
    env.random = tn_random_from_seed(&seeded, 42);
    env.boot = tn_station_boot_id();
    env.random.fill(env.random.ctx, &badge_key, sizeof badge_key);
    env.random.fill(env.random.ctx, &setup.ecosystem, sizeof setup.ecosystem);
    env.random.fill(env.random.ctx, &setup.event, sizeof setup.event);
    env.random.fill(env.random.ctx, &setup.token, sizeof setup.token);
    tn_sign_key_create(&env.random, &sign_key);
    setup.sign_key = sign_key.public_key;
    (void)snprintf(setup.station_name, sizeof setup.station_name, "Gate");
    assert_int_equal(tn_station_create(station, &setup, &env, AT_MS), TN_OK);
    give_pack(&setup);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static int end(void **state)
{
    (void)state;
    tn_station_store_destroy(&store);
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void open_store(void)
{
    assert_int_equal(tn_station_store_init(&store, station, &env, &calls), TN_OK);
}

static enum tn_status scan_new(struct tn_record *record)
{
    struct tn_badge badge;
    char text[TN_BADGE_TEXT_SIZE];
    tn_badge_mint(TN_BADGE_LEARNER, &badge_key, &env.random, &badge);
    tn_badge_encode(&badge, text);
    struct tn_scan scan = {
        .at_ms = AT_MS, .mono_ms = 1, .method = "scan", .text = text, .len = TN_BADGE_DIGITS};
    return calls.record(calls.ctx, &scan, record);
}

static uint64_t entries(void)
{
    struct tn_station_info info;
    assert_int_equal(calls.info(calls.ctx, &info), TN_OK);
    return info.entries;
}

static void a_scan_is_recorded(void **state)
{
    (void)state;
    struct tn_record record;
    open_store();
    uint64_t before = entries();
    assert_int_equal(scan_new(&record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_true(record.is_verified);
    assert_int_equal(entries(), before + 1);
    assert_int_equal(calls.probe(calls.ctx), TN_OK);
    assert_int_equal(entries(), before + 1);
}

static void a_station_that_is_away_is_tried_again_with_every_call(void **state)
{
    (void)state;
    struct tn_record record;
    struct tn_station_info info;
    char away[80];
    (void)snprintf(away, sizeof away, "%s.away", station);
    assert_int_equal(rename(station, away), 0);
    assert_int_not_equal(tn_station_store_init(&store, station, &env, &calls), TN_OK);
    assert_int_not_equal(scan_new(&record), TN_OK);
    assert_int_not_equal(calls.info(calls.ctx, &info), TN_OK);
    assert_int_not_equal(calls.probe(calls.ctx), TN_OK);
    assert_int_equal(rename(away, station), 0);
    assert_int_equal(calls.probe(calls.ctx), TN_OK);
    assert_int_equal(scan_new(&record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
}

/* Overwrites the database's pages from the second on, as a dying disk might. */
static void damage(void)
{
    char path[80];
    static char junk[4096];
    memset(junk, 0xA5, sizeof junk);
    (void)snprintf(path, sizeof path, "%s/station.db", station);
    struct stat st;
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    for (off_t at = 4096; at < st.st_size; at += (off_t)sizeof junk) {
        assert_int_equal(pwrite(fd, junk, sizeof junk, at), (ssize_t)sizeof junk);
    }
    assert_int_equal(close(fd), 0);
}

static void a_damaged_station_is_set_aside_and_the_child_is_welcomed(void **state)
{
    (void)state;
    struct tn_record record;
    open_store();
    assert_int_equal(scan_new(&record), TN_OK);
    tn_station_store_destroy(&store);
    damage();
    (void)tn_station_store_init(&store, station, &env, &calls);
    assert_int_equal(scan_new(&record), TN_OK);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_true(record.seq > 0);
    assert_true(store.was_salvaged);
    char path[80];
    (void)snprintf(path, sizeof path, "%s/set-aside", station);
    assert_int_equal(access(path, F_OK), 0);
}

/* Overwrites one page, counted from zero; false where the file has none of that number. */
static bool damage_page(off_t page)
{
    char path[80];
    static char junk[4096];
    memset(junk, 0xA5, sizeof junk);
    (void)snprintf(path, sizeof path, "%s/station.db", station);
    struct stat st;
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    off_t at = page * (off_t)sizeof junk;
    bool is_there = at < st.st_size;
    if (is_there) {
        assert_int_equal(pwrite(fd, junk, sizeof junk, at), (ssize_t)sizeof junk);
    }
    assert_int_equal(close(fd), 0);
    return is_there;
}

static void whichever_page_is_damaged_the_first_child_is_welcomed(void **state)
{
    bool is_there = true;
    for (off_t page = 0; is_there; page++) {
        struct tn_record record;
        open_store();
        assert_int_equal(scan_new(&record), TN_OK);
        tn_station_store_destroy(&store);
        is_there = damage_page(page);
        (void)tn_station_store_init(&store, station, &env, &calls);
        assert_int_equal(scan_new(&record), TN_OK);
        assert_int_equal(record.result, TN_RESULT_WELCOME);
        assert_int_equal(end(state), 0);
        assert_int_equal(begin(state), 0);
    }
}

static void a_database_taken_away_is_back_with_all_its_entries(void **state)
{
    (void)state;
    struct tn_record record;
    char path[80];
    open_store();
    assert_int_equal(scan_new(&record), TN_OK);
    uint64_t before = entries();
    (void)snprintf(path, sizeof path, "%s/station.db", station);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(scan_new(&record), TN_OK);
    assert_int_equal(entries(), before + 1);
}

/* A folder that has lost its key, or is a file, is no kiosk that waits for a set-up card, which it
 * would refuse; what is put back is found. */
static void a_folder_without_its_key_is_a_fault(void **state)
{
    (void)state;
    struct tn_station_info info;
    char key[96];
    char away[96];
    (void)snprintf(key, sizeof key, "%s/device.key", station);
    (void)snprintf(away, sizeof away, "%s/away", dir);
    assert_int_equal(rename(key, away), 0);
    assert_int_equal(tn_station_store_init(&store, station, &env, &calls), TN_ERR_FORMAT);
    assert_int_equal(calls.info(calls.ctx, &info), TN_ERR_FORMAT);
    assert_int_equal(rename(away, key), 0);
    assert_int_equal(calls.probe(calls.ctx), TN_OK);
    assert_int_equal(calls.info(calls.ctx, &info), TN_OK);
    tn_station_store_destroy(&store);
    assert_int_equal(tn_station_store_init(&store, key, &env, &calls), TN_ERR_FORMAT);
    (void)snprintf(key, sizeof key, "%s/nothing", dir);
    assert_int_equal(tn_station_store_init(&store, key, &env, &calls), TN_ERR_NOT_FOUND);
}

static void quiet_steps_check_the_chain_and_end(void **state)
{
    (void)state;
    struct tn_record record;
    bool more = true;
    open_store();
    for (int i = 0; i < 300; i++) {
        assert_int_equal(scan_new(&record), TN_OK);
    }
    uint64_t in_all = entries();
    int steps = 0;
    while (more) {
        assert_int_equal(calls.quiet(calls.ctx, &more), TN_OK);
        assert_true(++steps < 20);
    }
    assert_true(store.verify.is_done);
    assert_int_equal(store.verify.entries, in_all);
    assert_false(store.needs_tidy);
    assert_true(steps > 1);
}

static void a_faulty_store_fails_as_it_is_told_and_writes_nothing(void **state)
{
    (void)state;
    struct tn_faulty_store faulty;
    struct tn_store outer;
    struct tn_record record;
    static const struct {
        enum tn_store_fault fault;
        enum tn_status status;
    } rows[] = {{TN_STORE_FULL, TN_ERR_FULL}, {TN_STORE_IO, TN_ERR_IO}};
    open_store();
    tn_faulty_store_init(&faulty, calls, &outer);
    uint64_t before = entries();
    struct tn_scan scan = {.at_ms = AT_MS, .method = "scan", .text = "x", .len = 1};
    for (size_t i = 0; i < 2; i++) {
        faulty.fault = rows[i].fault;
        assert_int_equal(outer.record(outer.ctx, &scan, &record), rows[i].status);
        assert_int_equal(outer.probe(outer.ctx), rows[i].status);
    }
    assert_int_equal(entries(), before);
    faulty.fault = TN_STORE_SLOW;
    assert_int_equal(outer.record(outer.ctx, &scan, &record), TN_OK);
    assert_true(faulty.slow_ms > 0);
    faulty.fault = TN_STORE_WELL;
    assert_int_equal(outer.probe(outer.ctx), TN_OK);
}

static void what_another_program_says_of_sync_is_read(void **state)
{
    (void)state;
    struct tn_station *sync = NULL;
    struct tn_sync_state seen;
    assert_int_equal(tn_station_store_init(&store, station, &env, &calls), TN_OK);
    assert_int_equal(calls.sync_state(calls.ctx, &seen), TN_OK);
    assert_int_equal(seen.phase, TN_SYNC_NONE);
    assert_int_equal(tn_station_open(station, &env, &sync), TN_OK);
    assert_int_equal(tn_station_set_sync_state(
                         sync, &(struct tn_sync_state){.phase = TN_SYNC_COPYING, .all = 7}),
                     TN_OK);
    tn_station_close(sync);
    assert_int_equal(calls.sync_state(calls.ctx, &seen), TN_OK);
    assert_int_equal(seen.phase, TN_SYNC_COPYING);
    assert_int_equal(seen.all, 7);
    tn_station_store_destroy(&store);
    assert_int_equal(calls.sync_state(calls.ctx, &seen), TN_ERR_STATE); /* it opens nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_scan_is_recorded, begin, end),
        cmocka_unit_test_setup_teardown(what_another_program_says_of_sync_is_read, begin, end),
        cmocka_unit_test_setup_teardown(a_station_that_is_away_is_tried_again_with_every_call,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_damaged_station_is_set_aside_and_the_child_is_welcomed,
                                        begin, end),
        cmocka_unit_test_setup_teardown(whichever_page_is_damaged_the_first_child_is_welcomed,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_database_taken_away_is_back_with_all_its_entries, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_folder_without_its_key_is_a_fault, begin, end),
        cmocka_unit_test_setup_teardown(quiet_steps_check_the_chain_and_end, begin, end),
        cmocka_unit_test_setup_teardown(a_faulty_store_fails_as_it_is_told_and_writes_nothing,
                                        begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
