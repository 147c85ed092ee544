/* The reading side of a salvage: finds what can still be read of a database of which nothing can be
 * taken for granted. The old file is read in place and read-only. A page that cannot be read costs
 * what is on it and no more; where even the table of logs is gone, the chain tells whose the
 * entries are. Only want of memory and locks end it, since reading again may give more then. */
#include "kiosk/core/salvage.h"

#include <string.h>

#include "turnout/log.h"

/* Damage is what a salvage lives with; want of memory or a lock is not the file's fault, and what
 * is passed over for it would be left behind for ever. */
static void note(struct tn_salvage *salvage, enum tn_status status)
{
    if (status == TN_ERR_NO_MEMORY || status == TN_ERR_BUSY) {
        salvage->trouble = status;
    }
}

int tn_salvage_step(struct tn_salvage *salvage, sqlite3_stmt *stmt)
{
    int rc = sqlite3_step(stmt);
    note(salvage, tn_sql_status(salvage->from, rc));
    return rc;
}

void tn_salvage_open(struct tn_salvage *salvage)
{
    char path[TN_PATH_SIZE];
    if (!tn_folder_has(salvage->dir, TN_STATION_DB) ||
        tn_folder_path(salvage->dir, TN_STATION_DB, path) != TN_OK) {
        return;
    }
    note(salvage, tn_sql_open(path, SQLITE_OPEN_READONLY, &salvage->from));
    if (salvage->from == NULL) {
        return;
    }
    (void)sqlite3_db_config(salvage->from, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    (void)sqlite3_db_config(salvage->from, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_exec(salvage->from, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON",
                       NULL, NULL, NULL);
}

sqlite3_stmt *tn_salvage_ask(struct tn_salvage *salvage, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (salvage->from == NULL) {
        return NULL;
    }
    int rc = sqlite3_prepare_v2(salvage->from, sql, -1, &stmt, NULL);
    note(salvage, tn_sql_status(salvage->from, rc));
    return rc == SQLITE_OK ? stmt : NULL;
}

/* Reads on from *seq until the end (*is_end) or until a page that cannot be read; *seq is then the
 * first number that was not. A row whose number was damaged stands among the others; it is taken
 * like them and moves nothing back. */
static enum tn_status read_run(struct tn_salvage *salvage, sqlite3_stmt *stmt, uint64_t *seq,
                               bool *is_end)
{
    enum tn_status status = TN_OK;
    int rc = SQLITE_ROW;
    int64_t first = (int64_t)*seq;
    tn_sql_bind_int(stmt, 1, (int64_t)salvage->log_no);
    tn_sql_bind_int(stmt, 2, first);
    while (status == TN_OK && (rc = tn_salvage_step(salvage, stmt)) == SQLITE_ROW) {
        int64_t found = sqlite3_column_int64(stmt, 0);
        if (found >= first && found < INT64_MAX) {
            *seq = (uint64_t)found + 1;
        }
        status = tn_salvage_row(salvage, stmt);
    }
    *is_end = rc == SQLITE_DONE;
    tn_sql_reset(stmt);
    return status;
}

/* Whether one entry can be found by its number alone. */
static bool is_readable(struct tn_salvage *salvage, sqlite3_stmt *stmt, uint64_t seq)
{
    tn_sql_bind_int(stmt, 1, (int64_t)salvage->log_no);
    tn_sql_bind_int(stmt, 2, (int64_t)seq);
    bool is_there = tn_salvage_step(salvage, stmt) == SQLITE_ROW;
    tn_sql_reset(stmt);
    return is_there;
}

/* Passes over what cannot be read, to the next entry that can; false where there is none near. */
static bool skip_gap(struct tn_salvage *salvage, sqlite3_stmt *one, uint64_t *seq)
{
    for (int misses = 0; misses < TN_SALVAGE_MISSES_MAX && salvage->trouble == TN_OK; misses++) {
        (*seq)++;
        if (is_readable(salvage, one, *seq)) {
            return true;
        }
    }
    return false;
}

/* *next is the first number that was not read where nothing more can be, and 0 where the log was
 * read to its end. */
static enum tn_status copy_entries(struct tn_salvage *salvage, uint64_t *next)
{
    enum tn_status status = TN_OK;
    uint64_t seq = 1;
    bool is_end = false;
    sqlite3_stmt *run =
        tn_salvage_ask(salvage, TN_ENTRY_SELECT "WHERE log_no = ? AND seq >= ? ORDER BY seq");
    sqlite3_stmt *one =
        tn_salvage_ask(salvage, "SELECT hash FROM entry WHERE log_no = ? AND seq = ?");
    bool is_more = run != NULL && one != NULL;
    *next = seq;
    while (status == TN_OK && is_more) {
        status = read_run(salvage, run, &seq, &is_end);
        *next = is_end ? 0 : seq;
        is_more = !is_end && skip_gap(salvage, one, &seq);
    }
    (void)sqlite3_finalize(run);
    (void)sqlite3_finalize(one);
    return status;
}

/* Up to where the receipts of a log go, by their signatures. */
static uint64_t covered(struct tn_salvage *salvage, const struct tn_id *log)
{
    uint64_t out = 0;
    sqlite3_stmt *stmt = tn_salvage_ask(salvage, "SELECT bytes FROM receipt");
    while (stmt != NULL && tn_salvage_step(salvage, stmt) == SQLITE_ROW) {
        struct tn_bytes bytes;
        struct tn_receipt receipt;
        if (tn_sql_get_bytes(stmt, 0, &bytes) &&
            tn_receipt_read(bytes, &salvage->setup.sign_key, &receipt) == TN_OK &&
            tn_id_equal(&receipt.ecosystem, &salvage->setup.ecosystem) &&
            tn_id_equal(&receipt.log, log) && receipt.seq > out) {
            out = receipt.seq;
        }
    }
    (void)sqlite3_finalize(stmt);
    return out;
}

/* Rows of this log that an earlier salvage set aside as covered tell who was in, too. */
static enum tn_status see_covered(struct tn_salvage *salvage)
{
    enum tn_status status = TN_OK;
    sqlite3_stmt *stmt =
        tn_salvage_ask(salvage, "SELECT " TN_ENTRY_COLUMNS
                                " FROM loose WHERE log_id = ? AND fate = 'covered' ORDER BY seq");
    if (stmt != NULL) {
        tn_sql_bind_id(stmt, 1, &salvage->log);
    }
    while (stmt != NULL && status == TN_OK && tn_salvage_step(salvage, stmt) == SQLITE_ROW) {
        status = tn_salvage_seen(salvage, stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

static enum tn_status copy_log(struct tn_salvage *salvage, uint64_t log_no, const struct tn_id *log,
                               const struct tn_public_key *key, const char *origin)
{
    uint64_t next = 0;
    enum tn_status status = tn_salvage_begin_log(salvage, log_no, log, key, origin);
    salvage->covered = covered(salvage, log);
    if (status == TN_OK) {
        status = copy_entries(salvage, &next);
    }
    if (status == TN_OK) {
        status = tn_salvage_note_gaps(salvage);
    }
    /* What a sibling's log lacks here, the sibling has. */
    if (status == TN_OK && next > 0 && strcmp(origin, "sibling") != 0) {
        status =
            tn_salvage_cut(salvage, log, next > salvage->covered ? next : salvage->covered + 1);
    }
    return status == TN_OK ? see_covered(salvage) : status;
}

/* Every log the table names; *is_any tells whether it named one, *has_own whether device.key's. */
static enum tn_status copy_named_logs(struct tn_salvage *salvage, bool *is_any, bool *has_own)
{
    enum tn_status status = TN_OK;
    struct tn_id own = tn_device_log_id(&salvage->device);
    sqlite3_stmt *stmt = tn_salvage_ask(
        salvage, "SELECT log_no, log_id, device_key, origin FROM log ORDER BY log_no");
    while (stmt != NULL && status == TN_OK && tn_salvage_step(salvage, stmt) == SQLITE_ROW) {
        int64_t log_no = 0;
        struct tn_id log;
        struct tn_public_key key;
        char origin[16];
        if (!tn_sql_get_int(stmt, 0, &log_no) || log_no < 1 || !tn_sql_get_id(stmt, 1, &log) ||
            tn_id_is_none(&log) || !tn_sql_get_fixed(stmt, 2, key.b, sizeof key.b) ||
            !tn_sql_get_text(stmt, 3, origin, sizeof origin)) {
            note(salvage, tn_sql_bad_row(stmt));
            continue;
        }
        *is_any = true;
        *has_own = *has_own || tn_id_equal(&log, &own);
        status = copy_log(salvage, (uint64_t)log_no, &log, &key,
                          strcmp(origin, "sibling") == 0 ? "sibling" : "earlier");
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

static int64_t highest(struct tn_salvage *salvage, const char *sql)
{
    sqlite3_stmt *stmt = tn_salvage_ask(salvage, sql);
    int64_t out = 0;
    if (stmt != NULL && tn_salvage_step(salvage, stmt) == SQLITE_ROW) {
        out = sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt);
    return out;
}

/* Where the table of logs cannot be read, the entries of the highest number are tried as those of
 * the log that device.key names: the chain tells whether they are. *has_own: there were some. */
static enum tn_status copy_unnamed_log(struct tn_salvage *salvage, bool *has_own)
{
    struct tn_id old = tn_device_log_id(&salvage->device);
    int64_t log_no = highest(salvage, "SELECT max(log_no) FROM entry");
    if (log_no < 1) {
        log_no = highest(salvage, "SELECT log_no FROM entry LIMIT 1");
    }
    if (log_no < 1) {
        return TN_OK;
    }
    *has_own = true;
    enum tn_status status =
        copy_log(salvage, (uint64_t)log_no, &old, &salvage->device.key.public_key, "earlier");
    return status == TN_ERR_EXISTS ? TN_OK : status;
}

/* A number for the new log that no old one has; a high one where the old ones cannot be read. */
uint64_t tn_salvage_new_log_no(struct tn_salvage *salvage)
{
    int64_t of_logs = highest(salvage, "SELECT max(log_no) FROM log");
    int64_t of_entries = highest(salvage, "SELECT max(log_no) FROM entry");
    int64_t most = of_logs > of_entries ? of_logs : of_entries;
    return most < 1 || most == INT64_MAX ? INT32_MAX : (uint64_t)most + 1;
}

/* What earlier salvages set aside and could not read, carried along. */
static enum tn_status copy_loose(struct tn_salvage *salvage)
{
    static const char *const texts[] = {
        "SELECT " TN_ENTRY_COLUMNS ", log_no, log_id, fate FROM loose ORDER BY log_no, seq",
        "SELECT " TN_ENTRY_COLUMNS ", log_no, log_id, 'unread' FROM loose ORDER BY log_no, seq",
    };
    enum tn_status status = TN_OK;
    sqlite3_stmt *stmt = tn_salvage_ask(salvage, texts[0]);
    if (stmt == NULL) { /* an older version's table */
        stmt = tn_salvage_ask(salvage, texts[1]);
    }
    while (stmt != NULL && status == TN_OK && tn_salvage_step(salvage, stmt) == SQLITE_ROW) {
        status = tn_salvage_set_aside(salvage, stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

static enum tn_status copy_missing(struct tn_salvage *salvage)
{
    enum tn_status status = TN_OK;
    sqlite3_stmt *stmt = tn_salvage_ask(salvage, "SELECT log_id, first_seq, last_seq FROM missing");
    while (stmt != NULL && status == TN_OK && tn_salvage_step(salvage, stmt) == SQLITE_ROW) {
        struct tn_id log;
        int64_t first = 0;
        int64_t last = 0;
        if (tn_sql_get_id(stmt, 0, &log) && tn_sql_get_int(stmt, 1, &first) &&
            tn_sql_get_int(stmt, 2, &last) && first >= 1 && last >= first) {
            status = tn_salvage_missing(salvage, &log, (uint64_t)first, (uint64_t)last);
        }
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* Of the log that device.key names there is nothing: the file is gone or cannot be read, or it is
 * an older one that was put back. A log whose first database was never put in its place, since the
 * power went, held nothing. */
static enum tn_status note_own_log(struct tn_salvage *salvage, bool is_any)
{
    struct tn_id own = tn_device_log_id(&salvage->device);
    return is_any && salvage->is_unplaced ? TN_OK : tn_salvage_cut(salvage, &own, 1);
}

enum tn_status tn_salvage_logs(struct tn_salvage *salvage)
{
    bool is_any = false;
    bool has_own = false;
    enum tn_status status = copy_named_logs(salvage, &is_any, &has_own);
    if (status == TN_OK && !is_any) {
        status = copy_unnamed_log(salvage, &has_own);
    }
    if (status == TN_OK && !has_own) {
        status = note_own_log(salvage, is_any);
    }
    if (status == TN_OK) {
        status = copy_loose(salvage);
    }
    return status == TN_OK ? copy_missing(salvage) : status;
}
