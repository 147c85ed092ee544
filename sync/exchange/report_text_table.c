/* A table set for a terminal. Columns take what they need; where that is too much for the line,
 * texts are broken between their words, down to the width of the longest, and where even that is
 * too much, the columns are set in panels under each other, each with the first column. Nothing is
 * cut: a number is never broken, and a word only where a column cannot hold it. */
#include <string.h>

#include "sync/exchange/report_text.h"
#include "sync/exchange/report_value.h"
#include "sync/exchange/text_width.h"

#define GAP 2
#define TEXT_MIN 12 /* columns that a broken text keeps */
#define WORD_MAX 24 /* columns a word may claim; a longer one is broken */
#define BAR_MIN 10
#define BAR_MAX 30

/* A part with the widths of its columns. A mark of a partial number stands in the gap. */
struct table {
    const struct tn_report_part *part;
    const struct tn_report_look *look;
    const char *tz;
    size_t room; /* columns of a line, without that of a mark at its end */
    size_t widths[TN_REPORT_COLUMNS_MAX];
    size_t floors[TN_REPORT_COLUMNS_MAX]; /* what a text's column is not made narrower than */
};

static bool is_text(const struct table *t, size_t column)
{
    return t->part->columns[column].measure == TN_MEASURE_TEXT;
}

static const char *cell(const struct table *t, size_t row, size_t column,
                        char out[TN_REPORT_SAID_SIZE])
{
    const enum tn_measure measure = tn_report_measure(t->part, row, column);
    if (measure == TN_MEASURE_TEXT) {
        return tn_report_text_at(t->part, row, column);
    }
    tn_report_say(tn_report_at(t->part, row, column), measure, t->tz, out);
    return out;
}

static size_t total(const struct table *t)
{
    size_t sum = 0;
    for (size_t i = 0; i < t->part->column_count; i++) {
        sum += t->widths[i] + (i == 0 ? 0 : GAP);
    }
    return sum;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void measure(struct table *t)
{
    char text[TN_REPORT_SAID_SIZE];
    bool has_marks = false;
    for (size_t i = 0; i < t->part->column_count; i++) {
        size_t word = tn_text_word_width(t->part->columns[i].title);
        size_t width = word;
        for (size_t row = 0; row < t->part->row_count; row++) {
            const char *said = cell(t, row, i, text);
            has_marks = has_marks || tn_report_at(t->part, row, i)->is_partial;
            width = larger(width, tn_text_width(said));
            word = larger(word, tn_text_word_width(said));
        }
        t->widths[i] = width;
        t->floors[i] = larger(smaller(word, WORD_MAX), smaller(width, TEXT_MIN));
    }
    t->room = t->look->width - (has_marks ? 1 : 0);
}

/* Where panels it must be, a text is no wider than the half of a line. */
static void narrow_for_panels(struct table *t)
{
    const size_t most = t->look->width / 2 - GAP;
    measure(t);
    for (size_t i = 0; i < t->part->column_count; i++) {
        t->widths[i] = is_text(t, i) ? smaller(t->widths[i], most) : t->widths[i];
    }
}

/* Takes columns from the widest text that can be broken further, one at a time, until the line
 * holds the table. */
static void narrow(struct table *t)
{
    while (total(t) > t->room) {
        size_t widest = t->part->column_count;
        for (size_t i = 0; i < t->part->column_count; i++) {
            if (is_text(t, i) && t->widths[i] > t->floors[i] &&
                (widest == t->part->column_count || t->widths[i] > t->widths[widest])) {
                widest = i;
            }
        }
        if (widest == t->part->column_count) {
            narrow_for_panels(t);
            return;
        }
        t->widths[widest]--;
    }
}

/* Gives heads a line of their own as long as there is room. */
static void widen(struct table *t)
{
    for (size_t i = 0; i < t->part->column_count; i++) {
        const size_t head = tn_text_width(t->part->columns[i].title);
        const size_t more = head > t->widths[i] ? head - t->widths[i] : 0;
        if (total(t) + more <= t->room) {
            t->widths[i] += more;
        }
    }
}

/* Columns [from, to) after the first one: a panel. */
struct panel {
    size_t from;
    size_t to;
};

static struct panel next_panel(const struct table *t, size_t from)
{
    struct panel panel = {from, from};
    size_t width = t->widths[0];
    while (panel.to < t->part->column_count) {
        width += GAP + t->widths[panel.to];
        if (width > t->room && panel.to > from) {
            break;
        }
        panel.to++;
    }
    return panel;
}

static void put_spaces(FILE *file, size_t count)
{
    (void)fprintf(file, "%*s", (int)count, "");
}

/* Spaces at the end of a line are owed until something follows them. */
static void put_text(FILE *file, size_t room, const struct tn_text_line *line, size_t *owed)
{
    if (line->len == 0) {
        *owed += room + GAP;
        return;
    }
    put_spaces(file, *owed);
    const size_t used = tn_text_put_line(file, line);
    *owed = GAP + (used < room ? room - used : 0);
}

static void put_number(FILE *file, size_t room, const char *said, size_t *owed)
{
    const size_t width = tn_text_width(said);
    put_spaces(file, *owed + (width < room ? room - width : 0));
    (void)fputs(said, file);
    *owed = GAP;
}

static void put_mark(FILE *file, const struct tn_report_value *value, size_t *owed)
{
    if (value->is_partial && tn_report_has(value)) {
        (void)fputc('+', file);
        *owed -= 1;
    }
}

static size_t count_lines(const char *text, size_t width)
{
    struct tn_text_line line;
    size_t count = 0;
    while (tn_text_take_line(&text, width, &line)) {
        count++;
    }
    return count;
}

/* The next column of a panel: the first of the table, then the panel's own. */
static size_t after(const struct panel *panel, size_t column)
{
    return column == 0 ? panel->from : column + 1;
}

static void put_rule(FILE *file, const struct table *t, const struct panel *panel)
{
    size_t rule = t->widths[0];
    for (size_t i = panel->from; i < panel->to; i++) {
        rule += GAP + t->widths[i];
    }
    for (size_t i = 0; i < rule; i++) {
        (void)fputc('-', file);
    }
    (void)fputc('\n', file);
}

/* Heads stand on the rule, so short ones begin lower; a number's stands where its numbers end. */
static void put_head(FILE *file, const struct table *t, const struct panel *panel)
{
    const char *rest[TN_REPORT_COLUMNS_MAX];
    size_t counts[TN_REPORT_COLUMNS_MAX];
    size_t lines = 1;
    for (size_t i = 0; i < panel->to; i = after(panel, i)) {
        rest[i] = t->part->columns[i].title;
        counts[i] = count_lines(rest[i], t->widths[i]);
        lines = larger(lines, counts[i]);
    }
    for (size_t left = lines; left > 0; left--) {
        size_t owed = 0;
        for (size_t i = 0; i < panel->to; i = after(panel, i)) {
            struct tn_text_line line = {"", 0};
            if (left <= counts[i]) {
                (void)tn_text_take_line(&rest[i], t->widths[i], &line);
            }
            const size_t used = is_text(t, i) || line.len == 0 ? 0 : tn_text_line_width(&line);
            const size_t pad = used > 0 && used < t->widths[i] ? t->widths[i] - used : 0;
            owed += pad;
            put_text(file, t->widths[i] - pad, &line, &owed);
        }
        (void)fputc('\n', file);
    }
    put_rule(file, t, panel);
}

struct bars {
    size_t width; /* of the longest; 0: none are drawn */
    int64_t top;  /* what the longest stands for */
};

/* A bar of eighths of a column, as blocks draw it. */
static void put_bar(FILE *file, int64_t number, const struct bars *bars)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const size_t whole = (size_t)(number * (int64_t)bars->width * 8 / bars->top);
    const size_t count = whole == 0 ? 1 : whole;
    for (size_t i = 0; i < count / 8; i++) {
        (void)fputs("█", file);
    }
    (void)fputs(eighths[count % 8], file);
}

