/* A set whose learners, or all other learners, are few is withheld with all that rests on it. */
#include "sync/central/report_sets.h"

#include "sync/central/report_release.h"

void tn_set_add(struct tn_set *set, uint64_t serial, int64_t minutes)
{
    set->learners += set->last != serial;
    set->own_visits = set->last == serial ? set->own_visits + 1 : 1;
    set->own_minutes = set->last == serial ? set->own_minutes + minutes : minutes;
    set->most_visits = set->own_visits > set->most_visits ? set->own_visits : set->most_visits;
    set->most_minutes = set->own_minutes > set->most_minutes ? set->own_minutes : set->most_minutes;
    set->last = serial;
    set->visits++;
    set->minutes += minutes;
}

void tn_set_values(const struct tn_scope *scope, const struct tn_set *set,
                   struct tn_report_value out[3])
{
    const bool is_withheld = tn_release_hides(scope, set->learners);
    out[0] = tn_release_count(scope, set->learners, is_withheld);
    out[1] = tn_release_visits(scope, set->visits, set->most_visits, is_withheld);
    out[2] = tn_release_minutes(scope, set->minutes, set->most_minutes, is_withheld);
}
