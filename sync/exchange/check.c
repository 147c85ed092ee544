/* The checks. They take what people really write where it can mean only one thing ("After-school",
 * "kg", "Yes"), and refuse the rest with the form that is wanted. */
#include "sync/exchange/check.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "turnout/card.h"
#include "turnout/pack.h"
#include "turnout/timefmt.h"

#define ZONES_DIR "/usr/share/zoneinfo/"
#define WORD_MAX 40

const char *tn_check_line(const char *value, int64_t *number)
{
    *number = 0;
    for (const unsigned char *at = (const unsigned char *)value; *at != '\0'; at++) {
        if (*at < 0x20 || *at == 0x7f) {
            return "text on one line, without control characters";
        }
    }
    return NULL;
}

const char *tn_check_code(const char *value, int64_t *number)
{
    *number = 0;
    for (const unsigned char *at = (const unsigned char *)value; *at != '\0'; at++) {
        if (*at <= 0x20 || *at == 0x7f) {
            return "a code without spaces, such as lincoln-elementary";
        }
    }
    return NULL;
}

/* A whole decimal number, or false. */
static bool read_number(const char *value, long min, long max, int64_t *number)
{
    char *end = NULL;
    errno = 0;
    const long result = strtol(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || !isdigit((unsigned char)value[0])) {
        return false;
    }
    *number = result;
    return result >= min && result <= max;
}

const char *tn_check_grade(const char *value, int64_t *number)
{
    static const struct {
        const char *word;
        int grade;
    } words[] = {{"PK", -1}, {"PreK", -1}, {"Pre-K", -1}, {"K", 0}, {"KG", 0}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(value, words[i].word) == 0) {
            *number = words[i].grade;
            return NULL;
        }
    }
    return read_number(value, 1, 12, number) ? NULL : "a grade: PK, K, or 1 to 12";
}

void tn_grade_text(int64_t grade, char *out, size_t size)
{
    if (grade > 0) {
        (void)snprintf(out, size, "%d", (int)grade);
    } else {
        (void)snprintf(out, size, "%s", grade == 0 ? "K" : "PK");
    }
}

const char *tn_check_year(const char *value, int64_t *number)
{
    return read_number(value, 1900, 2100, number) ? NULL : "a year, such as 2015";
}

const char *tn_check_zip3(const char *value, int64_t *number)
{
    const bool is_fine = strlen(value) == 3 && read_number(value, 0, 999, number);
    return is_fine ? NULL : "the first three digits of a ZIP code, such as 941";
}

/* Subtags of 1 to 8 letters or digits, the first one 2 or 3 letters: RFC 5646 without its lists. */
const char *tn_check_lang(const char *value, int64_t *number)
{
    static const char expected[] = "a language tag, such as en, es or zh-Hans";
    size_t len = 0;
    bool is_first = true;
    *number = 0;
    for (const char *at = value;; at++) {
        if (*at == '-' || *at == '\0') {
            if (len == 0 || len > 8 || (is_first && (len < 2 || len > 3))) {
                return expected;
            }
            is_first = false;
            len = 0;
        } else if (!(is_first ? isalpha((unsigned char)*at) : isalnum((unsigned char)*at))) {
            return expected;
        } else {
            len++;
        }
        if (*at == '\0') {
            return NULL;
        }
    }
}

const char *tn_check_yes(const char *value, int64_t *number)
{
    static const struct {
        const char *word;
        int is_yes;
    } words[] = {{"yes", 1}, {"y", 1}, {"true", 1},  {"1", 1},
                 {"no", 0},  {"n", 0}, {"false", 0}, {"0", 0}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(value, words[i].word) == 0) {
            *number = words[i].is_yes;
            return NULL;
        }
    }
    return "yes or no";
}

const char *tn_check_time(const char *value, int64_t *number)
{
    return tn_time_parse(value, number) == TN_OK
               ? NULL
               : "a time with its offset, such as 2026-03-14T09:00:00-05:00";
}

/* A name may not climb out of the folder of zones, and must be a file there. */
const char *tn_check_tz(const char *value, int64_t *number)
{
    static const char expected[] = "a time zone, such as America/Chicago";
    char path[sizeof(ZONES_DIR) + TN_TZ_MAX];
    struct stat stat_of;
    *number = 0;
    if (strlen(value) > TN_TZ_MAX || strstr(value, "..") != NULL || value[0] == '/') {
        return expected;
    }
    (void)snprintf(path, sizeof(path), "%s%s", ZONES_DIR, value);
    return stat(path, &stat_of) == 0 && S_ISREG(stat_of.st_mode) ? NULL : expected;
}

const char *tn_check_count(const char *value, int64_t *number)
{
    return read_number(value, 0, 1000000, number) ? NULL : "a whole number, 0 or more";
}

const char *tn_check_population(const char *value, int64_t *number)
{
    return read_number(value, 0, 2000000000, number) ? NULL : "a whole number, 0 or more";
}

