/* Sorting what must not leave locked memory: private to names*.c. The C library's qsort may copy
 * what it sorts to its heap and leave it there. */
#ifndef KIOSK_CORE_NAMES_SORT_H
#define KIOSK_CORE_NAMES_SORT_H

#include "kiosk/core/locked.h"

/* One thing to sort: by key, and where keys are equal by `tie`. */
struct tn_sorted {
    uint64_t key;
    uint32_t at;
    uint32_t row;
};

/* Sorts the items that fill mem, stably. tie (NULL: none) orders two of equal keys. Needs as much
 * again while it runs. TN_ERR_NO_MEMORY. */
enum tn_status tn_names_sort(struct tn_locked *mem,
                             int (*tie)(const void *ctx, const struct tn_sorted *a,
                                        const struct tn_sorted *b),
                             const void *ctx);

/* Appends an item. TN_ERR_NO_MEMORY. */
enum tn_status tn_names_sort_add(struct tn_locked *mem, const struct tn_sorted *item);

/* The items that fill mem, borrowed, and how many there are. */
static inline const struct tn_sorted *tn_sorted_items(const struct tn_locked *mem)
{
    return (const struct tn_sorted *)(const void *)mem->data;
}
static inline size_t tn_sorted_count(const struct tn_locked *mem)
{
    return mem->len / sizeof(struct tn_sorted);
}

#endif
