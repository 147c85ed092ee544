/* Deriving again after a person's decision: what a change touches and nothing else. Between begin
 * and end: note who is touched, change the tables, note again (the change may have made them
 * somebody else), derive. All in the caller's transaction. */
#ifndef TURNOUT_CENTRAL_AGAIN_H
#define TURNOUT_CENTRAL_AGAIN_H

#include "sync/central/centre.h"

struct tn_again;

/* The caller ends it, also where begin failed. */
enum tn_status tn_again_begin(struct tn_centre *centre, struct tn_again **out);
void tn_again_end(struct tn_again *again);

/* Notes whoever carries a badge, at every event that saw it. */
enum tn_status tn_again_badge(struct tn_again *again, const struct tn_id *badge);

/* Notes whoever a learner is, and all who are merged into them, at every event that saw them. */
enum tn_status tn_again_learner(struct tn_again *again, const struct tn_id *learner);

/* Notes one person at one event. */
enum tn_status tn_again_person(struct tn_again *again, const struct tn_id *event,
                               const struct tn_id *who);

/* Forgets what was derived from a log and its branches, and derives those they saw without them;
 * the next tn_visits_update derives the logs anew. */
enum tn_status tn_again_logs(struct tn_again *again, const struct tn_id *family, int64_t now_ms);

/* Derives everybody who was noted. */
enum tn_status tn_again_derive(struct tn_again *again, int64_t now_ms);

#endif