/* Hours with up to two places behind the point, to the whole minute. */
const char *tn_check_hours(const char *value, int64_t *number)
{
    static const char expected[] = "hours, such as 12 or 7.5";
    char whole[8];
    char part[4];
    int64_t hours = 0;
    int64_t hundredths = 0;
    const size_t len = strcspn(value, ".");
    const bool has_point = value[len] == '.';
    if (len >= sizeof(whole) || (has_point && strlen(value + len + 1) > 2)) {
        return expected;
    }
    (void)snprintf(whole, sizeof(whole), "%.*s", (int)len, value);
    (void)snprintf(part, sizeof(part), "%s", has_point ? value + len + 1 : "0");
    if (!read_number(whole, 0, 999999, &hours) || !read_number(part, 0, 99, &hundredths)) {
        return expected;
    }
    hundredths *= strlen(part) == 1 ? 10 : 1;
    *number = hours * 60 + (hundredths * 60 + 50) / 100;
    return NULL;
}

static const struct {
    const char *word;
    int state;
} registrations[] = {{"registered", 0}, {"waitlist", 1}, {"cancelled", 2},
                     {"waitlisted", 1}, {"canceled", 2}, {"confirmed", 0}};

const char *tn_check_registration(const char *value, int64_t *number)
{
    for (size_t i = 0; i < sizeof(registrations) / sizeof(registrations[0]); i++) {
        if (strcasecmp(value, registrations[i].word) == 0) {
            *number = registrations[i].state;
            return NULL;
        }
    }
    return "registered, waitlist or cancelled";
}

const char *tn_registration_name(int64_t number)
{
    return registrations[number].word;
}

/* lo and hi in one number: PK is -1, so both are moved up by one, and hi is below 14. */
#define BAND_BASE 16

const char *tn_check_grade_band(const char *value, int64_t *number)
{
    static const char expected[] = "grades from one to another, such as K-2 or 9-12";
    char from[4];
    int64_t lo = 0;
    int64_t hi = 0;
    const char *dash = strchr(value, '-');
    const size_t len = dash == NULL ? strlen(value) : (size_t)(dash - value);
    if (len >= sizeof(from)) {
        return expected;
    }
    (void)snprintf(from, sizeof(from), "%.*s", (int)len, value);
    if (tn_check_grade(from, &lo) != NULL ||
        tn_check_grade(dash == NULL ? from : dash + 1, &hi) != NULL || hi < lo) {
        return expected;
    }
    *number = (lo + 1) * BAND_BASE + hi + 1;
    return NULL;
}

struct tn_grade_band tn_grade_band(int64_t number)
{
    struct tn_grade_band band = {.lo = number / BAND_BASE - 1, .hi = number % BAND_BASE - 1};
    char lo[4];
    char hi[4];
    tn_grade_text(band.lo, lo, sizeof(lo));
    tn_grade_text(band.hi, hi, sizeof(hi));
    (void)snprintf(band.text, sizeof(band.text), "%s%s%s", lo, band.lo == band.hi ? "" : "-",
                   band.lo == band.hi ? "" : hi);
    return band;
}

static const char *const sectors[] = {"school",    "afterschool", "college", "business",
                                      "community", "government",  "museum",  "library",
                                      "funder",    "other"};

const char *tn_sector_name(int64_t number)
{
    return sectors[number];
}

/* The letters of a value alone, small ones: "Out of School" says outofschool. */
static void fold_word(const char *value, char word[WORD_MAX])
{
    size_t len = 0;
    for (const char *at = value; *at != '\0' && len + 1 < WORD_MAX; at++) {
        if (isalpha((unsigned char)*at)) {
            word[len++] = (char)tolower((unsigned char)*at);
        }
    }
    word[len] = '\0';
}

/* "After-school programmes" says afterschool: what follows the name is let be only where it makes a
 * plural. */
const char *tn_check_sector(const char *value, int64_t *number)
{
    char word[WORD_MAX];
    fold_word(value, word);
    for (size_t i = 0; i < sizeof(sectors) / sizeof(sectors[0]); i++) {
        const size_t name_len = strlen(sectors[i]);
        if (strncmp(word, sectors[i], name_len) == 0 &&
            (word[name_len] == '\0' || strcmp(word + name_len, "s") == 0)) {
            *number = (int64_t)i;
            return NULL;
        }
    }
    return "a sector: school, afterschool, college, business, community, government, museum, "
           "library, funder or other";
}

static const char *const settings[] = {"in-school", "out-of-school"};

const char *tn_setting_name(int64_t number)
{
    return settings[number];
}

const char *tn_setting_find(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (len == strlen(settings[i]) && strncasecmp(word, settings[i], len) == 0) {
            return settings[i];
        }
    }
    return NULL;
}

const char *tn_check_setting(const char *value, int64_t *number)
{
    static const struct {
        const char *word;
        int64_t number;
    } words[] = {{"inschool", 0},    {"school", 0}, {"outofschool", 1}, {"outschool", 1},
                 {"afterschool", 1}, {"summer", 1}, {"weekend", 1},     {"community", 1}};
    char word[WORD_MAX];
    fold_word(value, word);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i].word) == 0) {
            *number = words[i].number;
            return NULL;
        }
    }
    return "a setting: in-school or out-of-school (which after-school, summer, weekend and "
           "community also say)";
}
