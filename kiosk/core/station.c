/* Opens and closes a station, makes a new one, and says what it is for. Opening decides between
 * three ways: the database is well; it is damaged or gone (a new incarnation, salvage.c); or the
 * world is in the way (a full or read-only disk), which is the caller's to show. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "turnout/log.h"

#include "kiosk/core/desk_lists.h"
#include "kiosk/core/schema.h"
#include "kiosk/core/station_impl.h"
#include "kiosk/core/tally.h"

#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"
#define BOOT_ID_TEXT 36

struct tn_id tn_station_boot_id(void)
{
    char text[BOOT_ID_TEXT + 1] = {0};
    char hex[TN_ID_HEX_SIZE] = {0};
    struct tn_id out = {{0}};
    FILE *file = fopen(BOOT_ID_PATH, "re");
    if (file == NULL) {
        return out;
    }
    size_t len = fread(text, 1, BOOT_ID_TEXT, file);
    (void)fclose(file);
    size_t digits = 0;
    for (size_t i = 0; i < len && digits + 1 < sizeof hex; i++) {
        if (text[i] != '-') {
            hex[digits++] = text[i];
        }
    }
    (void)tn_id_from_hex(hex, &out);
    return out;
}

/* Called by SQLite after each commit with the WAL's length. The WAL is moved into the database in
 * quiet moments (tn_station_tidy); here only where it would grow past its maximum. */
