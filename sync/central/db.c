/* The door to the central database: picks the driver by the form of the URI and keeps prepared
 * statements by the address of their text. It knows no library and no SQL of its own; what a
 * driver cannot do it says here, in words, before anything is opened. */
#include "sync/central/db.h"

#include <string.h>

#include "sync/central/driver.h"
#include "turnout/log.h"

/* Forms of a URI, most particular first; the empty prefix is a path. A form without a driver is
 * one that this version knows of and does not speak. */
static const struct {
    const char *prefix;
    const struct tn_db_driver *driver;
} forms[] = {
    {"postgresql://", &tn_db_postgres},
    {"postgres://", &tn_db_postgres},
    {"https://", NULL},
    {"http://", NULL},
    {"", &tn_db_sqlite},
};

static const struct tn_db_driver *driver_of(const char *uri)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strncmp(uri, forms[i].prefix, strlen(forms[i].prefix)) == 0) {
            return forms[i].driver;
        }
    }
    return NULL;
}

bool tn_db_uri_is_file(const char *uri)
{
    return driver_of(uri) == &tn_db_sqlite;
}

const char *tn_db_name(const struct tn_db *db)
{
    return db->name;
}

const char *tn_db_ecosystem(const struct tn_db *db)
{
    return db->ecosystem;
}

bool tn_db_uri_is_known(const char *uri)
{
    return uri[0] != '\0' && driver_of(uri) != NULL;
}

enum tn_status tn_db_open(const char *uri, bool create, struct tn_db **out)
{
    *out = NULL;
    const struct tn_db_driver *driver = driver_of(uri);
    if (driver == NULL || uri[0] == '\0') {
        tn_log(TN_LOG_ERROR,
               "%s: this form of central database is not available in this version; "
               "give the path of an SQLite file, or postgresql://...",
               uri);
        return TN_ERR_FORMAT;
    }
    enum tn_status status = driver->open(uri, create, out);
    if (status != TN_OK) {
        return status;
    }
    status = tn_db_migrate(*out, create);
    if (status != TN_OK) {
        tn_db_close(*out);
        *out = NULL;
    }
    return status;
}

void tn_db_close(struct tn_db *db)
{
    if (db == NULL) {
        return;
    }
    for (int i = 0; i < TN_DB_STATEMENTS_MAX; i++) {
        if (db->cache[i] != NULL) {
            db->driver->finalize(db->cache[i]);
        }
    }
    db->driver->close(db);
}

enum tn_status tn_db_enter(struct tn_db *db, int64_t ecosystem)
{
    return db->driver->enter(db, ecosystem);
}

enum tn_status tn_db_scrub(struct tn_db *db)
{
    return db->driver->scrub(db);
}

enum tn_status tn_db_grown(struct tn_db *db, const char *table)
{
    return db->driver->grown == NULL ? TN_OK : db->driver->grown(db, table);
}

enum tn_status tn_db_stamp(struct tn_db *db, int64_t *out)
{
    return db->driver->stamp(db, out);
}

enum tn_status tn_db_may_insert(struct tn_db *db, const char *table, bool *may)
{
    return db->driver->may_insert(db, table, may);
}

enum tn_status tn_db_exec(struct tn_db *db, const char *sql)
{
    return db->driver->exec(db, sql);
}

enum tn_status tn_db_begin(struct tn_db *db)
{
    return db->driver->begin(db);
}

enum tn_status tn_db_begin_read(struct tn_db *db)
{
    return db->driver->begin_read(db);
}

enum tn_status tn_db_commit(struct tn_db *db)
{
    enum tn_status status = db->driver->commit(db);
    if (status != TN_OK) {
        db->driver->rollback(db);
    }
    return status;
}

void tn_db_rollback(struct tn_db *db)
{
    db->driver->rollback(db);
}

enum tn_status tn_db_prepare(struct tn_db *db, const char *sql, struct tn_stmt **out)
{
    size_t slot = ((uintptr_t)sql >> 3) % TN_DB_STATEMENTS_MAX;
    while (db->cache[slot] != NULL && db->cache[slot]->sql != sql) {
        slot = (slot + 1) % TN_DB_STATEMENTS_MAX;
    }
    if (db->cache[slot] != NULL) {
        *out = db->cache[slot];
        tn_reset(*out);
        return TN_OK;
    }
    *out = NULL;
    if (db->cached == TN_DB_STATEMENTS_MAX - 1) {
        tn_log(TN_LOG_ERROR, "more than %d statements in one run", TN_DB_STATEMENTS_MAX - 1);
        return TN_ERR_LIMIT;
    }
    enum tn_status status = db->driver->prepare(db, sql, out);
    if (status == TN_OK) {
        (*out)->sql = sql;
        db->cache[slot] = *out;
        db->cached++;
    }
    return status;
}

