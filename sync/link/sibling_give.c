/* Names of files say what is worth reading; the signature of what is read says whose it is. */
#include "sync/link/sibling_give.h"

#include <string.h>

#include "sync/link/carried.h"
#include "sync/link/reconcile.h"
#include "sync/link/sibling_answer.h"

static const struct tn_bytes no_receipt = {NULL, 0};

struct giving {
    struct tn_station_link link;
    const struct tn_siblings *known;
    struct tn_others *others;
    struct tn_buf bytes;
};

/* One that is gone, or does not verify, is not given: somebody else may look at it. */
static enum tn_status give_file(struct giving *g, const char *file)
{
    struct tn_bundle_head head;
    tn_buf_clear(&g->bytes);
    enum tn_status status = tn_carried_get(g->link.dir, &g->link.info.ecosystem, file, &g->bytes);
    if (status == TN_OK) {
        status = tn_bundle_peek(tn_buf_bytes(&g->bytes), &head);
    }
    if (status == TN_OK &&
        memcmp(head.device_key.b, g->known->device_key.b, TN_PUBLIC_KEY_SIZE) != 0) {
        (void)tn_others_add(g->others, tn_buf_bytes(&g->bytes), no_receipt);
    }
    return status == TN_ERR_NO_MEMORY ? status : TN_OK;
}

static enum tn_status give_carried(struct giving *g)
{
    struct tn_carried_names names;
    enum tn_status status = tn_carried_names(g->link.dir, &g->link.info.ecosystem, &names);
    for (size_t i = 0; i < names.count && status == TN_OK && !g->others->has_more; i++) {
        const struct tn_carried_name *item = &names.items[i];
        if (item->name.last > tn_siblings_last(g->known, &item->name.log)) {
            status = give_file(g, item->file);
        }
    }
    tn_carried_names_free(&names);
    return status;
}

/* From the beginning of a block on, as for what comes in (sibling_answer.h). */
static enum tn_status give_log(void *ctx, const struct tn_log_head *head)
{
    struct giving *g = ctx;
    uint64_t at = tn_siblings_last(g->known, &head->log);
    uint64_t from = at / TN_SIBLING_BLOCK * TN_SIBLING_BLOCK + 1;
    enum tn_status status = TN_OK;
    if (head->is_sibling) {
        return TN_OK;
    }
    while (status == TN_OK && at < head->last_seq && !g->others->has_more) {
        tn_buf_clear(&g->bytes);
        status =
            tn_station_link_bundle(&g->link, &head->log, from, TN_ROWS_CHECKED, &g->bytes, &at);
        if (status == TN_OK) {
            (void)tn_others_add(g->others, tn_buf_bytes(&g->bytes), no_receipt);
        }
        from = at + 1;
    }
    return status;
}

enum tn_status tn_sibling_give(struct tn_station *station, const char *dir,
                               const struct tn_siblings *known, int64_t now_ms,
                               struct tn_others *others)
{
    struct giving g = {.known = known, .others = others};
    tn_buf_init(&g.bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    enum tn_status status = tn_station_link_begin(&g.link, station, dir, now_ms);
    if (status == TN_OK) {
        g.link.is_sealed = true;
        status = tn_station_logs(station, give_log, &g);
    }
    if (status == TN_OK) {
        status = give_carried(&g);
    }
    tn_station_link_end(&g.link);
    tn_buf_destroy(&g.bytes);
    return status;
}

static enum tn_status add_head(void *ctx, const struct tn_log_head *head)
{
    struct tn_hash *hash = ctx;
    const struct tn_bytes parts[] = {{hash->b, sizeof hash->b},
                                     {head->log.b, sizeof head->log.b},
                                     {head->hash.b, sizeof head->hash.b}};
    if (!head->is_sibling) {
        *hash = tn_hash_of(parts, 3);
    }
    return TN_OK;
}

enum tn_status tn_sibling_give_state(struct tn_station *station, const char *dir, uint64_t *out)
{
    struct tn_carried_names names = {.count = 0};
    struct tn_station_info info;
    enum tn_status status = tn_station_who(station, &info);
    if (status == TN_OK) {
        status = tn_carried_names(dir, &info.ecosystem, &names);
    }
    struct tn_hash hash = tn_carried_hash(&names);
    tn_carried_names_free(&names);
    if (status == TN_OK) {
        status = tn_station_logs(station, add_head, &hash);
    }
    memcpy(out, hash.b, sizeof *out);
    return status;
}
