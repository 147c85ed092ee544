/* The same facts give the same centre: logs with forks, salvaged copies, undos, handouts,
 * headcounts and a closed day, cut anywhere, in ten random orders with repeats and gaps, and visits
 * derived whenever. One dump comes of it; and where the test runs on a server, the very text that
 * an SQLite file gives. */
#include <sodium.h>

#include "sync/central/check.h"
#include "sync/central/ingest.h"
#include "sync/central/visits.h"
#include "sync/cmd/cmd.h"
#include "tests/unit/sync_central.h"
#include "turnout/cbor.h"
#include "turnout/log.h"
#include "turnout/salvaged.h"
#include "turnout/walkin.h"

#define ORDERS 10
#define ENTRIES_MAX 40
#define PIECES_MAX 256
#define BODY_MAX 1200
#define BADGES 17
#define STARTS INT64_C(1773496800000)
#define MINUTE INT64_C(60000)

enum { GATE, EXIT, DESK, STATIONS };

/* One copy of a log, from its first entry. */
struct path {
    int station;
    struct tn_id log;
    uint64_t count;
    struct tn_entry entries[ENTRIES_MAX + 1]; /* by seq */
    uint8_t bodies[ENTRIES_MAX + 1][BODY_MAX];
};

/* A bundle that is to come: entries first to last of a path. */
struct piece {
    size_t path;
    uint64_t first;
    uint64_t last;
};

#define PATHS 6
static struct path paths[PATHS];
static struct tn_keyring keyring;
static struct tn_sign_key devices[STATIONS];
static struct tn_id event;
static struct tn_id ecosystem;
static char root[64];

