/* Activities that were fuller than they have room for. */
#ifndef TURNOUT_CENTRAL_CAPACITY_H
#define TURNOUT_CENTRAL_CAPACITY_H

#include "sync/central/centre.h"

#define TN_CAPACITY_ACTIVITIES_MAX 10000 /* of one event */

/* Judges every activity of an event by its visits as they are; in the caller's transaction. */
enum tn_status tn_capacity_detect(struct tn_centre *centre, const struct tn_id *event,
                                  int64_t now_ms);

#endif
