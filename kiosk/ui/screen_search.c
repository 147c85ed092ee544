#include "kiosk/ui/screens.h"

void tn_screen_search(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw)
{
    (void)model;
    tn_layout_title(view, draw, "search", "");
}
