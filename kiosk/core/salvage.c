/* A new station.db from what can be read of the old one, as a new incarnation: the old log stays as
 * an earlier log with its numbers and hashes, so that sync still sends it, and a new log is begun,
 * so that no number is ever used twice. Entries that prove themselves by the chain are copied as
 * they are; those past the first break go to `loose`, word for word, for a person to judge. The
 * old file is read in place, read-only, and set aside whole only when the new one is on the disk.
 */
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "turnout/log.h"

#include "kiosk/core/pack_path.h"
#include "kiosk/core/station_impl.h"

/* How many numbers in a row may be unreadable before the rest of a log counts as gone. A page
 * holds about twenty entries. */
#define MISSES_MAX 4096

enum out_stmt { OUT_ENTRY, OUT_LOOSE, OUT_LOG, OUT_RECEIPT, OUT_PACK, OUT_GET, OUT_SET, OUT_COUNT };

#define LOOSE_COLUMNS                                                                              \
    "log_no, seq, format, kind, at_ms, mono_ms, boot, event, activity, method, badge, learner, "   \
    "body, salt, who_hash, hash"

static const char *const out_sql[OUT_COUNT] = {
    [OUT_ENTRY] = TN_ENTRY_INSERT,
    [OUT_LOOSE] = "INSERT INTO loose (" LOOSE_COLUMNS ", log_id) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [OUT_LOG] = "INSERT INTO log VALUES (?, ?, ?, ?)",
    [OUT_RECEIPT] = "INSERT OR IGNORE INTO receipt VALUES (?, ?, ?, ?, ?)",
    [OUT_PACK] = "INSERT OR REPLACE INTO pack VALUES (1, ?, ?, ?)",
    [OUT_GET] = TN_PRESENCE_GET,
    [OUT_SET] = TN_PRESENCE_SET,
};

struct salvage {
    const char *dir;
    sqlite3 *from; /* NULL: there is nothing that opens */
    sqlite3 *to;
    sqlite3_stmt *out[OUT_COUNT];
    struct tn_device device; /* of the incarnation that ends */
    struct tn_setup setup;
    enum tn_status trouble; /* what ends the salvage: reading again may give more */
    uint64_t kept;
    uint64_t loose;
    /* The log being copied. */
    uint64_t log_no;
    struct tn_id log;
    uint64_t seq; /* of the last that proved itself */
    struct tn_hash hash;
    bool is_broken;
};

/* Damage is what a salvage lives with; want of memory or a lock is not the file's fault, and what
 * is passed over for it would be left behind for ever. */
static void note(struct salvage *salvage, enum tn_status status)
{
    if (status == TN_ERR_NO_MEMORY || status == TN_ERR_BUSY) {
        salvage->trouble = status;
    }
}

static int step(struct salvage *salvage, sqlite3_stmt *stmt)
{
    int rc = sqlite3_step(stmt);
    note(salvage, tn_sql_status(salvage->from, rc));
    return rc;
}

static void open_from(struct salvage *salvage)
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

/* A quiet prepare: that the old database does not answer is expected here. */
static sqlite3_stmt *ask(struct salvage *salvage, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (salvage->from == NULL) {
        return NULL;
    }
    int rc = sqlite3_prepare_v2(salvage->from, sql, -1, &stmt, NULL);
    note(salvage, tn_sql_status(salvage->from, rc));
    return rc == SQLITE_OK ? stmt : NULL;
}

static bool setup_from_row(struct salvage *salvage)
{
    struct tn_bytes kept;
    sqlite3_stmt *stmt = ask(salvage, "SELECT kept FROM setup");
    bool is_good = stmt != NULL && step(salvage, stmt) == SQLITE_ROW &&
                   tn_sql_get_bytes(stmt, 0, &kept) &&
                   tn_kept_setup_read(kept, &salvage->device, &salvage->setup) == TN_OK;
    (void)sqlite3_finalize(stmt);
    return is_good;
}

static enum tn_status find_setup(struct salvage *salvage)
{
    struct tn_buf kept;
    if (setup_from_row(salvage)) {
        return TN_OK;
    }
    tn_buf_init(&kept, TN_SETUP_SIZE_MAX);
    enum tn_status status = tn_folder_read(salvage->dir, TN_SETUP_CARD, &kept);
    if (status == TN_OK) {
        status = tn_kept_setup_read(tn_buf_bytes(&kept), &salvage->device, &salvage->setup);
    }
    tn_buf_destroy(&kept);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR,
               "%s: neither station.db nor " TN_SETUP_CARD " tells what this station is; set it up "
               "anew in another folder and keep this one",
               salvage->dir);
    }
    return status;
}

