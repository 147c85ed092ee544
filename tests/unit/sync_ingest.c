/* Bundles and their ingest: tampering refused at every byte, the same centre from any order, gaps,
 * forks, unknown and revoked stations, and visits that a rebuild does not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/central/check.h"
#include "sync/central/ingest.h"
#include "sync/central/logs.h"
#include "sync/central/packing.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_central.h"
#include "turnout/cbor.h"
#include "turnout/log.h"
#include "turnout/receipt.h"
#include "turnout/signed.h"

#define STEPS 40

struct world {
    char dir[64];
    char uri[CENTRAL_URI_SIZE];
    struct tn_keyring keyring;
    struct tn_centre centre;
    struct tn_sign_key device;
    struct tn_id log;
    struct tn_id event;
};

static void hush(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static int64_t number(struct world *w, const char *sql)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    assert_int_equal(tn_db_prepare(w->centre.db, sql, &stmt), TN_OK);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    int64_t value = has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return value;
}

static void enrol(struct world *w)
{
    static const char sql[] = "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role,"
                              " event, head) VALUES (1, 1, $1, $2, 'Gate', 'gate', $3, $4)";
    static const char event[] = "INSERT INTO event (ecosystem, id, code, title, starts, ends, tz)"
                                " VALUES (1, $1, 'fair', 'Fair', 0, 36000000, 'UTC')";
    static const uint8_t zeros[TN_HASH_SIZE];
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_db_prepare(w->centre.db, event, &stmt), TN_OK);
    tn_bind_id(stmt, 1, &w->event);
    assert_int_equal(tn_run(stmt), TN_OK);
    assert_int_equal(tn_db_prepare(w->centre.db, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 1, &w->log);
    tn_bind_bytes(stmt, 2, (struct tn_bytes){w->device.public_key.b, TN_PUBLIC_KEY_SIZE});
    tn_bind_id(stmt, 3, &w->event);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){zeros, sizeof zeros});
    assert_int_equal(tn_run(stmt), TN_OK);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 5);
    snprintf(w->dir, sizeof w->dir, "/tmp/turnout-ingest-XXXXXX");
    if (mkdtemp(w->dir) == NULL) {
        return 1;
    }
    central_new(w->dir, "central", w->uri);
    tn_keyring_create(&random, &w->keyring);
    tn_sign_key_create(&random, &w->device);
    memset(w->log.b, 9, TN_ID_SIZE);
    memset(w->event.b, 8, TN_ID_SIZE);
    struct tn_centre_new what = {.code = "test", .name = "Test", .tz = "UTC", .keys_path = "keys"};
    assert_int_equal(tn_centre_create(w->uri, &what, &w->keyring), TN_OK);
    assert_int_equal(tn_centre_open(w->uri, &w->centre), TN_OK);
    enrol(w);
    tn_log_to(hush, NULL);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    char command[128];
    tn_centre_close(&w->centre);
    snprintf(command, sizeof command, "rm -r %s", w->dir);
    int code = system(command);
    free(w);
    return code;
}

/* Entry seq of a history; from seq `twist` on, another copy of the log tells another story, of
 * other people. Every fifth entry takes back the one half as far into the log, which may lie before
 * the copies part. */
static void make_entry(struct world *w, uint64_t seq, uint64_t twist, int story,
                       struct tn_entry *out)
{
    static uint8_t undo_body[] = {0x82, 0x01, 0x00}; /* CBOR [1, seq] */
    int told = seq >= twist ? story : 0;
    *out = (struct tn_entry){.seq = seq, .format = TN_ENTRY_FORMAT, .event = w->event};
    snprintf(out->method, sizeof out->method, "scan");
    out->at_ms = (int64_t)seq * 60000 + told;
    if (seq % 5 == 4) {
        snprintf(out->kind, sizeof out->kind, "undo");
        undo_body[2] = (uint8_t)(seq / 2);
        out->body = (struct tn_bytes){undo_body, sizeof undo_body};
        return;
    }
    snprintf(out->kind, sizeof out->kind, "%s", seq % 3 == 0 ? "check_out" : "check_in");
    out->badge.b[0] = (uint8_t)(1 + (seq + 11 * (uint64_t)told) % 23);
}

/* Appends the bundle of entries first to last of a story. */
static void make_bundle(struct world *w, uint64_t first, uint64_t last, uint64_t twist, int story,
                        struct tn_buf *out)
{
    struct tn_bundle_writer writer;
    struct tn_hash hash = {0};
    struct tn_entry entry;
    tn_buf_clear(out);
    tn_bundle_writer_init(&writer);
    writer.ecosystem = w->centre.id;
    writer.log = w->log;
    writer.first = first;
    for (uint64_t seq = 1; seq <= last; seq++) {
        make_entry(w, seq, twist, story, &entry);
        assert_int_equal(tn_entry_chain(&entry, &hash, &w->log), TN_OK);
        if (seq == first) {
            writer.before = hash;
        }
        if (seq >= first) {
            assert_int_equal(tn_bundle_add(&writer, &entry), TN_OK);
        }
        hash = entry.hash;
    }
    assert_int_equal(tn_bundle_finish(&writer, &w->device, NULL, out), TN_OK);
    tn_bundle_writer_destroy(&writer);
}

