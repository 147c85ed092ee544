/* The migrations of station.db, numbered by their place in the table. Append-only: a migration
 * that a kiosk somewhere has run is never changed.
 *
 * entry and presence are clustered on their keys (WITHOUT ROWID), so that an entry touches one
 * page at the log's right edge and its presence one more. `loose` keeps, column for column, what
 * was saved from a damaged database but no longer proves itself, and since version 2 what became of
 * it: `appended` (to the log new_log_no, as new_seq), `covered` (a receipt says that the centre has
 * it) or `unread` (not even its facts can be told). `missing` says which numbers were not there to
 * be read at all; a last_seq of TN_ONWARD that nothing after could be read either.
 *
 * Version 3 is the desk's. Small settings; `switched`, what staff or a later set-up card made of
 * this station; `walkin_card`, the cards of badges handed out here; and what follows from entries
 * (derive.h): `retired`, `alias`, `undone` and `stamp`. The indexes are partial: a scan's entry is
 * in none of them and costs no page more.
 *
 * Version 4 is one row, `sync_state`: what sync is doing (turnout/sync_state.h). */
#include "kiosk/core/schema.h"

#include <stdio.h>

#include "turnout/log.h"

#define ENTRY_COLUMNS                                                                              \
    "log_no INTEGER NOT NULL,\n"                                                                   \
    "    seq INTEGER NOT NULL CHECK (seq >= 1),\n"                                                 \
    "    format INTEGER NOT NULL,\n"                                                               \
    "    kind TEXT NOT NULL,\n"                                                                    \
    "    at_ms INTEGER NOT NULL,\n"                                                                \
    "    mono_ms INTEGER NOT NULL,\n"                                                              \
    "    boot BLOB,\n"                                                                             \
    "    event BLOB,\n"                                                                            \
    "    activity BLOB,\n"                                                                         \
    "    method TEXT NOT NULL,\n"                                                                  \
    "    badge BLOB,\n"                                                                            \
    "    learner BLOB,\n"                                                                          \
    "    body BLOB,\n"                                                                             \
    "    salt BLOB,\n"                                                                             \
    "    who_hash BLOB NOT NULL,\n"                                                                \
    "    hash BLOB NOT NULL"

static const char first_light[] =
    "CREATE TABLE setup (\n"
    "    one INTEGER PRIMARY KEY CHECK (one = 1),\n"
    "    ecosystem BLOB,\n"
    "    ecosystem_name TEXT NOT NULL,\n"
    "    event BLOB,\n"
    "    station_name TEXT NOT NULL,\n"
    "    role TEXT NOT NULL,\n"
    "    activity BLOB,\n"
    "    hub TEXT NOT NULL,\n"
    "    kept BLOB NOT NULL\n"
    ") STRICT;\n"
    "CREATE TABLE log (\n"
    "    log_no INTEGER PRIMARY KEY,\n"
    "    log_id BLOB NOT NULL UNIQUE CHECK (length(log_id) = 16),\n"
    "    device_key BLOB NOT NULL CHECK (length(device_key) = 32),\n"
    "    origin TEXT NOT NULL CHECK (origin IN ('own', 'earlier', 'sibling'))\n"
    ") STRICT;\n"
    "CREATE TABLE entry (\n    " ENTRY_COLUMNS ",\n"
    "    PRIMARY KEY (log_no, seq)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE loose (\n"
    "    loose_no INTEGER PRIMARY KEY,\n"
    "    log_id BLOB,\n    " ENTRY_COLUMNS "\n"
    ") STRICT;\n"
    "CREATE TABLE presence (\n"
    "    event BLOB NOT NULL,\n"
    "    who BLOB NOT NULL,\n"
    "    state TEXT NOT NULL CHECK (state IN ('in', 'out')),\n"
    "    log_no INTEGER NOT NULL,\n"
    "    seq INTEGER NOT NULL,\n"
    "    PRIMARY KEY (event, who)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE receipt (\n"
    "    log_no INTEGER PRIMARY KEY,\n"
    "    epoch INTEGER NOT NULL,\n"
    "    seq INTEGER NOT NULL,\n"
    "    at_ms INTEGER NOT NULL,\n"
    "    bytes BLOB NOT NULL\n"
    ") STRICT;\n"
    "CREATE TABLE pack (\n"
    "    one INTEGER PRIMARY KEY CHECK (one = 1),\n"
    "    number INTEGER NOT NULL,\n"
    "    epoch INTEGER NOT NULL,\n"
    "    version INTEGER NOT NULL\n"
    ") STRICT;\n"
    "CREATE TABLE probe (\n"
    "    one INTEGER PRIMARY KEY CHECK (one = 1),\n"
    "    n INTEGER NOT NULL\n"
    ") STRICT;\n"
    "INSERT INTO probe (one, n) VALUES (1, 0);\n"
    "CREATE VIEW readable AS SELECT entry.log_no, lower(hex(log.log_id)) AS log_id, seq, kind,\n"
    "    strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS at, method,\n"
    "    lower(hex(event)) AS event, lower(hex(activity)) AS activity,\n"
    "    lower(hex(badge)) AS badge, lower(hex(learner)) AS learner, lower(hex(body)) AS body,\n"
    "    lower(hex(hash)) AS hash\n"
    "    FROM entry LEFT JOIN log ON log.log_no = entry.log_no;\n";

static const char fates[] = "ALTER TABLE loose ADD COLUMN fate TEXT NOT NULL DEFAULT 'unread'\n"
                            "    CHECK (fate IN ('appended', 'covered', 'unread'));\n"
                            "ALTER TABLE loose ADD COLUMN new_log_no INTEGER;\n"
                            "ALTER TABLE loose ADD COLUMN new_seq INTEGER;\n"
                            "CREATE TABLE missing (\n"
                            "    log_id BLOB NOT NULL,\n"
                            "    first_seq INTEGER NOT NULL,\n"
                            "    last_seq INTEGER NOT NULL,\n"
                            "    PRIMARY KEY (log_id, first_seq)\n"
                            ") STRICT, WITHOUT ROWID;\n";

