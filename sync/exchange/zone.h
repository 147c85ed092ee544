/* Times as the clock on the wall of an event shows them, for files that leave the centre: RFC 3339
 * with the offset that the event's zone had at that moment. Made for a million of them in a row,
 * nearly all of the same zone. */
#ifndef TURNOUT_EXCHANGE_ZONE_H
#define TURNOUT_EXCHANGE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "turnout/timefmt.h"

#define TN_ZONE_NAME_SIZE 64
#define TN_DAY_TEXT_SIZE 40

/* The zone that was asked for last; zero it to start. */
struct tn_zone {
    char name[TN_ZONE_NAME_SIZE];
    void *zone;
};
void tn_zone_destroy(struct tn_zone *zone);

/* "2026-03-14T09:00:00-05:00"; with_ms adds the milliseconds where there are any, so that the text
 * reads back as the same number. In UTC where this machine does not know the zone. */
void tn_zone_time(struct tn_zone *zone, const char *tz, int64_t at_ms, bool with_ms,
                  char out[TN_TIME_TEXT_SIZE]);

/* The day it is there, "2026-03-14". */
void tn_zone_day(struct tn_zone *zone, const char *tz, int64_t at_ms, char out[TN_DAY_TEXT_SIZE]);

#endif
