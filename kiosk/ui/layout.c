/* The frame of every screen: how millimetres become boxes, the top bar, the stack of lines and the
 * frame of a result. Nothing here knows one screen from another. Widths come from the type scale's
 * own table, so a layout is right before anything is painted; where a name is longer than the table
 * can know, the painter shrinks it inside its box. */
#include "kiosk/ui/layout.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "turnout/timefmt.h"

#define COMPACT_BELOW_MM 110.0f
#define BAR_TEXT_MAX 300
/* A name may be set a little smaller before it takes a second line. */
#define NAME_SLACK 1.08f

struct tn_page tn_page_of(const struct tn_view *view)
{
    struct tn_page page = {.w = (float)view->w_px / view->unit_px,
                           .h = (float)view->h_px / view->unit_px};
    page.is_tall = page.h > page.w;
    page.is_compact = fminf(page.w, page.h) < COMPACT_BELOW_MM;
    page.margin = page.is_compact ? 4.0f : 8.0f;
    page.head = page.is_compact ? 8.0f : 12.0f;
    page.has_corner_below = page.is_compact && page.is_tall;
    page.bar = page.margin + page.head + (page.has_corner_below ? 8.0f : 0.0f);
    return page;
}

struct tn_rect tn_area_px(const struct tn_view *view, struct tn_area area)
{
    int left = tn_px(view, area.x);
    int top = tn_px(view, area.y);
    return (struct tn_rect){left, top, tn_px(view, area.x + area.w) - left,
                            tn_px(view, area.y + area.h) - top};
}

float tn_line_mm(const struct tn_view *view, enum tn_type_size size)
{
    return tn_type_mm(view, size) * TN_TYPE_PITCH;
}

float tn_text_mm(const struct tn_view *view, const char *text, enum tn_type_size size, bool is_bold)
{
    return tn_type_width_caps(text, is_bold) * tn_type_mm(view, size);
}

/* The mark at the right edge: a filled stop when all is safe, a ring while entries wait, a
 * triangle when the log was repaired. Gives the words that say the same. */
static void status(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw,
                   struct tn_area mark, char words[BAR_TEXT_MAX])
{
    const struct tn_station_info *info = &model->info;
    unsigned long long waiting = info->waiting;
    unsigned long long entries = info->entries;
    struct tn_rect box = tn_area_px(view, mark);
    int x = box.x + box.w / 2;
    int y = box.y + box.h / 2;
    int radius = tn_px(view, 1.7f);

    if (info->was_salvaged) {
        snprintf(words, BAR_TEXT_MAX, "%s", _("Log was repaired"));
        tn_draw_picture(draw, box, "triangle", TN_COLOR_WARN, TN_COLOR_PAPER);
        return;
    }
    if (model->health.printer == TN_PART_TROUBLE) {
        snprintf(words, BAR_TEXT_MAX, "%s", _("Check the printer"));
        tn_draw_picture(draw, box, "triangle", TN_COLOR_WARN, TN_COLOR_PAPER);
        return;
    }
    if (info->is_closed && waiting == 0) {
        snprintf(words, BAR_TEXT_MAX, "%s", _("Closed for today"));
        tn_draw_node(draw, x, y, radius, TN_COLOR_QUIET, TN_COLOR_NONE, 0);
        return;
    }
    if (waiting > 0) {
        /* Translators: in a corner, so short. Entries of the log; the station closed, or not. */
        snprintf(words, BAR_TEXT_MAX,
                 info->is_closed ? _("Closed · %llu to send") : _("%llu to send"), waiting);
        tn_draw_node(draw, x, y, radius, TN_COLOR_NONE, TN_COLOR_QUIET, tn_px(view, 0.8f));
        return;
    }
    if (entries > 0) {
        /* Translators: in a corner, so short. Entries of the log, all at the centre. */
        snprintf(words, BAR_TEXT_MAX, ngettext("%llu safe", "All %llu safe", entries), entries);
    } else {
        snprintf(words, BAR_TEXT_MAX, "%s", _("Ready"));
    }
    tn_draw_node(draw, x, y, radius, TN_COLOR_GOOD, TN_COLOR_NONE, 0);
}

