/* Ids that a statement gives, read to its end before anything is written. */
#ifndef TURNOUT_CENTRAL_IDS_H
#define TURNOUT_CENTRAL_IDS_H

#include "sync/central/db.h"

/* The first column of all rows; the statement is reset. The caller frees, also on failure. */
enum tn_status tn_ids_read(struct tn_stmt *stmt, struct tn_id **out, size_t *count);

#endif
