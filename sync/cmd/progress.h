/* A progress bar on a terminal, for anything that takes over a second. Nothing is drawn where
 * standard error is not a terminal, nor in the first second. */
#ifndef TURNOUT_CMD_PROGRESS_H
#define TURNOUT_CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct tn_progress {
    const char *what; /* borrowed; "Importing" */
    int64_t started_ms;
    int64_t drawn_ms;
    bool is_terminal;
    bool is_drawn;
};

/* Starts the clock. */
void tn_progress_start(struct tn_progress *progress, const char *what);

/* done of total; ctx is the struct tn_progress, so that it serves as a callback. */
void tn_progress_tell(void *ctx, uint64_t done, uint64_t total);

/* Takes the bar away. */
void tn_progress_end(struct tn_progress *progress);

#endif
