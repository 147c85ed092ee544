/* Rows by the million, made by SQL in the file itself: nobody wants to wait for twenty thousand
 * fairs. Ids are as spread as hashes are, since indexes feel the difference; hashes and salts are
 * zeros, which deriving does not look at. People come by chance, so that some come once and some
 * often. At each event 400 check in, 350 of them check out, and 250 visit an activity. */
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "tests/bench/centre/grown.h"

/* Two years of events, that end before the next fair begins. */
#define STARTS "(1710406800000 + i % 700 * 86400000 + i % 7 * 3600000)"
#define NUMBERS "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1) "

enum { PARTNER, LEARNER, EVENT, STEP, LINE, COUNTS };

/* ?1: how many rows; ?2: partners, ?3: learners, ?4: events. id(table, number) and mixed(number)
 * are ours. */
static const struct {
    int of;
    const char *sql;
} tables[] = {
    {LINE, "CREATE TEMP TABLE line (i INTEGER PRIMARY KEY)"},
    {LINE, NUMBERS "INSERT INTO line SELECT i FROM n"},
    {PARTNER, NUMBERS
     "INSERT INTO partner (ecosystem, id, code, name, sector) SELECT 1, id('p', i), 'partner-' || "
     "i,"
     " 'Partner ' || i, CASE i % 3 WHEN 0 THEN 'school' WHEN 1 THEN 'museum' ELSE 'business' END"
     " FROM n"},
    {STEP, NUMBERS "INSERT INTO pathway (ecosystem, id, code, title) SELECT 1, id('w', i), 'way-' "
                   "|| i, 'Pathway '"
                   " || i FROM n WHERE i < 20"},
    {STEP, NUMBERS
     "INSERT INTO pathway_step (ecosystem, id, pathway, step, title, needs_n) SELECT 1, id('s', i),"
     " id('w', i % 20), i / 20 + 1, 'Step ' || (i / 20 + 1), 1 FROM n"},
    {LEARNER, NUMBERS
     "INSERT INTO learner (ecosystem, id, display, grade, birth_year, home_partner, zip3, lang)"
     " SELECT 1, id('l', i), '', i % 12 + 1, 2018 - i % 12, id('p', i % ?2), '98' || i % 10, CASE i"
     " % 3 WHEN 0 THEN 'es' ELSE 'en' END FROM n"},
    {EVENT, NUMBERS "INSERT INTO event (ecosystem, id, code, title, setting, starts, ends, tz) "
                    "SELECT 1, id('e', i),"
                    " 'e-' || i, 'Event ' || i, CASE i % 3 WHEN 0 THEN 'in-school' ELSE "
                    "'out-of-school' END, " STARTS ", " STARTS " + 14400000, 'UTC' FROM n"},
    {EVENT, NUMBERS
     "INSERT INTO activity (ecosystem, id, code, event, partner, title, strand, pathway, step,"
     " workforce_kind, grade_lo, grade_hi, starts, ends, default_min) SELECT 1, id('a', i),"
     " 'robots', id('e', i), id('p', i % ?2), 'Robots', 'engineering', 'way-' || (i % 20),"
     " i / 20 % 4 + 1, CASE i % 3 WHEN 0 THEN 'talk' WHEN 1 THEN 'mentor' END, 1, 12, " STARTS
     ", " STARTS " + 14400000, 45 FROM n"},
    {LEARNER, NUMBERS
     "INSERT INTO badge (ecosystem, id, learner, event, code, issued, status, secret) SELECT 1,"
     " id('b', i), id('l', i), id('e', i % ?4), printf('%09d', i), 0, 'active', x'' FROM n"},
    {EVENT, NUMBERS
     "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role, event, activity, "
     "last_seq,"
     " head) SELECT 1, i * 3 + k.r + 1, id('k', i * 3 + k.r), CAST(id('d', i * 3 + k.r) ||"
     " '................' AS BLOB), 'Station ' || k.r, k.role, id('e', i), CASE k.r WHEN 2 THEN"
     " id('a', i) END, k.last, zeroblob(32) FROM n, (SELECT 0 AS r, 'gate' AS role, 400 AS last"
     " UNION ALL SELECT 1, 'exit', 350 UNION ALL SELECT 2, 'activity', 250) k"},
    {LINE,
     "INSERT INTO entry (ecosystem, log_no, seq, format, kind, at_ms, mono_ms, boot, event, "
     "activity,"
     " method, badge, learner, salt, who_hash, hash) SELECT 1, log_no, i + 1, 1, kind, starts +"
     " after, after, log_id, event, activity, 'scan', id('b', who), id('l', who), zeroblob(16),"
     " zeroblob(32), zeroblob(32) FROM (SELECT k.log_no, n.i, k.log_id, k.event, k.activity, CASE"
     " k.role WHEN 'gate' THEN 'check_in' WHEN 'exit' THEN 'check_out' ELSE 'visit' END AS kind,"
     " v.starts, n.i * 9000 + (k.log_no - 1) % 3 * 5400000 AS after, mixed((k.log_no - 1) / 3 * "
     "1000"
     " + n.i) % ?3 AS who FROM kiosk k JOIN event v ON v.ecosystem = 1 AND v.id = k.event CROSS "
     "JOIN"
     " line n WHERE k.ecosystem = 1 AND n.i < k.last_seq)"},
    {LINE, "DROP TABLE line"},
};