/* A row copied as it is, column by column. One that the new table does not take (a value of another
 * type, say) is left where it is, in the file that is set aside. */
static enum tn_status put_loose(struct salvage *salvage, sqlite3_stmt *row)
{
    sqlite3_stmt *out = salvage->out[OUT_LOOSE];
    tn_sql_bind_int(out, 1, (int64_t)salvage->log_no);
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        (void)sqlite3_bind_value(out, i + 2, sqlite3_column_value(row, i));
    }
    tn_sql_bind_id(out, 17, &salvage->log);
    int rc = sqlite3_step(out);
    bool is_refused = (rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_MISMATCH;
    salvage->loose += rc == SQLITE_DONE ? 1 : 0;
    enum tn_status status = is_refused ? TN_OK : tn_sql_status(salvage->to, rc);
    tn_sql_reset(out);
    return status;
}

static enum tn_status put_entry(struct salvage *salvage, const struct tn_entry *entry)
{
    bool was_in = false;
    int change = 0;
    tn_entry_bind(salvage->out[OUT_ENTRY], salvage->log_no, entry);
    enum tn_status status = tn_sql_run(salvage->out[OUT_ENTRY]);
    if (status == TN_OK) {
        status = tn_presence_apply(salvage->out[OUT_GET], salvage->out[OUT_SET], salvage->log_no,
                                   entry, &was_in, &change);
    }
    salvage->kept++;
    return status;
}

static enum tn_status prove(const struct salvage *salvage, sqlite3_stmt *row, struct tn_entry *out)
{
    if (salvage->is_broken) {
        return TN_ERR_DAMAGED;
    }
    enum tn_status status = tn_entry_from_row(row, out);
    if (status == TN_OK && out->seq != salvage->seq + 1) {
        status = TN_ERR_DAMAGED;
    }
    return status == TN_OK ? tn_entry_check(out, &salvage->hash, &salvage->log) : status;
}

static enum tn_status take_row(struct salvage *salvage, sqlite3_stmt *row)
{
    struct tn_entry entry;
    enum tn_status status = prove(salvage, row, &entry);
    if (status == TN_ERR_DAMAGED) {
        salvage->is_broken = true;
        return put_loose(salvage, row);
    }
    if (status != TN_OK) {
        return status;
    }
    salvage->seq = entry.seq;
    salvage->hash = entry.hash;
    return put_entry(salvage, &entry);
}

/* Reads on from *seq until the end (*is_end) or until a page that cannot be read; *seq is then the
 * first number that was not. */
static enum tn_status read_run(struct salvage *salvage, sqlite3_stmt *stmt, uint64_t *seq,
                               bool *is_end)
{
    enum tn_status status = TN_OK;
    int rc = SQLITE_ROW;
    tn_sql_bind_int(stmt, 1, (int64_t)salvage->log_no);
    tn_sql_bind_int(stmt, 2, (int64_t)*seq);
    while (status == TN_OK && (rc = step(salvage, stmt)) == SQLITE_ROW) {
        int64_t found = sqlite3_column_int64(stmt, 0);
        if (found >= (int64_t)*seq) {
            *seq = (uint64_t)found + 1;
            status = take_row(salvage, stmt);
        }
    }
    *is_end = rc == SQLITE_DONE;
    tn_sql_reset(stmt);
    return status;
}

/* Whether one entry can be found by its number alone. */
static bool is_readable(struct salvage *salvage, sqlite3_stmt *stmt, uint64_t seq)
{
    tn_sql_bind_int(stmt, 1, (int64_t)salvage->log_no);
    tn_sql_bind_int(stmt, 2, (int64_t)seq);
    bool is_there = step(salvage, stmt) == SQLITE_ROW;
    tn_sql_reset(stmt);
    return is_there;
}

/* Passes over what cannot be read, to the next entry that can; false where there is none near. */
static bool skip_gap(struct salvage *salvage, sqlite3_stmt *one, uint64_t *seq)
{
    for (int misses = 0; misses < MISSES_MAX && salvage->trouble == TN_OK; misses++) {
        (*seq)++;
        if (is_readable(salvage, one, *seq)) {
            return true;
        }
    }
    return false;
}

