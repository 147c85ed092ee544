/* The row that sync writes and the screen reads. Words and not numbers lie in the table, so that a
 * person with any SQLite tool can read it; a word that a later version wrote counts as nothing
 * said. */
#include "turnout/sync_state.h"

#include <string.h>

#include "kiosk/core/desk_impl.h"

static const char *const phases[TN_SYNC_PHASE_COUNT] = {
    [TN_SYNC_NONE] = "none",     [TN_SYNC_COPYING] = "copying",
    [TN_SYNC_COPIED] = "copied", [TN_SYNC_DONE_AT_CENTRE] = "done_at_centre",
    [TN_SYNC_FAILED] = "failed",
};

static const char *const vias[TN_SYNC_VIA_COUNT] = {
    [TN_SYNC_STICK] = "stick",
    [TN_SYNC_NETWORK] = "network",
    [TN_SYNC_CABLE] = "cable",
};

static const char *const faults[TN_SYNC_FAULT_COUNT] = {
    [TN_SYNC_WELL] = "well",
    [TN_SYNC_NO_NETWORK] = "no_network",
    [TN_SYNC_PORTAL] = "portal",
    [TN_SYNC_WRONG_CERTIFICATE] = "wrong_certificate",
    [TN_SYNC_HUB_BUSY] = "hub_busy",
    [TN_SYNC_REFUSED] = "refused",
    [TN_SYNC_STICK_FULL] = "stick_full",
    [TN_SYNC_STICK_READ_ONLY] = "stick_read_only",
    [TN_SYNC_STICK_PULLED] = "stick_pulled",
    [TN_SYNC_DISK] = "disk",
    [TN_SYNC_DAMAGED] = "damaged",
    [TN_SYNC_NO_KEYS_YET] = "no_keys_yet",
};

#define WORD_SIZE 32

const char *tn_sync_phase_name(enum tn_sync_phase phase)
{
    return (size_t)phase < TN_SYNC_PHASE_COUNT ? phases[phase] : NULL;
}

const char *tn_sync_via_name(enum tn_sync_via via)
{
    return (size_t)via < TN_SYNC_VIA_COUNT ? vias[via] : NULL;
}

const char *tn_sync_fault_name(enum tn_sync_fault fault)
{
    return (size_t)fault < TN_SYNC_FAULT_COUNT ? faults[fault] : NULL;
}

static bool is_sound(const struct tn_sync_state *state)
{
    return tn_sync_phase_name(state->phase) != NULL && tn_sync_via_name(state->via) != NULL &&
           tn_sync_fault_name(state->fault) != NULL && state->done <= INT64_MAX &&
           state->all <= INT64_MAX && state->waiting <= INT64_MAX && state->at_ms >= 0 &&
           state->spoke_ms >= 0 &&
           (state->phase == TN_SYNC_FAILED) == (state->fault != TN_SYNC_WELL);
}

static enum tn_status put(struct tn_station *station, const struct tn_sync_state *state)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO sync_state (one, phase, via, fault, done, whole, waiting, at_ms, "
        "boot, spoke_ms) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, CASE ?1 WHEN 'done_at_centre' "
        "THEN ?7 ELSE coalesce((SELECT spoke_ms FROM sync_state), 0) END)";
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(station->db, sql, &stmt);
    if (status == TN_OK) {
        tn_sql_bind_text(stmt, 1, phases[state->phase]);
        tn_sql_bind_text(stmt, 2, vias[state->via]);
        tn_sql_bind_text(stmt, 3, faults[state->fault]);
        tn_sql_bind_int(stmt, 4, (int64_t)state->done);
        tn_sql_bind_int(stmt, 5, (int64_t)state->all);
        tn_sql_bind_int(stmt, 6, (int64_t)state->waiting);
        tn_sql_bind_int(stmt, 7, state->at_ms);
        tn_sql_bind_id(stmt, 8, &station->boot);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

enum tn_status tn_station_set_sync_state(struct tn_station *station,
                                         const struct tn_sync_state *state)
{
    if (!is_sound(state)) {
        return TN_ERR_FORMAT;
    }
    enum tn_status status = tn_station_begin(station);
    return status == TN_OK ? tn_station_finish(station, put(station, state)) : status;
}

/* The place of a column's word in a table of words; count where it is in none. */
static size_t word_at(sqlite3_stmt *stmt, int column, const char *const *words, size_t count)
{
    char word[WORD_SIZE];
    size_t i = tn_sql_get_text(stmt, column, word, sizeof word) ? 0 : count;
    while (i < count && strcmp(words[i], word) != 0) {
        i++;
    }
    return i;
}

static bool parse(sqlite3_stmt *stmt, struct tn_sync_state *out)
{
    size_t phase = word_at(stmt, 0, phases, TN_SYNC_PHASE_COUNT);
    size_t via = word_at(stmt, 1, vias, TN_SYNC_VIA_COUNT);
    size_t fault = word_at(stmt, 2, faults, TN_SYNC_FAULT_COUNT);
    if (phase == TN_SYNC_PHASE_COUNT || via == TN_SYNC_VIA_COUNT || fault == TN_SYNC_FAULT_COUNT) {
        return false;
    }
    out->phase = (enum tn_sync_phase)phase;
    out->via = (enum tn_sync_via)via;
    out->fault = (enum tn_sync_fault)fault;
    out->done = (uint64_t)sqlite3_column_int64(stmt, 3);
    out->all = (uint64_t)sqlite3_column_int64(stmt, 4);
    out->waiting = (uint64_t)sqlite3_column_int64(stmt, 5);
    out->at_ms = sqlite3_column_int64(stmt, 6);
    out->spoke_ms = sqlite3_column_int64(stmt, 7);
    return tn_sql_get_id(stmt, 8, &out->boot) && is_sound(out);
}

/* A database that only older versions have written to has no such table. */
enum tn_status tn_station_sync_state(struct tn_station *station, struct tn_sync_state *out)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_sync_state read = {0};
    *out = (struct tn_sync_state){0};
    enum tn_status status = tn_station_ready(station);
    tn_sql_close(&station->former_pack); /* whoever asks this is not in the middle of a scan */
    if (status != TN_OK || !station->has_sync_state) {
        return status;
    }
    status = tn_station_stmt(station, TN_STMT_SYNC_STATE, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sql_row(stmt);
    bool is_good = status == TN_OK && parse(stmt, &read);
    tn_sql_reset(stmt);
    bool is_dead = read.phase == TN_SYNC_COPYING && !tn_id_equal(&read.boot, &station->boot);
    if (is_good && !is_dead) {
        *out = read;
    } else if (is_good) {
        out->spoke_ms = read.spoke_ms;
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}
