/* The conditions, as a table: each sets what makes it hard, within bounds at which a good reader
 * reads many and not all. */
#include "tests/scan/synth.h"

#include <math.h>

#define PI 3.14159265f

struct lot {
    uint64_t seed;
    struct synth_pose *pose;
    struct synth_lens *lens;
};

static float between(struct lot *lot, float low, float high)
{
    return low + (high - low) * synth_random(&lot->seed);
}

static float either(struct lot *lot, float low, float high)
{
    float value = between(lot, low, high);
    return synth_random(&lot->seed) < 0.5f ? value : -value;
}

static void plain(struct lot *lot)
{
    (void)lot;
}

static void perspective(struct lot *lot)
{
    lot->pose->tilt_x = either(lot, 0.3f, 0.85f);
    lot->pose->tilt_y = either(lot, 0.3f, 0.85f);
}

static void blurred(struct lot *lot)
{
    lot->lens->blur = lot->pose->module_px * between(lot, 0.35f, 0.85f);
}

static void motion(struct lot *lot)
{
    lot->lens->smear = lot->pose->module_px * between(lot, 0.6f, 2.2f);
    lot->lens->smear_angle = between(lot, 0.0f, PI);
}

static void low_contrast(struct lot *lot)
{
    float middle = between(lot, 80.0f, 170.0f);
    float half = between(lot, 6.0f, 22.0f);
    lot->lens->low = middle - half;
    lot->lens->high = middle + half;
}

static void dark_noise(struct lot *lot)
{
    lot->lens->low = 4.0f;
    lot->lens->high = between(lot, 30.0f, 70.0f);
    lot->lens->noise = between(lot, 5.0f, 12.0f);
}

static void glare(struct lot *lot)
{
    float side = SYNTH_MODULES * lot->pose->module_px;
    lot->lens->glare = between(lot, 300.0f, 900.0f);
    lot->lens->glare_x = lot->pose->x + either(lot, 0.0f, 0.35f) * side;
    lot->lens->glare_y = lot->pose->y + either(lot, 0.0f, 0.35f) * side;
    lot->lens->glare_px = side * between(lot, 0.08f, 0.2f);
}

static void moire(struct lot *lot)
{
    lot->lens->grid = between(lot, 0.35f, 0.75f);
    lot->lens->grid_px = between(lot, 2.1f, 4.5f);
}

static void inverted(struct lot *lot)
{
    lot->pose->is_inverted = true;
}

static void curved(struct lot *lot)
{
    lot->pose->bend = between(lot, 17.0f, 32.0f);
}

static void shadow(struct lot *lot)
{
    float side = SYNTH_MODULES * lot->pose->module_px;
    lot->lens->shadow = between(lot, 0.5f, 0.85f);
    lot->lens->shadow_x = lot->pose->x + either(lot, 0.0f, 0.4f) * side;
    lot->lens->shadow_angle = between(lot, -0.7f, 0.7f);
}

static void rotation(struct lot *lot)
{
    lot->pose->turn = between(lot, 0.0f, 2.0f * PI);
}

/* A little of much, as at a real fair. */
static void mix(struct lot *lot)
{
    lot->pose->turn = either(lot, 0.0f, 0.5f);
    lot->pose->tilt_x = either(lot, 0.0f, 0.5f);
    lot->pose->tilt_y = either(lot, 0.0f, 0.5f);
    lot->pose->bend = synth_random(&lot->seed) < 0.3f ? between(lot, 25.0f, 60.0f) : 0.0f;
    shadow(lot);
    lot->lens->shadow *= 0.6f;
    lot->lens->blur = lot->pose->module_px * between(lot, 0.1f, 0.45f);
    lot->lens->low = between(lot, 10.0f, 60.0f);
    lot->lens->high = between(lot, 130.0f, 240.0f);
    lot->lens->noise = between(lot, 2.0f, 7.0f);
}

static const struct {
    const char *name;
    void (*set)(struct lot *lot);
} rows[SYNTH_CONDITIONS] = {
    [SYNTH_PLAIN] = {"plain", plain},
    [SYNTH_PERSPECTIVE] = {"perspective", perspective},
    [SYNTH_BLUR] = {"blur", blurred},
    [SYNTH_MOTION] = {"motion", motion},
    [SYNTH_LOW_CONTRAST] = {"low contrast", low_contrast},
    [SYNTH_DARK_NOISE] = {"dark noise", dark_noise},
    [SYNTH_GLARE] = {"glare", glare},
    [SYNTH_MOIRE] = {"moire", moire},
    [SYNTH_INVERTED] = {"inverted", inverted},
    [SYNTH_CURVED] = {"curved", curved},
    [SYNTH_SHADOW] = {"shadow", shadow},
    [SYNTH_ROTATION] = {"rotation", rotation},
    [SYNTH_MIX] = {"mix", mix},
};

const char *synth_name(enum synth_condition condition)
{
    return rows[condition].name;
}

bool synth_picture(struct synth_frame *frame, const char *digits, enum synth_condition condition,
                   float module_px, uint64_t seed)
{
    struct synth_pose pose = {.module_px = module_px};
    struct synth_lens lens = {.low = 15.0f, .high = 240.0f, .noise = 2.0f};
    struct lot lot = {.seed = seed, .pose = &pose, .lens = &lens};
    pose.x = (float)frame->w * between(&lot, 0.42f, 0.58f);
    pose.y = (float)frame->h * between(&lot, 0.42f, 0.5f);
    pose.turn = either(&lot, 0.0f, 0.12f); /* nobody holds it straight */
    rows[condition].set(&lot);
    synth_ground(frame, lot.seed);
    return synth_card(frame, digits, &pose) && synth_expose(frame, &lens, lot.seed);
}
