/* QR symbols on the screen: a badge's digits, to be photographed. Main thread. */
#ifndef TURNOUT_SYS_QR_H
#define TURNOUT_SYS_QR_H

#include <SDL.h>

#include "kiosk/ui/draw.h"

/* The symbol of a TN_ITEM_QR item with its quiet zone of four modules, each module a whole number
 * of pixels, as large as its box takes; the caller blanks and frees it. NULL where the text does
 * not fit a symbol or memory is short. Badge digits make version 2, error correction Q. */
SDL_Surface *tn_qr_raster(const struct tn_item *item);

#endif
