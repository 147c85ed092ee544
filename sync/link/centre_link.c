/* The centre as the other end of the session, in process. Without a keyring it takes entries all
 * the same: durable first, receipts when somebody with the keys comes by. */
#include "sync/central/conflict.h"
#include "sync/central/ingest.h"
#include "sync/central/packing.h"
#include "sync/central/visits.h"
#include "sync/central/walkins.h"
#include "sync/link/enrol.h"
#include "sync/link/reconcile.h"
#include "turnout/log.h"

static enum tn_status want(void *ctx, const struct tn_hello *hello, size_t log, uint64_t *next)
{
    struct tn_centre_link *link = ctx;
    if (!tn_id_equal(&hello->ecosystem, &link->centre->id)) {
        tn_log(TN_LOG_ERROR, "the station belongs to another ecosystem than %s",
               link->centre->code);
        return TN_ERR_STATE;
    }
    return tn_ingest_want(link->centre, &hello->logs[log], next);
}

static enum tn_status ingest(void *ctx, struct tn_bytes bundle, struct tn_ack *out)
{
    struct tn_centre_link *link = ctx;
    return tn_ingest_bundle(link->centre, bundle, link->now_ms, out);
}

static enum tn_status receipt(void *ctx, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_buf *out)
{
    struct tn_centre_link *link = ctx;
    if (link->keyring == NULL || !link->keyring->has_signing) {
        return TN_OK;
    }
    return tn_receipts_write(link->centre, link->keyring, log, seq, hash, link->now_ms, out);
}

/* What the station has just brought is part of what it and its siblings get. */
static enum tn_status derive(struct tn_centre_link *link)
{
    uint64_t opened = 0;
    enum tn_status status = tn_visits_update(link->centre, link->now_ms, NULL, NULL);
    return status == TN_OK ? tn_walkins_open(link->centre, link->keyring, link->now_ms, &opened)
                           : status;
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
    status = tn_packing_write(link->centre, link->keyring, &hello->device_key, hello->epoch,
                              hello->pack_version, out);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

const struct tn_session_centre_ops tn_centre_link_ops = {want, ingest, receipt, pack};

/* What a reconcile is between, and who is told how far it is. */
struct both_ends {
    struct tn_station *station;
    const char *dir;
    struct tn_centre_link centre;
    void (*progress)(void *ctx, uint64_t done, uint64_t all);
    void *ctx;
};

/* Carries messages between the two ends until the station's end is done. */
static enum tn_status carry(struct tn_session_station *near, struct tn_session_centre *far,
                            uint64_t all, const struct both_ends *ends)
{
    struct tn_buf there;
    struct tn_buf back;
    tn_buf_init(&there, TN_SESSION_MESSAGE_MAX);
    tn_buf_init(&back, TN_SESSION_MESSAGE_MAX);
    enum tn_status status = TN_OK;
    while (status == TN_OK && !near->is_done) {
        tn_buf_clear(&there);
        status = tn_session_station_step(near, tn_buf_bytes(&back), &there);
        if (status == TN_OK && !near->is_done) {
            tn_buf_clear(&back);
            status = tn_session_centre_step(far, tn_buf_bytes(&there), &back);
        }
        if (ends->progress != NULL) {
            ends->progress(ends->ctx, near->added, all);
        }
    }
    tn_buf_destroy(&there);
    tn_buf_destroy(&back);
    return status;
}

static enum tn_status own_receipt(void *ctx, const struct tn_log_head *head)
{
    uint64_t *seq = ctx;
    if (head->is_own) {
        *seq = head->receipt_seq;
    }
    return TN_OK;
}

/* One session from hello to pack; what it did is added to out. Receipts count where something
 * waited for one. */
static enum tn_status run_session(struct both_ends *ends, struct tn_reconcile *out)
{
    static struct tn_session_station near; /* 50 kB each: not for a stack */
    static struct tn_session_centre far;
    struct tn_station_link link;
    enum tn_status status =
        tn_station_link_begin(&link, ends->station, ends->dir, ends->centre.now_ms);
    if (status == TN_OK) {
        status =
            tn_enrol_claim(ends->centre.centre, ends->station, &link.info, ends->centre.now_ms);
    }
    if (status == TN_OK) {
        tn_session_station_init(&near, &tn_station_link_ops, &link);
        tn_session_centre_init(&far, &tn_centre_link_ops, &ends->centre);
        status = carry(&near, &far, link.info.waiting, ends);
        out->added += near.added;
        out->left = near.left;
        out->got_receipt = out->got_receipt || (near.receipts > 0 && link.info.waiting > 0);
        out->got_pack = out->got_pack || near.got_pack;
        out->needs_person = out->needs_person || near.needs_person;
    }
    tn_station_link_end(&link);
    return status;
}

struct conflict_walk {
    const char *station;
    struct tn_reconcile *out;
};

static void take_conflict(void *ctx, const char *type, uint64_t count)
{
    struct conflict_walk *walk = ctx;
    walk->out->conflicts += count;
    walk->out->needs_person = true;
    const struct tn_conflict_type *known = tn_conflict_type(type);
    tn_log(TN_LOG_WARN, "%s needs a person (%s: %llu): %s. What to do: %s", walk->station, type,
           (unsigned long long)count, known->what, known->todo);
}

static enum tn_status sum_up(struct tn_station *station, struct tn_centre *centre,
                             struct tn_reconcile *out)
{
    struct tn_station_info after;
    enum tn_status status = tn_station_info(station, &after);
    if (status == TN_OK) {
        out->entries = after.entries;
        out->pack_version = after.pack_version;
        status = tn_station_logs(station, own_receipt, &out->receipt_seq);
    }
    if (status == TN_OK) {
        struct conflict_walk walk = {after.station_name, out};
        status = tn_conflicts_of_station(centre, &after.device_key, take_conflict, &walk);
    }
    return status;
}

enum tn_status tn_reconcile_run(struct tn_station *station, const char *dir,
                                struct tn_centre *centre, const struct tn_keyring *keyring,
                                int64_t now_ms,
                                void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
                                struct tn_reconcile *out)
{
    struct both_ends ends = {station, dir, {centre, keyring, now_ms}, progress, ctx};
    *out = (struct tn_reconcile){0};
    enum tn_status status = run_session(&ends, out);
    if (status == TN_OK && out->got_pack) {
        /* Switching to a pack is itself an entry; it goes along now, so that the next reconcile has
         * nothing to do. */
        status = run_session(&ends, out);
    }
    /* What was ingested before a failure counts all the same. */
    bool may_derive = false;
    enum tn_status derived = tn_db_may_insert(centre->db, "visit", &may_derive);
    if (derived == TN_OK && may_derive) {
        derived = tn_visits_update(centre, now_ms, NULL, NULL);
    }
    out->is_derived = may_derive;
    if (status == TN_OK) {
        status = derived;
    }
    if (status == TN_OK) {
        status = sum_up(station, centre, out);
    }
    if (status != TN_OK && status != TN_ERR_STATE) { /* whoever answers STATE has said why */
        tn_log(TN_LOG_ERROR, "%s: the reconcile broke off: %s; running it again goes on from there",
               dir, tn_status_text(status));
    }
    return status;
}
