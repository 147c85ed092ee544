/* One slot for a job, one for its bundle and one for the bundle that was taken, guarded by one
 * mutex; the thread holds it for none of its work. What fails ahead of time is kept as the job's
 * result and comes out when it is taken. */
#include "sync/link/ahead.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sync/link/reconcile.h"

enum state { IDLE, ASKED, WORKING, MADE };

/* A bundle, and what its bytes say. */
struct made {
    struct tn_buf bytes;
    struct tn_bundle bundle; /* borrows from them; nothing where they do not read */
    uint64_t last;
    enum tn_status status; /* of the making */
};

struct tn_ahead {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* guarded by mutex */
    enum state state;
    bool is_over;
    bool is_awaited; /* by the taker, who has nothing else to do */
    struct tn_ahead_job job;
    /* the thread's while WORKING, else guarded by mutex */
    struct made made;
    struct made taken; /* the taker's */
};

static void lock(struct tn_ahead *ahead)
{
    int code = pthread_mutex_lock(&ahead->mutex);
    assert(code == 0);
    (void)code;
}

static void unlock(struct tn_ahead *ahead)
{
    (void)pthread_cond_broadcast(&ahead->changed);
    int code = pthread_mutex_unlock(&ahead->mutex);
    assert(code == 0);
    (void)code;
}

static void drop_made(struct made *made)
{
    tn_bundle_free(&made->bundle);
    tn_buf_clear(&made->bytes);
}

static void make_bundle(const struct tn_ahead_job *job, struct made *out)
{
    drop_made(out);
    out->status = tn_station_link_bundle(job->link, &job->log, job->first, &out->bytes, &out->last);
}

/* A taker who waits reads it himself, and the next one can be begun at once. */
static void read_bundle(struct tn_ahead *ahead)
{
    lock(ahead);
    bool has_time = !ahead->is_awaited && ahead->made.status == TN_OK;
    unlock(ahead);
    if (has_time) {
        (void)tn_bundle_read(tn_buf_bytes(&ahead->made.bytes), &ahead->made.bundle);
    }
}

static void *work(void *ctx)
{
    struct tn_ahead *ahead = ctx;
    lock(ahead);
    while (!ahead->is_over) {
        if (ahead->state != ASKED) {
            (void)pthread_cond_wait(&ahead->changed, &ahead->mutex);
            continue;
        }
        const struct tn_ahead_job job = ahead->job;
        ahead->state = WORKING;
        unlock(ahead);
        make_bundle(&job, &ahead->made);
        read_bundle(ahead);
        lock(ahead);
        ahead->state = MADE;
        (void)pthread_cond_broadcast(&ahead->changed);
    }
    unlock(ahead);
    return NULL;
}

enum tn_status tn_ahead_create(struct tn_ahead **out)
{
    struct tn_ahead *ahead = calloc(1, sizeof *ahead);
    *out = NULL;
    if (ahead == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    tn_buf_init(&ahead->made.bytes, TN_BUNDLE_SIZE_MAX + 1024);
    tn_buf_init(&ahead->taken.bytes, TN_BUNDLE_SIZE_MAX + 1024);
    (void)pthread_mutex_init(&ahead->mutex, NULL);
    (void)pthread_cond_init(&ahead->changed, NULL);
    if (pthread_create(&ahead->thread, NULL, work, ahead) != 0) {
        (void)pthread_cond_destroy(&ahead->changed);
        (void)pthread_mutex_destroy(&ahead->mutex);
        free(ahead);
        return TN_ERR_NO_MEMORY;
    }
    *out = ahead;
    return TN_OK;
}

void tn_ahead_free(struct tn_ahead *ahead)
{
    if (ahead == NULL) {
        return;
    }
    lock(ahead);
    ahead->is_over = true;
    unlock(ahead);
    (void)pthread_join(ahead->thread, NULL);
    (void)pthread_cond_destroy(&ahead->changed);
    (void)pthread_mutex_destroy(&ahead->mutex);
    drop_made(&ahead->made);
    drop_made(&ahead->taken);
    tn_buf_destroy(&ahead->made.bytes);
    tn_buf_destroy(&ahead->taken.bytes);
    free(ahead);
}

/* Waits, with the mutex held, until nothing is being made or about to be. */
static void wait_for_end(struct tn_ahead *ahead)
{
    while (ahead->state == ASKED || ahead->state == WORKING) {
        (void)pthread_cond_wait(&ahead->changed, &ahead->mutex);
    }
}

void tn_ahead_ask(struct tn_ahead *ahead, const struct tn_ahead_job *job)
{
    lock(ahead);
    wait_for_end(ahead);
    ahead->job = *job;
    ahead->state = job->link == NULL ? IDLE : ASKED;
    unlock(ahead);
}

static bool is_same(const struct tn_ahead_job *a, const struct tn_ahead_job *b)
{
    return a->link == b->link && a->first == b->first && tn_id_equal(&a->log, &b->log);
}

enum tn_status tn_ahead_take(struct tn_ahead *ahead, const struct tn_ahead_job *job,
                             struct tn_buf *out, uint64_t *last)
{
    lock(ahead);
    ahead->is_awaited = true;
    wait_for_end(ahead);
    ahead->is_awaited = false;
    if (ahead->state == MADE && is_same(&ahead->job, job)) {
        const struct made made = ahead->made;
        ahead->made = ahead->taken;
        ahead->taken = made;
        ahead->state = IDLE;
        unlock(ahead);
        *last = made.last;
        return made.status == TN_OK ? tn_buf_append(out, made.bytes.data, made.bytes.len)
                                    : made.status;
    }
    unlock(ahead);
    return tn_station_link_bundle(job->link, &job->log, job->first, out, last);
}

void tn_ahead_settle(struct tn_ahead *ahead)
{
    lock(ahead);
    wait_for_end(ahead);
    int code = pthread_mutex_unlock(&ahead->mutex); /* nothing changed that somebody waits for */
    assert(code == 0);
    (void)code;
}

const struct tn_bundle *tn_ahead_read(const struct tn_ahead *ahead, struct tn_bytes bytes)
{
    if (ahead == NULL || ahead->taken.bundle.count == 0) {
        return NULL;
    }
    const struct tn_bytes taken = tn_buf_bytes(&ahead->taken.bytes);
    bool is_same_bytes = taken.len == bytes.len && memcmp(taken.data, bytes.data, bytes.len) == 0;
    return is_same_bytes ? &ahead->taken.bundle : NULL;
}
