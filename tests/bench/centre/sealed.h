/* The path of entries that come from outside: sealed bundles, as stations send them to a hub. */
#ifndef TURNOUT_BENCH_CENTRE_SEALED_H
#define TURNOUT_BENCH_CENTRE_SEALED_H

#include "tests/bench/centre/world.h"
#include "turnout/buf.h"

struct sealed {
    const struct world *world;
    struct tn_buf *messages; /* in the order in which they come: stations take turns */
    size_t count;
};

/* Has every station sign and seal what it has, which is its own machine's work and not measured. */
enum tn_status sealed_make(const struct world *world, struct sealed *out);
void sealed_free(struct sealed *sealed);

/* A hub's answers to all of them: signature, digest and seal, the chain, the entries, one durable
 * transaction a bundle, and the receipt. */
enum tn_status sealed_take(const struct sealed *sealed, struct tn_centre *centre, double *ms);

#endif
