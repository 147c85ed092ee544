/* A visit: this station's activity is done, and its stop lands on the path in orange. The one
 * result on the light ground, because the path is the message. */
#include <stdio.h>

#include "kiosk/ui/screens.h"

#define GREETING_MAX (TN_NAME_MAX + 64)

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

void tn_screen_visit(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    const char *name = model->record.name;
    const struct tn_station_info *info = &model->info;
    char greeting[GREETING_MAX];
    struct tn_page page = tn_page_of(view);
    if (name[0] != '\0') {
        snprintf(greeting, sizeof greeting, _("Nice to see you, %s"), name);
    } else {
        snprintf(greeting, sizeof greeting, "%s", _("Nice to see you!"));
    }
    struct tn_say says[] = {
        {greeting, TN_TYPE_BODY, false, 2, 0.0f},
        {info->activity_title[0] != '\0' ? info->activity_title : info->station_name, TN_TYPE_NAME,
         true, 2, page.is_compact ? 0.0f : 4.0f},
    };
    tn_layout_bar(model, view, draw);
    landing(model, view, &page, draw);
    float foot = page.is_tall ? page.h * 0.45f : (page.is_compact ? 34.0f : 56.0f);
    float side = page.is_compact ? 8.0f : 16.0f;
    struct tn_area area = {side, page.bar, page.w - 2.0f * side, page.h - page.bar - foot};
    tn_layout_stack(view, draw, area, says, 2, TN_COLOR_INK,
                    page.is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
}
