/* What a driver of the central database must be able to do: one table of functions each. db.c
 * finds the driver by the form of the URI and passes every call on; only the driver's own .c file
 * knows the library behind it. */
#ifndef TURNOUT_CENTRAL_DRIVER_H
#define TURNOUT_CENTRAL_DRIVER_H

#include "sync/central/db.h"

/* Statements kept ready a handle; every text has static storage, so the program's own count is the
 * bound, and passing it is our bug. */
#define TN_DB_STATEMENTS_MAX 256

/* The longest migration text after its tokens are replaced. */
#define TN_DB_SCHEMA_MAX (256 * 1024)

/* A token of schema text and what it stands for. */
struct tn_db_token {
    const char *token;
    const char *word;
};

struct tn_db_driver {
    const char *name;
    const struct tn_db_token *tokens; /* ends with a NULL token */
    enum tn_status (*open)(const char *uri, bool create, struct tn_db **out);
    void (*close)(struct tn_db *db);
    enum tn_status (*exec)(struct tn_db *db, const char *sql);
    void (*rollback)(struct tn_db *db);
    enum tn_status (*has_table)(struct tn_db *db, const char *name, bool *has);
    enum tn_status (*prepare)(struct tn_db *db, const char *sql, struct tn_stmt **out);
    void (*finalize)(struct tn_stmt *stmt);
    void (*bind_int)(struct tn_stmt *stmt, int place, int64_t value);
    void (*bind_text)(struct tn_stmt *stmt, int place, const char *text);
    void (*bind_bytes)(struct tn_stmt *stmt, int place, struct tn_bytes bytes);
    enum tn_status (*step)(struct tn_stmt *stmt, bool *has_row);
    int64_t (*col_int)(struct tn_stmt *stmt, int column);
    const char *(*col_text)(struct tn_stmt *stmt, int column);
    struct tn_bytes (*col_bytes)(struct tn_stmt *stmt, int column);
    enum tn_col_kind (*col_kind)(struct tn_stmt *stmt, int column);
    int (*col_count)(struct tn_stmt *stmt);
    const char *(*col_name)(struct tn_stmt *stmt, int column);
    void (*reset)(struct tn_stmt *stmt);
};

/* The first member of a driver's own handle. */
struct tn_db {
    const struct tn_db_driver *driver;
    struct tn_stmt *cache[TN_DB_STATEMENTS_MAX]; /* open addressing by the text's address */
    int cached;
};

/* The first member of a driver's own statement. */
struct tn_stmt {
    const struct tn_db_driver *driver;
    const char *sql;
};

extern const struct tn_db_driver tn_db_sqlite;

/* Applies the embedded migrations a database lacks, each in a transaction of its own.
 * is_new: the database was made just now and is empty. uri is for messages. */
enum tn_status tn_db_migrate(struct tn_db *db, const char *uri, bool is_new);

#endif
