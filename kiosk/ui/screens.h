/* The drawing functions of the screens, one a file, for the table in screens.c. Each appends to a
 * list that tn_ui_draw has cleared, and reads nothing but the model and the view. */
#ifndef TURNOUT_UI_SCREENS_H
#define TURNOUT_UI_SCREENS_H

#include "kiosk/ui/layout.h"

/* Waiting for a badge. */
void tn_screen_idle(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);

/* Came in; is in already; went out; took part in this station's activity. */
void tn_screen_welcome(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw);
void tn_screen_already(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw);
void tn_screen_goodbye(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw);
void tn_screen_visit(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);

/* Not recognised: a person is needed. Control: ok. */
void tn_screen_help(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);

/* The store does not take entries. */
void tn_screen_fault(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);

#endif
