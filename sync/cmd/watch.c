/* Signals that are blocked and waited for need no handler and no flag: sigtimedwait is the sleep
 * and the alarm in one, and sigpending looks without taking. */
#include "sync/cmd/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const int ends[] = {SIGTERM, SIGINT};

enum tn_exit tn_watch_seconds(const struct tn_cmd *cmd, const char *text, int64_t usual_s,
                              int64_t *out)
{
    *out = usual_s;
    if (text == NULL) {
        return TN_EXIT_DONE;
    }
    const size_t len = strlen(text);
    if (len == 0 || len > 5 || strspn(text, "0123456789") != len || strtol(text, NULL, 10) < 1 ||
        strtol(text, NULL, 10) > TN_WATCH_SECONDS_MAX) {
        return tn_usage_error(cmd, "--watch=%s: 1 to %d seconds are expected", text,
                              TN_WATCH_SECONDS_MAX);
    }
    *out = strtol(text, NULL, 10);
    return TN_EXIT_DONE;
}

bool tn_watch_is_over(void *ctx)
{
    sigset_t pending;
    (void)ctx;
    if (sigpending(&pending) != 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (sigismember(&pending, ends[i]) == 1) {
            return true;
        }
    }
    return false;
}

static void begin(struct tn_watch *watch, int64_t seconds)
{
    const int64_t every_ms = seconds * 1000;
    tn_backoff_init(&watch->backoff, every_ms,
                    every_ms > TN_WATCH_PATIENCE_MS ? every_ms : TN_WATCH_PATIENCE_MS);
    (void)sigemptyset(&watch->ends);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        (void)sigaddset(&watch->ends, ends[i]);
    }
    (void)pthread_sigmask(SIG_BLOCK, &watch->ends, &watch->before);
}

/* Whether it was ended meanwhile. Other signals that cut the wait short make the next try early. */
static bool wait_ms(const struct tn_watch *watch, int64_t ms)
{
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    return sigtimedwait(&watch->ends, NULL, &time) > 0;
}

enum tn_exit tn_watch_run(int64_t seconds, void (*once)(void *ctx, struct tn_watch_try *out),
                          void *ctx)
{
    struct tn_watch watch;
    struct tn_watch_try last = {.code = TN_EXIT_DONE};
    const struct tn_random random = tn_random_system();
    bool is_over = false;
    begin(&watch, seconds);
    while (!is_over) {
        last = (struct tn_watch_try){.code = TN_EXIT_DONE};
        once(ctx, &last);
        if (last.code == TN_EXIT_USAGE) {
            break;
        }
        is_over =
            wait_ms(&watch, last.has_failed ? tn_backoff_after_failure(&watch.backoff,
                                                                       last.retry_after_ms, &random)
                                            : tn_backoff_after_success(&watch.backoff, &random));
    }
    (void)pthread_sigmask(SIG_SETMASK, &watch.before, NULL);
    return is_over ? TN_EXIT_DONE : last.code;
}
