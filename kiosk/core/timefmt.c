/* Times as text. The calendar is worked out here by arithmetic (days from civil dates, the
 * proleptic Gregorian calendar) instead of by timegm, so that a day that does not exist is refused
 * and not quietly moved to the next month. Leap seconds (":60") are refused: Unix time has none. */
#include "turnout/timefmt.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#define MS_A_SECOND 1000
#define MS_A_MINUTE (60 * MS_A_SECOND)
#define MS_A_DAY (24LL * 60 * MS_A_MINUTE)
#define TIME_MAX_MS 253402300799999LL /* 9999-12-31T23:59:59.999Z */

/* The second a moment lies in: rounded down, also before 1970. */
static time_t second_of(int64_t at_ms)
{
    int64_t whole = at_ms / MS_A_SECOND;
    return (time_t)(at_ms % MS_A_SECOND < 0 ? whole - 1 : whole);
}

void tn_time_format(int64_t at_ms, char out[TN_TIME_TEXT_SIZE])
{
    time_t seconds = second_of(at_ms);
    int64_t ms = (at_ms % MS_A_SECOND + MS_A_SECOND) % MS_A_SECOND;
    struct tm tm = {0};
    (void)gmtime_r(&seconds, &tm);
    size_t len = strftime(out, TN_TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    (void)snprintf(out + len, TN_TIME_TEXT_SIZE - len, ".%03dZ", (int)ms);
}

struct tn_date tn_time_date(int64_t at_ms)
{
    time_t seconds = second_of(at_ms);
    struct tm tm = {0};
    (void)localtime_r(&seconds, &tm);
    return (struct tn_date){.year = tm.tm_year + 1900,
                            .month = tm.tm_mon + 1,
                            .day = tm.tm_mday,
                            .weekday = tm.tm_wday,
                            .hour = tm.tm_hour,
                            .minute = tm.tm_min};
}

void tn_time_clock(int64_t at_ms, char out[TN_TIME_TEXT_SIZE])
{
    struct tn_date date = tn_time_date(at_ms);
    (void)snprintf(out, TN_TIME_TEXT_SIZE, "%02d:%02d", date.hour, date.minute);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads exactly count digits and moves on; false for anything else. */
static bool digits(const char **at, int count, int64_t *out)
{
    *out = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (!is_digit(**at)) {
            return false;
        }
        *out = *out * 10 + (**at - '0');
    }
    return true;
}

static bool literal(const char **at, char c)
{
    if (**at != c) {
        return false;
    }
    (*at)++;
    return true;
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1970-01-01 to the first of January of a year not before it. */
static int64_t days_to_year(int64_t year)
{
    int64_t y = year - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 - 719162;
}

static bool date(const char **at, int64_t *day)
{
    int64_t y = 0;
    int64_t m = 0;
    int64_t d = 0;
    if (!digits(at, 4, &y) || !literal(at, '-') || !digits(at, 2, &m) || !literal(at, '-') ||
        !digits(at, 2, &d)) {
        return false;
    }
    if (y < 1970 || m < 1 || m > 12 || d < 1 || d > days_in(y, m)) {
        return false;
    }
    *day = days_to_year(y) + d - 1;
    for (int64_t i = 1; i < m; i++) {
        *day += days_in(y, i);
    }
    return true;
}

/* ".5", ".123456": digits past the third are read and dropped. */
static bool fraction(const char **at, int64_t *ms)
{
    int64_t unit = 100;
    if (!is_digit(**at)) {
        return false;
    }
    for (; is_digit(**at); (*at)++, unit /= 10) {
        *ms += (**at - '0') * unit;
    }
    return true;
}

static bool time_of_day(const char **at, int64_t *ms)
{
    int64_t h = 0;
    int64_t m = 0;
    int64_t s = 0;
    if (!digits(at, 2, &h) || !literal(at, ':') || !digits(at, 2, &m) || h > 23 || m > 59) {
        return false;
    }
    if (literal(at, ':') && (!digits(at, 2, &s) || s > 59)) {
        return false;
    }
    *ms = (h * 60 + m) * MS_A_MINUTE + s * MS_A_SECOND;
    return !literal(at, '.') || fraction(at, ms);
}

static bool offset(const char **at, int64_t *ms)
{
    *ms = 0;
    if (literal(at, 'Z') || literal(at, 'z')) {
        return true;
    }
    bool is_minus = **at == '-';
    int64_t h = 0;
    int64_t m = 0;
    if ((!literal(at, '+') && !literal(at, '-')) || !digits(at, 2, &h) || !literal(at, ':') ||
        !digits(at, 2, &m) || h > 23 || m > 59) {
        return false;
    }
    *ms = (h * 60 + m) * MS_A_MINUTE * (is_minus ? -1 : 1);
    return true;
}

enum tn_status tn_time_parse(const char *text, int64_t *out_ms)
{
    const char *at = text;
    int64_t day = 0;
    int64_t of_day = 0;
    int64_t from_utc = 0;
    *out_ms = 0;
    if (!date(&at, &day) || (!literal(&at, 'T') && !literal(&at, 't') && !literal(&at, ' ')) ||
        !time_of_day(&at, &of_day) || !offset(&at, &from_utc) || *at != '\0') {
        return TN_ERR_FORMAT;
    }
    int64_t ms = day * MS_A_DAY + of_day - from_utc;
    if (ms < 0 || ms > TIME_MAX_MS) {
        return TN_ERR_FORMAT;
    }
    *out_ms = ms;
    return TN_OK;
}
