/* A table set for a terminal. Columns take what they need; where that is too much for the line,
 * texts are cut down to a width that still tells them apart, and where even that is too much, the
 * columns are set in panels under each other, each with the first column. */
#include <string.h>

#include "sync/exchange/report_text.h"
#include "sync/exchange/report_value.h"
#include "sync/exchange/text_width.h"

#define GAP 2
#define TEXT_MIN 12 /* columns that a cut text keeps */
#define HEAD_LINES_MAX 4
#define BAR_MIN 10
#define BAR_MAX 30

/* A part with the widths of its columns. A mark of a partial number stands in the gap. */
struct table {
    const struct tn_report_part *part;
    const struct tn_report_look *look;
    const char *tz;
    size_t widths[TN_REPORT_COLUMNS_MAX];
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

static void measure(struct table *t)
{
    char text[TN_REPORT_SAID_SIZE];
    for (size_t i = 0; i < t->part->column_count; i++) {
        t->widths[i] = tn_text_word_width(t->part->columns[i].title);
        for (size_t row = 0; row < t->part->row_count; row++) {
            const size_t width = tn_text_width(cell(t, row, i, text));
            t->widths[i] = width > t->widths[i] ? width : t->widths[i];
        }
    }
}

/* Where panels it must be, texts are as wide as half a line lets them. */
static void narrow_for_panels(struct table *t)
{
    const size_t most = t->look->width / 2 - GAP;
    measure(t);
    for (size_t i = 0; i < t->part->column_count; i++) {
        t->widths[i] = t->widths[i] > most ? most : t->widths[i];
    }
}

/* Takes columns from the widest text, one at a time, until the line holds the table. */
static void narrow(struct table *t)
{
    while (total(t) > t->look->width) {
        size_t widest = 0;
        for (size_t i = 1; i < t->part->column_count; i++) {
            if (is_text(t, i) && (!is_text(t, widest) || t->widths[i] > t->widths[widest])) {
                widest = i;
            }
        }
        if (!is_text(t, widest) || t->widths[widest] <= TEXT_MIN) {
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
        if (total(t) + more <= t->look->width) {
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
        if (width > t->look->width && panel.to > from) {
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
static void put_cell(FILE *file, const struct table *t, size_t column, const char *text,
                     size_t *owed)
{
    const size_t width = tn_text_width(text);
    const size_t room = t->widths[column];
    const size_t pad = width < room ? room - width : 0;
    if (text[0] != '\0') {
        put_spaces(file, *owed + (is_text(t, column) ? 0 : pad));
        (void)tn_text_put(file, text, room);
        *owed = 0;
    }
    *owed += text[0] == '\0' ? room : is_text(t, column) ? pad : 0;
    *owed += GAP;
}

static void put_mark(FILE *file, const struct tn_report_value *value, size_t *owed)
{
    if (value->is_partial && tn_report_has(value)) {
        (void)fputc('+', file);
        *owed -= 1;
    }
}

/* One line of a column's head; heads stand on the rule, so short ones begin lower. */
static void head_line(const char *title, size_t width, size_t line, size_t lines, char *out,
                      size_t size)
{
    struct tn_text_line text[HEAD_LINES_MAX] = {{NULL, 0}};
    const char *rest = title;
    size_t count = 0;
    while (count < HEAD_LINES_MAX && tn_text_take_line(&rest, width, &text[count])) {
        count++;
    }
    out[0] = '\0';
    if (line + count >= lines) {
        const struct tn_text_line *one = &text[line + count - lines];
        (void)snprintf(out, size, "%.*s", (int)one->len, one->text);
    }
}

static size_t head_lines(const struct table *t, const struct panel *panel)
{
    size_t most = 1;
    for (size_t i = 0; i < panel->to; i = i == 0 ? panel->from : i + 1) {
        struct tn_text_line line;
        const char *rest = t->part->columns[i].title;
        size_t count = 0;
        while (count < HEAD_LINES_MAX && tn_text_take_line(&rest, t->widths[i], &line)) {
            count++;
        }
        most = count > most ? count : most;
    }
    return most;
}

static void put_head(FILE *file, const struct table *t, const struct panel *panel)
{
    const size_t lines = head_lines(t, panel);
    size_t rule = t->widths[0];
    for (size_t line = 0; line < lines; line++) {
        size_t owed = 0;
        for (size_t i = 0; i < panel->to; i = i == 0 ? panel->from : i + 1) {
            char text[256];
            head_line(t->part->columns[i].title, t->widths[i], line, lines, text, sizeof text);
            put_cell(file, t, i, text, &owed);
        }
        (void)fputc('\n', file);
    }
    for (size_t i = panel->from; i < panel->to; i++) {
        rule += GAP + t->widths[i];
    }
    for (size_t i = 0; i < rule; i++) {
        (void)fputc('-', file);
    }
    (void)fputc('\n', file);
}

/* A bar of eighths of a column, as blocks draw it. */
static void put_bar(FILE *file, int64_t number, int64_t top, size_t width)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const size_t whole = (size_t)(number * (int64_t)width * 8 / top);
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

static void put_rows(FILE *file, const struct table *t, const struct panel *panel)
{
    const size_t width = bar_width(t);
    const int64_t top = width > 0 ? tn_report_top(t->part, t->part->chart_column) : 1;
    for (size_t row = 0; row < t->part->row_count; row++) {
        size_t owed = 0;
        for (size_t i = 0; i < panel->to; i = i == 0 ? panel->from : i + 1) {
            char text[TN_REPORT_SAID_SIZE];
            put_cell(file, t, i, cell(t, row, i, text), &owed);
            put_mark(file, tn_report_at(t->part, row, i), &owed);
        }
        const struct tn_report_value *value = tn_report_at(t->part, row, t->part->chart_column);
        if (width > 0 && tn_report_has(value) && value->number > 0) {
            put_spaces(file, owed);
            put_bar(file, value->number, top, width);
        }
        (void)fputc('\n', file);
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