static enum tn_status copy_entries(struct salvage *salvage)
{
    enum tn_status status = TN_OK;
    uint64_t seq = 1;
    bool is_end = false;
    sqlite3_stmt *run = ask(salvage, TN_ENTRY_SELECT "WHERE log_no = ? AND seq >= ? ORDER BY seq");
    sqlite3_stmt *one = ask(salvage, "SELECT hash FROM entry WHERE log_no = ? AND seq = ?");
    bool is_more = run != NULL && one != NULL;
    while (status == TN_OK && is_more) {
        status = read_run(salvage, run, &seq, &is_end);
        is_more = !is_end && skip_gap(salvage, one, &seq);
    }
    (void)sqlite3_finalize(run);
    (void)sqlite3_finalize(one);
    return status;
}

static enum tn_status copy_log(struct salvage *salvage, uint64_t log_no, const struct tn_id *log,
                               const struct tn_public_key *key, const char *origin)
{
    sqlite3_stmt *out = salvage->out[OUT_LOG];
    salvage->log_no = log_no;
    salvage->log = *log;
    salvage->seq = 0;
    salvage->hash = (struct tn_hash){{0}};
    salvage->is_broken = false;
    tn_sql_bind_int(out, 1, (int64_t)log_no);
    tn_sql_bind_id(out, 2, log);
    tn_sql_bind_bytes(out, 3, key->b, sizeof key->b);
    tn_sql_bind_text(out, 4, origin);
    enum tn_status status = tn_sql_run(out);
    return status == TN_OK ? copy_entries(salvage) : status;
}

