/* Sets of learners that may overlap (those who met a partner, who took a step): each learner counts
 * once in every set they are in, with what they did there. */
#ifndef TURNOUT_CENTRAL_REPORT_SETS_H
#define TURNOUT_CENTRAL_REPORT_SETS_H

#include "sync/central/report_survey.h"

struct tn_set {
    int64_t learners;
    int64_t visits;
    int64_t minutes;
    int64_t most_visits; /* of one learner */
    int64_t most_minutes;
    int64_t own_visits; /* of the learner it last counted */
    int64_t own_minutes;
    uint64_t last; /* that learner, from 1 */
};

/* Counts a visit of learner `serial` (a number that grows from 1) for a set. */
void tn_set_add(struct tn_set *set, uint64_t serial, int64_t minutes);

/* The three numbers as a report may show them: learners, visits, minutes. */
void tn_set_values(const struct tn_scope *scope, const struct tn_set *set,
                   struct tn_report_value out[3]);

#endif
