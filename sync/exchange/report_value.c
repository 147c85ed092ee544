/* Values as people and as machines write them. Numbers are English for people, as the reports'
 * words are; machines get plain ones whatever the locale is. */
#include "sync/exchange/report_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sync/central/text.h"
#include "sync/exchange/check.h"
#include "sync/exchange/report_print.h"

const char tn_report_partial_text[] =
    "+ at least so many: rounded down, or without a part that is withheld.";
const char tn_report_none_text[] = "\u2013 there is no such number.";

const struct tn_report_pillar tn_report_pillars[TN_REPORT_PILLARS] = {
    {"Partnerships", "Who carries it together"},
    {"Systems", "How in school and out of school connect"},
    {"Teaching & Learning", "What learners took part in, and how much of it"},
    {"Measurement", "How complete and how sure the numbers are"},
    {"Workforce", "Who met the world of work"},
};

size_t tn_report_pillar_of(const struct tn_report *report)
{
    size_t i = 0;
    while (i < TN_REPORT_PILLARS &&
           (report->pillar == NULL || strcmp(report->pillar, tn_report_pillars[i].name) != 0)) {
        i++;
    }
    return i;
}

/* Tenths, rounded to the nearest and away from zero where two are as near. */
static void say_tenths(int64_t tenths, const char *unit, char out[TN_REPORT_SAID_SIZE])
{
    char whole[TN_TEXT_NUMBER_SIZE];
    tn_text_number(tenths / 10, whole);
    (void)snprintf(out, TN_REPORT_SAID_SIZE, "%.20s.%d%s", whole, (int)(tenths % 10), unit);
}

void tn_report_say(const struct tn_report_value *value, enum tn_measure measure, const char *tz,
                   char out[TN_REPORT_SAID_SIZE])
{
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (!tn_report_has(value)) {
        (void)snprintf(out, TN_REPORT_SAID_SIZE, "%s", value->is_withheld ? "*" : "\u2013");
    } else if (measure == TN_MEASURE_MINUTES) {
        say_tenths((value->number + 3) / 6, "", out);
    } else if (measure == TN_MEASURE_SHARE) {
        say_tenths((value->number + 5) / 10, "%", out);
    } else if (measure == TN_MEASURE_DATE) {
        const struct tn_local_date date = tn_local_date(value->number, tz);
        (void)snprintf(out, TN_REPORT_SAID_SIZE, "%d %s %d", date.day, months[date.month - 1],
                       date.year);
    } else {
        tn_text_number(value->number, out);
    }
}

void tn_report_day(int64_t at_ms, const char *tz, char out[TN_REPORT_SAID_SIZE])
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    const struct tn_local_date date = tn_local_date(at_ms, tz);
    (void)snprintf(out, TN_REPORT_SAID_SIZE, "%d %s %d", date.day, months[date.month - 1],
                   date.year);
}

void tn_report_note_down(const struct tn_report_value *value, enum tn_measure measure,
                         const char *tz, char out[TN_REPORT_SAID_SIZE])
{
    if (!tn_report_has(value)) {
        out[0] = '\0';
    } else if (measure == TN_MEASURE_SHARE) {
        (void)snprintf(out, TN_REPORT_SAID_SIZE, "%" PRId64 ".%04d", value->number / 10000,
                       (int)(value->number % 10000));
    } else if (measure == TN_MEASURE_DATE) {
        const struct tn_local_date date = tn_local_date(value->number, tz);
        (void)snprintf(out, TN_REPORT_SAID_SIZE, "%04d-%02d-%02d", date.year, date.month, date.day);
    } else {
        (void)snprintf(out, TN_REPORT_SAID_SIZE, "%" PRId64, value->number);
    }
}

enum tn_measure tn_report_measure(const struct tn_report_part *part, size_t row, size_t column)
{
    const bool is_own = part->is_figures && column == 1 && part->measures != NULL;
    return is_own ? part->measures[row] : part->columns[column].measure;
}

const struct tn_report_value *tn_report_at(const struct tn_report_part *part, size_t row,
                                           size_t column)
{
    return &part->values[row * part->column_count + column];
}

const char *tn_report_text_at(const struct tn_report_part *part, size_t row, size_t column)
{
    const struct tn_report_value *value = tn_report_at(part, row, column);
    return value->is_withheld ? "*" : value->text == NULL ? "" : value->text;
}

