/* Local times through GLib, which reads the zones of tzdata. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "sync/exchange/check.h"
#include "turnout/timefmt.h"

struct wall {
    int year, month, day, hour, minute;
};

/* "2026-03-14 09:00", also with a T between and with seconds of 00. */
static bool read_wall(const char *value, struct wall *out)
{
    char between = '\0';
    int end = 0;
    const int got = sscanf(value, "%4d-%2d-%2d%c%2d:%2d%n", &out->year, &out->month, &out->day,
                           &between, &out->hour, &out->minute, &end);
    return got == 6 && (between == ' ' || between == 'T') &&
           (value[end] == '\0' || strcmp(value + end, ":00") == 0);
}

/* Whether the clock on the wall shows this an hour away too, as when summer time ends. */
static bool is_same_wall(GDateTime *at, int hours, const struct wall *wall)
{
    GDateTime *other = hours == 0 ? g_date_time_ref(at) : g_date_time_add_hours(at, hours);
    const bool is_same =
        g_date_time_get_hour(other) == wall->hour && g_date_time_get_minute(other) == wall->minute;
    g_date_time_unref(other);
    return is_same;
}

bool tn_local_time(const char *value, const char *tz, int64_t *out_ms)
{
    struct wall wall;
    bool is_clear = false;
    GTimeZone *zone = read_wall(value, &wall) ? g_time_zone_new_identifier(tz) : NULL;
    GDateTime *at = zone == NULL ? NULL
                                 : g_date_time_new(zone, wall.year, wall.month, wall.day, wall.hour,
                                                   wall.minute, 0);
    if (at != NULL) {
        *out_ms = g_date_time_to_unix(at) * 1000;
        is_clear = is_same_wall(at, 0, &wall) && !is_same_wall(at, 1, &wall) &&
                   !is_same_wall(at, -1, &wall);
    }
    g_clear_pointer(&at, g_date_time_unref);
    g_clear_pointer(&zone, g_time_zone_unref);
    return is_clear;
}

const char *tn_check_event_time(const char *value, int64_t *number)
{
    struct wall wall;
    if (tn_time_parse(value, number) == TN_OK) {
        return NULL;
    }
    *number = TN_TIME_IS_LOCAL;
    return read_wall(value, &wall) ? NULL
                                   : "a time, such as 2026-03-14 09:00 in the event's time zone or "
                                     "2026-03-14T09:00:00-05:00";
}
