/* Only taps that count are remembered: whoever goes on tapping is heard again, if slowly. */
#include "kiosk/app/taps.h"

#include <math.h>
#include <string.h>

static bool is_key(const char *control)
{
    return strncmp(control, "key-", 4) == 0 || strncmp(control, "pick-", 5) == 0;
}

static bool is_again(const struct tn_taps *taps, const struct tn_event *tap)
{
    return taps->has_last && tap->mono_ms - taps->mono_ms < TN_TAPS_MS &&
           hypotf(tap->x_mm - taps->x_mm, tap->y_mm - taps->y_mm) < TN_TAPS_MM;
}

bool tn_taps_admit(struct tn_taps *taps, const struct tn_event *tap)
{
    if (!tap->has_point) {
        return true;
    }
    bool is_typing = taps->was_key && is_key(tap->control);
    if (!is_typing && is_again(taps, tap)) {
        return false;
    }
    *taps = (struct tn_taps){true, is_key(tap->control), tap->x_mm, tap->y_mm, tap->mono_ms};
    return true;
}