static void hush(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static struct tn_id small_id(int kind, uint64_t number)
{
    struct tn_id id = {{0}};
    id.b[0] = (uint8_t)kind;
    id.b[15] = (uint8_t)number;
    return id;
}

static struct tn_id badge(uint64_t number)
{
    return small_id(0xb0, 1 + number % BADGES);
}

static void set_kind(struct tn_entry *entry, enum tn_kind kind)
{
    (void)snprintf(entry->kind, sizeof entry->kind, "%s", tn_kind_name(kind));
}

/* A body [1, number]. */
static void number_body(struct tn_buf *out, uint64_t number)
{
    tn_cbor_put_array(out, 2);
    tn_cbor_put_uint(out, 1);
    tn_cbor_put_uint(out, number);
}

/* A desk hands out badge 30 + n; every third time for one that was lost. */
static void hand_out(struct tn_entry *entry, struct tn_buf *body, uint64_t n)
{
    uint8_t card[TN_CARD_SIZE];
    uint8_t form[TN_WALKIN_SIZE];
    memset(card, (int)n, sizeof card);
    memset(form, (int)n, sizeof form);
    bool is_replacement = n % 3 == 0;
    set_kind(entry, is_replacement ? TN_KIND_REPLACE : TN_KIND_REGISTER);
    entry->badge = small_id(0xb0, 30 + n);
    entry->learner = is_replacement ? small_id(0x1e, n % 5) : small_id(0x1f, n);
    tn_cbor_put_array(body, is_replacement ? 4 : 3);
    tn_cbor_put_uint(body, 1);
    if (is_replacement) {
        struct tn_id old = badge(n);
        tn_cbor_put_id(body, &old);
        tn_cbor_put_text(body, "lost");
    } else {
        tn_cbor_put_bytes(body, (struct tn_bytes){form, sizeof form});
    }
    tn_cbor_put_bytes(body, (struct tn_bytes){card, sizeof card});
}

/* What entry seq of a station says; stories differ in who came. */
static void tell(struct tn_entry *entry, struct tn_buf *body, int station, uint64_t seq, int story)
{
    entry->badge = badge(seq * 5 + 7 * (uint64_t)story);
    entry->at_ms = STARTS + (int64_t)seq * MINUTE + station * 1000 + story;
    set_kind(entry, station == EXIT ? TN_KIND_CHECK_OUT : TN_KIND_CHECK_IN);
    if (seq % 7 == 6) {
        entry->badge = (struct tn_id){{0}};
        set_kind(entry, TN_KIND_UNDO);
        number_body(body, seq / 2);
    } else if (seq % 11 == 10) {
        entry->badge = (struct tn_id){{0}};
        set_kind(entry, TN_KIND_HEADCOUNT);
        number_body(body, 3 + seq);
    } else if (station == DESK && seq % 3 == 1) {
        hand_out(entry, body, seq);
    } else if (station == DESK && seq == 20) {
        entry->badge = (struct tn_id){{0}};
        set_kind(entry, TN_KIND_CLOSE);
        tn_cbor_put_array(body, 1);
        tn_cbor_put_uint(body, 1);
    }
}

/* Finishes entry seq of a path: its body is kept, its hashes follow. */
static void chain(struct path *path, uint64_t seq, const struct tn_buf *body)
{
    struct tn_entry *entry = &path->entries[seq];
    const struct tn_hash zero = {{0}};
    entry->seq = seq;
    entry->format = TN_ENTRY_FORMAT;
    entry->event = event;
    (void)snprintf(entry->method, sizeof entry->method, "scan");
    assert_int_equal(body->status, TN_OK);
    assert_in_range(body->len, 0, BODY_MAX);
    if (body->len > 0) {
        memcpy(path->bodies[seq], body->data, body->len);
        entry->body = (struct tn_bytes){path->bodies[seq], body->len};
    }
    assert_int_equal(
        tn_entry_chain(entry, seq == 1 ? &zero : &path->entries[seq - 1].hash, &path->log), TN_OK);
}

/* A copy of a log that tells story 0 before `twist`, and another one from there on. */
static void make_path(size_t i, int station, uint64_t count, uint64_t twist, int story)
{
    struct path *path = &paths[i];
    path->station = station;
    path->log = small_id(0x70, (uint64_t)station);
    path->count = count;
    for (uint64_t seq = 1; seq <= count; seq++) {
        struct tn_buf body;
        tn_buf_init(&body, BODY_MAX);
        tell(&path->entries[seq], &body, station, seq, seq >= twist ? story : 0);
        chain(path, seq, &body);
        tn_buf_destroy(&body);
    }
}

/* The log a station went on with after damage: entries first to last of the old one once more, with
 * where they stood, and some of its own. */
static void make_salvaged(size_t i, size_t old, uint64_t first, uint64_t last)
{
    struct path *path = &paths[i];
    path->station = paths[old].station;
    path->log = small_id(0x71, (uint64_t)path->station);
    path->count = last - first + 5;
    for (uint64_t seq = 1; seq <= path->count; seq++) {
        struct tn_buf body;
        tn_buf_init(&body, BODY_MAX);
        if (first + seq - 1 <= last) {
            const struct tn_entry *was = &paths[old].entries[first + seq - 1];
            path->entries[seq] = *was;
            path->entries[seq].body = (struct tn_bytes){0};
            tn_salvaged_write(&body,
                              &(struct tn_salvaged){paths[old].log, first + seq - 1, was->body});
        } else {
            tell(&path->entries[seq], &body, path->station, 60 + seq, 0);
        }
        chain(path, seq, &body);
        tn_buf_destroy(&body);
    }
}

static void make_paths(void)
{
    make_path(0, GATE, 36, 99, 0);
    make_path(1, GATE, 34, 20, 1); /* a clone's */
    make_path(2, GATE, 36, 28, 2); /* and another one's */
    make_path(3, EXIT, 30, 99, 0);
    make_salvaged(4, 3, 21, 28); /* two of the old log's last could not be read */
    make_path(5, DESK, 30, 99, 0);
}

static void insert(struct tn_centre *centre, const char *sql, const struct tn_id *id,
                   const struct tn_id *learner, int64_t number)
{
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_centre_prepare(centre, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 2, id);
    tn_bind_int(stmt, 3, number);
    if (learner != NULL) {
        tn_bind_id(stmt, 4, learner);
        tn_bind_id(stmt, 5, &event);
    }
    assert_int_equal(tn_run(stmt), TN_OK);
}

/* The event, its stations, and some of the badges, a few of which are nobody's yet. */
static void enrol(struct tn_centre *centre)
{
    static const char event_sql[] = "INSERT INTO event (ecosystem, id, code, title, starts, ends,"
                                    " tz) VALUES ($1, $2, 'fair', 'Fair', 0, $3, 'UTC')";
    static const char learner_sql[] =
        "INSERT INTO learner (ecosystem, id, display, rev) VALUES ($1, $2, 'L', $3)";
    static const char badge_sql[] =
        "INSERT INTO badge (ecosystem, id, issued, learner, event, code, status, secret) VALUES"
        " ($1, $2, $3, $4, $5, 'x', 'active', $5)";
    static const char kiosk_sql[] =
        "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role, event, head) VALUES"
        " ($1, $2, $3, $4, 'S', 'gate', $5, $6)";
    static const uint8_t zeros[TN_HASH_SIZE];
    insert(centre, event_sql, &event, NULL, STARTS + 600 * MINUTE);
    for (uint64_t i = 0; i < 5; i++) {
        struct tn_id learner = small_id(0x1e, i);
        insert(centre, learner_sql, &learner, NULL, 1);
    }
    for (uint64_t i = 0; i < BADGES - 4; i++) {
        struct tn_id id = badge(i);
        struct tn_id learner = i % 4 == 3 ? (struct tn_id){{0}} : small_id(0x1e, i % 5);
        insert(centre, badge_sql, &id, &learner, STARTS);
    }
    for (int i = 0; i < STATIONS; i++) {
        struct tn_id log = small_id(0x70, (uint64_t)i);
        struct tn_stmt *stmt = NULL;
        assert_int_equal(tn_centre_prepare(centre, kiosk_sql, &stmt), TN_OK);
        tn_bind_int(stmt, 2, i + 1);
        tn_bind_id(stmt, 3, &log);
        tn_bind_bytes(stmt, 4, (struct tn_bytes){devices[i].public_key.b, TN_PUBLIC_KEY_SIZE});
        tn_bind_id(stmt, 5, &event);
        tn_bind_bytes(stmt, 6, (struct tn_bytes){zeros, sizeof zeros});
        assert_int_equal(tn_run(stmt), TN_OK);
    }
}

static void make_centre(const char *uri)
{
    const struct tn_centre_new what = {
        .code = "test", .name = "Test", .tz = "UTC", .keys_path = "keys", .keys_noted = "keys"};
    struct tn_centre centre;
    assert_int_equal(tn_centre_create(uri, &what, &keyring), TN_OK);
    assert_int_equal(tn_centre_open(uri, &centre), TN_OK);
    ecosystem = centre.id;
    enrol(&centre);
    tn_centre_close(&centre);
}

static void deliver(struct tn_centre *centre, const struct piece *piece)
{
    const struct path *path = &paths[piece->path];
    struct tn_bundle_writer writer;
    struct tn_buf bundle;
    struct tn_ack ack;
    tn_buf_init(&bundle, TN_BUNDLE_SIZE_MAX);
    tn_bundle_writer_init(&writer);
    writer.ecosystem = ecosystem;
    writer.log = path->log;
    writer.first = piece->first;
    writer.before = path->entries[piece->first - 1].hash;
    for (uint64_t seq = piece->first; seq <= piece->last; seq++) {
        assert_int_equal(tn_bundle_add(&writer, &path->entries[seq]), TN_OK);
    }
    assert_int_equal(tn_bundle_finish(&writer, &devices[path->station], NULL, &bundle), TN_OK);
    assert_int_equal(tn_ingest_bundle(centre, tn_buf_bytes(&bundle), 1, &ack), TN_OK);
    assert_int_not_equal(ack.verdict, TN_VERDICT_REFUSED);
    tn_bundle_writer_destroy(&writer);
    tn_buf_destroy(&bundle);
}

static uint64_t pick(const struct tn_random *random, uint64_t below)
{
    uint64_t number = 0;
    random->fill(random->ctx, &number, sizeof number);
    return number % below;
}

/* Cuts every path anywhere; some pieces come twice. */
static size_t cut(const struct tn_random *random, struct piece out[PIECES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < PATHS; i++) {
        for (uint64_t first = 1; first <= paths[i].count;) {
            uint64_t last = first + pick(random, 9);
            last = last < paths[i].count ? last : paths[i].count;
            const uint64_t times = 1 + (pick(random, 4) == 0);
            for (uint64_t t = 0; t < times; t++) {
                assert_in_range(count, 0, PIECES_MAX - 1);
                out[count++] = (struct piece){i, first, last};
            }
            first = last + 1;
        }
    }
    for (size_t i = count; i > 1; i--) {
        const size_t j = (size_t)pick(random, i);
        const struct piece kept = out[i - 1];
        out[i - 1] = out[j];
        out[j] = kept;
    }
    return count;
}

static void update(struct tn_centre *centre)
{
    assert_int_equal(tn_visits_update(centre, 1, NULL, NULL), TN_OK);
}

/* Everything arrives, in an order of the seed's, and the books are in order. */
static void play(const char *uri, uint64_t seed)
{
    struct piece pieces[PIECES_MAX];
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, seed);
    struct tn_centre centre;
    struct tn_check check;
    assert_int_equal(tn_centre_open(uri, &centre), TN_OK);
    const size_t count = cut(&random, pieces);
    for (size_t i = 0; i < count; i++) {
        deliver(&centre, &pieces[i]);
        if (pick(&random, 5) == 0) {
            update(&centre);
        }
    }
    update(&centre);
    assert_int_equal(tn_check_centre(&centre, NULL, NULL, &check), TN_OK);
    assert_int_equal(check.faults, 0);
    tn_centre_close(&centre);
}

