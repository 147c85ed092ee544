/* Whom a search or a code found: their buttons, and what can be done with the one that was
 * chosen. SEARCH and CODE share it; both keep it in model->states.search. */
#ifndef TURNOUT_UI_FOUND_H
#define TURNOUT_UI_FOUND_H

#include "kiosk/ui/staff_parts.h"

/* Their buttons in an area: "found-1" to "found-5". Names for which the area is too low lie in a
 * row in `spare` (of no width: there is none). */
void tn_found_draw(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                   struct tn_area area, struct tn_area spare);

/* The page of the chosen one: check-in, another badge, back. Controls: check-in, new-badge,
 * found-back. */
void tn_found_chosen_draw(const struct tn_model *model, const struct tn_view *view,
                          struct tn_draw *draw);

/* Taps on any of those, and the replies to a search, a code and an admission. method is what the
 * entry will say ("search", "typed"). True where the event was one of them. */
bool tn_found_event(struct tn_model *model, const struct tn_event *event, const char *method,
                    struct tn_effects *effects);

#endif
