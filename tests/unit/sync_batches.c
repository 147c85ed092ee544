/* Batches at their limits: as many logs as one holds and one more, and two logs of one station.
 * What is derived is the same as from fewer logs at a time. */
#include "sync/central/batch.h"
#include "sync/central/logs.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_world.h"

#define STARTS INT64_C(1773496800000) /* 2026-03-14T09:00:00-05:00 */
#define MIN INT64_C(60000)
/* Logs in a small batch: by themselves, each would be three writes to the disk. */
#define AT_ONCE 64
#define FIRST_NO 100 /* the number of the first log that is made here */

struct scene {
    struct tn_centre centre;
    struct tn_id event;
    struct tn_id badges[LEARNERS];
    size_t done[8]; /* entries that were derived before each transaction */
    size_t steps;
};

static void scene_open(struct scene *s, const char *uri)
{
    static const char event[] = "SELECT id FROM event WHERE ecosystem = $1 AND code = 'fair'";
    static const char badges[] =
        "SELECT id FROM badge WHERE ecosystem = $1 AND learner IS NOT NULL ORDER BY id";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *s = (struct scene){.steps = 0};
    assert_int_equal(tn_centre_open(uri, &s->centre), TN_OK);
    assert_int_equal(tn_centre_prepare(&s->centre, event, &stmt), TN_OK);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    tn_col_id(stmt, 0, &s->event);
    tn_reset(stmt);
    assert_int_equal(tn_centre_prepare(&s->centre, badges, &stmt), TN_OK);
    for (int i = 0; i < LEARNERS; i++) {
        assert_int_equal(tn_step(stmt, &has_row), TN_OK);
        tn_col_id(stmt, 0, &s->badges[i]);
    }
    tn_reset(stmt);
}

static void scene_close(struct scene *s)
{
    tn_centre_close(&s->centre);
}

static void note_step(void *ctx, uint64_t done, uint64_t all)
{
    struct scene *s = ctx;
    (void)all;
    assert_true(s->steps < sizeof s->done / sizeof s->done[0]);
    s->done[s->steps++] = (size_t)done;
}

static void derive(struct scene *s)
{
    s->steps = 0;
    assert_int_equal(tn_visits_update(&s->centre, STARTS, note_step, s), TN_OK);
}

static struct tn_id log_id(int number)
{
    struct tn_id id = {{0xb0}};
    memcpy(id.b + 1, &number, sizeof number);
    return id;
}

/* A log of a station, whose key is its number; without entries. */
static void add_log(struct scene *s, int number, int station)
{
    static const char sql[] =
        "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role, event, head) VALUES"
        " ($1, $2, $3, $4, 'Extra', 'gate', $5, $6)";
    static const uint8_t zeros[TN_HASH_SIZE];
    uint8_t key[TN_PUBLIC_KEY_SIZE] = {0xb1};
    const struct tn_id id = log_id(number);
    struct tn_stmt *stmt = NULL;
    memcpy(key + 1, &station, sizeof station);
    assert_int_equal(tn_centre_prepare(&s->centre, sql, &stmt), TN_OK);
    tn_bind_int(stmt, 2, FIRST_NO + number);
    tn_bind_id(stmt, 3, &id);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){key, sizeof key});
    tn_bind_id(stmt, 5, &s->event);
    tn_bind_bytes(stmt, 6, (struct tn_bytes){zeros, sizeof zeros});
    assert_int_equal(tn_run(stmt), TN_OK);
}

/* Entries of a log that has none: one learner after another goes in, and out at every third. */
static void arrive(struct scene *s, int number, int count)
{
    const struct tn_id id = log_id(number);
    struct tn_central_log log;
    assert_int_equal(tn_logs_get(&s->centre, &id, &log), TN_OK);
    for (int i = 0; i < count; i++) {
        const int what = 7 * number + i;
        struct tn_entry entry = {.seq = (uint64_t)i + 1,
                                 .format = TN_ENTRY_FORMAT,
                                 .event = s->event,
                                 .badge = s->badges[what % LEARNERS],
                                 .at_ms = STARTS + what % 400 * MIN,
                                 .mono_ms = 1};
        (void)snprintf(entry.method, sizeof entry.method, "scan");
        (void)snprintf(entry.kind, sizeof entry.kind, "%s",
                       what % 3 == 0 ? "check_out" : "check_in");
        assert_int_equal(tn_entry_chain(&entry, &log.head, &id), TN_OK);
        assert_int_equal(tn_logs_append(&s->centre, log.no, &entry, 1), TN_OK);
        log.head = entry.hash;
        log.last = entry.seq;
    }
    assert_int_equal(tn_logs_move(&s->centre, &log, STARTS), TN_OK);
}

