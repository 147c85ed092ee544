/* The passport: the event's activities as stops on the path. What is done lies on the line, the
 * newest stop lands on it, and what is still to see branches off. */
#ifndef TURNOUT_UI_PASSPORT_H
#define TURNOUT_UI_PASSPORT_H

#include "kiosk/ui/layout.h"

/* Draws the path of the passport in model->states.visit within the area. here is the name of the
 * newest stop where the passport does not know it. */
void tn_passport_draw(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area, const char *here);

#endif
