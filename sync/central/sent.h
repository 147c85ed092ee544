/* What a recipient was sent: visits as xAPI statements, by revision, so that a statement that says
 * something else by now, or whose visit is gone, can be taken back there. Holds ids and keyed
 * hashes only. Erasing a learner takes the hashes away and leaves the ids, by which the next export
 * takes back what was sent like any other.
 */
#ifndef TURNOUT_CENTRAL_SENT_H
#define TURNOUT_CENTRAL_SENT_H

#include "sync/central/centre.h"

/* One statement: the revision'th of a visit, from 1. voided_at 0: it stands. */
struct tn_sent {
    struct tn_id visit;
    int64_t revision;
    int64_t voided_at;
};

/* Notes that a visit is sent with this content. The revision stays where the content is that of the
 * newest one and it stands; else the newest is voided and the next one begins. In a transaction. */
enum tn_status tn_sent_note(struct tn_centre *centre, const char *recipient,
                            const struct tn_id *visit, const struct tn_id *content, int64_t now_ms,
                            int64_t *revision);

/* The next statements that are taken back, at most TN_SENT_PAGE after *last, in the order of visit
 * and revision; those whose visit is gone or nobody's any more are voided now. *last moves on and
 * *is_end says whether that was all; out holds TN_SENT_PAGE. In a transaction. */
#define TN_SENT_PAGE 1000
enum tn_status tn_sent_voided(struct tn_centre *centre, const char *recipient, int64_t now_ms,
                              struct tn_sent *last, struct tn_sent *out, size_t *count,
                              bool *is_end);

#endif
