/* Forgetting beside a kiosk that goes on: what is only looked up takes no lock, what is written
 * comes in slices, and whoever is to be forgotten is not named by what comes in later. */
#include "tests/unit/core_fixture.h"

#include <pthread.h>

#include <sqlite3.h>

#include "turnout/receipt.h"
#include "turnout/sibling.h"

#include "kiosk/core/forget_impl.h"

#define DAY INT64_C(86400000)
#define PEOPLE 8

/* A gate, a sibling of its, and whom both may see. */
struct world {
    struct fixture f;
    struct tn_station *station;
    struct tn_badge badges[PEOPLE];
    struct tn_id learners[PEOPLE];
    struct tn_sign_key sibling;
    struct tn_id sibling_log;
    struct tn_key forget_key;
    struct tn_pack_head head;
};

static void mark(struct world *w, struct tn_pack_builder *pack, const struct tn_id *id)
{
    const struct tn_forget_mark one = tn_forget_mark_of(&w->forget_key, id);
    assert_int_equal(tn_pack_add_forgotten(pack, &one), TN_OK);
}

/* The next pack; of the first `doomed` people it has marks. */
static void give_pack(struct world *w, size_t doomed)
{
    struct tn_pack_builder *pack = NULL;
    uint64_t number = 0;
    w->head.version++;
    assert_int_equal(tn_pack_begin(w->f.dir, &w->head, &pack), TN_OK);
    assert_int_equal(tn_pack_add_badge_key(pack, &w->f.badge_key), TN_OK);
    assert_int_equal(tn_pack_add_station_key(pack, &w->sibling.public_key, "West"), TN_OK);
    assert_int_equal(tn_pack_set_forget_key(pack, &w->forget_key), TN_OK);
    for (size_t i = 0; i < doomed; i++) {
        const struct tn_id badge = tn_badge_id(&w->badges[i]);
        mark(w, pack, &badge);
        mark(w, pack, &w->learners[i]);
    }
    assert_int_equal(tn_pack_finish(pack, &number), TN_OK);
    assert_int_equal(tn_station_switch_pack(w->station, number, FIXTURE_AT_MS), TN_OK);
}

static int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    fixture_init(&w->f, TN_ROLE_GATE);
    w->station = fixture_create(&w->f);
    for (size_t i = 0; i < PEOPLE; i++) {
        fixture_mint(&w->f, TN_BADGE_LEARNER, &w->badges[i]);
        w->learners[i] = (struct tn_id){{0x1e, (uint8_t)(i + 1)}};
    }
    tn_sign_key_create(&w->f.env.random, &w->sibling);
    w->sibling_log = (struct tn_id){{0x51}};
    w->f.env.random.fill(w->f.env.random.ctx, w->forget_key.b, sizeof w->forget_key.b);
    w->head = (struct tn_pack_head){.ecosystem = w->f.setup.ecosystem,
                                    .epoch = 1,
                                    .event = w->f.setup.event,
                                    .event_title = "Science night",
                                    .tz = "UTC",
                                    .starts_ms = FIXTURE_AT_MS,
                                    .ends_ms = FIXTURE_AT_MS + DAY,
                                    .station_name = "Gate A",
                                    .role = TN_ROLE_GATE};
    give_pack(w, 0);
    *state = w;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *w = *state;
    tn_station_close(w->station);
    fixture_destroy(&w->f);
    free(w);
    return 0;
}

