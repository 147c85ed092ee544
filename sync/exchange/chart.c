/* What all charts share: which there are, when one is worth its place, how each begins. */
#include "sync/exchange/chart.h"

#include <string.h>

#include "sync/exchange/html.h"
#include "sync/exchange/report_value.h"

bool tn_chart_is_worth_it(const struct tn_report_part *part)
{
    if (part->chart == TN_CHART_NONE || part->is_figures ||
        part->chart_column >= part->column_count ||
        part->row_count < (part->chart == TN_CHART_PATH ? 1 : 2)) {
        return false;
    }
    for (size_t row = 0; row < part->row_count; row++) {
        const struct tn_report_value *value = tn_report_at(part, row, part->chart_column);
        if (tn_report_has(value) && value->number > 0) {
            return true;
        }
    }
    return false;
}

void tn_chart_write(FILE *file, const struct tn_chart_view *view)
{
    static void (*const drawn_by[])(FILE *, const struct tn_chart_view *) = {
        [TN_CHART_BARS] = tn_chart_bars,
        [TN_CHART_PATH] = tn_chart_path,
        [TN_CHART_TIME] = tn_chart_time,
    };
    drawn_by[view->part->chart](file, view);
}

void tn_chart_open(FILE *file, const struct tn_chart_view *view, size_t number, int height,
                   const char *title, const char *description)
{
    tn_html(file, "<figure class=\"chart\"><figcaption>%s</figcaption>\n", title);
    tn_html(file,
            "<svg role=\"img\" width=\"100%%\" height=\"%d\" aria-labelledby=\"%s-t%z %s-d%z\">"
            "<title id=\"%s-t%z\">%s</title><desc id=\"%s-d%z\">%s</desc>\n",
            height, view->id, number, view->id, number, view->id, number, title, view->id, number,
            description);
}

void tn_chart_say(const struct tn_chart_view *view, size_t row, char *out)
{
    const size_t column = view->part->chart_column;
    tn_report_say(tn_report_at(view->part, row, column), view->part->columns[column].measure,
                  view->tz, out);
}

static bool has_texts(const struct tn_report_part *part)
{
    return part->columns[0].measure == TN_MEASURE_TEXT;
}

/* Rows of one thing stand together. */
static bool has_shared_names(const struct tn_report_part *part)
{
    for (size_t row = 1; row < part->row_count; row++) {
        if (strcmp(tn_report_text_at(part, row, 0), tn_report_text_at(part, row - 1, 0)) == 0) {
            return true;
        }
    }
    return false;
}

const char *tn_chart_label(const struct tn_chart_view *view, size_t row,
                           char out[TN_CHART_LABEL_SIZE])
{
    const struct tn_report_part *part = view->part;
    size_t len = 0;
    if (!has_texts(part)) {
        tn_report_say(tn_report_at(part, row, 0), part->columns[0].measure, view->tz, out);
        return out;
    }
    if (!has_shared_names(part)) {
        return tn_report_text_at(part, row, 0);
    }
    out[0] = '\0';
    for (size_t i = 0; i < part->column_count && part->columns[i].measure == TN_MEASURE_TEXT; i++) {
        const int added = snprintf(out + len, TN_CHART_LABEL_SIZE - len, "%s%s",
                                   i == 0 ? "" : " \u00b7 ", tn_report_text_at(part, row, i));
        len += added > 0 && (size_t)added < TN_CHART_LABEL_SIZE - len ? (size_t)added : 0;
    }
    return out;
}