bool tn_report_has(const struct tn_report_value *value)
{
    return !value->is_withheld && !value->is_none;
}

void tn_report_withheld_text(int64_t min_cell, char *out, size_t size)
{
    (void)snprintf(out, size,
                   "* withheld, so that nobody can be recognized: fewer than %" PRId64
                   " learners stand behind it, or it would give such a number away.",
                   min_cell);
}

int64_t tn_report_top(const struct tn_report_part *part, size_t column)
{
    int64_t top = 1;
    for (size_t row = 0; row < part->row_count; row++) {
        const struct tn_report_value *value = tn_report_at(part, row, column);
        if (tn_report_has(value) && value->number > top) {
            top = value->number;
        }
    }
    return top;
}

enum tn_status tn_report_printed(FILE *file)
{
    if (fflush(file) == 0 && !ferror(file)) {
        return TN_OK;
    }
    return errno == ENOSPC ? TN_ERR_FULL : TN_ERR_IO;
}

static bool is_same(const struct tn_report_value *a, const struct tn_report_value *b)
{
    return a->number == b->number && a->is_none == b->is_none && a->is_withheld == b->is_withheld &&
           a->is_partial == b->is_partial;
}

static bool has_figure(const struct tn_report *report, const char *key,
                       const struct tn_report_value *value)
{
    for (size_t i = 0; i < report->part_count; i++) {
        const struct tn_report_part *part = &report->parts[i];
        for (size_t row = 0; part->is_figures && row < part->row_count; row++) {
            if (strcmp(part->keys[row], key) == 0 && is_same(tn_report_at(part, row, 1), value)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether one of a book's reports is printed before another. */
static bool is_before(const struct tn_report_book *book, size_t a, size_t b)
{
    const size_t pillar_a = tn_report_pillar_of(&book->reports[a]);
    const size_t pillar_b = tn_report_pillar_of(&book->reports[b]);
    return pillar_a < pillar_b || (pillar_a == pillar_b && a < b);
}

bool tn_report_is_repeated(const struct tn_report_book *book, size_t which,
                           const struct tn_report_part *part, size_t row)
{
    for (size_t i = 0; part->is_figures && i < book->count; i++) {
        if (is_before(book, i, which) &&
            has_figure(&book->reports[i], part->keys[row], tn_report_at(part, row, 1))) {
            return true;
        }
    }
    return false;
}

bool tn_report_is_note_repeated(const struct tn_report_book *book, size_t which, size_t note)
{
    for (size_t i = 0; i < book->count; i++) {
        const struct tn_report *other = &book->reports[i];
        for (size_t j = 0; is_before(book, i, which) && j < other->note_count; j++) {
            if (strcmp(other->notes[j], book->reports[which].notes[note]) == 0) {
                return true;
            }
        }
    }
    return false;
}

size_t tn_report_note_count(const struct tn_report_book *book, size_t which)
{
    size_t count = 0;
    for (size_t i = 0; i < book->reports[which].note_count; i++) {
        count += !tn_report_is_note_repeated(book, which, i);
    }
    return count;
}

bool tn_report_is_only_repeated(const struct tn_report_book *book, size_t which,
                                const struct tn_report_part *part)
{
    for (size_t row = 0; row < part->row_count; row++) {
        if (!tn_report_is_repeated(book, which, part, row)) {
            return false;
        }
    }
    return part->row_count > 0;
}

struct tn_report_marks tn_report_marks(const struct tn_report_book *book, size_t which)
{
    const struct tn_report *report = &book->reports[which];
    struct tn_report_marks marks = {0};
    for (size_t i = 0; i < report->part_count; i++) {
        const struct tn_report_part *part = &report->parts[i];
        for (size_t j = 0; j < part->row_count * part->column_count; j++) {
            const struct tn_report_value *value = &part->values[j];
            const bool is_marked = value->is_withheld || value->is_partial || value->is_none;
            if (is_marked && !tn_report_is_repeated(book, which, part, j / part->column_count)) {
                marks.withheld |= value->is_withheld;
                marks.partial |= value->is_partial && tn_report_has(value);
                marks.none |= value->is_none && !value->is_withheld;
            }
        }
    }
    return marks;
}
