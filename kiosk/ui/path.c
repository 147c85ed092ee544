/* The path, the one visual idea: a line with stops, and a branch that rises from it. Drawn in the
 * order in which it would be laid: what is not walked yet, what is, the stops, and last the one
 * that is lit, so that nothing ever covers it. */
#include <assert.h>

#include "kiosk/ui/layout.h"

/* One stretch from share a to share b of the path, `up` above its line. */
static void stretch(const struct tn_view *view, struct tn_draw *draw, const struct tn_path *path,
                    float a, float b, float up)
{
    float thick = path->radius * 0.36f;
    struct tn_area area = {path->x + a * path->w, path->y - up - thick / 2.0f, (b - a) * path->w,
                           thick};
    bool is_walked = up <= 0.0f && b <= path->walked;
    tn_draw_track(draw, tn_area_px(view, area), tn_px(view, thick),
                  is_walked ? path->walked_color : path->todo_color);
}

/* The curve from the line up to the branch. */
static void rise(const struct tn_view *view, struct tn_draw *draw, const struct tn_path *path)
{
    float thick = path->radius * 0.36f;
    struct tn_area area = {path->x + path->branch * path->w, path->y - path->rise - thick / 2.0f,
                           (path->branch_end - path->branch) * path->w, path->rise + thick};
    struct tn_item *item =
        tn_draw_track(draw, tn_area_px(view, area), tn_px(view, thick), path->todo_color);
    item->is_rising = true;
}

static void stop(const struct tn_view *view, struct tn_draw *draw, const struct tn_path *path,
                 const struct tn_stop *at)
{
    int x = tn_px(view, path->x + at->at * path->w);
    int y = tn_px(view, path->y - (at->is_up ? path->rise : 0.0f));
    int radius = tn_px(view, path->radius * 0.85f);
    if (at->is_walked) {
        tn_draw_node(draw, x, y, radius, path->walked_color, TN_COLOR_NONE, 0);
        return;
    }
    tn_draw_node(draw, x, y, radius, path->ground, path->todo_color,
                 tn_px(view, path->radius * 0.36f));
}

void tn_layout_path(const struct tn_view *view, struct tn_draw *draw, const struct tn_path *path)
{
    assert(path->count <= TN_PATH_STOPS_MAX);
    if (path->branch_end > path->branch) {
        rise(view, draw, path);
        stretch(view, draw, path, path->branch_end, 1.0f, path->rise);
    }
    if (path->walked < 1.0f) {
        stretch(view, draw, path, path->walked, 1.0f, 0.0f);
    }
    if (path->walked > 0.0f) {
        stretch(view, draw, path, 0.0f, path->walked, 0.0f);
    }
    for (size_t i = 0; i < path->count; i++) {
        stop(view, draw, path, &path->stops[i]);
    }
    tn_draw_node(draw, tn_px(view, path->x + path->walked * path->w + path->shift_x),
                 tn_px(view, path->y + path->shift_y), tn_px(view, path->radius), path->lit_color,
                 TN_COLOR_NONE, 0);
}

struct tn_path tn_path_of_result(const struct tn_page *page)
{
    return (struct tn_path){.x = 0.0f,
                            .w = page->w,
                            .y = page->h - (page->is_compact ? 10.0f : 16.0f),
                            .rise = page->is_compact ? 6.5f : 10.0f,
                            .radius = page->is_compact ? 3.4f : 4.4f,
                            .walked = 0.36f,
                            .branch = page->is_tall ? 0.46f : 0.42f,
                            .branch_end = page->is_tall ? 0.64f : 0.54f,
                            .count = 3,
                            .stops = {{.at = 0.62f}, {.at = 0.88f}, {.at = 0.70f, .is_up = true}}};
}

float tn_path_foot(const struct tn_page *page)
{
    return page->is_compact ? 22.0f : 34.0f;
}

void tn_layout_welcome_path(const struct tn_model *model, const struct tn_view *view,
                            struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    struct tn_path path = tn_path_of_result(&page);
    path.ground = TN_COLOR_WELCOME;
    path.walked_color = TN_COLOR_WHITE;
    path.todo_color = TN_COLOR_WELCOME_TRACK;
    path.lit_color = TN_COLOR_SUN;
    path.shift_x = -24.0f * tn_motion_left(model);
    tn_layout_path(view, draw, &path);
}

void tn_layout_path_ahead(const struct tn_view *view, struct tn_draw *draw, struct tn_area area)
{
    float radius = 3.2f;
    struct tn_path path = {
        .x = area.x + radius,
        .y = area.y + area.h - radius,
        .w = area.w - 2.0f * radius,
        .rise = area.h - 2.0f * radius,
        .radius = radius,
        .branch = 0.24f,
        .branch_end = 0.58f,
        .ground = TN_COLOR_PAPER,
        .walked_color = TN_COLOR_ACTION,
        .todo_color = TN_COLOR_TRACK,
        .lit_color = TN_COLOR_ACTION,
        .count = 4,
        .stops = {
            {.at = 0.5f}, {.at = 1.0f}, {.at = 0.7f, .is_up = true}, {.at = 1.0f, .is_up = true}}};
    tn_layout_path(view, draw, &path);
}
