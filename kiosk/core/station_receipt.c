/* Honouring receipts: only the ecosystem's, only for a log that is here, and only where our own
 * hash at that seq is the same; anything else would let entries go that the centre does not have.
 */
#include "turnout/kept.h"
#include "turnout/log.h"

#include "kiosk/core/station_impl.h"

static enum tn_status check(struct tn_station *station, const struct tn_receipt *receipt,
                            uint64_t *log_no)
{
    struct tn_log_head log;
    struct tn_hash here;
    if (!tn_id_equal(&receipt->ecosystem, &station->setup.ecosystem)) {
        return TN_ERR_STATE;
    }
    enum tn_status status = tn_station_log(station, &receipt->log, &log);
    if (status != TN_OK || log.log_no == 0) {
        return status == TN_OK ? TN_ERR_STATE : status;
    }
    *log_no = log.log_no;
    status = tn_station_hash_at(station, log.log_no, receipt->seq, &here);
    if (status == TN_ERR_NOT_FOUND && receipt->seq < log.first_seq) {
        return TN_OK; /* of what was purged since; it is older than the one that is kept */
    }
    if (status == TN_ERR_NOT_FOUND || (status == TN_OK && !tn_hash_equal(&here, &receipt->hash))) {
        tn_log(TN_LOG_ERROR,
               "%s: a receipt for entry %llu does not match this station's log; keep this station "
               "as it is and see `turnout-sync conflicts`",
               station->dir, (unsigned long long)receipt->seq);
        return TN_ERR_STATE;
    }
    return status;
}

/* The newest receipt of a log; out zeros and bytes empty where there is none. bytes may be NULL. */
static enum tn_status get(struct tn_station *station, uint64_t log_no, struct tn_kept_receipt *out,
                          struct tn_buf *bytes)
{
    sqlite3_stmt *stmt = NULL;
    *out = (struct tn_kept_receipt){0};
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = tn_station_stmt(station, TN_STMT_RECEIPT_GET, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)log_no);
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        out->epoch = (uint64_t)sqlite3_column_int64(stmt, 0);
        out->seq = (uint64_t)sqlite3_column_int64(stmt, 1);
    }
    if (status == TN_OK && bytes != NULL) {
        status = tn_buf_append(bytes, sqlite3_column_blob(stmt, 2),
                               (size_t)sqlite3_column_bytes(stmt, 2));
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_station_kept_receipt(struct tn_station *station, uint64_t log_no,
                                       struct tn_kept_receipt *out)
{
    return get(station, log_no, out, NULL);
}

enum tn_status tn_station_kept_bytes(struct tn_station *station, uint64_t log_no,
                                     struct tn_buf *out)
{
    struct tn_kept_receipt ignored;
    return get(station, log_no, &ignored, out);
}

/* Receipts are ordered by (epoch, seq): a restored centre starts a new epoch from less. */
static enum tn_status is_newer(struct tn_station *station, const struct tn_receipt *receipt,
                               uint64_t log_no, bool *out)
{
    struct tn_kept_receipt kept;
    enum tn_status status = tn_station_kept_receipt(station, log_no, &kept);
    *out = receipt->epoch > kept.epoch || (receipt->epoch == kept.epoch && receipt->seq > kept.seq);
    return status;
}

static enum tn_status keep(struct tn_station *station, const struct tn_receipt *receipt,
                           uint64_t log_no, struct tn_bytes bytes)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_stmt(station, TN_STMT_RECEIPT_SET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)log_no);
    tn_sql_bind_int(stmt, 2, (int64_t)receipt->epoch);
    tn_sql_bind_int(stmt, 3, (int64_t)receipt->seq);
    tn_sql_bind_int(stmt, 4, receipt->at_ms);
    tn_sql_bind_bytes(stmt, 5, bytes.data, bytes.len);
    return tn_sql_run(stmt);
}

static enum tn_status take(struct tn_station *station, const struct tn_receipt *receipt,
                           struct tn_bytes bytes)
{
    uint64_t log_no = 0;
    bool newer = false;
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    status = check(station, receipt, &log_no);
    if (status == TN_OK) {
        status = is_newer(station, receipt, log_no, &newer);
    }
    if (status == TN_OK && newer) {
        status = keep(station, receipt, log_no, bytes);
    }
    if (status != TN_OK || !newer) {
        tn_station_rollback(station);
        return status;
    }
    return tn_station_commit(station);
}

enum tn_status tn_station_take_receipt(struct tn_station *station, struct tn_bytes receipt)
{
    struct tn_receipt read;
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = tn_receipt_read(receipt, &station->setup.sign_key, &read);
    }
    return status == TN_OK ? take(station, &read, receipt) : status;
}
