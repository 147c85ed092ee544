/* Workforce: exposure to work by its kind (talk, mentor, site visit, shadow, internship,
 * apprenticeship, credential), as activities say in workforce_kind. */
#include <stdlib.h>
#include <string.h>

#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"
#include "sync/central/report_sets.h"

struct workforce {
    struct tn_set *kinds;
    struct tn_set any;
    uint64_t serial;
};

static enum tn_status begin(void *state, struct tn_scope *scope)
{
    struct workforce *w = state;
    w->kinds = calloc(scope->kind_count + 1, sizeof *w->kinds);
    return w->kinds == NULL ? TN_ERR_NO_MEMORY : TN_OK;
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct workforce *w = state;
    w->serial++;
    for (size_t i = 0; i < who->count; i++) {
        const struct tn_attended *visit = &who->visits[i];
        const uint32_t kind = visit->activity == TN_SCOPE_NONE
                                  ? TN_SCOPE_NONE
                                  : scope->activities[visit->activity].kind;
        if (kind != TN_SCOPE_NONE) {
            tn_set_add(&w->kinds[kind], w->serial, visit->minutes);
            tn_set_add(&w->any, w->serial, visit->minutes);
        }
    }
    return TN_OK;
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    static const struct tn_report_column columns[] = {{"kind", "Kind", TN_MEASURE_TEXT},
                                                      {"learners", "Learners", TN_MEASURE_COUNT},
                                                      {"share", "Share", TN_MEASURE_SHARE},
                                                      {"visits", "Visits", TN_MEASURE_COUNT},
                                                      {"minutes", "Hours", TN_MEASURE_MINUTES}};
    const struct workforce *w = state;
    const struct tn_report_value total = tn_release_total(scope);
    struct tn_report_value any[3];
    tn_set_values(scope, &w->any, any);
    const struct tn_report_value share = tn_release_share(&any[0], &total);
    struct tn_report_part *figures = tn_release_headline(scope, out, "Meeting the world of work");
    tn_report_figure(out, figures, "learners_exposed", "Learners who met the world of work",
                     TN_MEASURE_COUNT, &any[0]);
    tn_report_figure(out, figures, "share_exposed", "Share of all learners", TN_MEASURE_SHARE,
                     &share);
    tn_report_figure(out, figures, "minutes_exposed", "Hours of it", TN_MEASURE_MINUTES, &any[2]);
    struct tn_report_part *part = tn_report_table(out, "kinds", "By kind", columns, 5);
    part->chart = TN_CHART_BARS;
    part->chart_column = 1;
    for (size_t i = 0; i < scope->kind_count; i++) {
        struct tn_report_value values[3];
        tn_set_values(scope, &w->kinds[i], values);
        const struct tn_report_value row[] = {{.text = scope->kinds[i]},
                                              values[0],
                                              tn_release_share(&values[0], &total),
                                              values[1],
                                              values[2]};
        tn_report_row(out, part, row);
    }
    tn_report_note(out, "A learner with two kinds of exposure counts once in each.");
    tn_release_notes(scope, out);
    return out->status;
}

static void end(void *state)
{
    struct workforce *w = state;
    free(w->kinds);
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {.size = sizeof(struct workforce),
                                            .is_rounded = true,
                                            .begin = begin,
                                            .add = add,
                                            .finish = finish,
                                            .end = end};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_workforce = {
    .name = "workforce",
    .title = "Workforce",
    .summary = "who met the world of work, and how",
    .pillar = "Workforce",
    .make = make,
};
