/* The rules of dimming and wandering. A picture that wanders one pixel a minute is seen by nobody,
 * yet an edge never lights the same pixels for long; it wanders over a square, there and back, so
 * that it never jumps. */
#include "kiosk/ui/dim.h"

#define MINUTE_MS INT64_C(60000)
#define SIDE (2 * TN_SHIFT_PX_MAX + 1)
#define PLACES ((int64_t)SIDE * SIDE)

int tn_dim_percent(int64_t at_ms, int64_t starts_ms, int64_t ends_ms, int64_t rest_ms)
{
    if (ends_ms <= 0 || rest_ms < TN_DIM_AWAKE_MS) {
        return 100;
    }
    int is_near = at_ms >= starts_ms - TN_DIM_MARGIN_MS && at_ms <= ends_ms + TN_DIM_MARGIN_MS;
    return is_near ? 100 : TN_DIM_PERCENT;
}

/* The first place is the middle of the square, where the layout means it. */
struct tn_shift tn_shift_at(int64_t mono_ms)
{
    int64_t minute = mono_ms / MINUTE_MS + PLACES / 2;
    int64_t place = minute % (2 * PLACES);
    if (place >= PLACES) {
        place = 2 * PLACES - 1 - place; /* the same way back */
    }
    int row = (int)(place / SIDE);
    int column = (int)(place % SIDE);
    if (row % 2 == 1) {
        column = SIDE - 1 - column; /* as one mows a lawn */
    }
    return (struct tn_shift){.x = column - TN_SHIFT_PX_MAX, .y = row - TN_SHIFT_PX_MAX};
}
