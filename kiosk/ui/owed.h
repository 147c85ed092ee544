/* What a fault left undone. A screen's request that met a failing store got no answer, and a fault
 * hides the screen until the store is well: what the screen wanted to show is asked for again then,
 * a setting is written again, and the question whether to let somebody in is put again. Entries are
 * never made by themselves afterwards: whoever asked for one may be gone. Pure; main thread. */
#ifndef TURNOUT_UI_OWED_H
#define TURNOUT_UI_OWED_H

#include "kiosk/ui/screens.h"

/* The store has failed: keeps what is owed by the screen that is shown, if it had asked for
 * something. Before the fault covers it. */
void tn_owed_note(struct tn_model *model);

/* A tick: pays one debt where the place is seen again. True where it did; then this event may ask
 * for nothing else. */
bool tn_owed_pay(struct tn_model *model, struct tn_effects *effects);

/* Boot time at which the next debt is paid; INT64_MAX where there is none. */
int64_t tn_owed_due(const struct tn_model *model);

/* The place was left for good: what it wanted to show is owed to nobody. */
void tn_owed_forget(struct tn_model *model);

#endif
