/* What reports read: all visits of one learner (or of a badge that is nobody's yet) as one row of a
 * few bytes a visit, which follows from `visit` and is laid down with it. Reading a million
 * learners so is a matter of a second, and every report can still count by day, event and activity.
 */
#ifndef TURNOUT_CENTRAL_VISITED_H
#define TURNOUT_CENTRAL_VISITED_H

#include "sync/central/visits.h"

/* How the time of a visit is known; the first as enum tn_clock has them. */
enum tn_visited_told {
    TN_VISITED_AS_IT_WAS,
    TN_VISITED_ANCHORED,
    TN_VISITED_SETTLED,
    TN_VISITED_BOUNDED,
    TN_VISITED_DOUBTED,
    TN_VISITED_PAPER,
    TN_VISITED_ADDED, /* by a correction */
    TN_VISITED_VOID,  /* by a correction: it does not count */
    TN_VISITED_COUNT
};

/* One visit as reports see it. Events and activities go by the first 8 bytes of their ids. */
struct tn_visited {
    uint64_t event;
    uint64_t activity; /* 0: a stay at the event */
    int64_t starts;
    int64_t minutes;
    bool imputed;
    bool is_badge; /* of a badge that is nobody's yet */
    enum tn_visited_told told;
    bool is_moved; /* by a correction, in time or place */
    bool is_ended;
};

/* How an id goes by in a row. */
uint64_t tn_visited_key(const struct tn_id *id);

/* Replaces what one person's row says of one event; without visits, the event is taken out. Inside
 * the caller's transaction. */
enum tn_status tn_visited_put(struct tn_centre *centre, const struct tn_id *event,
                              const struct tn_id *who, const struct tn_visit *visits, size_t count);

/* The visits of a row, also void ones, by event and then in their own order. *out is grown with
 * realloc and belongs to the caller; room is how many fit. TN_ERR_DAMAGED, TN_ERR_NO_MEMORY. */
enum tn_status tn_visited_read(struct tn_bytes row, struct tn_visited **out, size_t *room,
                               size_t *count);

#endif
