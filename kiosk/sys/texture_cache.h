/* Textures by key, the least recently used forgotten first. Bounded in count and in bytes. Text is
 * forgotten as soon as it is not shown any more: a name lives no longer than its screen. */
#ifndef TURNOUT_SYS_TEXTURE_CACHE_H
#define TURNOUT_SYS_TEXTURE_CACHE_H

#include <SDL.h>
#include <stdbool.h>
#include <stdint.h>

#define TN_TEXTURES_MAX 256
#define TN_TEXTURE_BYTES_MAX (20u << 20)
#define TN_TEXTURE_KEY_MAX 480

struct tn_texture {
    SDL_Texture *texture;
    int x, y, w, h; /* where it goes from its box's left top, and its size */
    bool is_text;   /* or a QR symbol: somebody's name or secret */
    uint64_t used;  /* the frame */
    char key[TN_TEXTURE_KEY_MAX];
};

struct tn_texture_cache {
    uint64_t frame;
    size_t bytes;
    size_t count;
    struct tn_texture items[TN_TEXTURES_MAX];
};

/* The texture under a key, marked as used in this frame; NULL. Borrowed until the next add. */
struct tn_texture *tn_texture_find(struct tn_texture_cache *cache, const char *key);

/* Makes room and a texture of a surface; NULL where it cannot be made. */
struct tn_texture *tn_texture_add(struct tn_texture_cache *cache, SDL_Renderer *renderer,
                                  const char *key, SDL_Surface *surface);

/* Ends a frame: text that it did not show is forgotten, its key wiped. */
void tn_texture_frame(struct tn_texture_cache *cache);

/* Forgets all. */
void tn_texture_clear(struct tn_texture_cache *cache);

#endif
