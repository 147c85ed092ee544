/* Reports as text for a terminal, a mail or a pager: titles underlined, figures and tables in
 * columns, notes broken to the width. It uses no colours and no cursor, so that a file of it reads
 * like the screen. */
#include "sync/exchange/report_text.h"

#include <string.h>

#include "sync/exchange/report_value.h"
#include "sync/exchange/text_width.h"

#define LABEL_MIN 20
#define GAP 2

static void put_title(FILE *file, const char *title, char under, size_t width)
{
    size_t used = tn_text_width(title);
    tn_text_put_wrapped(file, title, width, 0);
    for (used = used > width ? width : used; used > 0; used--) {
        (void)fputc(under, file);
    }
    (void)fputc('\n', file);
}

/* The columns of a list of figures. */
struct widths {
    size_t label;
    size_t number;
};

/* One figure on a line, its mark behind it; a label that is wider than its column goes on below. */
static void put_figure(FILE *file, const struct tn_report_part *part, size_t row, const char *tz,
                       const struct widths *widths)
{
    const struct tn_report_value *value = tn_report_at(part, row, 1);
    const char *label = tn_report_text_at(part, row, 0);
    struct tn_text_line line = {"", 0};
    char said[TN_REPORT_SAID_SIZE];
    tn_report_say(value, part->measures[row], tz, said);
    (void)tn_text_take_line(&label, widths->label, &line);
    const size_t used = tn_text_put_line(file, &line) + tn_text_width(said);
    (void)fprintf(file, "%*s%s%s\n", (int)(widths->label + GAP + widths->number - used), "", said,
                  value->is_partial && tn_report_has(value) ? "+" : "");
    tn_text_put_wrapped(file, label, widths->label, 0);
}

/* Labels and numbers in two columns; the line is no longer than it has to be. */
static void put_figures(FILE *file, const struct tn_report_book *book, size_t which,
                        const struct tn_report_part *part, const struct tn_report_look *look)
{
    struct widths widths = {.label = LABEL_MIN, .number = 1};
    char said[TN_REPORT_SAID_SIZE];
    for (size_t row = 0; row < part->row_count; row++) {
        tn_report_say(tn_report_at(part, row, 1), part->measures[row], book->tz, said);
        const size_t number = tn_text_width(said);
        const size_t label = tn_text_width(tn_report_text_at(part, row, 0));
        widths.number = number > widths.number ? number : widths.number;
        widths.label = label > widths.label ? label : widths.label;
    }
    const size_t room = look->width - widths.number - GAP - 1;
    widths.label = widths.label > room ? room : widths.label;
    for (size_t row = 0; row < part->row_count; row++) {
        if (!tn_report_is_repeated(book, which, part, row)) {
            put_figure(file, part, row, book->tz, &widths);
        }
    }
}

static void put_part(FILE *file, const struct tn_report_book *book, size_t which,
                     const struct tn_report_part *part, const struct tn_report_look *look)
{
    if (tn_report_is_only_repeated(book, which, part)) {
        return;
    }
    (void)fputc('\n', file);
    put_title(file, part->title, '-', look->width);
    if (part->row_count == 0) {
        (void)fputs("Nothing to show.\n", file);
    } else if (part->is_figures) {
        put_figures(file, book, which, part, look);
    } else {
        tn_report_text_table(file, part, book->tz, look);
    }
}

static void put_note(FILE *file, const char *note, const struct tn_report_look *look)
{
    (void)fputs("- ", file);
    tn_text_put_wrapped(file, note, look->width - 2, 2);
}

static void put_mark(FILE *file, const char *text, const struct tn_report_look *look)
{
    tn_text_put_wrapped(file, text, look->width - 2, 2);
}

/* What the marks mean stands under the tables that have them, before what was counted how. */
static void put_notes(FILE *file, const struct tn_report_book *book, size_t which,
                      const struct tn_report_look *look)
{
    const struct tn_report_marks marks = tn_report_marks(book, which);
    char withheld[256];
    tn_report_withheld_text(book->min_cell, withheld, sizeof withheld);
    if (marks.withheld || marks.partial || marks.none) {
        (void)fputc('\n', file);
        put_mark(file, marks.withheld ? withheld : "", look);
        put_mark(file, marks.partial ? tn_report_partial_text : "", look);
        put_mark(file, marks.none ? tn_report_none_text : "", look);
    }
    if (tn_report_note_count(book, which) > 0) {
        (void)fputc('\n', file);
        put_title(file, "Notes", '-', look->width);
    }
    for (size_t i = 0; i < book->reports[which].note_count; i++) {
        if (!tn_report_is_note_repeated(book, which, i)) {
            put_note(file, book->reports[which].notes[i], look);
        }
    }
}

static void put_report(FILE *file, const struct tn_report_book *book, size_t which,
                       const struct tn_report_look *look)
{
    const struct tn_report *report = &book->reports[which];
    if (book->is_all) {
        (void)fputs("\n\n", file);
        put_title(file, report->title, '=', look->width);
    }
    if (report->subtitle[0] != '\0') {
        tn_text_put_wrapped(file, report->subtitle, look->width, 0);
    }
    for (size_t i = 0; i < report->part_count; i++) {
        put_part(file, book, which, &report->parts[i], look);
    }
    put_notes(file, book, which, look);
}

static void put_cover(FILE *file, const struct tn_report_book *book,
                      const struct tn_report_look *look)
{
    char title[512];
    char line[1024];
    char made[TN_REPORT_SAID_SIZE];
    tn_report_day(book->made_ms, book->tz, made);
    (void)snprintf(title, sizeof title, "%s%s%s", book->is_all ? "" : book->reports[0].title,
                   book->is_all ? "" : " of ", book->ecosystem_name);
    (void)snprintf(line, sizeof line, "%s. Made on %s.", book->about, made);
    put_title(file, title, '=', look->width);
    tn_text_put_wrapped(file, line, look->width, 0);
}

static void put_pillar(FILE *file, const struct tn_report_book *book, size_t pillar,
                       const struct tn_report_look *look)
{
    bool is_named = !book->is_all || pillar == TN_REPORT_PILLARS;
    for (size_t i = 0; i < book->count; i++) {
        if (tn_report_pillar_of(&book->reports[i]) != pillar) {
            continue;
        }
        if (!is_named) {
            char line[128];
            (void)snprintf(line, sizeof line, "%s: %s", tn_report_pillars[pillar].name,
                           tn_report_pillars[pillar].question);
            (void)fputs("\n\n", file);
            tn_text_put_wrapped(file, line, look->width, 0);
            is_named = true;
        }
        put_report(file, book, i, look);
    }
}

enum tn_status tn_report_print_text(FILE *file, const struct tn_report_book *book,
                                    const struct tn_report_look *look)
{
    put_cover(file, book, look);
    for (size_t pillar = 0; pillar <= TN_REPORT_PILLARS; pillar++) {
        put_pillar(file, book, pillar, look);
    }
    return tn_report_printed(file);
}
