/* Adults without badges, counted at a station. */
#ifndef TURNOUT_CENTRAL_HEADCOUNTS_H
#define TURNOUT_CENTRAL_HEADCOUNTS_H

#include "sync/central/batch.h"

/* Lays one down, unless an undo has taken it away. */
enum tn_status tn_headcounts_insert(struct tn_centre *centre, const struct tn_headcount *headcount);

/* Takes one away for good, whether it is laid down yet or not: undo's log_no and seq say which. */
enum tn_status tn_headcounts_undo(struct tn_centre *centre, const struct tn_sighting_row *undo);

/* Adults at an event, or with none at all of them. An entry and its salvaged copies count once, and
 * none where any of them was taken back. */
enum tn_status tn_headcounts_total(struct tn_centre *centre, const struct tn_id *event,
                                   int64_t *adults);

#endif