/* Every log the table names; *is_any tells whether it named one. */
static enum tn_status copy_named_logs(struct salvage *salvage, bool *is_any)
{
    enum tn_status status = TN_OK;
    sqlite3_stmt *stmt = ask(salvage, "SELECT log_no, log_id, device_key, origin FROM log");
    while (stmt != NULL && status == TN_OK && step(salvage, stmt) == SQLITE_ROW) {
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
        status = copy_log(salvage, (uint64_t)log_no, &log, &key,
                          strcmp(origin, "sibling") == 0 ? "sibling" : "earlier");
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

static int64_t highest(struct salvage *salvage, const char *sql)
{
    sqlite3_stmt *stmt = ask(salvage, sql);
    int64_t out = 0;
    if (stmt != NULL && step(salvage, stmt) == SQLITE_ROW) {
        out = sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt);
    return out;
}

/* Where the table of logs cannot be read, the entries of the highest number are tried as those of
 * the log that device.key names: the chain tells whether they are. */
static enum tn_status copy_unnamed_log(struct salvage *salvage)
{
    struct tn_id old = tn_device_log_id(&salvage->device);
    int64_t log_no = highest(salvage, "SELECT max(log_no) FROM entry");
    if (log_no < 1) {
        log_no = highest(salvage, "SELECT log_no FROM entry LIMIT 1");
    }
    if (log_no < 1) {
        return TN_OK;
    }
    enum tn_status status =
        copy_log(salvage, (uint64_t)log_no, &old, &salvage->device.key.public_key, "earlier");
    return status == TN_ERR_EXISTS ? TN_OK : status;
}

/* Receipts whose signature holds and whose log was copied that far. */
static enum tn_status copy_receipts(struct salvage *salvage)
{
    enum tn_status status = TN_OK;
    sqlite3_stmt *out = salvage->out[OUT_RECEIPT];
    sqlite3_stmt *stmt = ask(salvage, "SELECT log_no, epoch, seq, at_ms, bytes FROM receipt");
    while (stmt != NULL && status == TN_OK && step(salvage, stmt) == SQLITE_ROW) {
        struct tn_bytes bytes;
        struct tn_receipt receipt;
        if (!tn_sql_get_bytes(stmt, 4, &bytes) ||
            tn_receipt_read(bytes, &salvage->setup.sign_key, &receipt) != TN_OK) {
            continue;
        }
        for (int i = 0; i < 5; i++) {
            (void)sqlite3_bind_value(out, i + 1, sqlite3_column_value(stmt, i));
        }
        status = tn_sql_run(out);
    }
    (void)sqlite3_finalize(stmt);
    /* A receipt past what could be saved would call the log damaged for ever. */
    if (status == TN_OK) {
        status = tn_sql_exec(salvage->to, "DELETE FROM receipt WHERE seq > (SELECT "
                                          "coalesce(max(seq), 0) FROM entry WHERE "
                                          "entry.log_no = receipt.log_no)");
    }
    return status;
}

/* The newest pack on the disk that opens, whatever the old row said. */
static enum tn_status find_pack(struct salvage *salvage)
{
    struct tn_pack_file pack;
    uint64_t number = 0;
    enum tn_status status = tn_pack_newest(salvage->dir, &number);
    if (status != TN_OK || number == 0 || tn_pack_file_open(&pack, salvage->dir, number) != TN_OK) {
        return status;
    }
    if (tn_id_equal(&pack.head.ecosystem, &salvage->setup.ecosystem)) {
        sqlite3_stmt *out = salvage->out[OUT_PACK];
        tn_sql_bind_int(out, 1, (int64_t)number);
        tn_sql_bind_int(out, 2, (int64_t)pack.head.epoch);
        tn_sql_bind_int(out, 3, (int64_t)pack.head.version);
        status = tn_sql_run(out);
    }
    tn_pack_file_close(&pack);
    return status;
}

static enum tn_status copy_all(struct salvage *salvage)
{
    bool is_any = false;
    enum tn_status status = TN_OK;
    for (int i = 0; status == TN_OK && i < OUT_COUNT; i++) {
        status = tn_sql_prepare(salvage->to, out_sql[i], &salvage->out[i]);
    }
    if (status == TN_OK) {
        status = copy_named_logs(salvage, &is_any);
    }
    if (status == TN_OK && !is_any) {
        status = copy_unnamed_log(salvage);
    }
    if (status == TN_OK) {
        status = copy_receipts(salvage);
    }
    return status == TN_OK ? find_pack(salvage) : status;
}

/* A number for the new log that no old one has; a high one where the old ones cannot be read. */
static uint64_t new_log_no(struct salvage *salvage)
{
    int64_t of_logs = highest(salvage, "SELECT max(log_no) FROM log");
    int64_t of_entries = highest(salvage, "SELECT max(log_no) FROM entry");
    int64_t most = of_logs > of_entries ? of_logs : of_entries;
    return most < 1 || most == INT64_MAX ? INT32_MAX : (uint64_t)most + 1;
}

static enum tn_status build(struct salvage *salvage, const struct tn_device *next)
{
    uint64_t log_no = new_log_no(salvage);
    enum tn_status status = salvage->trouble;
    if (status == TN_OK) {
        status = tn_build_begin(salvage->dir, &salvage->setup, next, log_no, &salvage->to);
    }
    if (status != TN_OK) {
        return status;
    }
    status = copy_all(salvage);
    if (status == TN_OK) {
        status = salvage->trouble;
    }
    for (int i = 0; i < OUT_COUNT; i++) {
        (void)sqlite3_finalize(salvage->out[i]);
    }
    if (status != TN_OK) {
        tn_build_drop(salvage->dir, &salvage->to);
        return status;
    }
    return tn_build_end(salvage->dir, &salvage->to);
}

/* device.key is written before the new database is in place: a power cut between them leaves a
 * database of another incarnation, and the next start salvages once more. */
static enum tn_status renew(struct salvage *salvage, const struct tn_random *random)
{
    enum tn_status status = tn_device_read(salvage->dir, &salvage->device);
    if (status != TN_OK) {
        return status;
    }
    open_from(salvage);
    status = find_setup(salvage);
    struct tn_device next = salvage->device;
    next.incarnation++;
    random->fill(random->ctx, next.nonce.b, sizeof next.nonce.b);
    if (status == TN_OK) {
        status = build(salvage, &next);
    }
    tn_sql_close(&salvage->from);
    if (status == TN_OK) {
        status = tn_device_write(salvage->dir, &next);
    }
    if (status == TN_OK) {
        status = tn_build_place(salvage->dir);
    }
    sodium_memzero(&next, sizeof next);
    return status;
}

enum tn_status tn_station_renew(const char *dir, const struct tn_random *random)
{
    struct salvage salvage = {.dir = dir};
    enum tn_status status = renew(&salvage, random);
    if (status == TN_OK) {
        tn_log(TN_LOG_WARN,
               "%s: station.db was damaged or missing; what was left of it is in " TN_SET_ASIDE
               "/, %llu entries were saved, %llu more are kept in the table `loose`, and a new "
               "log was begun",
               dir, (unsigned long long)salvage.kept, (unsigned long long)salvage.loose);
    }
    sodium_memzero(&salvage, sizeof salvage);
    return status;
}
