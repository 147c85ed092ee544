/* Landscape: words and actions on the start side, field and keys on the end side. Portrait: all of
 * it from top to bottom. */
#include "kiosk/ui/pad.h"

#include <math.h>

#include "kiosk/ui/staff_parts.h"

#define GAP_MM 4.0f
#define PAD_MM 84.0f /* three keys and their gaps, at their largest */

static void say(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                const char *words)
{
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, area), TN_TYPE_BODY, TN_COLOR_INK, words);
    item->lines_max = 6;
    item->is_spoken = true;
}

static float pad_w(const struct tn_page *page)
{
    return fminf(page->w * 0.46f, PAD_MM);
}

void tn_pad_title(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                  const char *title)
{
    struct tn_page page = tn_page_of(view);
    if (page.is_tall || !page.is_compact) {
        tn_staff_title(model, view, draw, title);
        return;
    }
    float m = page.margin;
    struct tn_area area = {m, m, page.w - 3.0f * m - pad_w(&page) - GAP_MM, page.head};
    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, TN_COLOR_PAPER);
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, area), TN_TYPE_LABEL, TN_COLOR_INK, title);
    item->is_bold = true;
    item->is_spoken = true;
}

static void draw_tall(const struct tn_view *view, struct tn_draw *draw, const struct tn_pad *pad,
                      const struct tn_page *page, struct tn_area *beside)
{
    struct tn_button buttons[] = {pad->back, pad->action};
    float bottom = tn_layout_actions(view, draw, buttons, pad->action.text != NULL ? 2 : 1, 1);
    float w = fminf(page->w - 2.0f * page->margin, PAD_MM * 1.2f);
    float x = (page->w - w) / 2.0f;
    float half = page->h * 0.4f;
    struct tn_area keys = {x, half, w, bottom - GAP_MM - half};
    float top = tn_typing_draw(pad->field, pad->keyboard, view, draw, keys);
    float words_h = fminf(4.0f * tn_line_mm(view, TN_TYPE_BODY), (top - page->bar) / 2.0f);
    say(view, draw,
        (struct tn_area){page->margin, page->bar + GAP_MM, page->w - 2.0f * page->margin, words_h},
        pad->words);
    *beside =
        (struct tn_area){page->margin, page->bar + words_h + 2.0f * GAP_MM,
                         page->w - 2.0f * page->margin, top - page->bar - words_h - 3.0f * GAP_MM};
}

void tn_pad_draw(const struct tn_view *view, struct tn_draw *draw, const struct tn_pad *pad,
                 struct tn_area *beside)
{
    struct tn_page page = tn_page_of(view);
    if (page.is_tall) {
        draw_tall(view, draw, pad, &page, beside);
        return;
    }
    float m = page.margin;
    float w = pad_w(&page);
    float x = page.w - m - w;
    float top = page.is_compact ? m : page.bar + GAP_MM;
    (void)tn_typing_draw(pad->field, pad->keyboard, view, draw,
                         (struct tn_area){x, top, w, page.h - m - top});
    float start_w = x - m - 2.0f * GAP_MM;
    struct tn_button back = pad->back;
    struct tn_button action = pad->action;
    float button_w = (start_w - GAP_MM) / 2.0f;
    float y = page.h - m - TN_BUTTON_MM;
    back.area = (struct tn_area){m, y, button_w, TN_BUTTON_MM};
    action.area = (struct tn_area){m + button_w + GAP_MM, y, button_w, TN_BUTTON_MM};
    tn_layout_button(view, draw, &back);
    if (action.text != NULL) {
        tn_layout_button(view, draw, &action);
    }
    float room = y - page.bar - 2.0f * GAP_MM;
    float words_h = fminf(room, 3.0f * tn_line_mm(view, TN_TYPE_BODY));
    say(view, draw, (struct tn_area){m, page.bar + GAP_MM, start_w, words_h}, pad->words);
    *beside =
        (struct tn_area){m, page.bar + words_h + 2.0f * GAP_MM, start_w, room - words_h - GAP_MM};
}
