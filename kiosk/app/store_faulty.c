/* A store that fails on command, so that a flow can show what a learner sees when the disk is full,
 * failing or slow. It never touches what it stands around: while it fails, the inner store is not
 * called, as a full disk would leave it. */
#include "kiosk/app/store.h"

/* How long one call to a slow disk takes. */
#define SLOW_MS 1500

static const enum tn_status status_of[] = {
    [TN_STORE_WELL] = TN_OK,
    [TN_STORE_FULL] = TN_ERR_FULL,
    [TN_STORE_IO] = TN_ERR_IO,
    [TN_STORE_SLOW] = TN_OK,
};

/* What the fault makes of a call that writes. */
static enum tn_status suffer(struct tn_faulty_store *store)
{
    if (store->fault == TN_STORE_SLOW) {
        store->slow_ms += SLOW_MS;
    }
    return status_of[store->fault];
}

static enum tn_status record(void *ctx, const struct tn_scan *scan, struct tn_record *out)
{
    struct tn_faulty_store *store = ctx;
    enum tn_status status = suffer(store);
    return status != TN_OK ? status : store->inner.record(store->inner.ctx, scan, out);
}

static enum tn_status ask(void *ctx, const struct tn_request *request, const struct tn_when *when,
                          struct tn_reply *reply)
{
    struct tn_faulty_store *store = ctx;
    /* What is only in memory is forgotten whatever the disk does. */
    bool is_memory = request->type == TN_ASK_LOCK || request->type == TN_ASK_GROUP_DROP;
    enum tn_status status = is_memory ? TN_OK : suffer(store);
    return status != TN_OK ? status : store->inner.ask(store->inner.ctx, request, when, reply);
}

static enum tn_status info(void *ctx, struct tn_station_info *out)
{
    struct tn_faulty_store *store = ctx;
    return store->inner.info(store->inner.ctx, out);
}

static enum tn_status probe(void *ctx)
{
    struct tn_faulty_store *store = ctx;
    enum tn_status status = suffer(store);
    return status != TN_OK ? status : store->inner.probe(store->inner.ctx);
}

static enum tn_status sync_state(void *ctx, struct tn_sync_state *out)
{
    struct tn_faulty_store *store = ctx;
    enum tn_status status = status_of[store->fault];
    return status != TN_OK ? status : store->inner.sync_state(store->inner.ctx, out);
}

static enum tn_status quiet(void *ctx, bool *more)
{
    struct tn_faulty_store *store = ctx;
    *more = false;
    enum tn_status status = status_of[store->fault];
    return status != TN_OK ? status : store->inner.quiet(store->inner.ctx, more);
}

void tn_faulty_store_init(struct tn_faulty_store *store, struct tn_store inner,
                          struct tn_store *out)
{
    *store = (struct tn_faulty_store){.inner = inner, .fault = TN_STORE_WELL};
    *out = (struct tn_store){.ctx = store,
                             .record = record,
                             .ask = ask,
                             .info = info,
                             .probe = probe,
                             .sync_state = inner.sync_state == NULL ? NULL : sync_state,
                             .quiet = quiet};
}
