/* Files taken away under a station that is open: whatever was acknowledged is still there
 * afterwards, in one log, and the next scan works. */
#include "tests/unit/core_fixture.h"

#include <sys/wait.h>

static const char *const every_file[] = {"station.db", "station.db-wal", "station.db-shm"};

static void take_away(const struct fixture *f, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", f->dir, name);
    assert_int_equal(unlink(path), 0);
}

static uint64_t scan_one(struct fixture *f, struct tn_station *station)
{
    struct tn_badge badge;
    struct tn_record record;
    fixture_mint(f, TN_BADGE_LEARNER, &badge);
    assert_int_equal(fixture_scan(station, &badge, &record), TN_OK);
    return record.seq;
}

/* The child scans, loses the files that `gone` names by bits, and scans again; then it ends as a
 * power cut would. Gives the last seq it was acknowledged. */
static uint64_t lose_and_die(struct fixture *f, unsigned gone)
{
    int ends[2];
    uint64_t seq = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct tn_station *station = fixture_open(f);
        (void)scan_one(f, station);
        for (size_t i = 0; i < 3; i++) {
            if ((gone >> i & 1u) != 0) {
                take_away(f, every_file[i]);
            }
        }
        (void)scan_one(f, station);
        seq = scan_one(f, station);
        _exit(write(ends[1], &seq, sizeof seq) == (ssize_t)sizeof seq ? 0 : 1);
    }
    (void)close(ends[1]);
    int code = 0;
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    assert_int_equal(read(ends[0], &seq, sizeof seq), sizeof seq);
    (void)close(ends[0]);
    return seq;
}

static void what_was_acknowledged_outlives_any_file_taken_away(void **state)
{
    (void)state;
    for (unsigned gone = 1; gone < 8; gone++) {
        struct fixture f;
        fixture_init(&f, TN_ROLE_GATE);
        tn_station_close(fixture_create(&f));
        uint64_t seq = lose_and_die(&f, gone);
        assert_int_equal(seq, 4);
        struct tn_station *station = fixture_open(&f);
        struct tn_station_info info;
        assert_int_equal(tn_station_info(station, &info), TN_OK);
        assert_int_equal(info.entries, seq);
        assert_int_equal(fixture_verify(station), seq);
        assert_int_equal(scan_one(&f, station), seq + 1);
        tn_station_close(station);
        fixture_destroy(&f);
    }
}

static void two_handles_agree_again_after_the_shared_memory_was_taken_away(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *kiosk = fixture_create(&f);
    assert_int_equal(scan_one(&f, kiosk), 2);
    take_away(&f, "station.db-shm");
    struct tn_station *sync = fixture_open(&f);
    assert_int_equal(scan_one(&f, sync), 3);
    assert_int_equal(scan_one(&f, kiosk), 4);
    assert_int_equal(scan_one(&f, sync), 5);
    assert_int_equal(fixture_verify(kiosk), 5);
    tn_station_close(sync);
    tn_station_close(kiosk);
    fixture_destroy(&f);
}

/* A folder that went away takes the answer with it, and gives it back when it returns. */
static void a_folder_that_returns_is_used_again(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_record record;
    struct tn_badge badge;
    char away[400];
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    (void)snprintf(away, sizeof away, "%s.away", f.dir);
    assert_int_equal(rename(f.dir, away), 0);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    assert_int_equal(fixture_scan(station, &badge, &record), TN_ERR_NOT_FOUND);
    assert_int_equal(record.seq, 0);
    assert_int_equal(rename(away, f.dir), 0);
    assert_int_equal(fixture_scan(station, &badge, &record), TN_OK);
    assert_int_equal(record.seq, 2);
    tn_station_close(station);
    fixture_destroy(&f);
}

/* A pack whose file is gone counts as none, so that the next reconcile brings it again. */
static void a_lost_pack_is_asked_for_again(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_station_info info;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    uint64_t number = fixture_pack(&f, 3, NULL, 0, "", NULL);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_int_equal(info.pack_version, 3);
    tn_station_close(station);
    take_away(&f, "pack-1.db");
    station = fixture_open(&f);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_false(info.has_keys);
    assert_int_equal(info.pack_version, 0);
    assert_int_equal(info.epoch, 0);
    number = fixture_pack(&f, 3, NULL, 0, "", NULL);
    assert_int_equal(tn_station_switch_pack(station, number, FIXTURE_AT_MS), TN_OK);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_true(info.has_keys);
    assert_int_equal(info.pack_version, 3);
    tn_station_close(station);
    fixture_destroy(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_outlives_any_file_taken_away),
        cmocka_unit_test(two_handles_agree_again_after_the_shared_memory_was_taken_away),
        cmocka_unit_test(a_folder_that_returns_is_used_again),
        cmocka_unit_test(a_lost_pack_is_asked_for_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
