/* What a hub has done, as numbers for whoever runs it: counted by its two threads, written as
 * Prometheus reads it (text format 0.0.4). Nothing here can tell a station or a person. */
#ifndef TURNOUT_LINK_HUB_METRICS_H
#define TURNOUT_LINK_HUB_METRICS_H

#include <pthread.h>

#include "sync/link/hub.h"

#define TN_HUB_METRICS_SIZE_MAX (32u * 1024)

#define TN_HUB_CODES 14  /* known HTTP codes, and one row for others */
#define TN_HUB_BUCKETS 8 /* of seconds an answer took, the last without a bound */

/* Guarded by its mutex. */
struct tn_hub_metrics {
    pthread_mutex_t mutex;
    uint64_t requests[TN_HUB_PATH_COUNT][TN_HUB_CODES];
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t cut;                                   /* connections past a deadline */
    uint64_t buckets[TN_ASK_COUNT][TN_HUB_BUCKETS]; /* not yet summed up */
    int64_t answer_ms[TN_ASK_COUNT];
    struct tn_hub_counts counts;
};

/* What is so at the moment of asking, which others know. */
struct tn_hub_gauges {
    uint64_t connections;
    uint64_t waiting; /* messages for the worker */
    uint64_t bodies_bytes;
    uint64_t answers_bytes;
    bool is_reached; /* the database */
    int64_t uptime_ms;
};

void tn_hub_metrics_init(struct tn_hub_metrics *metrics);
void tn_hub_metrics_destroy(struct tn_hub_metrics *metrics);

/* Each is one event; any thread. */
void tn_hub_metrics_request(struct tn_hub_metrics *metrics, enum tn_hub_path path, unsigned code,
                            uint64_t bytes_in, uint64_t bytes_out);
void tn_hub_metrics_answer(struct tn_hub_metrics *metrics, enum tn_ask what, int64_t ms,
                           const struct tn_hub_counts *counts);
void tn_hub_metrics_cut(struct tn_hub_metrics *metrics);

/* Appends the page. */
void tn_hub_metrics_write(struct tn_hub_metrics *metrics, const struct tn_hub_gauges *gauges,
                          struct tn_buf *out);

#endif