/* "Event · Station" on one line where it fits, else one above the other, else the station alone. */
static void bar_title(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area)
{
    const char *event = model->info.event_title;
    const char *station = model->info.station_name;
    char words[BAR_TEXT_MAX];
    bool has_both = event[0] != '\0' && station[0] != '\0';
    snprintf(words, sizeof words, "%s%s%s", event, has_both ? " · " : "", station);
    bool is_long = has_both && tn_text_mm(view, words, TN_TYPE_SMALL, true) > area.w;
    if (is_long && area.h < 2.0f * tn_line_mm(view, TN_TYPE_SMALL)) {
        snprintf(words, sizeof words, "%s", station);
    } else if (is_long) {
        float line = tn_line_mm(view, TN_TYPE_SMALL);
        float top = area.y + area.h / 2.0f - line;
        struct tn_area upper = {area.x, top, area.w, line};
        struct tn_area lower = {area.x, top + line, area.w, line};
        tn_draw_text(draw, tn_area_px(view, upper), TN_TYPE_SMALL, TN_COLOR_INK, event)->is_bold =
            true;
        tn_draw_text(draw, tn_area_px(view, lower), TN_TYPE_SMALL, TN_COLOR_INK, station);
        return;
    }
    tn_draw_text(draw, tn_area_px(view, area), TN_TYPE_SMALL, TN_COLOR_INK, words)->is_bold = true;
}

void tn_layout_bar(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    float m = page.margin;
    float h = page.head;
    float corner_y = m + (page.has_corner_below ? h : 0.0f);
    char words[BAR_TEXT_MAX] = "";
    char clock[TN_TIME_TEXT_SIZE];
    char corner[BAR_TEXT_MAX + TN_TIME_TEXT_SIZE + 8];

    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, TN_COLOR_PAPER);
    tn_draw_picture(draw, tn_area_px(view, (struct tn_area){m, m, h, h}), "logo", TN_COLOR_ACTION,
                    TN_COLOR_NEWEST);
    status(model, view, draw, (struct tn_area){page.w - m - 4.0f, corner_y + h / 2 - 2, 4, 4},
           words);
    tn_time_clock(model->now_ms, clock);
    snprintf(corner, sizeof corner, "%s · %s", words, clock);

    float right = page.w - m - 6.0f;
    float corner_w = fminf(tn_text_mm(view, corner, TN_TYPE_SMALL, false) + 2.0f, page.w / 2.0f);
    struct tn_area corner_area = {right - corner_w, corner_y, corner_w, h};
    struct tn_item *item =
        tn_draw_text(draw, tn_area_px(view, corner_area), TN_TYPE_SMALL, TN_COLOR_QUIET, corner);
    item->align = TN_ALIGN_END;

    float left = m + h + 4.0f;
    float end = page.has_corner_below ? page.w - m : right - corner_w - 4.0f;
    bar_title(model, view, draw, (struct tn_area){left, m, end - left, h});
}

/* How many lines words of these widths take, wrapped greedily at spaces and hyphens; never more
 * than lines_max. */
/* The bytes of the next piece that is not broken: a word up to its space or hyphen, or one sign of
 * a script without spaces (from U+2E80 on). */
static size_t piece_of(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0' && text[len] != ' ' && (unsigned char)text[len] < 0xE3) {
        if (text[len++] == '-') {
            return len;
        }
    }
    return len == 0 && (unsigned char)text[0] >= 0xE3 ? strnlen(text, 3) : len;
}

static int lines_of(const struct tn_view *view, const struct tn_say *say, float w)
{
    char word[TN_DRAW_TEXT_MAX + 2];
    float space = tn_text_mm(view, " ", say->size, say->is_bold);
    float used = 0.0f;
    float gap = 0.0f; /* before the word at hand: a space, or nothing behind a hyphen */
    float room = say->size == TN_TYPE_NAME ? w * NAME_SLACK : w;
    int lines = 1;
    for (const char *p = say->text; *p != '\0';) {
        size_t len = piece_of(p);
        snprintf(word, sizeof word, "%.*s", (int)len, p);
        float width = tn_text_mm(view, word, say->size, say->is_bold);
        if (used > 0.0f && used + gap + width > room) {
            lines++;
            used = 0.0f;
        }
        used += (used > 0.0f ? gap : 0.0f) + width;
        if (used > 2.0f * room) { /* a word too long even at half size: it may be broken */
            lines++;
            used = 0.0f;
        }
        p += len;
        gap = *p == ' ' ? space : 0.0f;
        p += strspn(p, " ");
    }
    return lines < say->lines_max ? lines : say->lines_max;
}

/* Text of one line stays on one; what may wrap gets the lines that fit when it is shrunk: to half,
 * or a name to a little more than a third. */
static int say_lines_max(const struct tn_say *say, int lines)
{
    if (say->lines_max == 1) {
        return 1;
    }
    return say->size == TN_TYPE_NAME ? lines * 5 / 2 : lines * 2;
}

