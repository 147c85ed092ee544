/* Keeps `visit` in step with `entry`. New entries are read log by log, their sightings sorted by
 * badge and laid down in that order, and only the people they touch are derived again. Two badges
 * of one learner meet here: who is the learner the badge table names, else the one the entries
 * name, else the badge itself. */
#include "sync/central/visits.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/batch.h"
#include "sync/central/conflict.h"
#include "sync/central/derive.h"
#include "sync/central/erase.h"
#include "sync/central/headcounts.h"
#include "sync/central/ids.h"
#include "sync/central/sightings.h"
#include "turnout/log.h"

#define MANY 1000 /* sightings that change how the table is best asked */

static int compare_rows(const void *a, const void *b)
{
    const struct tn_sighting_row *x = a;
    const struct tn_sighting_row *y = b;
    int c = memcmp(&x->event, &y->event, 2 * TN_ID_SIZE);
    if (c == 0) {
        c = (x->log_no > y->log_no) - (x->log_no < y->log_no);
    }
    return c != 0 ? c : (x->seq > y->seq) - (x->seq < y->seq);
}

static enum tn_status note_badge(struct tn_centre *centre, struct tn_batch *batch,
                                 const struct tn_id *event, const struct tn_id *badge,
                                 bool *is_told)
{
    struct tn_id who;
    enum tn_status status = tn_sightings_who(centre, event, badge, &who, is_told);
    return status == TN_OK ? tn_batch_add_person(batch, event, &who) : status;
}

/* Notes who a badge is now, at one event. */
enum tn_status tn_derive_note_badge(struct tn_centre *centre, struct tn_batch *batch,
                                    const struct tn_id *event, const struct tn_id *badge)
{
    bool is_told = false;
    return note_badge(centre, batch, event, badge, &is_told);
}

static int by_badge(const void *a, const void *b)
{
    const struct tn_sighting_row *const *x = a;
    const struct tn_sighting_row *const *y = b;
    const int c = memcmp((*x)->badge.b, (*y)->badge.b, TN_ID_SIZE);
    return c != 0 ? c : memcmp((*x)->event.b, (*y)->event.b, TN_ID_SIZE);
}

/* One row of each badge at each event, in the order of badges, which is the one they lie in. */
static size_t list_badges(struct tn_batch *batch, struct tn_sighting_row **out)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count + batch->undo_count; i++) {
        struct tn_sighting_row *row =
            i < batch->count ? &batch->rows[i] : &batch->undos[i - batch->count];
        if (i > 0 && i < batch->count && memcmp(&row[-1].event, &row->event, 2 * TN_ID_SIZE) == 0) {
            continue; /* sorted: the same badge again */
        }
        out[count++] = row;
    }
    if (count > 1) {
        qsort(out, count, sizeof(struct tn_sighting_row *), by_badge);
    }
    return count;
}

/* Notes who the batch's badges are now; called before and after its sightings change, since the
 * first card seen on a badge may make somebody of it. The badge table says the same both times,
 * unless the batch hands badges out. */
static enum tn_status note_people(struct tn_centre *centre, struct tn_batch *batch, bool is_after)
{
    enum tn_status status = TN_OK;
    const bool may_differ = is_after && batch->handout_count > 0;
    struct tn_sighting_row **rows =
        calloc(batch->count + batch->undo_count + 1, sizeof(struct tn_sighting_row *));
    if (rows == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    const size_t count = list_badges(batch, rows);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        if (!is_after || !rows[i]->is_told || may_differ) {
            status = note_badge(centre, batch, &rows[i]->event, &rows[i]->badge, &rows[i]->is_told);
        }
    }
    free(rows);
    return status;
}

struct touch {
    struct tn_centre *centre;
    struct tn_batch *batch;
    enum tn_status status;
};

/* What a salvaged undo takes back may be two, the entry and its copy, of one person mostly. */
static void touch_person(void *ctx, const struct tn_sighting_row *row)
{
    struct touch *touch = ctx;
    enum tn_status status =
        tn_derive_note_badge(touch->centre, touch->batch, &row->event, &row->badge);
    touch->status = touch->status == TN_OK ? status : touch->status;
}

/* The events that saw a badge; the caller frees. With many events this is what takes longest of all
 * that is asked about a badge. */
