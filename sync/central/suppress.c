/* Suppression by subtraction's own rules: of sets that may overlap, the sums of a total and its
 * parts that are counts of learners again are the part, the rest, and for two parts that cover the
 * total their overlap. */
#include "sync/central/suppress.h"

#include <stdlib.h>

bool tn_suppress_is_small(int64_t learners, int64_t min_cell)
{
    return learners > 0 && learners < min_cell;
}

bool tn_suppress_is_cut_small(int64_t learners, int64_t min_cell)
{
    return min_cell > 1 && learners < 2 * min_cell;
}

void tn_suppress_parts(int64_t total, const int64_t *parts, size_t count, int64_t min_cell,
                       bool *withheld)
{
    for (size_t i = 0; i < count; i++) {
        withheld[i] = withheld[i] || tn_suppress_is_small(parts[i], min_cell) ||
                      tn_suppress_is_small(total - parts[i], min_cell);
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count && !withheld[i]; j++) {
            if (!withheld[j] && tn_suppress_is_small(parts[i] + parts[j] - total, min_cell)) {
                withheld[parts[i] < parts[j] ? i : j] = true;
            }
        }
    }
}

/* What is withheld so far: how many parts, and learners in them. */
static size_t sum_withheld(const int64_t *parts, const bool *withheld, size_t count, int64_t *sum)
{
    size_t hidden = 0;
    *sum = 0;
    for (size_t i = 0; i < count; i++) {
        hidden += withheld[i] && parts[i] > 0;
        *sum += withheld[i] ? parts[i] : 0;
    }
    return hidden;
}

void tn_suppress_table(const int64_t *parts, size_t count, int64_t min_cell, bool *withheld)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        withheld[i] = withheld[i] || tn_suppress_is_small(parts[i], min_cell);
    }
    for (size_t n = 0; n < count; n++) {
        const size_t hidden = sum_withheld(parts, withheld, count, &sum);
        size_t least = count;
        if (hidden == 0 || (hidden > 1 && sum >= min_cell && sum > (int64_t)hidden)) {
            return;
        }
        for (size_t i = 0; i < count; i++) {
            if (!withheld[i] && parts[i] > 0 && (least == count || parts[i] < parts[least])) {
                least = i;
            }
        }
        if (least == count) {
            return; /* nothing is left to hide behind */
        }
        withheld[least] = true;
    }
}

bool tn_suppress_set(int64_t total, int64_t part, int64_t min_cell)
{
    return tn_suppress_is_small(part, min_cell) || tn_suppress_is_small(total - part, min_cell);
}

static int compare_counts(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

bool tn_suppress_union(int64_t total, int64_t *sets, size_t count, int64_t min_cell)
{
    if (count > 0) {
        qsort(sets, count, sizeof *sets, compare_counts);
    }
    size_t other = count; /* the first that overlaps set i, if they are all; falls as i rises */
    for (size_t i = 0; i < count; i++) {
        if (tn_suppress_is_small(total - sets[i], min_cell)) {
            return false;
        }
        while (other > 0 && sets[other - 1] > total - sets[i]) {
            other--;
        }
        const size_t j = other == i ? other + 1 : other;
        if (j < count && tn_suppress_is_small(sets[i] + sets[j] - total, min_cell)) {
            return false;
        }
    }
    return true;
}

int64_t tn_suppress_unit(int64_t min_cell)
{
    return min_cell > 1 ? min_cell : 1;
}

int64_t tn_suppress_step(int64_t min_cell, int64_t most)
{
    static const int64_t nice[] = {1, 2, 5};
    int64_t ten = 1;
    if (min_cell <= 1) {
        return 1;
    }
    for (int i = 0; most > nice[i % 3] * ten && ten < INT64_MAX / 1000 / min_cell; i++) {
        ten *= i % 3 == 2 ? 10 : 1;
        if (most <= nice[(i + 1) % 3] * ten) {
            return min_cell * nice[(i + 1) % 3] * ten;
        }
    }
    return min_cell * ten;
}