/* Every row of every table, sorted; to the letter the same, or a line of it is printed. */
static void assert_same_rows(void)
{
    static const char *const names[] = {"all.txt", "twin.txt"};
    const char *const uris[] = {central, twin_central};
    for (int i = 0; i < 2; i++) {
        shell(central_is_server() ? "pg_dump --data-only --inserts '%s' | grep ^INSERT | sort >%s"
                                  : "sqlite3 '%s' .dump | grep ^INSERT | sort >%s",
              uris[i], names[i]);
    }
    shell("test -s all.txt && diff all.txt twin.txt >&2");
}

/* Stations with an entry each, from one number to before another. */
static void add_stations(struct scene *s, int from, int to)
{
    assert_int_equal(tn_db_begin(s->centre.db), TN_OK);
    for (int i = from; i < to; i++) {
        add_log(s, i, i);
        arrive(s, i, 1);
    }
    assert_int_equal(tn_db_commit(s->centre.db), TN_OK);
}

/* `count` stations with an entry each, all at once: so many are derived in the first batch. Then
 * the same in another database, a log at a time. */
static void derive_stations(int count, size_t in_first)
{
    struct scene s;
    central_copy(central, twin_central);
    scene_open(&s, central);
    add_stations(&s, 0, count);
    derive(&s);
    assert_int_equal(s.done[1], in_first);
    assert_int_equal(s.done[s.steps - 1], count);
    assert_int_equal(s.steps, in_first == (size_t)count ? 2 : 3);
    scene_close(&s);
    scene_open(&s, twin_central);
    for (int i = 0; i < count; i += AT_ONCE) {
        add_stations(&s, i, i + AT_ONCE < count ? i + AT_ONCE : count);
        derive(&s);
    }
    scene_close(&s);
    assert_same_rows();
}

static void a_batch_holds_as_many_logs_as_it_may(void **state)
{
    (void)state;
    derive_stations(TN_BATCH_LOGS_MAX, TN_BATCH_LOGS_MAX);
}

static void one_log_too_many_waits_for_the_next_batch(void **state)
{
    (void)state;
    derive_stations(TN_BATCH_LOGS_MAX + 1, TN_BATCH_LOGS_MAX);
}

/* Logs 0 and 1 are one station's, 2 is another's. */
static void two_logs_of_a_station_are_never_in_one_batch(void **state)
{
    struct scene s;
    (void)state;
    central_copy(central, twin_central);
    for (int is_twin = 0; is_twin < 2; is_twin++) {
        scene_open(&s, is_twin ? twin_central : central);
        for (int i = 0; i < 3; i++) {
            add_log(&s, i, i == 2);
        }
        for (int i = 0; i < 3; i++) {
            arrive(&s, i, 3 + i);
            if (is_twin) {
                derive(&s);
            }
        }
        if (!is_twin) {
            derive(&s);
            assert_int_equal(s.done[1], 3 + 5); /* of the first log, and of the other station */
            assert_int_equal(s.done[2], 3 + 5 + 4);
        }
        scene_close(&s);
    }
    assert_same_rows();
}

/* What says so directly: a batch that has a log of a station takes no other of it. */
static void a_batch_leaves_a_stations_second_log_where_it_is(void **state)
{
    struct scene s;
    struct tn_batch batch = {0};
    bool is_taken = false;
    (void)state;
    scene_open(&s, central);
    for (int i = 0; i < 3; i++) {
        add_log(&s, i, i == 2);
        arrive(&s, i, 2);
    }
    assert_int_equal(tn_batch_make(&batch), TN_OK);
    tn_batch_begin(&batch);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tn_batch_read(&s.centre, FIRST_NO + i, &batch, &is_taken), TN_OK);
        assert_int_equal(is_taken, i != 1);
    }
    assert_int_equal(batch.log_count, 2);
    assert_int_equal(batch.entry_count, 4);
    tn_batch_begin(&batch);
    assert_int_equal(tn_batch_read(&s.centre, FIRST_NO + 1, &batch, &is_taken), TN_OK);
    assert_true(is_taken);
    tn_batch_free(&batch);
    scene_close(&s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_batch_holds_as_many_logs_as_it_may),
        TEST(one_log_too_many_waits_for_the_next_batch),
        TEST(two_logs_of_a_station_are_never_in_one_batch),
        TEST(a_batch_leaves_a_stations_second_log_where_it_is),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
