/* The one place where a centre's epoch moves. The new one is in the database before the mark says
 * so: a crash between the two costs an epoch, and numbers are plenty. */
#include "sync/central/epoch.h"

#include <inttypes.h>
#include <stdio.h>

#include "sync/central/audit.h"
#include "sync/central/beside.h"
#include "sync/central/ingest.h"
#include "turnout/cbor.h"
#include "turnout/log.h"
#include "turnout/receipt.h"

#define FORMAT 1
#define MARK_MAX 256

static const struct tn_beside beside = {"mark", "turnout mark v1"};

struct mark {
    uint64_t epoch;
    uint64_t entries;
};

static enum tn_status read_mark(struct tn_centre *centre, const char *keys_path, struct mark *out)
{
    struct tn_buf payload;
    struct tn_cbor cbor;
    struct tn_id ecosystem;
    *out = (struct mark){0};
    tn_buf_init(&payload, TN_BESIDE_SIZE_MAX);
    enum tn_status status = tn_beside_read(centre, &beside, keys_path, &payload);
    if (status == TN_OK) {
        tn_cbor_init(&cbor, tn_buf_bytes(&payload));
        tn_cbor_get_array(&cbor, 4, 4);
        bool is_format = tn_cbor_get_uint(&cbor) == FORMAT;
        tn_cbor_get_id(&cbor, &ecosystem);
        out->epoch = tn_cbor_get_uint(&cbor);
        out->entries = tn_cbor_get_uint(&cbor);
        status = tn_cbor_end(&cbor);
        bool is_sound = is_format && tn_id_equal(&ecosystem, &centre->id) &&
                        out->epoch < INT64_MAX && out->entries <= INT64_MAX;
        status = status == TN_OK && !is_sound ? TN_ERR_FORGED : status;
    }
    tn_buf_destroy(&payload);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status count_entries(struct tn_centre *centre, uint64_t *out)
{
    static const char sql[] =
        "SELECT cast(coalesce(sum(last_seq), 0) AS BIGINT) FROM kiosk WHERE ecosystem = $1";
    int64_t number = 0;
    enum tn_status status = tn_centre_number(centre, sql, &number);
    *out = (uint64_t)number;
    return status;
}

static enum tn_status set_epoch(struct tn_centre *centre, uint64_t epoch, int64_t now_ms)
{
    static const char sql[] = "UPDATE ecosystem SET epoch = $2 WHERE no = $1 AND epoch < $2";
    char object[TN_AUDIT_OBJECT_MAX + 1];
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, (int64_t)epoch);
    status = tn_run(stmt);
    (void)snprintf(object, sizeof object, "%" PRIu64, epoch);
    return status == TN_OK ? tn_audit_note(centre, now_ms, "epoch_new", object) : status;
}

static enum tn_status begin_epoch(struct tn_centre *centre, uint64_t epoch, int64_t now_ms)
{
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = set_epoch(centre, epoch, now_ms);
    if (status != TN_OK) {
        tn_db_rollback(centre->db);
        return status;
    }
    status = tn_db_commit(centre->db);
    if (status == TN_OK) {
        centre->epoch = epoch;
        tn_log(TN_LOG_WARN,
               "this database is an older copy of the centre: stations will bring again what it "
               "lacks; reconcile every one of them, and whatever sticks there are (epoch %" PRIu64
               ")",
               epoch);
    }
    return status;
}

enum tn_status tn_epoch_catch_up(struct tn_centre *centre, const char *keys_path, int64_t now_ms,
                                 bool *is_new)
{
    struct mark mark;
    uint64_t entries = 0;
    *is_new = false;
    enum tn_status status = read_mark(centre, keys_path, &mark);
    if (status == TN_OK) {
        status = count_entries(centre, &entries);
    }
    if (status != TN_OK) {
        return status;
    }
    bool is_behind =
        centre->epoch < mark.epoch || (centre->epoch == mark.epoch && entries < mark.entries);
    if (!is_behind) {
        return TN_OK;
    }
    *is_new = true;
    return begin_epoch(centre, mark.epoch + 1, now_ms);
}

enum tn_status tn_epoch_read(struct tn_centre *centre)
{
    static const char sql[] = "SELECT epoch FROM ecosystem WHERE no = $1";
    int64_t epoch = 0;
    enum tn_status status = tn_centre_number(centre, sql, &epoch);
    centre->epoch = status == TN_OK ? (uint64_t)epoch : centre->epoch;
    return status;
}

enum tn_status tn_epoch_mark(struct tn_centre *centre, const struct tn_keyring *keyring,
                             const char *keys_path)
{
    struct mark mark;
    struct tn_buf payload;
    uint64_t entries = 0;
    if (!keyring->has_signing) {
        return TN_OK;
    }
    enum tn_status status = read_mark(centre, keys_path, &mark);
    if (status == TN_OK) {
        status = count_entries(centre, &entries);
    }
    bool is_more =
        centre->epoch > mark.epoch || (centre->epoch == mark.epoch && entries > mark.entries);
    if (status != TN_OK || !is_more) {
        return status;
    }
    tn_buf_init(&payload, MARK_MAX);
    tn_cbor_put_array(&payload, 4);
    tn_cbor_put_uint(&payload, FORMAT);
    tn_cbor_put_id(&payload, &centre->id);
    tn_cbor_put_uint(&payload, centre->epoch);
    tn_cbor_put_uint(&payload, entries);
    status = tn_beside_write(centre, &beside, keys_path, &keyring->signing, tn_buf_bytes(&payload));
    tn_buf_destroy(&payload);
    return status;
}

enum tn_status tn_epoch_show(struct tn_centre *centre, struct tn_bytes bytes, int64_t now_ms,
                             bool *is_new)
{
    struct tn_receipt receipt;
    struct tn_id held;
    *is_new = false;
    if (tn_receipt_read(bytes, &centre->sign_key, &receipt) != TN_OK ||
        !tn_id_equal(&receipt.ecosystem, &centre->id) || receipt.epoch < centre->epoch) {
        return TN_OK;
    }
    enum tn_status status = tn_ingest_find(centre, &receipt.log, receipt.seq, &receipt.hash, &held);
    if (status != TN_ERR_NOT_FOUND) {
        return status;
    }
    *is_new = true;
    return begin_epoch(centre, receipt.epoch + 1, now_ms);
}
