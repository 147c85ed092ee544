/* Lists of ids: those a statement gives, read to its end before anything is written, and their
 * order. */
#ifndef TURNOUT_CENTRAL_IDS_H
#define TURNOUT_CENTRAL_IDS_H

#include "sync/central/db.h"

/* The first column of all rows; the statement is reset. The caller frees, also on failure. */
enum tn_status tn_ids_read(struct tn_stmt *stmt, struct tn_id **out, size_t *count);

/* The same behind the *count that *out, a list of malloc's or NULL, holds. */
enum tn_status tn_ids_append(struct tn_stmt *stmt, struct tn_id **out, size_t *count);

/* For qsort and bsearch: by their bytes. */
int tn_ids_compare(const void *a, const void *b);

#endif
