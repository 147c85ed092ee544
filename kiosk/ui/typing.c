/* The page that somebody types on, and the field on it. The cursor has to touch the text though
 * nothing here can measure it: text is set against the cursor's side of a box as wide as it may
 * be, so that what the estimate is too wide by lies at the beginning, where nobody sees it. A
 * field runs as its own text does, whichever way the screen runs. */
#include <math.h>
#include <string.h>

#include "kiosk/ui/keyboard.h"

#define PAD_MM 5.0f
#define MARK_CAPS 0.35f
#define CURSOR_MM 0.8f
#define LINE_MM 0.8f
#define RADIUS_MM 5.0f
#define FIELD_MM 20.0f
#define FIELD_TALL_MM 26.0f
#define STEP_MM 9.0f
#define STEP_SMALL_MM 6.0f
#define STEP_RADIUS_MM 1.9f
#define STEP_LINE_MM 0.7f
#define GAP_MM 4.0f
#define SMALL_BUTTON_MM 22.0f
#define SMALL_NEXT_MM 30.0f
#define EDGE_MM 3.0f /* the margin of a small panel's page above and below */

/* Arabic by the first bytes of its blocks; anything else we type runs from the left. */
static bool is_rtl_text(const char *text, bool fallback)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        bool is_latin = (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z');
        if (is_latin || *p >= 0xC3) {
            return *p >= 0xD8 && *p <= 0xDB;
        }
    }
    return fallback;
}

/* The largest size whose line is no higher than this. */
static enum tn_type_size size_for(const struct tn_view *view, float h)
{
    static const enum tn_type_size sizes[] = {TN_TYPE_HEADLINE, TN_TYPE_BODY, TN_TYPE_LABEL};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (tn_line_mm(view, sizes[i]) <= h) {
            return sizes[i];
        }
    }
    return TN_TYPE_SMALL;
}

/* A stretch of the field's line: counted from where the text begins, placed where that is. */
struct line {
    struct tn_area area;
    bool is_rtl;    /* the text */
    bool is_turned; /* against the screen's direction */
    enum tn_type_size size;
};

static struct tn_area along(const struct line *line, float from, float w)
{
    struct tn_area area = {line->area.x + from, line->area.y, w, line->area.h};
    if (line->is_turned) {
        area.x = line->area.x + line->area.w - from - w;
    }
    return area;
}

/* The width of typed text. The signs of Devanagari's vowels, which the common estimate counts as
 * letters, take a part of one at most. */
static float typed_mm(const struct tn_view *view, const char *text, enum tn_type_size size)
{
    float over = 0.0f;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        bool is_first = p[0] == 0xE0 && (p[1] == 0xA4 || p[1] == 0xA5) && p[2] != '\0';
        bool is_mark = is_first && (p[1] == 0xA5 ? p[2] <= 0x8F : p[2] >= 0xBC && p[2] != 0xBD);
        over += is_mark ? MARK_CAPS : 0.0f;
    }
    return tn_text_mm(view, text, size, true) - over * tn_type_mm(view, size);
}

/* Text from here on; gives where it ends. */
static float put(const struct tn_view *view, struct tn_draw *draw, const struct line *line,
                 float from, const char *text, enum tn_color color)
{
    float w = typed_mm(view, text, line->size);
    w = fminf(w, line->area.w - from);
    if (text[0] == '\0' || w <= 1.0f) {
        return from;
    }
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, along(line, from, w)), line->size, color, text);
    item->is_bold = true;
    item->is_fixed = true;
    item->is_rtl = line->is_rtl;
    item->align = line->is_rtl ? TN_ALIGN_START : TN_ALIGN_END;
    return from + w;
}

void tn_field_draw(const struct tn_field *field, const struct tn_keyboard *keyboard,
                   const struct tn_view *view, struct tn_draw *draw, struct tn_area area)
{
    float pad = fminf(PAD_MM, area.h / 4.0f);
    struct line line = {.area = {area.x + pad, area.y + 1.0f, area.w - 2.0f * pad, area.h - 2.0f}};
    line.is_rtl = is_rtl_text(field->text, tn_langs[keyboard->lang].is_rtl && !keyboard->is_digits);
    line.is_turned = line.is_rtl != view->is_rtl;
    line.size = size_for(view, line.area.h);
    tn_draw_panel(draw, tn_area_px(view, area), tn_px(view, fminf(RADIUS_MM, area.h / 4.0f)),
                  TN_COLOR_NONE, TN_COLOR_ACTION, tn_px(view, LINE_MM));
    line.area.w -= CURSOR_MM + 0.6f;
    float end = put(view, draw, &line, 0.0f, field->text, TN_COLOR_INK);
    end = put(view, draw, &line, end, keyboard->pinyin, TN_COLOR_ACTION);
    line.area.w += CURSOR_MM + 0.6f;
    struct tn_area cursor = along(&line, end + 0.6f, CURSOR_MM);
    float h = fminf(tn_line_mm(view, line.size), area.h - 4.0f);
    cursor.y = area.y + (area.h - h) / 2.0f;
    cursor.h = h;
    tn_draw_fill(draw, tn_area_px(view, cursor), TN_COLOR_ACTION);
}

