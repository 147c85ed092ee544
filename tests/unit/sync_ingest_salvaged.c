/* Salvaged entries at the centre: a damaged log, what was written anew of it, and what was written
 * anew of that, in any order and with or without the originals, count once each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/central/check.h"
#include "sync/central/ingest.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_central.h"
#include "turnout/log.h"
#include "turnout/salvaged.h"

#define LAST 12   /* of the first log */
#define PROVEN 5  /* of it, before the break */
#define ORDERS 12 /* tried of each set */
#define BODY_MAX 128

/* The logs: the first, the one after its salvage, the one after another, and one that was never
 * damaged and says what the second log wrote itself. */
enum { FIRST = 1, SECOND, THIRD, PLAIN };

struct world {
    char dir[64];
    char uri[CENTRAL_URI_SIZE];
    struct tn_centre centre;
    struct tn_sign_key device;
    struct tn_id event;
};

struct piece {
    int log;
    uint64_t first;
    uint64_t last;
};

static void hush(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static struct tn_id log_id(int log)
{
    struct tn_id out;
    memset(out.b, 20 + log, sizeof out.b);
    return out;
}

static void run_with(struct world *w, const char *sql, const struct tn_id *id)
{
    static const uint8_t zeros[TN_HASH_SIZE];
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_db_prepare(w->centre.db, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 1, &w->event);
    if (id != NULL) {
        tn_bind_id(stmt, 2, id);
        tn_bind_bytes(stmt, 3, (struct tn_bytes){w->device.public_key.b, TN_PUBLIC_KEY_SIZE});
        tn_bind_bytes(stmt, 4, (struct tn_bytes){zeros, sizeof zeros});
    }
    assert_int_equal(tn_run(stmt), TN_OK);
}

static void begin(struct world *w)
{
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 5);
    struct tn_keyring keyring;
    struct tn_id first = log_id(FIRST);
    *w = (struct world){.event = {{8}}};
    snprintf(w->dir, sizeof w->dir, "/tmp/turnout-salvaged-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    central_new(w->dir, "central", w->uri);
    tn_keyring_create(&random, &keyring);
    tn_sign_key_create(&random, &w->device);
    struct tn_centre_new what = {.code = "test", .name = "Test", .tz = "UTC", .keys_path = "keys"};
    assert_int_equal(tn_centre_create(w->uri, &what, &keyring), TN_OK);
    assert_int_equal(tn_centre_open(w->uri, &w->centre), TN_OK);
    run_with(w,
             "INSERT INTO event (ecosystem, id, code, title, starts, ends, tz)"
             " VALUES (1, $1, 'fair', 'Fair', 0, 36000000, 'UTC')",
             NULL);
    run_with(w,
             "INSERT INTO kiosk (ecosystem, log_no, event, log_id, pubkey, head, station, role)"
             " VALUES (1, 1, $1, $2, $3, $4, 'Gate', 'gate')",
             &first);
    tn_log_to(hush, NULL);
}

static void end(struct world *w)
{
    char command[128];
    tn_centre_close(&w->centre);
    snprintf(command, sizeof command, "rm -r %s", w->dir);
    assert_int_equal(system(command), 0);
}

static void put_undo(struct tn_entry *out, struct tn_buf *body, uint64_t seq)
{
    tn_buf_clear(body);
    snprintf(out->kind, sizeof out->kind, "undo");
    tn_buf_append(body, (const uint8_t[]){0x82, 0x01, (uint8_t)seq}, 3);
    out->body = tn_buf_bytes(body);
}

/* Entry seq of the first log: four people come and go; 9 takes back 5, which the chain proves, and
 * 11 takes back 7, which it does not. */
static void first_entry(struct world *w, uint64_t seq, struct tn_entry *out, struct tn_buf *body)
{
    *out = (struct tn_entry){.seq = seq, .format = TN_ENTRY_FORMAT, .event = w->event};
    out->at_ms = (int64_t)seq * 60000;
    if (seq == 9 || seq == 11) {
        put_undo(out, body, seq == 9 ? 5 : 7);
        return;
    }
    snprintf(out->kind, sizeof out->kind, "%s", seq % 3 == 0 ? "check_out" : "check_in");
    snprintf(out->method, sizeof out->method, "scan");
    out->badge.b[0] = (uint8_t)(1 + seq % 4);
}

static void late_entry(struct world *w, uint64_t seq, struct tn_entry *out)
{
    *out = (struct tn_entry){.seq = seq, .format = TN_ENTRY_FORMAT, .event = w->event};
    out->at_ms = INT64_C(9000000);
    snprintf(out->kind, sizeof out->kind, "check_in");
    out->badge.b[0] = 20;
}

/* Gives *out the place seq of another log and the body of a salvaged one. */
static void salvage(struct tn_entry *out, int log, uint64_t seq, struct tn_buf *body)
{
    uint8_t kept[BODY_MAX];
    struct tn_salvaged from = {log_id(log), out->seq, {out->body.data == NULL ? NULL : kept, 0}};
    if (out->body.data != NULL) {
        memcpy(kept, out->body.data, out->body.len);
        from.body.len = out->body.len;
    }
    tn_buf_clear(body);
    tn_salvaged_write(body, &from);
    assert_int_equal(body->status, TN_OK);
    out->body = tn_buf_bytes(body);
    out->seq = seq;
}

static void make_entry(struct world *w, int log, uint64_t seq, struct tn_entry *out,
                       struct tn_buf *body)
{
    uint64_t copies = LAST - PROVEN;
    if (log == FIRST) {
        first_entry(w, seq, out, body);
    } else if (log == PLAIN) {
        late_entry(w, seq, out);
    } else if (log == SECOND && seq <= copies) {
        first_entry(w, PROVEN + seq, out, body);
        out->at_ms += seq == 3; /* one was altered */
        salvage(out, FIRST, seq, body);
    } else if (log == SECOND) {
        late_entry(w, seq, out);
    } else if (seq <= 3) {
        first_entry(w, LAST - 3 + seq, out, body);
        salvage(out, FIRST, seq, body);
    } else {
        late_entry(w, copies + 1, out);
        salvage(out, SECOND, seq, body);
    }
}

static void take(struct world *w, const struct piece *piece)
{
    struct tn_bundle_writer writer;
    struct tn_hash hash = {0};
    struct tn_buf body;
    struct tn_buf bundle;
    struct tn_ack ack;
    tn_buf_init(&body, TN_BODY_MAX);
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX);
    tn_bundle_writer_init(&writer);
    writer.ecosystem = w->centre.id;
    writer.log = log_id(piece->log);
    writer.first = piece->first;
    for (uint64_t seq = 1; seq <= piece->last; seq++) {
        struct tn_entry entry;
        make_entry(w, piece->log, seq, &entry, &body);
        if (seq == piece->first) {
            writer.before = hash;
        }
        assert_int_equal(tn_entry_chain(&entry, &hash, &writer.log), TN_OK);
        if (seq >= piece->first) {
            assert_int_equal(tn_bundle_add(&writer, &entry), TN_OK);
        }
        hash = entry.hash;
    }
    assert_int_equal(tn_bundle_finish(&writer, &w->device, NULL, &bundle), TN_OK);
    assert_int_equal(tn_ingest_bundle(&w->centre, tn_buf_bytes(&bundle), 1, &ack), TN_OK);
    assert_int_not_equal(ack.verdict, TN_VERDICT_REFUSED);
    tn_bundle_writer_destroy(&writer);
    tn_buf_destroy(&bundle);
    tn_buf_destroy(&body);
}

