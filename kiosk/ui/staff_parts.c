/* What the staff's places share. Nothing here knows one place from another; a state is always told
 * by a shape or by words as well as by its colour. */
#include "kiosk/ui/staff_parts.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SECOND_MS 1000
#define RADIUS_MM 4.0f
#define CARD_LINE_MM 0.3f
#define SAYS_MAX 6
#define PAD_MM 3.0f
#define CARD_PAD_MM 2.2f
#define LOW_MM 18.0f

void tn_staff_lock_words(const struct tn_model *model, char out[TN_LOCK_WORDS_SIZE])
{
    out[0] = '\0';
    if (!model->info.is_unlocked) {
        return;
    }
    int64_t left_ms = model->touch_mono_ms + TN_STAFF_REST_MS - model->mono_ms;
    int left = left_ms > 0 ? (int)((left_ms + SECOND_MS - 1) / SECOND_MS) : 0;
    /* Translators: minutes and seconds until the staff panel locks by itself. */
    snprintf(out, TN_LOCK_WORDS_SIZE, _("Locks in %d:%02d"), left / 60, left % 60);
}

void tn_staff_title(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                    const char *title)
{
    char end[TN_LOCK_WORDS_SIZE];
    tn_staff_lock_words(model, end);
    tn_layout_title(view, draw, title, end);
}

struct tn_area tn_staff_body(const struct tn_view *view, float bottom)
{
    struct tn_page page = tn_page_of(view);
    float gap = page.is_compact ? 3.0f : 4.0f;
    float top = page.margin + page.head + gap;
    return (struct tn_area){page.margin, top, page.w - 2.0f * page.margin,
                            bottom - TN_BUTTON_GAP_MM - top};
}

/* The signs keep their colours, everything else is drawn in the action's. */
static void put_picture(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                        const char *name)
{
    static const struct {
        const char *name;
        enum tn_color color, line;
    } signs[] = {{"tick", TN_COLOR_GOOD, TN_COLOR_PAPER},
                 {"triangle", TN_COLOR_WARN, TN_COLOR_PAPER}};
    enum tn_color color = TN_COLOR_ACTION;
    enum tn_color line = TN_COLOR_INK;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (strcmp(signs[i].name, name) == 0) {
            color = signs[i].color;
            line = signs[i].line;
        }
    }
    tn_draw_picture(draw, tn_area_px(view, area), name, color, line);
}

/* Words as they are where they fit, else a size smaller: staff stand near, and a text that was
 * set smaller reads better than one that was squeezed. */
static void fit_says(const struct tn_view *view, float w, float h, const struct tn_say *says,
                     size_t count, struct tn_say fitted[SAYS_MAX])
{
    static const enum tn_type_size smaller[TN_TYPE_COUNT] = {
        [TN_TYPE_SMALL] = TN_TYPE_SMALL,   [TN_TYPE_LABEL] = TN_TYPE_LABEL,
        [TN_TYPE_BODY] = TN_TYPE_LABEL,    [TN_TYPE_HEADLINE] = TN_TYPE_BODY,
        [TN_TYPE_NAME] = TN_TYPE_HEADLINE,
    };
    assert(count <= SAYS_MAX);
    memcpy(fitted, says, count * sizeof says[0]);
    if (tn_stack_height(view, says, count, w) <= h) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        fitted[i].size = smaller[fitted[i].size];
    }
}

struct tn_area tn_staff_message(const struct tn_view *view, struct tn_draw *draw,
                                struct tn_area area, const char *picture, const struct tn_say *says,
                                size_t count)
{
    struct tn_page page = tn_page_of(view);
    float gap = page.is_compact ? 6.0f : 12.0f;
    float d =
        page.is_tall ? fminf(area.w * 0.5f, area.h * 0.4f) : fminf(area.w * 0.32f, area.h * 0.9f);
    struct tn_area shape = {area.x, area.y + (area.h - d) / 2.0f, d, d};
    struct tn_area text = {area.x + d + gap, area.y, area.w - d - gap, area.h};
    struct tn_say fitted[SAYS_MAX];
    if (!page.is_tall) {
        fit_says(view, text.w, text.h, says, count, fitted);
    } else {
        fit_says(view, area.w, area.h - d - gap, says, count, fitted);
        float h = fminf(tn_stack_height(view, fitted, count, area.w), area.h - d - gap);
        float top = area.y + (area.h - d - gap - h) / 2.0f;
        shape = (struct tn_area){area.x + (area.w - d) / 2.0f, top, d, d};
        text = (struct tn_area){area.x, top + d + gap, area.w, h + 0.1f};
    }
    if (picture != NULL) {
        put_picture(view, draw, shape, picture);
    }
    tn_layout_stack(view, draw, text, fitted, count, TN_COLOR_INK,
                    page.is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
    return shape;
}

void tn_mark_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                  enum tn_part_state state)
{
    struct tn_rect box = tn_area_px(view, area);
    int radius = (int)((float)box.w * 0.42f);
    if (state == TN_PART_TROUBLE) {
        tn_draw_picture(draw, box, "triangle", TN_COLOR_WARN, TN_COLOR_PAPER);
        return;
    }
    bool is_well = state == TN_PART_WELL;
    tn_draw_node(draw, box.x + box.w / 2, box.y + box.h / 2, radius,
                 is_well ? TN_COLOR_GOOD : TN_COLOR_NONE, is_well ? TN_COLOR_NONE : TN_COLOR_QUIET,
                 is_well ? 0 : tn_px(view, 0.8f));
}

