/* Columns over time. Where the rows have days, a column stands where its day is, so that a month
 * without anything is a gap and not a pair of neighbours. Every number has its place in the table;
 * here the highest is named, and all of them while they are few. */
#include <string.h>

#include "sync/exchange/chart.h"
#include "sync/exchange/html.h"
#include "sync/exchange/report_value.h"

#define HEIGHT 220
#define BASE 184 /* where columns stand */
#define TALL 148 /* the highest of them */
#define LEFT 4.0 /* percent on either side */
#define WIDEST 9.0
#define NUMBERS_MAX 6 /* columns that each show their number */

/* Where everything stands. */
struct axis {
    const struct tn_chart_view *view;
    bool is_days;
    int64_t first_ms;
    int64_t last_ms;
    int64_t top;
    double width; /* of a column, in percent */
};

static int64_t day_of(const struct tn_chart_view *view, size_t row)
{
    return tn_report_at(view->part, row, 0)->number;
}

static double x_of(const struct axis *axis, size_t row)
{
    const double room = 100 - 2 * LEFT;
    if (axis->is_days) {
        return LEFT + room * (double)(day_of(axis->view, row) - axis->first_ms) /
                          (double)(axis->last_ms - axis->first_ms);
    }
    return LEFT + room * ((double)row + 0.5) / (double)axis->view->part->row_count;
}

/* A column is as wide as the closest two let it be. */
static double width_of(const struct axis *axis)
{
    double least = WIDEST / 0.7;
    for (size_t row = 1; row < axis->view->part->row_count; row++) {
        const double gap = x_of(axis, row) - x_of(axis, row - 1);
        least = gap > 0 && gap < least ? gap : least;
    }
    return least * 0.7 < 0.3 ? 0.3 : least * 0.7;
}

static struct axis lay_out(const struct tn_chart_view *view)
{
    const struct tn_report_part *part = view->part;
    struct axis axis = {.view = view, .top = tn_report_top(part, part->chart_column)};
    axis.is_days = part->columns[0].measure == TN_MEASURE_DATE;
    axis.first_ms = axis.last_ms = axis.is_days ? day_of(view, 0) : 0;
    for (size_t row = 0; row < part->row_count && axis.is_days; row++) {
        const int64_t at_ms = day_of(view, row);
        axis.is_days = tn_report_has(tn_report_at(part, row, 0));
        axis.first_ms = at_ms < axis.first_ms ? at_ms : axis.first_ms;
        axis.last_ms = at_ms > axis.last_ms ? at_ms : axis.last_ms;
    }
    axis.is_days = axis.is_days && axis.last_ms > axis.first_ms;
    axis.width = width_of(&axis);
    return axis;
}

static void write_column(FILE *file, const struct axis *axis, size_t row, bool has_number)
{
    const struct tn_report_value *value =
        tn_report_at(axis->view->part, row, axis->view->part->chart_column);
    const double x = x_of(axis, row);
    int height = (int)(value->number * TALL / axis->top);
    char said[TN_REPORT_SAID_SIZE];
    tn_chart_say(axis->view, row, said);
    if (value->is_withheld) {
        height = TALL;
    } else if (height < 2 && value->number > 0) {
        height = 2;
    }
    if (height > 0) {
        tn_html(file, "<rect class=\"%s\" x=\"%p\" y=\"%d\" width=\"%p\" height=\"%d\" rx=\"3\"/>",
                value->is_withheld ? "withheld" : "bar", x - axis->width / 2, BASE - height,
                axis->width, height);
    }
    if (has_number || value->is_withheld) {
        tn_html(file, "<text class=\"number middle\" x=\"%p\" y=\"%d\">%s%s</text>\n", x,
                BASE - height - 8, said, value->is_partial && tn_report_has(value) ? "+" : "");
    }
}

static void write_day(FILE *file, const struct axis *axis, size_t row, const char *where)
{
    char name[TN_CHART_LABEL_SIZE];
    const char *label = tn_chart_label(axis->view, row, name);
    tn_html(file, "<text class=\"name %s\" x=\"%s\" y=\"%d\">", where,
            strcmp(where, "end") == 0 ? "100%" : "0", BASE + 24);
    tn_html_cut(file, label, 18);
    tn_html(file, "</text>\n");
}

void tn_chart_time(FILE *file, const struct tn_chart_view *view)
{
    const struct tn_report_part *part = view->part;
    const struct axis axis = lay_out(view);
    bool is_named = false;
    tn_chart_open(file, view, 0, HEIGHT, part->columns[part->chart_column].title,
                  "Columns over time; the table has the same numbers.");
    tn_html(file, "<line class=\"track\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/>\n", BASE,
            BASE);
    for (size_t row = 0; row < part->row_count; row++) {
        const struct tn_report_value *value = tn_report_at(part, row, part->chart_column);
        const bool is_top = !is_named && tn_report_has(value) && value->number == axis.top;
        write_column(file, &axis, row, is_top || part->row_count <= NUMBERS_MAX);
        is_named = is_named || is_top;
    }
    write_day(file, &axis, 0, "start");
    write_day(file, &axis, part->row_count - 1, "end");
    tn_html(file, "</svg></figure>\n");
}
