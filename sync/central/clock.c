/* Spans and anchors in the database. A log's spans are few (one a boot, more where its clock was
 * set), so they are read whole, told anew, and those that changed are written; only the sightings
 * of spans that moved are touched. */
#include "sync/central/clock.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/conflict.h"

#define SPANS_START 16
#define LOGS_MAX 1000 /* of one station that a boot may be spread over */

void tn_clock_free(struct tn_clock_log *log)
{
    free(log->spans);
    free(log->anchored);
    *log = (struct tn_clock_log){0};
}

/* Room for one more in an array that grows by doubling. */
static void *grow(void *array, size_t count, size_t *max, size_t size)
{
    if (count < *max) {
        return array;
    }
    size_t more = *max == 0 ? SPANS_START : 2 * *max;
    void *bigger = reallocarray(array, more, size);
    *max = bigger == NULL ? *max : more;
    return bigger;
}

static struct tn_clock_span *add_span(struct tn_clock_log *log)
{
    struct tn_clock_span *spans = grow(log->spans, log->count, &log->max, sizeof *log->spans);
    if (spans == NULL) {
        return NULL;
    }
    log->spans = spans;
    log->spans[log->count] = (struct tn_clock_span){0};
    return &log->spans[log->count++];
}

static enum tn_status open_log(struct tn_centre *centre, int64_t log_no, struct tn_clock_log *log)
{
    static const char sql[] =
        "SELECT log_id, pubkey FROM kiosk WHERE ecosystem = $1 AND log_no = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    log->log_no = log_no;
    log->count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log_no);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, &log->id);
        struct tn_bytes key = tn_col_bytes(stmt, 1);
        memset(log->pubkey.b, 0, sizeof log->pubkey.b);
        if (key.len == sizeof log->pubkey.b) {
            memcpy(log->pubkey.b, key.data, key.len);
        }
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

static void take_span(struct tn_stmt *stmt, struct tn_clock_span *out)
{
    out->first_seq = tn_col_int(stmt, 0);
    out->last_seq = out->known_seq = tn_col_int(stmt, 1);
    tn_col_id(stmt, 2, &out->boot);
    out->is_salvaged = tn_col_int(stmt, 3) != 0;
    out->first_at = tn_col_int(stmt, 4);
    out->first_mono = tn_col_int(stmt, 5);
    out->last_at = tn_col_int(stmt, 6);
    out->last_mono = tn_col_int(stmt, 7);
    out->told = (struct tn_clock_told){(enum tn_clock)tn_col_int(stmt, 8), tn_col_int(stmt, 9),
                                       tn_col_int(stmt, 10), tn_col_int(stmt, 11)};
    out->kept = out->told;
}

enum tn_status tn_clock_open(struct tn_centre *centre, int64_t log_no, struct tn_clock_log *log)
{
    static const char sql[] =
        "SELECT first_seq, last_seq, boot, is_salvaged, first_at, first_mono, last_at, last_mono,"
        " told, base, lo, hi FROM clock_span WHERE ecosystem = $1 AND log_no = $2 ORDER BY"
        " first_seq";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = open_log(centre, log_no, log);
    if (status == TN_OK) {
        status = tn_centre_prepare(centre, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log_no);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_clock_span *span = add_span(log);
        if (span == NULL) {
            status = TN_ERR_NO_MEMORY;
            break;
        }
        take_span(stmt, span);
    }
    tn_reset(stmt);
    return status;
}

static bool goes_on(const struct tn_clock_span *span, const struct tn_clock_entry *entry)
{
    int64_t wall = entry->at_ms - span->last_at;
    int64_t apart = wall - (entry->mono_ms - span->last_mono);
    return span->is_salvaged == entry->is_salvaged && tn_id_equal(&span->boot, &entry->boot) &&
           (entry->is_salvaged || wall >= 0) && apart <= TN_CLOCK_JUMP_MS &&
           apart >= -TN_CLOCK_JUMP_MS;
}

