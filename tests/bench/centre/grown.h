/* A centre of an ecosystem that is years old. */
#ifndef TURNOUT_BENCH_CENTRE_GROWN_H
#define TURNOUT_BENCH_CENTRE_GROWN_H

#include "tests/bench/centre/world.h"

struct grown {
    size_t learners;
    size_t partners;
    size_t events; /* of GROWN_ENTRIES entries each */
};

#define GROWN_ENTRIES 1000

/* Puts all of it into an empty centre's file, but what is derived. */
enum tn_status grown_fill(const char *path, const struct grown *grown);

/* Badge i of a learner's, and the learner; i below grown.learners. */
struct tn_id grown_badge(size_t i);
struct tn_id grown_learner(size_t i);

/* Adds the rows of what such an ecosystem waits for: the visits of it all, one more fair, and every
 * report. */
enum tn_status bench_grown(struct tn_bench *bench);

#endif
