/* What a kill, a full disk and a damaged file do to a station: nothing that was acknowledged goes
 * away without a word, and the next scan works. */
#include "tests/unit/core_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define KILL_ROUNDS 5
#define KILL_AFTER 60
#define DAMAGE_ROUNDS 120
#define ENTRIES 300

/* Counts how often each seq is there, and keeps the badge of each. */
struct seen {
    uint64_t count;
    uint64_t last;
};

static enum tn_status see(void *ctx, const struct tn_entry *entry)
{
    struct seen *seen = ctx;
    assert_int_equal(entry->seq, seen->last + 1);
    seen->last = entry->seq;
    seen->count++;
    return TN_OK;
}

static enum tn_status find_own(void *ctx, const struct tn_log_head *head)
{
    if (head->is_own) {
        *(uint64_t *)ctx = head->log_no;
    }
    return TN_OK;
}

static uint64_t own_log_no(struct tn_station *station)
{
    uint64_t out = 0;
    assert_int_equal(tn_station_logs(station, find_own, &out), TN_OK);
    return out;
}

/* The child: records for ever, and tells each seq only after it was acknowledged. */
static void record_for_ever(struct fixture *f, int out)
{
    struct tn_station *station = NULL;
    if (tn_station_open(f->dir, &f->env, &station) != TN_OK) {
        _exit(2);
    }
    for (;;) {
        struct tn_badge badge;
        struct tn_record record;
        fixture_mint(f, TN_BADGE_LEARNER, &badge);
        if (fixture_scan(station, &badge, &record) != TN_OK ||
            write(out, &record.seq, sizeof record.seq) != (ssize_t)sizeof record.seq) {
            _exit(3);
        }
    }
}

static void a_kill_loses_nothing_that_was_acknowledged(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, TN_ROLE_GATE);
    tn_station_close(fixture_create(&f));
    uint64_t acknowledged = 1;
    for (int round = 0; round < KILL_ROUNDS; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)close(ends[0]);
            record_for_ever(&f, ends[1]);
        }
        (void)close(ends[1]);
        uint64_t seq = 0;
        for (int i = 0; i < KILL_AFTER + round; i++) {
            assert_int_equal(read(ends[0], &seq, sizeof seq), sizeof seq);
            acknowledged = seq;
        }
        assert_int_equal(kill(child, SIGKILL), 0);
        while (read(ends[0], &seq, sizeof seq) == (ssize_t)sizeof seq) {
            acknowledged = seq;
        }
        (void)close(ends[0]);
        assert_int_equal(waitpid(child, NULL, 0), child);
        struct tn_station *station = fixture_open(&f);
        struct seen seen = {0};
        assert_int_equal(
            tn_station_entries(station, own_log_no(station), 1, UINT64_MAX, see, &seen), TN_OK);
        assert_true(seen.last >= acknowledged);
        assert_int_equal(fixture_verify(station), seen.count);
        struct tn_station_info info;
        assert_int_equal(tn_station_info(station, &info), TN_OK);
        assert_false(info.was_salvaged);
        tn_station_close(station);
    }
    fixture_destroy(&f);
}

/* Limits how far files of this process may grow, which stands for a full disk. */
static void limit_files(rlim_t size)
{
    struct rlimit limit;
    (void)getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = size;
    (void)setrlimit(RLIMIT_FSIZE, &limit);
}

static int full_disk_child(struct fixture *f)
{
    struct tn_station *station = NULL;
    struct tn_record record;
    struct tn_badge badge;
    (void)signal(SIGXFSZ, SIG_IGN);
    if (tn_station_open(f->dir, &f->env, &station) != TN_OK) {
        return 10;
    }
    fixture_mint(f, TN_BADGE_LEARNER, &badge);
    if (fixture_scan(station, &badge, &record) != TN_OK || record.seq != 2) {
        return 11;
    }
    limit_files(4096);
    fixture_mint(f, TN_BADGE_LEARNER, &badge);
    for (int i = 0; i < 3; i++) {
        if (fixture_scan(station, &badge, &record) != TN_ERR_FULL || record.seq != 0) {
            return 12;
        }
        if (tn_station_probe(station) != TN_ERR_FULL) {
            return 13;
        }
    }
    limit_files(RLIM_INFINITY);
    if (tn_station_probe(station) != TN_OK) {
        return 14;
    }
    if (fixture_scan(station, &badge, &record) != TN_OK || record.seq != 3 ||
        record.result != TN_RESULT_WELCOME) {
        return 15;
    }
    struct tn_verify verify = {0};
    if (tn_station_verify(station, &verify, 100) != TN_OK || verify.entries != 3) {
        return 16;
    }
    tn_station_close(station);
    return 0;
}

