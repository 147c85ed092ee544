/* Salvages: every row that can be read ends exactly once among the logs, also where the power goes
 * in the middle, where damage strikes again, and where a receipt says that the centre has it. */
#include "tests/unit/core_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "turnout/salvaged.h"

#define ENTRIES 200
#define KILLS 25
#define LOGS_MAX 128
#define FILE_MAX (4u * 1024 * 1024)

/* How often each seq of the first log is among the entries, in its own place or salvaged. */
struct tally {
    struct tn_id first_log;
    struct tn_id log;
    unsigned times[ENTRIES + 1];
    unsigned others;
};

static enum tn_status tally_entry(void *ctx, const struct tn_entry *entry)
{
    struct tally *tally = ctx;
    struct tn_salvaged from;
    if (!tn_salvaged_read(entry->body, &from)) {
        from = (struct tn_salvaged){.log = tally->log, .seq = entry->seq};
    }
    if (tn_id_equal(&from.log, &tally->first_log) && from.seq <= ENTRIES) {
        tally->times[from.seq]++;
    } else {
        tally->others++;
    }
    return TN_OK;
}

struct logs {
    uint64_t no[LOGS_MAX];
    struct tn_id id[LOGS_MAX];
    size_t count;
    struct tn_log_head own;
};

static enum tn_status list_log(void *ctx, const struct tn_log_head *head)
{
    struct logs *logs = ctx;
    assert_true(logs->count < LOGS_MAX);
    logs->no[logs->count] = head->log_no;
    logs->id[logs->count++] = head->log;
    if (head->is_own) {
        logs->own = *head;
    }
    return TN_OK;
}

static struct tn_log_head own_of(struct tn_station *station)
{
    struct logs logs = {0};
    assert_int_equal(tn_station_logs(station, list_log, &logs), TN_OK);
    return logs.own;
}

static void tally_all(struct tn_station *station, struct tally *tally)
{
    struct logs logs = {0};
    assert_int_equal(tn_station_logs(station, list_log, &logs), TN_OK);
    for (size_t i = 0; i < logs.count; i++) {
        tally->log = logs.id[i];
        assert_int_equal(tn_station_entries(station, logs.no[i], 1, UINT64_MAX, tally_entry, tally),
                         TN_OK);
    }
}

static void assert_once(struct tn_station *station, const struct tn_id *first_log)
{
    struct tally tally = {.first_log = *first_log};
    struct tn_station_info info;
    tally_all(station, &tally);
    for (int seq = 1; seq <= ENTRIES; seq++) {
        assert_int_equal(tally.times[seq], 1);
    }
    assert_int_equal(fixture_verify(station), ENTRIES + tally.others);
    assert_int_equal(tn_station_info(station, &info), TN_OK);
    assert_int_equal(info.present, ENTRIES - 1); /* all but the boot */
}

static void drop_wal(const struct fixture *f)
{
    static const char *const names[] = {"station.db-wal", "station.db-shm"};
    char path[512];
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", f->dir, names[i]);
        (void)unlink(path);
    }
}

/* Changes a bit of an entry's hash in the file of a closed station. */
static void break_at(const struct fixture *f, const struct tn_hash *hash)
{
    static uint8_t bytes[FILE_MAX];
    char path[512];
    int found = 0;
    drop_wal(f);
    (void)snprintf(path, sizeof path, "%s/station.db", f->dir);
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    ssize_t len = read(fd, bytes, sizeof bytes);
    for (ssize_t i = 0; i + TN_HASH_SIZE <= len; i++) {
        if (memcmp(bytes + i, hash->b, TN_HASH_SIZE) == 0) {
            bytes[i] ^= 1;
            assert_int_equal(pwrite(fd, bytes + i, 1, i), 1);
            found++;
        }
    }
    (void)close(fd);
    assert_true(found > 0);
}

