/* Repeat participation: how many events a learner came to, how soon they came again, and over how
 * many weeks. A return is a visit that begins twelve hours or more after the one before, so that a
 * day with two check-ins is one occasion in any time zone. */
#include <stdlib.h>

#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define WEEK_MS (7 * DAY_MS)
#define APART_MS (12 * HOUR_MS)
#define THURSDAY_TO_MONDAY_MS (3 * DAY_MS) /* 1970 began on a Thursday */

enum { EVENTS_1, EVENTS_2, EVENTS_3_5, EVENTS_6, EVENT_ROWS };
enum { AGAIN_30, AGAIN_90, AGAIN_365, AGAIN_LATER, AGAIN_NOT, AGAIN_ROWS };
enum { WEEKS_1, WEEKS_2_3, WEEKS_4, WEEK_ROWS };

struct repeat {
    int64_t events[EVENT_ROWS];
    int64_t again[AGAIN_ROWS];
    int64_t weeks[WEEK_ROWS];
    int64_t *starts; /* of one learner, in order */
    size_t room;
};

static int compare_times(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static enum tn_status sort_starts(struct repeat *r, const struct tn_attendee *who)
{
    if (who->count > r->room) {
        int64_t *more = realloc(r->starts, 2 * who->count * sizeof *more);
        if (more == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        r->starts = more;
        r->room = 2 * who->count;
    }
    for (size_t i = 0; i < who->count; i++) {
        r->starts[i] = who->visits[i].starts;
    }
    qsort(r->starts, who->count, sizeof *r->starts, compare_times);
    return TN_OK;
}

static void count_events(struct repeat *r, const struct tn_attendee *who)
{
    size_t events = 0;
    for (size_t i = 0; i < who->count; i++) {
        events += i == 0 || who->visits[i].event != who->visits[i - 1].event;
    }
    r->events[events == 1   ? EVENTS_1
              : events == 2 ? EVENTS_2
              : events <= 5 ? EVENTS_3_5
                            : EVENTS_6]++;
}

/* From the first occasion to the next. */
static void count_return(struct repeat *r, size_t count)
{
    size_t next = 1;
    while (next < count && r->starts[next] - r->starts[next - 1] < APART_MS) {
        next++;
    }
    const int64_t days = next == count ? -1 : (r->starts[next] - r->starts[0]) / DAY_MS;
    r->again[days < 0      ? AGAIN_NOT
             : days <= 30  ? AGAIN_30
             : days <= 90  ? AGAIN_90
             : days <= 365 ? AGAIN_365
                           : AGAIN_LATER]++;
}

static int64_t week_of(int64_t at_ms)
{
    return (at_ms + THURSDAY_TO_MONDAY_MS) / WEEK_MS;
}

static void count_weeks(struct repeat *r, size_t count)
{
    size_t weeks = 0;
    for (size_t i = 0; i < count; i++) {
        weeks += i == 0 || week_of(r->starts[i]) != week_of(r->starts[i - 1]);
    }
    r->weeks[weeks == 1 ? WEEKS_1 : weeks <= 3 ? WEEKS_2_3 : WEEKS_4]++;
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct repeat *r = state;
    (void)scope;
    enum tn_status status = sort_starts(r, who);
    if (status == TN_OK) {
        count_events(r, who);
        count_return(r, who->count);
        count_weeks(r, who->count);
    }
    return status;
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    static const char *const events[EVENT_ROWS] = {"1 event", "2 events", "3 to 5 events",
                                                   "6 events or more"};
    static const char *const again[AGAIN_ROWS] = {"Within 30 days", "After 31 to 90 days",
                                                  "After 91 to 365 days", "After more than a year",
                                                  "Not yet"};
    static const char *const weeks[WEEK_ROWS] = {"1 week", "2 or 3 weeks", "4 weeks or more"};
    const struct repeat *r = state;
    (void)tn_release_headline(scope, out, "Coming back");
    tn_release_rows(scope, out, "events", "How many events learners came to", "Events", events,
                    r->events, EVENT_ROWS);
    tn_release_rows(scope, out, "returns", "How soon learners came again", "Came again", again,
                    r->again, AGAIN_ROWS);
    tn_release_rows(scope, out, "weeks", "In how many weeks learners came", "Weeks", weeks,
                    r->weeks, WEEK_ROWS);
    tn_report_note(out, "Learners came again when a visit begins twelve hours or more after the one"
                        " before it; the days are those from the first to the second time.");
    tn_report_note(out, "A week runs from Monday to Sunday. After-school programs have shown most"
                        " in learners who came in four weeks or more.");
    tn_release_notes(scope, out);
    return out->status;
}

static void end(void *state)
{
    struct repeat *r = state;
    free(r->starts);
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {.size = sizeof(struct repeat),
                                            .is_rounded = true,
                                            .add = add,
                                            .finish = finish,
                                            .end = end};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_repeat = {
    .name = "repeat",
    .title = "Repeat participation",
    .summary = "who came again, how soon and for how long",
    .pillar = "Teaching & Learning",
    .make = make,
};
