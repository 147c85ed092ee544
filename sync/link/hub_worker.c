/* The hub's worker: a queue of requests and one thread that has them answered in the order they
 * came in. A message that waited for longer than its station does is sent away unread: the station
 * has given up by then and asks again, and a bundle that is taken twice is work for nothing. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "sync/link/hub_inside.h"
#include "sync/wire/session.h"
#include "turnout/log.h"

#define IDLE_EVERY_MS 5000
#define RETRY_SOON_S 5

void tn_hub_lock(struct tn_hub *hub)
{
    int code = pthread_mutex_lock(&hub->mutex);
    assert(code == 0);
    (void)code;
}

void tn_hub_unlock(struct tn_hub *hub)
{
    (void)pthread_cond_broadcast(&hub->changed);
    int code = pthread_mutex_unlock(&hub->mutex);
    assert(code == 0);
    (void)code;
}

int64_t tn_hub_now(const struct tn_hub *hub)
{
    struct timespec now;
    if (hub->mono_ms != NULL) {
        return hub->mono_ms(hub->mono_ctx);
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct tn_hub_verdict verdict_of(enum tn_status status)
{
    switch (status) {
    case TN_OK:
        return (struct tn_hub_verdict){MHD_HTTP_OK, 0, ""};
    case TN_ERR_FORMAT:
    case TN_ERR_FORGED:
        return (struct tn_hub_verdict){MHD_HTTP_BAD_REQUEST, 0, "This is no message of a station."};
    case TN_ERR_STATE:
        return (struct tn_hub_verdict){MHD_HTTP_FORBIDDEN, 0,
                                       "The centre does not take this from this station."};
    case TN_ERR_LIMIT:
        return (struct tn_hub_verdict){MHD_HTTP_CONTENT_TOO_LARGE, 0, "This is too large."};
    case TN_ERR_BUSY:
        return (struct tn_hub_verdict){MHD_HTTP_SERVICE_UNAVAILABLE, RETRY_SOON_S,
                                       "The centre is busy; come back."};
    default:
        return (struct tn_hub_verdict){MHD_HTTP_INTERNAL_SERVER_ERROR, 0,
                                       "The hub has trouble of its own; its log says what."};
    }
}

static void set_busy(struct tn_hub *hub, bool is_busy)
{
    tn_hub_lock(hub);
    hub->busy_ms = is_busy ? tn_hub_now(hub) : 0;
    tn_hub_unlock(hub);
}

/* Once a change, not once a message. */
static void note_reached(struct tn_hub *hub, enum tn_status status)
{
    tn_hub_lock(hub);
    bool was_reached = hub->is_reached;
    hub->is_reached = status == TN_OK || status == TN_ERR_BUSY;
    bool is_reached = hub->is_reached;
    tn_hub_unlock(hub);
    if (was_reached && !is_reached) {
        tn_log(TN_LOG_ERROR,
               "the database is not reached (%s); stations keep what they have and "
               "come back, and this hub goes on asking",
               tn_status_text(status));
    } else if (!was_reached && is_reached) {
        tn_log(TN_LOG_WARN, "the database is reached again");
    }
}

static void be_idle(struct tn_hub *hub)
{
    set_busy(hub, true);
    note_reached(hub, hub->ops->idle(hub->ctx));
    set_busy(hub, false);
}

/* Whether there is room for what this message's answer may be. */
static bool has_room(struct tn_hub *hub, const struct tn_hub_request *request)
{
    tn_hub_lock(hub);
    bool is_small = request->what != TN_ASK_PACK && request->what != TN_ASK_SIBLINGS;
    bool has = is_small || hub->answers_bytes <= hub->limits.answers_size;
    tn_hub_unlock(hub);
    return has;
}

