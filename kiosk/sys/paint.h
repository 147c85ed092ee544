/* Paints a draw list with SDL: fonts by fontconfig and SDL_ttf, shapes and icons as SVG by
 * SDL_image, every result cached as a texture. Works on a window's renderer and, for shots and
 * headless runs, on a plain surface. Main thread. */
#ifndef TURNOUT_SYS_PAINT_H
#define TURNOUT_SYS_PAINT_H

#include <stdbool.h>
#include <stdint.h>

#include "kiosk/ui/model.h"

struct tn_paint;

/* A painter that draws into an SDL renderer (a struct SDL_Renderer *, kept opaque here so that
 * main.c needs no SDL). TN_ERR_NOT_FOUND where no usable font is installed (said in the log). */
enum tn_status tn_paint_create(void *renderer, struct tn_paint **out);
void tn_paint_free(struct tn_paint *paint);

/* Paints a whole list. The caller presents. */
void tn_paint_list(struct tn_paint *paint, const struct tn_draw *draw, const struct tn_view *view);

/* Sets what a TN_ITEM_CAMERA shows, TN_PREVIEW_PX grey pixels; NULL: nothing, and the last picture
 * is wiped. A painter begins with nothing. */
void tn_paint_camera(struct tn_paint *paint, const struct tn_item *item, const uint8_t *px);

/* Readies the shapes, fonts and letters of one more result for this view, so that the first frame
 * of a result costs no more than the second. Call it in quiet moments (a frame after the first one,
 * then whenever the loop would wait) for as long as it gives true; after the view changes it has
 * work again. One call takes up to some 20 ms. The model is read for titles only, never for a name.
 */
bool tn_paint_warm(struct tn_paint *paint, const struct tn_model *model,
                   const struct tn_view *view);

/* How a text item would come out: its scale (1: as large as its size says, down to 0.5), its lines,
 * and whether even at half size something had to be left out. */
struct tn_measure {
    float scale;
    int lines;
    int w_px;
    bool is_cut;
};

void tn_paint_measure(struct tn_paint *paint, const struct tn_item *item,
                      const struct tn_view *view, struct tn_measure *out);

/* Tells whether installed fonts have every character of a sample: a language whose letters none has
 * hides itself. */
bool tn_paint_covers(struct tn_paint *paint, const char *sample);

/* Renders a list off screen and writes it as a PNG file; needs no display. */
enum tn_status tn_paint_png(const struct tn_draw *draw, const struct tn_view *view,
                            const char *path);

#endif
