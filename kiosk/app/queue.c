/* A ring of events behind one lock. It refuses to drop: a pusher waits while the ring is full, and
 * only closing turns one away. Each slot is wiped when it is taken, since events hold secrets. */
#include "kiosk/app/queue.h"

#include <errno.h>

enum tn_status tn_queue_init(struct tn_queue *queue)
{
    memset(queue, 0, sizeof *queue);
    pthread_condattr_t attr;
    if (pthread_condattr_init(&attr) != 0) {
        return TN_ERR_NO_MEMORY;
    }
    /* A wall clock that is set back must not lengthen a wait. */
    bool is_ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
                 pthread_mutex_init(&queue->lock, NULL) == 0 &&
                 pthread_cond_init(&queue->not_empty, &attr) == 0 &&
                 pthread_cond_init(&queue->not_full, NULL) == 0;
    (void)pthread_condattr_destroy(&attr);
    return is_ok ? TN_OK : TN_ERR_NO_MEMORY;
}

void tn_queue_destroy(struct tn_queue *queue)
{
    for (size_t i = 0; i < TN_QUEUE_MAX; i++) {
        tn_event_wipe(&queue->items[i]);
    }
    (void)pthread_cond_destroy(&queue->not_full);
    (void)pthread_cond_destroy(&queue->not_empty);
    (void)pthread_mutex_destroy(&queue->lock);
}

enum tn_status tn_queue_push(struct tn_queue *queue, const struct tn_event *event)
{
    (void)pthread_mutex_lock(&queue->lock);
    while (queue->count == TN_QUEUE_MAX && !queue->is_closed) {
        (void)pthread_cond_wait(&queue->not_full, &queue->lock);
    }
    bool is_closed = queue->is_closed;
    if (!is_closed) {
        queue->items[(queue->head + queue->count) % TN_QUEUE_MAX] = *event;
        queue->count++;
        (void)pthread_cond_signal(&queue->not_empty);
    }
    (void)pthread_mutex_unlock(&queue->lock);

    if (is_closed) {
        return TN_ERR_STATE;
    }
    if (queue->doorbell != NULL) {
        queue->doorbell(queue->doorbell_ctx);
    }
    return TN_OK;
}

/* The caller holds the lock. */
static bool take_locked(struct tn_queue *queue, struct tn_event *out)
{
    if (queue->count == 0) {
        return false;
    }
    struct tn_event *oldest = &queue->items[queue->head];
    *out = *oldest;
    tn_event_wipe(oldest);
    queue->head = (queue->head + 1) % TN_QUEUE_MAX;
    queue->count--;
    (void)pthread_cond_signal(&queue->not_full);
    return true;
}

bool tn_queue_take(struct tn_queue *queue, struct tn_event *out)
{
    (void)pthread_mutex_lock(&queue->lock);
    bool has_event = take_locked(queue, out);
    (void)pthread_mutex_unlock(&queue->lock);
    return has_event;
}

static struct timespec in_ms(int timeout_ms)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += timeout_ms / 1000;
    at.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

bool tn_queue_wait(struct tn_queue *queue, struct tn_event *out, int timeout_ms)
{
    struct timespec until = {0};
    if (timeout_ms >= 0) {
        until = in_ms(timeout_ms);
    }
    (void)pthread_mutex_lock(&queue->lock);
    int failed = 0;
    while (queue->count == 0 && !queue->is_closed && failed == 0) {
        failed = timeout_ms < 0 ? pthread_cond_wait(&queue->not_empty, &queue->lock)
                                : pthread_cond_timedwait(&queue->not_empty, &queue->lock, &until);
    }
    bool has_event = take_locked(queue, out);
    (void)pthread_mutex_unlock(&queue->lock);
    return has_event;
}

void tn_queue_close(struct tn_queue *queue)
{
    (void)pthread_mutex_lock(&queue->lock);
    queue->is_closed = true;
    (void)pthread_cond_broadcast(&queue->not_empty);
    (void)pthread_cond_broadcast(&queue->not_full);
    (void)pthread_mutex_unlock(&queue->lock);
}
