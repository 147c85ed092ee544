/* The hub under a fair: the real programs on loopback. */
#ifndef TURNOUT_BENCH_CENTRE_HUB_H
#define TURNOUT_BENCH_CENTRE_HUB_H

#include "tests/bench/centre/world.h"

/* Adds its rows: every station at once brings what it has, then asks again and again. */
enum tn_status bench_hub(struct tn_bench *bench);

#endif
