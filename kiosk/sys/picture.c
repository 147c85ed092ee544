/* SDL_image reads the formats. A picture larger than we care for is refused by its header where the
 * libraries let us see it first, and by the address space the caller lives in where not. */
#include "kiosk/sys/picture.h"

#include <SDL_image.h>
#include <stdbool.h>
#include <stdlib.h>

#define FORMATS (IMG_INIT_PNG | IMG_INIT_JPG | IMG_INIT_WEBP)

void tn_picture_warm(void)
{
    (void)IMG_Init(FORMATS);
}

/* Luma of ITU-R BT.601 in 256ths, over white. */
static uint8_t grey_of(const uint8_t *rgba)
{
    unsigned luma = (77u * rgba[0] + 150u * rgba[1] + 29u * rgba[2] + 128u) >> 8;
    unsigned alpha = rgba[3];
    return (uint8_t)((luma * alpha + 255u * (255u - alpha) + 127u) / 255u);
}

static enum tn_status to_grey(const SDL_Surface *rgba, uint8_t **px, struct tn_grey *out)
{
    size_t w = (size_t)rgba->w;
    size_t h = (size_t)rgba->h;
    uint8_t *grey = malloc(w * h);
    if (grey == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t y = 0; y < h; y++) {
        const uint8_t *row = (const uint8_t *)rgba->pixels + y * (size_t)rgba->pitch;
        for (size_t x = 0; x < w; x++) {
            grey[y * w + x] = grey_of(row + 4 * x);
        }
    }
    *px = grey;
    *out = (struct tn_grey){.px = grey, .w = rgba->w, .h = rgba->h, .stride = w};
    return TN_OK;
}

static bool is_large(const SDL_Surface *picture)
{
    return picture->w > TN_GREY_SIDE_MAX || picture->h > TN_GREY_SIDE_MAX ||
           (size_t)picture->w * (size_t)picture->h > TN_PICTURE_PX_MAX;
}

/* Which of the formats it is, by its first bytes; SDL_image knows more than we want. */
static SDL_Surface *load(const void *file, size_t len)
{
    SDL_RWops *bytes = SDL_RWFromConstMem(file, (int)len);
    SDL_Surface *picture = NULL;
    if (bytes == NULL) {
        return NULL;
    }
    if (IMG_isPNG(bytes)) {
        picture = IMG_LoadPNG_RW(bytes);
    } else if (IMG_isJPG(bytes)) {
        picture = IMG_LoadJPG_RW(bytes);
    } else if (IMG_isWEBP(bytes)) {
        picture = IMG_LoadWEBP_RW(bytes);
    }
    (void)SDL_RWclose(bytes);
    return picture;
}

enum tn_status tn_picture_grey(const void *file, size_t len, uint8_t **px, struct tn_grey *out)
{
    *px = NULL;
    if (len == 0 || len > TN_PICTURE_FILE_MAX) {
        return len == 0 ? TN_ERR_FORMAT : TN_ERR_LIMIT;
    }
    SDL_Surface *picture = load(file, len);
    if (picture == NULL) {
        return TN_ERR_FORMAT;
    }
    if (picture->w <= 0 || picture->h <= 0 || is_large(picture)) {
        SDL_FreeSurface(picture);
        return TN_ERR_LIMIT;
    }
    SDL_Surface *rgba = SDL_ConvertSurfaceFormat(picture, SDL_PIXELFORMAT_RGBA32, 0);
    SDL_FreeSurface(picture);
    if (rgba == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = to_grey(rgba, px, out);
    SDL_FreeSurface(rgba);
    return status;
}