/* The dump of a centre as a file; returns the hash of its text. */
static struct tn_hash dump(const char *uri, const char *path)
{
    char *argv[] = {"dump", "--central", (char *)(uintptr_t)uri, NULL};
    static char text[4u << 20];
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    FILE *file = fopen(path, "w+");
    assert_non_null(file);
    assert_true(kept >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0);
    enum tn_exit code = tn_cmd_dump.run(3, argv);
    fflush(stdout);
    assert_true(dup2(kept, STDOUT_FILENO) >= 0);
    close(kept);
    assert_int_equal(code, TN_EXIT_DONE);
    rewind(file);
    const size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    assert_in_range(len, 10000, sizeof text - 1);
    return tn_hash_of(&(struct tn_bytes){(const uint8_t *)text, len}, 1);
}

static void place(const char *name, char out[CENTRAL_URI_SIZE])
{
    assert_true(snprintf(out, CENTRAL_URI_SIZE, "%s/%s", root, name) < CENTRAL_URI_SIZE);
}

static int setup(void **state)
{
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 5);
    (void)state;
    (void)snprintf(root, sizeof root, "/tmp/turnout-orders-XXXXXX");
    if (mkdtemp(root) == NULL) {
        return 1;
    }
    tn_log_to(hush, NULL);
    tn_keyring_create(&random, &keyring);
    for (int i = 0; i < STATIONS; i++) {
        tn_sign_key_create(&random, &devices[i]);
    }
    event = small_id(0xe0, 1);
    make_paths();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    central_shell("rm -r '%s'", root);
    return 0;
}

