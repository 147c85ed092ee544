/* Deriving: the visits of one person at one event, from all that is known of them there. What it
 * reads is facts only, so that deriving somebody again, whenever, gives the same rows. */
#ifndef TURNOUT_CENTRAL_DERIVE_H
#define TURNOUT_CENTRAL_DERIVE_H

#include "sync/central/batch.h"

/* Notes who a badge is now, at one event. */
enum tn_status tn_derive_note_badge(struct tn_centre *centre, struct tn_batch *batch,
                                    const struct tn_id *event, const struct tn_id *badge);

/* Notes who a badge is now, at every event that saw it. */
enum tn_status tn_derive_note_everywhere(struct tn_centre *centre, struct tn_batch *batch,
                                         const struct tn_id *badge);

/* Derives the batch's people, each once. Inside a transaction. */
enum tn_status tn_derive_people(struct tn_centre *centre, int64_t now_ms, struct tn_batch *batch);

/* Loads the corrections, adds whom they touch with the batch's people, and sorts those. Part of
 * tn_derive_people. */
enum tn_status tn_derive_follow(struct tn_centre *centre, struct tn_batch *batch);

/* Takes up to TN_BATCH_MAX of those who were put down as stale (005-visits.sql) into the batch. */
enum tn_status tn_derive_take_stale(struct tn_centre *centre, struct tn_batch *batch);

/* How many are. */
enum tn_status tn_derive_stale(struct tn_centre *centre, int64_t *count);

/* Puts everybody down as stale whose visits hang on an event's own facts (its end, its activities),
 * inside the caller's transaction. */
enum tn_status tn_derive_mark_event(struct tn_centre *centre, const struct tn_id *event);

/* Puts everybody down whom paper or a correction alone tells of. */
enum tn_status tn_derive_mark_paper(struct tn_centre *centre);

/* Puts one down. */
enum tn_status tn_derive_mark(struct tn_centre *centre, const struct tn_id *event,
                              const struct tn_id *who);

#endif