/* A station with ENTRIES entries, closed; the entry `seq` of its log is broken. */
static struct tn_id prepare(struct fixture *f, uint64_t seq)
{
    struct tn_hash hash;
    fixture_init(f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(f);
    for (int i = 1; i < ENTRIES; i++) {
        struct tn_badge badge;
        struct tn_record record;
        fixture_mint(f, TN_BADGE_LEARNER, &badge);
        assert_int_equal(fixture_scan(station, &badge, &record), TN_OK);
    }
    struct tn_log_head own = own_of(station);
    assert_int_equal(own.last_seq, ENTRIES);
    assert_int_equal(tn_station_hash_at(station, own.log_no, seq, &hash), TN_OK);
    tn_station_close(station);
    break_at(f, &hash);
    return own.log;
}

static void salvaged_again_nothing_is_there_twice(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_hash hash;
    struct tn_id first = prepare(&f, ENTRIES - 40);
    for (int round = 0; round < 4; round++) {
        struct tn_station *station = fixture_open(&f);
        assert_once(station, &first);
        struct tn_log_head own = own_of(station);
        assert_true(own.last_seq > 1);
        assert_int_equal(tn_station_hash_at(station, own.log_no, own.last_seq / 2, &hash), TN_OK);
        tn_station_close(station);
        break_at(&f, &hash);
    }
    struct tn_station *station = fixture_open(&f);
    assert_once(station, &first);
    assert_int_equal(tn_station_set_aside(&station, &f.env), TN_OK);
    assert_once(station, &first);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void a_kill_in_a_salvage_loses_nothing_and_doubles_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 77);
    int killed = 0;
    struct tn_id first = prepare(&f, ENTRIES - 60);
    for (int round = 0; round < KILLS; round++) {
        uint16_t wait_us = 0;
        random.fill(random.ctx, &wait_us, sizeof wait_us);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct tn_station *station = NULL;
            enum tn_status status = tn_station_open(f.dir, &f.env, &station);
            if (status == TN_OK) {
                status = tn_station_set_aside(&station, &f.env);
            }
            _exit(status == TN_OK ? 0 : 1);
        }
        const struct timespec wait = {.tv_nsec = (wait_us % 30000) * 1000L};
        (void)nanosleep(&wait, NULL);
        (void)kill(child, SIGKILL);
        int result = 0;
        assert_int_equal(waitpid(child, &result, 0), child);
        killed += WIFSIGNALED(result) ? 1 : 0;
        /* The child's random stream went with it; the parent's must not repeat its numbers. */
        f.env.random.fill(f.env.random.ctx, &wait_us, sizeof wait_us);
        if (round % 5 == 4) {
            struct tn_station *station = fixture_open(&f);
            assert_once(station, &first);
            tn_station_close(station);
        }
    }
    assert_true(killed > 0);
    struct tn_station *station = fixture_open(&f);
    assert_once(station, &first);
    tn_station_close(station);
    fixture_destroy(&f);
}

static void what_a_receipt_covers_is_not_written_anew(void **state)
{
    (void)state;
    struct fixture f;
    struct tn_hash hash;
    struct tn_hash at;
    struct tn_buf bytes;
    fixture_init(&f, TN_ROLE_GATE);
    struct tn_station *station = fixture_create(&f);
    for (int i = 1; i < 40; i++) {
        struct tn_badge badge;
        struct tn_record record;
        fixture_mint(&f, TN_BADGE_LEARNER, &badge);
        assert_int_equal(fixture_scan(station, &badge, &record), TN_OK);
    }
    struct tn_log_head own = own_of(station);
    assert_int_equal(tn_station_hash_at(station, own.log_no, 25, &at), TN_OK);
    assert_int_equal(tn_station_hash_at(station, own.log_no, 10, &hash), TN_OK);
    const struct tn_receipt receipt = {f.setup.ecosystem, 1, own.log, 25, at, 1};
    tn_buf_init(&bytes, TN_RECEIPT_SIZE_MAX);
    tn_receipt_write(&bytes, &receipt, &f.sign_key);
    assert_int_equal(tn_station_take_receipt(station, tn_buf_bytes(&bytes)), TN_OK);
    tn_buf_destroy(&bytes);
    tn_station_close(station);
    break_at(&f, &hash);
    for (int round = 0; round < 2; round++) {
        struct tn_station_salvage salvage;
        struct tn_station_info info;
        station = fixture_open(&f);
        if (round == 1) {
            assert_int_equal(tn_station_set_aside(&station, &f.env), TN_OK);
        }
        assert_int_equal(tn_station_salvage(station, &salvage), TN_OK);
        assert_int_equal(salvage.rows, 31);
        assert_int_equal(salvage.covered, 16);
        assert_int_equal(salvage.appended, 15);
        assert_int_equal(salvage.missing, 0);
        assert_int_equal(tn_station_info(station, &info), TN_OK);
        assert_int_equal(info.entries, 9 + 15);
        assert_int_equal(info.present, 39);
        tn_station_close(station);
    }
    fixture_destroy(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(salvaged_again_nothing_is_there_twice),
        cmocka_unit_test(a_kill_in_a_salvage_loses_nothing_and_doubles_nothing),
        cmocka_unit_test(what_a_receipt_covers_is_not_written_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
