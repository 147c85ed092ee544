/* A visit: this station's activity is done, and its stop lands on the path in orange. The one
 * result on the light ground, because the path is the message; the tick beside the activity says it
 * again to those who read no path. */
#include "kiosk/ui/screens.h"

/* Between the greeting and the name, and between the activity and its tick. */
#define SPACE_MM 2.8f
#define TICK_GAP_MM 6.0f
#define TICK_MM 16.0f

/* The path, the new stop on it, and the tick on the stop. */
static void landing(const struct tn_model *model, const struct tn_view *view,
                    const struct tn_page *page, struct tn_draw *draw)
{
    float radius = page->is_compact ? 10.0f : 14.0f;
    struct tn_path path = tn_path_of_result(page);
    path.x = page->margin + radius / 2.0f;
    path.w = page->w - 2.0f * path.x;
    path.y = page->h - page->margin - radius - (page->is_tall ? 24.0f : 2.0f);
    path.rise = page->is_compact ? 12.0f : 20.0f;
    path.radius = page->is_compact ? 4.4f : 6.0f;
    path.ground = TN_COLOR_PAPER;
    path.walked_color = TN_COLOR_ACTION;
    path.todo_color = TN_COLOR_TRACK;
    path.lit_color = TN_COLOR_NEWEST;
    path.walked = 0.42f;
    path.branch = 0.52f;
    path.branch_end = 0.70f;
    path.count = 5;
    path.stops[0] = (struct tn_stop){.at = 0.0f, .is_walked = true};
    path.stops[1] = (struct tn_stop){.at = 0.70f};
    path.stops[2] = (struct tn_stop){.at = 1.0f};
    path.stops[3] = (struct tn_stop){.at = 0.80f, .is_up = true};
    path.stops[4] = (struct tn_stop){.at = 1.0f, .is_up = true};
    tn_layout_path(view, draw, &path);

    float fall = -12.0f * tn_motion_left(model);
    struct tn_area disc = {path.x + path.walked * path.w - radius, path.y - radius + fall,
                           2.0f * radius, 2.0f * radius};
    tn_draw_picture(draw, tn_area_px(view, disc), "tick", TN_COLOR_NEWEST, TN_COLOR_PAPER);
}

/* The name in bold behind the greeting, where both fit on its line. */
static void put_name(const struct tn_view *view, struct tn_draw *draw, struct tn_item *greeting,
                     const char *name)
{
    int used = tn_px(view, tn_text_mm(view, greeting->text, TN_TYPE_BODY, false) + SPACE_MM);
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
    int width = tn_px(view, tn_text_mm(view, title->text, TN_TYPE_NAME, true));
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
    const char *greeting = name[0] != '\0' ? _("Nice to see you,") : _("Nice to see you!");
    float both = tn_text_mm(view, greeting, TN_TYPE_BODY, false) + SPACE_MM +
                 tn_text_mm(view, name, TN_TYPE_BODY, true);
    bool is_one_line = name[0] != '\0' && !page->is_tall && both <= area.w;
    struct tn_say says[] = {
        {greeting, TN_TYPE_BODY, false, is_one_line ? 1 : 2, 0.0f},
        {is_one_line ? "" : name, TN_TYPE_BODY, true, 2, 0.0f},
        {info->activity_title[0] != '\0' ? info->activity_title : info->station_name, TN_TYPE_NAME,
         true, 2, page->is_compact ? 0.0f : 4.0f},
    };
    size_t first = draw->count;
    tn_layout_stack(view, draw, area, says, sizeof says / sizeof says[0], TN_COLOR_INK,
                    page->is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
    put_tick(view, draw, &draw->items[draw->count - 1]);
    if (is_one_line) {
        put_name(view, draw, &draw->items[first], name);
    }
}

void tn_screen_visit(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    float foot = page.is_tall ? page.h * 0.45f : (page.is_compact ? 34.0f : 56.0f);
    float side = page.is_compact ? 8.0f : 16.0f;
    tn_layout_bar(model, view, draw);
    landing(model, view, &page, draw);
    words(model, view, &page, draw,
          (struct tn_area){side, page.bar, page.w - 2.0f * side, page.h - page.bar - foot});
}
