/* Half of the wait is fixed and half is chance ("equal jitter"): full chance would let a few come
 * back at once to a hub that has just said it is too busy. */
#include "sync/link/backoff.h"

#include <assert.h>

#define SPREAD_DIVISOR 10 /* a tenth to either side */

/* A number from 0 to max, both included. The slight favour of small ones that % gives is of no
 * concern for waits. */
static int64_t chance(const struct tn_random *random, int64_t max)
{
    uint64_t number = 0;
    random->fill(random->ctx, &number, sizeof number);
    return (int64_t)(number % ((uint64_t)max + 1));
}

void tn_backoff_init(struct tn_backoff *backoff, int64_t base_ms, int64_t max_ms)
{
    assert(base_ms >= 1 && max_ms >= base_ms && max_ms <= INT64_MAX / 4);
    *backoff = (struct tn_backoff){.base_ms = base_ms, .max_ms = max_ms};
}

int64_t tn_backoff_after_success(struct tn_backoff *backoff, const struct tn_random *random)
{
    const int64_t spread = backoff->base_ms / SPREAD_DIVISOR;
    backoff->failures = 0;
    return backoff->base_ms - spread + chance(random, 2 * spread);
}

int64_t tn_backoff_after_failure(struct tn_backoff *backoff, int64_t asked_ms,
                                 const struct tn_random *random)
{
    int64_t whole = backoff->base_ms;
    for (unsigned i = 0; i < backoff->failures && whole < backoff->max_ms; i++) {
        whole *= 2;
    }
    whole = whole < backoff->max_ms ? whole : backoff->max_ms;
    backoff->failures += backoff->failures < UINT16_MAX ? 1 : 0;
    int64_t wait = whole / 2 + chance(random, whole - whole / 2);
    if (asked_ms > 0) {
        asked_ms = asked_ms < TN_BACKOFF_ASKED_MAX_MS ? asked_ms : TN_BACKOFF_ASKED_MAX_MS;
        /* All who were sent away were told the same; they come back spread over a tenth of it. */
        const int64_t asked = asked_ms + chance(random, asked_ms / SPREAD_DIVISOR);
        wait = wait > asked ? wait : asked;
    }
    return wait;
}
