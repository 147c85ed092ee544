/* Zones through ICU (Windows names) and GLib (instants). A calendar's own VTIMEZONE is not asked:
 * it says what some program knew when it wrote the file, and tzdata is kept. */
#include "sync/exchange/ical_zone.h"

#include <glib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#include "sync/exchange/check.h"

#define WINDOWS_NAME_MAX 128

static bool is_iana(const char *name)
{
    int64_t ignored = 0;
    return name[0] != '\0' && tn_check_tz(name, &ignored) == NULL;
}

static bool from_windows(const char *name, char out[TN_TZ_MAX + 1])
{
    UChar wide[WINDOWS_NAME_MAX];
    UChar id[TN_TZ_MAX + 1];
    int32_t wide_len = 0;
    UErrorCode error = U_ZERO_ERROR;
    (void)u_strFromUTF8(wide, WINDOWS_NAME_MAX, &wide_len, name, -1, &error);
    const int32_t len = U_FAILURE(error) ? 0
                                         : ucal_getTimeZoneIDForWindowsID(wide, wide_len, NULL, id,
                                                                          TN_TZ_MAX, &error);
    if (U_FAILURE(error) || len <= 0) {
        return false;
    }
    (void)u_strToUTF8(out, TN_TZ_MAX + 1, NULL, id, len, &error);
    return U_SUCCESS(error) && is_iana(out);
}

/* Mozilla and others put a path before the name; what comes after each slash is tried. */
bool tn_ical_zone(const char *tzid, char out[TN_TZ_MAX + 1])
{
    for (const char *at = tzid; at != NULL && *at != '\0'; at = strchr(at, '/')) {
        at += *at == '/';
        if (is_iana(at)) {
            (void)g_strlcpy(out, at, TN_TZ_MAX + 1);
            return true;
        }
    }
    return from_windows(tzid, out);
}

/* An interval of the zone that the wall time falls into; GLib gives one a clock change away where
 * there is none, and moves the time on. */
bool tn_wall_instant(const struct tn_wall *wall, const char *tz, int64_t *out_ms)
{
    GTimeZone *zone = g_time_zone_new_identifier(tz);
    GDateTime *at = zone == NULL ? NULL
                                 : g_date_time_new(zone, wall->year, wall->month, wall->day,
                                                   wall->hour, wall->minute, wall->second);
    const bool is_fine = at != NULL;
    if (is_fine) {
        GDateTime *earlier = g_date_time_add_hours(at, -1);
        const bool is_twice = g_date_time_get_hour(earlier) == wall->hour &&
                              g_date_time_get_minute(earlier) == wall->minute;
        *out_ms = g_date_time_to_unix(is_twice ? earlier : at) * 1000;
        g_date_time_unref(earlier);
    }
    g_clear_pointer(&at, g_date_time_unref);
    g_clear_pointer(&zone, g_time_zone_unref);
    return is_fine;
}

bool tn_wall_of(int64_t at_ms, const char *tz, struct tn_wall *out)
{
    GTimeZone *zone = g_time_zone_new_identifier(tz);
    GDateTime *utc = g_date_time_new_from_unix_utc(at_ms / 1000);
    GDateTime *at = zone == NULL || utc == NULL ? NULL : g_date_time_to_timezone(utc, zone);
    const bool is_fine = at != NULL;
    if (is_fine) {
        *out = (struct tn_wall){g_date_time_get_year(at),         g_date_time_get_month(at),
                                g_date_time_get_day_of_month(at), g_date_time_get_hour(at),
                                g_date_time_get_minute(at),       g_date_time_get_second(at)};
    }
    g_clear_pointer(&at, g_date_time_unref);
    g_clear_pointer(&utc, g_date_time_unref);
    g_clear_pointer(&zone, g_time_zone_unref);
    return is_fine;
}
