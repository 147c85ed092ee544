/* Reading only: a shared lock, which other readers do not wait for. */
#include "sync/link/carried.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/link/gossip.h"

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

static int by_log(const void *a, const void *b)
{
    const struct tn_carrier_name *x = &((const struct tn_carried_name *)a)->name;
    const struct tn_carrier_name *y = &((const struct tn_carried_name *)b)->name;
    int order = memcmp(x->log.b, y->log.b, TN_ID_SIZE);
    if (order == 0 && x->first != y->first) {
        order = x->first < y->first ? -1 : 1;
    }
    if (order == 0 && x->last != y->last) {
        order = x->last < y->last ? -1 : 1;
    }
    return order != 0 ? order : memcmp(x->mark, y->mark, sizeof x->mark);
}

static enum tn_status take_names(const struct tn_carrier_list *list, struct tn_carried_names *out)
{
    out->items = calloc(list->count + 1, sizeof *out->items);
    if (out->items == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct tn_carried_name *item = &out->items[out->count];
        memcpy(item->file, list->names[i], sizeof item->file);
        out->count += tn_carrier_name_read(item->file, &item->name) == TN_OK;
    }
    if (out->count > 0) {
        qsort(out->items, out->count, sizeof *out->items, by_log);
    }
    return TN_OK;
}

enum tn_status tn_carried_names(const char *dir, const struct tn_id *ecosystem,
                                struct tn_carried_names *out)
{
    struct tn_carrier carrier;
    struct tn_carrier_list list;
    *out = (struct tn_carried_names){.count = 0};
    enum tn_status status = open_carried(dir, &carrier);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    status = tn_carrier_list(&carrier, ecosystem, TN_CARRIER_BUNDLE, &list);
    if (status == TN_OK) {
        status = take_names(&list, out);
    }
    tn_carrier_list_free(&list);
    tn_carrier_close(&carrier);
    return status;
}

void tn_carried_names_free(struct tn_carried_names *names)
{
    free(names->items);
    *names = (struct tn_carried_names){.count = 0};
}

struct tn_hash tn_carried_hash(const struct tn_carried_names *names)
{
    struct tn_hash hash = {{0}};
    for (size_t i = 0; i < names->count; i++) {
        const char *file = names->items[i].file;
        const struct tn_bytes parts[] = {{hash.b, sizeof hash.b},
                                         {(const uint8_t *)file, strlen(file)}};
        hash = tn_hash_of(parts, 2);
    }
    return hash;
}

enum tn_status tn_carried_get(const char *dir, const struct tn_id *ecosystem, const char *file,
                              struct tn_buf *out)
{
    struct tn_carrier carrier;
    enum tn_status status = open_carried(dir, &carrier);
    if (status == TN_OK) {
        status = tn_carrier_get(&carrier, ecosystem, TN_CARRIER_BUNDLE, file, out);
        tn_carrier_close(&carrier);
    }
    return status;
}
