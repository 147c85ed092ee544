/* Suppression by subtraction's own rules: of sets that may overlap, the sums of a total and its
 * parts that are counts of learners again are the part, the rest, and for two parts that cover the
 * total their overlap. */
#include "sync/central/suppress.h"

bool tn_suppress_is_small(int64_t learners, int64_t min_cell)
{
    return learners > 0 && learners < min_cell;
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
