/* Offsets through GLib, which reads tzdata; the calendar through gmtime_r, since a local time is
 * UTC with its offset added. GLib's own GDateTime would make four allocations for each of them. */
#include "sync/exchange/zone.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void tn_zone_destroy(struct tn_zone *zone)
{
    if (zone->zone != NULL) {
        g_time_zone_unref(zone->zone);
    }
    *zone = (struct tn_zone){0};
}

static GTimeZone *zone_of(struct tn_zone *zone, const char *tz)
{
    if (zone->zone == NULL || strcmp(zone->name, tz) != 0) {
        tn_zone_destroy(zone);
        (void)snprintf(zone->name, sizeof zone->name, "%s", tz);
        GTimeZone *found = g_time_zone_new_identifier(tz);
        zone->zone = found == NULL ? g_time_zone_new_utc() : found;
    }
    return zone->zone;
}

/* The wall's clock as if it were UTC; gives the offset in seconds. */
static int read_wall(struct tn_zone *zone, const char *tz, int64_t seconds, struct tm *out)
{
    GTimeZone *there = zone_of(zone, tz);
    const int interval = g_time_zone_find_interval(there, G_TIME_TYPE_UNIVERSAL, seconds);
    const int offset = g_time_zone_get_offset(there, interval);
    const time_t wall = (time_t)(seconds + offset);
    *out = (struct tm){0};
    (void)gmtime_r(&wall, out);
    return offset;
}

/* Rounds down also before 1970. */
static int64_t seconds_of(int64_t at_ms)
{
    return (at_ms - ((at_ms % 1000) + 1000) % 1000) / 1000;
}

/* Years of four digits, which is all that RFC 3339 has. */
static void write_day(const struct tm *wall, char out[TN_DAY_TEXT_SIZE])
{
    (void)snprintf(out, TN_DAY_TEXT_SIZE, "%04d-%02d-%02d", wall->tm_year + 1900, wall->tm_mon + 1,
                   wall->tm_mday);
}

void tn_zone_time(struct tn_zone *zone, const char *tz, int64_t at_ms, bool with_ms,
                  char out[TN_TIME_TEXT_SIZE])
{
    struct tm wall;
    char day[TN_DAY_TEXT_SIZE];
    char part[8] = "";
    const int64_t seconds = seconds_of(at_ms);
    const int offset = read_wall(zone, tz, seconds, &wall);
    const unsigned minutes = (unsigned)abs(offset) / 60 % (24 * 60);
    if (with_ms && at_ms != seconds * 1000) {
        (void)snprintf(part, sizeof part, ".%03d", (int)(at_ms - seconds * 1000));
    }
    write_day(&wall, day);
    (void)snprintf(out, TN_TIME_TEXT_SIZE, "%.10sT%02u:%02u:%02u%s%c%02u:%02u", day,
                   (unsigned)wall.tm_hour % 24, (unsigned)wall.tm_min % 60,
                   (unsigned)wall.tm_sec % 61, part, offset < 0 ? '-' : '+', minutes / 60,
                   minutes % 60);
}

void tn_zone_day(struct tn_zone *zone, const char *tz, int64_t at_ms, char out[TN_DAY_TEXT_SIZE])
{
    struct tm wall;
    (void)read_wall(zone, tz, seconds_of(at_ms), &wall);
    write_day(&wall, out);
}
