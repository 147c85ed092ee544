/* Shapes and pictures as SVG, rasterised by SDL_image (nanosvg, antialiased). Pictures are our own
 * files of assets/icons, whose colours are named by role: see assets/icons/README. Main thread. */
#ifndef TURNOUT_SYS_SVG_H
#define TURNOUT_SYS_SVG_H

#include <SDL.h>

#include "kiosk/ui/draw.h"

/* A picture, panel, track or node at its size in pixels, straight alpha; the caller frees it. NULL
 * where the picture is not embedded or memory is short (said in the log). */
SDL_Surface *tn_svg_raster(const struct tn_item *item, enum tn_theme_id theme);

#endif
