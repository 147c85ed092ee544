#include "kiosk/ui/screens.h"

void tn_screen_badge(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    (void)model;
    tn_layout_title(view, draw, "badge", "");
}

void tn_badge_open(struct tn_model *model, const struct tn_handed *handed,
                   struct tn_effects *effects)
{
    model->handed = *handed;
    tn_go(model, TN_SCREEN_BADGE, effects);
}
