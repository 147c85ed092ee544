/* One small interface to the central database, so that SQLite (a file) and PostgreSQL serve alike.
 *
 * SQL is portable text with $1, $2 ... in any order; values are bound and read through this
 * interface only. In schema text the token @blob@ stands for the binary type, @big@ for a 64-bit
 * integer, and @strict@ or @clustered@ for what follows a table. One thread a handle. */
#ifndef TURNOUT_CENTRAL_DB_H
#define TURNOUT_CENTRAL_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "turnout/buf.h"
#include "turnout/crypto.h"
#include "turnout/status.h"

struct tn_db;
struct tn_stmt;

/* How to reach a database that exists, or (create) one that is to be made. uri is a path to an
 * SQLite file, which create wants not to be there; or libpq's `postgresql://...`, of a database
 * that is there, where create makes the tables if there are none. ecosystem=CODE in the query of
 * the latter says which of several is meant. Errors are logged. */
enum tn_status tn_db_open(const char *uri, bool create, struct tn_db **out);
void tn_db_close(struct tn_db *db);

/* Whether this version can open a URI of this form; commands answer "usage" where not. */
bool tn_db_uri_is_known(const char *uri);

/* Whether a URI is a path to a file. */
bool tn_db_uri_is_file(const char *uri);

/* What messages call the database: its URI without what is secret. Borrowed. */
const char *tn_db_name(const struct tn_db *db);

/* The code of the ecosystem that the URI names; empty where it names none. Borrowed. */
const char *tn_db_ecosystem(const struct tn_db *db);

/* Says which ecosystem's rows (ecosystem.no) this handle is about from here on: a server lets one
 * writer in for each. */
enum tn_status tn_db_enter(struct tn_db *db, int64_t ecosystem);

/* A number that is another one as soon as anybody has written to the database, this handle too; it
 * may also change without. On a server any database of it counts. */
enum tn_status tn_db_stamp(struct tn_db *db, int64_t *out);

/* Whether whoever opened the database may insert into a table: on a server, roles may little. */
enum tn_status tn_db_may_insert(struct tn_db *db, const char *table, bool *may);

/* Runs statements without values or rows, `;` between them. */
enum tn_status tn_db_exec(struct tn_db *db, const char *sql);

/* One transaction at a time: begin locks for writing. A failed commit has rolled back. */
enum tn_status tn_db_begin(struct tn_db *db);
enum tn_status tn_db_commit(struct tn_db *db);
void tn_db_rollback(struct tn_db *db);

/* A transaction that only reads and sees one moment, whatever others write meanwhile; they do not
 * wait for it. It ends as the other does. */
enum tn_status tn_db_begin_read(struct tn_db *db);

/* Writes the whole database anew without what was deleted, and empties its journal: a deleted value
 * may else lie in pages of no use for years. Outside of any transaction. TN_ERR_BUSY where somebody
 * else has it open. What a server keeps besides (its archive, its backups) is its own. */
enum tn_status tn_db_scrub(struct tn_db *db);

/* Says that a table grew by much in this transaction, so that statements on it are planned for what
 * it holds now. `table` is a name of ours. A server plans by what it counted last, which may be
 * none of these rows yet. */
enum tn_status tn_db_grown(struct tn_db *db, const char *table);

/* A statement for a text with static storage; kept and given again for the same pointer. */
enum tn_status tn_db_prepare(struct tn_db *db, const char *sql, struct tn_stmt **out);

/* Values by place from 1. Text and bytes are borrowed until the statement is reset. A NULL text and
 * a none id are SQL NULL. Failures stick and come out of the next step. */
void tn_bind_int(struct tn_stmt *stmt, int place, int64_t value);
void tn_bind_text(struct tn_stmt *stmt, int place, const char *text);
void tn_bind_bytes(struct tn_stmt *stmt, int place, struct tn_bytes bytes);
void tn_bind_id(struct tn_stmt *stmt, int place, const struct tn_id *id);
void tn_bind_null(struct tn_stmt *stmt, int place);

/* The next row: TN_OK with *has_row. */
enum tn_status tn_step(struct tn_stmt *stmt, bool *has_row);

/* Runs a statement that gives no rows, and resets it. Inside a transaction its failure may come out
 * of a later call on the same database, and of tn_db_commit at the latest. */
enum tn_status tn_run(struct tn_stmt *stmt);

/* A value of a row that is to be inserted with many. Text and bytes are borrowed; zeroed it is
 * NULL. */
enum tn_col_kind { TN_COL_NULL, TN_COL_INT, TN_COL_TEXT, TN_COL_BYTES };
struct tn_value {
    enum tn_col_kind kind;
    int64_t number;
    struct tn_bytes bytes;
};
struct tn_value tn_value_int(int64_t number);
struct tn_value tn_value_text(const char *text);
struct tn_value tn_value_bytes(const void *data, size_t len);

#define TN_BULK_COLUMNS_MAX 24

/* Many rows for one table. All texts have static storage, and `columns` is known by its address.
 * insert is a statement that inserts one such row, for where the database has nothing faster. next
 * fills `count` values and tells whether there was another row; what it borrows must live until the
 * next call. */
struct tn_bulk {
    const char *table;
    const char *columns;
    const char *insert;
    int count;
    bool (*next)(void *ctx, struct tn_value *row);
    void *ctx;
};

/* Inserts the rows, inside a transaction, by the fastest way the database has. On failure the
 * transaction can only be rolled back. */
enum tn_status tn_db_bulk(struct tn_db *db, const struct tn_bulk *what);

/* Values by column from 0; text and bytes are borrowed until the next step or reset. */
int64_t tn_col_int(struct tn_stmt *stmt, int column);
const char *tn_col_text(struct tn_stmt *stmt, int column); /* "" for NULL */
struct tn_bytes tn_col_bytes(struct tn_stmt *stmt, int column);
void tn_col_id(struct tn_stmt *stmt, int column, struct tn_id *out);
bool tn_col_is_null(struct tn_stmt *stmt, int column);
enum tn_col_kind tn_col_kind(struct tn_stmt *stmt, int column); /* ask before reading the value */
int tn_col_count(struct tn_stmt *stmt);
const char *tn_col_name(struct tn_stmt *stmt, int column);

/* Ready to run again; bindings are gone. Accepts NULL. */
void tn_reset(struct tn_stmt *stmt);

#endif
