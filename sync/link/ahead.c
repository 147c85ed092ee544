/* A ring of bundles, guarded by one mutex, which nobody holds while he works. The thread goes by
 * itself from a bundle to the one after it, so the first one that is taken sets it going, and one
 * that it did not think of sets it right. What fails ahead of time is kept as that bundle's result
 * and comes out when it is taken. */
#include "sync/link/ahead.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sync/link/reconcile.h"

/* Bundles that may wait, so that the thread has work while the centre commits. Of large ones fewer.
 */
#define RING_SIZE 8
#define RING_BYTES (32u * 1024 * 1024)

/* A bundle, and what its bytes say. */
struct made {
    struct tn_ahead_job job;
    struct tn_buf bytes;
    struct tn_bundle bundle; /* borrows from them; nothing where they do not read */
    uint64_t last;
    enum tn_status status; /* of the making */
    bool is_checked;
};

struct tn_ahead {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* guarded by mutex */
    bool is_over;
    bool is_awaited; /* by the taker, who has nothing else to do */
    bool is_working;
    struct tn_ahead_job next; /* to be made */
    size_t first;             /* in the ring */
    size_t count;
    size_t bytes; /* of those that wait */
    /* the thread's while it works on one, else guarded by mutex */
    struct made ring[RING_SIZE];
    struct made taken; /* the taker's */
};

static void lock(struct tn_ahead *ahead)
{
    int code = pthread_mutex_lock(&ahead->mutex);
    assert(code == 0);
    (void)code;
}

/* After nothing was changed: nobody is woken. */
static void release(struct tn_ahead *ahead)
{
    int code = pthread_mutex_unlock(&ahead->mutex);
    assert(code == 0);
    (void)code;
}

static void unlock(struct tn_ahead *ahead)
{
    (void)pthread_cond_broadcast(&ahead->changed);
    release(ahead);
}

static void wait_for_change(struct tn_ahead *ahead)
{
    (void)pthread_cond_wait(&ahead->changed, &ahead->mutex);
}

static void drop_made(struct made *made)
{
    tn_bundle_free(&made->bundle);
    tn_buf_clear(&made->bytes);
}

/* A bundle is made of rows as they stand, and reading it checks them all; only where that fails are
 * they checked one by one, so that it is said which of them is damaged. */
static void check_made(struct made *made)
{
    const struct tn_ahead_job *job = &made->job;
    bool is_sound = made->status == TN_OK &&
                    tn_bundle_read(tn_buf_bytes(&made->bytes), NULL, &made->bundle) == TN_OK;
    if (!is_sound) {
        drop_made(made);
        made->status = tn_station_link_bundle(job->link, &job->log, job->first, TN_ROWS_CHECKED,
                                              &made->bytes, &made->last);
    }
    made->is_checked = true;
}

/* A taker who waits checks it himself, and the next one can be begun at once. */
static void make_bundle(struct tn_ahead *ahead, struct made *made)
{
    const struct tn_ahead_job *job = &made->job;
    drop_made(made);
    made->is_checked = false;
    made->status = tn_station_link_bundle(job->link, &job->log, job->first, TN_ROWS_AS_THEY_ARE,
                                          &made->bytes, &made->last);
    lock(ahead);
    bool has_time = made->status != TN_OK || !ahead->is_awaited;
    unlock(ahead);
    if (has_time) {
        check_made(made);
    }
}

/* After a bundle that failed nobody knows what comes next; the taker's next wish will tell. */
static struct tn_ahead_job job_after(const struct made *made)
{
    return made->status == TN_OK ? tn_station_link_next(&made->job, made->last)
                                 : (struct tn_ahead_job){0};
}