float tn_stack_height(const struct tn_view *view, const struct tn_say *says, size_t count, float w)
{
    float h = 0.0f;
    for (size_t i = 0; i < count; i++) {
        if (says[i].text[0] != '\0') {
            h += (h > 0.0f ? says[i].gap : 0.0f);
            h += (float)lines_of(view, &says[i], w) * tn_line_mm(view, says[i].size);
        }
    }
    return h;
}

void tn_layout_stack(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                     const struct tn_say *says, size_t count, enum tn_color color,
                     enum tn_align align)
{
    float h = tn_stack_height(view, says, count, area.w);
    float squeeze = h > area.h ? area.h / h : 1.0f;
    float y = area.y + (area.h - h * squeeze) / 2.0f;
    bool is_first = true;
    for (size_t i = 0; i < count; i++) {
        if (says[i].text[0] == '\0') {
            continue;
        }
        y += is_first ? 0.0f : says[i].gap * squeeze;
        is_first = false;
        int lines = lines_of(view, &says[i], area.w);
        float box_h = (float)lines * tn_line_mm(view, says[i].size) * squeeze;
        struct tn_rect box = tn_area_px(view, (struct tn_area){area.x, y, area.w, box_h});
        struct tn_item *item = tn_draw_text(draw, box, says[i].size, color, says[i].text);
        item->is_bold = says[i].is_bold;
        item->lines_max = say_lines_max(&says[i], lines);
        item->align = align;
        item->is_spoken = says[i].size > TN_TYPE_LABEL;
        y += box_h;
    }
}

/* Portrait: the shape above, the words centred below it, both together in the middle. */
static void result_tall(const struct tn_view *view, struct tn_draw *draw,
                        const struct tn_result_frame *frame, const struct tn_page *page)
{
    float side = page->margin + 4.0f;
    float room = page->h - frame->foot - 2.0f * side;
    float w = page->w - 2.0f * side;
    float gap = page->is_compact ? 4.0f : 8.0f;
    float words = tn_stack_height(view, frame->says, frame->count, w);
    float d = fminf(fminf(page->w * 0.5f, room * 0.42f), fmaxf(room - gap - words, room * 0.25f));
    words = fminf(words, room - d - gap);
    float y = side + (room - d - gap - words) / 2.0f;
    struct tn_area shape = {(page->w - d) / 2.0f + frame->shift, y, d, d};
    tn_draw_picture(draw, tn_area_px(view, shape), frame->picture, frame->shape, frame->sign);
    struct tn_area area = {side, y + d + gap, w, words + 0.1f};
    tn_layout_stack(view, draw, area, frame->says, frame->count, frame->ink, TN_ALIGN_CENTRE);
}

/* Landscape: the shape on the left, the words beside it. */
static void result_wide(const struct tn_view *view, struct tn_draw *draw,
                        const struct tn_result_frame *frame, const struct tn_page *page)
{
    float side = page->is_compact ? 8.0f : 16.0f;
    float gap = page->is_compact ? 8.0f : 16.0f;
    float top = page->is_compact ? 4.0f : 12.0f;
    float room = page->h - frame->foot - top;
    float d = fminf(page->w * (page->is_compact ? 0.22f : 0.31f), room);
    struct tn_area shape = {side + frame->shift, top + (room - d) / 2.0f, d, d};
    tn_draw_picture(draw, tn_area_px(view, shape), frame->picture, frame->shape, frame->sign);
    float x = side + d + gap;
    struct tn_area area = {x, top, page->w - x - page->margin, room};
    tn_layout_stack(view, draw, area, frame->says, frame->count, frame->ink, TN_ALIGN_START);
}

void tn_layout_result(const struct tn_view *view, struct tn_draw *draw,
                      const struct tn_result_frame *frame)
{
    struct tn_page page = tn_page_of(view);
    tn_draw_fill(draw, (struct tn_rect){0, 0, view->w_px, view->h_px}, frame->ground);
    if (page.is_tall) {
        result_tall(view, draw, frame, &page);
    } else {
        result_wide(view, draw, frame, &page);
    }
}

struct tn_area tn_layout_scan_frame(const struct tn_view *view, struct tn_draw *draw,
                                    struct tn_area area)
{
    float side = fminf(area.w, area.h);
    struct tn_area square = {area.x + (area.w - side) / 2.0f, area.y + (area.h - side) / 2.0f, side,
                             side};
    tn_draw_panel(draw, tn_area_px(view, area), tn_px(view, 8.0f), TN_COLOR_SURFACE, TN_COLOR_NONE,
                  0);
    tn_draw_picture(draw, tn_area_px(view, square), "scan-frame", TN_COLOR_ACTION, TN_COLOR_LINE);
    return square;
}
