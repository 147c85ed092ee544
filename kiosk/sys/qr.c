/* Drawn in black on white in every theme: what is inverted or tinted, half the phones cannot read.
 */
#include "kiosk/sys/qr.h"

#include <qrencode.h>

#define QUIET 4

static void draw_modules(SDL_Surface *surface, const QRcode *symbol, int side_px)
{
    Uint32 black = SDL_MapRGB(surface->format, 0, 0, 0);
    (void)SDL_FillRect(surface, NULL, SDL_MapRGB(surface->format, 255, 255, 255));
    for (int y = 0; y < symbol->width; y++) {
        for (int x = 0; x < symbol->width; x++) {
            SDL_Rect module = {(x + QUIET) * side_px, (y + QUIET) * side_px, side_px, side_px};
            if ((symbol->data[y * symbol->width + x] & 1) != 0) {
                (void)SDL_FillRect(surface, &module, black);
            }
        }
    }
}

SDL_Surface *tn_qr_raster(const struct tn_item *item)
{
    QRcode *symbol = QRcode_encodeString(item->text, 0, QR_ECLEVEL_Q, QR_MODE_8, 1);
    if (symbol == NULL) {
        return NULL;
    }
    int least = item->box.w < item->box.h ? item->box.w : item->box.h;
    int side_px = least / (symbol->width + 2 * QUIET);
    int size = (symbol->width + 2 * QUIET) * (side_px > 0 ? side_px : 1);
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, size, size, 32, SDL_PIXELFORMAT_ARGB8888);
    if (surface != NULL) {
        draw_modules(surface, symbol, side_px > 0 ? side_px : 1);
    }
    QRcode_free(symbol);
    return surface;
}
