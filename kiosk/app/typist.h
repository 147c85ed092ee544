/* Who types: a person, or a scanner that pretends to be a keyboard. Both press the same keys, and a
 * scanner's first digits are in the open field before its pace gives it away; so what the places
 * held before a burst of keys is kept for as long as the burst lasts, and put back where it was a
 * scanner's. The trade-off: one copy of the forms in memory for a tenth of a second a key. */
#ifndef TURNOUT_APP_TYPIST_H
#define TURNOUT_APP_TYPIST_H

#include "kiosk/app/wedge.h"
#include "kiosk/ui/model.h"

struct tn_typist {
    struct tn_wedge wedge;
    bool has_before;         /* a burst is under way, and began at a place with fields */
    enum tn_screen place;    /* where that was */
    struct tn_states before; /* what the places held; wiped as soon as the burst is over */
};

/* Takes one key (TN_EVENT_KEY). True where it comes to something: out is then a SCAN that it ended,
 * with the forms put back as they were, or a PRESS for the open field. The caller deals with out
 * and then calls tn_typist_rest. Main thread, as all here. */
bool tn_typist_key(struct tn_typist *typist, struct tn_model *model, const struct tn_event *key,
                   struct tn_event *out);

/* Tells the time (TN_EVENT_TICK). True where silence ended a scan: out is then that SCAN, and the
 * forms are as they were. */
bool tn_typist_silence(struct tn_typist *typist, struct tn_model *model,
                       const struct tn_event *tick, struct tn_event *out);

/* Around a tap, which may come in the middle of a scan: what was scanned so far is taken out before
 * the tap is dealt with, and what the tap changed stays after it. */
void tn_typist_before_tap(struct tn_typist *typist, struct tn_model *model);
void tn_typist_after_tap(struct tn_typist *typist, const struct tn_model *model);

/* Forgets what was kept where no burst is under way any more; after every key and tick. */
void tn_typist_rest(struct tn_typist *typist);

/* When tn_typist_silence should next be asked; INT64_MAX where nothing is begun. */
int64_t tn_typist_deadline(const struct tn_typist *typist);

#endif