/* A second handle on the database, as another program has it. */
static sqlite3 *open_aside(struct world *w)
{
    char path[400];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/station.db", w->f.dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static int64_t ask(struct world *w, const char *sql)
{
    sqlite3 *db = open_aside(w);
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return number;
}

static void scan(struct world *w, size_t person)
{
    struct tn_record record;
    assert_int_equal(fixture_scan(w->station, &w->badges[person], &record), TN_OK);
}

static enum tn_status keep_own(void *ctx, const struct tn_log_head *head)
{
    struct tn_log_head *own = ctx;
    *own = head->is_own ? *head : *own;
    return TN_OK;
}

/* The centre has everything of the station's own. */
static void cover(struct world *w)
{
    struct tn_log_head own = {0};
    struct tn_buf bytes;
    assert_int_equal(tn_station_logs(w->station, keep_own, &own), TN_OK);
    const struct tn_receipt receipt = {w->f.setup.ecosystem, 1,        own.log,
                                       own.last_seq,         own.hash, FIXTURE_AT_MS};
    tn_buf_init(&bytes, TN_RECEIPT_SIZE_MAX);
    tn_receipt_write(&bytes, &receipt, &w->f.sign_key);
    assert_int_equal(tn_station_take_receipt(w->station, tn_buf_bytes(&bytes)), TN_OK);
    tn_buf_destroy(&bytes);
}

/* A run of the sibling's: check-ins of all the people by turns, `count` from seq `first` on. The
 * caller frees its entries. */
static struct tn_sibling_run sibling_run(struct world *w, uint64_t first, size_t count,
                                         struct tn_hash before)
{
    struct tn_entry *entries = calloc(count, sizeof *entries);
    assert_non_null(entries);
    struct tn_hash last = before;
    for (size_t i = 0; i < count; i++) {
        const uint64_t seq = first + i;
        entries[i] = (struct tn_entry){.seq = seq,
                                       .format = TN_ENTRY_FORMAT,
                                       .kind = "check_in",
                                       .at_ms = FIXTURE_AT_MS,
                                       .event = w->f.setup.event,
                                       .badge = tn_badge_id(&w->badges[seq % PEOPLE]),
                                       .learner = w->learners[seq % PEOPLE]};
        assert_int_equal(tn_entry_chain(&entries[i], &last, &w->sibling_log), TN_OK);
        last = entries[i].hash;
    }
    return (struct tn_sibling_run){w->sibling_log, w->sibling.public_key, before, entries, count};
}

static void a_pack_that_means_nobody_here_locks_nothing(void **state)
{
    struct world *w = *state;
    struct tn_forgot out = {0};
    uint64_t left = 7;
    scan(w, 5);
    cover(w);
    give_pack(w, 3);
    sqlite3 *other = open_aside(w);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(tn_forget_erase(w->station, &out, &left), TN_OK);
    assert_int_equal(left, 0);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

static void whom_it_means_is_erased_where_the_centre_has_it(void **state)
{
    struct world *w = *state;
    struct tn_forgot out;
    scan(w, 0);
    scan(w, 5);
    cover(w);
    scan(w, 1);
    give_pack(w, 3);
    assert_int_equal(tn_station_forget(w->station, FIXTURE_AT_MS, &out), TN_OK);
    assert_int_equal(out.erased, 1);
    assert_false(out.is_whole);
    cover(w);
    assert_int_equal(tn_station_forget(w->station, FIXTURE_AT_MS, &out), TN_OK);
    assert_int_equal(out.erased, 1);
    assert_true(out.is_whole);
    assert_int_equal(ask(w, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 1);
    assert_int_equal(ask(w, "SELECT count(*) FROM presence WHERE state = 'in'"), 3);
    (void)fixture_verify(w->station);
}

/* As after a kill between two of them: the 600th cannot be written. */
static void a_siblings_run_comes_in_slices_that_are_each_whole(void **state)
{
    struct world *w = *state;
    uint64_t added = 0;
    struct tn_sibling_run run = sibling_run(w, 1, 1000, (struct tn_hash){{0}});
    struct tn_entry *entries = (struct tn_entry *)run.entries;
    const uint64_t seq = entries[600].seq;
    entries[600].seq = 1;
    assert_int_not_equal(tn_station_add_sibling(w->station, &run, &added), TN_OK);
    entries[600].seq = seq;
    assert_int_equal(added, 2 * TN_SLICE_FOLD);
    assert_int_equal(ask(w, "SELECT max(seq) FROM entry WHERE log_no = 2"), 2 * TN_SLICE_FOLD);
    (void)fixture_verify(w->station);
    assert_int_equal(tn_station_add_sibling(w->station, &run, &added), TN_OK);
    assert_int_equal(added, 1000 - 2 * TN_SLICE_FOLD);
    assert_int_equal(tn_station_add_sibling(w->station, &run, &added), TN_OK);
    assert_int_equal(added, 0);
    (void)fixture_verify(w->station);
    free(entries);
}

static void behind_a_gap_the_log_begins_anew_in_slices_too(void **state)
{
    struct world *w = *state;
    uint64_t added = 0;
    struct tn_sibling_run early = sibling_run(w, 1, TN_SLICE_CUT + 300, (struct tn_hash){{0}});
    struct tn_sibling_run late = sibling_run(w, 5000, TN_SLICE_FOLD + 1, (struct tn_hash){{9}});
    assert_int_equal(tn_station_add_sibling(w->station, &early, &added), TN_OK);
    assert_int_equal(tn_station_add_sibling(w->station, &late, &added), TN_OK);
    assert_int_equal(added, TN_SLICE_FOLD + 1);
    assert_int_equal(ask(w, "SELECT min(seq) FROM entry WHERE log_no = 2"), 5000);
    assert_int_equal(ask(w, "SELECT count(*) FROM entry WHERE log_no = 2"), TN_SLICE_FOLD + 1);
    (void)fixture_verify(w->station);
    free((struct tn_entry *)early.entries);
    free((struct tn_entry *)late.entries);
}

static void a_sibling_names_nobody_whom_the_pack_has_erased(void **state)
{
    struct world *w = *state;
    uint64_t added = 0;
    struct tn_forgot out;
    give_pack(w, 3);
    assert_int_equal(tn_station_forget(w->station, FIXTURE_AT_MS, &out), TN_OK);
    struct tn_sibling_run run = sibling_run(w, 1, 2 * PEOPLE, (struct tn_hash){{0}});
    assert_int_equal(tn_station_add_sibling(w->station, &run, &added), TN_OK);
    assert_int_equal(added, 2 * PEOPLE);
    assert_int_equal(ask(w, "SELECT count(DISTINCT badge) FROM entry WHERE log_no = 2"),
                     PEOPLE - 3);
    assert_int_equal(ask(w, "SELECT count(*) FROM entry WHERE log_no = 2 AND salt IS NULL"), 6);
    /* They are in, nameless. */
    assert_int_equal(ask(w, "SELECT count(*) FROM presence WHERE state = 'in'"), PEOPLE);
    assert_int_equal(ask(w, "SELECT count(*) FROM presence WHERE who IN (SELECT learner FROM entry"
                            " WHERE log_no = 2)"),
                     PEOPLE - 3);
    (void)fixture_verify(w->station);
    /* There is nothing left to do for it. */
    assert_int_equal(tn_station_forget(w->station, FIXTURE_AT_MS, &out), TN_OK);
    assert_true(out.is_whole);
    assert_int_equal(out.erased, 0);
    free((struct tn_entry *)run.entries);
}

/* What a sibling brought before the pack came needs no receipt to go: it is no one's only copy. */
static void of_a_siblings_entries_nobody_waits_for_a_receipt(void **state)
{
    struct world *w = *state;
    uint64_t added = 0;
    struct tn_forgot out;
    struct tn_sibling_run run = sibling_run(w, 1, PEOPLE, (struct tn_hash){{0}});
    assert_int_equal(tn_station_add_sibling(w->station, &run, &added), TN_OK);
    give_pack(w, 3);
    assert_int_equal(tn_station_forget(w->station, FIXTURE_AT_MS, &out), TN_OK);
    assert_int_equal(out.erased, 3);
    assert_true(out.is_whole);
    (void)fixture_verify(w->station);
    free((struct tn_entry *)run.entries);
}

static int count_step(void *ctx)
{
    (*(int *)ctx)++;
    return 0;
}

#define YOUNG 4000
#define STEP 100 /* of SQLite's operations */

/* A station that is older than the promise, with many entries that are not. */
static void what_is_young_is_not_looked_through_at_each_reconcile(void **state)
{
    struct world *w = *state;
    struct tn_forgot out;
    int steps = 0;
    for (int i = 0; i < 10; i++) {
        scan(w, (size_t)i % PEOPLE);
    }
    w->head.retention_days = 30;
    give_pack(w, 0);
    const int64_t now_ms = FIXTURE_AT_MS + 40 * DAY;
    assert_int_equal(tn_station_begin(w->station), TN_OK);
    for (int i = 0; i < YOUNG; i++) {
        struct tn_entry entry = {.kind = "check_in",
                                 .at_ms = now_ms,
                                 .event = w->f.setup.event,
                                 .boot = w->f.env.boot,
                                 .badge = tn_badge_id(&w->badges[0])};
        assert_int_equal(tn_station_put(w->station, &entry, NULL), TN_OK);
    }
    assert_int_equal(tn_station_commit(w->station), TN_OK);
    cover(w);
    /* The first time the old ones lose their names. */
    assert_int_equal(tn_station_forget(w->station, now_ms, &out), TN_OK);
    assert_int_equal(out.erased, 10);
    sqlite3_progress_handler(w->station->db, STEP, count_step, &steps);
    assert_int_equal(tn_station_forget(w->station, now_ms, &out), TN_OK);
    sqlite3_progress_handler(w->station->db, 0, NULL, NULL);
    assert_int_equal(out.erased, 0);
    assert_true(steps < YOUNG / STEP);
    assert_int_equal(ask(w, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), YOUNG);
}

/* More than one slice: what a power cut between two of them leaves is a shorter log, too. */
static void a_purge_of_many_comes_in_slices(void **state)
{
    struct world *w = *state;
    struct tn_forgot out;
    w->head.retention_days = 30;
    give_pack(w, 0);
    assert_int_equal(tn_station_begin(w->station), TN_OK);
    for (int i = 0; i < 2 * TN_SLICE_CUT; i++) {
        struct tn_entry entry = {.kind = "check_in",
                                 .at_ms = FIXTURE_AT_MS,
                                 .event = w->f.setup.event,
                                 .boot = w->f.env.boot,
                                 .badge = tn_badge_id(&w->badges[0])};
        assert_int_equal(tn_station_put(w->station, &entry, NULL), TN_OK);
    }
    assert_int_equal(tn_station_commit(w->station), TN_OK);
    cover(w);
    assert_int_equal(tn_forget_cut(w->station, 1, 1, TN_SLICE_CUT + 50), TN_OK);
    assert_int_equal(ask(w, "SELECT min(seq) FROM entry"), TN_SLICE_CUT + 1);
    (void)fixture_verify(w->station);
    assert_int_equal(tn_station_forget(w->station, FIXTURE_AT_MS + 40 * DAY, &out), TN_OK);
    assert_true(out.purged > TN_SLICE_CUT / 2);
    assert_int_equal(ask(w, "SELECT count(*) FROM entry WHERE kind = 'purge'"), 1);
    (void)fixture_verify(w->station);
}

/* The other program, which forgets and cleans again and again. */
struct cleaner {
    struct world *w;
    int rounds;
    enum tn_status status;
    bool is_done; /* atomic */
};

static void *clean(void *ctx)
{
    struct cleaner *c = ctx;
    struct tn_station *station = NULL;
    struct tn_forgot out;
    sqlite3 *db = open_aside(c->w);
    tn_sql_wait(db);
    c->status = tn_station_open(c->w->f.dir, &c->w->f.env, &station);
    for (int i = 0; i < c->rounds && c->status == TN_OK; i++) {
        int rc = sqlite3_exec(db, "UPDATE forgot SET is_scrubbed = 0", NULL, NULL, NULL);
        c->status =
            rc == SQLITE_OK ? tn_station_forget(station, FIXTURE_AT_MS, &out) : TN_ERR_STATE;
    }
    tn_station_close(station);
    (void)sqlite3_close(db);
    __atomic_store_n(&c->is_done, true, __ATOMIC_RELEASE);
    return NULL;
}

static void a_scan_while_pages_are_cleaned_is_stored(void **state)
{
    struct world *w = *state;
    struct cleaner cleaner = {.w = w, .rounds = 3};
    pthread_t thread;
    int scans = 0;
    assert_int_equal(tn_station_begin(w->station), TN_OK);
    for (int i = 0; i < YOUNG; i++) {
        struct tn_entry entry = {.kind = "check_in",
                                 .boot = w->f.env.boot,
                                 .badge = tn_badge_id(&w->badges[i % PEOPLE])};
        assert_int_equal(tn_station_put(w->station, &entry, NULL), TN_OK);
    }
    assert_int_equal(tn_station_commit(w->station), TN_OK);
    const int64_t before = ask(w, "SELECT max(seq) FROM entry");
    assert_int_equal(pthread_create(&thread, NULL, clean, &cleaner), 0);
    while (!__atomic_load_n(&cleaner.is_done, __ATOMIC_ACQUIRE)) {
        scan(w, (size_t)scans++ % PEOPLE);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(cleaner.status, TN_OK);
    assert_true(scans > 0);
    assert_int_equal(ask(w, "SELECT max(seq) FROM entry"), before + scans);
    assert_int_equal(ask(w, "SELECT is_scrubbed FROM forgot"), 1);
    (void)fixture_verify(w->station);
}

/* Another program that holds the database, for as many waits of a scan's. */
struct holder {
    sqlite3 *db;
    int waits;
};

/* SQLite's wait for a lock, at its end each time. */
static int wait_once(void *ctx, int count)
{
    struct holder *holder = ctx;
    (void)count;
    if (holder->waits-- == 0) {
        (void)sqlite3_exec(holder->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return 0;
}

static enum tn_status scan_beside(struct world *w, bool is_cleaning)
{
    struct holder other = {open_aside(w), 2};
    struct tn_record record;
    char sql[80];
    (void)snprintf(sql, sizeof sql, "UPDATE forgot SET is_scrubbed = %d; BEGIN IMMEDIATE",
                   !is_cleaning);
    assert_int_equal(sqlite3_exec(other.db, sql, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_busy_handler(w->station->db, wait_once, &other);
    enum tn_status status = fixture_scan(w->station, &w->badges[0], &record);
    tn_sql_wait(w->station->db);
    assert_int_equal(sqlite3_close(other.db), SQLITE_OK);
    return status;
}

static void a_scan_waits_longer_for_cleaning_than_for_anything_else(void **state)
{
    struct world *w = *state;
    assert_int_equal(scan_beside(w, false), TN_ERR_BUSY);
    assert_int_equal(scan_beside(w, true), TN_OK);
    assert_int_equal(ask(w, "SELECT count(*) FROM entry WHERE badge IS NOT NULL"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_pack_that_means_nobody_here_locks_nothing),
        TEST(whom_it_means_is_erased_where_the_centre_has_it),
        TEST(a_siblings_run_comes_in_slices_that_are_each_whole),
        TEST(behind_a_gap_the_log_begins_anew_in_slices_too),
        TEST(a_sibling_names_nobody_whom_the_pack_has_erased),
        TEST(of_a_siblings_entries_nobody_waits_for_a_receipt),
        TEST(what_is_young_is_not_looked_through_at_each_reconcile),
        TEST(a_purge_of_many_comes_in_slices),
        TEST(a_scan_while_pages_are_cleaned_is_stored),
        TEST(a_scan_waits_longer_for_cleaning_than_for_anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
