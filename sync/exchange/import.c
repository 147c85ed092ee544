/* The part of importing that every kind shares: one transaction around all files, ids that may
 * come only once, and the counts. It knows no column of any kind. */
#include "sync/exchange/import.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "sync/central/audit.h"
#include "turnout/log.h"

#define ROW_BITS 21 /* a row past the last of them is said to be that one */
#define ROW_LAST ((UINT32_C(1) << ROW_BITS) - 1)
#define PROBLEM_MAX 600

/* clang-format off */
const struct tn_import_kind *const tn_import_kinds[] = {
    &tn_import_roster,
    &tn_import_partners,
    &tn_import_events,
    &tn_import_event_partners,
    &tn_import_activities,
    &tn_import_pathways,
    &tn_import_population,
    &tn_import_registrations,
    &tn_import_consents,
    &tn_import_demographics,
    &tn_import_attendance,
    &tn_import_oneroster,
    &tn_import_ical,
    NULL,
};
/* clang-format on */

_Static_assert(TN_IMPORT_TABLES_MAX < 1 << (32 - ROW_BITS), "a table's number fits");
_Static_assert(TN_CSV_ROWS_MAX < 1 << ROW_BITS, "a row's number fits");

const struct tn_import_kind *tn_import_kind_find(const char *name)
{
    for (size_t i = 0; tn_import_kinds[i] != NULL; i++) {
        if (strcmp(tn_import_kinds[i]->name, name) == 0) {
            return tn_import_kinds[i];
        }
    }
    return NULL;
}

/* Says that an id came before, and where. */
static void say_twice(struct tn_import *import, const struct tn_csv_row *row, uint32_t before)
{
    const uint32_t before_row = before & ROW_LAST;
    const size_t file = before >> ROW_BITS;
    const char *column = import->kind->columns[0].name;
    struct tn_place place = row->place;
    const bool is_here = file == import->file_no;
    if (import->kind->key != NULL) {
        tn_problem(&import->problems, &place, "the same %s stand in row %" PRIu32 "%s%s",
                   import->kind->key, before_row, is_here ? "" : " of ",
                   is_here ? "" : import->files[file]);
        return;
    }
    place.column = column;
    tn_problem(&import->problems, &place, "the same %s %s stands in row %" PRIu32 "%s%s", column,
               row->values[0], before_row, is_here ? "" : " of ",
               is_here ? "" : import->files[file]);
}

enum tn_status tn_import_note(struct tn_import *import, const struct tn_id *id, uint64_t row,
                              uint32_t *where)
{
    const uint32_t kept = row < ROW_LAST ? (uint32_t)row : ROW_LAST;
    *where = ((uint32_t)import->file_no << ROW_BITS) | kept;
    return tn_idset_add(&import->seen, id, where);
}

void tn_import_count(struct tn_import_counts *counts, enum tn_change change)
{
    counts->rows += change <= TN_CHANGE_NEW;
    counts->removed += change == TN_CHANGE_REMOVED;
    counts->left_out += change == TN_CHANGE_LEFT_OUT;
    counts->added += change == TN_CHANGE_NEW;
    counts->changed += change == TN_CHANGE_CHANGED;
    counts->same += change == TN_CHANGE_NONE;
}

void tn_import_remark(struct tn_import *import, const struct tn_import_remark *remark)
{
    for (size_t i = 0; i < import->remark_count; i++) {
        if (strcmp(import->remarks[i].key, remark->key) == 0) {
            import->remarks[i].count += remark->count;
            return;
        }
    }
    if (remark->count > 0) {
        assert(import->remark_count < TN_IMPORT_REMARKS_MAX);
        import->remarks[import->remark_count++] = *remark;
    }
}

static enum tn_status take_row(void *ctx, const struct tn_csv_row *row)
{
    struct tn_import *import = ctx;
    const struct tn_id id = import->kind->id(import, row);
    enum tn_status status = TN_OK;
    if (import->is_first_pass || !import->kind->refers_to_itself) {
        uint32_t where = 0;
        status = tn_import_note(import, &id, row->place.row, &where);
        import->is_repeated = status == TN_ERR_EXISTS && import->kind->may_repeat &&
                              where >> ROW_BITS != import->file_no;
        if (status == TN_ERR_EXISTS && !import->is_repeated) {
            say_twice(import, row, where);
            return TN_OK;
        }
        status = import->is_repeated ? TN_OK : status;
    }
    if (status != TN_OK || import->is_first_pass) {
        return status;
    }
    enum tn_change change = TN_CHANGE_NONE;
    status = import->kind->take(import, row, &id, &change);
    tn_import_count(&import->counts, change);
    return status;
}

