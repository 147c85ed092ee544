/* How long somebody who keeps reconciling waits until the next try. After one that went well: the
 * interval he was given, a tenth more or less, so that stations that were switched on together do
 * not stay together. After failures: twice as long each time, up to a maximum, and half of that is
 * left to chance; never sooner than the hub asked for. Pure: time and chance come from outside. */
#ifndef TURNOUT_LINK_BACKOFF_H
#define TURNOUT_LINK_BACKOFF_H

#include "turnout/crypto.h"

/* A hub that asks for more patience than this is not heeded further. */
#define TN_BACKOFF_ASKED_MAX_MS (60 * 60 * INT64_C(1000))

struct tn_backoff {
    int64_t base_ms; /* between tries that go well; at least 1 */
    int64_t max_ms;  /* no longer than this after failures; at least base_ms */
    unsigned failures;
};

void tn_backoff_init(struct tn_backoff *backoff, int64_t base_ms, int64_t max_ms);

/* The wait after a try that went well. */
int64_t tn_backoff_after_success(struct tn_backoff *backoff, const struct tn_random *random);

/* The wait after one that failed; asked_ms is what the hub asked for (Retry-After), 0: nothing. */
int64_t tn_backoff_after_failure(struct tn_backoff *backoff, int64_t asked_ms,
                                 const struct tn_random *random);

#endif