/* How wide a bar at the end of each line may be; 0: none is drawn. */
static size_t bar_width(const struct table *t)
{
    const size_t used = total(t) + GAP;
    if (!t->look->has_bars || t->part->chart == TN_CHART_NONE || used + BAR_MIN > t->look->width) {
        return 0;
    }
    const size_t room = t->look->width - used;
    return room > BAR_MAX ? BAR_MAX : room;
}

/* What follows the first line of a row: texts that did not end there. */
static void put_rest(FILE *file, const struct table *t, const struct panel *panel,
                     const char *rest[TN_REPORT_COLUMNS_MAX])
{
    for (bool is_more = true; is_more;) {
        struct tn_text_line lines[TN_REPORT_COLUMNS_MAX] = {{NULL, 0}};
        size_t owed = 0;
        is_more = false;
        for (size_t i = 0; i < panel->to; i = after(panel, i)) {
            is_more = tn_text_take_line(&rest[i], t->widths[i], &lines[i]) || is_more;
        }
        for (size_t i = 0; is_more && i < panel->to; i = after(panel, i)) {
            put_text(file, t->widths[i], &lines[i], &owed);
        }
        (void)fputs(is_more ? "\n" : "", file);
    }
}

static void put_row(FILE *file, const struct table *t, const struct panel *panel, size_t row,
                    const struct bars *bars)
{
    const char *rest[TN_REPORT_COLUMNS_MAX];
    const struct tn_report_value *value = tn_report_at(t->part, row, t->part->chart_column);
    size_t owed = 0;
    for (size_t i = 0; i < panel->to; i = after(panel, i)) {
        char said[TN_REPORT_SAID_SIZE];
        struct tn_text_line line = {"", 0};
        rest[i] = cell(t, row, i, said);
        if (is_text(t, i)) {
            (void)tn_text_take_line(&rest[i], t->widths[i], &line);
            put_text(file, t->widths[i], &line, &owed);
        } else {
            put_number(file, t->widths[i], said, &owed);
            put_mark(file, tn_report_at(t->part, row, i), &owed);
            rest[i] = "";
        }
    }
    if (bars->width > 0 && tn_report_has(value) && value->number > 0) {
        put_spaces(file, owed);
        put_bar(file, value->number, bars);
    }
    (void)fputc('\n', file);
    put_rest(file, t, panel, rest);
}

static void put_rows(FILE *file, const struct table *t, const struct panel *panel)
{
    const size_t width = bar_width(t);
    const struct bars bars = {.width = width,
                              .top = width > 0 ? tn_report_top(t->part, t->part->chart_column) : 1};
    for (size_t row = 0; row < t->part->row_count; row++) {
        put_row(file, t, panel, row, &bars);
    }
}

void tn_report_text_table(FILE *file, const struct tn_report_part *part, const char *tz,
                          const struct tn_report_look *look)
{
    struct table t = {.part = part, .look = look, .tz = tz};
    measure(&t);
    narrow(&t);
    widen(&t);
    for (struct panel panel = {0, 1}; panel.to == 1 || panel.to < part->column_count;) {
        const bool is_first = panel.from == 0;
        panel = next_panel(&t, is_first ? 1 : panel.to);
        (void)fputs(is_first ? "" : "\n", file);
        put_head(file, &t, &panel);
        put_rows(file, &t, &panel);
        if (part->column_count == 1) {
            return;
        }
    }
}
