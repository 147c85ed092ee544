/* Complementary suppression within one group. Withholding the smallest others costs the least of
 * what a table is for. */
#include "sync/central/suppress.h"

/* The smallest cell that is shown and not empty; count where there is none. */
static size_t smallest_shown(const int64_t *cells, size_t count, const bool *withheld)
{
    size_t best = count;
    for (size_t i = 0; i < count; i++) {
        if (!withheld[i] && cells[i] > 0 && (best == count || cells[i] < cells[best])) {
            best = i;
        }
    }
    return best;
}

void tn_suppress_group(const int64_t *cells, size_t count, int64_t min_cell, bool *withheld)
{
    size_t hidden = 0;
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        withheld[i] = cells[i] > 0 && cells[i] < min_cell;
        hidden += withheld[i];
        sum += withheld[i] ? cells[i] : 0;
    }
    while (hidden > 0 && (hidden < 2 || sum < min_cell)) {
        size_t next = smallest_shown(cells, count, withheld);
        if (next == count) {
            return; /* the whole group is withheld */
        }
        withheld[next] = true;
        hidden++;
        sum += cells[next];
    }
}
