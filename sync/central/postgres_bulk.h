/* Many rows into a table of a PostgreSQL server with one COPY; see tn_db_bulk. */
#ifndef TURNOUT_CENTRAL_POSTGRES_BULK_H
#define TURNOUT_CENTRAL_POSTGRES_BULK_H

#include <libpq-fe.h>

#include "sync/central/driver.h"

/* The state of one handle: what is known of the tables that rows went into. */
struct postgres_bulk {
    struct {
        const char *columns;
        Oid types[TN_BULK_COLUMNS_MAX];
    } ready[TN_DB_BULKS_MAX];
};

/* Sends the rows and waits for the server's word on them, which *result is: the caller's to look at
 * and clear. NULL: the connection failed. */
void postgres_bulk_run(PGconn *conn, struct postgres_bulk *state, const struct tn_bulk *what,
                       PGresult **result);

#endif
