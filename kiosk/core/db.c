/* SQLite's calls and results. The table that turns a result into a status is the heart of it: a
 * full disk, a read-only one, a broken one and a damaged file ask for different things from the
 * person in front of the screen. */
#include "kiosk/core/db.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "turnout/log.h"

struct meaning {
    int rc;
    enum tn_status status;
};

static const struct meaning primary[] = {
    {SQLITE_FULL, TN_ERR_FULL},      {SQLITE_READONLY, TN_ERR_READ_ONLY},
    {SQLITE_PERM, TN_ERR_READ_ONLY}, {SQLITE_CORRUPT, TN_ERR_DAMAGED},
    {SQLITE_NOTADB, TN_ERR_DAMAGED}, {SQLITE_MISMATCH, TN_ERR_DAMAGED},
    {SQLITE_BUSY, TN_ERR_BUSY},      {SQLITE_LOCKED, TN_ERR_BUSY},
    {SQLITE_PROTOCOL, TN_ERR_BUSY},  {SQLITE_NOMEM, TN_ERR_NO_MEMORY},
    {SQLITE_TOOBIG, TN_ERR_LIMIT},   {SQLITE_CONSTRAINT, TN_ERR_EXISTS},
    {SQLITE_ERROR, TN_ERR_DAMAGED}, /* our SQL is constant: the tables are not what they were */
};

static const struct meaning reasons[] = {
    {ENOSPC, TN_ERR_FULL},      {EDQUOT, TN_ERR_FULL},      {EFBIG, TN_ERR_FULL},
    {EROFS, TN_ERR_READ_ONLY},  {EACCES, TN_ERR_READ_ONLY}, {EPERM, TN_ERR_READ_ONLY},
    {ENOENT, TN_ERR_NOT_FOUND}, {ENOMEM, TN_ERR_NO_MEMORY},
};

static enum tn_status look_up(const struct meaning *table, size_t count, int key)
{
    for (size_t i = 0; i < count; i++) {
        if (table[i].rc == key) {
            return table[i].status;
        }
    }
    return TN_ERR_IO;
}

/* SQLite keeps the system's reason for most failures but not for those of a COMMIT; there errno is
 * still what the failed write left, since every call here clears it first. */
static int reason_of(sqlite3 *db)
{
    int kept = db == NULL ? 0 : sqlite3_system_errno(db);
    return kept == 0 ? errno : kept;
}

enum tn_status tn_sql_status(sqlite3 *db, int rc)
{
    int base = rc & 0xff;
    if (base == SQLITE_OK || base == SQLITE_ROW || base == SQLITE_DONE) {
        return TN_OK;
    }
    if (rc == SQLITE_IOERR_NOMEM) {
        return TN_ERR_NO_MEMORY;
    }
    if (base == SQLITE_IOERR || base == SQLITE_CANTOPEN) {
        int reason = reason_of(db);
        return look_up(reasons, sizeof reasons / sizeof reasons[0], reason);
    }
    return look_up(primary, sizeof primary / sizeof primary[0], base);
}

enum tn_status tn_sql_fail(sqlite3 *db, int rc, const char *what)
{
    int reason = reason_of(db);
    enum tn_status status = tn_sql_status(db, rc);
    const char *file = db == NULL ? NULL : sqlite3_db_filename(db, "main");
    tn_log(TN_LOG_ERROR, "%s: %s: %s (SQLite %d: %s, system %d)", file == NULL ? "database" : file,
           what, tn_status_text(status), rc, db == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(db),
           reason);
    return status;
}

/* SQLite's own way sleeps for 1, 2, 5, 10 ms and more while another program's transaction takes
 * one; a scan beside sync waited for 8 ms so. */
#define SHORT_WAITS 100
#define SHORT_WAIT_US 500
#define LONG_WAIT_US 5000
#define WAITS_MAX                                                                                  \
    (SHORT_WAITS + (TN_BUSY_TIMEOUT_MS * 1000 - SHORT_WAITS * SHORT_WAIT_US) / LONG_WAIT_US)

static int wait_a_little(void *ctx, int count)
{
    const long us = count < SHORT_WAITS ? SHORT_WAIT_US : LONG_WAIT_US;
    const struct timespec pause = {.tv_nsec = us * 1000};
    (void)ctx;
    (void)nanosleep(&pause, NULL);
    return count < WAITS_MAX;
}

void tn_sql_wait(sqlite3 *db)
{
    (void)sqlite3_busy_handler(db, wait_a_little, NULL);
}

enum tn_status tn_sql_open(const char *path, int flags, sqlite3 **out)
{
    errno = 0;
    int rc = sqlite3_open_v2(path, out, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (rc != SQLITE_OK) {
        enum tn_status status = tn_sql_status(*out, rc);
        tn_log(TN_LOG_ERROR, "%s: cannot be opened: %s", path, tn_status_text(status));
        tn_sql_close(out);
        return status;
    }
    tn_sql_wait(*out);
    return TN_OK;
}

void tn_sql_close(sqlite3 **db)
{
    if (*db != NULL) {
        (void)sqlite3_close_v2(*db);
        *db = NULL;
    }
}

enum tn_status tn_sql_exec(sqlite3 *db, const char *sql)
{
    errno = 0;
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? TN_OK : tn_sql_fail(db, rc, "cannot be changed");
}

enum tn_status tn_sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
    errno = 0;
    int rc = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    return rc == SQLITE_OK ? TN_OK : tn_sql_fail(db, rc, "cannot be read");
}

