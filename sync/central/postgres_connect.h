/* The connection of the PostgreSQL driver: how it is made, what it is called, and what the server's
 * errors mean to us. */
#ifndef TURNOUT_CENTRAL_POSTGRES_CONNECT_H
#define TURNOUT_CENTRAL_POSTGRES_CONNECT_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "sync/central/driver.h"

#define POSTGRES_WAIT_SECONDS "10" /* for a connection, as for another writer */

/* Connects to the server of a URI, and fills in db's name and ecosystem. What is wrong is said.
 * *out is the caller's to PQfinish, also after a failure; NULL where there is no memory. */
enum tn_status postgres_connect(const char *uri, struct tn_db *db, PGconn **out);

/* Whether the server did what it was asked to. */
bool postgres_is_fine(const PGresult *result);

/* Says what the server said of a result (NULL: of the connection) to the database called name,
 * without its details: those quote values, and a value may be a name. Gives what it means. */
enum tn_status postgres_complain(const char *name, PGconn *conn, const PGresult *result);

#endif
