/* The camera's picture on the screen: one texture, written anew for each picture, whose corners
 * are see-through. Main thread. */
#ifndef TURNOUT_SYS_MIRROR_H
#define TURNOUT_SYS_MIRROR_H

#include <SDL.h>

#include "kiosk/ui/draw.h"

struct tn_mirror {
    SDL_Texture *texture; /* NULL: there is no picture */
    int round;            /* the corners' radius in its pixels */
};

/* Takes a picture of TN_PREVIEW_PX grey pixels for an item's box and corners. Without memory for a
 * texture there is none. */
void tn_mirror_set(struct tn_mirror *mirror, SDL_Renderer *renderer, const struct tn_item *item,
                   const uint8_t *px);

/* Copies the picture into the item's box; nothing where there is none. */
void tn_mirror_paint(const struct tn_mirror *mirror, SDL_Renderer *renderer,
                     const struct tn_item *item);

/* Wipes the picture and frees what it took. */
void tn_mirror_clear(struct tn_mirror *mirror);

#endif
