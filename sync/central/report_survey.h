/* One way through all learners: each is given to a kind of report once, with what the filter leaves
 * of their visits. Nothing is kept of a learner but what the kind counts, so memory does not grow
 * with them. */
#ifndef TURNOUT_CENTRAL_REPORT_SURVEY_H
#define TURNOUT_CENTRAL_REPORT_SURVEY_H

#include "sync/central/report_scope.h"
#include "sync/central/visited.h"

#define TN_GRADE_UNKNOWN (-2)
#define TN_GRADE_FIRST (-1) /* PK */
#define TN_GRADE_LAST 12

struct tn_attended {
    uint32_t event;
    uint32_t activity; /* TN_SCOPE_NONE: a stay, or an activity nobody imported */
    bool is_stay;
    bool imputed;
    bool is_moved; /* by a correction, as is_ended */
    bool is_ended;
    enum tn_visited_told told;
    int64_t starts;
    int64_t minutes;
};

struct tn_attendee {
    struct tn_id id;  /* of the learner, or of the badge */
    int64_t grade;    /* now; or TN_GRADE_UNKNOWN */
    const char *zip3; /* "" where unknown, as lang; borrowed until the next one */
    const char *lang;
    bool is_unknown;                  /* a badge the centre does not know */
    const struct tn_attended *visits; /* by event */
    size_t count;
    int64_t minutes; /* of contact */
};

/* How a kind of report counts. state is zeroed memory of size bytes. */
struct tn_survey {
    size_t size;
    void *ctx;       /* for begin, in the scope */
    bool is_rounded; /* see report_release.h: what it counts is never shown exactly */
    enum tn_status (*begin)(void *state, struct tn_scope *scope); /* NULL: nothing to do */
    enum tn_status (*add)(void *state, struct tn_scope *scope, const struct tn_attendee *who);
    enum tn_status (*finish)(void *state, struct tn_scope *scope, struct tn_report *out);
    void (*end)(void *state); /* NULL: nothing to do; called also after a failure */
};

/* Goes through the learners and fills the report. */
enum tn_status tn_survey_make(const struct tn_survey *survey, struct tn_centre *centre,
                              const struct tn_report_filter *filter, struct tn_report *out);

/* Minutes of contact of one event's visits, from first on: those of the stays, or where there is no
 * stay, of the activities. *next is where the next event's begin. */
int64_t tn_survey_contact(const struct tn_attended *visits, size_t count, size_t first,
                          size_t *next);

#endif