static void *work(void *ctx)
{
    struct tn_ahead *ahead = ctx;
    lock(ahead);
    while (!ahead->is_over) {
        if (ahead->next.link == NULL || ahead->count == RING_SIZE || ahead->bytes > RING_BYTES) {
            wait_for_change(ahead);
            continue;
        }
        struct made *made = &ahead->ring[(ahead->first + ahead->count) % RING_SIZE];
        made->job = ahead->next;
        ahead->is_working = true;
        unlock(ahead);
        make_bundle(ahead, made);
        const struct tn_ahead_job next = job_after(made);
        lock(ahead);
        ahead->is_working = false;
        if (ahead->next.link != NULL) { /* nobody has called it off */
            ahead->next = next;
            ahead->count++;
            ahead->bytes += made->bytes.len;
        }
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
    for (size_t i = 0; i < RING_SIZE; i++) {
        tn_buf_init(&ahead->ring[i].bytes, TN_BUNDLE_SIZE_MAX + 1024);
    }
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

static void destroy_made(struct made *made)
{
    drop_made(made);
    tn_buf_destroy(&made->bytes);
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
    for (size_t i = 0; i < RING_SIZE; i++) {
        destroy_made(&ahead->ring[i]);
    }
    destroy_made(&ahead->taken);
    free(ahead);
}

/* With the mutex held: calls off what is being made, and lets go of what waits. */
static void stop(struct tn_ahead *ahead)
{
    ahead->next = (struct tn_ahead_job){0};
    while (ahead->is_working) {
        wait_for_change(ahead);
    }
    ahead->count = 0;
    ahead->bytes = 0;
}

/* Where it has nothing to do it is left asleep: a hundred stations with nothing new ask. */
void tn_ahead_settle(struct tn_ahead *ahead)
{
    lock(ahead);
    if (ahead->next.link == NULL && !ahead->is_working && ahead->count == 0) {
        release(ahead);
        return;
    }
    stop(ahead);
    unlock(ahead);
}

static bool is_same(const struct tn_ahead_job *a, const struct tn_ahead_job *b)
{
    return a->link == b->link && a->first == b->first && tn_id_equal(&a->log, &b->log);
}

/* With the mutex held: takes the first that waits, if it is the one. */
static bool take_from_ring(struct tn_ahead *ahead, const struct tn_ahead_job *job)
{
    ahead->is_awaited = true;
    while (ahead->count == 0 && ahead->is_working) {
        wait_for_change(ahead);
    }
    ahead->is_awaited = false;
    struct made *made = &ahead->ring[ahead->first];
    if (ahead->count == 0 || !is_same(&made->job, job)) {
        return false;
    }
    const struct made before = ahead->taken;
    ahead->taken = *made;
    *made = before;
    ahead->first = (ahead->first + 1) % RING_SIZE;
    ahead->count--;
    ahead->bytes -= ahead->taken.bytes.len;
    return true;
}

/* The taker's own, where the thread had something else in mind and was stopped; it goes on from
 * there. */
static void make_here(struct tn_ahead *ahead, const struct tn_ahead_job *job)
{
    struct made *taken = &ahead->taken;
    drop_made(taken);
    taken->job = *job;
    taken->status = tn_station_link_bundle(job->link, &job->log, job->first, TN_ROWS_CHECKED,
                                           &taken->bytes, &taken->last);
    taken->is_checked = true;
    lock(ahead);
    ahead->next = job_after(taken);
    unlock(ahead);
}

enum tn_status tn_ahead_take(struct tn_ahead *ahead, const struct tn_ahead_job *job,
                             struct tn_buf *out)
{
    struct made *taken = &ahead->taken;
    lock(ahead);
    bool is_there = take_from_ring(ahead, job);
    if (!is_there) {
        stop(ahead);
    }
    unlock(ahead);
    if (!is_there) {
        make_here(ahead, job);
    }
    if (!taken->is_checked &&
        tn_bundle_read(tn_buf_bytes(&taken->bytes), NULL, &taken->bundle) != TN_OK) {
        tn_ahead_settle(ahead); /* the station is the thread's, else */
        check_made(taken);
    }
    return taken->status == TN_OK ? tn_buf_append(out, taken->bytes.data, taken->bytes.len)
                                  : taken->status;
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
