/* The hub: a centre over HTTPS, for stations that have a network. It takes four messages (far.h)
 * and gives their answers, and shows whoever runs it how it fares:
 *
 *     POST /v1/hello, /v1/bundle, /v1/pack, /v1/siblings   application/cbor there and back
 *     GET  /healthz   "ok", or 503 where the database is not reached
 *     GET  /metrics   Prometheus' text format 0.0.4; no names, no ids
 *
 * Each answer has the header `Turnout-Hub: 1`. 400: not a message; 403: refused; 404, 405, 411,
 * 415: not how it is asked; 413: too large; 503: too busy, with Retry-After; 500: its own trouble.
 *
 * Threads. One thread of libmicrohttpd does all the network, by epoll: a thousand stations that now
 * and then ask cost it little, and one thread means one heap of connections whose memory is bounded
 * by their number. One worker thread answers, one message after the other, because the database's
 * handle is one thread's; a message waits for it with its connection suspended. More threads would
 * not take in more: the database is what is waited for.
 *
 * Memory is bounded by struct tn_hub_limits: bodies that are being received count as their bytes
 * arrive, and answers until they are sent. What does not fit is sent away with a time to come back.
 * Slow senders and readers are cut off by a deadline for the head, the body and the answer each,
 * which libmicrohttpd's own time-out, that any byte restarts, does not give. */
#ifndef TURNOUT_LINK_HUB_H
#define TURNOUT_LINK_HUB_H

#include <stdbool.h>

#include "sync/link/hub_key.h"
#include "sync/link/hub_paths.h"

/* What the one who answers has taken in since the start, for /metrics. */
struct tn_hub_counts {
    uint64_t bundles;
    uint64_t entries;
};

/* What a hub is asked; called by its worker thread, one call at a time. */
struct tn_hub_ops {
    /* Appends the answer. TN_ERR_FORMAT, TN_ERR_FORGED: 400; TN_ERR_STATE: 403; TN_ERR_LIMIT: 413;
     * TN_ERR_BUSY: 503, try again; anything else: 500, and the database is looked at. */
    enum tn_status (*answer)(void *ctx, enum tn_ask what, struct tn_bytes message,
                             struct tn_buf *answer);
    /* Every few seconds, busy or not, and once before the end: what is not urgent. TN_OK and
     * TN_ERR_BUSY: the database is reached. */
    enum tn_status (*idle)(void *ctx);
    void (*count)(void *ctx, struct tn_hub_counts *out); /* may be NULL */
};

/* Zero stands for what is said. */
struct tn_hub_limits {
    unsigned connections; /* 1,200 */
    unsigned per_address; /* 1,100, for many stations behind one; the rest stays for others */
    size_t bundle_size;   /* of a bundle's message: TN_BUNDLE_SIZE_MAX and 64 KiB */
    size_t bodies_size;   /* of all bodies being received or answered: 192 MiB */
    size_t answers_size;  /* of answers not sent yet, beyond which nothing large is made: 256 MiB */
    int64_t head_ms;      /* from connecting to the end of a head: 20 s */
    int64_t idle_ms;      /* from an answer to the end of the next head: 75 s */
    int64_t transfer_ms;  /* a body or an answer, and a second more for each 8 KiB: 30 s */
    int64_t wait_ms;      /* for the worker, before a message is sent away: 30 s */
    int64_t drain_ms;     /* what is being answered when the hub is stopped: 20 s */
};

struct tn_hub_params {
    int listen_fd; /* bound and listening (hub_listen.h); the hub closes it */
    const struct tn_hub_key *key;
    const struct tn_hub_ops *ops;
    void *ctx;
    struct tn_hub_limits limits;
    int64_t (*mono_ms)(void *ctx); /* a monotonic clock, any thread; NULL: the system's */
    void *mono_ctx;
};

struct tn_hub;

/* Starts both threads. *out is NULL on failure, which is logged. Signals that are to end the hub
 * must be blocked before. */
enum tn_status tn_hub_start(const struct tn_hub_params *params, struct tn_hub **out);

/* Cuts off connections that are past their deadline; to be called about once a second. Gives
 * whether the worker moves on: false where one message has taken more than ten minutes. */
bool tn_hub_tick(struct tn_hub *hub);

/* Takes no more connections, finishes what is being answered, ends both threads and frees. No
 * message that was answered loses its answer, but for those whose station does not read it before
 * drain_ms is over. Accepts NULL. */
void tn_hub_stop(struct tn_hub *hub);

#endif
