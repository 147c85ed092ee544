/* The corners are cut into the small picture, before it is scaled: a mask as large as the screen's
 * would cost more than the rest of it. */
#include "kiosk/sys/mirror.h"

#include <math.h>
#include <string.h>

#include "kiosk/sys/preview.h"

#define SIDE TN_PREVIEW_SIDE

/* How much of a pixel lies within the rounded square, of 255; x and y count from the nearest
 * corner. */
static Uint32 cover(int x, int y, int round)
{
    if (x >= round || y >= round) {
        return 255;
    }
    float dx = (float)round - ((float)x + 0.5f);
    float dy = (float)round - ((float)y + 0.5f);
    float inside = (float)round + 0.5f - sqrtf(dx * dx + dy * dy);
    return (Uint32)(255.0f * fminf(fmaxf(inside, 0.0f), 1.0f));
}

static int from_edge(int at)
{
    return at < SIDE / 2 ? at : SIDE - 1 - at;
}

static void write_picture(const struct tn_mirror *mirror, const uint8_t *px, void *out, int pitch)
{
    for (int y = 0; y < SIDE; y++) {
        Uint32 *row = (Uint32 *)((uint8_t *)out + (size_t)y * (size_t)pitch);
        bool is_corner = from_edge(y) < mirror->round;
        for (int x = 0; x < SIDE; x++) {
            Uint32 alpha = is_corner ? cover(from_edge(x), from_edge(y), mirror->round) : 255;
            row[x] = alpha << 24 | (Uint32)px[y * SIDE + x] * 0x010101u;
        }
    }
}

/* Smooth scaling: its edges are those of somebody's face. */
static bool make_texture(struct tn_mirror *mirror, SDL_Renderer *renderer)
{
    mirror->texture = SDL_CreateTexture(renderer, SDL_PIXELFORMAT_ARGB8888,
                                        SDL_TEXTUREACCESS_STREAMING, SIDE, SIDE);
    return mirror->texture != NULL &&
           SDL_SetTextureBlendMode(mirror->texture, SDL_BLENDMODE_BLEND) == 0 &&
           SDL_SetTextureScaleMode(mirror->texture, SDL_ScaleModeLinear) == 0;
}

void tn_mirror_set(struct tn_mirror *mirror, SDL_Renderer *renderer, const struct tn_item *item,
                   const uint8_t *px)
{
    void *out = NULL;
    int pitch = 0;
    if (mirror->texture == NULL && !make_texture(mirror, renderer)) {
        return;
    }
    if (SDL_LockTexture(mirror->texture, NULL, &out, &pitch) == 0) {
        mirror->round = item->box.w > 0 ? item->radius_px * SIDE / item->box.w : 0;
        write_picture(mirror, px, out, pitch);
        SDL_UnlockTexture(mirror->texture);
    }
}

void tn_mirror_paint(const struct tn_mirror *mirror, SDL_Renderer *renderer,
                     const struct tn_item *item)
{
    SDL_Rect box = {item->box.x, item->box.y, item->box.w, item->box.h};
    if (mirror->texture != NULL) {
        (void)SDL_RenderCopy(renderer, mirror->texture, NULL, &box);
    }
}

void tn_mirror_clear(struct tn_mirror *mirror)
{
    void *out = NULL;
    int pitch = 0;
    if (mirror->texture != NULL && SDL_LockTexture(mirror->texture, NULL, &out, &pitch) == 0) {
        memset(out, 0, (size_t)pitch * SIDE);
        SDL_UnlockTexture(mirror->texture);
    }
    if (mirror->texture != NULL) {
        SDL_DestroyTexture(mirror->texture);
    }
    *mirror = (struct tn_mirror){0};
}
