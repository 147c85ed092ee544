/* Paints draw lists. Whole boxes are filled; everything else is a texture, made once by svg.c or
 * text.c and then only copied, which is what keeps a frame of the software renderer short. The
 * painter decides nothing about looks: a wrong picture is a wrong list. */
#include "kiosk/sys/paint.h"

#include <SDL.h>
#include <SDL_image.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "kiosk/sys/mirror.h"
#include "kiosk/sys/qr.h"
#include "kiosk/sys/svg.h"
#include "kiosk/sys/text.h"
#include "kiosk/sys/texture_cache.h"
#include "kiosk/ui/screen.h"
#include "turnout/log.h"

struct tn_paint {
    SDL_Renderer *renderer;
    struct tn_fonts *fonts;
    struct tn_view warm_view; /* what warm_next counts for */
    int warm_next;            /* the next screen to ready */
    struct tn_texture_cache cache;
    struct tn_mirror mirror;
};

enum tn_status tn_paint_create(void *renderer, struct tn_paint **out)
{
    *out = NULL;
    struct tn_paint *paint = calloc(1, sizeof *paint);
    if (paint == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    paint->renderer = renderer;
    enum tn_status status = tn_fonts_create(&paint->fonts);
    if (status != TN_OK) {
        free(paint);
        return status;
    }
    *out = paint;
    return TN_OK;
}

void tn_paint_free(struct tn_paint *paint)
{
    if (paint == NULL) {
        return;
    }
    tn_mirror_clear(&paint->mirror);
    tn_texture_clear(&paint->cache);
    tn_fonts_free(paint->fonts);
    free(paint);
}

/* Everything that makes two items look the same, but not where they stand. */
static void key_of(const struct tn_item *item, const struct tn_view *view,
                   char key[TN_TEXTURE_KEY_MAX])
{
    if (item->type == TN_ITEM_TEXT) {
        snprintf(key, TN_TEXTURE_KEY_MAX, "t %d %.3f %.2f %d %d %d %d %d %d %d %d %s", view->theme,
                 view->unit_px, view->text_scale, item->is_rtl, item->box.w, item->box.h,
                 item->color, item->size, item->is_bold, item->align, item->lines_max, item->text);
        return;
    }
    snprintf(key, TN_TEXTURE_KEY_MAX, "s %d %d %d %d %d %d %d %d %d %d %d %s", view->theme,
             item->type, item->box.w, item->box.h, item->color, item->line, item->line_px,
             item->radius_px, item->is_rising, item->is_falling, item->turn_deg, item->text);
}

static SDL_Surface *raster(struct tn_paint *paint, const struct tn_item *item,
                           const struct tn_view *view, SDL_Point *offset)
{
    switch (item->type) {
    case TN_ITEM_TEXT:
        return tn_text_raster(paint->fonts, item, view, offset);
    case TN_ITEM_QR:
        return tn_qr_raster(item);
    default:
        return tn_svg_raster(item, view->theme);
    }
}

/* The texture of an item, made where it is not there yet; NULL where there is nothing to show. */
static struct tn_texture *texture_of(struct tn_paint *paint, const struct tn_item *item,
                                     const struct tn_view *view)
{
    char key[TN_TEXTURE_KEY_MAX];
    SDL_Point offset = {0, 0};
    struct tn_texture *texture = NULL;
    if (item->box.w <= 0 || item->box.h <= 0) {
        return NULL;
    }
    key_of(item, view, key);
    texture = tn_texture_find(&paint->cache, key);
    if (texture == NULL) {
        bool is_text = item->type == TN_ITEM_TEXT;
        bool is_secret = is_text || item->type == TN_ITEM_QR;
        SDL_Surface *surface = raster(paint, item, view, &offset);
        if (surface != NULL) {
            texture = tn_texture_add(&paint->cache, paint->renderer, key, surface);
            if (texture != NULL) {
                texture->is_text = is_secret;
                texture->x = is_text ? offset.x : (item->box.w - surface->w) / 2;
                texture->y = is_text ? offset.y : (item->box.h - surface->h) / 2;
            }
            if (is_secret) {
                (void)SDL_FillRect(surface, NULL, 0);
            }
            SDL_FreeSurface(surface);
        }
    }
    sodium_memzero(key, sizeof key);
    return texture;
}

static void fill(struct tn_paint *paint, const struct tn_item *item, const struct tn_view *view)
{
    uint32_t rgb = tn_theme_rgb(view->theme, item->color);
    SDL_Rect box = {item->box.x, item->box.y, item->box.w, item->box.h};
    (void)SDL_SetRenderDrawColor(paint->renderer, (Uint8)(rgb >> 16), (Uint8)(rgb >> 8), (Uint8)rgb,
                                 255);
    (void)SDL_RenderFillRect(paint->renderer, &box);
}

/* Straight stretches of path have no edge to smooth: they are filled. */
static bool is_plain(const struct tn_item *item)
{
    return item->type == TN_ITEM_FILL ||
           (item->type == TN_ITEM_TRACK && !item->is_rising && !item->is_falling);
}

void tn_paint_list(struct tn_paint *paint, const struct tn_draw *draw, const struct tn_view *view)
{
    for (size_t i = 0; i < draw->count; i++) {
        const struct tn_item *item = &draw->items[i];
        if (is_plain(item)) {
            fill(paint, item, view);
            continue;
        }
        if (item->type == TN_ITEM_CAMERA) {
            tn_mirror_paint(&paint->mirror, paint->renderer, item);
            continue;
        }
        const struct tn_texture *texture = texture_of(paint, item, view);
        if (texture != NULL) {
            SDL_Rect to = {item->box.x + texture->x, item->box.y + texture->y, texture->w,
                           texture->h};
            (void)SDL_RenderCopy(paint->renderer, texture->texture, NULL, &to);
        }
    }
    tn_texture_frame(&paint->cache);
}

void tn_paint_camera(struct tn_paint *paint, const struct tn_item *item, const uint8_t *px)
{
    if (px != NULL) {
        tn_mirror_set(&paint->mirror, paint->renderer, item, px);
    } else {
        tn_mirror_clear(&paint->mirror);
    }
}

bool tn_paint_warm(struct tn_paint *paint, const struct tn_model *model, const struct tn_view *view)
{
    static struct tn_model other; /* main thread only, and too large for comfort on a stack */
    static struct tn_draw draw;
    const struct tn_view *was = &paint->warm_view;
    if (was->w_px != view->w_px || was->h_px != view->h_px || was->theme != view->theme ||
        was->unit_px < view->unit_px || was->unit_px > view->unit_px) {
        paint->warm_view = *view;
        paint->warm_next = 0;
    }
    /* Results have to come at once; a form may take its first frame's time. */
    while (paint->warm_next < TN_SCREEN_COUNT && !tn_screens[paint->warm_next].is_result) {
        paint->warm_next++;
    }
    if (paint->warm_next >= TN_SCREEN_COUNT) {
        return false;
    }
    other = (struct tn_model){.screen = (enum tn_screen)paint->warm_next++,
                              .now_ms = model->now_ms,
                              .mono_ms = TN_MOTION_MS,
                              .info = model->info};
    tn_ui_draw(&other, view, &draw);
    for (size_t i = 0; i < draw.count; i++) {
        if (!is_plain(&draw.items[i])) {
            (void)texture_of(paint, &draw.items[i], view);
        }
    }
    return paint->warm_next < TN_SCREEN_COUNT;
}

void tn_paint_measure(struct tn_paint *paint, const struct tn_item *item,
                      const struct tn_view *view, struct tn_measure *out)
{
    struct tn_fit fit;
    tn_text_fit(paint->fonts, item, view, &fit);
    *out = (struct tn_measure){
        .scale = fit.scale, .lines = fit.lines, .w_px = fit.w_px, .is_cut = fit.is_cut};
}

bool tn_paint_covers(struct tn_paint *paint, const char *sample)
{
    return tn_fonts_covers(paint->fonts, sample);
}

enum tn_status tn_paint_png(const struct tn_draw *draw, const struct tn_view *view,
                            const char *path)
{
    enum tn_status status = TN_ERR_NO_MEMORY;
    struct tn_paint *paint = NULL;
    SDL_Renderer *renderer = NULL;
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, view->w_px, view->h_px, 32, SDL_PIXELFORMAT_XRGB8888);
    if (surface == NULL || (renderer = SDL_CreateSoftwareRenderer(surface)) == NULL) {
        tn_log(TN_LOG_ERROR, "%s: no picture of %dx%d can be made: %s", path, view->w_px,
               view->h_px, SDL_GetError());
        goto done;
    }
    status = tn_paint_create(renderer, &paint);
    if (status != TN_OK) {
        goto done;
    }
    tn_paint_list(paint, draw, view);
    SDL_RenderPresent(renderer);
    if (IMG_SavePNG(surface, path) != 0) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, SDL_GetError());
        status = TN_ERR_IO;
    }
done:
    tn_paint_free(paint);
    if (renderer != NULL) {
        SDL_DestroyRenderer(renderer);
    }
    SDL_FreeSurface(surface);
    return status;
}
