#include "kiosk/ui/screens.h"

void tn_screen_pin(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    (void)model;
    tn_layout_title(view, draw, "pin", "");
}

void tn_pin_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_go(model, TN_SCREEN_PIN, effects);
}
