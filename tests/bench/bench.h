/* Benchmarks: figures that are ratios against a physical floor measured in the same run, because
 * machines are noisy and a bare number says little. A bench adds rows to the report; main.c prints
 * them as a table and, where BENCH_JSON names a file (or --json is given), as JSON. */
#ifndef TURNOUT_BENCH_H
#define TURNOUT_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "turnout/station.h"

#define TN_BENCH_ROWS_MAX 192

struct tn_bench_row {
    char name[80];
    double value;
    const char *unit;
    double floor;     /* 0: none */
    double value_max; /* the target for the value; 0: none */
    double ratio_max; /* the target for value / floor; 0: none */
    bool has_above;   /* the target is a value that is at least `above` over the floor */
    double above;
    bool must_be_none; /* the target is 0 */
};

struct tn_bench {
    const char *programs; /* the folder of the built programs */
    const char *work;     /* an empty folder on the disk that is measured */
    size_t count;
    struct tn_bench_row rows[TN_BENCH_ROWS_MAX];
};

/* Adds a row to the report. More than TN_BENCH_ROWS_MAX is our bug. */
void tn_bench_add(struct tn_bench *bench, const struct tn_bench_row *row);

/* Monotonic milliseconds. */
double tn_bench_now_ms(void);

/* The q quantile (0 to 1) of values, which are sorted in place. */
double tn_bench_quantile(double *values, size_t count, double q);

/* A station folder with its badges, made for a measurement. */
struct tn_bench_station {
    char dir[4096];
    struct tn_key badge_key;
    struct tn_random_seeded seeded;
    struct tn_random random;
    struct tn_station_env env;
    int64_t at_ms; /* the station's time; each scan moves it on */
    size_t kept;   /* badges whose secrets are at hand */
    struct tn_badge *badges;
};

/* Makes DIR = work/name with a pack of `cards` cards, keeping the badges of the first `keep`. */
enum tn_status tn_bench_station_make(struct tn_bench *bench, const char *name, size_t cards,
                                     size_t keep, struct tn_bench_station *out);
void tn_bench_station_free(struct tn_bench_station *station);

/* Scans the i-th kept badge into an open station. */
enum tn_status tn_bench_scan(struct tn_bench_station *on, struct tn_station *station, size_t i,
                             struct tn_record *out);

/* The benches: each adds its rows, and says on standard error what failed. */
enum tn_status tn_bench_scans(struct tn_bench *bench);
enum tn_status tn_bench_beside(struct tn_bench *bench); /* sync works on the same folder */
enum tn_status tn_bench_frames(struct tn_bench *bench);
enum tn_status tn_bench_screens(struct tn_bench *bench);
enum tn_status tn_bench_starts(struct tn_bench *bench);
enum tn_status tn_bench_idle(struct tn_bench *bench);
enum tn_status tn_bench_searches(struct tn_bench *bench);
enum tn_status tn_bench_reads(struct tn_bench *bench);    /* badges drawn in hard conditions */
enum tn_status tn_bench_pictures(struct tn_bench *bench); /* those of the folder QR_PICTURES */
enum tn_status tn_bench_live(struct tn_bench *bench);     /* a camera's frames */
enum tn_status tn_bench_nothing(struct tn_bench *bench);  /* 100,000 of them that hold nothing */

/* The centre's, which turnout-bench-centre measures: sync and the kiosk share no program. */
enum tn_status tn_bench_centre(struct tn_bench *bench);
enum tn_status tn_bench_paper(struct tn_bench *bench);
enum tn_status tn_bench_sealed(struct tn_bench *bench); /* what comes from outside */
enum tn_status tn_bench_hub(struct tn_bench *bench);
enum tn_status tn_bench_grown(struct tn_bench *bench); /* an ecosystem that is years old */

/* A roster of BENCH_LEARNERS, a million if not said, into an SQLite centre. */
enum tn_status tn_bench_roster(struct tn_bench *bench);

/* Milliseconds of processor time this thread has taken. */
double tn_bench_cpu_ms(void);

#endif
