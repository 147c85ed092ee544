/* A pathway drawn as what it is: a line with a node for each step, from top to bottom so that
 * titles have room on any screen. The area of a node is the number of learners, and the line
 * between two is as wide as the number that reached the lower one; the last node is the newest
 * colour. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "sync/exchange/chart.h"
#include "sync/exchange/html.h"
#include "sync/exchange/report_value.h"

#define STEP 72
#define LINE_X 30
#define TEXT_X 72
#define NODE_MIN 8.0
#define NODE_MAX 24.0
#define LINE_MIN 3.0
#define LINE_MAX 18.0
#define NAME_COLUMNS 30

/* One pathway: rows [from, to) of the part. */
struct stretch {
    size_t from;
    size_t to;
};

/* Two columns of text before the numbers: a pathway and its steps. One: steps of one pathway. */
static bool has_names(const struct tn_report_part *part)
{
    return part->chart_column >= 2 && part->columns[0].measure == TN_MEASURE_TEXT &&
           part->columns[1].measure == TN_MEASURE_TEXT;
}

static struct stretch next_stretch(const struct tn_report_part *part, size_t from)
{
    struct stretch s = {from, from + 1};
    while (s.to < part->row_count &&
           (!has_names(part) ||
            strcmp(tn_report_text_at(part, s.to, 0), tn_report_text_at(part, from, 0)) == 0)) {
        s.to++;
    }
    return s;
}

static const struct tn_report_value *value_of(const struct tn_chart_view *view, size_t row)
{
    return tn_report_at(view->part, row, view->part->chart_column);
}

static double share_of(const struct tn_report_value *value, int64_t top)
{
    return tn_report_has(value) ? (double)value->number / (double)top : 0;
}

static void write_line(FILE *file, const struct tn_report_value *lower, int64_t top, int y)
{
    const double width = LINE_MIN + (LINE_MAX - LINE_MIN) * share_of(lower, top);
    (void)fprintf(
        file,
        "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke-width=\"%.1f\"/>\n",
        tn_report_has(lower) && lower->number > 0 ? "way" : "way unlit", LINE_X, LINE_X, y - STEP,
        y, width);
}

static void write_node(FILE *file, const struct tn_report_value *value, int64_t top, int y,
                       bool is_last)
{
    const double radius = NODE_MIN + (NODE_MAX - NODE_MIN) * sqrt(share_of(value, top));
    const bool is_lit = tn_report_has(value) && value->number > 0;
    const char *kind = value->is_withheld ? "node withheld"
                       : !is_lit          ? "node unlit"
                       : is_last          ? "node newest"
                                          : "node";
    (void)fprintf(file, "<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"%.1f\"/>\n", kind, LINE_X, y,
                  value->is_withheld ? (NODE_MIN + NODE_MAX) / 2 : radius);
}

/* "Learners" after a number begins small: "1,204 learners". */
static void write_words(FILE *file, const struct tn_chart_view *view, size_t row, int y)
{
    const struct tn_report_value *value = value_of(view, row);
    const char *title = view->part->columns[view->part->chart_column].title;
    const char *name = tn_report_text_at(view->part, row, has_names(view->part) ? 1 : 0);
    char said[TN_REPORT_SAID_SIZE];
    char small[2] = {(char)tolower((unsigned char)title[0]), '\0'};
    tn_chart_say(view, row, said);
    tn_html(file, "<text class=\"name\" x=\"%d\" y=\"%d\">", TEXT_X, y - 4);
    tn_html_cut(file, name, NAME_COLUMNS);
    tn_html(file, "</text><text class=\"number\" x=\"%d\" y=\"%d\">%s%s ", TEXT_X, y + 17, said,
            value->is_partial && tn_report_has(value) ? "+" : "");
    tn_html(file, "<tspan class=\"unit\">%s%s</tspan></text>\n", small,
            title[0] == '\0' ? "" : title + 1);
}

static void write_stretch(FILE *file, const struct tn_chart_view *view, struct stretch s,
                          int64_t top)
{
    const char *title =
        has_names(view->part) ? tn_report_text_at(view->part, s.from, 0) : view->part->title;
    tn_chart_open(file, view, s.from, (int)(s.to - s.from) * STEP, title,
                  "A path with a node for each step, as large as the number of learners; the table "
                  "has the same numbers.");
    for (size_t row = s.from + 1; row < s.to; row++) {
        write_line(file, value_of(view, row), top, (int)(row - s.from) * STEP + STEP / 2);
    }
    for (size_t row = s.from; row < s.to; row++) {
        const int y = (int)(row - s.from) * STEP + STEP / 2;
        write_node(file, value_of(view, row), top, y, row + 1 == s.to);
        write_words(file, view, row, y);
    }
    tn_html(file, "</svg></figure>\n");
}

void tn_chart_path(FILE *file, const struct tn_chart_view *view)
{
    const int64_t top = tn_report_top(view->part, view->part->chart_column);
    tn_html(file, "<div class=\"paths\">\n");
    for (struct stretch s = {0, 0}; s.to < view->part->row_count;) {
        s = next_stretch(view->part, s.to);
        write_stretch(file, view, s, top);
    }
    tn_html(file, "</div>\n");
}