void tn_sql_reset(sqlite3_stmt *stmt)
{
    (void)sqlite3_reset(stmt);
    (void)sqlite3_clear_bindings(stmt);
}

enum tn_status tn_sql_run(sqlite3_stmt *stmt)
{
    errno = 0;
    int rc = sqlite3_step(stmt);
    enum tn_status status = TN_OK;
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
        status = tn_sql_fail(sqlite3_db_handle(stmt), rc, "cannot be written");
    }
    tn_sql_reset(stmt);
    return status;
}

enum tn_status tn_sql_row(sqlite3_stmt *stmt)
{
    errno = 0;
    int rc = sqlite3_step(stmt);
    if (rc == SQLITE_ROW) {
        return TN_OK;
    }
    return rc == SQLITE_DONE ? TN_ERR_NOT_FOUND
                             : tn_sql_fail(sqlite3_db_handle(stmt), rc, "cannot be read");
}

enum tn_status tn_sql_number(sqlite3 *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(db, sql, &stmt);
    if (status == TN_OK) {
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK) {
        *out = sqlite3_column_int64(stmt, 0);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* Binding can only fail for our own mistakes (a wrong number) or for memory, which the step that
 * follows reports. */
void tn_sql_bind_int(sqlite3_stmt *stmt, int at, int64_t value)
{
    (void)sqlite3_bind_int64(stmt, at, value);
}

void tn_sql_bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    (void)sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

void tn_sql_bind_bytes(sqlite3_stmt *stmt, int at, const void *data, size_t len)
{
    if (data == NULL) {
        (void)sqlite3_bind_null(stmt, at);
    } else {
        (void)sqlite3_bind_blob64(stmt, at, data, len, SQLITE_STATIC);
    }
}

void tn_sql_bind_id(sqlite3_stmt *stmt, int at, const struct tn_id *id)
{
    tn_sql_bind_bytes(stmt, at, tn_id_is_none(id) ? NULL : id->b, sizeof id->b);
}

enum tn_status tn_sql_bad_row(sqlite3_stmt *stmt)
{
    bool is_memory = sqlite3_errcode(sqlite3_db_handle(stmt)) == SQLITE_NOMEM;
    return is_memory ? TN_ERR_NO_MEMORY : TN_ERR_DAMAGED;
}

bool tn_sql_get_fixed(sqlite3_stmt *stmt, int at, void *out, size_t len)
{
    const void *data =
        sqlite3_column_type(stmt, at) == SQLITE_BLOB ? sqlite3_column_blob(stmt, at) : NULL;
    if (data == NULL || (size_t)sqlite3_column_bytes(stmt, at) != len) {
        memset(out, 0, len);
        return false;
    }
    memcpy(out, data, len);
    return true;
}

bool tn_sql_get_id(sqlite3_stmt *stmt, int at, struct tn_id *out)
{
    *out = (struct tn_id){{0}};
    return sqlite3_column_type(stmt, at) == SQLITE_NULL ||
           tn_sql_get_fixed(stmt, at, out->b, sizeof out->b);
}

bool tn_sql_get_text(sqlite3_stmt *stmt, int at, char *out, size_t out_size)
{
    out[0] = '\0';
    if (sqlite3_column_type(stmt, at) != SQLITE_TEXT) {
        return false;
    }
    const unsigned char *text = sqlite3_column_text(stmt, at);
    size_t len = (size_t)sqlite3_column_bytes(stmt, at);
    if (text == NULL || len >= out_size || memchr(text, '\0', len) != NULL) {
        return false;
    }
    memcpy(out, text, len);
    out[len] = '\0';
    return true;
}

/* SQLite gives NULL for an empty blob; an empty body and an absent one must stay apart. */
bool tn_sql_get_bytes(sqlite3_stmt *stmt, int at, struct tn_bytes *out)
{
    static const uint8_t empty[1];
    *out = (struct tn_bytes){0};
    int type = sqlite3_column_type(stmt, at);
    if (type == SQLITE_NULL) {
        return true;
    }
    if (type != SQLITE_BLOB) {
        return false;
    }
    const void *data = sqlite3_column_blob(stmt, at);
    *out = (struct tn_bytes){data == NULL ? empty : data, (size_t)sqlite3_column_bytes(stmt, at)};
    return true;
}

bool tn_sql_get_int(sqlite3_stmt *stmt, int at, int64_t *out)
{
    *out = sqlite3_column_int64(stmt, at);
    return sqlite3_column_type(stmt, at) == SQLITE_INTEGER;
}