static const char desk[] =
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE switched (\n"
    "    one INTEGER PRIMARY KEY CHECK (one = 1),\n"
    "    event BLOB,\n"
    "    role TEXT NOT NULL,\n"
    "    activity BLOB,\n"
    "    station_name TEXT NOT NULL,\n"
    "    from_event BLOB,\n"
    "    from_role TEXT NOT NULL,\n"
    "    from_activity BLOB\n"
    ") STRICT;\n"
    "CREATE TABLE walkin_card (\n"
    "    badge BLOB PRIMARY KEY,\n"
    "    sealed BLOB NOT NULL\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE retired (badge BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE alias (badge BLOB PRIMARY KEY, who BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE INDEX alias_who ON alias (who);\n"
    "CREATE TABLE undone (\n"
    "    log_no INTEGER NOT NULL,\n"
    "    seq INTEGER NOT NULL,\n"
    "    PRIMARY KEY (log_no, seq)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE stamp (\n"
    "    event BLOB NOT NULL,\n"
    "    who BLOB NOT NULL,\n"
    "    activity BLOB NOT NULL,\n"
    "    PRIMARY KEY (event, who, activity)\n"
    ") STRICT, WITHOUT ROWID;\n"
    "INSERT OR IGNORE INTO stamp SELECT coalesce(event, zeroblob(16)), coalesce(learner, badge),\n"
    "    activity FROM entry WHERE kind = 'visit' AND activity IS NOT NULL AND\n"
    "    coalesce(learner, badge) IS NOT NULL;\n"
    "CREATE INDEX entry_pack ON entry (log_no, seq) WHERE kind = 'pack';\n"
    "CREATE INDEX entry_clock ON entry (boot) WHERE kind = 'clock';\n"
    "CREATE INDEX entry_headcount ON entry (at_ms) WHERE kind = 'headcount';\n";

static const char sync_state[] = "CREATE TABLE sync_state (\n"
                                 "    one INTEGER PRIMARY KEY CHECK (one = 1),\n"
                                 "    phase TEXT NOT NULL,\n"
                                 "    via TEXT NOT NULL,\n"
                                 "    fault TEXT NOT NULL,\n"
                                 "    done INTEGER NOT NULL,\n"
                                 "    whole INTEGER NOT NULL,\n"
                                 "    waiting INTEGER NOT NULL,\n"
                                 "    at_ms INTEGER NOT NULL,\n"
                                 "    spoke_ms INTEGER NOT NULL,\n"
                                 "    boot BLOB\n"
                                 ") STRICT;\n";

/* Version 5: what was purged, as far as the chain needs it, and how far a pack's marks were carried
 * out. */
static const char forget[] = "CREATE TABLE purged (\n"
                             "    log_no INTEGER PRIMARY KEY,\n"
                             "    seq INTEGER NOT NULL,\n"
                             "    hash BLOB NOT NULL\n"
                             ") STRICT;\n"
                             "CREATE TABLE forgot (\n"
                             "    one INTEGER PRIMARY KEY CHECK (one = 1),\n"
                             "    epoch INTEGER NOT NULL,\n"
                             "    version INTEGER NOT NULL,\n"
                             "    is_scrubbed INTEGER NOT NULL\n"
                             ") STRICT;\n"
                             "INSERT INTO forgot VALUES (1, 0, 0, 1);\n";

static const char *const migrations[] = {first_light, fates, desk, sync_state, forget};

#define VERSION_NEWEST ((int)(sizeof migrations / sizeof migrations[0]))
#define PRAGMA_SIZE 64

const int tn_schema_version = VERSION_NEWEST;

/* A migration and its number are one transaction: a power cut leaves the version before. */
static enum tn_status migrate_one(sqlite3 *db, int number)
{
    char pragma[PRAGMA_SIZE];
    (void)snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", number);
    enum tn_status status = tn_sql_exec(db, migrations[number - 1]);
    return status == TN_OK ? tn_sql_exec(db, pragma) : status;
}

/* The version is read again inside the transaction: the kiosk and sync may start together. */
static enum tn_status migrate_next(sqlite3 *db, int64_t *version)
{
    enum tn_status status = tn_sql_exec(db, "BEGIN IMMEDIATE");
    if (status != TN_OK) {
        return status;
    }
    status = tn_sql_number(db, "PRAGMA user_version", version);
    if (status == TN_OK && *version < VERSION_NEWEST) {
        status = migrate_one(db, (int)*version + 1);
    }
    if (status == TN_OK) {
        status = tn_sql_exec(db, "COMMIT");
    }
    if (status != TN_OK && sqlite3_get_autocommit(db) == 0) {
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

enum tn_status tn_schema_migrate(sqlite3 *db)
{
    int64_t version = 0;
    enum tn_status status = tn_sql_number(db, "PRAGMA user_version", &version);
    while (status == TN_OK && version >= 0 && version < VERSION_NEWEST) {
        status = migrate_next(db, &version);
        version += status == TN_OK && version < VERSION_NEWEST ? 1 : 0;
    }
    if (status != TN_OK) {
        return status;
    }
    if (version > VERSION_NEWEST) {
        tn_log(TN_LOG_ERROR, "%s: made by a newer turnout (version %lld, this one knows %d)",
               sqlite3_db_filename(db, "main"), (long long)version, VERSION_NEWEST);
        return TN_ERR_STATE;
    }
    return version < 0 ? TN_ERR_DAMAGED : TN_OK;
}
