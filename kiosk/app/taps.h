/* One tap or two: a finger that bounces, or a child who taps twice to be sure, presses what lies at
 * the same place on the next page, which nobody has read yet ("Get my badge", and "Done" before the
 * badge was seen). So the second of two quick taps at one place is dropped. Keys of the keyboard
 * are not: there the same letter twice is two letters. Taps whose place is not known (a script's)
 * all pass. */
#ifndef TURNOUT_APP_TAPS_H
#define TURNOUT_APP_TAPS_H

#include "kiosk/ui/event.h"

#define TN_TAPS_MS 350   /* two taps within this ... */
#define TN_TAPS_MM 12.0f /* ... and within this of each other are one */

struct tn_taps {
    bool has_last;
    bool was_key;
    float x_mm, y_mm;
    int64_t mono_ms;
};

/* Tells whether a TAP counts, and remembers it where it does. */
bool tn_taps_admit(struct tn_taps *taps, const struct tn_event *tap);

#endif
