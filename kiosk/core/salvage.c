/* A new station.db from what can be read of the old one, as a new incarnation: the old log stays as
 * an earlier log as far as its chain proves it, so that sync still sends it; what can only be read
 * is written anew into a log of its own that is begun, so that no number is ever used twice and
 * nothing the screen has welcomed stays behind. The old file is read in place, read-only, and set
 * aside whole only when the new one is on the disk. */
#include "kiosk/core/salvage.h"

#include <sodium.h>

#include "turnout/log.h"

#include "kiosk/core/pack_path.h"

static bool setup_from_row(struct tn_salvage *salvage)
{
    struct tn_bytes kept;
    sqlite3_stmt *stmt = tn_salvage_ask(salvage, "SELECT kept FROM setup");
    bool is_good = stmt != NULL && tn_salvage_step(salvage, stmt) == SQLITE_ROW &&
                   tn_sql_get_bytes(stmt, 0, &kept) &&
                   tn_kept_setup_read(kept, &salvage->device, &salvage->setup) == TN_OK;
    (void)sqlite3_finalize(stmt);
    return is_good;
}

static enum tn_status find_setup(struct tn_salvage *salvage)
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

/* Receipts whose signature holds and whose log was copied that far. */
static enum tn_status copy_receipts(struct tn_salvage *salvage)
{
    enum tn_status status = TN_OK;
    sqlite3_stmt *out = salvage->out[TN_SALVAGE_RECEIPT];
    sqlite3_stmt *stmt =
        tn_salvage_ask(salvage, "SELECT log_no, epoch, seq, at_ms, bytes FROM receipt");
    while (stmt != NULL && status == TN_OK && tn_salvage_step(salvage, stmt) == SQLITE_ROW) {
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
static enum tn_status find_pack(struct tn_salvage *salvage)
{
    struct tn_pack_file pack;
    uint64_t number = 0;
    enum tn_status status = tn_pack_newest(salvage->dir, &number);
    if (status != TN_OK || number == 0 || tn_pack_file_open(&pack, salvage->dir, number) != TN_OK) {
        return status;
    }
    if (tn_id_equal(&pack.head.ecosystem, &salvage->setup.ecosystem)) {
        sqlite3_stmt *out = salvage->out[TN_SALVAGE_PACK];
        tn_sql_bind_int(out, 1, (int64_t)number);
        tn_sql_bind_int(out, 2, (int64_t)pack.head.epoch);
        tn_sql_bind_int(out, 3, (int64_t)pack.head.version);
        status = tn_sql_run(out);
    }
    tn_pack_file_close(&pack);
    return status;
}

static enum tn_status copy_all(struct tn_salvage *salvage)
{
    enum tn_status status = tn_salvage_prepare(salvage);
    if (status == TN_OK) {
        status = tn_salvage_logs(salvage);
    }
    if (status == TN_OK) {
        status = copy_receipts(salvage);
    }
    if (status == TN_OK) {
        status = tn_salvage_desk(salvage);
    }
    return status == TN_OK ? find_pack(salvage) : status;
}

static enum tn_status build(struct tn_salvage *salvage, const struct tn_device *next)
{
    salvage->new_no = tn_salvage_new_log_no(salvage);
    salvage->new_log = tn_device_log_id(next);
    enum tn_status status = salvage->trouble;
    if (status == TN_OK) {
        status = tn_build_begin(salvage->dir, &salvage->setup, next, salvage->new_no, &salvage->to);
    }
    if (status != TN_OK) {
        return status;
    }
    status = copy_all(salvage);
    if (status == TN_OK) {
        status = salvage->trouble;
    }
    tn_salvage_finalize(salvage);
    if (status != TN_OK) {
        tn_build_drop(salvage->dir, &salvage->to);
        return status;
    }
    return tn_build_end(salvage->dir, &salvage->to);
}

/* device.key is written before the new database is in place: a power cut between them leaves a
 * database of another incarnation, and the next start salvages once more. */
static enum tn_status renew(struct tn_salvage *salvage, const struct tn_random *random)
{
    enum tn_status status = tn_device_read(salvage->dir, &salvage->device);
    if (status != TN_OK) {
        return status;
    }
    salvage->is_unplaced = tn_folder_has(salvage->dir, TN_STATION_DB_NEW);
    tn_salvage_open(salvage);
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
    struct tn_salvage salvage = {.dir = dir, .random = random};
    enum tn_status status = renew(&salvage, random);
    if (status == TN_OK) {
        tn_log(TN_LOG_WARN,
               "%s: station.db was damaged or missing; what was left of it is in " TN_SET_ASIDE
               "/. %llu entries were saved as they are, %llu that could only be read were written "
               "anew into a new log; `turnout-sync verify --station` says what is left to do",
               dir, (unsigned long long)salvage.kept, (unsigned long long)salvage.appended);
        if (salvage.missing > 0) {
            tn_log(TN_LOG_WARN, "%s: %llu entries could not be read at all", dir,
                   (unsigned long long)salvage.missing);
        }
        if (salvage.cut_logs > 0) {
            tn_log(TN_LOG_WARN,
                   "%s: it could not be read to its end: how many entries there were after is not "
                   "known. Ask who was there",
                   dir);
        }
    }
    sodium_memzero(&salvage, sizeof salvage);
    return status;
}
