/* Choices in a grid. Words are large where all of a grid fit, else all are small: sizes that change
 * from cell to cell look like a meaning. The estimate of widths decides; the painter mends what it
 * got wrong. */
#include "kiosk/ui/choice.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CELL_LEAST_MM 32.0f
#define COLUMNS_MAX 4
/* Cells need be no wider than this for words that are long. */
#define CELL_WIDE_MM 56.0f
#define RADIUS_MM 4.0f
#define LINE_MM 0.5f
#define CHECK_MM 8.0f
#define LINES_MAX 3
#define LABEL_SHARE 0.58f

int tn_cells_columns(float w, int columns_max)
{
    int fit = (int)((w + TN_BUTTON_GAP_MM) / (CELL_LEAST_MM + TN_BUTTON_GAP_MM));
    fit = fit < 1 ? 1 : fit;
    return fit < columns_max ? fit : columns_max;
}

static struct tn_cells cells_of(const struct tn_view *view, struct tn_area area, int columns,
                                int count, float height_max)
{
    struct tn_cells cells = {.area = area, .columns = columns};
    cells.rows = (count + cells.columns - 1) / cells.columns;
    float gaps = (float)(cells.rows - 1) * TN_BUTTON_GAP_MM;
    float h = fminf(area.h, (float)cells.rows * height_max + gaps);
    cells.area.y += view->is_lower ? area.h - h : 0.0f;
    cells.area.h = h;
    return cells;
}

struct tn_cells tn_cells_for(const struct tn_view *view, struct tn_area area, int count,
                             float height_max)
{
    return cells_of(view, area, tn_cells_columns(area.w, COLUMNS_MAX), count, height_max);
}

struct tn_cells tn_cells_wide(const struct tn_view *view, struct tn_area area, int count,
                              float height_max)
{
    int most = tn_cells_columns(area.w, COLUMNS_MAX);
    int rows = (int)((area.h + TN_BUTTON_GAP_MM) / (TN_BUTTON_MM + TN_BUTTON_GAP_MM));
    int columns = (int)(area.w / CELL_WIDE_MM);
    columns = columns < 1 ? 1 : columns;
    while (columns < most && columns * rows < count) {
        columns++;
    }
    return cells_of(view, area, columns < most ? columns : most, count, height_max);
}

struct tn_area tn_cell_area(const struct tn_cells *cells, int index)
{
    float gap = TN_BUTTON_GAP_MM;
    float w = (cells->area.w - (float)(cells->columns - 1) * gap) / (float)cells->columns;
    float h = (cells->area.h - (float)(cells->rows - 1) * gap) / (float)cells->rows;
    return (struct tn_area){cells->area.x + (float)(index % cells->columns) * (w + gap),
                            cells->area.y + (float)(index / cells->columns) * (h + gap), w, h};
}

/* The width of the longest word. */
static float word_mm(const struct tn_view *view, const char *text, enum tn_type_size size,
                     bool is_bold)
{
    char word[TN_DRAW_TEXT_MAX + 1];
    float longest = 0.0f;
    for (const char *p = text; *p != '\0'; p += strspn(p, " -")) {
        size_t len = strcspn(p, " -");
        snprintf(word, sizeof word, "%.*s", (int)len, p);
        longest = fmaxf(longest, tn_text_mm(view, word, size, is_bold));
        p += len;
    }
    return longest;
}

/* Tells whether words fit an area at the size of labels, on as many lines as there is room for. */
static bool is_fitting(const struct tn_view *view, struct tn_area area, const char *text,
                       bool is_bold)
{
    struct tn_say say = {text, TN_TYPE_LABEL, is_bold, LINES_MAX, 0.0f};
    return word_mm(view, text, TN_TYPE_LABEL, is_bold) <= area.w &&
           tn_stack_height(view, &say, 1, area.w) <= area.h;
}

/* Words centred in an area, on one line or on several. */
static void words(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                  struct tn_say say, enum tn_color ink)
{
    bool is_one_line = tn_text_mm(view, say.text, say.size, say.is_bold) <= area.w;
    struct tn_item *item = tn_draw_text(draw, tn_area_px(view, area), say.size, ink, say.text);
    item->align = TN_ALIGN_CENTRE;
    item->is_bold = say.is_bold;
    item->lines_max = is_one_line ? 1 : (int)fmaxf(2.0f, area.h / tn_line_mm(view, say.size));
}

/* The check mark before the words of an area, which is what remains of it afterwards. */
static void check(const struct tn_view *view, struct tn_draw *draw, struct tn_area *area,
                  enum tn_color ink)
{
    float d = fminf(CHECK_MM, area->h);
    struct tn_area mark = {area->x + 1.0f, area->y + (area->h - d) / 2.0f, d, d};
    tn_draw_picture(draw, tn_area_px(view, mark), "check", ink, ink);
    area->x += d + 2.0f;
    area->w -= d + 2.0f;
}

