/* Bars: a lit stretch of a thin track for each row, its name above and its number at its end, so
 * that neither a scale nor a legend is needed and the longest name has the whole width. Rows keep
 * their order, since bands and grades have one; of more rows than a page wants, the largest. */
#include <stdlib.h>

#include "sync/exchange/chart.h"
#include "sync/exchange/html.h"
#include "sync/exchange/report_value.h"

#define ROW 52
#define NAME_COLUMNS 40 /* what a phone is wide */
#define FULL 74.0       /* percent; the rest is for the number at the end of the longest */

static const struct tn_report_value *value_of(const struct tn_chart_view *view, size_t row)
{
    return tn_report_at(view->part, row, view->part->chart_column);
}

/* One row and what it is sorted by; the sort keeps the order of equals. */
struct place {
    size_t row;
    int64_t number;
};

static int larger_first(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;
    if (x->number != y->number) {
        return x->number > y->number ? -1 : 1;
    }
    return x->row < y->row ? -1 : x->row > y->row;
}

/* The rows to draw. Where memory has run out, the first ones. */
static size_t choose(const struct tn_chart_view *view, size_t out[TN_CHART_BARS_MAX])
{
    const size_t count = view->part->row_count;
    struct place *places = count > TN_CHART_BARS_MAX ? calloc(count, sizeof *places) : NULL;
    if (places != NULL) {
        for (size_t row = 0; row < count; row++) {
            const struct tn_report_value *value = value_of(view, row);
            places[row] = (struct place){row, tn_report_has(value) ? value->number : -1};
        }
        qsort(places, count, sizeof *places, larger_first);
    }
    const size_t most = count > TN_CHART_BARS_MAX ? TN_CHART_BARS_MOST : count;
    size_t drawn = 0;
    for (; drawn < most; drawn++) {
        if (places != NULL && places[drawn].number < 0) {
            break;
        }
        out[drawn] = places == NULL ? drawn : places[drawn].row;
    }
    free(places);
    return drawn;
}

static void write_bar(FILE *file, const struct tn_report_value *value, int64_t top, int y,
                      const char *said)
{
    const double width = (double)value->number * FULL / (double)top;
    tn_html(file, "<line class=\"track\" x1=\"0\" x2=\"%p\" y1=\"%d\" y2=\"%d\"/>", FULL, y, y);
    if (value->is_withheld) {
        tn_html(file,
                "<rect class=\"withheld\" x=\"0\" y=\"%d\" width=\"%p\" height=\"14\" rx=\"7\""
                "/><text class=\"number\" x=\"%p\" dx=\"10\" y=\"%d\">*</text>\n",
                y - 7, FULL, FULL, y + 6);
        return;
    }
    if (!value->is_none && value->number > 0) {
        tn_html(file, "<rect class=\"bar\" x=\"0\" y=\"%d\" width=\"%p\" height=\"14\" rx=\"7\"/>",
                y - 7, width);
    }
    tn_html(file, "<text class=\"number\" x=\"%p\" dx=\"10\" y=\"%d\">%s%s</text>\n",
            value->is_none ? 0.0 : width, y + 6, said, value->is_partial ? "+" : "");
}

void tn_chart_bars(FILE *file, const struct tn_chart_view *view)
{
    size_t rows[TN_CHART_BARS_MAX];
    const size_t count = choose(view, rows);
    const struct tn_report_column *column = &view->part->columns[view->part->chart_column];
    const int64_t top = tn_report_top(view->part, view->part->chart_column);
    char text[256] = "Bars; the table has the same numbers.";
    if (count < view->part->row_count) {
        (void)snprintf(text, sizeof text,
                       "The largest %zu of %zu; the table has the same numbers, and all of them.",
                       count, view->part->row_count);
    }
    tn_chart_open(file, view, 0, (int)count * ROW + 2, column->title, text);
    for (size_t i = 0; i < count; i++) {
        char said[TN_REPORT_SAID_SIZE];
        char name[TN_CHART_LABEL_SIZE];
        const int y = (int)i * ROW;
        tn_chart_say(view, rows[i], said);
        tn_html(file, "<text class=\"name\" x=\"0\" y=\"%d\">", y + 15);
        tn_html_cut(file, tn_chart_label(view, rows[i], name), NAME_COLUMNS);
        tn_html(file, "</text>");
        write_bar(file, value_of(view, rows[i]), top, y + 30, said);
    }
    tn_html(file, "</svg>");
    if (count < view->part->row_count) {
        tn_html(file, "<p class=\"aside\">The largest %z of %z.</p>", count, view->part->row_count);
    }
    tn_html(file, "</figure>\n");
}
