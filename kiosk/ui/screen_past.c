#include "kiosk/ui/screens.h"

void tn_screen_past(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    (void)model;
    tn_layout_title(view, draw, "past", "");
}

void tn_past_open(struct tn_model *model, bool is_pin, struct tn_effects *effects)
{
    model->states.past.is_pin = is_pin;
    tn_go(model, TN_SCREEN_PAST, effects);
}
