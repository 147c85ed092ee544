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

/* Midnight may be skipped where a zone changes its clocks at it; the day then starts at what GLib
 * gives for it, which is the first moment after. */
bool tn_local_day(const char *value, const char *tz, int days, int64_t *out_ms)
{
    int year = 0;
    int month = 0;
    int day = 0;
    int end = 0;
    if (sscanf(value, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10 ||
        value[end] != '\0') {
        return false;
    }
    GTimeZone *zone = g_time_zone_new_identifier(tz);
    GDateTime *at = zone == NULL ? NULL : g_date_time_new(zone, year, month, day, 0, 0, 0);
    GDateTime *then = at == NULL ? NULL : g_date_time_add_days(at, days);
    const bool is_day = then != NULL;
    if (is_day) {
        *out_ms = g_date_time_to_unix(then) * 1000;
    }
    g_clear_pointer(&then, g_date_time_unref);
    g_clear_pointer(&at, g_date_time_unref);
    g_clear_pointer(&zone, g_time_zone_unref);
    return is_day;
}

struct tn_local_date tn_local_date(int64_t at_ms, const char *tz)
{
    struct tn_local_date out = {1970, 1, 1};
    GTimeZone *zone = g_time_zone_new_identifier(tz);
    zone = zone == NULL ? g_time_zone_new_utc() : zone;
    GDateTime *utc = g_date_time_new_from_unix_utc(at_ms / 1000);
    GDateTime *at = utc == NULL ? NULL : g_date_time_to_timezone(utc, zone);
    if (at != NULL) {
        g_date_time_get_ymd(at, &out.year, &out.month, &out.day);
    }
    g_clear_pointer(&at, g_date_time_unref);
    g_clear_pointer(&utc, g_date_time_unref);
    g_time_zone_unref(zone);
    return out;
}

const char *tn_check_date(const char *value, int64_t *number)
{
    int year = 0;
    int month = 0;
    int day = 0;
    int end = 0;
    *number = 0;
    const bool is_form = sscanf(value, "%4d-%2d-%2d%n", &year, &month, &day, &end) == 3 &&
                         end == 10 && value[end] == '\0';
    return is_form && g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year)
               ? NULL
               : "a date, such as 2026-03-14";
}
