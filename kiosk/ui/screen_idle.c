/* Idle: waiting for a badge. One picture that says it without words (a badge slides into the
 * scanner's frame), the same in words, and the path whose first stop is yours. With demo badges a
 * strip at the bottom stands in for a scanner. Controls: demo-1 to demo-6. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/ui/screens.h"

#define DEMO_BUTTON_MM 20.0f
#define DEMO_GAP_MM 4.0f
#define DEMO_PAD_MM 1.6f
#define DEMO_WIDE_MM 48.0f
/* A name wider than this may take two lines. */
#define DEMO_ONE_LINE_MM 34.0f
#define SHRINK_MIN 0.85f
/* An invitation lower than this has no room for the path, only for its words. */
#define PATH_FROM_MM 44.0f

static const char *const demo_controls[] = {"demo-1", "demo-2", "demo-3",
                                            "demo-4", "demo-5", "demo-6"};
static_assert(sizeof demo_controls / sizeof demo_controls[0] == TN_DEMO_BADGES_MAX,
              "one control a demo badge");

/* How many there is room for: a small panel in landscape shows four, each large enough to read. */
static size_t demo_shown(const struct tn_page *page, size_t count)
{
    size_t most = page->is_compact && !page->is_tall ? 4 : TN_DEMO_BADGES_MAX;
    return count < most ? count : most;
}

static int demo_rows(const struct tn_page *page, size_t count)
{
    return page->is_tall && count > 3 ? 2 : 1;
}

/* The height of the strip, label included; 0 without demo badges. */
static float demo_height(const struct tn_page *page, size_t count)
{
    if (count == 0) {
        return 0.0f;
    }
    float rows = (float)demo_rows(page, count);
    float label = page->is_compact ? 7.0f : 11.0f;
    return label + rows * DEMO_BUTTON_MM + (rows - 1.0f) * DEMO_GAP_MM;
}

static float label_mm(const struct tn_view *view, const char *text)
{
    return tn_text_mm(view, text, TN_TYPE_LABEL, false);
}

static void demo_button(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                        const char *control, const char *name)
{
    tn_draw_panel(draw, tn_area_px(view, area), tn_px(view, 4.0f), TN_COLOR_NONE, TN_COLOR_LINE,
                  tn_px(view, 0.5f))
        ->control = control;
    struct tn_area inner = {area.x + DEMO_PAD_MM, area.y + 1.0f, area.w - 2.0f * DEMO_PAD_MM,
                            area.h - 2.0f};
    struct tn_item *word =
        tn_draw_text(draw, tn_area_px(view, inner), TN_TYPE_LABEL, TN_COLOR_INK, name);
    word->align = TN_ALIGN_CENTRE;
    /* "Amara O." a little smaller reads better than an O below it. */
    word->lines_max = label_mm(view, name) * SHRINK_MIN <= inner.w ? 1 : 2;
}

/* How wide a button wants to be: for the whole name, or where that is long for its longest word. */
static float demo_wish(const struct tn_view *view, const char *name)
{
    char word[TN_NAME_MAX + 1];
    float w = label_mm(view, name);
    if (w > DEMO_ONE_LINE_MM) {
        w = 0.0f;
        for (const char *p = name; *p != '\0'; p += strspn(p, " -")) {
            size_t len = strcspn(p, " -");
            snprintf(word, sizeof word, "%.*s", (int)len, p);
            w = fmaxf(w, label_mm(view, word));
            p += len;
        }
    }
    return fminf(fmaxf(w + 2.0f * DEMO_PAD_MM + 0.5f, DEMO_BUTTON_MM), DEMO_WIDE_MM);
}

/* By how much wishes are cut so that they fill the room, none below the least width: 1 where there
 * is room for all. Halved until the step is far below a pixel. */
static float demo_share(const float wish[], int columns, float room)
{
    float share = 1.0f;
    float step = 1.0f;
    for (int turn = 0; turn < 16; turn++) {
        float sum = 0.0f;
        for (int i = 0; i < columns; i++) {
            sum += fmaxf(wish[i] * share, DEMO_BUTTON_MM);
        }
        if (turn == 0 && sum <= room) {
            break;
        }
        step /= 2.0f;
        share += sum > room ? -step : step;
    }
    return share;
}

/* Shares the strip's width out among its columns by what their names need: a long name takes from
 * the room beside short ones before any of them is set smaller. */
static void demo_widths(const struct tn_model *model, const struct tn_view *view, size_t count,
                        int columns, float room, float w[TN_DEMO_BADGES_MAX])
{
    for (int i = 0; i < (int)count; i++) {
        float wish = demo_wish(view, model->demo[i].name);
        w[i % columns] = i < columns ? wish : fmaxf(w[i % columns], wish);
    }
    float share = demo_share(w, columns, room);
    float left = room;
    for (int i = 0; i < columns; i++) {
        w[i] = fmaxf(w[i] * share, DEMO_BUTTON_MM);
        left -= w[i];
    }
    for (int i = 0; i < columns; i++) {
        w[i] = fminf(w[i] + fmaxf(left, 0.0f) / (float)columns, DEMO_WIDE_MM);
    }
}

