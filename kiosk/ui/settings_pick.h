/* Picking one of several: the page of languages, themes or volumes that SETTINGS and the PIN's
 * panel open. Controls: lang-en and so on, theme-light ..., volume-0 to volume-100; back. A
 * tap applies at once; the page stays until back, so that one can look and listen. */
#ifndef TURNOUT_UI_SETTINGS_PICK_H
#define TURNOUT_UI_SETTINGS_PICK_H

#include "kiosk/ui/layout.h"

/* True where a page is open and took the event. */
bool tn_settings_pick_event(struct tn_model *model, const struct tn_event *event,
                            struct tn_effects *effects);

/* Draws the open page. */
void tn_settings_pick_draw(const struct tn_model *model, const struct tn_view *view,
                           struct tn_draw *draw);

/* What a page would show as chosen now: "English", "Dark", "75 %". */
const char *tn_settings_pick_words(const struct tn_model *model, enum tn_settings_pick pick);

#endif