struct tn_area tn_card_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area)
{
    tn_draw_panel(draw, tn_area_px(view, area), tn_px(view, RADIUS_MM), TN_COLOR_NONE,
                  TN_COLOR_LINE, tn_px(view, CARD_LINE_MM));
    float pad_y = fminf(fmaxf((area.h - LOW_MM) * 0.2f, 0.3f), PAD_MM);
    float pad_x = tn_page_of(view).is_compact ? CARD_PAD_MM : PAD_MM + 1.0f;
    return (struct tn_area){area.x + pad_x, area.y + pad_y, area.w - 2.0f * pad_x,
                            area.h - 2.0f * pad_y};
}

void tn_stat_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                  const struct tn_stat *stat)
{
    struct tn_area in = tn_card_draw(view, draw, area);
    float line = tn_line_mm(view, TN_TYPE_SMALL);
    float value_h = tn_line_mm(view, stat->size);
    float sub_h = stat->sub[0] != '\0' ? line : 0.0f;
    float squeeze = fminf(1.0f, in.h / (line + value_h + sub_h));
    in.y += fmaxf(0.0f, (in.h - line - value_h - sub_h) / 2.0f);
    struct tn_area label = {in.x, in.y, in.w, line * squeeze};
    struct tn_area value = {in.x, label.y + label.h, in.w, value_h * squeeze};
    struct tn_area sub = {in.x, value.y + value.h, in.w, sub_h * squeeze};
    tn_draw_text(draw, tn_area_px(view, label), TN_TYPE_SMALL, TN_COLOR_QUIET, stat->label);
    if (stat->has_mark) {
        float d = fminf(5.0f, value.h * 0.6f);
        tn_mark_draw(view, draw, (struct tn_area){value.x, value.y + (value.h - d) / 2.0f, d, d},
                     stat->mark);
        value.x += d + 2.0f;
        value.w -= d + 2.0f;
    }
    tn_draw_text(draw, tn_area_px(view, value), stat->size, TN_COLOR_INK, stat->value)->is_bold =
        true;
    if (sub_h > 0.0f) {
        tn_draw_text(draw, tn_area_px(view, sub), TN_TYPE_SMALL, TN_COLOR_QUIET, stat->sub);
    }
}

/* A card wants its number whole, and its words nearly so. */
static float stat_wish(const struct tn_view *view, const struct tn_stat *stat)
{
    float label = tn_text_mm(view, stat->label, TN_TYPE_SMALL, false);
    float sub = tn_text_mm(view, stat->sub, TN_TYPE_SMALL, false);
    float value = tn_text_mm(view, stat->value, stat->size, true) + (stat->has_mark ? 8.0f : 1.0f);
    return fmaxf(fmaxf(label, sub), value) + 2.0f * CARD_PAD_MM + 0.5f;
}

void tn_stat_row(const struct tn_view *view, struct tn_draw *draw, struct tn_area row,
                 const struct tn_stat *stats, size_t count)
{
    float sum = 0.0f;
    for (size_t i = 0; i < count; i++) {
        sum += stat_wish(view, &stats[i]);
    }
    float room = row.w - (float)(count - 1) * TN_BUTTON_GAP_MM;
    float x = row.x;
    for (size_t i = 0; i < count; i++) {
        float w = room * stat_wish(view, &stats[i]) / sum;
        tn_stat_draw(view, draw, (struct tn_area){x, row.y, w, row.h}, &stats[i]);
        x += w + TN_BUTTON_GAP_MM;
    }
}