enum tn_status tn_clock_take(struct tn_clock_log *log, const struct tn_clock_entry *from)
{
    struct tn_clock_entry entry = *from;
    entry.at_ms = tn_clock_sane(entry.at_ms);
    entry.mono_ms = tn_clock_sane(entry.mono_ms);
    struct tn_clock_span *span = log->count > 0 ? &log->spans[log->count - 1] : NULL;
    if (span == NULL || !goes_on(span, &entry)) {
        span = add_span(log);
        if (span == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        span->boot = entry.boot;
        span->is_salvaged = entry.is_salvaged;
        span->first_seq = entry.seq;
        span->first_at = entry.at_ms;
        span->first_mono = entry.mono_ms;
    }
    span->last_seq = entry.seq;
    span->last_at = entry.at_ms;
    span->last_mono = entry.mono_ms;
    return TN_OK;
}

static const char *const words[] = {
    [TN_CLOCK_MEASURED] = "measured", [TN_CLOCK_RIGHT] = "right", [TN_CLOCK_WRONG] = "wrong"};

enum tn_status tn_clock_anchor(struct tn_centre *centre, struct tn_clock_log *log,
                               const struct tn_clock_entry *entry, struct tn_bytes body)
{
    static const char sql[] = "INSERT INTO clock_anchor (ecosystem, log_no, seq, boot, word,"
                              " mono_ms, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO"
                              " NOTHING";
    int64_t offset_ms = 0;
    enum tn_clock_word word = tn_clock_read(body, &offset_ms);
    if (word == TN_CLOCK_SAYS_NOTHING || tn_id_is_none(&entry->boot)) {
        return TN_OK;
    }
    struct tn_id *boots =
        grow(log->anchored, log->anchored_count, &log->anchored_max, sizeof *log->anchored);
    if (boots == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    log->anchored = boots;
    log->anchored[log->anchored_count++] = entry->boot;
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log->log_no);
    tn_bind_int(stmt, 3, entry->seq);
    tn_bind_id(stmt, 4, &entry->boot);
    tn_bind_text(stmt, 5, words[word]);
    tn_bind_int(stmt, 6, tn_clock_sane(entry->mono_ms));
    tn_bind_int(stmt, 7, tn_clock_sane(entry->at_ms) + offset_ms);
    return tn_run(stmt);
}

static enum tn_status keep_span(struct tn_centre *centre, int64_t log_no,
                                const struct tn_clock_span *span)
{
    static const char sql[] =
        "INSERT INTO clock_span (ecosystem, log_no, first_seq, last_seq, boot, is_salvaged,"
        " first_at, first_mono, last_at, last_mono, told, base, lo, hi) VALUES ($1, $2, $3, $4, $5,"
        " $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (ecosystem, log_no, first_seq) DO"
        " UPDATE SET last_seq = excluded.last_seq, last_at = excluded.last_at, last_mono ="
        " excluded.last_mono, told = excluded.told, base = excluded.base, lo = excluded.lo, hi ="
        " excluded.hi";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    const int64_t numbers[] = {span->first_at, span->first_mono, span->last_at, span->last_mono,
                               span->told.how, span->told.base,  span->told.lo, span->told.hi};
    tn_bind_int(stmt, 2, log_no);
    tn_bind_int(stmt, 3, span->first_seq);
    tn_bind_int(stmt, 4, span->last_seq);
    tn_bind_id(stmt, 5, &span->boot);
    tn_bind_int(stmt, 6, span->is_salvaged);
    for (int i = 0; i < 8; i++) {
        tn_bind_int(stmt, 7 + i, numbers[i]);
    }
    return tn_run(stmt);
}

static enum tn_status move_sighting(struct tn_centre *centre, int64_t log_no, int64_t seq,
                                    const struct tn_clock_moved *what, int64_t at_ms,
                                    enum tn_clock how)
{
    static const char sql[] =
        "UPDATE sighting SET at_ms = $1, clock = $2 WHERE ecosystem = $3 AND event = $4 AND badge ="
        " $5 AND log_no = $6 AND seq = $7 AND kind <> 'undo'";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, at_ms);
    tn_bind_int(stmt, 2, how);
    tn_bind_int(stmt, 3, centre->no);
    tn_bind_id(stmt, 4, &what->event);
    tn_bind_id(stmt, 5, &what->badge);
    tn_bind_int(stmt, 6, log_no);
    tn_bind_int(stmt, 7, seq);
    return tn_run(stmt);
}

typedef enum tn_status (*tn_clock_each)(void *ctx, const struct tn_clock_moved *what);

/* Gives the sightings of a span that were laid down before their new times. */
static enum tn_status move_span(struct tn_centre *centre, int64_t log_no,
                                const struct tn_clock_span *span, tn_clock_each moved, void *ctx)
{
    static const char sql[] =
        "SELECT seq, at_ms, mono_ms, event, badge FROM entry WHERE ecosystem = $1 AND log_no = $2"
        " AND seq >= $3 AND seq <= $4 AND badge IS NOT NULL AND event IS NOT NULL ORDER BY seq";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log_no);
    tn_bind_int(stmt, 3, span->first_seq);
    tn_bind_int(stmt, 4, span->known_seq);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_clock_moved what;
        const int64_t at_ms = tn_clock_time(&span->told, tn_col_int(stmt, 1), tn_col_int(stmt, 2));
        tn_col_id(stmt, 3, &what.event);
        tn_col_id(stmt, 4, &what.badge);
        status = move_sighting(centre, log_no, tn_col_int(stmt, 0), &what, at_ms, span->told.how);
        if (status == TN_OK) {
            status = moved(ctx, &what);
        }
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}

