/* Building a report. Its texts lie in blocks that never move, so that a pointer to one holds as
 * long as the report; rows grow by doubling. The first failure stays in the report and makes every
 * later call do nothing, so that whoever fills one looks at one status and not at fifty. */
#include "sync/central/report.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 16384
#define ROWS_FIRST 16

struct block {
    struct block *next;
    size_t used;
    size_t size;
    char text[];
};

void tn_report_init(struct tn_report *report, const char *name, const char *title)
{
    *report = (struct tn_report){.subtitle = ""};
    report->name = tn_report_text(report, "%s", name);
    report->title = tn_report_text(report, "%s", title);
}

void tn_report_destroy(struct tn_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        free(report->parts[i].values);
        free(report->parts[i].measures);
        free(report->parts[i].keys);
    }
    for (struct block *block = report->texts; block != NULL;) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
    *report = (struct tn_report){0};
}

static char *take(struct tn_report *report, size_t size)
{
    struct block *block = report->texts;
    if (block == NULL || block->size - block->used < size) {
        const size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = malloc(sizeof *block + room);
        if (block == NULL) {
            report->status = TN_ERR_NO_MEMORY;
            return NULL;
        }
        *block = (struct block){.next = report->texts, .size = room};
        report->texts = block;
    }
    char *at = block->text + block->used;
    block->used += size;
    return at;
}

static const char *keep(struct tn_report *report, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int len = vsnprintf(NULL, 0, format, args);
    char *text = len < 0 ? NULL : take(report, (size_t)len + 1);
    if (text != NULL) {
        (void)vsnprintf(text, (size_t)len + 1, format, again);
    }
    va_end(again);
    return text == NULL ? "" : text;
}

const char *tn_report_text(struct tn_report *report, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = keep(report, format, args);
    va_end(args);
    return text;
}

/* The part after the last one takes what there is no room for, and is never shown. */
static struct tn_report_part *add_part(struct tn_report *report, const char *key, const char *title)
{
    if (report->part_count == TN_REPORT_PARTS_MAX) {
        report->status = TN_ERR_LIMIT;
        return &report->parts[TN_REPORT_PARTS_MAX - 1];
    }
    struct tn_report_part *part = &report->parts[report->part_count++];
    part->key = tn_report_text(report, "%s", key);
    part->title = tn_report_text(report, "%s", title);
    return part;
}

struct tn_report_part *tn_report_table(struct tn_report *report, const char *key, const char *title,
                                       const struct tn_report_column *columns, size_t count)
{
    assert(count > 0 && count <= TN_REPORT_COLUMNS_MAX);
    struct tn_report_part *part = add_part(report, key, title);
    if (report->status != TN_OK) {
        return part;
    }
    for (size_t i = 0; i < count; i++) {
        part->columns[i] = (struct tn_report_column){tn_report_text(report, "%s", columns[i].key),
                                                     tn_report_text(report, "%s", columns[i].title),
                                                     columns[i].measure};
    }
    part->column_count = count;
    return part;
}

struct tn_report_part *tn_report_figures(struct tn_report *report, const char *key,
                                         const char *title)
{
    static const struct tn_report_column columns[] = {{"figure", "Figure", TN_MEASURE_TEXT},
                                                      {"value", "Value", TN_MEASURE_COUNT}};
    struct tn_report_part *part = tn_report_table(report, key, title, columns, 2);
    part->is_figures = true;
    return part;
}

static bool is_full(size_t count)
{
    return count == 0 || (count >= ROWS_FIRST && (count & (count - 1)) == 0);
}

static enum tn_status grow(void **list, size_t count, size_t size)
{
    const size_t room = count == 0 ? ROWS_FIRST : 2 * count;
    void *more = realloc(*list, room * size);
    if (more == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    *list = more;
    return TN_OK;
}

/* Room for one more row in each of a part's lists. */
static enum tn_status make_room(struct tn_report_part *part)
{
    if (part->row_count == TN_REPORT_ROWS_MAX) {
        return TN_ERR_LIMIT;
    }
    if (!is_full(part->row_count)) {
        return TN_OK;
    }
    void *values = part->values;
    void *measures = part->measures;
    void *keys = part->keys;
    enum tn_status status =
        grow(&values, part->row_count, part->column_count * sizeof *part->values);
    if (status == TN_OK && part->is_figures) {
        status = grow(&measures, part->row_count, sizeof *part->measures);
    }
    if (status == TN_OK && part->is_figures) {
        status = grow(&keys, part->row_count, sizeof *part->keys);
    }
    part->values = values;
    part->measures = measures;
    part->keys = keys;
    return status;
}

void tn_report_row(struct tn_report *report, struct tn_report_part *part,
                   const struct tn_report_value *values)
{
    if (report->status == TN_OK) {
        report->status = make_room(part);
    }
    if (report->status != TN_OK) {
        return;
    }
    struct tn_report_value *row = &part->values[part->row_count * part->column_count];
    for (size_t i = 0; i < part->column_count; i++) {
        row[i] = values[i];
        row[i].text = values[i].text == NULL ? NULL : tn_report_text(report, "%s", values[i].text);
        row[i].number = values[i].is_withheld || values[i].is_none ? 0 : values[i].number;
    }
    part->row_count++;
}

void tn_report_figure(struct tn_report *report, struct tn_report_part *part, const char *key,
                      const char *label, enum tn_measure measure,
                      const struct tn_report_value *value)
{
    assert(part->is_figures || report->status != TN_OK);
    assert(measure != TN_MEASURE_TEXT);
    const struct tn_report_value values[] = {{.text = label}, *value};
    tn_report_row(report, part, values);
    if (report->status == TN_OK) {
        part->measures[part->row_count - 1] = measure;
        part->keys[part->row_count - 1] = tn_report_text(report, "%s", key);
    }
}

void tn_report_note(struct tn_report *report, const char *format, ...)
{
    if (report->status == TN_OK && report->note_count == TN_REPORT_NOTES_MAX) {
        report->status = TN_ERR_LIMIT;
    }
    if (report->status != TN_OK) {
        return;
    }
    va_list args;
    va_start(args, format);
    report->notes[report->note_count++] = keep(report, format, args);
    va_end(args);
}
