/* The cost of a printed badge. */
#ifndef TURNOUT_BENCH_CENTRE_PAPER_H
#define TURNOUT_BENCH_CENTRE_PAPER_H

#include "tests/bench/bench.h"

/* Adds its row. */
enum tn_status bench_paper(struct tn_bench *bench);

#endif
