/* What the camera sees, for whoever stands before it: small, grey, turned round as a mirror is, and
 * only while somebody wants it. One picture at a time; it is never stored, and wiped as soon as it
 * is no longer shown.
 *
 * The camera's thread puts pictures in, the main thread takes them out. */
#ifndef TURNOUT_SYS_PREVIEW_H
#define TURNOUT_SYS_PREVIEW_H

#include <pthread.h>
#include <stdbool.h>

#include "kiosk/sys/symbol.h"

#define TN_PREVIEW_SIDE 240 /* pixels; pictures are square */
#define TN_PREVIEW_PX (TN_PREVIEW_SIDE * TN_PREVIEW_SIDE)

struct tn_preview {
    pthread_mutex_t lock;    /* guards all below */
    int every_ms;            /* how often one is wanted; 0: none is */
    int64_t put_ms;          /* boot time of the newest */
    bool is_new;             /* it was not taken yet */
    void (*ring)(void *ctx); /* NULL: nobody; rung where a picture waits to be taken */
    void *ring_ctx;
    uint8_t px[TN_PREVIEW_PX]; /* row by row, 0 black to 255 white */
};

/* The mutex of such a default kind cannot fail to be made on Linux. Main thread, before and after
 * all others. */
void tn_preview_init(struct tn_preview *preview);
void tn_preview_destroy(struct tn_preview *preview);

/* Says how often a picture is wanted, and who is to be told. 0 wipes the last one. Main thread. */
void tn_preview_want(struct tn_preview *preview, int every_ms, void (*ring)(void *ctx), void *ctx);

/* Takes the middle of a frame where one is due at boot time now_ms: the largest square, scaled and
 * mirrored. The camera's thread. */
void tn_preview_put(struct tn_preview *preview, const struct tn_grey *frame, int64_t now_ms);

/* Copies the newest picture out; false where it was taken already. Main thread. */
bool tn_preview_take(struct tn_preview *preview, uint8_t out[TN_PREVIEW_PX]);

#endif
