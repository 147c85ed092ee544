/* One mutex for all numbers: there are a few hundred events a second at most, and a page whose
 * numbers belong together is worth more than the nanoseconds of atomics. */
#include "sync/link/hub_metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static const unsigned codes[TN_HUB_CODES - 1] = {200, 400, 403, 404, 405, 408, 411,
                                                 413, 415, 417, 429, 500, 503};
static const int64_t bounds_ms[TN_HUB_BUCKETS - 1] = {5, 25, 100, 500, 1000, 5000, 30000};

void tn_hub_metrics_init(struct tn_hub_metrics *metrics)
{
    *metrics = (struct tn_hub_metrics){.bytes_in = 0};
    (void)pthread_mutex_init(&metrics->mutex, NULL);
}

void tn_hub_metrics_destroy(struct tn_hub_metrics *metrics)
{
    (void)pthread_mutex_destroy(&metrics->mutex);
}

void tn_hub_metrics_request(struct tn_hub_metrics *metrics, enum tn_hub_path path, unsigned code,
                            uint64_t bytes_in, uint64_t bytes_out)
{
    size_t row = 0;
    while (row < TN_HUB_CODES - 1 && codes[row] != code) {
        row++;
    }
    (void)pthread_mutex_lock(&metrics->mutex);
    metrics->requests[path][row]++;
    metrics->bytes_in += bytes_in;
    metrics->bytes_out += bytes_out;
    (void)pthread_mutex_unlock(&metrics->mutex);
}

void tn_hub_metrics_answer(struct tn_hub_metrics *metrics, enum tn_ask what, int64_t ms,
                           const struct tn_hub_counts *counts)
{
    size_t bucket = 0;
    while (bucket < TN_HUB_BUCKETS - 1 && ms > bounds_ms[bucket]) {
        bucket++;
    }
    (void)pthread_mutex_lock(&metrics->mutex);
    metrics->buckets[what][bucket]++;
    metrics->answer_ms[what] += ms;
    metrics->counts = *counts;
    (void)pthread_mutex_unlock(&metrics->mutex);
}

void tn_hub_metrics_cut(struct tn_hub_metrics *metrics)
{
    (void)pthread_mutex_lock(&metrics->mutex);
    metrics->cut++;
    (void)pthread_mutex_unlock(&metrics->mutex);
}

static void put_head(struct tn_buf *out, const char *name, const char *type, const char *help)
{
    (void)tn_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_number(struct tn_buf *out, const char *name, const char *type, const char *help,
                       uint64_t value)
{
    put_head(out, name, type, help);
    (void)tn_buf_printf(out, "%s %" PRIu64 "\n", name, value);
}

static void put_requests(struct tn_buf *out, const struct tn_hub_metrics *metrics)
{
    static const char name[] = "turnout_requests_total";
    put_head(out, name, "counter", "Requests that were answered.");
    for (size_t path = 0; path < TN_HUB_PATH_COUNT; path++) {
        for (size_t row = 0; row < TN_HUB_CODES; row++) {
            char code[16] = "other";
            if (row < TN_HUB_CODES - 1) {
                (void)snprintf(code, sizeof code, "%u", codes[row]);
            }
            if (metrics->requests[path][row] > 0) {
                (void)tn_buf_printf(out, "%s{path=\"%s\",code=\"%s\"} %" PRIu64 "\n", name,
                                    tn_hub_paths[path], code, metrics->requests[path][row]);
            }
        }
    }
}

/* Milliseconds as seconds. */
static void put_seconds(struct tn_buf *out, int64_t ms)
{
    (void)tn_buf_printf(out, "%" PRId64 ".%03" PRId64, ms / 1000, ms % 1000);
}

static void put_histogram(struct tn_buf *out, const struct tn_hub_metrics *metrics)
{
    static const char name[] = "turnout_answer_seconds";
    put_head(out, name, "histogram", "What the worker took to answer a message.");
    for (size_t what = 0; what < TN_ASK_COUNT; what++) {
        uint64_t sum = 0;
        for (size_t i = 0; i < TN_HUB_BUCKETS; i++) {
            sum += metrics->buckets[what][i];
            (void)tn_buf_printf(out, "%s_bucket{path=\"%s\",le=\"", name, tn_hub_paths[what]);
            if (i < TN_HUB_BUCKETS - 1) {
                put_seconds(out, bounds_ms[i]);
            } else {
                (void)tn_buf_text(out, "+Inf");
            }
            (void)tn_buf_printf(out, "\"} %" PRIu64 "\n", sum);
        }
        (void)tn_buf_printf(out, "%s_sum{path=\"%s\"} ", name, tn_hub_paths[what]);
        put_seconds(out, metrics->answer_ms[what]);
        (void)tn_buf_printf(out, "\n%s_count{path=\"%s\"} %" PRIu64 "\n", name, tn_hub_paths[what],
                            sum);
    }
}

/* 0 where the kernel does not say. */
static uint64_t resident_bytes(void)
{
    unsigned long long whole = 0;
    unsigned long long resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    const long page = sysconf(_SC_PAGESIZE);
    if (file == NULL) {
        return 0;
    }
    bool is_read = fscanf(file, "%llu %llu", &whole, &resident) == 2;
    (void)fclose(file);
    return is_read && page > 0 ? resident * (uint64_t)page : 0;
}

static void put_gauges(struct tn_buf *out, const struct tn_hub_gauges *gauges)
{
    put_number(out, "turnout_connections", "gauge", "Connections that are open.",
               gauges->connections);
    put_number(out, "turnout_waiting", "gauge", "Messages that wait for an answer.",
               gauges->waiting);
    put_number(out, "turnout_body_bytes", "gauge", "Bytes of messages held in memory.",
               gauges->bodies_bytes);
    put_number(out, "turnout_answer_bytes", "gauge", "Bytes of answers not sent yet.",
               gauges->answers_bytes);
    put_number(out, "turnout_database_up", "gauge", "1: the database is reached.",
               gauges->is_reached ? 1 : 0);
    put_head(out, "turnout_uptime_seconds", "gauge", "Since the hub was started.");
    (void)tn_buf_text(out, "turnout_uptime_seconds ");
    put_seconds(out, gauges->uptime_ms);
    (void)tn_buf_text(out, "\n");
    put_number(out, "process_resident_memory_bytes", "gauge", "Memory of the whole process.",
               resident_bytes());
    put_head(out, "turnout_build_info", "gauge", "Which Turnout this is.");
    (void)tn_buf_printf(out, "turnout_build_info{version=\"%s\"} 1\n", TN_VERSION);
}

void tn_hub_metrics_write(struct tn_hub_metrics *metrics, const struct tn_hub_gauges *gauges,
                          struct tn_buf *out)
{
    (void)pthread_mutex_lock(&metrics->mutex);
    put_requests(out, metrics);
    put_histogram(out, metrics);
    put_number(out, "turnout_received_bytes_total", "counter", "Bytes of messages received.",
               metrics->bytes_in);
    put_number(out, "turnout_sent_bytes_total", "counter", "Bytes of answers.", metrics->bytes_out);
    put_number(out, "turnout_slow_connections_total", "counter",
               "Connections that were cut off because they were too slow.", metrics->cut);
    put_number(out, "turnout_bundles_total", "counter", "Bundles that were taken in.",
               metrics->counts.bundles);
    put_number(out, "turnout_entries_total", "counter", "Entries that were new.",
               metrics->counts.entries);
    (void)pthread_mutex_unlock(&metrics->mutex);
    put_gauges(out, gauges);
}
