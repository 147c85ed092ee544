/* Small cells of published tables: withheld, together with as many others as it takes so that a
 * total does not give them away. Pure. */
#ifndef TURNOUT_CENTRAL_SUPPRESS_H
#define TURNOUT_CENTRAL_SUPPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Marks the cells of one group, whose total is shown, that must be withheld: those from 1 to
 * min_cell - 1, and then the smallest others until at least two are withheld and together hold
 * min_cell. Cells of 0 are shown and hide nothing. */
void tn_suppress_group(const int64_t *cells, size_t count, int64_t min_cell, bool *withheld);

#endif
