/* The few SQLite calls core makes, with failures turned into statuses: private to core's SQLite
 * files. Nothing here knows a table. */
#ifndef KIOSK_CORE_DB_H
#define KIOSK_CORE_DB_H

#include <stdbool.h>

#include <sqlite3.h>

#include "turnout/buf.h"
#include "turnout/crypto.h"

#define TN_BUSY_TIMEOUT_MS 5000

/* What an SQLite result means. db gives the operating system's reason and may be NULL. */
enum tn_status tn_sql_status(sqlite3 *db, int rc);

/* The same, and says in the log what failed and why. */
enum tn_status tn_sql_fail(sqlite3 *db, int rc, const char *what);

/* Opens path with SQLite's flags, extended codes and waits for locks. *out is NULL on failure. */
enum tn_status tn_sql_open(const char *path, int flags, sqlite3 **out);

/* Has calls wait for another program's lock, for TN_BUSY_TIMEOUT_MS. */
void tn_sql_wait(sqlite3 *db);

/* Closes and sets *db to NULL. Every statement must have been finalized. */
void tn_sql_close(sqlite3 **db);

/* Runs constant SQL without parameters. */
enum tn_status tn_sql_exec(sqlite3 *db, const char *sql);

/* Prepares a statement that will run often. The caller finalizes *out, which is NULL on failure. */
enum tn_status tn_sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out);

/* Runs a statement that gives no row, and resets it and its parameters. */
enum tn_status tn_sql_run(sqlite3_stmt *stmt);

/* Steps to a row: TN_OK there is one, TN_ERR_NOT_FOUND there is none (more). Failures are logged.
 * The caller resets. */
enum tn_status tn_sql_row(sqlite3_stmt *stmt);

/* Resets a statement and forgets its parameters. */
void tn_sql_reset(sqlite3_stmt *stmt);

/* Runs SQL that gives one row of one integer. */
enum tn_status tn_sql_number(sqlite3 *db, const char *sql, int64_t *out);

/* Parameters. The bytes are borrowed until the reset; an id that is none becomes NULL. */
void tn_sql_bind_int(sqlite3_stmt *stmt, int at, int64_t value);
void tn_sql_bind_text(sqlite3_stmt *stmt, int at, const char *text);
void tn_sql_bind_bytes(sqlite3_stmt *stmt, int at, const void *data, size_t len);
void tn_sql_bind_id(sqlite3_stmt *stmt, int at, const struct tn_id *id);

/* What a column that gave false means: TN_ERR_DAMAGED, or TN_ERR_NO_MEMORY where that was why. */
enum tn_status tn_sql_bad_row(sqlite3_stmt *stmt);

/* Columns. Each gives false where the value is not of that type or size. */
bool tn_sql_get_id(sqlite3_stmt *stmt, int at, struct tn_id *out);
bool tn_sql_get_fixed(sqlite3_stmt *stmt, int at, void *out, size_t len);
bool tn_sql_get_text(sqlite3_stmt *stmt, int at, char *out, size_t out_size);
bool tn_sql_get_bytes(sqlite3_stmt *stmt, int at, struct tn_bytes *out);
bool tn_sql_get_int(sqlite3_stmt *stmt, int at, int64_t *out);

#endif
