/* Pathways: how many learners took each step. A step is taken by visits of as many different
 * activities of it as it needs; steps may be taken in any order. */
#include <stdlib.h>

#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"

#define OWN_TABLES_MAX 24 /* more pathways share one table */

struct pathways {
    int64_t *taken;    /* learners by step */
    int64_t *anything; /* learners by pathway, who took a step of it */
    int64_t *whole;    /* and who took all */
    int64_t *steps_in; /* how many steps a pathway has */
    uint64_t *pairs;   /* of one learner: step and activity */
    size_t room;
    int64_t on_any;
};

static enum tn_status begin(void *state, struct tn_scope *scope)
{
    struct pathways *p = state;
    p->taken = calloc(scope->step_count + 1, sizeof *p->taken);
    p->anything = calloc(scope->pathway_count + 1, sizeof *p->anything);
    p->whole = calloc(scope->pathway_count + 1, sizeof *p->whole);
    p->steps_in = calloc(scope->pathway_count + 1, sizeof *p->steps_in);
    if (p->taken == NULL || p->anything == NULL || p->whole == NULL || p->steps_in == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < scope->step_count; i++) {
        p->steps_in[scope->steps[i].pathway]++;
    }
    return TN_OK;
}

static int compare_pairs(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The different (step, activity) of a learner, in order. */
static enum tn_status list_pairs(struct pathways *p, const struct tn_scope *scope,
                                 const struct tn_attendee *who, size_t *count)
{
    *count = 0;
    if (who->count > p->room) {
        uint64_t *more = realloc(p->pairs, 2 * who->count * sizeof *more);
        if (more == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        p->pairs = more;
        p->room = 2 * who->count;
    }
    for (size_t i = 0; i < who->count; i++) {
        const uint32_t activity = who->visits[i].activity;
        const uint32_t step =
            activity == TN_SCOPE_NONE ? TN_SCOPE_NONE : scope->activities[activity].step;
        if (step != TN_SCOPE_NONE) {
            p->pairs[(*count)++] = (uint64_t)step << 32 | activity;
        }
    }
    if (*count > 1) {
        qsort(p->pairs, *count, sizeof *p->pairs, compare_pairs);
    }
    return TN_OK;
}

/* Counts the activities of the step at *at, and goes past them; whether they are enough. */
static bool take_step(struct pathways *p, const struct tn_scope *scope, size_t count, size_t *at)
{
    const uint64_t step = p->pairs[*at] >> 32;
    int64_t activities = 0;
    for (uint64_t last = UINT64_MAX; *at < count && p->pairs[*at] >> 32 == step; (*at)++) {
        activities += p->pairs[*at] != last;
        last = p->pairs[*at];
    }
    const bool is_taken = activities >= scope->steps[step].needs;
    p->taken[step] += is_taken;
    return is_taken;
}

/* Steps are by pathway, so those of one follow each other. */
static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct pathways *p = state;
    size_t count = 0;
    bool is_on_any = false;
    enum tn_status status = list_pairs(p, scope, who, &count);
    for (size_t i = 0; i < count && status == TN_OK;) {
        const uint32_t pathway = scope->steps[p->pairs[i] >> 32].pathway;
        int64_t steps = 0;
        while (i < count && scope->steps[p->pairs[i] >> 32].pathway == pathway) {
            steps += take_step(p, scope, count, &i);
        }
        p->anything[pathway] += steps > 0;
        p->whole[pathway] += steps > 0 && steps == p->steps_in[pathway];
        is_on_any = is_on_any || steps > 0;
    }
    p->on_any += is_on_any;
    return status;
}

static struct tn_report_value set_value(const struct tn_scope *scope, int64_t learners)
{
    return tn_release_count(scope, learners, tn_release_hides(scope, learners));
}

static void add_row(const struct tn_scope *scope, struct tn_report *out,
                    struct tn_report_part *part, const char *pathway, const char *step,
                    int64_t learners, int64_t of)
{
    const struct tn_report_value shown = set_value(scope, learners);
    const struct tn_report_value base = set_value(scope, of);
    const struct tn_report_value values[] = {
        {.text = pathway}, {.text = step}, shown, tn_release_share(&shown, &base)};
    tn_report_row(out, part, pathway == NULL ? values + 1 : values);
}

static void add_steps(const struct pathways *p, const struct tn_scope *scope, size_t pathway,
                      bool is_shared, struct tn_report_part *part, struct tn_report *out)
{
    const char *title = is_shared ? scope->pathways[pathway].title : NULL;
    for (size_t i = 0; i < scope->step_count; i++) {
        const struct tn_scope_step *step = &scope->steps[i];
        if (step->pathway == pathway) {
            add_row(scope, out, part, title,
                    tn_report_text(out, "%lld. %s", (long long)step->number, step->title),
                    p->taken[i], p->anything[pathway]);
        }
    }
    add_row(scope, out, part, title, "All of its steps", p->whole[pathway], p->anything[pathway]);
}

static const struct tn_report_column columns[] = {
    {"pathway", "Pathway", TN_MEASURE_TEXT},
    {"step", "Step", TN_MEASURE_TEXT},
    {"learners", "Learners", TN_MEASURE_COUNT},
    {"share", "Share of those on the pathway", TN_MEASURE_SHARE},
};

static void add_tables(const struct pathways *p, const struct tn_scope *scope,
                       struct tn_report *out)
{
    const bool is_shared = scope->pathway_count > OWN_TABLES_MAX;
    struct tn_report_part *part = NULL;
    if (is_shared) {
        part = tn_report_table(out, "pathways", "Steps taken", columns, 4);
    }
    for (size_t i = 0; i < scope->pathway_count; i++) {
        if (!is_shared) {
            part = tn_report_table(out, tn_report_text(out, "pathway_%s", scope->pathways[i].code),
                                   tn_report_text(out, "Pathway: %s", scope->pathways[i].title),
                                   columns + 1, 3);
            part->chart = TN_CHART_PATH;
            part->chart_column = 1;
        }
        add_steps(p, scope, i, is_shared, part, out);
    }
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    const struct pathways *p = state;
    const struct tn_report_value pathways = {.number = (int64_t)scope->pathway_count};
    const struct tn_report_value on_any = set_value(scope, p->on_any);
    struct tn_report_part *figures = tn_release_headline(scope, out, "Pathways");
    tn_report_figure(out, figures, "pathways", "Pathways", TN_MEASURE_COUNT, &pathways);
    tn_report_figure(out, figures, "learners_on_pathways", "Learners who took a step of any",
                     TN_MEASURE_COUNT, &on_any);
    add_tables(p, scope, out);
    tn_report_note(out, "A step is taken by visiting as many different activities of it as it"
                        " needs. Steps count in whatever order they were taken.");
    tn_release_notes(scope, out);
    return out->status;
}

static void end(void *state)
{
    struct pathways *p = state;
    free(p->taken);
    free(p->anything);
    free(p->whole);
    free(p->steps_in);
    free(p->pairs);
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {.size = sizeof(struct pathways),
                                            .is_rounded = true,
                                            .begin = begin,
                                            .add = add,
                                            .finish = finish,
                                            .end = end};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_pathway = {
    .name = "pathway",
    .title = "Pathways",
    .summary = "how many learners took each step",
    .pillar = "Teaching & Learning",
    .make = make,
};
