/* How a screen lasts: it dims where nobody needs it, and its picture wanders by a few pixels so
 * that nothing burns in. Pure: the time is an argument. */
#ifndef TURNOUT_UI_DIM_H
#define TURNOUT_UI_DIM_H

#include <stdint.h>

/* A screen is bright from an hour before its event until an hour after it, and for five minutes
 * after somebody came; else it gives a fifth of its light. */
#define TN_DIM_MARGIN_MS INT64_C(3600000)
#define TN_DIM_AWAKE_MS INT64_C(300000)
#define TN_DIM_PERCENT 20

/* How much of its light a screen gives, in percent: 100 or TN_DIM_PERCENT. at_ms, starts_ms and
 * ends_ms are wall time; rest_ms is how long ago the last touch, key or scan was. A station that
 * knows no event (ends_ms 0) never dims: nobody can know whether it is needed. */
int tn_dim_percent(int64_t at_ms, int64_t starts_ms, int64_t ends_ms, int64_t rest_ms);

#define TN_SHIFT_PX_MAX 4

/* Pixels to the right and down. */
struct tn_shift {
    int x;
    int y;
};

/* Where the picture stands in this minute of boot time: at most TN_SHIFT_PX_MAX off in each
 * direction, one pixel from where it stood a minute before, and every place equally often. */
struct tn_shift tn_shift_at(int64_t mono_ms);

#endif