static struct tn_ack ingest(struct world *w, uint64_t first, uint64_t last, uint64_t twist,
                            int story)
{
    struct tn_ack ack;
    struct tn_buf bundle;
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX);
    make_bundle(w, first, last, twist, story, &bundle);
    assert_int_equal(tn_ingest_bundle(&w->centre, tn_buf_bytes(&bundle), 1, &ack), TN_OK);
    tn_buf_destroy(&bundle);
    return ack;
}

/* A hash of everything that a dump would show of logs, forks, conflicts and visits. */
static struct tn_hash content(struct world *w)
{
    static const char *const texts[] = {
        ("SELECT k.log_id, e.seq, e.hash, e.at_ms FROM kiosk k JOIN entry e ON e.log_no = k.log_no"
         " ORDER BY 1, 2"),
        "SELECT log_id, last_seq, head, origin FROM kiosk ORDER BY 1",
        "SELECT branch_id, seq, hash, before FROM fork ORDER BY 1",
        "SELECT id, type, state, a FROM conflict ORDER BY 1",
        "SELECT id, who, starts, ends FROM visit ORDER BY 1",
        "SELECT who, visits, 0, 0 FROM visited ORDER BY 1",
        "SELECT log_id, first_seq, hash, why FROM held ORDER BY 1, 2, 3",
    };
    struct tn_hash hash = {0};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tn_stmt *stmt = NULL;
        bool has_row = false;
        assert_int_equal(tn_db_prepare(w->centre.db, texts[i], &stmt), TN_OK);
        while (tn_step(stmt, &has_row) == TN_OK && has_row) {
            for (int c = 0; c < 4; c++) {
                struct tn_bytes value = tn_col_bytes(stmt, c);
                const struct tn_bytes parts[] = {{hash.b, TN_HASH_SIZE}, value};
                hash = tn_hash_of(parts, value.len > 0 ? 2 : 1);
            }
        }
        tn_reset(stmt);
    }
    return hash;
}

static void assert_sound(struct world *w)
{
    struct tn_check check;
    assert_int_equal(tn_visits_update(&w->centre, 1, NULL, NULL), TN_OK);
    assert_int_equal(tn_check_centre(&w->centre, NULL, NULL, &check), TN_OK);
    assert_int_equal(check.faults, 0);
    struct tn_hash before = content(w);
    assert_int_equal(tn_visits_rebuild(&w->centre, 1), TN_OK);
    struct tn_hash after = content(w);
    assert_memory_equal(before.b, after.b, TN_HASH_SIZE);
}

static void a_bundle_is_taken_once(void **state)
{
    struct world *w = *state;
    struct tn_ack ack = ingest(w, 1, 20, 99, 0);
    assert_int_equal(ack.verdict, TN_VERDICT_TAKEN);
    assert_int_equal(ack.added, 20);
    ack = ingest(w, 1, 20, 99, 0);
    assert_int_equal(ack.verdict, TN_VERDICT_SAME);
    assert_int_equal(ack.added, 0);
    ack = ingest(w, 5, 25, 99, 0);
    assert_int_equal(ack.added, 5);
    assert_int_equal(number(w, "SELECT count(*) FROM entry"), 25);
    assert_sound(w);
}

static void every_altered_byte_is_refused_and_changes_nothing(void **state)
{
    struct world *w = *state;
    struct tn_buf bundle;
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX);
    make_bundle(w, 1, 2, 99, 0, &bundle);
    struct tn_hash before = content(w);
    for (size_t i = 0; i < bundle.len; i++) {
        struct tn_ack ack;
        bundle.data[i] ^= 0x10;
        assert_int_equal(tn_ingest_bundle(&w->centre, tn_buf_bytes(&bundle), 1, &ack), TN_OK);
        assert_int_equal(ack.verdict, TN_VERDICT_REFUSED);
        bundle.data[i] ^= 0x10;
    }
    struct tn_hash after = content(w);
    assert_memory_equal(before.b, after.b, TN_HASH_SIZE);
    for (size_t len = 0; len < bundle.len; len++) {
        struct tn_bundle read;
        assert_int_not_equal(tn_bundle_read((struct tn_bytes){bundle.data, len}, NULL, &read),
                             TN_OK);
    }
    tn_buf_destroy(&bundle);
}

