/* Erasing what a pack's marks name. An entry that no receipt covers is left as it is until one
 * does: the centre counts it first, and erases it there. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/forget_impl.h"

struct marks {
    struct tn_key key;
    struct tn_forget_mark *all; /* in order */
    size_t count;
};

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct tn_forget_mark));
}

static enum tn_status read_key(struct tn_station *station, struct marks *out)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(station->pack.db, "SELECT key FROM forget_key", &stmt);
    if (status == TN_OK) {
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK && !tn_sql_get_fixed(stmt, 0, out->key.b, sizeof out->key.b)) {
        status = TN_ERR_DAMAGED;
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

static enum tn_status read_marks(struct tn_station *station, struct marks *out)
{
    sqlite3_stmt *stmt = NULL;
    *out = (struct marks){.count = 0};
    enum tn_status status = read_key(station, out);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : tn_pack_file_status(status);
    }
    out->all = calloc(TN_FORGET_MARKS_MAX, sizeof *out->all);
    status = out->all == NULL ? TN_ERR_NO_MEMORY
                              : tn_sql_prepare(station->pack.db,
                                               "SELECT mark FROM forgotten ORDER BY mark", &stmt);
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        if (out->count == TN_FORGET_MARKS_MAX) {
            status = TN_ERR_LIMIT;
        } else if (!tn_sql_get_fixed(stmt, 0, out->all[out->count].b, TN_ID_SIZE)) {
            status = TN_ERR_DAMAGED;
        } else {
            out->count++;
        }
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* Every id that is here. */
static const char ids_sql[] =
    "SELECT badge FROM entry WHERE badge IS NOT NULL UNION SELECT learner FROM entry WHERE learner "
    "IS NOT NULL UNION SELECT badge FROM loose WHERE badge IS NOT NULL UNION SELECT learner FROM "
    "loose WHERE learner IS NOT NULL UNION SELECT badge FROM walkin_card UNION SELECT badge FROM "
    "retired UNION SELECT badge FROM alias UNION SELECT who FROM alias UNION SELECT who FROM "
    "presence UNION SELECT who FROM stamp";

static enum tn_status doom(struct tn_station *station, const struct tn_id *id,
                           const struct tn_forget_mark *mark, sqlite3_stmt *insert)
{
    (void)station;
    tn_sql_bind_id(insert, 1, id);
    tn_sql_bind_bytes(insert, 2, mark->b, sizeof mark->b);
    return tn_sql_run(insert);
}

/* Fills the table `doomed`; *count is how many. */
static enum tn_status find_doomed(struct tn_station *station, const struct marks *marks,
                                  size_t *count)
{
    sqlite3_stmt *ids = NULL;
    sqlite3_stmt *insert = NULL;
    struct tn_id id;
    *count = 0;
    enum tn_status status = tn_sql_prepare(station->db, ids_sql, &ids);
    if (status == TN_OK) {
        status = tn_sql_prepare(station->db, "INSERT OR IGNORE INTO doomed VALUES (?, ?)", &insert);
    }
    while (status == TN_OK && (status = tn_sql_row(ids)) == TN_OK) {
        if (!tn_sql_get_id(ids, 0, &id)) {
            continue; /* a damaged row; the chain tells of it */
        }
        const struct tn_forget_mark mark = tn_forget_mark_of(&marks->key, &id);
        if (bsearch(&mark, marks->all, marks->count, sizeof mark, compare) != NULL) {
            status = doom(station, &id, &mark, insert);
            (*count)++;
        }
    }
    (void)sqlite3_finalize(ids);
    (void)sqlite3_finalize(insert);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

#define ARE_DOOMED "(badge IN (SELECT id FROM doomed) OR learner IN (SELECT id FROM doomed))"
#define IS_COVERED "seq <= coalesce((SELECT r.seq FROM receipt r WHERE r.log_no = entry.log_no), 0)"
#define EMPTY "SET salt = NULL, badge = NULL, learner = NULL, body = NULL "

/* What follows from entries goes on under the mark; where two become one, it is one. */
static const char *const rules[] = {
    "UPDATE loose " EMPTY "WHERE " ARE_DOOMED,
    "DELETE FROM walkin_card WHERE badge IN (SELECT id FROM doomed)",
    "DELETE FROM retired WHERE badge IN (SELECT id FROM doomed)",
    "DELETE FROM alias WHERE badge IN (SELECT id FROM doomed) OR who IN (SELECT id FROM doomed)",
    "UPDATE OR REPLACE presence SET who = (SELECT mark FROM doomed WHERE id = who) WHERE who IN "
    "(SELECT id FROM doomed)",
    "UPDATE OR REPLACE stamp SET who = (SELECT mark FROM doomed WHERE id = who) WHERE who IN "
    "(SELECT id FROM doomed)",
};

static enum tn_status count_changes(struct tn_station *station, const char *sql, uint64_t *out)
{
    enum tn_status status = tn_sql_exec(station->db, sql);
    *out += status == TN_OK ? (uint64_t)sqlite3_changes(station->db) : 0;
    return status;
}

static enum tn_status erase(struct tn_station *station, struct tn_forgot *out, uint64_t *left)
{
    int64_t number = 0;
    enum tn_status status = count_changes(
        station, "UPDATE entry " EMPTY "WHERE " ARE_DOOMED " AND " IS_COVERED, &out->erased);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && status == TN_OK; i++) {
        status = tn_sql_exec(station->db, rules[i]);
    }
    if (status == TN_OK) {
        status =
            tn_sql_number(station->db, "SELECT count(*) FROM entry WHERE " ARE_DOOMED, &number);
    }
    *left = (uint64_t)number;
    return status;
}

/* The table is this connection's, in memory only. */
static enum tn_status make_table(struct tn_station *station)
{
    return tn_sql_exec(station->db, "PRAGMA temp_store = MEMORY;"
                                    "CREATE TEMP TABLE IF NOT EXISTS doomed (id BLOB PRIMARY KEY,"
                                    " mark BLOB NOT NULL) WITHOUT ROWID;"
                                    "DELETE FROM temp.doomed");
}

enum tn_status tn_forget_erase(struct tn_station *station, struct tn_forgot *out, uint64_t *left)
{
    struct marks marks;
    size_t count = 0;
    *left = 0;
    enum tn_status status = read_marks(station, &marks);
    if (status == TN_OK && marks.count > 0) {
        status = make_table(station);
    }
    if (status == TN_OK && marks.count > 0) {
        status = tn_station_begin(station);
        if (status == TN_OK) {
            status = find_doomed(station, &marks, &count);
            if (status == TN_OK && count > 0) {
                status = erase(station, out, left);
            }
            status = tn_station_finish(station, status);
        }
        (void)tn_sql_exec(station->db, "DROP TABLE IF EXISTS temp.doomed");
    }
    free(marks.all);
    sodium_memzero(&marks, sizeof marks);
    return status;
}
