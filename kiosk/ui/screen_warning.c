/* "Still there?": lies over a form that nobody has touched for a while, so that a half-typed name
 * does not stay on a public screen. The whole screen is the button: any touch goes on. */
#include <math.h>
#include <stdio.h>

#include "kiosk/ui/screens.h"

void tn_layout_warning(const struct tn_view *view, struct tn_draw *draw, int seconds)
{
    struct tn_page page = tn_page_of(view);
    char left[TN_DRAW_TEXT_MAX + 1];
    float w = fminf(page.w - 2.0f * page.margin, 150.0f);
    float h = fminf(page.h - 2.0f * page.margin, 84.0f);
    struct tn_area box = {(page.w - w) / 2.0f, (page.h - h) / 2.0f, w, h};
    snprintf(left, sizeof left,
             ngettext("Starting over in %d second.", "Starting over in %d seconds.",
                      (unsigned long)seconds),
             seconds);
    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, TN_COLOR_SURFACE)->control =
        "more";
    tn_draw_panel(draw, tn_area_px(view, box), tn_px(view, 8.0f), TN_COLOR_PAPER, TN_COLOR_QUIET,
                  tn_px(view, 0.5f))
        ->control = "more";
    struct tn_say says[] = {
        {_("Still there?"), TN_TYPE_HEADLINE, true, 1, 0.0f},
        {left, TN_TYPE_BODY, false, 2, 2.0f},
    };
    float pad = page.is_compact ? 4.0f : 8.0f;
    struct tn_area words = {box.x + pad, box.y + pad, w - 2.0f * pad,
                            h - TN_BUTTON_MM - 3.0f * pad};
    tn_layout_stack(view, draw, words, says, 2, TN_COLOR_INK, TN_ALIGN_CENTRE);
    float button_w = fminf(w - 2.0f * pad, 80.0f);
    struct tn_button more = {
        .area = {box.x + (w - button_w) / 2.0f, box.y + h - pad - TN_BUTTON_MM, button_w,
                 TN_BUTTON_MM},
        .control = "more",
        .text = _("Yes, go on"),
        .is_filled = true,
    };
    tn_layout_button(view, draw, &more);
}
