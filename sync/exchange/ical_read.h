/* Calendars (RFC 5545) as a list of what happens when: the VEVENTs of a text, with the ones that
 * repeat laid out one by one. Through libical, which is forgiving; what it drops of a property that
 * we need is a problem here. */
#ifndef TURNOUT_EXCHANGE_ICAL_READ_H
#define TURNOUT_EXCHANGE_ICAL_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sync/exchange/problems.h"
#include "turnout/pack.h"
#include "turnout/setup.h"
#include "turnout/status.h"

#define TN_ICAL_SIZE_MAX (16u << 20) /* bytes of a file */
#define TN_ICAL_EVENTS_MAX 50000     /* VEVENTs of a file */
#define TN_ICAL_REPEATS_MAX 366      /* occurrences of one that repeats */
#define TN_ICAL_UID_MAX 400

/* One occurrence. Texts are borrowed for the call. */
struct tn_ical_event {
    struct tn_place place; /* the line where its VEVENT begins */
    const char *uid;
    int64_t recurs_ms; /* which occurrence of several; INT64_MIN: there is only one */
    int64_t starts_ms;
    int64_t ends_ms;
    int64_t sequence;
    char tz[TN_TZ_MAX + 1];
    char title[TN_TITLE_MAX + 1];
    char site[TN_TITLE_MAX + 1]; /* empty: not said */
    char code[TN_TITLE_MAX + 1]; /* of X-TURNOUT-CODE; empty: none */
    const char *setting; /* "in-school" or "out-of-school" out of CATEGORIES; NULL: neither */
    bool is_cancelled;
    bool is_tentative;
    bool is_activity; /* one of ours, that an export put beside its event */
    bool has_no_end;  /* one hour was taken */
};

struct tn_ical_reading {
    const char *text; /* of a whole file, ended by a NUL */
    size_t len;
    const char *tz;   /* of times that name none */
    int64_t until_ms; /* occurrences that start later are left out; INT64_MAX: none */
    struct tn_problems *problems;
    enum tn_status (*each)(void *ctx, const struct tn_ical_event *event);
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* may be NULL */
    void *ctx;
};

/* Calls each for every occurrence, in the order of the file; what is wrong is said as problems,
 * with line and UID, and left out. TN_ERR_FORMAT: it is no calendar, said too. Else what each gave.
 */
enum tn_status tn_ical_read(const struct tn_ical_reading *reading);

#endif
