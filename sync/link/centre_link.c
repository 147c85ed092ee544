/* The centre as the other end of the session, in process. Without a keyring it takes entries all
 * the same: durable first, receipts when somebody with the keys comes by. */
#include "sync/central/conflict.h"
#include "sync/central/contact.h"
#include "sync/central/epoch.h"
#include "sync/central/ingest.h"
#include "sync/central/logs.h"
#include "sync/central/packing.h"
#include "sync/central/visits.h"
#include "sync/central/walkins.h"
#include "sync/link/ahead.h"
#include "sync/link/enrol.h"
#include "sync/link/reconcile.h"
#include "turnout/log.h"

/* A station's first word may be the first anybody hears of it. */
static enum tn_status say(void *ctx, const struct tn_hello *hello, struct tn_cursor *out)
{
    struct tn_centre_link *link = ctx;
    *out = (struct tn_cursor){.at_ms = link->now_ms, .has_pack = true};
    enum tn_status status = tn_enrol_claim(link->centre, hello, link->now_ms);
    return status == TN_OK ? tn_contact_forgot(link->centre, &hello->device_key, hello->forgot)
                           : status;
}

static enum tn_status want(void *ctx, const struct tn_hello *hello, size_t log, struct tn_want *out)
{
    struct tn_centre_link *link = ctx;
    if (!tn_id_equal(&hello->ecosystem, &link->centre->id)) {
        tn_log(TN_LOG_ERROR, "the station belongs to another ecosystem than %s",
               link->centre->code);
        return TN_ERR_STATE;
    }
    const struct tn_session_log *said = &hello->logs[log];
    out->has_receipt =
        said->receipt_epoch == link->centre->epoch && said->receipt_seq == said->last;
    return tn_ingest_want(link->centre, said, &out->next);
}

static enum tn_status ingest(void *ctx, struct tn_bytes bundle, struct tn_ack *out)
{
    struct tn_centre_link *link = ctx;
    if (!link->is_grouped) {
        return tn_ingest_bundle(link->centre, bundle, link->now_ms, out);
    }
    enum tn_status status = link->is_open ? TN_OK : tn_db_begin(link->centre->db);
    if (status == TN_OK) {
        link->is_open = true;
        link->bundles++;
        status = tn_ingest_within(link->centre, bundle, tn_ahead_read(link->ahead, bundle),
                                  link->now_ms, out);
    }
    link->has_failed = status != TN_OK;
    return status;
}

static enum tn_status held_hash(struct tn_centre *centre, const struct tn_id *log, uint64_t seq,
                                struct tn_hash *out)
{
    struct tn_central_log at;
    enum tn_status status = tn_logs_get(centre, log, &at);
    return status == TN_OK ? tn_logs_hash(centre, at.no, seq, out) : status;
}

static enum tn_status receipt(void *ctx, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_buf *out)
{
    struct tn_centre_link *link = ctx;
    struct tn_hash held;
    enum tn_status status = TN_OK;
    bool is_premature = link->is_grouped && link->bundles > 0;
    if (link->keyring == NULL || !link->keyring->has_signing || is_premature) {
        return TN_OK;
    }
    if (hash == NULL) {
        status = held_hash(link->centre, log, seq, &held);
        hash = &held;
    }
    if (status == TN_OK) {
        status = tn_receipts_write(link->centre, link->keyring, log, seq, hash, link->now_ms, out);
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* What stations have just brought is part of what they and their siblings get. */
static enum tn_status derive(struct tn_centre_link *link)
{
    uint64_t opened = 0;
    if (link->packing != NULL && link->packing->body.sealed.len > 0) {
        return TN_OK; /* all had brought theirs before the first got its pack */
    }
    enum tn_status status = tn_visits_update(link->centre, link->now_ms, NULL, NULL);
    return status == TN_OK ? tn_walkins_open(link->centre, link->keyring, link->now_ms, &opened)
                           : status;
}

static enum tn_status write_pack(struct tn_centre_link *link, const struct tn_hello *hello,
                                 struct tn_buf *out)
{
    const struct tn_packing_for station = {hello->device_key, hello->epoch, hello->pack_version};
    if (link->packing != NULL) {
        return tn_packing_write(link->packing, &station, out);
    }
    struct tn_packing packing;
    tn_packing_init(&packing, link->centre, link->keyring);
    enum tn_status status = tn_packing_write(&packing, &station, out);
    tn_packing_destroy(&packing);
    return status;
}

/* A station nobody enrolled, or one that is revoked, gets no pack. */
static enum tn_status pack(void *ctx, const struct tn_hello *hello, struct tn_buf *out)
{
    static const char sql[] =
        "SELECT 1 FROM kiosk WHERE ecosystem = $1 AND pubkey = $2 AND revoked_at IS NOT NULL";
    struct tn_centre_link *link = ctx;
    struct tn_stmt *stmt = NULL;
    bool is_revoked = false;
    bool may_derive = false;
    if (link->keyring == NULL || !link->keyring->has_signing) {
        return TN_OK;
    }
    enum tn_status status = tn_db_may_insert(link->centre->db, "visit", &may_derive);
    if (status == TN_OK && !may_derive) {
        return TN_OK;
    }
    if (status == TN_OK) {
        status = derive(link);
    }
    if (status == TN_OK) {
        status = tn_db_prepare(link->centre->db, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, link->centre->no);
    tn_bind_bytes(stmt, 2, (struct tn_bytes){hello->device_key.b, TN_PUBLIC_KEY_SIZE});
    status = tn_step(stmt, &is_revoked);
    tn_reset(stmt);
    if (status != TN_OK || is_revoked) {
        return status;
    }
    status = write_pack(link, hello, out);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* What stations brought before is durable first: a new epoch is a transaction of its own. */
static enum tn_status show(void *ctx, struct tn_bytes bytes)
{
    struct tn_centre_link *link = ctx;
    bool is_new = false;
    enum tn_status status = TN_OK;
    if (link->is_open) {
        link->is_open = false;
        link->bundles = 0;
        status = tn_db_commit(link->centre->db);
    }
    return status == TN_OK ? tn_epoch_show(link->centre, bytes, link->now_ms, &is_new) : status;
}

const struct tn_session_centre_ops tn_centre_link_ops = {want, ingest, receipt, pack, say, show};
