/* Quality: how far the numbers of the other reports can be trusted: ends that nobody scanned,
 * badges nobody knows, scans at odd times, and what still waits for a person. */
#include "sync/central/conflict.h"
#include "sync/central/reach.h"
#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"

struct quality {
    int64_t visits;
    int64_t imputed;
    int64_t imputed_learners; /* who have one */
    int64_t ended_learners;   /* who have one that is not */
    int64_t outside;
    int64_t outside_learners;
    int64_t unknown;
};

static bool is_outside(const struct tn_scope_event *event, int64_t at_ms)
{
    return event->ends > 0 &&
           (at_ms < event->starts - TN_REACH_MARGIN_MS || at_ms > event->ends + TN_REACH_MARGIN_MS);
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct quality *q = state;
    bool has_imputed = false;
    bool has_ended = false;
    bool has_outside = false;
    for (size_t i = 0; i < who->count; i++) {
        const struct tn_attended *visit = &who->visits[i];
        const struct tn_scope_event *event = &scope->events[visit->event];
        const bool is_odd =
            is_outside(event, visit->starts) ||
            (!visit->imputed && is_outside(event, visit->starts + visit->minutes * 60000));
        q->visits++;
        q->imputed += visit->imputed;
        q->outside += is_odd;
        has_imputed = has_imputed || visit->imputed;
        has_ended = has_ended || !visit->imputed;
        has_outside = has_outside || is_odd;
    }
    q->imputed_learners += has_imputed;
    q->ended_learners += has_ended;
    q->outside_learners += has_outside;
    q->unknown += who->is_unknown;
    return TN_OK;
}

static void add_figures(const struct quality *q, const struct tn_scope *scope,
                        struct tn_report *out)
{
    const bool hides_imputed =
        tn_release_hides(scope, q->imputed_learners) || tn_release_hides(scope, q->ended_learners);
    const struct tn_report_value visits = tn_release_count(scope, q->visits, false);
    const struct tn_report_value imputed = tn_release_count(scope, q->imputed, hides_imputed);
    const struct tn_report_value share = tn_release_share(&imputed, &visits);
    const struct tn_report_value unknown =
        tn_release_count(scope, q->unknown, tn_release_hides(scope, q->unknown));
    const struct tn_report_value outside =
        tn_release_count(scope, q->outside, tn_release_hides(scope, q->outside_learners));
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
}

/* Conflicts about logs and activities count no people. */
static bool is_about_people(const struct tn_conflict_type *type)
{
    return type->about != TN_ABOUT_LOG && type->about != TN_ABOUT_ACTIVITY;
}

static enum tn_status add_conflicts(const struct tn_scope *scope, struct tn_report *out)
{
    static const char sql[] = "SELECT type, count(*) FROM conflict WHERE ecosystem = $1 AND state ="
                              " 'open' GROUP BY type ORDER BY type";
    static const struct tn_report_column columns[] = {{"type", "Type", TN_MEASURE_TEXT},
                                                      {"what", "What it means", TN_MEASURE_TEXT},
                                                      {"open", "Open", TN_MEASURE_COUNT}};
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    struct tn_report_part *part =
        tn_report_table(out, "conflicts", "What waits for a person, at all events", columns, 3);
    enum tn_status status = tn_centre_prepare(scope->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        const struct tn_conflict_type *type = tn_conflict_type(tn_col_text(stmt, 0));
        const struct tn_report_value open = {.number = tn_col_int(stmt, 1)};
        const struct tn_report_value values[] = {
            {.text = tn_col_text(stmt, 0)},
            {.text = type->what},
            is_about_people(type) ? tn_release_count(scope, open.number, false) : open};
        tn_report_row(out, part, values);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    const struct quality *q = state;
    add_figures(q, scope, out);
    enum tn_status status = add_conflicts(scope, out);
    tn_report_note(out, "An end is imputed where nobody checked out: the event's end, or an"
                        " activity's default minutes.");
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
    .summary = "imputed ends, unknown badges, scans at odd times, open conflicts",
    .pillar = "Measurement",
    .make = make,
};