static void ten_orders_give_one_dump(void **state)
{
    char first[CENTRAL_URI_SIZE];
    char uri[CENTRAL_URI_SIZE];
    char want_path[CENTRAL_URI_SIZE];
    char got_path[CENTRAL_URI_SIZE];
    (void)state;
    place("want", want_path);
    place("got", got_path);
    place("file.db", uri); /* a file, also where the others lie on a server */
    make_centre(uri);
    play(uri, 1);
    const struct tn_hash want = dump(uri, want_path);
    central_new(root, "first", first);
    make_centre(first);
    for (uint64_t seed = 2; seed <= ORDERS; seed++) {
        central_place(root, "next", uri);
        central_copy(first, uri);
        play(uri, seed);
        const struct tn_hash got = dump(uri, got_path);
        if (!tn_hash_equal(&want, &got)) {
            central_shell("diff '%s' '%s' | head -20 >&2", want_path, got_path);
            fail_msg("orders 1 and %llu differ", (unsigned long long)seed);
        }
    }
}

/* What the orders are about is in them. */
static void the_orders_hold_every_kind_of_trouble(void **state)
{
    char uri[CENTRAL_URI_SIZE];
    (void)state;
    central_new(root, "all", uri);
    make_centre(uri);
    play(uri, 99);
    assert_int_equal(central_ask(uri, "SELECT count(*) FROM fork"), 2);
    assert_int_equal(central_ask(uri, "SELECT count(*) FROM held"), 0);
    assert_int_equal(central_ask(uri, "SELECT count(*) FROM conflict WHERE type = 'salvaged'"), 1);
    assert_in_range(central_ask(uri, "SELECT count(*) FROM undone"), 1, 99);
    assert_in_range(central_ask(uri, "SELECT count(*) FROM handout"), 5, 99);
    assert_in_range(central_ask(uri, "SELECT count(*) FROM sealed"), 3, 99);
    assert_in_range(central_ask(uri, "SELECT count(*) FROM headcount"), 3, 99);
    assert_in_range(central_ask(uri, "SELECT count(*) FROM visit"), 20, 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ten_orders_give_one_dump, setup, teardown),
        cmocka_unit_test_setup_teardown(the_orders_hold_every_kind_of_trouble, setup, teardown),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
