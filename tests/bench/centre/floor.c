/* The floors. SQLite's is one statement a station, which reads the stations' own files;
 * PostgreSQL's is psql's \copy of rows that are ready made, so that nothing but the server is
 * measured. */
#include "tests/bench/centre/floor.h"

#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

/* As sync/central/sqlite.c has them: the floor may not be unsafer than what stands on it. */
static const char settings[] =
    "PRAGMA trusted_schema=OFF; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA"
    " cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000;"
    " PRAGMA journal_mode=WAL";

static bool run(sqlite3 *db, const char *sql)
{
    char *text = NULL;
    bool is_fine = sqlite3_exec(db, sql, NULL, NULL, &text) == SQLITE_OK;
    if (!is_fine) {
        fprintf(stderr, "floor: %s\n", text);
    }
    sqlite3_free(text);
    return is_fine;
}

static bool take_station(const struct world *world, sqlite3 *db, size_t station)
{
    char dir[WORLD_URI_SIZE];
    char sql[WORLD_URI_SIZE + 64];
    world_dir(world, station, dir);
    (void)snprintf(sql, sizeof sql, "ATTACH '%s/station.db' AS s", dir);
    if (!run(db, sql)) {
        return false;
    }
    (void)snprintf(sql, sizeof sql,
                   "BEGIN IMMEDIATE; INSERT INTO entry SELECT 1, %zu, seq, format, kind, at_ms,"
                   " mono_ms, boot, event, activity, method, badge, learner, body, salt, who_hash,"
                   " hash, NULL FROM s.entry WHERE log_no = 1 ORDER BY seq; COMMIT; DETACH s",
                   station + 1);
    return run(db, sql);
}

enum tn_status floor_sqlite(const struct world *world, const char *path, double *ms)
{
    sqlite3 *db = NULL;
    bool is_fine = sqlite3_open(path, &db) == SQLITE_OK && run(db, settings);
    double start = tn_bench_now_ms();
    for (size_t i = 0; i < world->stations && is_fine; i++) {
        is_fine = take_station(world, db, i);
    }
    *ms = tn_bench_now_ms() - start;
    (void)sqlite3_close(db);
    return is_fine ? TN_OK : TN_ERR_IO;
}

static enum tn_status shell(const char *line)
{
    if (system(line) != 0) {
        fprintf(stderr, "floor: %s\n", line);
        return TN_ERR_IO;
    }
    return TN_OK;
}

enum tn_status floor_postgres(const struct world *world, const char *from, const char *to,
                              double *ms)
{
    char line[3 * WORLD_URI_SIZE];
    (void)snprintf(line, sizeof line,
                   "psql -q -v ON_ERROR_STOP=1 '%s' -c \"\\copy (SELECT * FROM entry ORDER BY"
                   " log_no, seq) to '%s/entries' (format binary)\"",
                   from, world->bench->work);
    enum tn_status status = shell(line);
    if (status != TN_OK) {
        return status;
    }
    (void)snprintf(line, sizeof line,
                   "psql -q -v ON_ERROR_STOP=1 '%s' -c \"\\copy entry from '%s/entries' (format"
                   " binary)\"",
                   to, world->bench->work);
    double start = tn_bench_now_ms();
    status = shell(line);
    *ms = tn_bench_now_ms() - start;
    return status;
}
