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

/* Of what a filter cuts out: 0 to 2 * min_cell - 1. Nought and what is small look alike, and so do
 * those numbers and some that are not small, so that the ends of what somebody can tell of one,
 * added up with others to a number that is known, are no small number. */
bool tn_suppress_is_cut_small(int64_t learners, int64_t min_cell);

/* Parts of one total that is shown, each a set of learners that may overlap others. Marks a part
 * that is small, or whose rest (total less part) is small; and the smaller of two parts that would
 * overlap by a small number if together they made up the total, since an outsider may know that
 * they do. Quadratic in count. */
void tn_suppress_parts(int64_t total, const int64_t *parts, size_t count, int64_t min_cell,
                       bool *withheld);

/* Parts that share a total between them: no learner is in two, and each is in one. Marks what is
 * small, and with it as many of the smallest others as it takes that what is withheld is together
 * not small, is at least two parts, and is not so small that each could only be one learner. */
void tn_suppress_table(const int64_t *parts, size_t count, int64_t min_cell, bool *withheld);

/* A set of learners beside the number of all of them: whether it or what is left is small. */
bool tn_suppress_set(int64_t total, int64_t part, int64_t min_cell);

/* Whether the number of learners in all of the sets together may be shown exactly beside each set's
 * own: not where it less a set's, or two sets' overlap if they were all, is small. Sorts the
 * sets. */
bool tn_suppress_union(int64_t total, int64_t *sets, size_t count, int64_t min_cell);

/* What numbers are rounded down to whole ones of, so that the difference of two of them may always
 * be nobody, or enough: min_cell, or 1 where nothing is small. */
int64_t tn_suppress_unit(int64_t min_cell);

/* What sums over learners (of visits, of hours) are rounded down to whole ones of, where one
 * learner has `most` of it: min_cell times 1, 2, 5, 10, 20 and so on, whichever is the first that
 * makes up as much as min_cell learners can have. Else the sum would say how many learners it is of
 * more exactly than their number does. */
int64_t tn_suppress_step(int64_t min_cell, int64_t most);

#endif
