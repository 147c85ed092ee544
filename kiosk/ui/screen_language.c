/* Which language? Each by its own name and nothing else, so that nobody has to read another one to
 * find theirs. The one in use is filled. Controls: lang-XX, back. */
#include "kiosk/ui/screens.h"

#define CELL_GAP_MM 4.0f
#define CELL_HIGHEST_MM 28.0f

static int columns_of(const struct tn_page *page)
{
    return page->is_tall ? 2 : 4;
}

static void cell(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                 struct tn_area area, int lang)
{
    struct tn_button button = {.area = area, .control = "back", .text = _("Back")};
    if (lang < TN_LANG_COUNT) {
        button.control = tn_lang_control((enum tn_lang)lang);
        button.text = tn_langs[lang].name;
        button.is_filled = (enum tn_lang)lang == model->lang;
    }
    tn_layout_button(view, draw, &button);
}

void tn_screen_language(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    float m = page.margin;
    int shown[TN_LANG_COUNT + 1];
    int count = 0;
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        if (model->has_lang[i]) {
            shown[count++] = i;
        }
    }
    shown[count++] = TN_LANG_COUNT; /* back */
    int columns = columns_of(&page);
    int rows = (count + columns - 1) / columns;
    float w = (page.w - 2.0f * m - (float)(columns - 1) * CELL_GAP_MM) / (float)columns;
    float room = page.h - page.bar - 2.0f * m - (float)(rows - 1) * CELL_GAP_MM;
    float h = room / (float)rows;
    h = view->is_lower || h < TN_BUTTON_MM ? TN_BUTTON_MM
        : h > CELL_HIGHEST_MM              ? CELL_HIGHEST_MM
                                           : h;
    float top = page.h - m - (float)rows * h - (float)(rows - 1) * CELL_GAP_MM;

    tn_layout_bar(model, view, draw);
    float picture = top - page.bar - 2.0f * m;
    if (picture > 16.0f) {
        picture = picture > 48.0f ? 48.0f : picture;
        struct tn_area globe = {(page.w - picture) / 2.0f,
                                page.bar + (top - page.bar - picture) / 2.0f, picture, picture};
        tn_draw_picture(draw, tn_area_px(view, globe), "globe", TN_COLOR_ACTION, TN_COLOR_ACTION);
    }
    for (int i = 0; i < count; i++) {
        struct tn_area area = {m + (float)(i % columns) * (w + CELL_GAP_MM),
                               top + (float)(i / columns) * (h + CELL_GAP_MM), w, h};
        cell(model, view, draw, area, shown[i]);
    }
}

void tn_language_event(struct tn_model *model, const struct tn_event *event,
                       struct tn_effects *effects)
{
    if (!tn_lang_tap(model, event, effects) && tn_is_tap(event, "back")) {
        tn_go(model, TN_SCREEN_IDLE, effects);
    }
}
