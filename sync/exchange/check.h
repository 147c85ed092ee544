/* Checks of single values in imported tables (tn_csv_check in csv.h): each gives NULL, or a phrase
 * for what was expected. number gets what the value stands for, where it stands for one. */
#ifndef TURNOUT_EXCHANGE_CHECK_H
#define TURNOUT_EXCHANGE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

const char *tn_check_line(const char *value, int64_t *number);  /* no control characters */
const char *tn_check_code(const char *value, int64_t *number);  /* a short code without spaces */
const char *tn_check_grade(const char *value, int64_t *number); /* PK is -1, K is 0, 1 to 12 */
const char *tn_check_year(const char *value, int64_t *number);  /* 1900 to 2100 */
const char *tn_check_zip3(const char *value, int64_t *number);  /* three digits */
const char *tn_check_lang(const char *value, int64_t *number);  /* a BCP 47 tag */
const char *tn_check_yes(const char *value, int64_t *number);   /* 1 for yes, 0 for no */
const char *tn_check_hours(const char *value, int64_t *number); /* 7.5 is 450, in minutes */
const char *tn_check_date(const char *value, int64_t *number);  /* 2026-03-14; number is 0 */
const char *tn_check_time(const char *value, int64_t *number);  /* RFC 3339, in milliseconds */
const char *tn_check_event_time(const char *value, int64_t *number); /* the same, or a local time */
const char *tn_check_tz(const char *value, int64_t *number);         /* a zone that tzdata knows */
const char *tn_check_grade_band(const char *value, int64_t *number); /* see tn_grade_band */
const char *tn_check_population(const char *value, int64_t *number); /* 0 to 2,000,000,000 */
const char *tn_check_count(const char *value, int64_t *number);      /* 0 to 1,000,000 */
const char *tn_check_sector(const char *value, int64_t *number);  /* a sector's place in the list */
const char *tn_check_setting(const char *value, int64_t *number); /* see tn_setting_name */

#define TN_TIME_IS_LOCAL INT64_MIN /* a number that tn_local_time must still give */

/* A time without an offset in the zone tz. False where it is none, never was (summer time began) or
 * was twice (it ended). */
bool tn_local_time(const char *value, const char *tz, int64_t *out_ms);

/* The first moment of a day such as 2026-03-14 in the zone tz, and of so many days after it. False
 * where there is no such day or zone. */
bool tn_local_day(const char *value, const char *tz, int days, int64_t *out_ms);

/* The day a moment falls on in the zone tz; in UTC where this machine does not know the zone. */
struct tn_local_date {
    int year;
    int month; /* 1 to 12 */
    int day;
};
struct tn_local_date tn_local_date(int64_t at_ms, const char *tz);

/* Grades from lo to hi, both included, as tn_check_grade numbers them; "K-2", "9-12", or "5". */
struct tn_grade_band {
    int64_t lo;
    int64_t hi;
    char text[8];
};

/* The band that tn_check_grade_band gave a number for. */
struct tn_grade_band tn_grade_band(int64_t number);

/* The state of a registration, as the database keeps it ("registered", which is 0). */
const char *tn_check_registration(const char *value, int64_t *number);
const char *tn_registration_name(int64_t number);

/* The name of a sector as the database keeps it ("afterschool"). */
const char *tn_sector_name(int64_t number);

/* The setting as the database keeps it: "in-school" or "out-of-school". */
const char *tn_setting_name(int64_t number);

/* That name where the `len` letters of a word are one of the two, in whatever case; NULL: neither.
 */
const char *tn_setting_find(const char *word, size_t len);

/* The grade as the database keeps it: "PK", "K", "1" ... "12". */
void tn_grade_text(int64_t grade, char *out, size_t size);

#endif
