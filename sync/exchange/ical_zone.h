/* Time zones as calendars name them: IANA names, those of Windows, and names with a path before
 * them; and wall times in the zones of tzdata. */
#ifndef TURNOUT_EXCHANGE_ICAL_ZONE_H
#define TURNOUT_EXCHANGE_ICAL_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "turnout/pack.h"

/* The IANA zone that a calendar's TZID means ("Central Standard Time", "/mozilla.org/2005/Europe/
 * Paris"). False where nobody knows. */
bool tn_ical_zone(const char *tzid, char out[TN_TZ_MAX + 1]);

/* A time as a clock on the wall shows it. */
struct tn_wall {
    int year, month, day, hour, minute, second;
};

/* The instant of a wall time in an IANA zone: the first of two where clocks go back, and the one
 * that much later where they jump over it, as RFC 5545 has it. False for a date that is none. */
bool tn_wall_instant(const struct tn_wall *wall, const char *tz, int64_t *out_ms);

/* The wall time of an instant. */
bool tn_wall_of(int64_t at_ms, const char *tz, struct tn_wall *out);

#endif
