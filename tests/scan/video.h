/* Hand-held presentations as a camera films them: a badge comes in from below, still moving and out
 * of focus, is held with a tremor, and goes again; then the next one. Each frame is drawn when it
 * is asked for; the same seed films the same. */
#ifndef TURNOUT_TESTS_VIDEO_H
#define TURNOUT_TESTS_VIDEO_H

#include <stdio.h>

#include "tests/scan/synth.h"

#define VIDEO_FPS 30
#define VIDEO_SHOW_FRAMES                                                                          \
    60 /* frames of one presentation, with the empty ones before and after                         \
        */

struct video_badge {
    char digits[SYNTH_DIGITS + 1];
    int whole; /* the first frame of its presentation in which all of the symbol is in view */
};

/* The badge of a presentation, counted from 0. */
void video_badge(uint64_t seed, int show, int w, int h, struct video_badge *out);

/* Draws frame `at` of a presentation. False without memory. */
bool video_frame(uint64_t seed, int show, int at, struct synth_frame *frame);

/* Writes `shows` presentations as YUV4MPEG2 (mjpegtools, yuv4mpeg(5)), grey alone. False where that
 * fails. */
bool video_write(FILE *file, uint64_t seed, int shows, int w, int h);

#endif
