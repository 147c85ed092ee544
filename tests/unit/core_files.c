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

static char last_line[512];

static void keep_line(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)snprintf(last_line, sizeof last_line, "%s", line);
}

static void a_station_without_its_key_says_so_and_touches_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_station *station = NULL;
    char key[512];
    char away[520];
    fixture_init(&f, TN_ROLE_GATE);
    tn_station_close(fixture_create(&f));
    (void)snprintf(key, sizeof key, "%s/device.key", f.dir);
    (void)snprintf(away, sizeof away, "%s.away", key);
    assert_int_equal(rename(key, away), 0);
    tn_log_to(keep_line, NULL);
    assert_int_equal(tn_station_open(f.dir, &f.env, &station), TN_ERR_NOT_FOUND);
    assert_non_null(strstr(last_line, "without its device.key"));
    tn_log_to(drop_line, NULL);
    assert_int_equal(rename(away, key), 0);
    station = fixture_open(&f);
    assert_int_equal(fixture_verify(station), 1);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void a_key_that_others_could_read_is_closed_to_them(void **state)
{
    (void)state;
    struct fixture f;
    struct stat file;
    char key[512];
    fixture_init(&f, TN_ROLE_GATE);
    tn_station_close(fixture_create(&f));
    (void)snprintf(key, sizeof key, "%s/device.key", f.dir);
    assert_int_equal(chmod(key, 0644), 0);
    tn_station_close(fixture_open(&f));
    assert_int_equal(stat(key, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    fixture_destroy(&f);
}

/* Each salvage begins a log of another number, also where the first could read none of the old. */
static void salvages_of_unreadable_databases_never_give_a_number_twice(void **state)
{
    (void)state;
    struct fixture f;
    char path[512];
    fixture_init(&f, TN_ROLE_GATE);
    tn_station_close(fixture_create(&f));
    (void)snprintf(path, sizeof path, "%s/station.db", f.dir);
    assert_int_equal(truncate(path, 100), 0);
    struct tn_station *station = fixture_open(&f);
    for (uint64_t round = 0; round < 4; round++) {
        assert_int_equal(scan_one(&f, station), 2);
        assert_int_equal(tn_station_set_aside(&station, &f.env), TN_OK);
    }
    assert_int_equal(fixture_verify(station), 8);
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
        cmocka_unit_test(a_station_without_its_key_says_so_and_touches_nothing),
        cmocka_unit_test(a_key_that_others_could_read_is_closed_to_them),
        cmocka_unit_test(salvages_of_unreadable_databases_never_give_a_number_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
