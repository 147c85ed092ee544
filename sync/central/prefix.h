/* Ids as people type them: the first digits that tell one from the others. */
#ifndef TURNOUT_CENTRAL_PREFIX_H
#define TURNOUT_CENTRAL_PREFIX_H

#include "sync/central/centre.h"

#define TN_PREFIX_MIN 4 /* hexadecimal digits */

/* Finds the row whose id begins with hexadecimal digits, of a statement that takes the ecosystem
 * and the least and the greatest such id as $1 to $3, and gives at most two ids. *count is how many
 * it gave; 0 also where text is no such digits. */
enum tn_status tn_prefix_find(struct tn_centre *centre, const char *sql, const char *text,
                              struct tn_id *out, int *count);

#endif
