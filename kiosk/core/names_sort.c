/* A merge sort from the bottom up, between two stretches of locked memory. */
#include "kiosk/core/names_sort.h"

#include <string.h>

typedef int tie_call(const void *ctx, const struct tn_sorted *a, const struct tn_sorted *b);

enum tn_status tn_names_sort_add(struct tn_locked *mem, const struct tn_sorted *item)
{
    return tn_locked_append(mem, item, sizeof *item);
}

/* Merges from[a..b) and from[b..c) into to[a..c). */
static void merge(const struct tn_sorted *from, struct tn_sorted *to, const size_t at[3],
                  tie_call *tie, const void *ctx)
{
    size_t left = at[0];
    size_t right = at[1];
    for (size_t i = at[0]; i < at[2]; i++) {
        bool takes_left = right == at[2];
        if (left < at[1] && right < at[2]) {
            const struct tn_sorted *a = &from[left];
            const struct tn_sorted *b = &from[right];
            takes_left = a->key != b->key ? a->key < b->key : tie == NULL || tie(ctx, a, b) <= 0;
        }
        to[i] = takes_left ? from[left++] : from[right++];
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

enum tn_status tn_names_sort(struct tn_locked *mem, tie_call *tie, const void *ctx)
{
    size_t count = tn_sorted_count(mem);
    struct tn_locked other = {0};
    size_t at = 0;
    enum tn_status status = tn_locked_take(&other, mem->len, &at);
    if (status != TN_OK) {
        return status;
    }
    for (size_t run = 1; run < count; run *= 2) {
        const struct tn_sorted *from = tn_sorted_items(mem);
        for (size_t i = 0; i < count; i += 2 * run) {
            const size_t ends[3] = {i, least(i + run, count), least(i + 2 * run, count)};
            merge(from, (struct tn_sorted *)(void *)other.data, ends, tie, ctx);
        }
        struct tn_locked swap = *mem;
        *mem = other;
        other = swap;
    }
    tn_locked_destroy(&other);
    return TN_OK;
}
