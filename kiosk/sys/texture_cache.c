/* A small array, searched from end to end: with 256 items of one screen's worth that takes some
 * microseconds, and there is nothing to get wrong. */
#include "kiosk/sys/texture_cache.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define ROW_MAX 2048 /* pixels blanked at once */

static size_t bytes_of(const struct tn_texture *item)
{
    return (size_t)item->w * (size_t)item->h * 4;
}

/* Overwrites what a texture of text shows: freed memory would keep the picture of a name. */
static void blank(const struct tn_texture *item)
{
    static const Uint32 nothing[ROW_MAX];
    for (int y = 0; y < item->h; y++) {
        for (int x = 0; x < item->w; x += ROW_MAX) {
            int w = item->w - x < ROW_MAX ? item->w - x : ROW_MAX;
            SDL_Rect row = {x, y, w, 1};
            (void)SDL_UpdateTexture(item->texture, &row, nothing, (int)sizeof nothing);
        }
    }
}

/* Forgets one; the last takes its place. */
static void forget(struct tn_texture_cache *cache, size_t i)
{
    struct tn_texture *item = &cache->items[i];
    cache->bytes -= bytes_of(item);
    if (item->is_text) {
        blank(item);
    }
    SDL_DestroyTexture(item->texture);
    cache->count--;
    if (i != cache->count) {
        *item = cache->items[cache->count];
    }
    sodium_memzero(&cache->items[cache->count], sizeof cache->items[0]);
}

static void forget_oldest(struct tn_texture_cache *cache)
{
    size_t oldest = 0;
    for (size_t i = 1; i < cache->count; i++) {
        if (cache->items[i].used < cache->items[oldest].used) {
            oldest = i;
        }
    }
    forget(cache, oldest);
}

struct tn_texture *tn_texture_find(struct tn_texture_cache *cache, const char *key)
{
    for (size_t i = 0; i < cache->count; i++) {
        if (strcmp(cache->items[i].key, key) == 0) {
            cache->items[i].used = cache->frame;
            return &cache->items[i];
        }
    }
    return NULL;
}

struct tn_texture *tn_texture_add(struct tn_texture_cache *cache, SDL_Renderer *renderer,
                                  const char *key, SDL_Surface *surface)
{
    size_t bytes = (size_t)surface->w * (size_t)surface->h * 4;
    while (cache->count > 0 &&
           (cache->count == TN_TEXTURES_MAX || cache->bytes + bytes > TN_TEXTURE_BYTES_MAX)) {
        forget_oldest(cache);
    }
    SDL_Texture *texture = SDL_CreateTextureFromSurface(renderer, surface);
    if (texture == NULL) {
        return NULL;
    }
    (void)SDL_SetTextureBlendMode(texture, SDL_BLENDMODE_BLEND);
    struct tn_texture *item = &cache->items[cache->count++];
    *item = (struct tn_texture){
        .texture = texture, .w = surface->w, .h = surface->h, .used = cache->frame};
    snprintf(item->key, sizeof item->key, "%s", key);
    cache->bytes += bytes;
    return item;
}

void tn_texture_frame(struct tn_texture_cache *cache)
{
    for (size_t i = cache->count; i > 0; i--) {
        if (cache->items[i - 1].is_text && cache->items[i - 1].used != cache->frame) {
            forget(cache, i - 1);
        }
    }
    cache->frame++;
}

void tn_texture_clear(struct tn_texture_cache *cache)
{
    while (cache->count > 0) {
        forget(cache, cache->count - 1);
    }
}