static uint32_t mixed(uint64_t number)
{
    return (uint32_t)(number * UINT64_C(2654435761));
}

static struct tn_id numbered(char kind, size_t i)
{
    struct tn_id id;
    char text[TN_ID_SIZE + 1];
    (void)snprintf(text, sizeof text, "%08x%c%07x", mixed(i), kind, (unsigned)i);
    memcpy(id.b, text, TN_ID_SIZE);
    return id;
}

struct tn_id grown_badge(size_t i)
{
    return numbered('b', i);
}

struct tn_id grown_learner(size_t i)
{
    return numbered('l', i);
}

static void sql_id(sqlite3_context *ctx, int count, sqlite3_value **values)
{
    const unsigned char *kind = sqlite3_value_text(values[0]);
    (void)count;
    struct tn_id id = numbered((char)kind[0], (size_t)sqlite3_value_int64(values[1]));
    sqlite3_result_blob(ctx, id.b, TN_ID_SIZE, SQLITE_TRANSIENT);
}

static void sql_mixed(sqlite3_context *ctx, int count, sqlite3_value **values)
{
    (void)count;
    sqlite3_result_int64(ctx, mixed((uint64_t)sqlite3_value_int64(values[0])));
}

static bool fill(sqlite3 *db, size_t i, const struct grown *grown)
{
    const size_t counts[COUNTS] = {grown->partners, grown->learners, grown->events, 80, 400};
    const size_t values[] = {counts[tables[i].of], grown->partners, grown->learners, grown->events};
    sqlite3_stmt *stmt = NULL;
    bool is_fine = sqlite3_prepare_v2(db, tables[i].sql, -1, &stmt, NULL) == SQLITE_OK;
    const int places = is_fine ? sqlite3_bind_parameter_count(stmt) : 0;
    for (int place = 1; place <= places; place++) {
        is_fine = is_fine && sqlite3_bind_int64(stmt, place, (sqlite3_int64)values[place - 1]) == 0;
    }
    is_fine = is_fine && sqlite3_step(stmt) == SQLITE_DONE;
    if (!is_fine) {
        fprintf(stderr, "bench: %s: %s\n", tables[i].sql, sqlite3_errmsg(db));
    }
    (void)sqlite3_finalize(stmt);
    return is_fine;
}

static bool begin(sqlite3 *db)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    return sqlite3_create_function(db, "id", 2, flags, NULL, sql_id, NULL, NULL) == SQLITE_OK &&
           sqlite3_create_function(db, "mixed", 1, flags, NULL, sql_mixed, NULL, NULL) ==
               SQLITE_OK &&
           sqlite3_exec(db, "PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY", NULL, NULL,
                        NULL) == SQLITE_OK;
}

enum tn_status grown_fill(const char *path, const struct grown *grown)
{
    sqlite3 *db = NULL;
    bool is_fine = sqlite3_open(path, &db) == SQLITE_OK && begin(db);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && is_fine; i++) {
        is_fine = fill(db, i, grown);
    }
    (void)sqlite3_close(db);
    return is_fine ? TN_OK : TN_ERR_IO;
}
