/* The one queue all sources share: other threads push copied events, the main thread takes them.
 * Bounded; a full queue makes the pusher wait, so that no scan is dropped without a word. */
#ifndef TURNOUT_APP_QUEUE_H
#define TURNOUT_APP_QUEUE_H

#include <pthread.h>
#include <stdbool.h>

#include "kiosk/ui/event.h"

#define TN_QUEUE_MAX 64

struct tn_queue {
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t not_empty;
    pthread_cond_t not_full;
    size_t head;
    size_t count;
    bool is_closed;              /* pushes are refused, takes drain what is left */
    void (*doorbell)(void *ctx); /* rung after each push; set before threads start */
    void *doorbell_ctx;
    struct tn_event items[TN_QUEUE_MAX];
};

enum tn_status tn_queue_init(struct tn_queue *queue);

/* Wipes what is left. No other thread may use the queue any more. */
void tn_queue_destroy(struct tn_queue *queue);

/* Copies an event in, waiting while the queue is full. TN_ERR_STATE once it is closed. Any
 * thread but the one that takes. */
enum tn_status tn_queue_push(struct tn_queue *queue, const struct tn_event *event);

/* Takes the oldest event; false where there is none. Main thread. */
bool tn_queue_take(struct tn_queue *queue, struct tn_event *out);

/* Waits at most timeout_ms for an event (-1: for ever). Main thread, headless only. */
bool tn_queue_wait(struct tn_queue *queue, struct tn_event *out, int timeout_ms);

/* Wakes every waiter and refuses further pushes. Any thread. */
void tn_queue_close(struct tn_queue *queue);

#endif