static float step_mm(const struct tn_view *view)
{
    return tn_page_of(view).is_compact ? STEP_SMALL_MM : STEP_MM;
}

/* Stops of a form's path: walked, lit, to come. */
static void steps_path(const struct tn_view *view, struct tn_draw *draw, float x, float y, int step,
                       int steps)
{
    float apart = step_mm(view);
    float last = (float)(steps - 1) * apart;
    float lit = (float)(step - 1) * apart;
    struct tn_area all = {x, y - STEP_LINE_MM / 2.0f, last, STEP_LINE_MM};
    struct tn_area walked = all;
    walked.w = lit;
    tn_draw_track(draw, tn_area_px(view, all), tn_px(view, STEP_LINE_MM), TN_COLOR_TRACK);
    if (lit > 0.0f) {
        tn_draw_track(draw, tn_area_px(view, walked), tn_px(view, STEP_LINE_MM), TN_COLOR_ACTION);
    }
    for (int i = 0; i < steps; i++) {
        bool is_lit = i == step - 1;
        float r = STEP_RADIUS_MM * (is_lit ? 1.2f : 0.85f);
        enum tn_color color = is_lit         ? TN_COLOR_NEWEST
                              : i < step - 1 ? TN_COLOR_ACTION
                                             : TN_COLOR_PAPER;
        tn_draw_node(draw, tn_px(view, x + (float)i * apart), tn_px(view, y), tn_px(view, r), color,
                     i < step ? TN_COLOR_NONE : TN_COLOR_TRACK,
                     i < step ? 0 : tn_px(view, STEP_LINE_MM));
    }
}

static float steps_mm(const struct tn_view *view, int steps)
{
    return (float)(steps - 1) * step_mm(view) + 2.4f * STEP_RADIUS_MM;
}

static struct tn_item *end_words(const struct tn_view *view, struct tn_draw *draw,
                                 struct tn_area area, const char *end)
{
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, area), TN_TYPE_SMALL, TN_COLOR_QUIET, end);
    item->align = TN_ALIGN_END;
    return item;
}

static struct tn_item *question_words(const struct tn_view *view, struct tn_draw *draw,
                                      struct tn_area area, const char *question)
{
    bool is_two = area.h >= 2.0f * tn_line_mm(view, TN_TYPE_SMALL) &&
                  tn_text_mm(view, question, TN_TYPE_LABEL, true) > area.w;
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, area), TN_TYPE_LABEL, TN_COLOR_INK, question);
    item->is_bold = true;
    item->is_spoken = true;
    item->lines_max = is_two ? 2 : 1;
    return item;
}

/* Portrait: the bar is for the path, the question has lines of its own below it. */
static float steps_tall(const struct tn_view *view, struct tn_draw *draw,
                        const struct tn_page *page, const char *question)
{
    struct tn_say say = {question, TN_TYPE_BODY, true, 2, 0.0f};
    float w = page->w - 2.0f * page->margin;
    float h = tn_stack_height(view, &say, 1, w);
    float top = page->margin + page->head + GAP_MM;
    tn_layout_stack(view, draw, (struct tn_area){page->margin, top, w, h + 0.1f}, &say, 1,
                    TN_COLOR_INK, TN_ALIGN_START);
    return top + h + GAP_MM;
}

float tn_layout_steps(const struct tn_view *view, struct tn_draw *draw, const char *question,
                      const char *end, int step, int steps)
{
    struct tn_page page = tn_page_of(view);
    float m = page.margin;
    float h = page.head;
    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, TN_COLOR_PAPER);
    tn_draw_picture(draw, tn_area_px(view, (struct tn_area){m, m, h, h}), "logo", TN_COLOR_ACTION,
                    TN_COLOR_NEWEST)
        ->is_fixed = true;
    float right = page.w - m;
    if (end[0] != '\0') {
        float w = fminf(tn_text_mm(view, end, TN_TYPE_SMALL, false) + 1.0f, page.w / 3.0f);
        (void)end_words(view, draw, (struct tn_area){right - w, m, w, h}, end);
        right -= w + GAP_MM;
    }
    if (step > 0 && steps > 1) {
        right -= steps_mm(view, steps);
        steps_path(view, draw, right + 1.2f * STEP_RADIUS_MM, m + h / 2.0f, step, steps);
        right -= GAP_MM;
    }
    if (page.is_tall) {
        return steps_tall(view, draw, &page, question);
    }
    float x = m + h + GAP_MM;
    (void)question_words(view, draw, (struct tn_area){x, m, right - x, h}, question);
    return m + h + (page.is_compact ? 2.0f : GAP_MM);
}

