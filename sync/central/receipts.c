/* Receipts are signed only for entries that a committed transaction holds, and kept, so that
 * verify can later hold the centre to its word. */
#include <string.h>

#include "sync/central/ingest.h"
#include "sync/central/packing.h"
#include "turnout/receipt.h"

/* A fork may have given the log's id to the other copy since, whose entry at that seq is another:
 * what was said to that copy is nothing to this one. */
static bool says_the_same(struct tn_centre *centre, struct tn_bytes given,
                          const struct tn_receipt *wanted)
{
    struct tn_receipt before;
    return tn_receipt_read(given, &centre->sign_key, &before) == TN_OK &&
           before.epoch == wanted->epoch && tn_id_equal(&before.log, &wanted->log) &&
           tn_hash_equal(&before.hash, &wanted->hash);
}

static enum tn_status given_before(struct tn_centre *centre, const struct tn_id *id,
                                   const struct tn_receipt *wanted, struct tn_buf *out)
{
    static const char sql[] =
        "SELECT receipt FROM receipt WHERE ecosystem = $1 AND log_id = $2 AND seq = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    tn_bind_int(stmt, 3, (int64_t)wanted->seq);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row && says_the_same(centre, tn_col_bytes(stmt, 0), wanted)) {
        struct tn_bytes bytes = tn_col_bytes(stmt, 0);
        status = tn_buf_append(out, bytes.data, bytes.len);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status keep(struct tn_centre *centre, const struct tn_id *id, uint64_t seq,
                           struct tn_bytes receipt)
{
    static const char sql[] =
        "INSERT INTO receipt (ecosystem, log_id, seq, receipt) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (ecosystem, log_id) DO UPDATE SET seq = excluded.seq,"
        " receipt = excluded.receipt WHERE excluded.seq >= receipt.seq";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    tn_bind_int(stmt, 3, (int64_t)seq);
    tn_bind_bytes(stmt, 4, receipt);
    return tn_run(stmt);
}

enum tn_status tn_receipts_write(struct tn_centre *centre, const struct tn_keyring *keyring,
                                 const struct tn_id *log, uint64_t seq, const struct tn_hash *hash,
                                 int64_t now_ms, struct tn_buf *out)
{
    struct tn_id id;
    enum tn_status status = tn_ingest_find(centre, log, seq, hash, &id);
    const struct tn_receipt receipt = {
        .ecosystem = centre->id,
        .epoch = centre->epoch,
        .log = *log,
        .seq = seq,
        .hash = *hash,
        .at_ms = now_ms,
    };
    if (status == TN_ERR_NOT_FOUND) {
        return TN_OK;
    }
    if (status == TN_OK) {
        status = given_before(centre, &id, &receipt, out);
    }
    if (status != TN_OK || out->len > 0) {
        return status;
    }
    tn_receipt_write(out, &receipt, &keyring->signing);
    return out->status == TN_OK ? keep(centre, &id, seq, tn_buf_bytes(out)) : out->status;
}