static void a_gap_is_held_and_taken_when_it_closes(void **state)
{
    struct world *w = *state;
    struct tn_ack ack = ingest(w, 11, 20, 99, 0);
    assert_int_equal(ack.verdict, TN_VERDICT_GAP);
    assert_int_equal(ack.next, 1);
    assert_int_equal(number(w, "SELECT count(*) FROM held"), 1);
    assert_int_equal(number(w, "SELECT count(*) FROM conflict"), 1);
    ack = ingest(w, 1, 10, 99, 0);
    assert_int_equal(ack.added, 20);
    assert_int_equal(number(w, "SELECT count(*) FROM held"), 0);
    assert_int_equal(number(w, "SELECT count(*) FROM conflict"), 0);
    assert_sound(w);
}

static void an_unknown_key_is_held_and_makes_no_entry(void **state)
{
    struct world *w = *state;
    struct tn_random random = tn_random_system();
    tn_sign_key_create(&random, &w->device);
    struct tn_ack ack = ingest(w, 1, 5, 99, 0);
    assert_int_equal(ack.verdict, TN_VERDICT_REFUSED);
    assert_int_equal(number(w, "SELECT count(*) FROM entry"), 0);
    assert_int_equal(number(w, "SELECT count(*) FROM held WHERE why = 'unknown_station'"), 1);
}

static void a_new_incarnation_of_a_known_key_is_taken(void **state)
{
    struct world *w = *state;
    memset(w->log.b, 10, TN_ID_SIZE);
    struct tn_ack ack = ingest(w, 1, 5, 99, 0);
    assert_int_equal(ack.verdict, TN_VERDICT_TAKEN);
    assert_int_equal(number(w, "SELECT count(*) FROM kiosk"), 2);
    assert_sound(w);
}

static void a_fork_keeps_both_branches(void **state)
{
    struct world *w = *state;
    ingest(w, 1, 10, 99, 0);
    struct tn_ack ack = ingest(w, 1, 12, 6, 1);
    assert_int_equal(ack.verdict, TN_VERDICT_FORK);
    assert_int_equal(number(w, "SELECT count(*) FROM entry"), 17);
    assert_int_equal(number(w, "SELECT count(*) FROM fork"), 1);
    ack = ingest(w, 1, 12, 6, 1);
    assert_int_equal(ack.verdict, TN_VERDICT_SAME);
    assert_sound(w);
}

/* The hash of a copy's entry. */
static struct tn_hash hash_at(struct world *w, uint64_t last, uint64_t twist, int story)
{
    struct tn_hash hash = {0};
    struct tn_entry entry;
    for (uint64_t seq = 1; seq <= last; seq++) {
        make_entry(w, seq, twist, story, &entry);
        assert_int_equal(tn_entry_chain(&entry, &hash, &w->log), TN_OK);
        hash = entry.hash;
    }
    return hash;
}

/* A copy gets a receipt, and it is for what that copy holds. */
static void assert_receipt(struct world *w, uint64_t last, uint64_t twist, int story)
{
    struct tn_buf bytes;
    struct tn_receipt receipt;
    const struct tn_hash hash = hash_at(w, last, twist, story);
    tn_buf_init(&bytes, TN_RECEIPT_SIZE_MAX);
    assert_int_equal(tn_receipts_write(&w->centre, &w->keyring, &w->log, last, &hash, 1, &bytes),
                     TN_OK);
    assert_int_equal(tn_receipt_read(tn_buf_bytes(&bytes), &w->centre.sign_key, &receipt), TN_OK);
    assert_int_equal(receipt.seq, last);
    assert_memory_equal(receipt.hash.b, hash.b, TN_HASH_SIZE);
    tn_buf_destroy(&bytes);
}

/* Whichever copy keeps the log's id, and however often they come. */
static void copies_of_the_same_length_get_a_receipt_each(void **state)
{
    struct world *w = *state;
    for (int story = 0; story < 6; story++) {
        ingest(w, 1, 10, 6, story);
        for (int of = story; of >= 0; of--) {
            assert_receipt(w, 10, 6, of);
        }
    }
    assert_sound(w);
}

static void a_revoked_stations_later_entries_are_kept_and_not_counted(void **state)
{
    struct world *w = *state;
    ingest(w, 1, 7, 99, 0);
    assert_int_equal(tn_visits_update(&w->centre, 1, NULL, NULL), TN_OK);
    assert_int_equal(tn_db_exec(w->centre.db, "UPDATE kiosk SET revoked_at = 1, revoked_seq = 7"),
                     TN_OK);
    int64_t visits = number(w, "SELECT count(*) FROM visit");
    ingest(w, 1, 30, 99, 0);
    assert_int_equal(tn_visits_update(&w->centre, 1, NULL, NULL), TN_OK);
    assert_int_equal(number(w, "SELECT count(*) FROM entry"), 30);
    assert_int_equal(number(w, "SELECT count(*) FROM visit"), visits);
    assert_int_equal(number(w, "SELECT count(*) FROM conflict WHERE type = 'revoked_station'"), 1);
    assert_sound(w);
}

