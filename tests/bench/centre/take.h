/* The path that is measured: every station of the world brings what it has to a centre. */
#ifndef TURNOUT_BENCH_CENTRE_TAKE_H
#define TURNOUT_BENCH_CENTRE_TAKE_H

#include "tests/bench/centre/world.h"

/* Every station's entries, cursors and receipts: everything of a reconcile but visits and packs.
 * Opening the folders counts. */
enum tn_status take_all(const struct world *world, struct tn_centre *centre, double *ms);

/* The same with the folders open already. */
enum tn_status take_open(const struct world *world, struct tn_centre *centre, double *ms);

/* The same with visits and packs: all that a reconcile does. */
enum tn_status take_with_visits(const struct world *world, struct tn_centre *centre, double *ms);

#endif
