/* Times as people and files write them. Inside, a time is int64_t milliseconds since 1970 UTC. */
#ifndef TURNOUT_TIMEFMT_H
#define TURNOUT_TIMEFMT_H

#include <stddef.h>
#include <stdint.h>

#include "turnout/status.h"

#define TN_TIME_TEXT_SIZE 40

/* RFC 3339 in UTC with milliseconds, "2026-03-14T09:00:00.000Z". */
void tn_time_format(int64_t at_ms, char out[TN_TIME_TEXT_SIZE]);

/* RFC 3339 with an offset or Z, seconds and fractions optional. TN_ERR_FORMAT for anything else,
 * including days that do not exist; years 1970 to 9999. */
enum tn_status tn_time_parse(const char *text, int64_t *out_ms);

/* Hours and minutes in the process's time zone (TZ), "10:42". */
void tn_time_clock(int64_t at_ms, char out[TN_TIME_TEXT_SIZE]);

/* A moment as a calendar and a clock on the wall show it. */
struct tn_date {
    int year;
    int month;   /* 1 to 12 */
    int day;     /* 1 to 31 */
    int weekday; /* 0 is Sunday */
    int hour;
    int minute;
};

/* The date and the time in the process's time zone (TZ). */
struct tn_date tn_time_date(int64_t at_ms);

#endif
