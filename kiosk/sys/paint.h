/* Paints a draw list with SDL: fonts by fontconfig and SDL_ttf, shapes and icons as SVG by
 * SDL_image, every result cached as a texture. Works on a window's renderer and, for shots and
 * headless runs, on a plain surface. Main thread. */
#ifndef TURNOUT_SYS_PAINT_H
#define TURNOUT_SYS_PAINT_H

#include "kiosk/ui/draw.h"

struct tn_paint;

/* A painter that draws into an SDL renderer (a struct SDL_Renderer *, kept opaque here so that
 * main.c needs no SDL). TN_ERR_NOT_FOUND where no usable font is installed (said in the log). */
enum tn_status tn_paint_create(void *renderer, struct tn_paint **out);
void tn_paint_free(struct tn_paint *paint);

/* Paints a whole list. The caller presents. */
void tn_paint_list(struct tn_paint *paint, const struct tn_draw *draw, const struct tn_view *view);

/* Renders a list off screen and writes it as a PNG file; needs no display. */
enum tn_status tn_paint_png(const struct tn_draw *draw, const struct tn_view *view,
                            const char *path);

#endif