/* A hash over the rows that these questions give. */
static struct tn_hash content(struct world *w, const char *const *texts, size_t count)
{
    struct tn_hash hash = {0};
    for (size_t i = 0; i < count; i++) {
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

static const char *const everything[] = {
    ("SELECT k.log_id, e.seq, e.hash, e.at_ms FROM kiosk k JOIN entry e ON e.log_no = k.log_no"
     " ORDER BY 1, 2"),
    "SELECT id, type, a, b FROM conflict ORDER BY 1",
    "SELECT id, who, starts, ends FROM visit ORDER BY 1",
};
static const char *const attendance[] = {
    "SELECT who, starts, ends, minutes FROM visit ORDER BY 1, 2, 3"};

struct outcome {
    struct tn_hash all;
    struct tn_hash visits;
    int64_t visit_count;
    int64_t salvaged;
};

static int64_t number(struct world *w, const char *sql)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    assert_int_equal(tn_db_prepare(w->centre.db, sql, &stmt), TN_OK);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    int64_t value = tn_col_int(stmt, 0);
    tn_reset(stmt);
    return value;
}

/* The pieces in an order of the seed's, visits brought up to date now and then; at the end all of
 * them once more. A rebuild must change nothing. */
static struct outcome play(const struct piece *pieces, size_t count, uint64_t seed)
{
    struct world w;
    struct outcome out;
    struct tn_check check;
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, seed);
    begin(&w);
    for (size_t i = 0; i < 3 * count; i++) {
        uint8_t b[2];
        random.fill(random.ctx, b, sizeof b);
        take(&w, &pieces[b[0] % count]);
        if (b[1] % 2 == 0) {
            assert_int_equal(tn_visits_update(&w.centre, 1, NULL, NULL), TN_OK);
        }
    }
    for (size_t i = 0; i < count; i++) {
        take(&w, &pieces[(i + seed) % count]);
    }
    assert_int_equal(tn_visits_update(&w.centre, 1, NULL, NULL), TN_OK);
    out.all = content(&w, everything, 3);
    assert_int_equal(tn_visits_rebuild(&w.centre, 1), TN_OK);
    struct tn_hash again = content(&w, everything, 3);
    assert_memory_equal(out.all.b, again.b, TN_HASH_SIZE);
    assert_int_equal(tn_check_centre(&w.centre, NULL, NULL, &check), TN_OK);
    assert_int_equal(check.faults, 0);
    out.visits = content(&w, attendance, 1);
    out.visit_count = number(&w, "SELECT count(*) FROM visit");
    out.salvaged = number(&w, "SELECT count(*) FROM conflict WHERE type = 'salvaged'");
    end(&w);
    return out;
}

