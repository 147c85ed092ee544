/* Scan to durable, beside the least a disk can do for it: appending one 4 KiB page to a file and
 * fdatasync. The two alternate, so that a disk that slows down slows both. */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define CARDS 20000
#define ENTRIES 100000
#define SAMPLES 4000

struct samples {
    double scan_ms[SAMPLES];
    double floor_ms[SAMPLES];
};

static int floor_open(const struct tn_bench *bench)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/floor", bench->work);
    return open(path, O_CREAT | O_WRONLY | O_TRUNC | O_APPEND, 0600);
}

static bool floor_step(int fd)
{
    static const char page[4096] = {1};
    return write(fd, page, sizeof page) == (ssize_t)sizeof page && fdatasync(fd) == 0;
}

static enum tn_status fill(struct tn_bench_station *on, struct tn_station *station)
{
    struct tn_record record;
    for (size_t i = 0; i < ENTRIES; i++) {
        enum tn_status status = tn_bench_scan(on, station, i, &record);
        if (status != TN_OK) {
            return status;
        }
    }
    return tn_station_tidy(station);
}

static enum tn_status sample(struct tn_bench *bench, struct tn_bench_station *on,
                             struct tn_station *station, struct samples *out)
{
    int fd = floor_open(bench);
    if (fd < 0) {
        return TN_ERR_IO;
    }
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < SAMPLES && status == TN_OK; i++) {
        double start = tn_bench_now_ms();
        if (!floor_step(fd)) {
            status = TN_ERR_IO;
            break;
        }
        double middle = tn_bench_now_ms();
        struct tn_record record;
        status = tn_bench_scan(on, station, i * 7, &record);
        out->scan_ms[i] = tn_bench_now_ms() - middle;
        out->floor_ms[i] = middle - start;
    }
    (void)close(fd);
    return status;
}

static void report(struct tn_bench *bench, struct samples *samples)
{
    double floor_p50 = tn_bench_quantile(samples->floor_ms, SAMPLES, 0.50);
    double floor_p99 = tn_bench_quantile(samples->floor_ms, SAMPLES, 0.99);
    tn_bench_add(bench, &(struct tn_bench_row){
                            .name = "scan to durable, p50 (20,000 cards, 100,000 entries)",
                            .value = tn_bench_quantile(samples->scan_ms, SAMPLES, 0.50),
                            .unit = "ms",
                            .floor = floor_p50,
                            .ratio_max = 2.0});
    tn_bench_add(bench,
                 &(struct tn_bench_row){.name = "scan to durable, p99",
                                        .value = tn_bench_quantile(samples->scan_ms, SAMPLES, 0.99),
                                        .unit = "ms",
                                        .floor = floor_p99});
}

enum tn_status tn_bench_scans(struct tn_bench *bench)
{
    static struct samples samples;
    struct tn_bench_station on;
    struct tn_station *station = NULL;
    enum tn_status status = tn_bench_station_make(bench, "scan", CARDS, CARDS, &on);
    if (status == TN_OK) {
        status = tn_station_open(on.dir, &on.env, &station);
    }
    if (status == TN_OK) {
        status = fill(&on, station);
    }
    if (status == TN_OK) {
        status = sample(bench, &on, station, &samples);
    }
    if (status == TN_OK) {
        report(bench, &samples);
    }
    tn_station_close(station);
    tn_bench_station_free(&on);
    return status;
}
