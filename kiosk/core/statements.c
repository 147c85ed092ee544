/* The statements a handle keeps, by their place in enum tn_stmt: those that a scan, a look at the
 * screen's facts, or a reconcile runs again and again. What runs now and then is prepared where it
 * is run. */
#include "kiosk/core/schema.h"
#include "kiosk/core/station_impl.h"

/* The logs this station wrote itself, also before it was salvaged. */
/* The plus keeps SQLite from walking a whole log by its key for a few rows that have an index. */
#define OWN_LOGS "+log_no IN (SELECT log_no FROM log WHERE origin <> 'sibling')"

static const char *const sql[TN_STMT_COUNT] = {
    [TN_STMT_BEGIN] = "BEGIN IMMEDIATE",
    [TN_STMT_COMMIT] = "COMMIT",
    [TN_STMT_DATA_VERSION] = "PRAGMA data_version",
    [TN_STMT_HEAD] = "SELECT seq, hash FROM entry WHERE log_no = ? ORDER BY seq DESC LIMIT 1",
    [TN_STMT_BOOT] = "SELECT boot FROM entry WHERE log_no = ? AND boot IS NOT NULL "
                     "ORDER BY seq DESC LIMIT 1",
    [TN_STMT_INSERT] = TN_ENTRY_INSERT,
    [TN_STMT_PRESENT] = "SELECT count(*) FROM presence WHERE event = ? AND state = 'in'",
    [TN_STMT_PACK_GET] = "SELECT number, epoch, version FROM pack",
    [TN_STMT_PACK_SET] = "INSERT OR REPLACE INTO pack (one, number, epoch, version) "
                         "VALUES (1, ?, ?, ?)",
    [TN_STMT_PROBE] = "UPDATE probe SET n = n + 1",
    [TN_STMT_HASH_AT] = "SELECT hash FROM entry WHERE log_no = ? AND seq = ?",
    [TN_STMT_LOGS] =
        "SELECT l.log_no, l.log_id, l.device_key, (SELECT min(seq) FROM entry WHERE entry.log_no ="
        " l.log_no), e.seq, e.hash, r.seq, r.epoch FROM log l LEFT JOIN entry e ON e.log_no ="
        " l.log_no AND e.seq = (SELECT max(seq) FROM entry WHERE entry.log_no = l.log_no) LEFT JOIN"
        " receipt r ON r.log_no = l.log_no WHERE l.log_no > ? ORDER BY l.log_no LIMIT 1",
    [TN_STMT_RECEIPT_GET] = "SELECT epoch, seq, bytes FROM receipt WHERE log_no = ?",
    [TN_STMT_RECEIPT_SET] = "INSERT OR REPLACE INTO receipt (log_no, epoch, seq, at_ms, bytes) "
                            "VALUES (?, ?, ?, ?, ?)",
    [TN_STMT_LOOSE] = "SELECT count(*), coalesce(sum(fate = 'appended'), 0), "
                      "coalesce(sum(fate = 'unread'), 0), coalesce(sum(fate = 'appended' AND "
                      "coalesce(new_seq > (SELECT max(seq) FROM receipt WHERE receipt.log_no = "
                      "loose.new_log_no), 1)), 0) FROM loose",
    [TN_STMT_MISSING] = "SELECT coalesce(sum(last_seq - first_seq + 1) FILTER (WHERE last_seq "
                        "< " TN_ONWARD_SQL "), 0), coalesce(sum(last_seq = " TN_ONWARD_SQL "), 0) "
                        "FROM missing",
    [TN_STMT_UNDONE] = "SELECT 1 FROM undone WHERE log_no = ? AND seq = ?",
    [TN_STMT_RETIRED] = "SELECT 1 FROM retired WHERE badge = ?",
    [TN_STMT_WALKIN_CARD] = "SELECT sealed FROM walkin_card WHERE badge = ?",
    [TN_STMT_SETTING_GET] = "SELECT value FROM setting WHERE name = ?",
    [TN_STMT_SWITCHED] = "SELECT event, role, activity, station_name, from_event, from_role, "
                         "from_activity FROM switched",
    [TN_STMT_HAS_CLOCK] =
        "SELECT 1 FROM entry WHERE kind = 'clock' AND boot = ? AND " OWN_LOGS " LIMIT 1",
    [TN_STMT_LAST_WORD] = "SELECT kind FROM entry WHERE log_no = ? AND "
                          "kind NOT IN ('boot', 'staff', 'pack', 'clock', 'purge', 'undo') "
                          "ORDER BY seq DESC LIMIT 1",
    [TN_STMT_PACK_MS] = "SELECT at_ms FROM entry WHERE kind = 'pack' AND " OWN_LOGS
                        " ORDER BY log_no DESC, seq DESC LIMIT 1",
    [TN_STMT_SYNC_MS] = "SELECT coalesce(max(at_ms), 0) FROM receipt",
    [TN_STMT_SIBLINGS] = "SELECT DISTINCT device_key FROM log WHERE origin = 'sibling' AND "
                         "EXISTS (SELECT 1 FROM entry WHERE entry.log_no = log.log_no)",
    [TN_STMT_FORGOT] = "SELECT epoch, version, is_scrubbed FROM forgot",
    [TN_STMT_PURGED] = "SELECT seq, hash FROM purged WHERE log_no = ?",
    [TN_STMT_SYNC_STATE] = "SELECT phase, via, fault, done, whole, waiting, at_ms, spoke_ms, boot "
                           "FROM sync_state",
};

enum tn_status tn_station_stmt(struct tn_station *station, enum tn_stmt which, sqlite3_stmt **out)
{
    *out = NULL;
    if (station->stmts[which] == NULL) {
        enum tn_status status = tn_sql_prepare(station->db, sql[which], &station->stmts[which]);
        if (status != TN_OK) {
            return status;
        }
    }
    *out = station->stmts[which];
    return TN_OK;
}