static struct outcome play_in_any_order(const struct piece *pieces, size_t count)
{
    struct outcome first = play(pieces, count, 1);
    for (uint64_t seed = 2; seed <= ORDERS; seed++) {
        struct outcome other = play(pieces, count, seed);
        assert_memory_equal(first.all.b, other.all.b, TN_HASH_SIZE);
    }
    return first;
}

/* Each log that a station begins after its first is a person's business once, also one that holds
 * nothing salvaged. Where the originals are there, the altered time of a copy plays no part. */
static void originals_and_their_copies_count_once(void **state)
{
    (void)state;
    static const struct piece plain[] = {{FIRST, 1, LAST}, {PLAIN, 1, 1}};
    static const struct piece both[] = {{FIRST, 1, PROVEN},
                                        {FIRST, PROVEN + 1, LAST},
                                        {SECOND, 1, 4},
                                        {SECOND, 5, 8},
                                        {THIRD, 1, 4}};
    struct outcome wanted = play(plain, 2, 1);
    struct outcome got = play_in_any_order(both, 5);
    assert_int_equal(got.visit_count, wanted.visit_count);
    assert_memory_equal(got.visits.b, wanted.visits.b, TN_HASH_SIZE);
    assert_int_equal(wanted.salvaged, 1);
    assert_int_equal(got.salvaged, 2);
}

static void copies_stand_in_for_what_never_came(void **state)
{
    (void)state;
    static const struct piece plain[] = {{FIRST, 1, LAST}, {PLAIN, 1, 1}};
    static const struct piece copies[] = {
        {FIRST, 1, PROVEN}, {SECOND, 1, 4}, {SECOND, 5, 8}, {THIRD, 1, 4}};
    struct outcome wanted = play(plain, 2, 1);
    struct outcome got = play_in_any_order(copies, 4);
    assert_int_equal(got.visit_count, wanted.visit_count);
    assert_int_equal(got.salvaged, 2);
}

static void what_is_no_salvaged_body_is_none(void **state)
{
    (void)state;
    uint8_t bytes[TN_BODY_MAX];
    struct tn_salvaged out;
    struct tn_buf body;
    struct tn_salvaged from = {log_id(FIRST), 7, {bytes, 3}};
    memset(bytes, 1, sizeof bytes);
    tn_buf_init(&body, TN_BODY_MAX);
    tn_salvaged_write(&body, &from);
    assert_true(tn_salvaged_read(tn_buf_bytes(&body), &out));
    assert_true(tn_id_equal(&out.log, &from.log));
    assert_int_equal(out.seq, 7);
    assert_int_equal(out.body.len, 3);
    for (size_t len = 0; len < body.len; len++) {
        assert_false(tn_salvaged_read((struct tn_bytes){body.data, len}, &out));
    }
    /* One that fits no more is left out, and the rest stays. */
    tn_buf_clear(&body);
    from.body.len = TN_BODY_MAX;
    tn_salvaged_write(&body, &from);
    assert_int_equal(body.status, TN_OK);
    assert_true(tn_salvaged_read(tn_buf_bytes(&body), &out));
    assert_null(out.body.data);
    tn_buf_destroy(&body);
    assert_false(tn_salvaged_read((struct tn_bytes){(const uint8_t *)"\x82\x01\x05", 3}, &out));
    assert_false(tn_salvaged_read((struct tn_bytes){NULL, 0}, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(originals_and_their_copies_count_once),
        cmocka_unit_test(copies_stand_in_for_what_never_came),
        cmocka_unit_test(what_is_no_salvaged_body_is_none),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
