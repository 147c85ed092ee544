/* A visit: this station's activity is done, and its stop lands on the path in orange. The one
 * result on the light ground, because the path is the message; the tick beside the activity says it
 * again to those who read no path. Only titles and a count: whose passport it is, the name above
 * says for as long as it may. */
#include <math.h>
#include <stdio.h>

#include "kiosk/ui/passport.h"
#include "kiosk/ui/screens.h"

/* Between the greeting and the name, and between the activity and its tick. */
#define SPACE_MM 2.8f
#define TICK_GAP_MM 6.0f
#define TICK_MM 16.0f

/* By how much a stack was squeezed into its area, to be seen by the height of an item's line: its
 * words are set smaller, and take less room. */
static float squeeze_of(const struct tn_view *view, const struct tn_item *item)
{
    return fminf((float)item->box.h / (tn_line_mm(view, item->size) * view->unit_px), 1.0f);
}

/* The name in bold behind the greeting, where both fit on its line. */
static void put_name(const struct tn_view *view, struct tn_draw *draw, struct tn_item *greeting,
                     const char *name)
{
    float squeeze = squeeze_of(view, greeting);
    float words = tn_text_mm(view, greeting->text, TN_TYPE_BODY, false) + SPACE_MM;
    int used = tn_px(view, words * squeeze);
    struct tn_rect box = greeting->box;
    greeting->box.w = used;
    box.x += used;
    box.w -= used;
    struct tn_item *item = tn_draw_text(draw, box, TN_TYPE_BODY, TN_COLOR_INK, name);
    item->is_bold = true;
    item->is_spoken = true;
}

/* A tick beside the activity, where that stands on one line with room left. */
static void put_tick(const struct tn_view *view, struct tn_draw *draw, struct tn_item *title)
{
    int d = tn_px(view, TICK_MM);
    int gap = tn_px(view, TICK_GAP_MM);
    float words = tn_text_mm(view, title->text, title->size, true);
    int width = tn_px(view, words * squeeze_of(view, title));
    if (width + gap + d > title->box.w || d > title->box.h) {
        return;
    }
    int x = title->box.x;
    if (title->align == TN_ALIGN_CENTRE) {
        x += (title->box.w - width - gap - d) / 2;
        title->box = (struct tn_rect){x, title->box.y, width, title->box.h};
    }
    struct tn_rect box = {x + width + gap, title->box.y + (title->box.h - d) / 2, d, d};
    tn_draw_picture(draw, box, "tick", TN_COLOR_GOOD, TN_COLOR_PAPER);
}

/* Greeting, name and activity, the latter with its tick. */
static void words(const struct tn_model *model, const struct tn_view *view,
                  const struct tn_page *page, struct tn_draw *draw, struct tn_area area)
{
    const char *name = model->record.name;
    const struct tn_station_info *info = &model->info;
    /* Translators: a name follows; the other one stands alone. */
    const char *greeting = name[0] != '\0' ? _("Nice to see you,") : _("Nice to see you!");
    float both = tn_text_mm(view, greeting, TN_TYPE_BODY, false) + SPACE_MM +
                 tn_text_mm(view, name, TN_TYPE_BODY, true);
    /* Behind words whose width is only guessed a name would stand apart. */
    bool is_known = (unsigned char)greeting[0] < 0xD8;
    bool is_one_line = name[0] != '\0' && !page->is_tall && is_known && both <= area.w;
    struct tn_say says[] = {
        {greeting, TN_TYPE_BODY, false, is_one_line ? 1 : 2, 0.0f},
        {is_one_line ? "" : name, TN_TYPE_BODY, true, 2, 0.0f},
        {info->activity_title[0] != '\0' ? info->activity_title : info->station_name, TN_TYPE_NAME,
         true, 2, page->is_compact ? 0.0f : 4.0f},
    };
    /* A long name takes room from what is said to everybody. */
    if (tn_stack_height(view, says, sizeof says / sizeof says[0], area.w) > area.h &&
        !is_one_line) {
        says[0].size = says[1].size = TN_TYPE_LABEL;
        says[2].size = page->is_compact ? TN_TYPE_BODY : TN_TYPE_HEADLINE;
    }
    size_t first = draw->count;
    tn_layout_stack(view, draw, area, says, sizeof says / sizeof says[0], TN_COLOR_INK,
                    page->is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
    put_tick(view, draw, &draw->items[draw->count - 1]);
    if (is_one_line) {
        put_name(view, draw, &draw->items[first], name);
    }
}

/* "3 of 8 stamps today". */
static void put_count(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area, enum tn_align align)
{
    const struct tn_passport *passport = &model->states.visit.passport;
    char words[TN_DRAW_TEXT_MAX + 1];
    if (passport->total == 0) {
        return;
    }
    snprintf(words, sizeof words,
             ngettext("%u of %u stamp today", "%u of %u stamps today", passport->total),
             passport->done, passport->total);
    if (align == TN_ALIGN_START) { /* no wider than its words: a stop's name may stand beside */
        area.w = fminf(area.w, tn_text_mm(view, words, TN_TYPE_BODY, false) * 1.1f + 4.0f);
    }
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, area), TN_TYPE_BODY, TN_COLOR_INK, words);
    item->align = align;
    item->is_spoken = true;
}

void tn_screen_visit(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    const struct tn_station_info *info = &model->info;
    float side = page.is_compact ? 8.0f : 16.0f;
    float w = page.w - 2.0f * side;
    float line = tn_line_mm(view, TN_TYPE_BODY);
    float count_y = page.h - page.margin - line;
    float path_h = page.is_tall ? page.h * 0.44f : page.is_compact ? 34.0f : 50.0f;
    float words_h = count_y - path_h - page.bar;
    tn_layout_bar(model, view, draw);
    words(model, view, &page, draw, (struct tn_area){side, page.bar, w, words_h});
    tn_passport_draw(
        model, view, draw,
        (struct tn_area){page.margin, page.bar + words_h, page.w - 2.0f * page.margin, path_h},
        info->activity_title[0] != '\0' ? info->activity_title : info->station_name);
    put_count(model, view, draw, (struct tn_area){side, count_y, w, line},
              page.is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
}
