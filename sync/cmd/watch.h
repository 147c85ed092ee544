/* --watch: the same thing again and again until somebody ends it (SIGTERM, SIGINT). Whoever is in
 * the middle of something is not interrupted: the signals are blocked, and looked for between. */
#ifndef TURNOUT_CMD_WATCH_H
#define TURNOUT_CMD_WATCH_H

#include <signal.h>

#include "sync/cmd/cmd.h"
#include "sync/link/backoff.h"

#define TN_WATCH_SECONDS_MAX 86400
#define TN_WATCH_PATIENCE_MS (15 * 60 * INT64_C(1000)) /* between tries that fail, at most */

/* What became of a try. */
struct tn_watch_try {
    enum tn_exit code;
    bool has_failed;        /* nothing could be done: later the next time */
    int64_t retry_after_ms; /* no sooner than this; 0: not said */
};

struct tn_watch {
    sigset_t ends;
    sigset_t before;
    struct tn_backoff backoff;
};

/* The seconds of --watch=SECONDS, 1 to TN_WATCH_SECONDS_MAX; text NULL (--watch alone): usual_s.
 * What is no such number is a usage error. */
enum tn_exit tn_watch_seconds(const struct tn_cmd *cmd, const char *text, int64_t usual_s,
                              int64_t *out);

/* Runs `once` until it is to end, every so many seconds and later after failures. The exit code is
 * DONE once it was ended; a usage error of `once` ends it at once. */
enum tn_exit tn_watch_run(int64_t seconds, void (*once)(void *ctx, struct tn_watch_try *out),
                          void *ctx);

/* Whether somebody wants an end, for what waits in the middle of a try; ctx is left out. False
 * where no watch runs. */
bool tn_watch_is_over(void *ctx);

#endif
