/* One part on the page. Figures are a list of terms, the first few of them large. A table has a
 * caption, and heads for its columns and rows; one of many columns says its columns again in each
 * cell, so that a phone can set a row as a block, and says its roles, which that would take away.
 */
#include <string.h>

#include "sync/exchange/chart.h"
#include "sync/exchange/html.h"
#include "sync/exchange/report_html.h"
#include "sync/exchange/report_value.h"

#define LARGE 3      /* figures that stand out */
#define WIDE_FROM 5  /* columns that a phone cannot set side by side */
#define BESIDE_MAX 4 /* columns of a table that stands beside its chart */
#define BESIDE_ROWS 20

void tn_report_html_value(FILE *file, const struct tn_report_value *value, enum tn_measure measure,
                          const char *tz)
{
    char said[TN_REPORT_SAID_SIZE];
    if (value->is_withheld) {
        tn_html(file, "<span class=\"mark\" aria-hidden=\"true\">*</span>"
                      "<span class=\"heard\">withheld</span>");
        return;
    }
    if (value->is_none) {
        tn_html(file, "<span aria-hidden=\"true\">\u2013</span><span class=\"heard\">none</span>");
        return;
    }
    if (measure == TN_MEASURE_TEXT) {
        tn_html(file, "<bdi>%s</bdi>", value->text == NULL ? "" : value->text);
        return;
    }
    tn_report_say(value, measure, tz, said);
    tn_html(file, "%s", said);
    if (value->is_partial) {
        tn_html(file, "<span class=\"mark more\" aria-hidden=\"true\">+</span>"
                      "<span class=\"heard\"> or more</span>");
    }
}

/* Figures from the first to before the last, counted without those that were said before. */
static void write_figures(FILE *file, const struct tn_report_section *section,
                          const struct tn_report_part *part, size_t first, size_t last,
                          const char *class)
{
    size_t count = 0;
    if (first >= last) {
        return;
    }
    tn_html(file, "<dl class=\"%s\">\n", class);
    for (size_t row = 0; row < part->row_count; row++) {
        if (tn_report_is_repeated(section->book, section->which, part, row)) {
            continue;
        }
        if (count >= first && count < last) {
            tn_html(file, "<div><dt>%s</dt><dd>", tn_report_text_at(part, row, 0));
            tn_report_html_value(file, tn_report_at(part, row, 1), part->measures[row],
                                 section->book->tz);
            tn_html(file, "</dd></div>\n");
        }
        count++;
    }
    tn_html(file, "</dl>\n");
}

static void write_all_figures(FILE *file, const struct tn_report_section *section,
                              const struct tn_report_part *part)
{
    size_t count = 0;
    for (size_t row = 0; row < part->row_count; row++) {
        count += !tn_report_is_repeated(section->book, section->which, part, row);
    }
    const size_t large = count < LARGE ? count : LARGE;
    write_figures(file, section, part, 0, large, "large");
    write_figures(file, section, part, large, count, "small");
}

static const char *align_of(const struct tn_report_part *part, size_t column)
{
    return column == 0 || part->columns[column].measure == TN_MEASURE_TEXT ? "" : " class=\"n\"";
}

static void write_head(FILE *file, const struct tn_report_part *part, bool is_wide)
{
    (void)fprintf(file, "<thead%s><tr%s>", is_wide ? " role=\"rowgroup\"" : "",
                  is_wide ? " role=\"row\"" : "");
    for (size_t i = 0; i < part->column_count; i++) {
        (void)fprintf(file, "<th scope=\"col\"%s%s>", is_wide ? " role=\"columnheader\"" : "",
                      align_of(part, i));
        tn_html(file, "%s</th>", part->columns[i].title);
    }
    tn_html(file, "</tr></thead>\n");
}

static void write_row(FILE *file, const struct tn_report_section *section,
                      const struct tn_report_part *part, size_t row, bool is_wide)
{
    (void)fputs(is_wide ? "<tr role=\"row\">" : "<tr>", file);
    for (size_t i = 0; i < part->column_count; i++) {
        const char *name = i == 0 ? "th" : "td";
        (void)fprintf(file, "<%s%s%s%s", name, i == 0 ? " scope=\"row\"" : "",
                      !is_wide ? ""
                      : i == 0 ? " role=\"rowheader\""
                               : " role=\"cell\"",
                      align_of(part, i));
        if (is_wide && i > 0) {
            tn_html(file, " data-column=\"%s\"", part->columns[i].title);
        }
        (void)fputs(is_wide ? "><span>" : ">", file);
        tn_report_html_value(file, tn_report_at(part, row, i), tn_report_measure(part, row, i),
                             section->book->tz);
        (void)fprintf(file, "%s</%s>", is_wide ? "</span>" : "", name);
    }
    (void)fputs("</tr>\n", file);
}

static void write_table(FILE *file, const struct tn_report_section *section,
                        const struct tn_report_part *part)
{
    const bool is_wide = part->column_count >= WIDE_FROM;
    (void)fprintf(file, "<table%s>", is_wide ? " class=\"wide\" role=\"table\"" : "");
    tn_html(file, "<caption class=\"heard\">%s</caption>\n", part->title);
    write_head(file, part, is_wide);
    (void)fprintf(file, "<tbody%s>\n", is_wide ? " role=\"rowgroup\"" : "");
    for (size_t row = 0; row < part->row_count; row++) {
        write_row(file, section, part, row, is_wide);
    }
    tn_html(file, "</tbody></table>\n");
}

/* A path is worth the whole width; bars and columns stand beside a table that is not too long. */
static void write_charted(FILE *file, const struct tn_report_section *section,
                          const struct tn_report_part *part)
{
    const struct tn_chart_view view = {part, section->book->tz, section->id};
    const bool is_beside = part->chart != TN_CHART_PATH && part->column_count <= BESIDE_MAX &&
                           part->row_count <= BESIDE_ROWS;
    tn_html(file, is_beside ? "<div class=\"pair\">\n" : "<div class=\"stack\">\n");
    tn_chart_write(file, &view);
    write_table(file, section, part);
    tn_html(file, "</div>\n");
}

void tn_report_html_part(FILE *file, const struct tn_report_section *section,
                         const struct tn_report_part *part)
{
    tn_html(file, "<section class=\"part\" aria-labelledby=\"%s\">\n<h%d id=\"%s\">%s</h%d>\n",
            section->id, section->level, section->id, part->title, section->level);
    if (part->row_count == 0) {
        tn_html(file, "<p class=\"empty\">Nothing to show.</p>\n");
    } else if (part->is_figures) {
        write_all_figures(file, section, part);
    } else if (tn_chart_is_worth_it(part)) {
        write_charted(file, section, part);
    } else {
        write_table(file, section, part);
    }
    tn_html(file, "</section>\n");
}
