/* Quality: how far the numbers of the other reports can be trusted: ends that nobody scanned, times
 * that were corrected, visits that people set right, badges nobody knows, scans at odd times, and
 * what still waits for a person. */
#include "sync/central/conflict.h"
#include "sync/central/reach.h"
#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"
#include "sync/central/report_sets.h"
#include "sync/central/suppress.h"

struct quality {
    struct tn_set visits;
    struct tn_set imputed;
    struct tn_set ended; /* by somebody */
    struct tn_set outside;
    int64_t unknown;
    struct tn_set told[TN_VISITED_COUNT]; /* by how their times are known */
    struct tn_set moved;
    struct tn_set set_right; /* ended by a correction */
    uint64_t serial;
};

static bool is_outside(const struct tn_scope_event *event, int64_t at_ms)
{
    return event->ends > 0 &&
           (at_ms < event->starts - TN_REACH_MARGIN_MS || at_ms > event->ends + TN_REACH_MARGIN_MS);
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct quality *q = state;
    q->serial++;
    for (size_t i = 0; i < who->count; i++) {
        const struct tn_attended *visit = &who->visits[i];
        const struct tn_scope_event *event = &scope->events[visit->event];
        const bool is_odd =
            is_outside(event, visit->starts) ||
            (!visit->imputed && is_outside(event, visit->starts + visit->minutes * 60000));
        tn_set_add(&q->visits, q->serial, 0);
        tn_set_add(visit->imputed ? &q->imputed : &q->ended, q->serial, 0);
        if (is_odd) {
            tn_set_add(&q->outside, q->serial, 0);
        }
        tn_set_add(&q->told[visit->told], q->serial, 0);
        if (visit->is_moved) {
            tn_set_add(&q->moved, q->serial, 0);
        }
        if (visit->is_ended) {
            tn_set_add(&q->set_right, q->serial, 0);
        }
    }
    q->unknown += who->is_unknown;
    return TN_OK;
}

static struct tn_report_value visits_of(const struct tn_scope *scope, const struct tn_set *set)
{
    return tn_release_visits(scope, set->visits, set->most_visits,
                             tn_release_hides(scope, set->learners));
}

static struct tn_report_value all_visits(const struct tn_scope *scope, const struct quality *q)
{
    return tn_release_visits(scope, q->visits.visits, q->visits.most_visits, false);
}

/* How many visits the station's clock was not believed for. */
static void add_clock_share(const struct quality *q, const struct tn_scope *scope,
                            struct tn_report *out, struct tn_report_part *part)
{
    static const enum tn_visited_told corrected[] = {TN_VISITED_ANCHORED, TN_VISITED_SETTLED,
                                                     TN_VISITED_BOUNDED};
    const struct tn_report_value all = all_visits(scope, q);
    struct tn_report_value sum = {0};
    for (size_t i = 0; i < sizeof corrected / sizeof corrected[0]; i++) {
        const struct tn_report_value visits = visits_of(scope, &q->told[corrected[i]]);
        sum.number += visits.number;
        sum.is_partial = sum.is_partial || visits.is_partial || visits.is_withheld;
    }
    const struct tn_report_value share = tn_release_share(&sum, &all);
    tn_report_figure(out, part, "clock_corrected_share", "Share whose time was corrected by clock",
                     TN_MEASURE_SHARE, &share);
}

static void add_figures(const struct quality *q, const struct tn_scope *scope,
                        struct tn_report *out)
{
    const bool hides_imputed =
        tn_release_hides(scope, q->imputed.learners) || tn_release_hides(scope, q->ended.learners);
    const struct tn_report_value visits = all_visits(scope, q);
    const struct tn_report_value imputed =
        tn_release_visits(scope, q->imputed.visits, q->imputed.most_visits, hides_imputed);
    const struct tn_report_value share = tn_release_share(&imputed, &visits);
    const struct tn_report_value unknown =
        tn_release_count(scope, q->unknown, tn_release_hides(scope, q->unknown));
    const struct tn_report_value outside = visits_of(scope, &q->outside);
    struct tn_report_part *part = tn_release_headline(scope, out, "What the numbers rest on");
    tn_report_figure(out, part, "visits", "Stays and visits", TN_MEASURE_COUNT, &visits);
    tn_report_figure(out, part, "imputed", "Of them with an imputed end", TN_MEASURE_COUNT,
                     &imputed);
    tn_report_figure(out, part, "imputed_share", "Share with an imputed end", TN_MEASURE_SHARE,
                     &share);
    tn_report_figure(out, part, "unknown_badges", "Badges the centre does not know",
                     TN_MEASURE_COUNT, &unknown);
    tn_report_figure(out, part, "visits_outside", "Stays and visits outside their event's time",
                     TN_MEASURE_COUNT, &outside);
    add_clock_share(q, scope, out, part);
}

