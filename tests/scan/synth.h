/* Badges as a cheap camera sees them, drawn by rule: a card with a QR symbol of version 2-Q before
 * a cluttered ground, through one of the conditions that make reading hard. The same seed draws the
 * same picture. For tests, benchmarks and the seeds of fuzzing; pictures of real places are not
 * needed for any of them.
 *
 * A picture is made backwards: for each pixel of the frame the place on the card it shows is found,
 * several times, and their mean taken, as a sensor's pixel does; what lens, light and sensor do to
 * it comes after. */
#ifndef TURNOUT_TESTS_SYNTH_H
#define TURNOUT_TESTS_SYNTH_H

#include <stdbool.h>
#include <stdint.h>

#define SYNTH_DIGITS 48
#define SYNTH_MODULES 25 /* a side of the symbol: version 2 */

enum synth_condition {
    SYNTH_PLAIN,
    SYNTH_PERSPECTIVE,
    SYNTH_BLUR,
    SYNTH_MOTION,
    SYNTH_LOW_CONTRAST,
    SYNTH_DARK_NOISE,
    SYNTH_GLARE,
    SYNTH_MOIRE,
    SYNTH_INVERTED,
    SYNTH_CURVED,
    SYNTH_SHADOW,
    SYNTH_ROTATION,
    SYNTH_MIX,
    SYNTH_CONDITIONS
};

/* Where a card is and what is done to it. Angles in radians; lengths in pixels of the frame, unless
 * they are said to be modules. */
struct synth_pose {
    float x, y;           /* the symbol's middle */
    float module_px;      /* a module's side, seen straight on */
    float turn;           /* in the picture's plane */
    float tilt_x, tilt_y; /* out of it */
    float bend;           /* the radius of the cylinder it lies on, in modules; 0: flat */
    bool is_inverted;     /* white on black, as a dark phone shows it */
};

struct synth_lens {
    float blur;        /* the standard deviation of a Gaussian */
    float smear;       /* how far it moves while the shutter is open, */
    float smear_angle; /* and where to */
    float low, high;   /* what black and white become, of 255 */
    float noise;       /* the standard deviation, of 255 */
    float glare;       /* how much light is added in the middle of a lamp's mirror image, of 255, */
    float glare_x, glare_y, glare_px; /* where, and how wide */
    float grid;                   /* how much darker the gaps between a screen's dots are, of 1, */
    float grid_px;                /* and how far apart they are */
    float shadow;                 /* how much darker its side of the shadow's edge is, of 1, */
    float shadow_x, shadow_angle; /* where the edge crosses the frame's middle row, and how */
};

struct synth_frame {
    int w, h;
    uint8_t *px; /* w x h, grey */
};

/* Numbers that look random, from a seed that is moved on: 0 to below 1, and a normal one. */
float synth_random(uint64_t *seed);
float synth_normal(uint64_t *seed);

/* A badge's digits that nobody has. */
void synth_digits(uint64_t *seed, char out[SYNTH_DIGITS + 1]);

/* Fills a frame with the ground: light that falls off, boxes, stripes and lettering of all greys.
 */
void synth_ground(struct synth_frame *frame, uint64_t seed);

/* Draws the card over what is there. False where the digits make no symbol of version 2. */
bool synth_card(struct synth_frame *frame, const char *digits, const struct synth_pose *pose);

/* What lens, light and sensor do to the whole frame. False without memory. */
bool synth_expose(struct synth_frame *frame, const struct synth_lens *lens, uint64_t seed);

/* "dark noise". */
const char *synth_name(enum synth_condition condition);

/* All three, with a pose and a lens that are drawn by lot within what the condition allows. */
bool synth_picture(struct synth_frame *frame, const char *digits, enum synth_condition condition,
                   float module_px, uint64_t seed);

#endif