static bool is_told_alike(const struct tn_clock_told *a, const struct tn_clock_told *b)
{
    return a->how == b->how && a->base == b->base && a->lo == b->lo && a->hi == b->hi;
}

/* A conflict a log and a boot, as long as any span of it is off. */
static enum tn_status note_boot(struct tn_centre *centre, const struct tn_clock_log *log,
                                const struct tn_id *boot, int64_t now_ms)
{
    bool is_off = false;
    for (size_t i = 0; i < log->count; i++) {
        is_off =
            is_off || (tn_id_equal(&log->spans[i].boot, boot) && tn_clock_is_off(&log->spans[i]));
    }
    return is_off ? tn_conflict_note(centre, "clock", &log->id, boot, now_ms)
                  : tn_conflict_drop(centre, "clock", &log->id, boot);
}

/* Resolves one log and keeps what came of it. */
static enum tn_status settle_log(struct tn_centre *centre, struct tn_clock_log *log, int64_t now_ms,
                                 tn_clock_each moved, void *ctx)
{
    enum tn_status status = tn_clock_ask(centre, log);
    bool is_noted = false;
    tn_clock_resolve(log->spans, log->count);
    for (size_t i = 0; i < log->count && status == TN_OK; i++) {
        struct tn_clock_span *span = &log->spans[i];
        bool is_moved = span->known_seq > 0 && !is_told_alike(&span->told, &span->kept);
        bool is_new = span->known_seq != span->last_seq;
        if (is_moved || is_new) {
            status = keep_span(centre, log->log_no, span);
        }
        if (status == TN_OK && is_moved) {
            status = move_span(centre, log->log_no, span, moved, ctx);
        }
        is_noted = is_noted || is_moved || is_new;
        bool is_last = i + 1 == log->count || !tn_id_equal(&span[1].boot, &span->boot);
        if (status == TN_OK && is_noted && is_last) {
            status = note_boot(centre, log, &span->boot, now_ms);
            is_noted = false;
        }
    }
    return status;
}

/* The other logs of the station that know a boot. */
static enum tn_status find_logs(struct tn_centre *centre, const struct tn_clock_log *log,
                                const struct tn_id *boot, int64_t out[LOGS_MAX], size_t *count)
{
    static const char sql[] =
        "SELECT DISTINCT s.log_no FROM clock_span s JOIN kiosk k ON k.ecosystem = s.ecosystem AND"
        " k.log_no = s.log_no WHERE s.ecosystem = $1 AND s.boot = $2 AND k.pubkey = $3 AND s.log_no"
        " <> $4 ORDER BY s.log_no";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, boot);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){log->pubkey.b, sizeof log->pubkey.b});
    tn_bind_int(stmt, 4, log->log_no);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*count == LOGS_MAX) {
            status = TN_ERR_LIMIT;
            break;
        }
        out[(*count)++] = tn_col_int(stmt, 0);
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_clock_settle(struct tn_centre *centre, struct tn_clock_log *log, int64_t now_ms,
                               tn_clock_each moved, void *ctx)
{
    enum tn_status status = settle_log(centre, log, now_ms, moved, ctx);
    for (size_t i = 0; i < log->anchored_count && status == TN_OK; i++) {
        int64_t others[LOGS_MAX];
        size_t count = 0;
        status = find_logs(centre, log, &log->anchored[i], others, &count);
        for (size_t k = 0; k < count && status == TN_OK; k++) {
            struct tn_clock_log other = {0};
            status = tn_clock_open(centre, others[k], &other);
            if (status == TN_OK) {
                status = settle_log(centre, &other, now_ms, moved, ctx);
            }
            tn_clock_free(&other);
        }
    }
    return status;
}

const struct tn_clock_span *tn_clock_span_of(const struct tn_clock_log *log, int64_t seq)
{
    size_t lo = 0;
    size_t hi = log->count;
    while (hi - lo > 1) {
        size_t middle = lo + (hi - lo) / 2;
        if (log->spans[middle].first_seq <= seq) {
            lo = middle;
        } else {
            hi = middle;
        }
    }
    return &log->spans[lo];
}
