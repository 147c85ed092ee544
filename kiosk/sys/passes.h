/* Passes over a grey picture that bring out a symbol which a reader does not see as it is: the
 * rungs of the reader's ladder. Pure: from one picture to another of the caller's memory, whose
 * rows lie close together. Any thread. */
#ifndef TURNOUT_SYS_PASSES_H
#define TURNOUT_SYS_PASSES_H

#include "kiosk/sys/symbol.h"

#define TN_PASS_RADIUS_MAX 31

/* 255 where a pixel is brighter than the mean of the square of 2 radius + 1 pixels around it, less
 * 2; 0 elsewhere. At the edges the square is cut to the picture. out: w x h bytes; columns: w sums
 * for work. radius: 1 to TN_PASS_RADIUS_MAX. */
void tn_pass_threshold(const struct tn_grey *in, int radius, uint32_t *columns, uint8_t *out);

/* Each pixel moved away from the mean of the square around it, by five times what it differs: out
 * of focus or shaken, modules are grey that ought to be black or white. As tn_pass_threshold. */
void tn_pass_sharpen(const struct tn_grey *in, int radius, uint32_t *columns, uint8_t *out);

/* 255 less each pixel. out: w x h bytes. */
void tn_pass_invert(const struct tn_grey *in, uint8_t *out);

/* The mean of each pixel and its eight neighbours, weighed 1-2-1 both ways. out: w x h bytes. */
void tn_pass_blur(const struct tn_grey *in, uint8_t *out);

/* Twice as wide and high, with straight lines between the pixels. out: 2w x 2h bytes. */
void tn_pass_double(const struct tn_grey *in, uint8_t *out);

/* Half as wide and high: the mean of four pixels. out: (w / 2) x (h / 2) bytes. */
void tn_pass_halve(const struct tn_grey *in, uint8_t *out);

#endif
