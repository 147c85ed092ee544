/* One line of text as ink: how wide it is, how far it reaches above and below its baseline, and the
 * drawing of it. Lines are shaped run by run, as runs.h cuts them. Main thread. */
#ifndef TURNOUT_SYS_INK_H
#define TURNOUT_SYS_INK_H

#include <SDL.h>
#include <stdbool.h>
#include <stddef.h>

#include "kiosk/sys/font.h"

struct tn_ink {
    const char *text; /* borrowed */
    size_t len;
    bool is_bold;
    bool is_rtl; /* the paragraph's direction */
    int em_px;   /* Andika's */
};

/* The width in pixels; 0 for no text. */
int tn_ink_width(struct tn_fonts *fonts, const struct tn_ink *ink);

/* How far the line's ink reaches above and below its baseline, in pixels: drawn once to see, since
 * marks move and letters change where they meet. */
void tn_ink_reach(struct tn_fonts *fonts, const struct tn_ink *ink, int *above_px, int *below_px);

/* How far the first letter's ink stands in from the left edge of the line; 0 where the line begins
 * with a run from right to left, and never less. */
int tn_ink_bearing(struct tn_fonts *fonts, const struct tn_ink *ink);

/* Draws the line with its baseline at `at` onto a surface. */
void tn_ink_draw(struct tn_fonts *fonts, const struct tn_ink *ink, SDL_Color color,
                 SDL_Surface *onto, SDL_Point at);

/* Tells whether a row of a 32-bit surface with alpha on top holds more than soft rims. */
bool tn_ink_in_row(const SDL_Surface *surface, int row);

#endif
