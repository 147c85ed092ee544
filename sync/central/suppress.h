/* Which counts of learners may be published together. Pure.
 *
 * A count from 1 to min_cell - 1 is small and never shown, and neither is one from which a small
 * one follows by subtraction. What is withheld stays withheld: marks are only ever set. */
#ifndef TURNOUT_CENTRAL_SUPPRESS_H
#define TURNOUT_CENTRAL_SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From 1 to min_cell - 1. */
bool tn_suppress_is_small(int64_t learners, int64_t min_cell);

/* Parts of one total that is shown, each a set of learners that may overlap others. Marks a part
 * that is small, or whose rest (total less part) is small; and the smaller of two parts that would
 * overlap by a small number if together they made up the total, since an outsider may know that
 * they do. Quadratic in count. */
void tn_suppress_parts(int64_t total, const int64_t *parts, size_t count, int64_t min_cell,
                       bool *withheld);

#endif
