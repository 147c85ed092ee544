/* What was done in the last minutes, and taking one of it back. Nothing is deleted: an `undo` entry
 * names the seq, and what follows from entries is as if that one had never been (derive_undo.c).
 * How long ago something was is asked of the boot's own clock where it is the same boot, so that
 * setting the wall clock neither hides nor frees an entry. */
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/staff_session.h"

/* Rows looked through for past ones: far more than ten minutes of scans. */
#define LOOK_BACK_MAX 4096

/* Kinds that count somebody. */
static bool is_counting(const char *kind)
{
    static const bool counting[TN_KIND_COUNT + 1] = {
        [TN_KIND_CHECK_IN] = true, [TN_KIND_CHECK_OUT] = true, [TN_KIND_PASS] = true,
        [TN_KIND_VISIT] = true,    [TN_KIND_HEADCOUNT] = true,
    };
    return counting[tn_kind_from_name(kind)];
}

static bool is_recent(const struct tn_entry *entry, const struct tn_id *boot,
                      const struct tn_when *now, int64_t window_ms)
{
    bool is_same = !tn_id_is_none(boot) && tn_id_equal(&entry->boot, boot);
    int64_t age_ms = is_same ? now->mono_ms - entry->mono_ms : now->at_ms - entry->at_ms;
    return age_ms >= 0 && age_ms <= window_ms;
}

static unsigned count_of(const struct tn_entry *entry)
{
    uint64_t adults = 1;
    if (tn_kind_from_name(entry->kind) == TN_KIND_HEADCOUNT &&
        (!tn_body_read_number(tn_body_of(entry), &adults) || adults > TN_ADULTS_MAX)) {
        adults = 0;
    }
    return (unsigned)adults;
}

/* The full name, for staff who must pick the right one of two. */
static void name(struct tn_station *station, const struct tn_entry *entry, struct tn_past *out)
{
    struct tn_directory_row row;
    if (tn_staff_session_name(station, &entry->learner, &entry->badge, &row)) {
        const char *text = row.full[0] == '\0' ? row.display : row.full;
        (void)snprintf(out->name, sizeof out->name, "%s", text);
    }
    sodium_memzero(&row, sizeof row);
}

static void add(struct tn_station *station, const struct tn_entry *entry, struct tn_past *out)
{
    *out = (struct tn_past){.seq = entry->seq, .at_ms = entry->at_ms, .count = count_of(entry)};
    memcpy(out->kind, entry->kind, sizeof out->kind);
    name(station, entry, out);
}

static enum tn_status collect(struct tn_station *station, sqlite3_stmt *stmt,
                              const struct tn_when *now, int64_t window_ms,
                              struct tn_past out[TN_PAST_MAX], size_t *count)
{
    struct tn_entry entry;
    enum tn_status status = TN_OK;
    while (*count < TN_PAST_MAX && (status = tn_sql_row(stmt)) == TN_OK) {
        status = tn_entry_facts_from_row(stmt, &entry);
        if (status != TN_OK) {
            return status;
        }
        if (!is_counting(entry.kind) || !is_recent(&entry, &station->boot, now, window_ms)) {
            continue;
        }
        status = tn_station_undone(station, station->log_no, entry.seq);
        if (status == TN_ERR_NOT_FOUND) {
            add(station, &entry, &out[(*count)++]);
        } else if (status != TN_OK) {
            return status;
        }
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_station_past(struct tn_station *station, const struct tn_when *now,
                               int64_t window_ms, struct tn_past out[TN_PAST_MAX], size_t *count)
{
    sqlite3_stmt *stmt = NULL;
    *count = 0;
    memset(out, 0, TN_PAST_MAX * sizeof out[0]);
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = tn_sql_prepare(
            station->db, TN_ENTRY_SELECT "WHERE log_no = ? ORDER BY seq DESC LIMIT ?", &stmt);
    }
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)station->log_no);
        tn_sql_bind_int(stmt, 2, LOOK_BACK_MAX);
        int64_t most = window_ms < TN_UNDO_MS ? window_ms : TN_UNDO_MS;
        status = collect(station, stmt, now, most, out, count);
    }
    (void)sqlite3_finalize(stmt);
    if (status != TN_OK) {
        sodium_memzero(out, TN_PAST_MAX * sizeof out[0]);
        *count = 0;
    }
    return status;
}

static enum tn_status check(struct tn_station *station, uint64_t seq, const struct tn_when *when,
                            struct tn_entry *out)
{
    enum tn_status status = tn_station_entry_at(station, seq, NULL, out);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_ERR_STATE : status;
    }
    if (!is_counting(out->kind) || !is_recent(out, &station->boot, when, TN_UNDO_MS)) {
        return TN_ERR_STATE;
    }
    status = tn_station_undone(station, station->log_no, seq);
    if (status == TN_OK) {
        return TN_ERR_STATE;
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* The entry names no badge and no learner: the seq says whose it is, and erasing that entry then
 * leaves nothing of them here. Event and activity are those of what is taken back. */
static enum tn_status put(struct tn_station *station, const struct tn_entry *target,
                          const struct tn_when *when, uint64_t *seq)
{
    struct tn_buf body;
    struct tn_entry entry = tn_station_entry(station, TN_KIND_UNDO, "tap", when);
    entry.event = target->event;
    entry.activity = target->activity;
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_number(&body, target->seq);
    enum tn_status status = tn_station_put_body(station, &entry, &body, NULL);
    tn_buf_destroy(&body);
    *seq = entry.seq;
    return status;
}

enum tn_status tn_station_undo(struct tn_station *station, uint64_t undo_seq,
                               const struct tn_when *when, uint64_t *seq)
{
    struct tn_entry target;
    uint64_t written = 0;
    *seq = 0;
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    status = check(station, undo_seq, when, &target);
    if (status == TN_OK) {
        status = put(station, &target, when, &written);
    }
    status = tn_station_finish(station, status);
    *seq = status == TN_OK ? written : 0;
    return status;
}
