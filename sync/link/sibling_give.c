/* Names of files say what is worth reading; the signature of what is read says whose it is. */
#include "sync/link/sibling_give.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/link/carrier_bundles.h"
#include "sync/link/gossip.h"
#include "sync/link/reconcile.h"
#include "sync/link/sibling_answer.h"

static const struct tn_bytes no_receipt = {NULL, 0};

struct giving {
    struct tn_station *station;
    struct tn_station_link link;
    const struct tn_siblings *known;
    struct tn_others *others;
    struct tn_carrier carried;
    struct tn_buf bytes;
};

struct file {
    struct tn_carrier_name name;
    const char *file;
};

static int by_log(const void *a, const void *b)
{
    const struct tn_carrier_name *x = &((const struct file *)a)->name;
    const struct tn_carrier_name *y = &((const struct file *)b)->name;
    int order = memcmp(x->log.b, y->log.b, TN_ID_SIZE);
    if (order == 0 && x->first != y->first) {
        order = x->first < y->first ? -1 : 1;
    }
    if (order == 0 && x->last != y->last) {
        order = x->last < y->last ? -1 : 1;
    }
    return order;
}

/* One that is gone, or does not verify, is not given: somebody else may look at it. */
static enum tn_status give_file(struct giving *g, const char *file)
{
    struct tn_bundle_head head;
    tn_buf_clear(&g->bytes);
    enum tn_status status =
        tn_carrier_get(&g->carried, &g->link.info.ecosystem, TN_CARRIER_BUNDLE, file, &g->bytes);
    if (status == TN_OK) {
        status = tn_bundle_peek(tn_buf_bytes(&g->bytes), &head);
    }
    if (status == TN_OK &&
        memcmp(head.device_key.b, g->known->device_key.b, TN_PUBLIC_KEY_SIZE) != 0) {
        (void)tn_others_add(g->others, tn_buf_bytes(&g->bytes), no_receipt);
    }
    return status == TN_ERR_NO_MEMORY ? status : TN_OK;
}

static enum tn_status give_files(struct giving *g, const struct tn_carrier_list *list)
{
    struct file *files = calloc(list->count + 1, sizeof *files);
    size_t count = 0;
    enum tn_status status = files == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    for (size_t i = 0; i < list->count && files != NULL; i++) {
        files[count].file = list->names[i];
        count += tn_carrier_name_read(list->names[i], &files[count].name) == TN_OK &&
                 files[count].name.last > tn_siblings_last(g->known, &files[count].name.log);
    }
    if (count > 0) {
        qsort(files, count, sizeof *files, by_log);
    }
    for (size_t i = 0; i < count && status == TN_OK && !g->others->has_more; i++) {
        status = give_file(g, files[i].file);
    }
    free(files);
    return status;
}

/* TN_ERR_NOT_FOUND: nothing was ever carried. */
static enum tn_status open_carried(const char *dir, struct tn_carrier *out)
{
    char path[TN_CARRIER_PATH_SIZE];
    int n = snprintf(path, sizeof path, "%s/" TN_GOSSIP_FOLDER, dir);
    if (n < 0 || (size_t)n >= sizeof path) {
        return TN_ERR_LIMIT;
    }
    return tn_gossip_has_any(dir) ? tn_carrier_open(out, path, TN_CARRIER_READ, NULL)
                                  : TN_ERR_NOT_FOUND;
}

static enum tn_status give_carried(struct giving *g, const char *dir)
{
    struct tn_carrier_list list;
    enum tn_status status = open_carried(dir, &g->carried);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    status = tn_carrier_list(&g->carried, &g->link.info.ecosystem, TN_CARRIER_BUNDLE, &list);
    if (status == TN_OK) {
        status = give_files(g, &list);
    }
    tn_carrier_list_free(&list);
    tn_carrier_close(&g->carried);
    return status;
}

/* From the beginning of a block on, as for what comes in (sibling_answer.h). */
static enum tn_status give_log(void *ctx, const struct tn_log_head *head)
{
    struct giving *g = ctx;
    uint64_t at = tn_siblings_last(g->known, &head->log);
    enum tn_status status = TN_OK;
    if (head->is_sibling) {
        return TN_OK;
    }
    bool is_first = true;
    while (status == TN_OK && at < head->last_seq && !g->others->has_more) {
        const uint64_t from = is_first ? at / TN_SIBLING_BLOCK * TN_SIBLING_BLOCK + 1 : at + 1;
        is_first = false;
        tn_buf_clear(&g->bytes);
        status =
            tn_station_link_bundle(&g->link, &head->log, from, TN_ROWS_CHECKED, &g->bytes, &at);
        if (status == TN_OK) {
            (void)tn_others_add(g->others, tn_buf_bytes(&g->bytes), no_receipt);
        }
    }
    return status;
}

enum tn_status tn_sibling_give(struct tn_station *station, const char *dir,
                               const struct tn_siblings *known, int64_t now_ms,
                               struct tn_others *others)
{
    struct giving g = {.station = station, .known = known, .others = others};
    tn_buf_init(&g.bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    enum tn_status status = tn_station_link_begin(&g.link, station, dir, now_ms);
    if (status == TN_OK) {
        g.link.is_sealed = true;
        status = tn_station_logs(station, give_log, &g);
    }
    if (status == TN_OK) {
        status = give_carried(&g, dir);
    }
    tn_station_link_end(&g.link);
    tn_buf_destroy(&g.bytes);
    return status;
}

static enum tn_status put_head(void *ctx, const struct tn_log_head *head)
{
    struct tn_buf *out = ctx;
    if (!head->is_sibling) {
        (void)tn_buf_append(out, head->log.b, sizeof head->log.b);
        (void)tn_buf_append(out, head->hash.b, sizeof head->hash.b);
    }
    return out->status;
}

enum tn_status tn_sibling_give_state(struct tn_station *station, const char *dir,
                                     struct tn_hash *out)
{
    struct tn_carrier carried;
    struct tn_carrier_list list;
    struct tn_station_info info;
    struct tn_buf text;
    tn_buf_init(&text, 4u * 1024 * 1024);
    enum tn_status status = tn_station_who(station, &info);
    if (status == TN_OK) {
        status = tn_station_logs(station, put_head, &text);
    }
    enum tn_status opened = status == TN_OK ? open_carried(dir, &carried) : TN_ERR_NOT_FOUND;
    if (opened == TN_OK) {
        status = tn_carrier_list(&carried, &info.ecosystem, TN_CARRIER_BUNDLE, &list);
        for (size_t i = 0; i < list.count && status == TN_OK; i++) {
            status = tn_buf_text(&text, list.names[i]);
        }
        tn_carrier_list_free(&list);
        tn_carrier_close(&carried);
    }
    const struct tn_bytes bytes = tn_buf_bytes(&text);
    *out = tn_hash_of(&bytes, 1);
    tn_buf_destroy(&text);
    return opened == TN_ERR_NOT_FOUND || opened == TN_OK ? status : opened;
}
