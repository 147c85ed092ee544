/* What sync is doing, in a volunteer's words: short for a card, and with what to do about it. Every
 * place that says something about sync takes it from here. Any language; no drawing. */
#ifndef TURNOUT_UI_SYNC_WORDS_H
#define TURNOUT_UI_SYNC_WORDS_H

#include "kiosk/ui/screen.h"

/* How long idle says what became of a stick. */
#define TN_SYNC_COPIED_MS 90000
#define TN_SYNC_FAILED_MS 180000

/* Takes what sync wrote (an event), and how old it is by the event's clock. */
void tn_sync_take(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects);

/* Tells whether a stick is being read, or was just now: idle says so. */
bool tn_sync_is_shown(const struct tn_model *model);

/* Boot time at which that ends; INT64_MAX where nothing is shown. */
int64_t tn_sync_due(const struct tn_model *model);

/* Entries are on their way now, as far as anybody can tell. */
bool tn_sync_is_copying(const struct tn_model *model);

/* Something went wrong that concerns whoever looks at the panel: it keeps entries waiting, or it
 * does not go away by itself. */
bool tn_sync_is_trouble(const struct tn_model *model);

/* All that waits here is on a stick. */
bool tn_sync_is_on_stick(const struct tn_model *model);

/* When the centre was last heard of; 0: never. */
int64_t tn_sync_last_ms(const struct tn_model *model);

/* When somebody who may know of other stations was last spoken to: the centre, a stick or one of
 * them; 0: never. */
int64_t tn_sync_heard_ms(const struct tn_model *model);

/* "The stick is full", and "Use another one. Nothing is lost."; translated, static. Empty where
 * nothing failed. */
const char *tn_sync_fault_short(const struct tn_sync_state *sync);
const char *tn_sync_fault_advice(const struct tn_sync_state *sync);

/* "120 of 412"; empty where nobody knows how many there are. */
#define TN_SYNC_WORDS_SIZE 64
void tn_sync_count_words(const struct tn_sync_state *sync, char out[TN_SYNC_WORDS_SIZE]);

#endif
