/* Scaling is by the mean of up to four samples for each pixel of the picture: enough that a badge's
 * edges do not crawl, and it costs the same whatever the camera's size. */
#include "kiosk/sys/preview.h"

#include <string.h>

#include <sodium.h>

void tn_preview_init(struct tn_preview *preview)
{
    memset(preview, 0, sizeof *preview);
    (void)pthread_mutex_init(&preview->lock, NULL);
}

void tn_preview_destroy(struct tn_preview *preview)
{
    sodium_memzero(preview->px, sizeof preview->px);
    (void)pthread_mutex_destroy(&preview->lock);
}

void tn_preview_want(struct tn_preview *preview, int every_ms, void (*ring)(void *ctx), void *ctx)
{
    (void)pthread_mutex_lock(&preview->lock);
    if (every_ms == 0 && preview->every_ms != 0) {
        sodium_memzero(preview->px, sizeof preview->px);
        preview->is_new = false;
    }
    preview->every_ms = every_ms;
    preview->ring = ring;
    preview->ring_ctx = ctx;
    (void)pthread_mutex_unlock(&preview->lock);
}

/* Where along a side of the frame's square the two samples of a pixel lie. */
struct samples {
    int first[TN_PREVIEW_SIDE];
    int second[TN_PREVIEW_SIDE];
};

static void place_samples(struct samples *samples, int begin, int side)
{
    for (int i = 0; i < TN_PREVIEW_SIDE; i++) {
        samples->first[i] = begin + (4 * i + 1) * side / (4 * TN_PREVIEW_SIDE);
        samples->second[i] = begin + (4 * i + 3) * side / (4 * TN_PREVIEW_SIDE);
    }
}

static void scale(const struct tn_grey *frame, uint8_t *out)
{
    int side = frame->w < frame->h ? frame->w : frame->h;
    struct samples across;
    struct samples down;
    place_samples(&across, (frame->w - side) / 2, side);
    place_samples(&down, (frame->h - side) / 2, side);
    for (int y = 0; y < TN_PREVIEW_SIDE; y++) {
        const uint8_t *upper = frame->px + (size_t)down.first[y] * frame->stride;
        const uint8_t *lower = frame->px + (size_t)down.second[y] * frame->stride;
        uint8_t *row = out + (size_t)y * TN_PREVIEW_SIDE;
        for (int x = 0; x < TN_PREVIEW_SIDE; x++) {
            int a = across.first[x];
            int b = across.second[x];
            row[TN_PREVIEW_SIDE - 1 - x] =
                (uint8_t)((upper[a] + upper[b] + lower[a] + lower[b] + 2) / 4);
        }
    }
}

void tn_preview_put(struct tn_preview *preview, const struct tn_grey *frame, int64_t now_ms)
{
    (void)pthread_mutex_lock(&preview->lock);
    bool is_due = preview->every_ms > 0 && now_ms - preview->put_ms >= preview->every_ms;
    bool is_first = false;
    if (is_due && frame->w > 0 && frame->h > 0) {
        scale(frame, preview->px);
        is_first = !preview->is_new;
        preview->is_new = true;
        preview->put_ms = now_ms;
    }
    /* Under the lock, so that nobody is rung up who no longer wants to be. */
    if (is_first && preview->ring != NULL) {
        preview->ring(preview->ring_ctx);
    }
    (void)pthread_mutex_unlock(&preview->lock);
}

bool tn_preview_take(struct tn_preview *preview, uint8_t out[TN_PREVIEW_PX])
{
    (void)pthread_mutex_lock(&preview->lock);
    bool is_new = preview->is_new && preview->every_ms > 0;
    if (is_new) {
        memcpy(out, preview->px, sizeof preview->px);
        preview->is_new = false;
    }
    (void)pthread_mutex_unlock(&preview->lock);
    return is_new;
}
