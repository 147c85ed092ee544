/* Conflicts that visits show by themselves: one learner at two places at once, and an activity with
 * more learners than it has room for. They follow from the visits that are there, whatever order
 * those came in: whoever derives visits tells whose they were, and what is a conflict by then is
 * noted and what is none any more is taken away, unless a person settled it.
 *
 * overlap: visits of two events at different sites that overlap by more than a minute. Where an end
 * was not seen, only the first TN_DETECT_SEEN_MS are known. Events without a site count as apart.
 * capacity: more visits of one activity at one moment than activity.capacity. */
#ifndef TURNOUT_CENTRAL_DETECT_H
#define TURNOUT_CENTRAL_DETECT_H

#include "sync/central/sightings.h"

#define TN_DETECT_SEEN_MS (5 * 60 * 1000)
#define TN_DETECT_SLACK_MS (60 * 1000) /* minutes are rounded */

/* What one pass of looking needs, in the transaction that derives. free accepts NULL. */
struct tn_detect;
enum tn_status tn_detect_create(struct tn_centre *centre, int64_t now_ms, struct tn_detect **out);
void tn_detect_free(struct tn_detect *detect);

/* Looks at one person whose visits at `count` events, `people` of one who, were just derived. */
enum tn_status tn_detect_person(struct tn_detect *detect, const struct tn_person *people,
                                size_t count);

/* Looks at the events of them all, once every person is derived; sorts them. */
enum tn_status tn_detect_events(struct tn_detect *detect, struct tn_person *people, size_t count);

/* Whether two visits of one learner cannot both be theirs. Pure. */
struct tn_detect_span {
    int64_t starts;
    int64_t ends;
    bool imputed;
};
bool tn_detect_overlaps(const struct tn_detect_span *a, const struct tn_detect_span *b);

#endif
