/* Reports as one tidy table: a row a number, with what it is of in columns of their own, so that
 * one file holds every part, and files of many ecosystems lie under each other in a pivot table. It
 * begins with a byte order mark, without which the most used spreadsheet garbles every accent. */
#include <inttypes.h>
#include <string.h>

#include "sync/exchange/csv.h"
#include "sync/exchange/report_print.h"
#include "sync/exchange/report_value.h"

#define LABELS 3

enum {
    ECOSYSTEM,
    ABOUT,
    REPORT,
    PART,
    ROW,
    LABEL,
    MEASURE = LABEL + LABELS,
    VALUE,
    UNIT,
    IS_WITHHELD,
    IS_PARTIAL,
    COLUMNS
};

static const char *const header[COLUMNS] = {
    "ecosystem", "about",   "report", "part", "row",         "label",      "label_2",
    "label_3",   "measure", "value",  "unit", "is_withheld", "is_partial",
};

static const char *unit_of(enum tn_measure measure)
{
    static const char *const units[] = {"text", "count", "minutes", "share", "date"};
    return units[measure];
}

/* What a row begins with says what it is of: its first cell, and the texts after it. Of a row of
 * texts alone the rest are its values. */
static size_t label_count(const struct tn_report_part *part)
{
    size_t count = part->column_count > 1;
    while (count > 0 && count < part->column_count &&
           part->columns[count].measure == TN_MEASURE_TEXT) {
        count++;
    }
    if (count == part->column_count) {
        return count > 1;
    }
    return count > LABELS ? LABELS : count;
}

/* text is for a first cell that is a day. */
static const char *label(const struct tn_report_book *book, const struct tn_report_part *part,
                         size_t row, size_t column, char text[TN_REPORT_SAID_SIZE])
{
    const enum tn_measure measure = part->columns[column].measure;
    if (measure == TN_MEASURE_TEXT) {
        return tn_report_text_at(part, row, column);
    }
    tn_report_note_down(tn_report_at(part, row, column), measure, book->tz, text);
    return text;
}

static enum tn_status print_value(FILE *file, const struct tn_report_book *book,
                                  const struct tn_report_part *part, size_t row, size_t column,
                                  const char **cells)
{
    const struct tn_report_value *value = tn_report_at(part, row, column);
    const enum tn_measure measure = tn_report_measure(part, row, column);
    char text[TN_REPORT_SAID_SIZE] = "";
    if (measure != TN_MEASURE_TEXT) {
        tn_report_note_down(value, measure, book->tz, text);
    }
    cells[MEASURE] = part->is_figures ? part->keys[row] : part->columns[column].key;
    cells[VALUE] = measure != TN_MEASURE_TEXT ? text
                   : value->is_withheld       ? ""
                                              : tn_report_text_at(part, row, column);
    cells[UNIT] = unit_of(measure);
    cells[IS_WITHHELD] = value->is_withheld ? "true" : "false";
    cells[IS_PARTIAL] = value->is_partial && tn_report_has(value) ? "true" : "false";
    return tn_csv_write_row(file, TN_CSV_FOR_SPREADSHEET, cells, COLUMNS);
}

static enum tn_status print_row(FILE *file, const struct tn_report_book *book,
                                const struct tn_report_part *part, size_t row, const char **cells)
{
    char number[TN_REPORT_SAID_SIZE];
    char day[TN_REPORT_SAID_SIZE];
    const size_t labels = label_count(part);
    enum tn_status status = TN_OK;
    (void)snprintf(number, sizeof number, "%zu", row + 1);
    cells[ROW] = number;
    for (size_t i = 0; i < LABELS; i++) {
        cells[LABEL + i] = i < labels ? label(book, part, row, i, day) : "";
    }
    for (size_t column = labels; status == TN_OK && column < part->column_count; column++) {
        status = print_value(file, book, part, row, column, cells);
    }
    return status;
}

enum tn_status tn_report_print_csv(FILE *file, const struct tn_report_book *book)
{
    const char *cells[COLUMNS] = {[ECOSYSTEM] = book->ecosystem, [ABOUT] = book->about};
    (void)fputs("\xef\xbb\xbf", file);
    enum tn_status status = tn_csv_write_row(file, TN_CSV_FOR_SPREADSHEET, header, COLUMNS);
    for (size_t i = 0; i < book->count; i++) {
        const struct tn_report *report = &book->reports[i];
        cells[REPORT] = report->name;
        for (size_t j = 0; j < report->part_count; j++) {
            const struct tn_report_part *part = &report->parts[j];
            cells[PART] = part->key;
            for (size_t row = 0; status == TN_OK && row < part->row_count; row++) {
                status = print_row(file, book, part, row, cells);
            }
        }
    }
    return status == TN_OK ? tn_report_printed(file) : status;
}
