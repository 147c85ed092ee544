/* Sightings: the entries that say somebody was somewhere, as visits are derived from them. */
#ifndef TURNOUT_CENTRAL_SIGHTINGS_H
#define TURNOUT_CENTRAL_SIGHTINGS_H

#include "sync/central/visits.h"

struct tn_sighting_row {
    struct tn_id event;
    struct tn_id badge;
    int64_t log_no;
    int64_t seq;
    int64_t at_ms;
    char kind[TN_KIND_MAX + 1];
    struct tn_id activity;
    struct tn_id learner;
    bool is_refused;
};

struct tn_person {
    struct tn_id event;
    struct tn_id who;
};

/* Who a badge is at an event, as far as badges and sightings tell now. */
enum tn_status tn_sightings_who(struct tn_centre *centre, const struct tn_id *event,
                                const struct tn_id *badge, struct tn_id *who);

/* Lays one down; (log_no, seq) must be new. */
enum tn_status tn_sightings_insert(struct tn_centre *centre, const struct tn_sighting_row *row);

/* Fills event and badge of the entry that undo's log_no and seq name; none where there is none. */
enum tn_status tn_sightings_find_undone(struct tn_centre *centre, struct tn_sighting_row *undo);

/* Takes one away again, and the open conflict it may have made. */
enum tn_status tn_sightings_delete(struct tn_centre *centre, const struct tn_sighting_row *undo);

/* One person's sightings at one event, in the order that counts; out holds TN_SIGHTINGS_MAX + 1.
 * Badges the centre does not know become conflicts. */
enum tn_status tn_sightings_read(struct tn_centre *centre, const struct tn_person *person,
                                 int64_t now_ms, struct tn_sighting *out, size_t *count);

#endif