/* The check mark alone, in the middle of an area. */
static void check_below(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                        enum tn_color ink)
{
    float d = fminf(CHECK_MM, area.h);
    area = (struct tn_area){area.x + (area.w - d) / 2.0f, area.y + (area.h - d) / 2.0f, d, d};
    tn_draw_picture(draw, tn_area_px(view, area), "check", ink, ink);
}

/* A choice's parts: what it is called, and below it what it says now. A chosen one without a value
 * has its mark there, where a narrow button has no room before its words. */
struct parts {
    struct tn_area label;
    struct tn_area value;
    bool has_mark_before; /* the label */
    bool has_mark_below;
};

static bool is_bold(const struct tn_choice *choice)
{
    return choice->is_main || choice->is_chosen;
}

static struct parts parts_of(const struct tn_view *view, struct tn_area area,
                             const struct tn_choice *choice)
{
    struct tn_area inner = {area.x + 1.6f, area.y + 1.0f, area.w - 3.2f, area.h - 2.0f};
    struct parts parts = {.label = inner, .value = inner};
    bool has_mark_alone = choice->is_chosen && choice->value == NULL;
    float label = word_mm(view, choice->label, TN_TYPE_LABEL, is_bold(choice));
    parts.has_mark_below = has_mark_alone && label + CHECK_MM + 2.0f > inner.w;
    parts.has_mark_before = has_mark_alone && !parts.has_mark_below;
    if (choice->value != NULL || parts.has_mark_below) {
        parts.label.h *= LABEL_SHARE;
        parts.value.y += parts.label.h;
        parts.value.h -= parts.label.h;
    }
    return parts;
}

static bool is_label_fitting(const struct tn_view *view, struct tn_area area,
                             const struct tn_choice *choice)
{
    struct parts parts = parts_of(view, area, choice);
    parts.label.w -= parts.has_mark_before ? CHECK_MM + 2.0f : 0.0f;
    return is_fitting(view, parts.label, choice->label, is_bold(choice));
}

static bool is_value_fitting(const struct tn_view *view, struct tn_area area,
                             const struct tn_choice *choice)
{
    struct parts parts = parts_of(view, area, choice);
    parts.value.w -= choice->is_chosen ? CHECK_MM + 2.0f : 0.0f;
    return choice->value == NULL || is_fitting(view, parts.value, choice->value, true);
}

void tn_choices_even(const struct tn_view *view, struct tn_area area, struct tn_choice *choices,
                     int count)
{
    bool is_small = false;
    bool is_value_small = false;
    for (int i = 0; i < count; i++) {
        is_small = is_small || !is_label_fitting(view, area, &choices[i]);
        is_value_small = is_value_small || !is_value_fitting(view, area, &choices[i]);
    }
    for (int i = 0; i < count; i++) {
        choices[i].is_small = is_small;
        choices[i].is_value_small = is_value_small;
    }
}

static void choice_words(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                         const struct tn_choice *choice, enum tn_color ink)
{
    struct parts parts = parts_of(view, area, choice);
    bool is_small = choice->is_small || !is_label_fitting(view, area, choice);
    struct tn_say label = {choice->label, is_small ? TN_TYPE_SMALL : TN_TYPE_LABEL, is_bold(choice),
                           LINES_MAX, 0.0f};
    if (choice->value != NULL && choice->is_chosen) {
        check(view, draw, &parts.value, ink);
    } else if (parts.has_mark_below) {
        check_below(view, draw, parts.value, ink);
    } else if (parts.has_mark_before) {
        check(view, draw, &parts.label, ink);
    }
    words(view, draw, parts.label, label, ink);
    if (choice->value != NULL) {
        is_small = choice->is_value_small || !is_value_fitting(view, area, choice);
        struct tn_say value = {choice->value, is_small ? TN_TYPE_SMALL : TN_TYPE_LABEL, true,
                               LINES_MAX, 0.0f};
        words(view, draw, parts.value, value, is_bold(choice) ? ink : TN_COLOR_ACTION);
    }
}

void tn_choice_draw(const struct tn_view *view, struct tn_draw *draw, struct tn_area area,
                    const struct tn_choice *choice)
{
    bool is_filled = is_bold(choice) && !choice->is_off;
    enum tn_color ink = choice->is_off ? TN_COLOR_QUIET : TN_COLOR_INK;
    ink = is_filled ? TN_COLOR_ACTION_INK : ink;
    struct tn_item *panel = tn_draw_panel(draw, tn_area_px(view, area), tn_px(view, RADIUS_MM),
                                          is_filled ? TN_COLOR_ACTION : TN_COLOR_NONE,
                                          TN_COLOR_LINE, is_filled ? 0 : tn_px(view, LINE_MM));
    panel->control = choice->is_off ? NULL : choice->control;
    choice_words(view, draw, area, choice, ink);
}

void tn_choices_draw(const struct tn_view *view, struct tn_draw *draw, const struct tn_cells *cells,
                     struct tn_choice *choices, int count)
{
    tn_choices_even(view, tn_cell_area(cells, 0), choices, count);
    for (int i = 0; i < count; i++) {
        tn_choice_draw(view, draw, tn_cell_area(cells, i), &choices[i]);
    }
}
