/* Whether the files under an open handle are still those of the folder. Another program may have
 * set the database aside, or a person may have tidied away a file that looked left over; SQLite
 * goes on writing to a file without a name, and what is written there is gone with the handle. So
 * every use of a handle looks at the three names first, which costs three calls of stat, and brings
 * back what only the handle still has. */
#include <sys/stat.h>
#include <unistd.h>

#include "turnout/log.h"

#include "kiosk/core/station_impl.h"

enum { FILE_DB, FILE_WAL, FILE_SHM };

static const char *const names[TN_STATION_FILES] = {
    [FILE_DB] = TN_STATION_DB,
    [FILE_WAL] = TN_STATION_DB "-wal",
    [FILE_SHM] = TN_STATION_DB "-shm",
};

/* Zeros where there is no such file. */
static struct tn_file_mark mark_of(const char *dir, const char *name)
{
    char path[TN_PATH_SIZE];
    struct stat file;
    if (tn_folder_path(dir, name, path) != TN_OK || stat(path, &file) != 0) {
        return (struct tn_file_mark){0};
    }
    return (struct tn_file_mark){file.st_dev, file.st_ino};
}

static bool is_same(const struct tn_station *station, size_t i)
{
    struct tn_file_mark now = mark_of(station->dir, names[i]);
    return now.dev == station->files[i].dev && now.ino == station->files[i].ino;
}

void tn_station_note_files(struct tn_station *station)
{
    for (size_t i = 0; i < TN_STATION_FILES; i++) {
        station->files[i] = mark_of(station->dir, names[i]);
    }
}

/* Within a transaction the answer is no: the folder's lock keeps the files where they are. */
bool tn_station_is_displaced(const struct tn_station *station)
{
    if (station->is_read_only || sqlite3_get_autocommit(station->db) == 0) {
        return false;
    }
    for (size_t i = 0; i < TN_STATION_FILES; i++) {
        if (!is_same(station, i)) {
            return true;
        }
    }
    return false;
}

/* The database lost its name and no other has it: all of it is copied back. */
static enum tn_status put_back(struct tn_station *station)
{
    int lock = -1;
    enum tn_status status = tn_folder_lock(station->dir, TN_LOCK_MENDER, &lock);
    if (status != TN_OK) {
        return status;
    }
    if (!tn_folder_has(station->dir, TN_STATION_DB)) {
        status = tn_build_copy(station->dir, station->db);
        if (status == TN_OK) {
            status = tn_build_place(station->dir);
        }
        if (status == TN_OK) {
            tn_log(TN_LOG_WARN, "%s: " TN_STATION_DB " was taken away while in use; it is back",
                   station->dir);
        }
    }
    (void)close(lock);
    return status;
}

/* The database is in its place, but its WAL is not: what that held is moved into the database while
 * the handle still has it. */
static enum tn_status move_wal(struct tn_station *station)
{
    int rc = sqlite3_wal_checkpoint_v2(station->db, NULL, SQLITE_CHECKPOINT_FULL, NULL, NULL);
    if (rc != SQLITE_OK) {
        return tn_sql_fail(station->db, rc, "what its lost WAL held cannot be saved");
    }
    tn_log(TN_LOG_WARN,
           "%s: the WAL of " TN_STATION_DB " was taken away while in use; all is saved",
           station->dir);
    return TN_OK;
}

/* Where another program has put a database in place, that is simply the one to go on with; where
 * only the shared memory is gone, all is in the WAL, and a handle with an old picture of it must
 * not touch it. */
enum tn_status tn_station_reseat(struct tn_station *station)
{
    enum tn_status status = TN_OK;
    if (!tn_folder_has(station->dir, TN_STATION_DB)) {
        status = put_back(station);
    } else if (is_same(station, FILE_DB) && !is_same(station, FILE_WAL)) {
        status = move_wal(station);
    }
    (void)sqlite3_db_config(station->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (status == TN_OK || status == TN_ERR_DAMAGED) {
        tn_station_detach(station);
        status = TN_OK;
    }
    return status;
}
