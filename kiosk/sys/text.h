/* Sets the text of one item: how large, on how many lines, and as a surface. Main thread. */
#ifndef TURNOUT_SYS_TEXT_H
#define TURNOUT_SYS_TEXT_H

#include "kiosk/sys/font.h"
#include "kiosk/ui/draw.h"

#define TN_TEXT_LINES_MAX 8

/* How an item's text came out in its box. */
struct tn_fit {
    float scale; /* of the nominal size: 1 down to 0.5, of names down to 0.36 */
    bool is_cut; /* even at the smallest size something had to be left out */
    bool is_rtl; /* the paragraph's direction */
    int lines;
    int w_px; /* the widest line */
    int em_px;
    int pitch_px; /* from baseline to baseline: more than TN_TYPE_PITCH where marks need it */
    struct {
        const char *at; /* borrowed from the item */
        size_t len;
        int w_px;
    } line[TN_TEXT_LINES_MAX];
};

/* Fits the text into the item's box: wraps it to lines_max lines, and where that is not enough
 * shrinks it step by step: names down to the size of a label, other text down to half. Only then
 * are words broken, those that are wider than a line first, and what is still too much is cut. */
void tn_text_fit(struct tn_fonts *fonts, const struct tn_item *item, const struct tn_view *view,
                 struct tn_fit *out);

/* The text as a surface in the item's colour, with where it goes relative to the box's left top.
 * NULL for empty text or where memory is short. The caller frees it. */
SDL_Surface *tn_text_raster(struct tn_fonts *fonts, const struct tn_item *item,
                            const struct tn_view *view, SDL_Point *offset);

#endif
