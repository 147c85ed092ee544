/* The table of kinds, and what they share. Reading happens in one transaction that blocks nobody,
 * so a file shows one moment of the centre, however long it takes to write. */
#include "sync/exchange/export.h"

#include <string.h>

#include "sync/exchange/outfile.h"

const struct tn_export_kind *const tn_export_kinds[] = {
    &tn_export_attendance, &tn_export_visits,    &tn_export_learners, &tn_export_xapi,
    &tn_export_edfi,       &tn_export_oneroster, &tn_export_ical,     NULL,
};

const struct tn_export_kind *tn_export_kind_find(const char *name)
{
    for (size_t i = 0; tn_export_kinds[i] != NULL; i++) {
        if (strcmp(tn_export_kinds[i]->name, name) == 0) {
            return tn_export_kinds[i];
        }
    }
    return NULL;
}

static enum tn_status write_file(struct tn_export *export)
{
    struct tn_outfile out;
    enum tn_status status = tn_outfile_begin(export->path, &out);
    if (status == TN_OK) {
        export->file = out.file;
        status = export->kind->write(export);
        export->file = NULL;
    }
    return tn_outfile_end(&out, status);
}

enum tn_status tn_export_run(struct tn_export *export)
{
    const bool is_moment = !export->kind->is_open;
    enum tn_status status = is_moment ? tn_db_begin_read(export->centre->db) : TN_OK;
    if (status == TN_OK) {
        status = export->kind->is_package ? export->kind->write(export) : write_file(export);
    }
    if (is_moment) {
        tn_db_rollback(export->centre->db); /* nothing was written there */
    }
    tn_zone_destroy(&export->zone);
    return status;
}

const struct tn_export_counted tn_export_unknown = {
    "unknown_badges", "visit of a badge that nobody knows was left out",
    "visits of badges that nobody knows were left out"};

void tn_export_note(struct tn_export *export, const struct tn_export_counted *what, uint64_t n)
{
    size_t i = 0;
    while (i < export->note_count && export->notes[i].what != what) {
        i++;
    }
    if (n == 0 || i == TN_EXPORT_NOTES_MAX) {
        return;
    }
    if (i == export->note_count) {
        export->notes[export->note_count++] = (struct tn_export_note){.what = what};
    }
    export->notes[i].count += n;
}

void tn_export_tell(struct tn_export *export, uint64_t n, uint64_t total)
{
    export->done += n;
    if (export->progress != NULL) {
        export->progress(export->progress_ctx, export->done, total);
    }
}

void tn_export_pseudonym(const struct tn_export *export, const struct tn_id *learner,
                         char out[TN_ID_HEX_SIZE])
{
    const struct tn_key whole = tn_key_derive(&export->key, "turnout pseudonym v1",
                                              (struct tn_bytes){learner->b, TN_ID_SIZE});
    struct tn_id half;
    memcpy(half.b, whole.b, TN_ID_SIZE);
    tn_id_hex(&half, out);
}

enum tn_status tn_export_row(struct tn_export *export, const char *const *values, size_t count)
{
    return tn_csv_write_row(export->file,
                            export->is_raw ? TN_CSV_FOR_READING_BACK : TN_CSV_FOR_SPREADSHEET,
                            values, count);
}

enum tn_status tn_export_visits_each(struct tn_export *export,
                                     enum tn_status (*each)(void *ctx,
                                                            const struct tn_attended_event *event,
                                                            const struct tn_attended *row),
                                     void *ctx)
{
    struct tn_attended_walk walk;
    const struct tn_attended_event *event = NULL;
    const struct tn_attended *rows = NULL;
    size_t count = 1;
    enum tn_status status = tn_attended_start(export->centre, &export->filter, &walk);
    while (status == TN_OK && count > 0) {
        status = tn_attended_next(&walk, &event, &rows, &count);
        for (size_t i = 0; i < count && status == TN_OK; i++) {
            status = each(ctx, event, &rows[i]);
        }
        tn_export_tell(export, count, walk.visits);
    }
    tn_attended_end(&walk);
    return status;
}
