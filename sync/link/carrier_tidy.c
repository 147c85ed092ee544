/* Tidying goes by names first, since most visits have nothing to tidy and reading a stick is slow;
 * what is taken away was read, and is the station's own. */
#include "sync/link/carrier_tidy.h"

#include <stdlib.h>

uint64_t tn_carrier_tidy_from(const struct tn_carrier_bundle *const *joined, size_t count,
                              uint64_t next)
{
    size_t small = 0;
    while (small < count &&
           tn_carrier_bundle_entries(joined[count - 1 - small]) < TN_CARRIER_SMALL_ENTRIES) {
        small++;
    }
    return small >= TN_CARRIER_SMALL_MAX ? joined[count - small]->head.first : next;
}

/* By first, the longer one first. */
static int by_first(const void *a, const void *b)
{
    const struct tn_carrier_name *x = a;
    const struct tn_carrier_name *y = b;
    if (x->first != y->first) {
        return x->first < y->first ? -1 : 1;
    }
    return x->last == y->last ? 0 : x->last > y->last ? -1 : 1;
}

/* The names of the log's bundles; the caller frees. */
static enum tn_status names_of(struct tn_carrier *carrier, const struct tn_carrier_tidy *tidy,
                               struct tn_carrier_name **out, size_t *count)
{
    struct tn_carrier_list list;
    *count = 0;
    enum tn_status status = tn_carrier_list(carrier, &tidy->ecosystem, TN_CARRIER_BUNDLE, &list);
    *out = status == TN_OK ? calloc(list.count + 1, sizeof **out) : NULL;
    if (status == TN_OK && *out == NULL) {
        status = TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < list.count && status == TN_OK; i++) {
        struct tn_carrier_name *name = &(*out)[*count];
        *count += tn_carrier_name_read(list.names[i], name) == TN_OK &&
                  tn_id_equal(&name->log, &tidy->log);
    }
    tn_carrier_list_free(&list);
    if (*count > 0) {
        qsort(*out, *count, sizeof **out, by_first);
    }
    return status;
}

/* A bundle of this name that is the station's own, whatever its name says of it. */
static bool is_own(struct tn_carrier *carrier, const struct tn_carrier_tidy *tidy, const char *file)
{
    struct tn_bundle_head head;
    struct tn_buf bytes;
    tn_buf_init(&bytes, tn_carrier_size_max(TN_CARRIER_BUNDLE));
    bool is = tn_carrier_get(carrier, &tidy->ecosystem, TN_CARRIER_BUNDLE, file, &bytes) == TN_OK &&
              tn_bundle_peek(tn_buf_bytes(&bytes), &head) == TN_OK &&
              tn_id_equal(&head.log, &tidy->log) && tidy->is_own(tidy->ctx, head.last, &head.after);
    tn_buf_destroy(&bytes);
    return is;
}

enum tn_status tn_carrier_tidy(struct tn_carrier *carrier, const struct tn_carrier_tidy *tidy)
{
    struct tn_carrier_name *names = NULL;
    char file[TN_CARRIER_NAME_SIZE];
    char larger[TN_CARRIER_NAME_SIZE] = ""; /* an own one, which reaches to: */
    uint64_t reach = 0;
    size_t count = 0;
    enum tn_status status = names_of(carrier, tidy, &names, &count);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        bool is_covered = names[i].last <= tidy->receipt_seq;
        bool is_within = names[i].last <= reach;
        tn_carrier_name_write(&names[i], file);
        if ((is_covered || is_within) && is_own(carrier, tidy, file) &&
            (is_covered || is_own(carrier, tidy, larger))) {
            status = tn_carrier_remove(carrier, &tidy->ecosystem, TN_CARRIER_BUNDLE, file);
        } else if (names[i].last > reach) {
            reach = names[i].last;
            tn_carrier_name_write(&names[i], larger);
        }
    }
    free(names);
    return status;
}