/* The visits by how their times are known; each is in one row. */
static void add_times(const struct quality *q, const struct tn_scope *scope, struct tn_report *out)
{
    static const char *const labels[TN_VISITED_VOID] = {
        [TN_VISITED_AS_IT_WAS] = "As the station's clock had it",
        [TN_VISITED_ANCHORED] = "By a clock that was measured or confirmed",
        [TN_VISITED_SETTLED] = "Settled by a person",
        [TN_VISITED_BOUNDED] = "Bounded by other scans",
        [TN_VISITED_DOUBTED] = "Doubted, and left as it was",
        [TN_VISITED_PAPER] = "Kept on paper",
        [TN_VISITED_ADDED] = "Added by a correction"};
    static const struct tn_report_column columns[] = {{"label", "How", TN_MEASURE_TEXT},
                                                      {"visits", "Visits", TN_MEASURE_COUNT},
                                                      {"share", "Share", TN_MEASURE_SHARE}};
    const struct tn_report_value all = all_visits(scope, q);
    struct tn_report_part *part =
        tn_report_table(out, "times", "How the times of visits are known", columns, 3);
    part->chart = TN_CHART_BARS;
    part->chart_column = 1;
    for (size_t i = 0; i < TN_VISITED_VOID; i++) {
        const struct tn_report_value visits = visits_of(scope, &q->told[i]);
        const struct tn_report_value values[] = {
            {.text = labels[i]}, visits, tn_release_share(&visits, &all)};
        tn_report_row(out, part, values);
    }
}

/* What people set right. Void visits are in no other number of any report. */
static void add_corrections(const struct quality *q, const struct tn_scope *scope,
                            struct tn_report *out)
{
    static const struct tn_report_column columns[] = {
        {"label", "What became of them", TN_MEASURE_TEXT}, {"visits", "Visits", TN_MEASURE_COUNT}};
    const int64_t most = scope->most_voided;
    const bool hides_voided = tn_suppress_is_small(scope->voided_learners, scope->centre->min_cell);
    const struct {
        const char *label;
        struct tn_report_value visits;
    } rows[] = {
        {"Moved, in time or place", visits_of(scope, &q->moved)},
        {"Ended", visits_of(scope, &q->set_right)},
        {"Added", visits_of(scope, &q->told[TN_VISITED_ADDED])},
        {"Void: they do not count", tn_release_visits(scope, scope->voided, most, hides_voided)}};
    struct tn_report_part *part =
        tn_report_table(out, "corrected", "Visits that people set right", columns, 2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct tn_report_value values[] = {{.text = rows[i].label}, rows[i].visits};
        tn_report_row(out, part, values);
    }
}

/* Conflicts about logs and activities count no people. */
static bool is_about_people(const struct tn_conflict_type *type)
{
    return type->about != TN_ABOUT_LOG && type->about != TN_ABOUT_ACTIVITY;
}

static enum tn_status add_conflicts(const struct tn_scope *scope, struct tn_report *out)
{
    static const char sql[] = "SELECT type, count(CASE WHEN state = 'open' THEN 1 END),"
                              " count(CASE WHEN state <> 'open' THEN 1 END) FROM conflict WHERE "
                              "ecosystem = $1 GROUP BY type"
                              " ORDER BY type";
    static const struct tn_report_column columns[] = {{"type", "Type", TN_MEASURE_TEXT},
                                                      {"what", "What it means", TN_MEASURE_TEXT},
                                                      {"open", "Open", TN_MEASURE_COUNT},
                                                      {"settled", "Settled", TN_MEASURE_COUNT}};
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    struct tn_report_part *part = tn_report_table(
        out, "conflicts", "What waits or waited for a person, at all events", columns, 4);
    enum tn_status status = tn_centre_prepare(scope->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        const struct tn_conflict_type *type = tn_conflict_type(tn_col_text(stmt, 0));
        const struct tn_report_value open = {.number = tn_col_int(stmt, 1)};
        const struct tn_report_value settled = {.number = tn_col_int(stmt, 2)};
        const bool is_rounded = is_about_people(type);
        const struct tn_report_value values[] = {
            {.text = tn_col_text(stmt, 0)},
            {.text = type->what},
            is_rounded ? tn_release_count(scope, open.number, false) : open,
            is_rounded ? tn_release_count(scope, settled.number, false) : settled};
        tn_report_row(out, part, values);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    const struct quality *q = state;
    add_figures(q, scope, out);
    add_times(q, scope, out);
    add_corrections(q, scope, out);
    enum tn_status status = add_conflicts(scope, out);
    tn_report_note(out, "An end is imputed where nobody checked out: the event's end, or an"
                        " activity's default minutes.");
    tn_report_note(out, "A time is corrected by clock where the station's was measured, confirmed,"
                        " settled or bounded by other scans; what was added, and how the times of"
                        " the rest are known, stands beside it.");
    tn_report_note(out, "Stays and visits outside their event's time (and two hours around it) may"
                        " come of a wrong clock, or of wrong dates in events.csv.");
    tn_report_note(out, "`turnout-sync conflicts` lists what waits for a person, and what to do.");
    tn_release_notes(scope, out);
    return status == TN_OK ? out->status : status;
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {
        .size = sizeof(struct quality), .is_rounded = true, .add = add, .finish = finish};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_quality = {
    .name = "quality",
    .title = "Quality of the data",
    .summary = "imputed ends, corrected times and visits, unknown badges, conflicts",
    .pillar = "Measurement",
    .make = make,
};
