/* A bare centre and the logs of a few stations, kept in memory until a test lets some of them
 * arrive: for tests of what follows from histories, whatever way they come. Entries are chained as
 * a station does; they are laid into `entry` without bundles, which have tests of their own. */
#ifndef TURNOUT_TESTS_SYNC_HISTORY_H
#define TURNOUT_TESTS_SYNC_HISTORY_H

#include <stdlib.h>
#include <unistd.h>

#include "sync/central/logs.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_central.h"
#include "turnout/cbor.h"
#include "turnout/log.h"

#define MIN INT64_C(60000)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
#define T0 INT64_C(1800000000000) /* when the fair begins */
#define LOGS_MAX 6
#define ENTRIES_MAX 64
#define LEARNERS_MAX 8

struct told {
    struct tn_entry entry;
    uint8_t body[16];
};

struct history_log {
    struct tn_central_log log;
    struct told entries[ENTRIES_MAX];
    size_t count;
    size_t arrived;
    struct tn_hash head; /* of the entries that are written */
    int boot;            /* which boot the next entry is of; 0: none */
    int64_t wall;        /* the wall clock is off by */
};

struct history {
    char dir[64];
    char uri[CENTRAL_URI_SIZE];
    struct tn_centre centre;
    struct tn_id fair;
    struct tn_id night;
    struct history_log logs[LOGS_MAX];
    size_t log_count;
};

__attribute__((unused)) static struct tn_id id_named(const char *kind, int number)
{
    const struct tn_bytes parts[] = {{(const uint8_t *)kind, strlen(kind)},
                                     {(const uint8_t *)&number, sizeof number}};
    return tn_id_of(parts, 2);
}

__attribute__((unused)) static void hush(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

__attribute__((unused)) static int64_t number(struct history *h, const char *sql)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    assert_int_equal(tn_db_prepare(h->centre.db, sql, &stmt), TN_OK);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    int64_t value = has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return value;
}

static void add_event(struct history *h, const struct tn_id *id, const char *code, int64_t starts)
{
    static const char sql[] = "INSERT INTO event (ecosystem, id, code, title, starts, ends, tz)"
                              " VALUES (1, $1, $2, $2, $3, $4, 'UTC')";
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_db_prepare(h->centre.db, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 1, id);
    tn_bind_text(stmt, 2, code);
    tn_bind_int(stmt, 3, starts);
    tn_bind_int(stmt, 4, starts + 8 * HOUR);
    assert_int_equal(tn_run(stmt), TN_OK);
}

/* Activity `number` of the fair, of 30 minutes. */
__attribute__((unused)) static struct tn_id add_activity(struct history *h, int number_of)
{
    static const char sql[] = "INSERT INTO activity (ecosystem, id, code, event, title,"
                              " default_min) VALUES (1, $1, $2, $3, 'Activity', 30)";
    char code[16];
    struct tn_stmt *stmt = NULL;
    struct tn_id id = id_named("activity", number_of);
    snprintf(code, sizeof code, "a%d", number_of);
    assert_int_equal(tn_db_prepare(h->centre.db, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 1, &id);
    tn_bind_text(stmt, 2, code);
    tn_bind_id(stmt, 3, &h->fair);
    assert_int_equal(tn_run(stmt), TN_OK);
    return id;
}

/* Learner i, whose roster id is `s<i>`, with badge i, in group "4A" or "4B". */
static void add_learner(struct history *h, int i)
{
    static const char *const texts[] = {
        "INSERT INTO learner (ecosystem, id, display) VALUES (1, $1, 'Sam S.')",
        ("INSERT INTO learner_alias (ecosystem, source, source_id, learner) VALUES (1, 'roster',"
         " $1, $2)"),
        "INSERT INTO learner_group (ecosystem, learner, title) VALUES (1, $1, $2)",
        ("INSERT INTO badge (ecosystem, id, learner, event, code, issued, status, secret) VALUES"
         " (1, $1, $2, $3, $4, 1, 'active', $1)"),
    };
    char name[16];
    struct tn_id learner = id_named("learner", i);
    struct tn_id badge = id_named("badge", i);
    snprintf(name, sizeof name, "s%d", i);
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        struct tn_stmt *stmt = NULL;
        assert_int_equal(tn_db_prepare(h->centre.db, texts[k], &stmt), TN_OK);
        if (k == 0) {
            tn_bind_id(stmt, 1, &learner);
        } else if (k == 1) {
            tn_bind_text(stmt, 1, name);
            tn_bind_id(stmt, 2, &learner);
        } else if (k == 2) {
            tn_bind_id(stmt, 1, &learner);
            tn_bind_text(stmt, 2, i % 2 == 0 ? "4A" : "4B");
        } else {
            tn_bind_id(stmt, 1, &badge);
            tn_bind_id(stmt, 2, &learner);
            tn_bind_id(stmt, 3, &h->fair);
            tn_bind_text(stmt, 4, name);
        }
        assert_int_equal(tn_run(stmt), TN_OK);
    }
}