/* A small panel in landscape: the buttons at both ends of the field's own line. Gives what is left
 * between them. */
static struct tn_area small_buttons(const struct tn_view *view, struct tn_draw *draw,
                                    const struct tn_typing *typing, struct tn_area line)
{
    for (size_t i = 0; i < typing->first; i++) {
        struct tn_button *button = &typing->buttons[i];
        button->area = (struct tn_area){line.x, line.y, SMALL_BUTTON_MM, line.h};
        line.x += SMALL_BUTTON_MM + GAP_MM;
        line.w -= SMALL_BUTTON_MM + GAP_MM;
    }
    for (size_t i = typing->count; i > typing->first; i--) {
        struct tn_button *button = &typing->buttons[i - 1];
        float w = i == typing->count ? SMALL_NEXT_MM : SMALL_BUTTON_MM;
        button->area = (struct tn_area){line.x + line.w - w, line.y, w, line.h};
        line.w -= w + GAP_MM;
    }
    for (size_t i = 0; i < typing->count; i++) {
        tn_layout_button(view, draw, &typing->buttons[i]);
    }
    return line;
}

/* The question over the field, and how far the form is. */
static void small_field(const struct tn_view *view, struct tn_draw *draw,
                        const struct tn_typing *typing, struct tn_area area)
{
    float label = fminf(tn_line_mm(view, TN_TYPE_SMALL) + 1.0f, area.h * 0.4f);
    struct tn_area words = {area.x + 1.0f, area.y, area.w - 2.0f, label};
    if (typing->end[0] != '\0') {
        float w = fminf(tn_text_mm(view, typing->end, TN_TYPE_SMALL, false) + 1.0f, 16.0f);
        (void)end_words(view, draw, (struct tn_area){words.x + words.w - w, area.y, w, label},
                        typing->end);
        words.w -= w + 2.0f;
    }
    struct tn_item *question = question_words(view, draw, words, typing->question);
    if (tn_text_mm(view, typing->question, TN_TYPE_LABEL, true) > words.w) {
        question->size = TN_TYPE_SMALL;
    }
    tn_field_draw(typing->field, typing->keyboard, view, draw,
                  (struct tn_area){area.x, area.y + label, area.w, area.h - label});
}

/* What is over the least heights is shared out, so that all of it grows where pixels are higher
 * than wide. */
static void typing_small(const struct tn_view *view, struct tn_draw *draw,
                         const struct tn_typing *typing, const struct tn_page *page)
{
    float m = page->margin;
    float w = page->w - 2.0f * m;
    float room = page->h - 2.0f * EDGE_MM - GAP_MM;
    float least = TN_BUTTON_MM + tn_keyboard_height(typing->keyboard, view, w, 0.0f);
    float h = TN_BUTTON_MM * fminf(fmaxf(room / least, 1.0f), 1.08f);
    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, TN_COLOR_PAPER);
    struct tn_area line = {m, EDGE_MM, w, h};
    small_field(view, draw, typing, small_buttons(view, draw, typing, line));
    struct tn_area keys = {m, 0.0f, w, tn_keyboard_height(typing->keyboard, view, w, room - h)};
    keys.y = page->h - EDGE_MM - keys.h;
    tn_keyboard_draw(typing->keyboard, view, draw, keys);
}

void tn_layout_typing(const struct tn_view *view, struct tn_draw *draw,
                      const struct tn_typing *typing)
{
    struct tn_page page = tn_page_of(view);
    if (page.is_compact && !page.is_tall) {
        typing_small(view, draw, typing, &page);
        return;
    }
    float m = page.is_tall ? fminf(page.margin, 4.0f) : page.margin;
    float top =
        tn_layout_steps(view, draw, typing->question, typing->end, typing->step, typing->steps);
    float actions = tn_layout_actions(view, draw, typing->buttons, typing->count, typing->first);
    float w = page.w - 2.0f * m;
    float field_h = page.is_tall ? FIELD_TALL_MM : FIELD_MM;
    float bottom = actions - GAP_MM;
    float keys_h = tn_keyboard_height(typing->keyboard, view, w, bottom - top - field_h - GAP_MM);
    tn_keyboard_draw(typing->keyboard, view, draw, (struct tn_area){m, bottom - keys_h, w, keys_h});
    float room = bottom - keys_h - GAP_MM - top;
    float y = top + fmaxf(0.0f, (room - field_h) / (page.is_tall ? 3.0f : 2.0f));
    tn_field_draw(
        typing->field, typing->keyboard, view, draw,
        (struct tn_area){page.margin, y, page.w - 2.0f * page.margin, fminf(field_h, room)});
}
