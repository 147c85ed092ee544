/* Taking what was deleted out of the files of a PostgreSQL server; see tn_db_scrub. */
#ifndef TURNOUT_CENTRAL_POSTGRES_SCRUB_H
#define TURNOUT_CENTRAL_POSTGRES_SCRUB_H

#include <libpq-fe.h>

#include "turnout/status.h"

/* Writes every table of this role in the current schema, and its indices, anew. What is wrong is
 * said with the database's name. TN_ERR_BUSY where a transaction of somebody else still sees, or
 * still uses, what should go, ten seconds long. */
enum tn_status postgres_scrub_tables(const char *name, PGconn *conn);

#endif