/* A log of station `station`; logs of one station share its key. */
__attribute__((unused)) static struct history_log *add_log(struct history *h, int station)
{
    static const char sql[] = "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role,"
                              " event, head) VALUES (1, $1, $2, $3, $4, 'gate', $5, $3)";
    char name[32];
    struct tn_id id = id_named("log", (int)h->log_count + 1);
    uint8_t key[TN_PUBLIC_KEY_SIZE] = {(uint8_t)station};
    struct tn_stmt *stmt = NULL;
    assert_in_range(h->log_count, 0, LOGS_MAX - 1);
    struct history_log *log = &h->logs[h->log_count++];
    snprintf(name, sizeof name, "Gate %d", station);
    assert_int_equal(tn_db_prepare(h->centre.db, sql, &stmt), TN_OK);
    tn_bind_int(stmt, 1, (int64_t)h->log_count);
    tn_bind_id(stmt, 2, &id);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){key, sizeof key});
    tn_bind_text(stmt, 4, name);
    tn_bind_id(stmt, 5, &h->fair);
    assert_int_equal(tn_run(stmt), TN_OK);
    assert_int_equal(tn_logs_get(&h->centre, &id, &log->log), TN_OK);
    log->boot = station;
    return log;
}

/* Writes an entry at a true time; the wall clock shows it with the log's error, and the boot's own
 * clock counts from a day before the fair. */
__attribute__((unused)) static struct told *tell(struct history *h, struct history_log *log,
                                                 const char *kind, int learner, int64_t at)
{
    assert_in_range(log->count, 0, ENTRIES_MAX - 1);
    struct told *told = &log->entries[log->count++];
    *told = (struct told){.entry = {.seq = log->count, .format = TN_ENTRY_FORMAT}};
    snprintf(told->entry.kind, sizeof told->entry.kind, "%s", kind);
    told->entry.at_ms = T0 + at + log->wall;
    told->entry.mono_ms = DAY + at;
    told->entry.event = h->fair;
    if (log->boot > 0) {
        told->entry.boot = id_named("boot", log->boot);
    }
    if (learner > 0) {
        told->entry.badge = id_named("badge", learner);
        told->entry.learner = id_named("learner", learner);
    }
    return told;
}

/* Gives an entry a body: CBOR [1, number] or [1, word]. */
__attribute__((unused)) static void say(struct told *told, const char *word, int64_t value)
{
    struct tn_buf body;
    tn_buf_init(&body, sizeof told->body);
    tn_cbor_put_array(&body, 2);
    tn_cbor_put_uint(&body, 1);
    if (word != NULL) {
        tn_cbor_put_text(&body, word);
    } else {
        tn_cbor_put_int(&body, value);
    }
    assert_int_equal(body.status, TN_OK);
    memcpy(told->body, body.data, body.len);
    told->entry.body = (struct tn_bytes){told->body, body.len};
    tn_buf_destroy(&body);
}

/* Lets the next entries of a log arrive, up to count. */
__attribute__((unused)) static void arrive(struct history *h, struct history_log *log, size_t count)
{
    assert_int_equal(tn_db_begin(h->centre.db), TN_OK);
    for (; count > 0 && log->arrived < log->count; count--) {
        struct tn_entry *entry = &log->entries[log->arrived++].entry;
        assert_int_equal(tn_entry_chain(entry, &log->head, &log->log.id), TN_OK);
        assert_int_equal(tn_logs_append(&h->centre, log->log.no, entry, 1), TN_OK);
        log->head = entry->hash;
    }
    log->log.last = log->arrived;
    log->log.head = log->head;
    assert_int_equal(tn_logs_move(&h->centre, &log->log, 1), TN_OK);
    assert_int_equal(tn_db_commit(h->centre.db), TN_OK);
}

