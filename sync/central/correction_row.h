/* A row of the table `correction`, for those who read it. */
#ifndef TURNOUT_CENTRAL_CORRECTION_ROW_H
#define TURNOUT_CENTRAL_CORRECTION_ROW_H

#include "sync/central/correction.h"

#define TN_CORRECTION_COLUMNS                                                                      \
    "seq, at_ms, actor, why, verb, reverts, event, station, from_ms, to_ms, activity,"             \
    " group_title, has_learners, to_event, to_activity, by_ms, starts_ms, ends_ms, minutes"

/* Those columns of the row a statement is at, which come first in it. */
void tn_correction_take_row(struct tn_stmt *stmt, struct tn_correction_row *out);

#endif
