/* Two streams by learner, read in pages so that memory does not grow with the learners: what each
 * told, and what those told who were merged into them, by whom they were merged into. The second
 * has a row only where somebody was merged, so it is short. */
#include "sync/central/told.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PAGE_ROWS 1000

struct row {
    struct tn_id who;
    struct tn_id id; /* of the row, so that a page may end between two of one learner */
    struct tn_told told;
};

struct stream {
    const char *sql;
    size_t count;
    size_t next;
    struct tn_id last_who; /* of the pages before */
    struct tn_id last_id;
    bool has_last;
    bool is_end;
    struct row rows[PAGE_ROWS];
};

struct tn_told_reader {
    struct tn_centre *centre;
    int64_t now_ms;
    size_t count;
    struct tn_told told[TN_TOLD_MAX];
    struct stream own;
    struct stream merged;
};

static const char own_sql[] =
    "SELECT d.learner, d.id, d.dimension, d.value FROM learner_demo d JOIN consent c ON c.ecosystem"
    " = d.ecosystem AND c.learner = d.learner AND c.purpose = d.consent WHERE d.ecosystem = $1 AND"
    " (d.learner, d.id) > ($2, $3) AND c.withdrawn_at IS NULL AND (c.until IS NULL OR c.until > $4)"
    " ORDER BY d.learner, d.id LIMIT $5";

static const char merged_sql[] =
    "SELECT m.root, d.id, d.dimension, d.value FROM merged m JOIN learner_demo d ON d.ecosystem ="
    " m.ecosystem AND d.learner = m.learner JOIN consent c ON c.ecosystem = d.ecosystem AND"
    " c.learner = d.learner AND c.purpose = d.consent WHERE m.ecosystem = $1 AND (m.root, d.id) >"
    " ($2, $3) AND c.withdrawn_at IS NULL AND (c.until IS NULL OR c.until > $4) ORDER BY m.root,"
    " d.id LIMIT $5";

enum tn_status tn_told_create(struct tn_centre *centre, int64_t now_ms, struct tn_told_reader **out)
{
    struct tn_told_reader *reader = calloc(1, sizeof *reader);
    *out = reader;
    if (reader == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    reader->centre = centre;
    reader->now_ms = now_ms;
    reader->own.sql = own_sql;
    reader->merged.sql = merged_sql;
    return TN_OK;
}

void tn_told_free(struct tn_told_reader *reader)
{
    free(reader);
}

static void take_row(struct stream *stream, struct tn_stmt *stmt)
{
    struct row *row = &stream->rows[stream->count++];
    tn_col_id(stmt, 0, &row->who);
    tn_col_id(stmt, 1, &row->id);
    (void)snprintf(row->told.dimension, sizeof row->told.dimension, "%s", tn_col_text(stmt, 2));
    (void)snprintf(row->told.value, sizeof row->told.value, "%s", tn_col_text(stmt, 3));
}

/* Empty bytes come before every id, so the first page begins there. */
static enum tn_status turn_page(struct tn_told_reader *reader, struct stream *stream)
{
    const size_t last_len = stream->has_last ? TN_ID_SIZE : 0;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(reader->centre, stream->sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){stream->last_who.b, last_len});
    tn_bind_bytes(stmt, 3, (struct tn_bytes){stream->last_id.b, last_len});
    tn_bind_int(stmt, 4, reader->now_ms);
    tn_bind_int(stmt, 5, PAGE_ROWS);
    stream->count = stream->next = 0;
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row && stream->count < PAGE_ROWS) {
        take_row(stream, stmt);
    }
    tn_reset(stmt);
    stream->is_end = stream->count < PAGE_ROWS;
    if (status == TN_OK && stream->count > 0) {
        stream->last_who = stream->rows[stream->count - 1].who;
        stream->last_id = stream->rows[stream->count - 1].id;
        stream->has_last = true;
    }
    return status;
}

static void add_told(struct tn_told_reader *reader, const struct tn_told *told)
{
    for (size_t i = 0; i < reader->count; i++) {
        if (strcasecmp(reader->told[i].dimension, told->dimension) == 0) {
            return;
        }
    }
    if (reader->count < TN_TOLD_MAX) {
        reader->told[reader->count++] = *told;
    }
}

static enum tn_status take_learner(struct tn_told_reader *reader, struct stream *stream,
                                   const struct tn_id *learner)
{
    for (;;) {
        if (stream->next == stream->count) {
            enum tn_status status = stream->is_end ? TN_OK : turn_page(reader, stream);
            if (status != TN_OK || stream->next == stream->count) {
                return status;
            }
        }
        const struct row *row = &stream->rows[stream->next];
        const int order = memcmp(row->who.b, learner->b, TN_ID_SIZE);
        if (order > 0) {
            return TN_OK;
        }
        if (order == 0) {
            add_told(reader, &row->told);
        }
        stream->next++;
    }
}

enum tn_status tn_told_of(struct tn_told_reader *reader, const struct tn_id *learner,
                          const struct tn_told **out, size_t *count)
{
    reader->count = 0;
    enum tn_status status = take_learner(reader, &reader->own, learner);
    status = status == TN_OK ? take_learner(reader, &reader->merged, learner) : status;
    *out = reader->told;
    *count = reader->count;
    return status;
}
