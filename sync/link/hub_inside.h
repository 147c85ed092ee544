/* What the parts of the hub share with one another and with nobody else: hub.c starts and stops it,
 * hub_request.c and hub_response.c are called by
 * the network's thread, hub_worker.c is the worker. */
#ifndef TURNOUT_LINK_HUB_INSIDE_H
#define TURNOUT_LINK_HUB_INSIDE_H

#include <pthread.h>

#include <microhttpd.h>

#include "sync/link/hub.h"
#include "sync/link/hub_lines.h"
#include "sync/link/hub_metrics.h"

/* When to come back: once others have been answered, and where the hub starts anew or many wait. */
#define TN_HUB_RETRY_S 10
#define TN_HUB_RETRY_LATER_S 20

/* What becomes of a request; 0: not known yet. */
struct tn_hub_verdict {
    unsigned code;
    unsigned retry_after_s; /* 0: not said */
    const char *words;      /* for whoever looks at it; static */
};

/* One request. The network's thread owns it, but for the time between tn_hub_worker_give and the
 * moment its connection is resumed, when the worker does. */
struct tn_hub_request {
    struct MHD_Connection *connection;
    struct tn_hub_line *line; /* its connection's; NULL where there was no memory for one */
    enum tn_hub_path path;
    enum tn_ask what;
    const char *allow; /* the method that would have been right */
    size_t declared;   /* bytes of the body, as its head says */
    size_t len;        /* that came */
    uint8_t *body;     /* NULL: what comes is thrown away */
    struct tn_hub_verdict verdict;
    struct tn_buf *answer; /* NULL: the verdict's words */
    uint64_t sent;
    bool is_given; /* to the worker */
    int64_t given_ms;
    struct tn_hub_request *after; /* in the queue; guarded by the hub's mutex */
};

struct tn_hub {
    struct MHD_Daemon *daemon;
    const struct tn_hub_ops *ops;
    void *ctx;
    struct tn_hub_limits limits;
    int64_t (*mono_ms)(void *ctx);
    void *mono_ctx;
    int64_t began_ms;
    struct tn_hub_lines lines;
    struct tn_hub_metrics metrics;
    pthread_t worker;

    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* guarded by mutex */
    struct tn_hub_request *first; /* waiting for the worker */
    struct tn_hub_request *last;
    size_t waiting;
    size_t open; /* given to the worker, and their connections have not ended them yet */
    size_t bodies_bytes;
    size_t answers_bytes;
    bool is_stopping; /* nothing more is given to the worker */
    bool is_over;     /* the worker ends */
    bool is_reached;  /* the database is */
    int64_t busy_ms;  /* since when the worker is at one message; 0: it waits */
};

int64_t tn_hub_now(const struct tn_hub *hub);
void tn_hub_lock(struct tn_hub *hub);
void tn_hub_unlock(struct tn_hub *hub); /* and wakes whoever waits for a change */

/* The worker: starts, is given a request whose connection is suspended, and ends; those that it had
 * not come to are resumed with a verdict that sends them away. */
enum tn_status tn_hub_worker_start(struct tn_hub *hub);
void tn_hub_worker_give(struct tn_hub *hub, struct tn_hub_request *request);
void tn_hub_worker_end(struct tn_hub *hub);

/* Whether one message has kept the worker for so long. */
bool tn_hub_worker_is_stuck(struct tn_hub *hub, int64_t ms);

/* The response to a request whose verdict stands, or to one for a page, whose verdict is filled in.
 * NULL: no memory. The answer is the response's from then on. */
struct MHD_Response *tn_hub_response(struct tn_hub *hub, struct tn_hub_request *request);

/* libmicrohttpd's calls; cls is the hub. */
enum MHD_Result tn_hub_on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **context);
void tn_hub_on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode why);
void tn_hub_on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what);

#endif
