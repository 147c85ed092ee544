/* Erasing what a pack's marks name. A station's own entry that no receipt covers is left as it is
 * until one does: the centre counts it first, and erases it there. A sibling's goes at once, since
 * what goes to the centre is the bundle its own station signed, never the copy here.
 *
 * Whom the marks mean, and which entries name them, is looked up before the transaction, which
 * then touches those rows and no others: a scan waits for nothing that is only read. Who comes in
 * between is as one who comes right after it. */
#include "kiosk/core/desk_impl.h"
#include "kiosk/core/forget_impl.h"

/* Every id that is here. */
static const char ids_sql[] =
    "SELECT badge FROM entry WHERE badge IS NOT NULL UNION SELECT learner FROM entry WHERE learner "
    "IS NOT NULL UNION SELECT badge FROM loose WHERE badge IS NOT NULL UNION SELECT learner FROM "
    "loose WHERE learner IS NOT NULL UNION SELECT badge FROM walkin_card UNION SELECT badge FROM "
    "retired UNION SELECT badge FROM alias UNION SELECT who FROM alias UNION SELECT who FROM "
    "presence UNION SELECT who FROM stamp";

static enum tn_status doom(const struct tn_id *id, const struct tn_forget_mark *mark,
                           sqlite3_stmt *insert)
{
    tn_sql_bind_id(insert, 1, id);
    tn_sql_bind_bytes(insert, 2, mark->b, sizeof mark->b);
    return tn_sql_run(insert);
}

/* Fills the table `doomed`; *count is how many. */
static enum tn_status find_doomed(struct tn_station *station, const struct tn_forget_marks *marks,
                                  size_t *count)
{
    sqlite3_stmt *ids = NULL;
    sqlite3_stmt *insert = NULL;
    struct tn_id id;
    struct tn_forget_mark mark;
    *count = 0;
    enum tn_status status = tn_sql_prepare(station->db, ids_sql, &ids);
    if (status == TN_OK) {
        status = tn_sql_prepare(station->db, "INSERT OR IGNORE INTO doomed VALUES (?, ?)", &insert);
    }
    while (status == TN_OK && (status = tn_sql_row(ids)) == TN_OK) {
        /* A damaged row is passed over; the chain tells of it. */
        if (tn_sql_get_id(ids, 0, &id) && tn_forget_marks_has(marks, &id, &mark)) {
            status = doom(&id, &mark, insert);
            (*count)++;
        }
    }
    (void)sqlite3_finalize(ids);
    (void)sqlite3_finalize(insert);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

#define ARE_DOOMED "(badge IN (SELECT id FROM doomed) OR learner IN (SELECT id FROM doomed))"
#define MAY_GO                                                                                     \
    "(seq <= coalesce((SELECT r.seq FROM receipt r WHERE r.log_no = entry.log_no), 0) OR "         \
    "log_no IN (SELECT l.log_no FROM log l WHERE l.origin = 'sibling'))"
#define EMPTY "SET salt = NULL, badge = NULL, learner = NULL, body = NULL "

static const char find_entries[] = "INSERT OR IGNORE INTO doomed_at SELECT log_no, seq FROM entry "
                                   "WHERE " ARE_DOOMED " AND " MAY_GO;
static const char erase_entries[] =
    "UPDATE entry " EMPTY "WHERE (log_no, seq) IN (SELECT log_no, seq FROM doomed_at)";
static const char count_left[] = "SELECT count(*) FROM entry WHERE " ARE_DOOMED;

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

static enum tn_status erase(struct tn_station *station, struct tn_forgot *out)
{
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sql_exec(station->db, erase_entries);
    const uint64_t erased = status == TN_OK ? (uint64_t)sqlite3_changes(station->db) : 0;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && status == TN_OK; i++) {
        status = tn_sql_exec(station->db, rules[i]);
    }
    status = tn_station_finish(station, status);
    out->erased += status == TN_OK ? erased : 0;
    return status;
}

/* The tables are this connection's, in memory only. */
static const char make_tables[] =
    "PRAGMA temp_store = MEMORY;"
    "CREATE TEMP TABLE IF NOT EXISTS doomed (id BLOB PRIMARY KEY, mark BLOB NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TEMP TABLE IF NOT EXISTS doomed_at (log_no INTEGER, seq INTEGER,"
    " PRIMARY KEY (log_no, seq)) WITHOUT ROWID;"
    "DELETE FROM temp.doomed; DELETE FROM temp.doomed_at";
static const char drop_tables[] =
    "DROP TABLE IF EXISTS temp.doomed; DROP TABLE IF EXISTS temp.doomed_at";

static enum tn_status erase_marked(struct tn_station *station, const struct tn_forget_marks *marks,
                                   struct tn_forgot *out, int64_t *left)
{
    size_t count = 0;
    enum tn_status status = tn_sql_exec(station->db, make_tables);
    if (status == TN_OK) {
        status = find_doomed(station, marks, &count);
    }
    if (status == TN_OK && count > 0) {
        status = tn_sql_exec(station->db, find_entries);
    }
    if (status == TN_OK && count > 0) {
        status = erase(station, out);
    }
    if (status == TN_OK && count > 0) {
        status = tn_sql_number(station->db, count_left, left);
    }
    (void)tn_sql_exec(station->db, drop_tables);
    return status;
}

enum tn_status tn_forget_erase(struct tn_station *station, struct tn_forgot *out, uint64_t *left)
{
    struct tn_forget_marks marks;
    int64_t count = 0;
    enum tn_status status = tn_forget_marks_read(station, &marks);
    if (status == TN_OK && marks.count > 0) {
        status = erase_marked(station, &marks, out, &count);
    }
    tn_forget_marks_wipe(&marks);
    *left = (uint64_t)count;
    return status;
}
