/* The least a database can do for the same entries. */
#ifndef TURNOUT_BENCH_CENTRE_FLOOR_H
#define TURNOUT_BENCH_CENTRE_FLOOR_H

#include "tests/bench/centre/world.h"

/* A file with the centre's tables and settings: for each station ATTACH, INSERT .. SELECT, COMMIT.
 */
enum tn_status floor_sqlite(const struct world *world, const char *path, double *ms);

/* What `from` holds in `entry`, in one COPY into the keyed table of the empty centre `to`, from a
 * file in the server's own format that is made first and not counted. */
enum tn_status floor_postgres(const struct world *world, const char *from, const char *to,
                              double *ms);

#endif