void tn_bind_int(struct tn_stmt *stmt, int place, int64_t value)
{
    stmt->driver->bind_int(stmt, place, value);
}

void tn_bind_text(struct tn_stmt *stmt, int place, const char *text)
{
    stmt->driver->bind_text(stmt, place, text);
}

void tn_bind_bytes(struct tn_stmt *stmt, int place, struct tn_bytes bytes)
{
    stmt->driver->bind_bytes(stmt, place, bytes);
}

void tn_bind_id(struct tn_stmt *stmt, int place, const struct tn_id *id)
{
    bool none = id == NULL || tn_id_is_none(id);
    stmt->driver->bind_bytes(stmt, place,
                             (struct tn_bytes){none ? NULL : id->b, none ? 0 : TN_ID_SIZE});
}

void tn_bind_null(struct tn_stmt *stmt, int place)
{
    stmt->driver->bind_bytes(stmt, place, (struct tn_bytes){NULL, 0});
}

enum tn_status tn_step(struct tn_stmt *stmt, bool *has_row)
{
    return stmt->driver->step(stmt, has_row);
}

enum tn_status tn_run(struct tn_stmt *stmt)
{
    enum tn_status status = stmt->driver->run(stmt);
    tn_reset(stmt);
    return status;
}

struct tn_value tn_value_int(int64_t number)
{
    return (struct tn_value){.kind = TN_COL_INT, .number = number};
}

struct tn_value tn_value_text(const char *text)
{
    return (struct tn_value){.kind = TN_COL_TEXT, .bytes = {(const uint8_t *)text, strlen(text)}};
}

struct tn_value tn_value_bytes(const void *data, size_t len)
{
    return (struct tn_value){.kind = TN_COL_BYTES, .bytes = {data, len}};
}

enum tn_status tn_db_bulk(struct tn_db *db, const struct tn_bulk *what)
{
    return db->driver->bulk(db, what);
}

static void bind_value(struct tn_stmt *stmt, int place, const struct tn_value *value)
{
    switch (value->kind) {
    case TN_COL_NULL:
        tn_bind_null(stmt, place);
        break;
    case TN_COL_INT:
        tn_bind_int(stmt, place, value->number);
        break;
    case TN_COL_TEXT:
        tn_bind_text(stmt, place, (const char *)value->bytes.data);
        break;
    case TN_COL_BYTES:
        tn_bind_bytes(stmt, place, value->bytes);
        break;
    }
}

enum tn_status tn_db_bulk_plainly(struct tn_db *db, const struct tn_bulk *what)
{
    struct tn_value row[TN_BULK_COLUMNS_MAX] = {0};
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(db, what->insert, &stmt);
    while (status == TN_OK && what->next(what->ctx, row)) {
        for (int i = 0; i < what->count; i++) {
            bind_value(stmt, i + 1, &row[i]);
        }
        status = tn_run(stmt);
    }
    return status;
}

int64_t tn_col_int(struct tn_stmt *stmt, int column)
{
    return stmt->driver->col_int(stmt, column);
}

const char *tn_col_text(struct tn_stmt *stmt, int column)
{
    const char *text = stmt->driver->col_text(stmt, column);
    return text == NULL ? "" : text;
}

struct tn_bytes tn_col_bytes(struct tn_stmt *stmt, int column)
{
    return stmt->driver->col_bytes(stmt, column);
}

void tn_col_id(struct tn_stmt *stmt, int column, struct tn_id *out)
{
    struct tn_bytes bytes = stmt->driver->col_bytes(stmt, column);
    *out = (struct tn_id){0};
    if (bytes.len == TN_ID_SIZE) {
        memcpy(out->b, bytes.data, TN_ID_SIZE);
    }
}

bool tn_col_is_null(struct tn_stmt *stmt, int column)
{
    return stmt->driver->col_kind(stmt, column) == TN_COL_NULL;
}

enum tn_col_kind tn_col_kind(struct tn_stmt *stmt, int column)
{
    return stmt->driver->col_kind(stmt, column);
}

int tn_col_count(struct tn_stmt *stmt)
{
    return stmt->driver->col_count(stmt);
}

const char *tn_col_name(struct tn_stmt *stmt, int column)
{
    return stmt->driver->col_name(stmt, column);
}

void tn_reset(struct tn_stmt *stmt)
{
    if (stmt != NULL) {
        stmt->driver->reset(stmt);
    }
}
