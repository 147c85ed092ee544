/* The SQLite driver of the central database, and the only file of sync that says sqlite3_. WAL and
 * synchronous=FULL: a receipt is signed after the commit, so the commit must be on the disk. One
 * writer at a time is the cost; it waits BUSY_MS for the other before it gives up. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "sync/central/sqlite_bulk.h"
#include "turnout/log.h"

#define BUSY_MS 10000
#define SCRUB_BUSY_MS 1000 /* whoever has it open now will have it open for longer */
#define PLACES_MAX 64      /* values of one statement */

struct sqlite_db {
    struct tn_db base;
    sqlite3 *handle;
    struct sqlite_bulk bulk;
};

struct sqlite_stmt {
    struct tn_stmt base;
    sqlite3_stmt *handle;
    int bind_error;
    int places[PLACES_MAX + 1]; /* SQLite's own number of $1, $2, ...; 0: not in the text */
};

static const struct tn_db_token tokens[] = {
    {"@blob@", "BLOB"},     {"@big@", "INTEGER"},
    {"@strict@", "STRICT"}, {"@clustered@", "WITHOUT ROWID, STRICT"},
    {NULL, NULL},
};

static const struct {
    int code;
    enum tn_status status;
} codes[] = {
    {SQLITE_OK, TN_OK},
    {SQLITE_FULL, TN_ERR_FULL},
    {SQLITE_READONLY, TN_ERR_READ_ONLY},
    {SQLITE_CORRUPT, TN_ERR_DAMAGED},
    {SQLITE_NOTADB, TN_ERR_FORMAT},
    {SQLITE_BUSY, TN_ERR_BUSY},
    {SQLITE_LOCKED, TN_ERR_BUSY},
    {SQLITE_NOMEM, TN_ERR_NO_MEMORY},
    {SQLITE_CONSTRAINT, TN_ERR_EXISTS},
    {SQLITE_TOOBIG, TN_ERR_LIMIT},
};

static enum tn_status status_of(int code)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i].code == (code & 0xff)) {
            return codes[i].status;
        }
    }
    return TN_ERR_IO;
}

/* SQLite's words for a disk that cannot be written leave people at a loss, so these are ours. */
static enum tn_status complain(sqlite3 *handle, int code)
{
    if ((code & 0xff) == SQLITE_READONLY || (code & 0xff) == SQLITE_CANTOPEN) {
        tn_log(TN_LOG_ERROR,
               "central database %s: it or its folder cannot be written: the disk is read-only, or "
               "it belongs to somebody else (even to be read it must be writable: copy it to a "
               "folder of yours)",
               sqlite3_db_filename(handle, NULL));
        return TN_ERR_READ_ONLY;
    }
    tn_log(TN_LOG_ERROR, "central database %s: %s", sqlite3_db_filename(handle, NULL),
           sqlite3_errmsg(handle));
    return status_of(code);
}

/* SQLite would quietly make a missing file or take a directory's name; both are said here. */
static enum tn_status check_file(const char *path, bool create)
{
    struct stat st;
    if (create) {
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0) {
            tn_log(TN_LOG_ERROR, "%s: cannot be made: %s%s", path, strerror(errno),
                   errno == EEXIST ? "; nothing is ever overwritten, so move it away or give "
                                     "another path"
                                   : "");
            return errno == EEXIST ? TN_ERR_EXISTS : errno == ENOENT ? TN_ERR_NOT_FOUND : TN_ERR_IO;
        }
        close(fd);
        return TN_OK;
    }
    if (stat(path, &st) != 0) {
        tn_log(TN_LOG_ERROR, "%s: %s; make a centre with `turnout-sync init --central %s ...`",
               path, strerror(errno), path);
        return errno == ENOENT ? TN_ERR_NOT_FOUND : TN_ERR_IO;
    }
    if (!S_ISREG(st.st_mode)) {
        tn_log(TN_LOG_ERROR, "%s: not a file; a central database is an SQLite file", path);
        return TN_ERR_FORMAT;
    }
    if (access(path, R_OK | W_OK) != 0) {
        tn_log(TN_LOG_ERROR,
               "%s: %s; even to be read it must lie where it can be written, so copy it there",
               path, strerror(errno));
        return TN_ERR_READ_ONLY;
    }
    return TN_OK;
}