static void demo_strip(const struct tn_model *model, const struct tn_view *view,
                       const struct tn_page *page, struct tn_draw *draw)
{
    size_t count = demo_shown(page, model->demo_count);
    float w[TN_DEMO_BADGES_MAX];
    if (count == 0) {
        return;
    }
    int rows = demo_rows(page, count);
    int columns = ((int)count + rows - 1) / rows;
    float m = page->margin;
    float top = page->h - m - demo_height(page, count);
    float first = page->h - m - (float)rows * DEMO_BUTTON_MM - (float)(rows - 1) * DEMO_GAP_MM;
    struct tn_area label = {m, top, page->w - 2.0f * m, page->is_compact ? 6.0f : 8.0f};
    tn_draw_text(draw, tn_area_px(view, label), page->is_compact ? TN_TYPE_SMALL : TN_TYPE_LABEL,
                 TN_COLOR_QUIET, _("Try a badge:"));
    demo_widths(model, view, count, columns,
                page->w - 2.0f * m - (float)(columns - 1) * DEMO_GAP_MM, w);
    float x = m;
    for (int i = 0; i < (int)count; i++) {
        float y = first + (float)(i / columns) * (DEMO_BUTTON_MM + DEMO_GAP_MM);
        x = i % columns == 0 ? m : x;
        struct tn_area area = {x, y, w[i % columns], DEMO_BUTTON_MM};
        demo_button(view, draw, area, demo_controls[i], model->demo[i].name);
        x += w[i % columns] + DEMO_GAP_MM;
    }
}

/* The scanner's frame on its panel, and the badge that slides in. */
static void scan_picture(const struct tn_model *model, const struct tn_view *view,
                         struct tn_draw *draw, struct tn_area area)
{
    float side = fminf(area.w, area.h);
    struct tn_area square = {area.x + (area.w - side) / 2.0f, area.y + (area.h - side) / 2.0f, side,
                             side};
    tn_draw_panel(draw, tn_area_px(view, area), tn_px(view, 8.0f), TN_COLOR_SURFACE, TN_COLOR_NONE,
                  0);
    tn_draw_picture(draw, tn_area_px(view, square), "scan-frame", TN_COLOR_ACTION, TN_COLOR_LINE);
    square.x += side * 0.13f;
    square.w -= side * 0.26f;
    square.y += side * (0.12f + 0.08f * tn_motion_left(model));
    square.h -= side * 0.26f;
    tn_draw_picture(draw, tn_area_px(view, square), "badge", TN_COLOR_LINE, TN_COLOR_INK)
        ->turn_deg = -6;
}

static void idle_path(const struct tn_view *view, struct tn_draw *draw, struct tn_area area)
{
    float radius = 3.2f;
    struct tn_path path = {
        .x = area.x + radius,
        .y = area.y + area.h - radius,
        .w = area.w - 2.0f * radius,
        .rise = area.h - 2.0f * radius,
        .radius = radius,
        .walked = 0.0f,
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

/* The headline with the path below it, together in the middle of the area. */
static void invitation(const struct tn_view *view, const struct tn_page *page, struct tn_draw *draw,
                       struct tn_area area)
{
    struct tn_say say = {_("Hold your badge here"), TN_TYPE_HEADLINE, true, 2, 0.0f};
    bool has_path = area.h > PATH_FROM_MM;
    float path_h = has_path ? (page->is_compact ? 12.0f : 18.0f) : 0.0f;
    float gap = has_path ? (page->is_compact ? 2.0f : 6.0f) : 0.0f;
    float words = tn_stack_height(view, &say, 1, area.w);
    float y = area.y + (area.h - words - gap - path_h) / 2.0f;
    tn_layout_stack(view, draw, (struct tn_area){area.x, y, area.w, words + 0.1f}, &say, 1,
                    TN_COLOR_INK, page->is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
    if (!has_path) {
        return;
    }
    float w = fminf(area.w, 76.0f);
    float x = page->is_tall ? area.x + (area.w - w) / 2.0f : area.x;
    idle_path(view, draw, (struct tn_area){x, y + words + gap, w, path_h});
}

void tn_screen_idle(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    float m = page.margin;
    float strip = demo_height(&page, model->demo_count);
    float gap = page.is_compact ? 4.0f : 8.0f;
    float top = page.bar + (page.is_compact ? 2.0f : 4.0f);
    float bottom = page.h - m - (strip > 0.0f ? strip + (page.is_compact ? 2.0f : 4.0f) : 0.0f);
    float room = bottom - top;

    tn_layout_bar(model, view, draw);
    demo_strip(model, view, &page, draw);
    if (page.is_tall) {
        float words = page.is_compact ? (strip > 0.0f ? 36.0f : 52.0f) : 64.0f;
        struct tn_area picture = {m, top, page.w - 2.0f * m, room - words - gap};
        scan_picture(model, view, draw, picture);
        struct tn_area below = {m, bottom - words, page.w - 2.0f * m, words};
        invitation(view, &page, draw, below);
        return;
    }
    float picture_w = fminf(room * (page.is_compact ? 1.1f : 1.3f), page.w * 0.46f);
    scan_picture(model, view, draw, (struct tn_area){m, top, picture_w, room});
    float x = m + picture_w + (page.is_compact ? 8.0f : 12.0f);
    invitation(view, &page, draw, (struct tn_area){x, top, page.w - m - x, room});
}