static int on_wal(void *ctx, sqlite3 *db, const char *name, int pages)
{
    struct tn_station *station = ctx;
    station->wal_pages = pages;
    if (pages >= TN_WAL_PAGES_MAX) {
        (void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    }
    return SQLITE_OK;
}

static const char pragmas_read[] = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";
static const char pragmas_write[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

static enum tn_status open_db(struct tn_station *station)
{
    char path[TN_PATH_SIZE];
    int yes = 1;
    enum tn_status status = tn_folder_path(station->dir, TN_STATION_DB, path);
    if (status != TN_OK) {
        return status;
    }
    int flags = station->is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    status = tn_sql_open(path, flags, &station->db);
    if (status != TN_OK) {
        return status;
    }
    if (!station->is_read_only && sqlite3_db_readonly(station->db, "main") == 1) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written", path);
        return TN_ERR_READ_ONLY;
    }
    (void)sqlite3_db_config(station->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, station->is_read_only,
                            NULL);
    status = tn_sql_exec(station->db, pragmas_read);
    if (status != TN_OK || station->is_read_only) {
        return status;
    }
    status = tn_sql_exec(station->db, pragmas_write);
    /* The WAL file is kept and written over: a commit that extends no file needs no metadata. */
    (void)sqlite3_file_control(station->db, "main", SQLITE_FCNTL_PERSIST_WAL, &yes);
    (void)sqlite3_wal_hook(station->db, on_wal, station);
    return status == TN_OK ? tn_schema_migrate(station->db) : status;
}

/* One that is only read may be of an older version. */
static enum tn_status read_version(struct tn_station *station)
{
    int64_t version = 0;
    enum tn_status status = tn_sql_number(station->db, "PRAGMA user_version", &version);
    station->has_desk = version >= TN_SCHEMA_DESK;
    station->has_sync_state = version >= TN_SCHEMA_SYNC_STATE;
    station->has_forget = version >= TN_SCHEMA_FORGET;
    station->derive.db = station->db;
    return status;
}

/* The set-up as the row keeps it, or as the file beside the database does. */
static enum tn_status read_setup(struct tn_station *station)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_bytes kept;
    enum tn_status status = tn_sql_prepare(station->db, "SELECT kept FROM setup", &stmt);
    if (status == TN_OK) {
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK) {
        status = tn_sql_get_bytes(stmt, 0, &kept)
                     ? tn_kept_setup_read(kept, &station->device, &station->setup)
                     : tn_sql_bad_row(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_OK || tn_status_is_world(status) ? status : TN_ERR_DAMAGED;
}

/* The own log is the one of device.key's incarnation. Where the database does not have it, the
 * database is an older copy put back, and its numbers may have been used: a new log is due. */
static enum tn_status read_own_log(struct tn_station *station)
{
    sqlite3_stmt *stmt = NULL;
    station->log = tn_device_log_id(&station->device);
    enum tn_status status =
        tn_sql_prepare(station->db, "SELECT log_no FROM log WHERE log_id = ?", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, &station->log);
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK) {
        station->log_no = (uint64_t)sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt);
    if (status == TN_ERR_NOT_FOUND) {
        tn_log(TN_LOG_WARN, "%s: station.db is not the one device.key belongs to", station->dir);
        return TN_ERR_DAMAGED;
    }
    return status;
}

static enum tn_status attach(struct tn_station *station)
{
    enum tn_status status = tn_device_read(station->dir, &station->device);
    if (status == TN_OK) {
        status = open_db(station);
    }
    if (status == TN_OK) {
        status = read_version(station);
    }
    if (status == TN_OK) {
        status = read_setup(station);
    }
    if (status == TN_OK) {
        status = read_own_log(station);
    }
    if (status == TN_OK) {
        status = tn_station_refresh(station);
    }
    if (status == TN_OK) {
        tn_station_note_files(station);
    }
    return status;
}

enum tn_status tn_station_attach(struct tn_station *station)
{
    enum tn_status status = attach(station);
    if (status != TN_OK) {
        tn_station_detach(station);
    }
    return status;
}

void tn_station_detach(struct tn_station *station)
{
    for (int i = 0; i < TN_STMT_COUNT; i++) {
        (void)sqlite3_finalize(station->stmts[i]);
        station->stmts[i] = NULL;
    }
    tn_derive_end(&station->derive);
    tn_tally_free(station->tally);
    station->tally = NULL;
    tn_pack_file_close(&station->pack);
    tn_sql_close(&station->former_pack);
    tn_sql_close(&station->db);
    sodium_memzero(&station->device, sizeof station->device);
    station->pack_number = 0;
    station->wal_pages = 0;
    station->is_fresh = false;
    station->is_present_known = false;
}

enum tn_status tn_station_ready(struct tn_station *station)
{
    if (station->db != NULL && tn_station_is_displaced(station)) {
        enum tn_status status = tn_station_reseat(station);
        if (status != TN_OK) {
            return status;
        }
    }
    return station->db == NULL ? tn_station_attach(station) : tn_station_refresh(station);
}

/* The database where it should be; a swap that a power cut stopped half-way is ended first. */
static enum tn_status mend(struct tn_station *station)
{
    if (!tn_folder_has(station->dir, TN_STATION_DB) &&
        tn_folder_has(station->dir, TN_STATION_DB_NEW)) {
        station->was_salvaged = true;
        return tn_build_place(station->dir);
    }
    return TN_OK;
}

static bool needs_renewal(enum tn_status status, const struct tn_station *station)
{
    return status == TN_ERR_DAMAGED ||
           (status == TN_ERR_NOT_FOUND && !tn_folder_has(station->dir, TN_STATION_DB) &&
            tn_folder_has(station->dir, TN_DEVICE_KEY));
}

static enum tn_status open_as_is(struct tn_station *station)
{
    enum tn_status status = tn_station_attach(station);
    return status == TN_OK ? tn_station_check_tail(station) : status;
}

/* The caller is the folder's mender. Somebody else may have mended it while we waited to be. */
static enum tn_status open_mended(struct tn_station *station, bool is_forced)
{
    enum tn_status status = mend(station);
    if (status == TN_OK) {
        status = is_forced ? TN_ERR_DAMAGED : open_as_is(station);
    }
    if (!needs_renewal(status, station)) {
        return status;
    }
    tn_station_detach(station);
    status = tn_station_renew(station->dir, &station->random);
    if (status == TN_OK) {
        station->was_salvaged = true;
        status = open_as_is(station);
    }
    return status;
}

static enum tn_status create_handle(const char *dir, struct tn_station **out)
{
    *out = NULL;
    size_t len = strlen(dir);
    struct tn_station *station = NULL;
    enum tn_status status = tn_crypto_init();
    if (status != TN_OK) {
        return status;
    }
    if (len == 0 || len >= sizeof station->dir) {
        return TN_ERR_LIMIT;
    }
    station = calloc(1, sizeof *station);
    if (station == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    memcpy(station->dir, dir, len + 1);
    station->lock = -1;
    *out = station;
    return TN_OK;
}

/* A station that is well is opened beside those who write to it; only mending keeps them waiting.
 */
static enum tn_status open_locked(struct tn_station *station, bool is_forced)
{
    int lock = -1;
    if (access(station->dir, W_OK) != 0) {
        return tn_folder_fail(station->dir, "the station's folder cannot be used");
    }
    enum tn_status status = TN_ERR_DAMAGED;
    if (!is_forced) {
        status = tn_folder_lock(station->dir, TN_LOCK_WRITER, &lock);
        if (status == TN_OK) {
            status = open_as_is(station);
            (void)close(lock);
        }
    }
    if (!needs_renewal(status, station)) {
        return status;
    }
    tn_station_detach(station);
    status = tn_folder_lock(station->dir, TN_LOCK_MENDER, &lock);
    if (status == TN_OK) {
        status = open_mended(station, is_forced);
        (void)close(lock);
    }
    return status;
}

static enum tn_status open_station(const char *dir, const struct tn_station_env *env,
                                   bool is_forced, struct tn_station **out)
{
    struct tn_station *station = NULL;
    enum tn_status status = create_handle(dir, &station);
    *out = NULL;
    if (status != TN_OK) {
        return status;
    }
    station->random = env->random;
    station->boot = env->boot;
    status = open_locked(station, is_forced);
    if (status != TN_OK) {
        tn_station_close(station);
        return status;
    }
    *out = station;
    return TN_OK;
}

enum tn_status tn_station_open(const char *dir, const struct tn_station_env *env,
                               struct tn_station **out)
{
    return open_station(dir, env, false, out);
}

enum tn_status tn_station_open_read(const char *dir, struct tn_station **out)
{
    struct tn_station *station = NULL;
    enum tn_status status = create_handle(dir, &station);
    *out = NULL;
    if (status != TN_OK) {
        return status;
    }
    station->is_read_only = true;
    station->boot = tn_station_boot_id();
    status = tn_station_attach(station);
    if (status != TN_OK) {
        tn_station_close(station);
        return status;
    }
    *out = station;
    return TN_OK;
}

void tn_station_close(struct tn_station *station)
{
    if (station == NULL) {
        return;
    }
    tn_station_group_drop(station);
    tn_partner_rows_free(station->partners);
    tn_station_lock(station);
    tn_station_detach(station);
    sodium_memzero(station, sizeof *station);
    free(station);
}

enum tn_status tn_station_set_aside(struct tn_station **station, const struct tn_station_env *env)
{
    char dir[TN_PATH_SIZE];
    memcpy(dir, (*station)->dir, sizeof dir);
    tn_station_close(*station);
    return open_station(dir, env, true, station);
}

struct tn_duty tn_station_duty(const struct tn_station *station)
{
    const struct tn_pack_head *head = &station->pack.head;
    const struct tn_setup *setup = &station->setup;
    return station->pack.db != NULL ? (struct tn_duty){head->event, head->role, head->activity}
                                    : (struct tn_duty){setup->event, setup->role, setup->activity};
}

bool tn_duty_equal(const struct tn_duty *a, const struct tn_duty *b)
{
    return tn_id_equal(&a->event, &b->event) && a->role == b->role &&
           tn_id_equal(&a->activity, &b->activity);
}

static struct tn_duty duty_now(const struct tn_station *station)
{
    return station->switched.is_on ? station->switched.to : tn_station_duty(station);
}

enum tn_role tn_station_role(const struct tn_station *station)
{
    return duty_now(station).role;
}

struct tn_id tn_station_event(const struct tn_station *station)
{
    return duty_now(station).event;
}

struct tn_id tn_station_activity(const struct tn_station *station)
{
    return duty_now(station).activity;
}
