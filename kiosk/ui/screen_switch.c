#include "kiosk/ui/screens.h"

void tn_screen_switch(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw)
{
    (void)model;
    tn_layout_title(view, draw, "switch", "");
}

void tn_switch_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_go(model, TN_SCREEN_SWITCH, effects);
}
