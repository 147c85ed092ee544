/* Reports as one JSON object. A number that is withheld is null and named in a list beside it, so
 * that nobody takes it for a zero; what is no number at all is null and in no list. */
#include <jansson.h>
#include <string.h>

#include "sync/exchange/report_print.h"
#include "sync/exchange/report_value.h"
#include "turnout/timefmt.h"

#define SHARE_DIGITS 6

static json_t *text_json(const char *text)
{
    return text == NULL ? json_null() : json_string(text);
}

static json_t *value_json(const struct tn_report_value *value, enum tn_measure measure,
                          const char *tz)
{
    char date[TN_REPORT_SAID_SIZE];
    if (!tn_report_has(value)) {
        return json_null();
    }
    switch (measure) {
    case TN_MEASURE_TEXT:
        return json_string(value->text == NULL ? "" : value->text);
    case TN_MEASURE_SHARE:
        return json_real((double)value->number / 10000);
    case TN_MEASURE_DATE:
        tn_report_note_down(value, measure, tz, date);
        return json_string(date);
    case TN_MEASURE_COUNT:
    case TN_MEASURE_MINUTES:
        break;
    }
    return json_integer(value->number);
}

/* A figure's key, with its part's before it where another part has a figure of that name. */
static void name_figure(const json_t *figures, const struct tn_report_part *part, size_t row,
                        char *out, size_t size)
{
    (void)snprintf(out, size, "%s", part->keys[row]);
    if (json_object_get(figures, out) != NULL) {
        (void)snprintf(out, size, "%s_%s", part->key, part->keys[row]);
    }
}

static void add_figures(json_t *out, const struct tn_report_part *part, const char *tz)
{
    json_t *figures = json_object_get(out, "figures");
    for (size_t row = 0; row < part->row_count; row++) {
        const struct tn_report_value *value = tn_report_at(part, row, 1);
        char key[128];
        name_figure(figures, part, row, key, sizeof key);
        json_object_set_new(figures, key, value_json(value, part->measures[row], tz));
        if (value->is_withheld) {
            json_array_append_new(json_object_get(out, "withheld"), json_string(key));
        } else if (value->is_partial) {
            json_array_append_new(json_object_get(out, "partial"), json_string(key));
        }
    }
}

/* Where only some numbers of a row are withheld, it says which. */
static json_t *row_json(const struct tn_report_part *part, size_t row, const char *tz)
{
    json_t *out = json_object();
    json_t *withheld = json_array();
    bool is_partial = false;
    size_t numbers = 0;
    for (size_t i = 0; i < part->column_count; i++) {
        const struct tn_report_column *column = &part->columns[i];
        const struct tn_report_value *value = tn_report_at(part, row, i);
        numbers += column->measure != TN_MEASURE_TEXT;
        is_partial = is_partial || (value->is_partial && tn_report_has(value));
        json_object_set_new(out, column->key, value_json(value, column->measure, tz));
        if (value->is_withheld) {
            json_array_append_new(withheld, json_string(column->key));
        }
    }
    const size_t count = json_array_size(withheld);
    json_object_set_new(out, "is_withheld", json_boolean(count > 0));
    json_object_set_new(out, "is_partial", json_boolean(is_partial));
    if (count > 0 && count < numbers) {
        json_object_set(out, "withheld", withheld);
    }
    json_decref(withheld);
    return out;
}

static json_t *table_json(const struct tn_report_part *part, const char *tz)
{
    json_t *out = json_array();
    for (size_t row = 0; row < part->row_count; row++) {
        json_array_append_new(out, row_json(part, row, tz));
    }
    return out;
}

/* What a report says, into its own object. */
static void add_report(json_t *out, const struct tn_report *report, const char *tz)
{
    json_object_set_new(out, "pillar", text_json(report->pillar));
    json_object_set_new(out, "figures", json_object());
    json_object_set_new(out, "withheld", json_array());
    json_object_set_new(out, "partial", json_array());
    json_t *tables = json_object();
    for (size_t i = 0; i < report->part_count; i++) {
        const struct tn_report_part *part = &report->parts[i];
        if (part->is_figures) {
            add_figures(out, part, tz);
        } else {
            json_object_set_new(tables, part->key, table_json(part, tz));
        }
    }
    json_object_set_new(out, "tables", tables);
    json_t *notes = json_array();
    for (size_t i = 0; i < report->note_count; i++) {
        json_array_append_new(notes, json_string(report->notes[i]));
    }
    json_object_set_new(out, "notes", notes);
}

static json_t *named(const char *name, const char *title)
{
    json_t *out = json_object();
    json_object_set_new(out, "name", json_string(name));
    json_object_set_new(out, "title", json_string(title));
    return out;
}

static void add_book(json_t *out, const struct tn_report_book *book)
{
    char made[TN_TIME_TEXT_SIZE];
    json_t *filters = json_object();
    tn_time_format(book->made_ms, made);
    json_object_set_new(filters, "event", text_json(book->event));
    json_object_set_new(filters, "partner", text_json(book->partner));
    json_object_set_new(filters, "from", text_json(book->from));
    json_object_set_new(filters, "to", text_json(book->to));
    json_object_set_new(filters, "grades", text_json(book->grades));
    json_object_set_new(out, "ecosystem", json_string(book->ecosystem));
    json_object_set_new(out, "filters", filters);
    json_object_set_new(out, "min_cell", json_integer(book->min_cell));
    json_object_set_new(out, "made_at", json_string(made));
}

static json_t *book_json(const struct tn_report_book *book)
{
    if (!book->is_all) {
        json_t *out = named(book->reports[0].name, book->reports[0].title);
        add_book(out, book);
        add_report(out, &book->reports[0], book->tz);
        return out;
    }
    json_t *out = named("all", book->ecosystem_name);
    json_t *reports = json_array();
    add_book(out, book);
    for (size_t i = 0; i < book->count; i++) {
        json_t *one = named(book->reports[i].name, book->reports[i].title);
        add_report(one, &book->reports[i], book->tz);
        json_array_append_new(reports, one);
    }
    json_object_set_new(out, "reports", reports);
    return out;
}

enum tn_status tn_report_print_json(FILE *file, const struct tn_report_book *book)
{
    json_t *out = book_json(book);
    const int failed = json_dumpf(out, file, JSON_INDENT(2) | JSON_REAL_PRECISION(SHARE_DIGITS));
    json_decref(out);
    (void)fputc('\n', file);
    return failed != 0 && !ferror(file) ? TN_ERR_NO_MEMORY : tn_report_printed(file);
}
