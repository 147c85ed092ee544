/* Reading a carrier's bundles: every file whole, since its signature covers all of it. Names only
 * decide which files are worth a look. */
#include "sync/link/carrier_bundles.h"

#include <stdlib.h>
#include <string.h>

#include "turnout/log.h"

/* So many unreadable files one after the other are a stick that is gone, not files that are bad. */
#define FAILURES_MAX 4

struct tn_carrier_name tn_carrier_bundle_name(const struct tn_bundle_head *head)
{
    struct tn_carrier_name name = {
        .kind = TN_CARRIER_BUNDLE, .log = head->log, .first = head->first, .last = head->last};
    memcpy(name.mark, head->after.b, sizeof name.mark);
    return name;
}

bool tn_carrier_bundle_is_there(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                const struct tn_bundle_head *head)
{
    char file[TN_CARRIER_NAME_SIZE];
    struct tn_buf bytes;
    const struct tn_carrier_name name = tn_carrier_bundle_name(head);
    tn_carrier_name_write(&name, file);
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    bool is = tn_carrier_get(carrier, ecosystem, TN_CARRIER_BUNDLE, file, &bytes) == TN_OK;
    tn_buf_destroy(&bytes);
    return is;
}

uint64_t tn_carrier_bundle_entries(const struct tn_carrier_bundle *bundle)
{
    return bundle->head.last - bundle->head.first + 1;
}

void tn_carrier_pass_over(const struct tn_carrier *carrier, enum tn_carrier_kind kind,
                          const char *file, enum tn_status why)
{
    tn_log(TN_LOG_WARN, "%s: %s/%s is passed over and left as it is: %s", carrier->path,
           tn_carrier_folder(kind), file,
           why == TN_ERR_FORGED ? "it was altered, or is not whole" : tn_status_text(why));
}

static int by_log(const void *a, const void *b)
{
    const struct tn_bundle_head *x = &((const struct tn_carrier_bundle *)a)->head;
    const struct tn_bundle_head *y = &((const struct tn_carrier_bundle *)b)->head;
    int order = memcmp(x->log.b, y->log.b, TN_ID_SIZE);
    if (order == 0 && x->first != y->first) {
        order = x->first < y->first ? -1 : 1;
    }
    if (order == 0 && x->last != y->last) {
        order = x->last < y->last ? -1 : 1;
    }
    return order != 0 ? order : memcmp(x->after.b, y->after.b, TN_HASH_SIZE);
}

/* Whether a file is worth reading, going by its name alone. */
static bool is_wanted(const char *file, const struct tn_id *log, uint64_t after)
{
    struct tn_carrier_name name;
    return log == NULL || (tn_carrier_name_read(file, &name) == TN_OK &&
                           tn_id_equal(&name.log, log) && name.last > after);
}

static enum tn_status peek(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                           const char *file, struct tn_bundle_head *out)
{
    struct tn_buf bytes;
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    enum tn_status status = tn_carrier_get(carrier, ecosystem, TN_CARRIER_BUNDLE, file, &bytes);
    if (status == TN_OK) {
        status = tn_bundle_peek(tn_buf_bytes(&bytes), out);
    }
    if (status == TN_OK && !tn_id_equal(&out->ecosystem, ecosystem)) {
        status = TN_ERR_STATE;
    }
    tn_buf_destroy(&bytes);
    return status;
}

/* A file that cannot be read is passed over like one that does not verify; a row of them is the
 * stick's. */
static enum tn_status read_each(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                const struct tn_id *log, uint64_t after,
                                const struct tn_carrier_list *list, struct tn_carrier_bundles *out)
{
    int failures = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct tn_carrier_bundle *at = &out->items[out->count];
        if (!is_wanted(list->names[i], log, after)) {
            continue;
        }
        *at = (struct tn_carrier_bundle){0};
        enum tn_status status = peek(carrier, ecosystem, list->names[i], &at->head);
        if (status == TN_ERR_NO_MEMORY) {
            return status;
        }
        failures = tn_status_is_world(status) ? failures + 1 : 0;
        if (failures == FAILURES_MAX) {
            return status;
        }
        if (status == TN_OK) {
            memcpy(at->file, list->names[i], sizeof at->file);
            out->count++;
        } else if (status != TN_ERR_NOT_FOUND) {
            tn_carrier_pass_over(carrier, TN_CARRIER_BUNDLE, list->names[i], status);
            out->passed_over++;
        }
    }
    return TN_OK;
}

enum tn_status tn_carrier_bundles_read(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                       const struct tn_id *log, uint64_t after,
                                       struct tn_carrier_bundles *out)
{
    struct tn_carrier_list list;
    *out = (struct tn_carrier_bundles){0};
    enum tn_status status = tn_carrier_list(carrier, ecosystem, TN_CARRIER_BUNDLE, &list);
    if (status == TN_OK && list.count > 0) {
        out->items = calloc(list.count, sizeof *out->items);
        status = out->items == NULL ? TN_ERR_NO_MEMORY
                                    : read_each(carrier, ecosystem, log, after, &list, out);
    }
    tn_carrier_list_free(&list);
    if (status != TN_OK) {
        tn_carrier_bundles_free(out);
    } else if (out->count > 0) {
        qsort(out->items, out->count, sizeof *out->items, by_log);
    }
    return status;
}

void tn_carrier_bundles_free(struct tn_carrier_bundles *bundles)
{
    free(bundles->items);
    *bundles = (struct tn_carrier_bundles){0};
}