static void a_full_disk_is_said_and_the_same_handle_recovers(void **state)
{
    (void)state;
    struct fixture f;
    int result = 0;
    fixture_init(&f, TN_ROLE_GATE);
    tn_station_close(fixture_create(&f));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(full_disk_child(&f));
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), 0);
    fixture_destroy(&f);
}

static void fill(struct fixture *f, struct tn_station *station, int count)
{
    for (int i = 0; i < count; i++) {
        struct tn_badge badge;
        struct tn_record record;
        fixture_mint(f, TN_BADGE_LEARNER, &badge);
        assert_int_equal(fixture_scan(station, &badge, &record), TN_OK);
    }
}

static void read_whole(const char *path, uint8_t **data, size_t *len)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    *len = (size_t)st.st_size;
    *data = malloc(*len);
    assert_non_null(*data);
    assert_int_equal(read(fd, *data, *len), *len);
    (void)close(fd);
}

static void write_whole(const char *path, const uint8_t *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, len), len);
    (void)close(fd);
}

static void path_of(const struct fixture *f, const char *name, char out[512])
{
    (void)snprintf(out, 512, "%s/%s", f->dir, name);
}

/* The station as it is after one good day: everything in station.db, the WAL empty. */
static void prepare(struct fixture *f, uint8_t **data, size_t *len)
{
    char path[512];
    fixture_init(f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(f);
    fill(f, station, ENTRIES - 1);
    tn_station_close(station);
    path_of(f, "station.db-wal", path);
    (void)unlink(path);
    path_of(f, "station.db-shm", path);
    (void)unlink(path);
    path_of(f, "station.db", path);
    read_whole(path, data, len);
}

static uint64_t random_below(struct fixture *f, uint64_t bound)
{
    uint64_t out = 0;
    f->env.random.fill(f->env.random.ctx, &out, sizeof out);
    return out % bound;
}

static enum tn_status scan_and_look(struct tn_station *station, const struct tn_badge *badge,
                                    struct tn_station_info *info)
{
    struct tn_record record;
    enum tn_status status = fixture_scan(station, badge, &record);
    if (status != TN_OK) {
        assert_int_equal(record.seq, 0);
        return status;
    }
    assert_int_not_equal(record.seq, 0);
    return tn_station_info(station, info);
}

/* Opens, scans, and where that finds damage sets aside and scans again, as the kiosk does. */
static bool scan_after_damage(struct fixture *f, struct tn_badge *badge)
{
    struct tn_station_info info;
    struct tn_station *station = fixture_open(f);
    enum tn_status status = scan_and_look(station, badge, &info);
    if (status == TN_ERR_DAMAGED) {
        assert_int_equal(tn_station_set_aside(&station, &f->env), TN_OK);
        status = scan_and_look(station, badge, &info);
    }
    assert_int_equal(status, TN_OK);
    tn_station_close(station);
    station = fixture_open(f);
    tn_station_close(station);
    return info.was_salvaged;
}

static void a_station_opens_and_records_whatever_was_damaged(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_badge badge;
    uint8_t *data = NULL;
    size_t len = 0;
    int salvaged = 0;
    char path[512];
    char key_path[512];
    uint8_t *key = NULL;
    size_t key_len = 0;
    prepare(&f, &data, &len);
    fixture_mint(&f, TN_BADGE_LEARNER, &badge);
    path_of(&f, "station.db", path);
    path_of(&f, "device.key", key_path);
    read_whole(key_path, &key, &key_len);
    for (int round = 0; round < DAMAGE_ROUNDS; round++) {
        uint8_t *hurt = malloc(len);
        assert_non_null(hurt);
        memcpy(hurt, data, len);
        size_t at = (size_t)random_below(&f, len);
        size_t span = 1 + (size_t)random_below(&f, 5000);
        span = span > len - at ? len - at : span;
        f.env.random.fill(f.env.random.ctx, hurt + at, span);
        size_t keep = round % 10 == 9 ? (size_t)random_below(&f, len) : len;
        print_message("round %d: %zu bytes at %zu, %zu of %zu kept\n", round, span, at, keep, len);
        write_whole(path, hurt, keep);
        write_whole(key_path, key, key_len);
        free(hurt);
        salvaged += scan_after_damage(&f, &badge) ? 1 : 0;
        char aside[512];
        path_of(&f, "station.db-wal", aside);
        (void)unlink(aside);
        path_of(&f, "station.db-shm", aside);
        (void)unlink(aside);
        path_of(&f, "set-aside", aside);
        remove_tree(aside);
    }
    assert_true(salvaged > DAMAGE_ROUNDS / 4);
    free(data);
    free(key);
    fixture_destroy(&f);
}

/* Finds the hash of an entry in the file's bytes and flips a bit of it. */
static void flip_hash(uint8_t *data, size_t len, const struct tn_hash *hash)
{
    int found = 0;
    for (size_t i = 0; i + sizeof hash->b <= len; i++) {
        if (memcmp(data + i, hash->b, sizeof hash->b) == 0) {
            data[i] ^= 1;
            found++;
        }
    }
    assert_true(found > 0);
}

static void count_rows(struct tn_station *station, uint64_t logs[2])
{
    struct tn_station_info info;
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    logs[0] = info.entries;
    logs[1] = info.present;
}

static void a_salvage_keeps_what_proves_itself_and_starts_a_new_log(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_hash hash;
    uint8_t *data = NULL;
    size_t len = 0;
    char path[512];
    uint64_t rows[2];
    prepare(&f, &data, &len);
    struct tn_station *station = fixture_open(&f);
    uint64_t log_no = own_log_no(station);
    assert_int_equal(tn_station_hash_at(station, log_no, ENTRIES - 10, &hash), TN_OK);
    tn_station_close(station);
    flip_hash(data, len, &hash);
    path_of(&f, "station.db-wal", path);
    (void)unlink(path);
    path_of(&f, "station.db", path);
    write_whole(path, data, len);
    station = fixture_open(&f);
    struct tn_station_info info;
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_true(info.was_salvaged);
    assert_int_not_equal(own_log_no(station), log_no);
    count_rows(station, rows);
    assert_int_equal(rows[0], ENTRIES);
    assert_int_equal(rows[1], ENTRIES - 1);
    assert_int_equal(fixture_verify(station), ENTRIES);
    struct tn_station_salvage salvage;
    assert_int_equal(tn_station_salvage(station, &salvage), TN_OK);
    assert_int_equal(salvage.rows, 11);
    assert_int_equal(salvage.appended, 11);
    assert_int_equal(salvage.waiting, 11);
    assert_int_equal(salvage.unread + salvage.covered + salvage.missing, 0);
    fill(&f, station, 5);
    tn_station_close(station);
    station = fixture_open(&f);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_false(info.was_salvaged);
    assert_int_equal(fixture_verify(station), ENTRIES + 5);
    tn_station_close(station);
    path_of(&f, "set-aside/1/station.db", path);
    assert_int_equal(access(path, F_OK), 0);
    free(data);
    fixture_destroy(&f);
}

/* A station.db that is gone: what was in it nobody knows, and that stays known. */
static uint64_t cut_logs(struct tn_station *station)
{
    struct tn_station_salvage salvage;
    assert_int_equal(tn_station_salvage(station, &salvage), TN_OK);
    assert_int_equal(salvage.missing, 0);
    return salvage.cut_logs;
}

static void a_missing_database_is_made_anew_from_the_kept_setup(void **state)
{
    (void)state;
    struct fixture f;
    char path[512];
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    struct tn_station_info before;
    struct tn_station_info after;
    assert_int_equal(tn_station_info(station, &before), TN_OK);
    tn_station_close(station);
    path_of(&f, "station.db", path);
    assert_int_equal(unlink(path), 0);
    station = fixture_open(&f);
    assert_int_equal(tn_station_info(station, &after), TN_OK);
    assert_true(after.was_salvaged);
    assert_false(tn_id_equal(&before.log, &after.log));
    assert_string_equal(after.station_name, "Gate A");
    assert_int_equal(cut_logs(station), 1);
    fill(&f, station, 1);
    assert_int_equal(tn_station_set_aside(&station, &f.env), TN_OK);
    assert_int_equal(cut_logs(station), 1); /* of a sound one nothing was lost besides */
    tn_station_close(station);
    fixture_destroy(&f);
}

/* The power goes when device.key names the new log and its database is not in place yet: the next
 * start salvages once more, and a log that never was has lost nothing. */
static void a_salvage_cut_short_is_no_loss(void **state)
{
    (void)state;
    struct fixture f;
    uint8_t *data = NULL;
    size_t len = 0;
    char path[512];
    prepare(&f, &data, &len);
    struct tn_station *station = fixture_open(&f);
    assert_int_equal(tn_station_set_aside(&station, &f.env), TN_OK);
    tn_station_close(station);
    path_of(&f, "station.db", path);
    write_whole(path, data, len);
    path_of(&f, "station.db.new", path);
    write_whole(path, data, len);
    station = fixture_open(&f);
    assert_int_equal(cut_logs(station), 0);
    assert_int_equal(fixture_verify(station), ENTRIES);
    tn_station_close(station);
    free(data);
    fixture_destroy(&f);
}

static void an_old_copy_put_back_starts_a_new_log(void **state)
{
    (void)state;
    struct fixture f;
    uint8_t *data = NULL;
    size_t len = 0;
    char path[512];
    struct tn_station_info info;
    prepare(&f, &data, &len);
    struct tn_station *station = fixture_open(&f);
    assert_int_equal(tn_station_set_aside(&station, &f.env), TN_OK);
    fill(&f, station, 3);
    tn_station_close(station);
    path_of(&f, "station.db-wal", path);
    (void)unlink(path);
    path_of(&f, "station.db", path);
    write_whole(path, data, len);
    station = fixture_open(&f);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_true(info.was_salvaged);
    assert_int_equal(info.entries, ENTRIES);
    assert_int_equal(cut_logs(station), 1);
    fill(&f, station, 1);
    assert_int_equal(fixture_verify(station), ENTRIES + 2);
    tn_station_close(station);
    free(data);
    fixture_destroy(&f);
}

static void a_handle_on_a_set_aside_database_moves_to_the_new_one(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *kiosk = fixture_create(&f);
    fill(&f, kiosk, 3);
    struct tn_station *sync = fixture_open(&f);
    assert_int_equal(tn_station_set_aside(&sync, &f.env), TN_OK);
    fill(&f, kiosk, 2);
    assert_int_equal(fixture_verify(sync), 4 + 3);
    assert_int_equal(fixture_verify(kiosk), 4 + 3);
    tn_station_close(sync);
    tn_station_close(kiosk);
    fixture_destroy(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_loses_nothing_that_was_acknowledged),
        cmocka_unit_test(a_full_disk_is_said_and_the_same_handle_recovers),
        cmocka_unit_test(a_salvage_keeps_what_proves_itself_and_starts_a_new_log),
        cmocka_unit_test(a_missing_database_is_made_anew_from_the_kept_setup),
        cmocka_unit_test(a_salvage_cut_short_is_no_loss),
        cmocka_unit_test(an_old_copy_put_back_starts_a_new_log),
        cmocka_unit_test(a_handle_on_a_set_aside_database_moves_to_the_new_one),
        cmocka_unit_test(a_station_opens_and_records_whatever_was_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
