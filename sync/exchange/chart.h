/* Charts of a report's part as SVG inside its page: text that a reader can select, search and hear,
 * in the colours of the page by day, by night and on paper. Cairo would give outlines that know
 * none of this. Nothing is scaled: lengths across are in percent and the rest in pixels, so that
 * the words of a chart have the size of the words around it on a phone as well as on paper. */
#ifndef TURNOUT_EXCHANGE_CHART_H
#define TURNOUT_EXCHANGE_CHART_H

#include <stdbool.h>
#include <stdio.h>

#include "sync/central/report.h"

#define TN_CHART_BARS_MAX 20  /* up to so many rows all are drawn */
#define TN_CHART_BARS_MOST 12 /* past it, so many: the largest */

/* A chart on its way onto a page. */
struct tn_chart_view {
    const struct tn_report_part *part;
    const char *tz;
    const char *id; /* of its elements, the page's own */
};

/* Whether there is anything to draw: two rows, or one of a path, and a number that is shown. */
bool tn_chart_is_worth_it(const struct tn_report_part *part);

/* Writes the chart that the part asks for, as one or more figures. */
void tn_chart_write(FILE *file, const struct tn_chart_view *view);

/* What each kind of chart is drawn by; tn_chart_write has the table of them. */
void tn_chart_bars(FILE *file, const struct tn_chart_view *view);
void tn_chart_path(FILE *file, const struct tn_chart_view *view);
void tn_chart_time(FILE *file, const struct tn_chart_view *view);

/* Opens the figure and its picture with a title and a description; what is drawn comes next, and
 * then "</svg></figure>". */
void tn_chart_open(FILE *file, const struct tn_chart_view *view, size_t number, int height,
                   const char *title, const char *description);

/* The number of a row in the chart's column, for people. */
void tn_chart_say(const struct tn_chart_view *view, size_t row, char *out);

/* What a row is called: its text, or its day; where rows share their first text, also the texts
 * that follow it. */
#define TN_CHART_LABEL_SIZE 256
const char *tn_chart_label(const struct tn_chart_view *view, size_t row,
                           char out[TN_CHART_LABEL_SIZE]);

#endif
