/* What every program of benchmarks needs: the list of rows, clocks, and quantiles. */
#include "tests/bench/bench.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

void tn_bench_add(struct tn_bench *bench, const struct tn_bench_row *row)
{
    assert(bench->count < TN_BENCH_ROWS_MAX);
    bench->rows[bench->count++] = *row;
}

double tn_bench_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

double tn_bench_cpu_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double tn_bench_quantile(double *values, size_t count, double q)
{
    qsort(values, count, sizeof *values, compare);
    return values[(size_t)(q * (double)(count - 1))];
}
