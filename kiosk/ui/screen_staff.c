#include "kiosk/ui/screens.h"

void tn_screen_staff(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    (void)model;
    tn_layout_title(view, draw, "staff", "");
}

void tn_staff_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_go(model, TN_SCREEN_STAFF, effects);
}