static enum tn_status make_answer(struct tn_hub *hub, struct tn_hub_request *request)
{
    const int64_t began_ms = tn_hub_now(hub);
    struct tn_hub_counts counts = {0};
    struct tn_buf *answer = calloc(1, sizeof *answer);
    if (answer == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    tn_buf_init(answer, TN_SESSION_MESSAGE_MAX);
    const struct tn_bytes message = {request->body, request->len};
    enum tn_status status = hub->ops->answer(hub->ctx, request->what, message, answer);
    status = status == TN_OK ? answer->status : status;
    if (hub->ops->count != NULL) {
        hub->ops->count(hub->ctx, &counts);
    }
    tn_hub_metrics_answer(&hub->metrics, request->what, tn_hub_now(hub) - began_ms, &counts);
    if (status == TN_OK) {
        request->answer = answer;
    } else {
        tn_buf_destroy(answer);
        free(answer);
    }
    return status;
}

static void work_on(struct tn_hub *hub, struct tn_hub_request *request)
{
    if (tn_hub_now(hub) - request->given_ms > hub->limits.wait_ms) {
        request->verdict =
            (struct tn_hub_verdict){MHD_HTTP_SERVICE_UNAVAILABLE, TN_HUB_RETRY_LATER_S,
                                    "Too many stations ask at once; come back."};
        return;
    }
    if (!has_room(hub, request)) {
        request->verdict = (struct tn_hub_verdict){MHD_HTTP_SERVICE_UNAVAILABLE, RETRY_SOON_S,
                                                   "Too much is being sent; come back."};
        return;
    }
    enum tn_status status = make_answer(hub, request);
    request->verdict = verdict_of(status);
    if (request->verdict.code == MHD_HTTP_INTERNAL_SERVER_ERROR) {
        be_idle(hub);
    }
}

/* The body's memory goes before the answer travels. */
static void hand_back(struct tn_hub *hub, struct tn_hub_request *request)
{
    free(request->body);
    request->body = NULL;
    tn_hub_lock(hub);
    hub->bodies_bytes -= request->len;
    hub->answers_bytes += request->answer == NULL ? 0 : request->answer->len;
    tn_hub_unlock(hub);
    MHD_resume_connection(request->connection);
}

/* Waits for a message, or until it is time for what is not urgent. NULL: the latter. */
static struct tn_hub_request *next_request(struct tn_hub *hub, bool *is_over)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_EVERY_MS / 1000;
    tn_hub_lock(hub);
    while (hub->first == NULL && !hub->is_over) {
        if (pthread_cond_timedwait(&hub->changed, &hub->mutex, &until) == ETIMEDOUT) {
            break;
        }
    }
    *is_over = hub->is_over;
    struct tn_hub_request *request = hub->is_over ? NULL : hub->first;
    if (request != NULL) {
        hub->first = request->after;
        hub->last = hub->first == NULL ? NULL : hub->last;
        hub->waiting--;
        hub->busy_ms = tn_hub_now(hub);
    }
    tn_hub_unlock(hub);
    return request;
}

static void *work(void *cls)
{
    struct tn_hub *hub = cls;
    bool is_over = false;
    int64_t idle_ms = tn_hub_now(hub);
    while (!is_over) {
        struct tn_hub_request *request = next_request(hub, &is_over);
        if (request != NULL) {
            work_on(hub, request);
            hand_back(hub, request);
            set_busy(hub, false);
        }
        if (!is_over && tn_hub_now(hub) - idle_ms >= IDLE_EVERY_MS) {
            be_idle(hub);
            idle_ms = tn_hub_now(hub);
        }
    }
    be_idle(hub);
    return NULL;
}

enum tn_status tn_hub_worker_start(struct tn_hub *hub)
{
    if (pthread_create(&hub->worker, NULL, work, hub) != 0) {
        tn_log(TN_LOG_ERROR, "the hub's worker cannot be started");
        return TN_ERR_NO_MEMORY;
    }
    return TN_OK;
}

void tn_hub_worker_give(struct tn_hub *hub, struct tn_hub_request *request)
{
    request->is_given = true;
    request->given_ms = tn_hub_now(hub);
    request->after = NULL;
    tn_hub_lock(hub);
    *(hub->last == NULL ? &hub->first : &hub->last->after) = request;
    hub->last = request;
    hub->waiting++;
    hub->open++;
    tn_hub_unlock(hub);
}

void tn_hub_worker_end(struct tn_hub *hub)
{
    tn_hub_lock(hub);
    hub->is_over = true;
    tn_hub_unlock(hub);
    (void)pthread_join(hub->worker, NULL);
    tn_hub_lock(hub);
    struct tn_hub_request *request = hub->first;
    hub->first = hub->last = NULL;
    hub->waiting = 0;
    tn_hub_unlock(hub);
    while (request != NULL) {
        struct tn_hub_request *after = request->after;
        request->verdict =
            (struct tn_hub_verdict){MHD_HTTP_SERVICE_UNAVAILABLE, TN_HUB_RETRY_LATER_S,
                                    "The hub is being stopped; come back."};
        hand_back(hub, request);
        request = after;
    }
}

bool tn_hub_worker_is_stuck(struct tn_hub *hub, int64_t ms)
{
    tn_hub_lock(hub);
    bool is_stuck = hub->busy_ms > 0 && tn_hub_now(hub) - hub->busy_ms > ms;
    tn_hub_unlock(hub);
    return is_stuck;
}