static enum tn_status sqlite_exec(struct tn_db *db, const char *sql)
{
    struct sqlite_db *self = (struct sqlite_db *)db;
    int code = sqlite3_exec(self->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? TN_OK : complain(self->handle, code);
}

static void sqlite_close(struct tn_db *db)
{
    struct sqlite_db *self = (struct sqlite_db *)db;
    sqlite_bulk_end(&self->bulk);
    sqlite3_close_v2(self->handle);
    free(self);
}

static enum tn_status sqlite_has_table(struct tn_db *db, const char *name, bool *has);

/* The journal's mode is written into the file, so it is set only where the file is ours. */
static enum tn_status configure(struct tn_db *db, bool is_ours)
{
    enum tn_status status =
        sqlite_exec(db, "PRAGMA trusted_schema=OFF; PRAGMA synchronous=FULL;"
                        "PRAGMA secure_delete=ON; PRAGMA cache_size=-65536;"
                        "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000");
    if (status == TN_OK && !is_ours) {
        status = sqlite_has_table(db, "centre_schema", &is_ours);
    }
    return status == TN_OK && is_ours ? sqlite_exec(db, "PRAGMA journal_mode=WAL") : status;
}

static enum tn_status sqlite_open(const char *uri, bool create, struct tn_db **out)
{
    enum tn_status status = check_file(uri, create);
    if (status != TN_OK) {
        return status;
    }
    struct sqlite_db *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    self->base.driver = &tn_db_sqlite;
    /* Nobody asks how much memory SQLite has, and counting it takes a lock for every allocation.
     * Where a station was opened before, it is too late, and it counts on. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    /* A handle is one thread's at a time (db.h), so SQLite need not lock its own. */
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(uri, &self->handle, flags, NULL);
    if (code != SQLITE_OK) {
        tn_log(TN_LOG_ERROR, "%s: %s", uri, sqlite3_errstr(code));
        sqlite_close(&self->base);
        return status_of(code);
    }
    (void)snprintf(self->base.name, sizeof self->base.name, "%s", uri);
    sqlite3_busy_timeout(self->handle, BUSY_MS);
    sqlite3_db_config(self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    code = sqlite_bulk_init(self->handle, &self->bulk);
    status = code == SQLITE_OK ? configure(&self->base, create) : complain(self->handle, code);
    if (status != TN_OK) {
        tn_db_close(&self->base);
        return status;
    }
    *out = &self->base;
    return TN_OK;
}

static enum tn_status sqlite_begin(struct tn_db *db)
{
    return sqlite_exec(db, "BEGIN IMMEDIATE");
}

/* The moment is that of the first read. */
static enum tn_status sqlite_begin_read(struct tn_db *db)
{
    return sqlite_exec(db, "BEGIN DEFERRED");
}

static enum tn_status sqlite_commit(struct tn_db *db)
{
    return sqlite_exec(db, "COMMIT");
}

static void sqlite_rollback(struct tn_db *db)
{
    struct sqlite_db *self = (struct sqlite_db *)db;
    if (!sqlite3_get_autocommit(self->handle)) {
        (void)sqlite_exec(db, "ROLLBACK");
    }
}

/* VACUUM writes every page anew; the checkpoint then takes the old ones out of the file, and the
 * journal is cut to nothing. It answers with a row whose first column says that a reader was in the
 * way: then pages of before may be left. */
static enum tn_status scrub(struct tn_db *db)
{
    static const char checkpoint[] = "PRAGMA wal_checkpoint(TRUNCATE)";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = sqlite_exec(db, "VACUUM");
    if (status == TN_OK) {
        status = tn_db_prepare(db, checkpoint, &stmt);
    }
    if (status == TN_OK) {
        status = tn_step(stmt, &has_row);
        const bool is_busy = has_row && tn_col_int(stmt, 0) != 0;
        tn_reset(stmt);
        status = status == TN_OK && is_busy ? TN_ERR_BUSY : status;
    }
    return status;
}

static enum tn_status sqlite_scrub(struct tn_db *db)
{
    struct sqlite_db *self = (struct sqlite_db *)db;
    (void)sqlite3_busy_timeout(self->handle, SCRUB_BUSY_MS);
    enum tn_status status = scrub(db);
    (void)sqlite3_busy_timeout(self->handle, BUSY_MS);
    return status;
}

/* A file has one ecosystem, and one writer. */
static enum tn_status sqlite_enter(struct tn_db *db, int64_t ecosystem)
{
    (void)db;
    (void)ecosystem;
    return TN_OK;
}

/* What others write changes data_version, what this handle writes the count of its changes. */
static enum tn_status sqlite_stamp(struct tn_db *db, int64_t *out)
{
    static const char sql[] = "PRAGMA data_version";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_step(stmt, &has_row);
    const int64_t others = has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    const int64_t own = sqlite3_total_changes(((struct sqlite_db *)db)->handle);
    *out = (int64_t)((uint64_t)others << 32 | (uint64_t)(own & UINT32_MAX));
    return status;
}

/* Who may write the file may write it all. */
static enum tn_status sqlite_may_insert(struct tn_db *db, const char *table, bool *may)
{
    (void)db;
    (void)table;
    *may = true;
    return TN_OK;
}

/* To SQLite $3 is a name, numbered by when it first appears: places are found by it. */
static void find_places(struct sqlite_stmt *stmt)
{
    const int count = sqlite3_bind_parameter_count(stmt->handle);
    for (int i = 1; i <= count; i++) {
        const char *name = sqlite3_bind_parameter_name(stmt->handle, i);
        const long place = name == NULL ? 0 : strtol(name + 1, NULL, 10);
        if (place >= 1 && place <= PLACES_MAX) {
            stmt->places[place] = i;
        }
    }
}

/* A place that the text does not have is no number of SQLite's, which it then says. */
static int place_of(const struct tn_stmt *stmt, int place)
{
    return place < 1 || place > PLACES_MAX ? 0 : ((const struct sqlite_stmt *)stmt)->places[place];
}

static enum tn_status sqlite_prepare(struct tn_db *db, const char *sql, struct tn_stmt **out)
{
    struct sqlite_db *self = (struct sqlite_db *)db;
    struct sqlite_stmt *stmt = calloc(1, sizeof *stmt);
    if (stmt == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    stmt->base.driver = &tn_db_sqlite;
    int code =
        sqlite3_prepare_v3(self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt->handle, NULL);
    if (code != SQLITE_OK) {
        free(stmt);
        return complain(self->handle, code);
    }
    find_places(stmt);
    *out = &stmt->base;
    return TN_OK;
}

static void sqlite_finalize(struct tn_stmt *stmt)
{
    sqlite3_finalize(((struct sqlite_stmt *)stmt)->handle);
    free(stmt);
}

static sqlite3_stmt *handle_of(struct tn_stmt *stmt)
{
    return ((struct sqlite_stmt *)stmt)->handle;
}

static void note(struct tn_stmt *stmt, int code)
{
    struct sqlite_stmt *self = (struct sqlite_stmt *)stmt;
    if (code != SQLITE_OK && self->bind_error == SQLITE_OK) {
        self->bind_error = code;
    }
}

static void sqlite_bind_int(struct tn_stmt *stmt, int place, int64_t value)
{
    note(stmt, sqlite3_bind_int64(handle_of(stmt), place_of(stmt, place), value));
}

static void sqlite_bind_text(struct tn_stmt *stmt, int place, const char *text)
{
    note(stmt, sqlite3_bind_text(handle_of(stmt), place_of(stmt, place), text, -1, SQLITE_STATIC));
}

static void sqlite_bind_bytes(struct tn_stmt *stmt, int place, struct tn_bytes bytes)
{
    note(stmt, bytes.data == NULL ? sqlite3_bind_null(handle_of(stmt), place_of(stmt, place))
                                  : sqlite3_bind_blob64(handle_of(stmt), place_of(stmt, place),
                                                        bytes.data, bytes.len, SQLITE_STATIC));
}

static enum tn_status sqlite_step(struct tn_stmt *stmt, bool *has_row)
{
    struct sqlite_stmt *self = (struct sqlite_stmt *)stmt;
    *has_row = false;
    if (self->bind_error != SQLITE_OK) {
        tn_log(TN_LOG_ERROR, "central database: a value could not be bound: %s",
               sqlite3_errstr(self->bind_error));
        return status_of(self->bind_error);
    }
    int code = sqlite3_step(self->handle);
    if (code == SQLITE_ROW) {
        *has_row = true;
        return TN_OK;
    }
    enum tn_status status =
        code == SQLITE_DONE ? TN_OK : complain(sqlite3_db_handle(self->handle), code);
    /* A statement that is through must not keep its read lock until somebody resets it. */
    sqlite3_reset(self->handle);
    return status;
}

static enum tn_status sqlite_run(struct tn_stmt *stmt)
{
    bool has_row = false;
    enum tn_status status = sqlite_step(stmt, &has_row);
    assert(!has_row);
    return status;
}

static enum tn_status sqlite_bulk(struct tn_db *db, const struct tn_bulk *what)
{
    struct sqlite_db *self = (struct sqlite_db *)db;
    int code = sqlite_bulk_run(self->handle, &self->bulk, what);
    return code == SQLITE_OK ? TN_OK : complain(self->handle, code);
}

static int64_t sqlite_col_int(struct tn_stmt *stmt, int column)
{
    return sqlite3_column_int64(handle_of(stmt), column);
}

static const char *sqlite_col_text(struct tn_stmt *stmt, int column)
{
    return (const char *)sqlite3_column_text(handle_of(stmt), column);
}

static struct tn_bytes sqlite_col_bytes(struct tn_stmt *stmt, int column)
{
    const uint8_t *data = sqlite3_column_blob(handle_of(stmt), column);
    int len = sqlite3_column_bytes(handle_of(stmt), column);
    if (data == NULL && sqlite3_column_type(handle_of(stmt), column) != SQLITE_NULL) {
        data = (const uint8_t *)""; /* an empty value, which is not an absent one */
    }
    return (struct tn_bytes){data, (size_t)len};
}

static enum tn_col_kind sqlite_col_kind(struct tn_stmt *stmt, int column)
{
    switch (sqlite3_column_type(handle_of(stmt), column)) {
    case SQLITE_NULL:
        return TN_COL_NULL;
    case SQLITE_INTEGER:
        return TN_COL_INT;
    case SQLITE_BLOB:
        return TN_COL_BYTES;
    default:
        return TN_COL_TEXT;
    }
}

static int sqlite_col_count(struct tn_stmt *stmt)
{
    return sqlite3_column_count(handle_of(stmt));
}

static const char *sqlite_col_name(struct tn_stmt *stmt, int column)
{
    return sqlite3_column_name(handle_of(stmt), column);
}

static void sqlite_reset(struct tn_stmt *stmt)
{
    struct sqlite_stmt *self = (struct sqlite_stmt *)stmt;
    sqlite3_reset(self->handle);
    sqlite3_clear_bindings(self->handle);
    self->bind_error = SQLITE_OK;
}

static enum tn_status sqlite_has_table(struct tn_db *db, const char *name, bool *has)
{
    static const char sql[] = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 1, name);
    status = tn_step(stmt, has);
    tn_reset(stmt);
    return status;
}

const struct tn_db_driver tn_db_sqlite = {
    .name = "sqlite",
    .tokens = tokens,
    .after = "sql/sqlite-plans.sql",
    .open = sqlite_open,
    .close = sqlite_close,
    .exec = sqlite_exec,
    .begin = sqlite_begin,
    .begin_read = sqlite_begin_read,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .enter = sqlite_enter,
    .scrub = sqlite_scrub,
    .stamp = sqlite_stamp,
    .may_insert = sqlite_may_insert,
    .has_table = sqlite_has_table,
    .prepare = sqlite_prepare,
    .finalize = sqlite_finalize,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_bytes = sqlite_bind_bytes,
    .step = sqlite_step,
    .run = sqlite_run,
    .bulk = sqlite_bulk,
    .col_int = sqlite_col_int,
    .col_text = sqlite_col_text,
    .col_bytes = sqlite_col_bytes,
    .col_kind = sqlite_col_kind,
    .col_count = sqlite_col_count,
    .col_name = sqlite_col_name,
    .reset = sqlite_reset,
};