static enum tn_status read_events(struct tn_centre *centre, const struct tn_id *badge,
                                  struct tn_id **out, size_t *count)
{
    static const char sql[] =
        "SELECT e.id FROM event e WHERE e.ecosystem = $1 AND EXISTS (SELECT 1 FROM sighting s WHERE"
        " s.ecosystem = e.ecosystem AND s.event = e.id AND s.badge = $2)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    return tn_ids_read(stmt, out, count);
}

static enum tn_status note_at_events(struct tn_centre *centre, struct tn_batch *batch,
                                     const struct tn_id *badge, const struct tn_id *events,
                                     size_t count)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = tn_derive_note_badge(centre, batch, &events[i], badge);
    }
    return status;
}

/* Notes who a badge is at every event that saw it. */
enum tn_status tn_derive_note_everywhere(struct tn_centre *centre, struct tn_batch *batch,
                                         const struct tn_id *badge)
{
    struct tn_id *events = NULL;
    size_t count = 0;
    enum tn_status status = read_events(centre, badge, &events, &count);
    status = status == TN_OK ? note_at_events(centre, batch, badge, events, count) : status;
    free(events);
    return status;
}

/* A badge that changed hands may change who it and others are, and were at other events. Which
 * events those are it does not change. */
static enum tn_status change_badge(struct tn_centre *centre, struct tn_batch *batch,
                                   const struct tn_handout *handout, int64_t now_ms)
{
    struct tn_id chain[TN_HANDOUT_CHAIN_MAX];
    struct tn_id *events[TN_HANDOUT_CHAIN_MAX] = {NULL};
    size_t counts[TN_HANDOUT_CHAIN_MAX] = {0};
    size_t count = 0;
    enum tn_status status = tn_handout_put(centre, handout);
    if (status == TN_OK) {
        status = tn_handout_chain(centre, handout, chain, &count);
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = read_events(centre, &chain[i], &events[i], &counts[i]);
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = note_at_events(centre, batch, &chain[i], events[i], counts[i]);
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = tn_handout_settle(centre, &chain[i], now_ms);
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = note_at_events(centre, batch, &chain[i], events[i], counts[i]);
    }
    for (size_t i = 0; i < count; i++) {
        free(events[i]);
    }
    return status;
}

static enum tn_status change_counts(struct tn_centre *centre, struct tn_batch *batch,
                                    int64_t now_ms)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < batch->headcount_count && status == TN_OK; i++) {
        status = tn_headcounts_insert(centre, &batch->headcounts[i]);
    }
    for (size_t i = 0; i < batch->handout_count && status == TN_OK; i++) {
        status = change_badge(centre, batch, &batch->handouts[i], now_ms);
    }
    return status;
}

static enum tn_status change_sightings(struct tn_centre *centre, struct tn_batch *batch)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < batch->count && status == TN_OK; i++) {
        status = tn_sightings_insert(centre, &batch->rows[i]);
    }
    for (size_t i = 0; i < batch->undo_count && status == TN_OK; i++) {
        const struct tn_sighting_row *undo = &batch->undos[i];
        if (undo->from_seq != 0) {
            struct touch touch = {centre, batch, TN_OK};
            status = tn_sightings_undo_salvaged(centre, undo, touch_person, &touch);
            status = status == TN_OK ? touch.status : status;
        } else if (!tn_id_is_none(&undo->event)) {
            status = tn_id_is_none(&undo->badge) ? tn_headcounts_undo(centre, undo)
                                                 : tn_sightings_undo(centre, undo);
        }
    }
    return status;
}

/* Whether scans of a badge may have come after it was no longer good, which hangs on when they
 * were. */
static enum tn_status is_badge_gone(struct tn_centre *centre, const struct tn_id *badge, bool *gone)
{
    static const char sql[] = "SELECT 1 FROM badge WHERE ecosystem = $1 AND id = $2 AND status IN"
                              " ('revoked', 'replaced', 'void')";
    struct tn_stmt *stmt = NULL;
    *gone = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    status = tn_step(stmt, gone);
    tn_reset(stmt);
    return status;
}

