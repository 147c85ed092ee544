/* What reports read: all visits of one learner (or of a badge that is nobody's yet) as one row of a
 * few bytes a visit, which follows from `visit` and is laid down with it. Reading a million
 * learners so is a matter of a second, and every report can still count by day, event and activity.
 */
#ifndef TURNOUT_CENTRAL_VISITED_H
#define TURNOUT_CENTRAL_VISITED_H

#include "sync/central/visits.h"

/* One visit as reports see it. Events and activities go by the first 8 bytes of their ids. */
struct tn_visited {
    uint64_t event;
    uint64_t activity; /* 0: a stay at the event */
    int64_t starts;
    int64_t minutes;
    bool imputed;
    bool is_badge; /* of a badge that is nobody's yet */
};

/* How an id goes by in a row. */
uint64_t tn_visited_key(const struct tn_id *id);

/* Replaces what one person's row says of one event; without visits, the event is taken out. Inside
 * the caller's transaction. */
enum tn_status tn_visited_put(struct tn_centre *centre, const struct tn_id *event,
                              const struct tn_id *who, const struct tn_visit *visits, size_t count);

/* The visits of a row, by event and then in their own order. *out is grown with realloc and belongs
 * to the caller; room is how many fit. TN_ERR_DAMAGED, TN_ERR_NO_MEMORY. */
enum tn_status tn_visited_read(struct tn_bytes row, struct tn_visited **out, size_t *room,
                               size_t *count);

#endif
