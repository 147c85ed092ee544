/* Buttons, and the bar of a page that people work on. One look for all of them: rounded, high
 * enough for a finger in a hurry, one filled button a screen. Widths follow the words, so that a
 * language with long words takes room from its neighbours before it is set smaller. */
#include <math.h>

#include "kiosk/ui/layout.h"

#define RADIUS_MM 4.0f
#define LINE_MM 0.5f
#define PAD_MM 5.0f
#define ICON_MM 10.0f
#define WORDS_LEAST_MM 36.0f
#define ONE_LINE_SHRINK 0.85f

static void words(const struct tn_view *view, struct tn_draw *draw, const struct tn_button *button,
                  struct tn_area area, enum tn_color ink)
{
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, area), TN_TYPE_LABEL, ink, button->text);
    bool is_one_line =
        tn_text_mm(view, button->text, TN_TYPE_LABEL, button->is_filled) * ONE_LINE_SHRINK <=
        area.w;
    item->align = TN_ALIGN_CENTRE;
    item->is_bold = button->is_filled;
    item->lines_max = is_one_line ? 1 : 2;
}

void tn_layout_button(const struct tn_view *view, struct tn_draw *draw,
                      const struct tn_button *button)
{
    struct tn_area area = button->area;
    enum tn_color ground = button->is_filled ? TN_COLOR_ACTION : TN_COLOR_NONE;
    enum tn_color ink = button->is_filled ? TN_COLOR_ACTION_INK : TN_COLOR_INK;
    struct tn_item *panel =
        tn_draw_panel(draw, tn_area_px(view, area), tn_px(view, RADIUS_MM),
                      button->is_off ? TN_COLOR_NONE : ground, TN_COLOR_LINE,
                      button->is_filled && !button->is_off ? 0 : tn_px(view, LINE_MM));
    panel->control = button->is_off ? NULL : button->control;
    ink = button->is_off ? TN_COLOR_QUIET : ink;
    if (button->picture != NULL) {
        float d = fminf(ICON_MM, area.h - 4.0f);
        bool is_alone = button->text == NULL || button->text[0] == '\0';
        float x = is_alone ? area.x + (area.w - d) / 2.0f : area.x + PAD_MM;
        struct tn_area icon = {x, area.y + (area.h - d) / 2.0f, d, d};
        tn_draw_picture(draw, tn_area_px(view, icon), button->picture, ink, ink);
        area.x += d + PAD_MM;
        area.w -= d + PAD_MM;
    }
    if (button->text != NULL && button->text[0] != '\0') {
        area = (struct tn_area){area.x + 2.0f, area.y + 1.0f, area.w - 4.0f, area.h - 2.0f};
        words(view, draw, button, area, ink);
    }
}

/* How wide a button wants to be, and how narrow it may become. */
static float wish(const struct tn_view *view, const struct tn_button *button)
{
    float icon = button->picture != NULL ? ICON_MM + PAD_MM : 0.0f;
    if (button->text == NULL || button->text[0] == '\0') {
        return TN_BUTTON_MM;
    }
    float text = tn_text_mm(view, button->text, TN_TYPE_LABEL, button->is_filled);
    return fmaxf(text + 2.0f * PAD_MM + icon, WORDS_LEAST_MM);
}

/* What is left of words that are cut to fit, at least, before an upright page takes two rows. */
#define ROW_SHARE 0.8f

static float wish_of_all(const struct tn_view *view, const struct tn_button *buttons, size_t count)
{
    float wanted = 0.0f;
    for (size_t i = 0; i < count; i++) {
        wanted += wish(view, &buttons[i]);
    }
    return wanted;
}

/* One row of buttons with its top at y. */
static void row(const struct tn_view *view, struct tn_draw *draw, struct tn_button *buttons,
                size_t count, size_t first, float y)
{
    struct tn_page page = tn_page_of(view);
    float room =
        page.w - 2.0f * page.margin - (float)(count > 0 ? count - 1 : 0) * TN_BUTTON_GAP_MM;
    float wanted = wish_of_all(view, buttons, count);
    /* What is over the least width is cut in proportion where the room is short. */
    float least = TN_BUTTON_MM * (float)count;
    float share = wanted > room ? fmaxf(room - least, 0.0f) / fmaxf(wanted - least, 0.1f) : 1.0f;
    float x = page.margin;
    for (size_t i = 0; i < count; i++) {
        float w = TN_BUTTON_MM + (wish(view, &buttons[i]) - TN_BUTTON_MM) * share;
        if (i == first && wanted < room) {
            x += room - wanted;
        }
        buttons[i].area = (struct tn_area){x, y, w, TN_BUTTON_MM};
        tn_layout_button(view, draw, &buttons[i]);
        x += w + TN_BUTTON_GAP_MM;
    }
}

float tn_layout_actions(const struct tn_view *view, struct tn_draw *draw, struct tn_button *buttons,
                        size_t count, size_t first)
{
    struct tn_page page = tn_page_of(view);
    float top = page.h - page.margin - TN_BUTTON_MM;
    float room = page.w - 2.0f * page.margin - (float)count * TN_BUTTON_GAP_MM;
    bool is_two = page.is_tall && first > 0 && count > first + 1 &&
                  wish_of_all(view, buttons, count) * ROW_SHARE > room;
    if (!is_two) {
        row(view, draw, buttons, count, first, top);
        return top;
    }
    row(view, draw, buttons, first, first, top);
    top -= TN_BUTTON_MM + TN_BUTTON_GAP_MM;
    row(view, draw, &buttons[first], count - first, 0, top);
    return top;
}

void tn_layout_title(const struct tn_view *view, struct tn_draw *draw, const char *title,
                     const char *end)
{
    struct tn_page page = tn_page_of(view);
    float m = page.margin;
    float h = page.head;
    float end_w = end[0] != '\0' ? tn_text_mm(view, end, TN_TYPE_SMALL, false) + 2.0f : 0.0f;
    end_w = fminf(end_w, page.w / 3.0f);
    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, TN_COLOR_PAPER);
    tn_draw_picture(draw, tn_area_px(view, (struct tn_area){m, m, h, h}), "logo", TN_COLOR_ACTION,
                    TN_COLOR_NEWEST)
        ->is_fixed = true;
    float x = m + h + 4.0f;
    struct tn_area words_area = {x, m, page.w - x - m - end_w, h};
    /* No wider than its words: on a small panel a field stands beside them. */
    float title_w = tn_text_mm(view, title, TN_TYPE_LABEL, true);
    bool is_long = title_w > words_area.w;
    words_area.w = fminf(words_area.w, title_w * 1.1f + 4.0f);
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, words_area), TN_TYPE_LABEL, TN_COLOR_INK, title);
    item->is_bold = true;
    item->is_spoken = true;
    item->lines_max = is_long ? 2 : 1;
    if (end_w > 0.0f) {
        struct tn_area end_area = {page.w - m - end_w, m, end_w, h};
        tn_draw_text(draw, tn_area_px(view, end_area), TN_TYPE_SMALL, TN_COLOR_QUIET, end)->align =
            TN_ALIGN_END;
    }
}