/* A scan of a badge that is gone may be one after it went, at its new time, at whatever event. */
static enum tn_status note_moved(void *ctx, const struct tn_clock_moved *what)
{
    struct touch *touch = ctx;
    bool is_gone = false;
    enum tn_status status = is_badge_gone(touch->centre, &what->badge, &is_gone);
    if (status != TN_OK || !is_gone) {
        return status == TN_OK
                   ? tn_derive_note_badge(touch->centre, touch->batch, &what->event, &what->badge)
                   : status;
    }
    return tn_derive_note_everywhere(touch->centre, touch->batch, &what->badge);
}

/* Corrected time of the log that was read last, whose sightings begin at `first`, before all else:
 * who was first hangs on it. */
static enum tn_status settle_clock(struct tn_centre *centre, int64_t now_ms, struct tn_batch *batch,
                                   size_t first)
{
    struct touch touch = {centre, batch, TN_OK};
    enum tn_status status = tn_clock_settle(centre, &batch->clock, now_ms, note_moved, &touch);
    for (size_t i = first; i < batch->count && status == TN_OK; i++) {
        struct tn_sighting_row *row = &batch->rows[i];
        const struct tn_clock_told *told = &tn_clock_span_of(&batch->clock, row->seq)->told;
        row->at_ms = tn_clock_time(told, row->at_ms, row->mono_ms);
        row->clock = told->how;
    }
    return status;
}

static enum tn_status derive_batch(struct tn_centre *centre, int64_t now_ms, struct tn_batch *batch)
{
    enum tn_status status = TN_OK;
    qsort(batch->rows, batch->count, sizeof *batch->rows, compare_rows);
    for (size_t i = 0; i < batch->undo_count && status == TN_OK; i++) {
        if (batch->undos[i].from_seq == 0) {
            status = tn_sightings_find_undone(centre, &batch->undos[i]);
        }
    }
    if (status == TN_OK) {
        status = note_people(centre, batch, false);
    }
    if (status == TN_OK) {
        status = change_counts(centre, batch, now_ms);
    }
    if (status == TN_OK) {
        status = change_sightings(centre, batch);
    }
    if (status == TN_OK && batch->count >= MANY) {
        status = tn_db_grown(centre->db, "sighting");
    }
    if (status == TN_OK) {
        status = note_people(centre, batch, true);
    }
    if (status == TN_OK) {
        status = tn_derive_people(centre, now_ms, batch);
    }
    if (status == TN_OK) {
        status = tn_sightings_drop_late(centre);
    }
    return status == TN_OK ? tn_batch_mark(centre, batch) : status;
}

/* Entries that nothing was derived from yet. */
static enum tn_status count_left(struct tn_centre *centre, int64_t *left)
{
    static const char sql[] = "SELECT coalesce(sum(last_seq - derived_seq), 0) FROM kiosk WHERE"
                              " ecosystem = $1 AND last_seq > derived_seq";
    return tn_centre_number(centre, sql, left);
}

/* The next log that has such entries, behind one, and how many; 0: there is none. */
static enum tn_status next_log(struct tn_centre *centre, int64_t after, int64_t *log_no,
                               int64_t *waiting)
{
    static const char sql[] =
        "SELECT log_no, last_seq - derived_seq FROM kiosk WHERE ecosystem = $1 AND log_no > $2 AND"
        " last_seq > derived_seq ORDER BY log_no LIMIT 1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *log_no = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_int(stmt, 2, after);
        status = tn_step(stmt, &has_row);
        *log_no = has_row ? tn_col_int(stmt, 0) : 0;
        *waiting = has_row ? tn_col_int(stmt, 1) : 0;
        tn_reset(stmt);
    }
    return status;
}

/* The logs of the next batch, to `last`, are rid of people who are erased before any is read: what
 * one of them says may be about an entry of another. */
static enum tn_status erase_late(struct tn_centre *centre, int64_t now_ms, int64_t *last)
{
    int64_t log_no = 0;
    int64_t waiting = 0;
    int64_t all = 0;
    *last = 0;
    enum tn_status status = next_log(centre, 0, &log_no, &waiting);
    while (status == TN_OK && log_no != 0 && all < TN_BATCH_MAX) {
        all += waiting;
        *last = log_no;
        status = tn_erase_late(centre, log_no, now_ms);
        status = status == TN_OK ? next_log(centre, log_no, &log_no, &waiting) : status;
    }
    return status;
}