/* Visits are named by the entry they are due to; a fork gives an entry another log, and its place
 * to an entry about somebody else. */
static void a_fork_after_the_visits_were_derived_keeps_them_right(void **state)
{
    struct world *w = *state;
    for (int story = 0; story < 3; story++) {
        ingest(w, 1, 18, story == 0 ? 99 : 6, story);
        assert_sound(w);
    }
    for (int story = 0; story < 3; story++) {
        ingest(w, 1, 23, story == 0 ? 99 : 6, story);
        assert_sound(w);
    }
}

static void an_undo_reaches_back_beyond_the_fork(void **state)
{
    struct world *w = *state;
    ingest(w, 1, 5, 99, 0);
    assert_int_equal(tn_visits_update(&w->centre, 1, NULL, NULL), TN_OK);
    int64_t sightings = number(w, "SELECT count(*) FROM sighting WHERE kind <> 'undo'");
    /* Entry 9 of the other copy takes back entry 4, which is an undo; 14 takes back 7. */
    ingest(w, 1, 7, 99, 0);
    ingest(w, 1, 14, 8, 1);
    ingest(w, 1, 8, 8, 2);
    assert_sound(w);
    assert_int_equal(sightings, 3);
    assert_int_equal(number(w, "SELECT count(*) FROM sighting WHERE seq = 7 AND kind <> 'undo'"),
                     0);
}

static void update_by_another(void *ctx, uint64_t done, uint64_t all)
{
    (void)done;
    (void)all;
    assert_int_equal(tn_visits_update(ctx, 1, NULL, NULL), TN_OK);
}

static void two_programs_may_derive_visits_at_the_same_time(void **state)
{
    struct world *w = *state;
    struct tn_centre other;
    assert_int_equal(tn_centre_open(w->uri, &other), TN_OK);
    ingest(w, 1, 18, 99, 0);
    memset(w->log.b, 10, TN_ID_SIZE);
    ingest(w, 1, 18, 99, 0);
    assert_int_equal(tn_visits_update(&w->centre, 1, update_by_another, &other), TN_OK);
    tn_centre_close(&other);
    assert_sound(w);
}

/* Three copies of one log that part at 6 and at 9, in pieces, in an order that the seed gives;
 * afterwards every whole copy once, as stations do that are asked again. */
static struct tn_hash any_order(uint64_t seed)
{
    void *state = NULL;
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, seed);
    static const uint64_t twists[] = {99, 6, 9};
    assert_int_equal(setup(&state), 0);
    struct world *w = state;
    for (int i = 0; i < STEPS; i++) {
        uint8_t b[3];
        random.fill(random.ctx, b, sizeof b);
        uint64_t first = 1 + b[0] % 12;
        ingest(w, first, first + b[1] % 6, twists[b[2] % 3], b[2] % 3);
        if (b[0] % 5 == 0) {
            assert_int_equal(tn_visits_update(&w->centre, 1, NULL, NULL), TN_OK);
        }
    }
    for (uint64_t i = 0; i < 3; i++) {
        int story = (int)((seed + i) % 3);
        ingest(w, 1, 18, twists[story], story);
    }
    assert_sound(w);
    struct tn_hash hash = content(w);
    assert_int_equal(teardown(&state), 0);
    return hash;
}

static void any_order_gives_the_same_centre(void **state)
{
    (void)state;
    struct tn_hash first = any_order(1);
    for (uint64_t seed = 2; seed < 20; seed++) {
        struct tn_hash other = any_order(seed);
        print_message("seed %llu\n", (unsigned long long)seed);
        assert_memory_equal(first.b, other.b, TN_HASH_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_bundle_is_taken_once, setup, teardown),
        cmocka_unit_test_setup_teardown(every_altered_byte_is_refused_and_changes_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_gap_is_held_and_taken_when_it_closes, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unknown_key_is_held_and_makes_no_entry, setup, teardown),
        cmocka_unit_test_setup_teardown(a_new_incarnation_of_a_known_key_is_taken, setup, teardown),
        cmocka_unit_test_setup_teardown(a_fork_keeps_both_branches, setup, teardown),
        cmocka_unit_test_setup_teardown(copies_of_the_same_length_get_a_receipt_each, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_revoked_stations_later_entries_are_kept_and_not_counted,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_fork_after_the_visits_were_derived_keeps_them_right,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(an_undo_reaches_back_beyond_the_fork, setup, teardown),
        cmocka_unit_test_setup_teardown(two_programs_may_derive_visits_at_the_same_time, setup,
                                        teardown),
        cmocka_unit_test(any_order_gives_the_same_centre),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
