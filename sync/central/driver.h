/* What a driver of the central database must be able to do: one table of functions each. db.c
 * finds the driver by the form of the URI and passes every call on; only the driver's own .c file
 * knows the library behind it. */
#ifndef TURNOUT_CENTRAL_DRIVER_H
#define TURNOUT_CENTRAL_DRIVER_H

#include "sync/central/db.h"

/* Statements kept ready a handle; every text has static storage, so the program's own count is the
 * bound, and passing it is our bug. */
#define TN_DB_STATEMENTS_MAX 256

/* Bulk inserts, by their columns; past it is our bug too. */
#define TN_DB_BULKS_MAX 8

#define TN_DB_NAME_SIZE 512
#define TN_DB_ECOSYSTEM_SIZE 64

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
    const char *after;                /* an asset that is run with the newest migration; or NULL */
    enum tn_status (*open)(const char *uri, bool create, struct tn_db **out);
    void (*close)(struct tn_db *db);
    enum tn_status (*exec)(struct tn_db *db, const char *sql);
    enum tn_status (*begin)(struct tn_db *db);
    enum tn_status (*begin_read)(struct tn_db *db); /* see tn_db_begin_read */
    enum tn_status (*commit)(struct tn_db *db);     /* a failed one need not have rolled back */
    void (*rollback)(struct tn_db *db);
    /* Which ecosystem's rows this handle is about; see tn_db_enter. */
    /* Takes what was deleted out of pages of no use; outside of any transaction. See tn_db_scrub.
     */
    enum tn_status (*scrub)(struct tn_db *db);
    enum tn_status (*grown)(struct tn_db *db, const char *table); /* NULL: nothing to do */
    enum tn_status (*enter)(struct tn_db *db, int64_t ecosystem);
    enum tn_status (*stamp)(struct tn_db *db, int64_t *out); /* see tn_db_stamp */
    enum tn_status (*may_insert)(struct tn_db *db, const char *table, bool *may);
    enum tn_status (*has_table)(struct tn_db *db, const char *name, bool *has);
    enum tn_status (*prepare)(struct tn_db *db, const char *sql, struct tn_stmt **out);
    void (*finalize)(struct tn_stmt *stmt);
    void (*bind_int)(struct tn_stmt *stmt, int place, int64_t value);
    void (*bind_text)(struct tn_stmt *stmt, int place, const char *text);
    void (*bind_bytes)(struct tn_stmt *stmt, int place, struct tn_bytes bytes);
    enum tn_status (*step)(struct tn_stmt *stmt, bool *has_row);
    /* A statement that gives no rows. Inside a transaction its failure may come out of a later
     * call, and of commit at the latest. */
    enum tn_status (*run)(struct tn_stmt *stmt);
    enum tn_status (*bulk)(struct tn_db *db, const struct tn_bulk *what);
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
    char name[TN_DB_NAME_SIZE];           /* for messages; holds no password */
    char ecosystem[TN_DB_ECOSYSTEM_SIZE]; /* the code of the one that is meant; empty: the only one
                                           */
};

/* The first member of a driver's own statement. */
struct tn_stmt {
    const struct tn_db_driver *driver;
    const char *sql;
};

extern const struct tn_db_driver tn_db_sqlite;
extern const struct tn_db_driver tn_db_postgres;

/* The rows of a bulk insert one by one. */
enum tn_status tn_db_bulk_plainly(struct tn_db *db, const struct tn_bulk *what);

/* Applies the embedded migrations a database lacks, each in a transaction of its own.
 * is_new: it may be empty, and is filled. */
enum tn_status tn_db_migrate(struct tn_db *db, bool is_new);

#endif
