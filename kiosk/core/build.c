/* A fresh station.db, built aside in one transaction and put in its place by a rename, so that
 * there is no moment at which a power cut leaves a folder that does not open: before the rename
 * the old database is still there or the new one is whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "kiosk/core/schema.h"
#include "kiosk/core/station_impl.h"

static enum tn_status create_file(const char *dir, char path[TN_PATH_SIZE])
{
    enum tn_status status = tn_folder_path(dir, TN_STATION_DB_NEW, path);
    if (status != TN_OK) {
        return status;
    }
    (void)unlink(path);
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return tn_folder_fail(path, "cannot be made");
    }
    (void)close(fd);
    return TN_OK;
}

enum tn_status tn_build_put_setup(sqlite3 *db, const struct tn_setup *setup,
                                  const struct tn_device *device)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_buf kept;
    tn_buf_init(&kept, TN_SETUP_SIZE_MAX);
    enum tn_status status = tn_kept_setup_write(&kept, setup, device);
    if (status == TN_OK) {
        status = tn_sql_prepare(
            db, "INSERT OR REPLACE INTO setup VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)", &stmt);
    }
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, &setup->ecosystem);
        tn_sql_bind_text(stmt, 2, setup->ecosystem_name);
        tn_sql_bind_id(stmt, 3, &setup->event);
        tn_sql_bind_text(stmt, 4, setup->station_name);
        tn_sql_bind_text(stmt, 5, tn_role_name(setup->role));
        tn_sql_bind_id(stmt, 6, &setup->activity);
        tn_sql_bind_text(stmt, 7, setup->hub);
        tn_sql_bind_bytes(stmt, 8, kept.data, kept.len);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    tn_buf_destroy(&kept);
    return status;
}

static enum tn_status put_log(sqlite3 *db, const struct tn_device *device, uint64_t log_no)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_id log = tn_device_log_id(device);
    enum tn_status status = tn_sql_prepare(db, "INSERT INTO log VALUES (?, ?, ?, 'own')", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)log_no);
        tn_sql_bind_id(stmt, 2, &log);
        tn_sql_bind_bytes(stmt, 3, device->key.public_key.b, sizeof device->key.public_key.b);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

static enum tn_status begin(const char *dir, const struct tn_setup *setup,
                            const struct tn_device *device, uint64_t log_no, sqlite3 **out)
{
    char path[TN_PATH_SIZE];
    enum tn_status status = create_file(dir, path);
    if (status == TN_OK) {
        status = tn_sql_open(path, SQLITE_OPEN_READWRITE, out);
    }
    if (status == TN_OK) {
        status = tn_sql_exec(*out, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;");
    }
    if (status == TN_OK) {
        status = tn_schema_migrate(*out);
    }
    if (status == TN_OK) {
        status = tn_sql_exec(*out, "BEGIN");
    }
    if (status == TN_OK) {
        status = tn_build_put_setup(*out, setup, device);
    }
    return status == TN_OK ? put_log(*out, device, log_no) : status;
}

enum tn_status tn_build_begin(const char *dir, const struct tn_setup *setup,
                              const struct tn_device *device, uint64_t log_no, sqlite3 **out)
{
    *out = NULL;
    enum tn_status status = begin(dir, setup, device, log_no, out);
    if (status != TN_OK) {
        tn_build_drop(dir, out);
    }
    return status;
}

void tn_build_drop(const char *dir, sqlite3 **db)
{
    char path[TN_PATH_SIZE];
    tn_sql_close(db);
    if (tn_folder_path(dir, TN_STATION_DB_NEW, path) == TN_OK) {
        (void)unlink(path);
    }
}

static enum tn_status make_durable(const char *dir)
{
    char path[TN_PATH_SIZE];
    enum tn_status status = tn_folder_path(dir, TN_STATION_DB_NEW, path);
    if (status != TN_OK) {
        return status;
    }
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0 || fsync(fd) != 0) {
        status = tn_folder_fail(path, "cannot be made durable");
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return status;
}

enum tn_status tn_build_end(const char *dir, sqlite3 **db)
{
    enum tn_status status = tn_sql_exec(*db, "COMMIT");
    tn_sql_close(db);
    if (status == TN_OK) {
        status = make_durable(dir);
    }
    if (status != TN_OK) {
        tn_build_drop(dir, db);
    }
    return status;
}

static enum tn_status copy(const char *dir, sqlite3 *db)
{
    char path[TN_PATH_SIZE];
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = create_file(dir, path);
    if (status == TN_OK) {
        status = tn_sql_prepare(db, "VACUUM INTO ?", &stmt);
    }
    if (status == TN_OK) {
        tn_sql_bind_text(stmt, 1, path);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_OK ? make_durable(dir) : status;
}

enum tn_status tn_build_copy(const char *dir, sqlite3 *db)
{
    sqlite3 *none = NULL;
    enum tn_status status = copy(dir, db);
    if (status != TN_OK) {
        tn_build_drop(dir, &none);
    }
    return status;
}

static bool has_old(const char *dir)
{
    return tn_folder_has(dir, TN_STATION_DB) || tn_folder_has(dir, TN_STATION_DB "-wal") ||
           tn_folder_has(dir, TN_STATION_DB "-shm");
}

enum tn_status tn_build_place(const char *dir)
{
    char from[TN_PATH_SIZE];
    char to[TN_PATH_SIZE];
    char aside[TN_PATH_SIZE];
    enum tn_status status = tn_folder_path(dir, TN_STATION_DB_NEW, from);
    if (status == TN_OK) {
        status = tn_folder_path(dir, TN_STATION_DB, to);
    }
    if (status == TN_OK && has_old(dir)) {
        status = tn_folder_set_aside(dir, aside);
    }
    if (status == TN_OK && rename(from, to) != 0) {
        status = tn_folder_fail(to, "cannot be put in place");
    }
    return status == TN_OK ? tn_folder_sync(dir) : status;
}
