/* The steps of deriving visits that visits.c shares with whoever derives again. In the caller's
 * transaction. */
#ifndef TURNOUT_CENTRAL_DERIVE_H
#define TURNOUT_CENTRAL_DERIVE_H

#include "sync/central/batch.h"

/* Notes who a badge is now, at one event. */
enum tn_status tn_derive_note_badge(struct tn_centre *centre, struct tn_batch *batch,
                                    const struct tn_id *event, const struct tn_id *badge);

/* Notes who a badge is now, at every event that saw it. */
enum tn_status tn_derive_note_everywhere(struct tn_centre *centre, struct tn_batch *batch,
                                         const struct tn_id *badge);

/* Derives the visits of everybody who was noted. */
enum tn_status tn_derive_people(struct tn_centre *centre, int64_t now_ms, struct tn_batch *batch);

#endif
