/* A station between its siblings and the centre, by way of carriers. A file is only ever copied as
 * it is. */
#include "sync/link/gossip.h"

#include <stdio.h>
#include <sys/stat.h>

#include "sync/link/carrier_bundles.h"
#include "sync/link/gossip_take.h"
#include "turnout/sibling.h"

bool tn_gossip_has_any(const char *dir)
{
    char path[TN_CARRIER_PATH_SIZE];
    struct stat st;
    int n = snprintf(path, sizeof path, "%s/" TN_GOSSIP_FOLDER, dir);
    return n > 0 && (size_t)n < sizeof path && stat(path, &st) == 0;
}

static enum tn_status take_file(struct tn_gossip_taker *taker, struct tn_carrier *from,
                                const struct tn_carrier_bundle *bundle)
{
    struct tn_buf bytes;
    struct tn_gossip_use use;
    uint64_t added = 0;
    enum tn_status status = tn_gossip_judge(taker, &bundle->head, &use);
    if (status != TN_OK || (!use.is_new && !use.is_needed)) {
        return status;
    }
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    status = tn_carrier_get(from, &taker->info.ecosystem, TN_CARRIER_BUNDLE, bundle->file, &bytes);
    if (status == TN_OK) {
        status = tn_gossip_take(taker, &bundle->head, tn_buf_bytes(&bytes), &use, &added);
    }
    tn_buf_destroy(&bytes);
    return status;
}

/* They come by log and seq, so that one goes on where the one before ended. */
static enum tn_status take_all(struct tn_gossip_taker *taker, struct tn_carrier *from)
{
    struct tn_carrier_bundles bundles;
    enum tn_status status =
        tn_carrier_bundles_read(from, &taker->info.ecosystem, NULL, 0, &bundles);
    for (size_t i = 0; i < bundles.count && status == TN_OK; i++) {
        status = take_file(taker, from, &bundles.items[i]);
    }
    tn_carrier_bundles_free(&bundles);
    return status;
}

/* Receipts that lie on a carrier, for whatever logs are here. One that is not for a log here, or
 * not for this copy of it, is passed over. */
static enum tn_status take_receipts(struct tn_gossip_taker *taker, struct tn_carrier *from)
{
    struct tn_carrier_list list;
    struct tn_buf bytes;
    const struct tn_id *ecosystem = &taker->info.ecosystem;
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_RECEIPT));
    enum tn_status status = tn_carrier_list(from, ecosystem, TN_CARRIER_RECEIPT, &list);
    for (size_t i = 0; i < list.count && status == TN_OK; i++) {
        tn_buf_clear(&bytes);
        enum tn_status got =
            tn_carrier_get(from, ecosystem, TN_CARRIER_RECEIPT, list.names[i], &bytes);
        if (got == TN_OK) {
            got = tn_station_take_sibling_receipt(taker->station, tn_buf_bytes(&bytes));
        }
        status = tn_status_is_world(got) && got != TN_ERR_NOT_FOUND ? got : TN_OK;
    }
    tn_carrier_list_free(&list);
    tn_buf_destroy(&bytes);
    return status;
}

static enum tn_status leave_all(struct tn_gossip_taker *taker, struct tn_carrier *to)
{
    struct tn_carrier_bundles bundles;
    struct tn_buf bytes;
    const struct tn_id *ecosystem = &taker->info.ecosystem;
    if (taker->own.root < 0) {
        return TN_OK;
    }
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    enum tn_status status = tn_carrier_bundles_read(&taker->own, ecosystem, NULL, 0, &bundles);
    for (size_t i = 0; i < bundles.count && status == TN_OK; i++) {
        const struct tn_carrier_bundle *bundle = &bundles.items[i];
        const struct tn_carrier_name name = tn_carrier_bundle_name(&bundle->head);
        if (tn_carrier_bundle_is_there(to, ecosystem, &bundle->head)) {
            continue;
        }
        tn_buf_clear(&bytes);
        status = tn_carrier_get(&taker->own, ecosystem, TN_CARRIER_BUNDLE, bundle->file, &bytes);
        if (status == TN_OK) {
            status = tn_carrier_put(to, ecosystem, &name, tn_buf_bytes(&bytes));
        }
        taker->out->carried += status == TN_OK ? tn_carrier_bundle_entries(bundle) : 0;
    }
    tn_carrier_bundles_free(&bundles);
    tn_buf_destroy(&bytes);
    return status;
}

enum tn_status tn_gossip_exchange(struct tn_station *station, const char *dir,
                                  struct tn_carrier *carrier, struct tn_gossip *out)
{
    struct tn_gossip_taker taker;
    enum tn_status status = tn_gossip_take_begin(&taker, station, dir, out);
    if (status == TN_OK) {
        status = take_all(&taker, carrier);
    }
    if (status == TN_OK) {
        status = take_receipts(&taker, carrier);
    }
    if (status == TN_OK) {
        status = tn_gossip_let_go(&taker);
    }
    if (status == TN_OK) {
        status = leave_all(&taker, carrier);
    }
    tn_gossip_take_end(&taker);
    return status;
}

enum tn_status tn_gossip_bring(struct tn_station *station, const char *dir,
                               const struct tn_far *far, struct tn_gossip *out)
{
    struct tn_gossip_taker taker;
    struct tn_carrier_brought brought = {0};
    const struct tn_carrier_bring_with with = {.far = far};
    enum tn_status status = tn_gossip_take_begin(&taker, station, dir, out);
    if (status == TN_OK && taker.own.root >= 0) {
        status = tn_carrier_bring(&taker.own, &taker.info.ecosystem, &with, &brought);
        out->carried += brought.added;
        tn_carrier_brought_free(&brought);
        if (status == TN_OK) {
            status = take_receipts(&taker, &taker.own);
        }
        if (status == TN_OK) {
            status = tn_gossip_let_go(&taker);
        }
    }
    tn_gossip_take_end(&taker);
    return status;
}
