/* The one way an entry gets into the log: BEGIN IMMEDIATE, the head read inside it, the entry and
 * its presence, COMMIT with its fsync. Whatever fails rolls everything back and makes the handle
 * read the head again, so that no number is used twice and none is skipped. */
#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "turnout/log.h"

#include "kiosk/core/forget_impl.h"

/* Cleaning a long log's pages takes some seconds where the disk is a slow card, and ends by itself:
 * then a scan is late, and no fault. Four times TN_BUSY_TIMEOUT_MS is less than the watchdog waits.
 */
#define CLEANING_TRIES 4

static enum tn_status run(struct tn_station *station, enum tn_stmt which)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_station_stmt(station, which, &stmt);
    return status == TN_OK ? tn_sql_run(stmt) : status;
}

static void unlock(struct tn_station *station)
{
    if (station->lock >= 0) {
        (void)close(station->lock);
    }
    station->lock = -1;
}

/* The folder's lock is held to the end of the transaction, so that no other program sets this
 * database aside between the look at its files and the commit. */
static enum tn_status begin_once(struct tn_station *station)
{
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = tn_folder_lock(station->dir, TN_LOCK_WRITER, &station->lock);
    }
    if (status == TN_OK && tn_station_is_displaced(station)) {
        status = TN_ERR_BUSY;
    }
    if (status == TN_OK) {
        status = run(station, TN_STMT_BEGIN);
    }
    if (status == TN_OK) {
        status = tn_station_refresh(station);
    }
    if (status != TN_OK) {
        tn_station_rollback(station);
    }
    return status;
}

enum tn_status tn_station_begin(struct tn_station *station)
{
    if (station->is_read_only) {
        return TN_ERR_READ_ONLY;
    }
    enum tn_status status = begin_once(station);
    if (status == TN_ERR_BUSY && station->db != NULL && tn_station_is_displaced(station)) {
        status = begin_once(station);
    }
    for (int i = 1; i < CLEANING_TRIES && status == TN_ERR_BUSY; i++) {
        status = tn_forget_is_cleaning(station) ? begin_once(station) : status;
    }
    return status;
}

enum tn_status tn_station_commit(struct tn_station *station)
{
    enum tn_status status = run(station, TN_STMT_COMMIT);
    if (status != TN_OK) {
        tn_station_rollback(station);
    }
    unlock(station);
    return status;
}

void tn_station_rollback(struct tn_station *station)
{
    unlock(station);
    if (station->db == NULL) {
        return;
    }
    if (sqlite3_get_autocommit(station->db) == 0) {
        (void)sqlite3_exec(station->db, "ROLLBACK", NULL, NULL, NULL);
    }
    /* Without memory even that can fail; closing needs none and rolls back too. */
    if (sqlite3_get_autocommit(station->db) == 0) {
        tn_station_detach(station);
        return;
    }
    station->is_fresh = false;
    station->is_present_known = false;
}

static enum tn_status insert(struct tn_station *station, struct tn_entry *entry)
{
    sqlite3_stmt *stmt = NULL;
    entry->seq = station->last_seq + 1;
    entry->is_erased = false;
    station->random.fill(station->random.ctx, entry->salt, sizeof entry->salt);
    enum tn_status status = tn_entry_chain(entry, &station->last_hash, &station->log);
    if (status == TN_OK) {
        status = tn_station_stmt(station, TN_STMT_INSERT, &stmt);
    }
    if (status == TN_OK) {
        tn_entry_bind(stmt, station->log_no, entry);
        status = tn_sql_run(stmt);
    }
    if (status == TN_OK) {
        station->last_seq = entry->seq;
        station->last_hash = entry->hash;
        if (!tn_id_is_none(&entry->boot)) {
            station->last_boot = entry->boot;
        }
    }
    return status;
}

static enum tn_status change_derived(struct tn_station *station, const struct tn_entry *entry,
                                     bool *was_in)
{
    int change = 0;
    enum tn_status status =
        tn_derive_apply(&station->derive, station->log_no, entry, was_in, &change);
    if (status == TN_OK && tn_id_equal(&entry->event, &station->present_event)) {
        station->present += (uint64_t)(int64_t)change;
    }
    return status;
}

/* The first entry since the machine started comes with a `boot` before it, in the same
 * transaction: opening a station reads no clock, so it cannot stamp one. */
static enum tn_status put_boot(struct tn_station *station, const struct tn_entry *entry)
{
    bool is_new = station->last_seq == 0 || !tn_id_equal(&station->boot, &station->last_boot);
    if (tn_id_is_none(&entry->boot) || !is_new ||
        strcmp(entry->kind, tn_kind_name(TN_KIND_BOOT)) == 0) {
        return TN_OK;
    }
    struct tn_entry boot = {
        .format = TN_ENTRY_FORMAT,
        .at_ms = entry->at_ms,
        .mono_ms = entry->mono_ms,
        .boot = entry->boot,
        .event = entry->event,
        .activity = entry->activity,
    };
    (void)snprintf(boot.kind, sizeof boot.kind, "%s", tn_kind_name(TN_KIND_BOOT));
    return insert(station, &boot);
}

enum tn_status tn_station_put(struct tn_station *station, struct tn_entry *entry, bool *was_in)
{
    bool ignored = false;
    assert(entry->kind[0] != '\0');
    entry->format = TN_ENTRY_FORMAT;
    enum tn_status status = put_boot(station, entry);
    if (status == TN_OK) {
        status = insert(station, entry);
    }
    if (status == TN_OK) {
        status = change_derived(station, entry, was_in == NULL ? &ignored : was_in);
    }
    return status;
}

enum tn_status tn_station_append(struct tn_station *station, struct tn_entry *entry)
{
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    entry->boot = station->boot;
    status = tn_station_put(station, entry, NULL);
    if (status != TN_OK) {
        tn_station_rollback(station);
        return status;
    }
    return tn_station_commit(station);
}
