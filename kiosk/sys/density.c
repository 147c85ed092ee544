/* A wrong density is worse than none: without any the layout fills the display, which is always
 * usable; with a wrong one everything may be half its size. So a claim is believed only where
 * nothing speaks against it. */
#include "kiosk/sys/density.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define MM_PER_INCH 25.4F
#define PX_PER_MM_MIN 2.0F
#define PX_PER_MM_MAX 20.0F
#define SQUARE 0.15F /* how far across and down may differ */

/* Sizes in millimetres that are shapes: EDID has one field for either. */
static const struct {
    float w_mm;
    float h_mm;
} shapes[] = {{16, 9}, {16, 10}, {160, 90}, {160, 100}, {1600, 900}, {1600, 1000}, {40, 30}};

static bool is_shape(float w_mm, float h_mm)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        bool is_wide = fabsf(w_mm - shapes[i].w_mm) < 0.5F && fabsf(h_mm - shapes[i].h_mm) < 0.5F;
        bool is_tall = fabsf(h_mm - shapes[i].w_mm) < 0.5F && fabsf(w_mm - shapes[i].h_mm) < 0.5F;
        if (is_wide || is_tall) {
            return true;
        }
    }
    return false;
}

float tn_density_of(const struct tn_density_claim *claim)
{
    float across = claim->h_dpi / MM_PER_INCH;
    float down = claim->v_dpi / MM_PER_INCH;
    /* Written so that what is not a number is refused as well. */
    bool is_possible = across >= PX_PER_MM_MIN && across <= PX_PER_MM_MAX &&
                       down >= PX_PER_MM_MIN && down <= PX_PER_MM_MAX;
    if (!is_possible || fabsf(across - down) > SQUARE * fmaxf(across, down)) {
        return 0;
    }
    if (is_shape((float)claim->w_px / across, (float)claim->h_px / down)) {
        return 0;
    }
    return (across + down) / 2;
}