static void tell_progress(void *ctx, uint64_t done, uint64_t total)
{
    const struct tn_import *import = ctx;
    if (import->progress != NULL && !import->is_first_pass) {
        import->progress(import->progress_ctx, done, total);
    }
}

enum tn_status tn_import_table(struct tn_import *import, size_t file_no,
                               const struct tn_csv_source *source)
{
    import->file_no = file_no;
    import->problems.file = import->files[file_no];
    const struct tn_csv_reading reading = {.path = import->problems.file,
                                           .columns = import->kind->columns,
                                           .problems = &import->problems,
                                           .each = take_row,
                                           .progress = tell_progress,
                                           .ctx = import,
                                           .source = source,
                                           .is_foreign = import->kind->is_foreign};
    enum tn_status status = tn_csv_read(&reading);
    /* A file that is no table at all does not keep the others from being looked at. */
    return status == TN_ERR_FORMAT && import->problems.count > 0 ? TN_OK : status;
}

static enum tn_status read_files(struct tn_import *import, size_t count)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = tn_import_table(import, i, NULL);
    }
    return status;
}

static enum tn_status read_all(struct tn_import *import, size_t count)
{
    enum tn_status status = TN_OK;
    if (import->kind->read != NULL) {
        return import->kind->read(import, count);
    }
    if (import->kind->refers_to_itself) {
        import->is_first_pass = true;
        status = read_files(import, count);
        import->is_first_pass = false;
    }
    /* The second pass would say every problem of the first again. */
    if (status == TN_OK && import->problems.count == 0) {
        status = read_files(import, count);
    }
    return status;
}

/* A file that changes nothing leaves no trace. */
static enum tn_status note(struct tn_import *import)
{
    char object[TN_AUDIT_OBJECT_MAX + 1];
    const struct tn_import_counts *counts = &import->counts;
    if (counts->added + counts->changed == 0) {
        return TN_OK;
    }
    (void)snprintf(object, sizeof object, "%s: %llu new, %llu changed", import->kind->name,
                   (unsigned long long)counts->added, (unsigned long long)counts->changed);
    return tn_audit_note(import->centre, import->now_ms, "import", object);
}

enum tn_status tn_import_run(struct tn_import *import, const char *const *files, size_t count,
                             bool is_dry)
{
    import->files = files;
    enum tn_status status = tn_db_begin(import->centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = read_all(import, count);
    if (status == TN_OK && import->problems.count == 0 && import->kind->check != NULL) {
        status = import->kind->check(import);
    }
    tn_problems_end(&import->problems);
    if (status == TN_OK && import->problems.count > 0) {
        status = TN_ERR_FORMAT;
    }
    if (status == TN_OK && !is_dry) {
        status = note(import);
    }
    if (status == TN_OK && !is_dry) {
        status = tn_db_commit(import->centre->db);
    } else {
        tn_db_rollback(import->centre->db);
    }
    tn_idset_destroy(&import->seen);
    return status;
}

struct tn_cell tn_cell_text(const struct tn_csv_row *row, int column)
{
    const char *value = row->values[column];
    return (struct tn_cell){.type = value[0] == '\0' ? TN_CELL_NULL : TN_CELL_TEXT,
                            .is_kept = !row->has[column],
                            .text = value};
}

struct tn_cell tn_cell_int(const struct tn_csv_row *row, int column)
{
    return (struct tn_cell){.type = row->values[column][0] == '\0' ? TN_CELL_NULL : TN_CELL_INT,
                            .is_kept = !row->has[column],
                            .number = row->numbers[column]};
}

void tn_import_problem_of(struct tn_import *import, const struct tn_id *id, int column,
                          const char *what)
{
    const uint32_t where = tn_idset_find(&import->seen, id);
    if (where != 0) {
        const uint32_t row = where & ROW_LAST;
        const struct tn_place place = {
            .row = row, .line = row, .column = import->kind->columns[column].name};
        import->problems.file = import->files[where >> ROW_BITS];
        tn_problem(&import->problems, &place, "%s", what);
    }
}

void tn_import_problem(struct tn_import *import, const struct tn_csv_row *row, int column,
                       const char *format, ...)
{
    char text[PROBLEM_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    struct tn_place place = row->place;
    place.column = import->kind->columns[column].name;
    tn_problem(&import->problems, &place, "%s", text);
}
