/* Forgetting on a station. Whom it is about is found by asking of every id that is here whether it
 * has one of the pack's marks; the answer lies in a table of this connection's memory, and one
 * statement for each place acts on it. Deleted rows stay readable in free pages and in the journal
 * until both are written anew, so that is the last step, and it is noted that it is still to be
 * done before the first one. */
#include "turnout/forget.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "turnout/log.h"

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/forget_impl.h"

struct tn_forget_mark tn_forget_mark_of(const struct tn_key *key, const struct tn_id *id)
{
    struct tn_forget_mark mark;
    struct tn_key whole = tn_key_derive(key, TN_FORGET_LABEL, (struct tn_bytes){id->b, TN_ID_SIZE});
    memcpy(mark.b, whole.b, sizeof mark.b);
    return mark;
}

/* How far the marks were carried out. */
struct state {
    int64_t epoch;
    int64_t version;
    bool is_scrubbed;
};

static enum tn_status read_state(struct tn_station *station, struct state *out)
{
    sqlite3_stmt *stmt = NULL;
    *out = (struct state){.is_scrubbed = true};
    enum tn_status status = tn_station_stmt(station, TN_STMT_FORGOT, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        out->epoch = sqlite3_column_int64(stmt, 0);
        out->version = sqlite3_column_int64(stmt, 1);
        out->is_scrubbed = sqlite3_column_int64(stmt, 2) != 0;
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status write_state(struct tn_station *station, const struct state *state)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status =
        tn_sql_prepare(station->db, "INSERT OR REPLACE INTO forgot VALUES (1, ?, ?, ?)", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, state->epoch);
        tn_sql_bind_int(stmt, 2, state->version);
        tn_sql_bind_int(stmt, 3, state->is_scrubbed ? 1 : 0);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

enum tn_status tn_station_forgot(struct tn_station *station, uint64_t *version)
{
    struct state state;
    *version = 0;
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK || !station->has_forget) {
        return status;
    }
    status = read_state(station, &state);
    if (status == TN_OK && (uint64_t)state.epoch == station->pack_epoch) {
        *version = (uint64_t)state.version;
    }
    return status;
}

static enum tn_status note_state(struct tn_station *station, const struct state *state)
{
    enum tn_status status = tn_station_begin(station);
    return status == TN_OK ? tn_station_finish(station, write_state(station, state)) : status;
}

bool tn_forget_is_cleaning(struct tn_station *station)
{
    struct state state;
    return station->db != NULL && station->has_forget && read_state(station, &state) == TN_OK &&
           !state.is_scrubbed;
}

#define CUT_STEP_MS 20

/* Empties the journal. The most of it is moved while others may write; what is left keeps them for
 * a moment. Another program's checkpoint is in the way at once and without any waiting of SQLite's
 * own, and a kiosk makes one after each VACUUM: so it is tried again, for as long as a lock would
 * be waited for. */
static enum tn_status cut_journal(sqlite3 *db)
{
    int rc = SQLITE_BUSY;
    (void)sqlite3_busy_timeout(db, CUT_STEP_MS);
    for (int waited_ms = 0; rc == SQLITE_BUSY && waited_ms < TN_BUSY_TIMEOUT_MS;
         waited_ms += CUT_STEP_MS) {
        (void)sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        if (rc == SQLITE_BUSY) {
            (void)sqlite3_sleep(CUT_STEP_MS);
        }
    }
    tn_sql_wait(db);
    if (rc == SQLITE_BUSY) {
        return TN_ERR_BUSY;
    }
    return rc == SQLITE_OK ? TN_OK : tn_sql_fail(db, rc, "the journal cannot be cut");
}

/* Takes what went out of free pages and out of the journal. */
static enum tn_status scrub(struct tn_station *station)
{
    enum tn_status status = tn_sql_exec(station->db, "VACUUM");
    return status == TN_OK ? cut_journal(station->db) : status;
}

static enum tn_status finish(struct tn_station *station, struct state *state)
{
    enum tn_status status = scrub(station);
    if (status == TN_OK) {
        status = tn_folder_drop_set_aside(station->dir);
    }
    if (status == TN_OK) {
        state->is_scrubbed = true;
        status = note_state(station, state);
    }
    station->is_fresh = false;
    station->is_present_known = false;
    return status;
}

/* The marks of the current pack, unless they were carried out before. */
static enum tn_status carry_out(struct tn_station *station, struct state *state,
                                struct tn_forgot *out)
{
    uint64_t left = 0;
    bool is_done = (uint64_t)state->epoch == station->pack_epoch &&
                   (uint64_t)state->version == station->pack_version;
    out->is_whole = is_done;
    if (is_done || station->pack.db == NULL || !station->pack.has_forget) {
        return TN_OK;
    }
    enum tn_status status = tn_forget_erase(station, out, &left);
    out->is_whole = status == TN_OK && left == 0;
    if (out->is_whole) {
        state->epoch = (int64_t)station->pack_epoch;
        state->version = (int64_t)station->pack_version;
    }
    return status;
}

/* What was done is noted in a transaction of its own: done twice it does no harm. */
enum tn_status tn_station_forget(struct tn_station *station, int64_t at_ms, struct tn_forgot *out)
{
    struct state state;
    *out = (struct tn_forgot){0};
    enum tn_status status = tn_station_ready(station);
    if (status != TN_OK || !station->has_forget) {
        return status;
    }
    status = read_state(station, &state);
    const struct state before = state;
    if (status == TN_OK) {
        status = carry_out(station, &state, out);
    }
    if (status == TN_OK) {
        status = tn_forget_purge(station, at_ms, out);
    }
    if (status != TN_OK) {
        return status;
    }
    state.is_scrubbed = state.is_scrubbed && out->erased == 0 && out->purged == 0;
    bool has_changed = state.epoch != before.epoch || state.version != before.version ||
                       state.is_scrubbed != before.is_scrubbed;
    if (has_changed) {
        status = note_state(station, &state);
    }
    return status == TN_OK && !state.is_scrubbed ? finish(station, &state) : status;
}