__attribute__((unused)) static void update(struct history *h)
{
    assert_int_equal(tn_visits_update(&h->centre, 1, NULL, NULL), TN_OK);
}

/* Lets all that is left arrive, and derives. */
__attribute__((unused)) static void arrive_all(struct history *h)
{
    for (size_t i = 0; i < h->log_count; i++) {
        arrive(h, &h->logs[i], ENTRIES_MAX);
    }
    update(h);
}

/* The visits as text, in the order of learners: `1 0-60 ` is learner 1 from minute 0 to 60 of the
 * fair; ~ imputed, then the mark of its clock where it is not 0, * where it is at an activity, and
 * ! at the other event. */
__attribute__((unused)) static const char *visits(struct history *h)
{
    static const char sql[] =
        "SELECT a.source_id, v.starts, v.ends, v.imputed, v.clock, CASE WHEN v.activity IS NULL"
        " THEN 0 ELSE 1 END, CASE WHEN v.event = $1 THEN 0 ELSE 1 END, v.source FROM visit v LEFT"
        " JOIN learner_alias a ON a.ecosystem = v.ecosystem AND a.learner = v.learner ORDER BY"
        " a.source_id, v.event, v.starts, v.ends, v.id";
    static char text[8192];
    size_t len = 0;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    text[0] = '\0';
    assert_int_equal(tn_db_prepare(h->centre.db, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 1, &h->fair);
    while (tn_step(stmt, &has_row) == TN_OK && has_row) {
        const char *who = tn_col_text(stmt, 0);
        char clock[2] = {(char)('0' + tn_col_int(stmt, 4)), '\0'};
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s %lld-%lld%s%s%s ",
                                who[0] == '\0' ? "?" : who + 1,
                                tn_col_text(stmt, 7)[0] == 's' ? "" : tn_col_text(stmt, 7),
                                (long long)((tn_col_int(stmt, 1) - T0) / MIN),
                                (long long)((tn_col_int(stmt, 2) - T0) / MIN),
                                tn_col_int(stmt, 3) ? "~" : "", clock[0] == '0' ? "" : clock,
                                tn_col_int(stmt, 5)   ? "*"
                                : tn_col_int(stmt, 6) ? "!"
                                                      : "");
        assert_true(len < sizeof text);
    }
    tn_reset(stmt);
    return text;
}

/* The same again from scratch. */
__attribute__((unused)) static void assert_rebuilt(struct history *h)
{
    char before[8192];
    snprintf(before, sizeof before, "%s", visits(h));
    assert_int_equal(tn_visits_rebuild(&h->centre, 1), TN_OK);
    assert_string_equal(visits(h), before);
}

__attribute__((unused)) static int history_setup(void **state)
{
    struct history *h = calloc(1, sizeof *h);
    struct tn_keyring keyring;
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 5);
    snprintf(h->dir, sizeof h->dir, "/tmp/turnout-history-XXXXXX");
    if (mkdtemp(h->dir) == NULL) {
        return 1;
    }
    tn_log_to(hush, NULL);
    central_new(h->dir, "central", h->uri);
    tn_keyring_create(&random, &keyring);
    struct tn_centre_new what = {.code = "test", .name = "Test", .tz = "UTC", .keys_path = "keys"};
    assert_int_equal(tn_centre_create(h->uri, &what, &keyring), TN_OK);
    assert_int_equal(tn_centre_open(h->uri, &h->centre), TN_OK);
    tn_keyring_wipe(&keyring);
    h->fair = id_named("event", 1);
    h->night = id_named("event", 2);
    add_event(h, &h->fair, "fair", T0);
    add_event(h, &h->night, "night", T0 + DAY);
    for (int i = 1; i <= LEARNERS_MAX; i++) {
        add_learner(h, i);
    }
    *state = h;
    return 0;
}

__attribute__((unused)) static int history_teardown(void **state)
{
    struct history *h = *state;
    char command[128];
    tn_centre_close(&h->centre);
    snprintf(command, sizeof command, "rm -r %s", h->dir);
    int code = system(command);
    free(h);
    return code;
}

#endif
