/* Many rows into an SQLite table with one statement; see tn_db_bulk. */
#ifndef TURNOUT_CENTRAL_SQLITE_BULK_H
#define TURNOUT_CENTRAL_SQLITE_BULK_H

#include <sqlite3.h>

#include "sync/central/driver.h"

/* The state of one handle. `running` is what the virtual table gives the rows of. */
struct sqlite_bulk {
    const struct tn_bulk *running;
    struct {
        const char *columns;
        sqlite3_stmt *stmt;
    } ready[TN_DB_BULKS_MAX];
};

/* Makes the virtual table known to a handle; state must live as long as it. An SQLite code. */
int sqlite_bulk_init(sqlite3 *handle, struct sqlite_bulk *state);
void sqlite_bulk_end(struct sqlite_bulk *state);

/* An SQLite code. */
int sqlite_bulk_run(sqlite3 *handle, struct sqlite_bulk *state, const struct tn_bulk *what);

#endif
