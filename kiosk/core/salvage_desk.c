/* What a desk keeps beside the log, carried into a salvaged database. The log's own word comes
 * first (register entries hold their cards, replace entries name the retired badge); what the old
 * tables have besides is added row by row. A row that is not of its form is left behind. */
#include "kiosk/core/salvage.h"

/* One table: what to read, and where it goes. The reading side asks for the form of each column,
 * since a damaged table may hold anything. */
struct carry {
    const char *from;
    const char *to;
    int columns;
};

static const struct carry carries[] = {
    {"SELECT name, value FROM setting WHERE typeof(name) = 'text' AND length(name) BETWEEN 1 AND "
     "31 AND typeof(value) = 'text' AND length(value) BETWEEN 1 AND 63",
     "INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)", 2},
    {"SELECT badge, sealed FROM walkin_card WHERE typeof(badge) = 'blob' AND length(badge) = 16 "
     "AND typeof(sealed) = 'blob' AND length(sealed) = 200",
     "INSERT OR IGNORE INTO walkin_card (badge, sealed) VALUES (?, ?)", 2},
    {"SELECT badge FROM retired WHERE typeof(badge) = 'blob' AND length(badge) = 16",
     "INSERT OR IGNORE INTO retired (badge) VALUES (?)", 1},
    {"SELECT badge, who FROM alias WHERE typeof(badge) = 'blob' AND length(badge) = 16 AND "
     "typeof(who) = 'blob' AND length(who) = 16",
     "INSERT OR IGNORE INTO alias (badge, who) VALUES (?, ?)", 2},
    {"SELECT one, event, role, activity, station_name, from_event, from_role, from_activity FROM "
     "switched WHERE one = 1 AND role IN ('gate', 'exit', 'both', 'activity', 'desk') AND "
     "from_role IN ('gate', 'exit', 'both', 'activity', 'desk') AND "
     "length(coalesce(event, zeroblob(16))) = 16 AND "
     "length(coalesce(activity, zeroblob(16))) = 16 AND "
     "length(coalesce(from_event, zeroblob(16))) = 16 AND "
     "length(coalesce(from_activity, zeroblob(16))) = 16 AND length(CAST(station_name AS BLOB)) <= "
     "120",
     "INSERT OR IGNORE INTO switched (one, event, role, activity, station_name, from_event, "
     "from_role, from_activity) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
     8},
};

_Static_assert(TN_CARD_SIZE == 200, "the length that the table above asks for");

static enum tn_status carry(struct tn_salvage *salvage, const struct carry *what)
{
    sqlite3_stmt *to = NULL;
    sqlite3_stmt *from = tn_salvage_ask(salvage, what->from);
    enum tn_status status = from == NULL ? TN_OK : tn_sql_prepare(salvage->to, what->to, &to);
    while (from != NULL && status == TN_OK && tn_salvage_step(salvage, from) == SQLITE_ROW) {
        for (int i = 0; i < what->columns; i++) {
            (void)sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
        }
        int rc = sqlite3_step(to);
        bool is_refused = (rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_MISMATCH;
        status = is_refused ? TN_OK : tn_sql_status(salvage->to, rc);
        tn_sql_reset(to);
    }
    (void)sqlite3_finalize(to);
    (void)sqlite3_finalize(from);
    return status;
}

enum tn_status tn_salvage_desk(struct tn_salvage *salvage)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; status == TN_OK && i < sizeof carries / sizeof carries[0]; i++) {
        status = carry(salvage, &carries[i]);
    }
    return status;
}
