/* The strip of demo badges on idle, which stand in for a scanner where somebody tries the kiosk
 * out. Widths follow the names, so that a long one takes room from short ones before it is set
 * smaller. On a panel too low for two rows of buttons the first badges are part of the row of
 * actions. */
#include "kiosk/ui/demo_strip.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEMO_BUTTON_MM 20.0f
#define DEMO_GAP_MM 4.0f
#define DEMO_PAD_MM 1.6f
#define DEMO_WIDE_MM 48.0f
/* A name wider than this may take two lines. */
#define DEMO_ONE_LINE_MM 34.0f
#define SHRINK_MIN 0.85f
static const char *const demo_controls[] = {"demo-1", "demo-2", "demo-3",
                                            "demo-4", "demo-5", "demo-6"};
static_assert(sizeof demo_controls / sizeof demo_controls[0] == TN_DEMO_BADGES_MAX,
              "one control a demo badge");

/* A panel too low for two rows of buttons has badges and actions in one. */
bool tn_demo_strip_is_shared(const struct tn_page *page)
{
    return page->is_compact && !page->is_tall;
}

/* How many there is room for: a small panel in landscape shows two, beside the other buttons. */
size_t tn_demo_strip_shown(const struct tn_page *page, size_t count)
{
    size_t most = tn_demo_strip_is_shared(page) ? 2 : TN_DEMO_BADGES_MAX;
    return count < most ? count : most;
}

static int demo_rows(const struct tn_page *page, size_t count)
{
    return page->is_tall && count > 3 ? 2 : 1;
}

/* The height of the strip, label included; 0 without demo badges. */
float tn_demo_strip_height(const struct tn_page *page, size_t count)
{
    if (count == 0 || tn_demo_strip_is_shared(page)) {
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

const char *tn_demo_strip_control(size_t i)
{
    assert(i < TN_DEMO_BADGES_MAX);
    return demo_controls[i];
}

void tn_demo_strip_draw(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw, float bottom)
{
    struct tn_page whole = tn_page_of(view);
    const struct tn_page *page = &whole;
    size_t count = tn_demo_strip_shown(page, model->demo_count);
    float w[TN_DEMO_BADGES_MAX];
    if (tn_demo_strip_height(page, count) <= 0.0f) {
        return;
    }
    int rows = demo_rows(page, count);
    int columns = ((int)count + rows - 1) / rows;
    float m = page->margin;
    float top = bottom - tn_demo_strip_height(page, count);
    float first = bottom - (float)rows * DEMO_BUTTON_MM - (float)(rows - 1) * DEMO_GAP_MM;
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
