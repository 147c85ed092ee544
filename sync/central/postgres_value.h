/* Values in the results of a PostgreSQL server, which come in its binary format. */
#ifndef TURNOUT_CENTRAL_POSTGRES_VALUE_H
#define TURNOUT_CENTRAL_POSTGRES_VALUE_H

#include <libpq-fe.h>

#include "sync/central/driver.h"

/* A whole number of any of the server's types for them, sums included; 0 for NULL and for what is
 * none. */
int64_t postgres_value_int(const PGresult *result, int row, int column);

/* What a value is. */
enum tn_col_kind postgres_value_kind(const PGresult *result, int row, int column);

#endif
