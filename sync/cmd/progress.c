/* The progress bar. It redraws one line ten times a second at most. */
#include "sync/cmd/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "sync/cmd/cmd.h"

#define WIDTH 32
#define QUIET_MS 1000
#define FRAME_MS 100

void tn_progress_start(struct tn_progress *progress, const char *what)
{
    *progress = (struct tn_progress){
        .what = what, .started_ms = tn_now_ms(), .is_terminal = isatty(STDERR_FILENO) == 1};
}

void tn_progress_tell(void *ctx, uint64_t done, uint64_t total)
{
    struct tn_progress *progress = ctx;
    if (!progress->is_terminal || total == 0) {
        return;
    }
    const int64_t now_ms = tn_now_ms();
    if (now_ms - progress->started_ms < QUIET_MS || now_ms - progress->drawn_ms < FRAME_MS) {
        return;
    }
    progress->drawn_ms = now_ms;
    progress->is_drawn = true;
    const uint64_t part = done > total ? total : done;
    char bar[WIDTH + 1];
    for (size_t i = 0; i < WIDTH; i++) {
        bar[i] = i * total < part * WIDTH ? '#' : '.';
    }
    bar[WIDTH] = '\0';
    (void)fprintf(stderr, "\r%s [%s] %3d%%", progress->what, bar, (int)(part * 100 / total));
}

void tn_progress_end(struct tn_progress *progress)
{
    if (progress->is_drawn) {
        (void)fprintf(stderr, "\r\033[K");
        progress->is_drawn = false;
    }
}