static enum tn_status read_log(struct tn_centre *centre, int64_t log_no, int64_t now_ms,
                               struct tn_batch *batch)
{
    const size_t first = batch->count;
    const size_t read = batch->entry_count;
    bool is_taken = false;
    enum tn_status status = tn_batch_read(centre, log_no, batch, &is_taken);
    if (status == TN_OK && !is_taken && batch->log_count == 0 && read == 0) {
        tn_log(TN_LOG_ERROR, "the entries of log %lld are gone; `turnout-sync verify` says more",
               (long long)log_no);
        status = TN_ERR_DAMAGED;
    }
    return status == TN_OK && is_taken ? settle_clock(centre, now_ms, batch, first) : status;
}

/* As many logs as a batch holds. One that has to wait goes into the next. */
static enum tn_status read_logs(struct tn_centre *centre, int64_t now_ms, struct tn_batch *batch)
{
    int64_t last = 0;
    int64_t log_no = 0;
    int64_t waiting = 0;
    tn_batch_begin(batch);
    enum tn_status status = erase_late(centre, now_ms, &last);
    status = status == TN_OK ? next_log(centre, 0, &log_no, &waiting) : status;
    while (status == TN_OK && log_no != 0 && log_no <= last && !tn_batch_is_full(batch)) {
        status = read_log(centre, log_no, now_ms, batch);
        status = status == TN_OK ? next_log(centre, log_no, &log_no, &waiting) : status;
    }
    return status;
}

/* People whose visits hang on something else than entries that changed. */
static enum tn_status update_stale(struct tn_centre *centre, int64_t now_ms, struct tn_batch *batch,
                                   bool *is_done)
{
    tn_batch_begin(batch);
    enum tn_status status = tn_derive_take_stale(centre, batch);
    *is_done = batch->people_count == 0;
    return status == TN_OK ? tn_derive_people(centre, now_ms, batch) : status;
}

/* One transaction. What is left to do is asked inside it, since another program may be at it too.
 */
static enum tn_status update_next(struct tn_centre *centre, int64_t now_ms, struct tn_batch *batch,
                                  int64_t *left, bool *is_done)
{
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = count_left(centre, left);
    if (status == TN_OK && *left > 0) {
        status = read_logs(centre, now_ms, batch);
        status = status == TN_OK ? derive_batch(centre, now_ms, batch) : status;
    } else if (status == TN_OK) {
        status = update_stale(centre, now_ms, batch, is_done);
    }
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

enum tn_status tn_visits_update(struct tn_centre *centre, int64_t now_ms,
                                void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx)
{
    struct tn_batch batch = {0};
    int64_t left = 0;
    int64_t stale = 0;
    enum tn_status status = count_left(centre, &left);
    if (status == TN_OK) {
        status = tn_derive_stale(centre, &stale);
    }
    const int64_t all = left;
    bool is_done = left == 0 && stale == 0;
    if (status != TN_OK || is_done) {
        return status;
    }
    status = tn_batch_make(&batch);
    while (status == TN_OK && !is_done) {
        status = update_next(centre, now_ms, &batch, &left, &is_done);
        if (progress != NULL && all > 0) {
            progress(ctx, (uint64_t)(left < all ? all - left : 0), (uint64_t)all);
        }
    }
    tn_batch_free(&batch);
    return status;
}

enum tn_status tn_visits_rebuild(struct tn_centre *centre, int64_t now_ms)
{
    static const char sql[] =
        "DELETE FROM conflict WHERE ecosystem = $1 AND type IN ('unknown_badge', 'clock') AND"
        " state = 'open'";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sightings_forget(centre, NULL);
    if (status == TN_OK) {
        status = tn_derive_mark_paper(centre);
    }
    if (status == TN_OK) {
        status = tn_db_prepare(centre->db, sql, &stmt);
    }
    if (status == TN_OK) {
        tn_bind_int(stmt, 1, centre->no);
        status = tn_run(stmt);
    }
    if (status != TN_OK) {
        tn_db_rollback(centre->db);
        return status;
    }
    status = tn_db_commit(centre->db);
    return status == TN_OK ? tn_visits_update(centre, now_ms, NULL, NULL) : status;
}
