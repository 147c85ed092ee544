/* The reach report as parts: headline figures, then a table by sector and one by partner. What is
 * withheld was withheld by reach.h's rule before it comes here. */
#include "sync/central/reach.h"
#include "sync/central/report_kinds.h"
#include "sync/central/report_scope.h"

static struct tn_report_value value_of(const struct tn_figure *figure, bool is_withheld)
{
    const bool hidden = is_withheld || figure->is_withheld;
    return (struct tn_report_value){.number = figure->value,
                                    .is_withheld = hidden,
                                    .is_partial = figure->is_partial && !hidden};
}

static struct tn_figure together(const struct tn_figure *a, const struct tn_figure *b)
{
    return (struct tn_figure){.value = a->value + b->value,
                              .is_withheld = a->is_withheld || b->is_withheld,
                              .is_partial = a->is_partial || b->is_partial};
}

/* What share of all ends is imputed; of nothing there is no share. */
static struct tn_report_value imputed_share(const struct tn_reach *r)
{
    struct tn_report_value share = value_of(&r->imputed, r->is_withheld);
    share.is_none = !share.is_withheld && r->imputed_of == 0;
    if (!share.is_none && !share.is_withheld) {
        share.number = (20000 * r->imputed.value + r->imputed_of) / (2 * r->imputed_of);
    }
    return share;
}

static void add_figures(struct tn_report *out, const struct tn_reach *r)
{
    const struct tn_figure visits = together(&r->stays, &r->visits);
    const struct {
        const char *key;
        const char *label;
        enum tn_measure measure;
        struct tn_report_value value;
    } figures[] = {
        {"learners", "Learners reached, each counted once", TN_MEASURE_COUNT,
         value_of(&r->learners, r->is_withheld)},
        {"contact_minutes", "Contact hours", TN_MEASURE_MINUTES,
         value_of(&r->minutes, r->is_withheld)},
        {"visits", "Stays and visits together", TN_MEASURE_COUNT,
         value_of(&visits, r->is_withheld)},
        {"stays", "Stays at events", TN_MEASURE_COUNT, value_of(&r->stays, r->is_withheld)},
        {"activity_visits", "Visits of activities", TN_MEASURE_COUNT,
         value_of(&r->visits, r->is_withheld)},
        {"imputed", "Stays and visits with an imputed end", TN_MEASURE_COUNT,
         value_of(&r->imputed, r->is_withheld)},
        {"imputed_share", "Share of them with an imputed end", TN_MEASURE_SHARE, imputed_share(r)},
        {"unknown_badges", "Badges the centre does not know", TN_MEASURE_COUNT,
         value_of(&r->unknown_badges, r->is_withheld)},
        {"scans_outside", "Scans outside their event's time", TN_MEASURE_COUNT,
         value_of(&r->scans_outside, false)},
        {"adults", "Adults counted without badges", TN_MEASURE_COUNT, {.number = r->adults}},
        {"stations", "Stations", TN_MEASURE_COUNT, {.number = r->stations}},
        {"stations_home", "Stations home", TN_MEASURE_COUNT, {.number = r->stations_home}},
        {"stations_heard",
         "Stations heard from after their event",
         TN_MEASURE_COUNT,
         {.number = r->stations_heard}},
    };
    struct tn_report_part *part = tn_report_figures(out, "reach", "Whom events reached");
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        tn_report_figure(out, part, figures[i].key, figures[i].label, figures[i].measure,
                         &figures[i].value);
    }
}

static const char *named(const char *text)
{
    return text[0] == '\0' ? "(no partner)" : text;
}

/* What is left of a number that was rounded, or whose parts are withheld, may be nothing: then it
 * is withheld, since nought would be wrong. */
static struct tn_report_value row_value(const struct tn_reach_row *row, int64_t number)
{
    const bool is_hidden = row->is_withheld || (row->is_partial && number == 0);
    return (struct tn_report_value){
        .number = number, .is_withheld = is_hidden, .is_partial = row->is_partial && !is_hidden};
}

static void add_row(struct tn_report *out, struct tn_report_part *part,
                    const struct tn_reach_row *row, bool by_partner)
{
    const struct tn_report_value values[] = {
        {.text = named(row->partner)}, {.text = named(row->sector)}, row_value(row, row->learners),
        row_value(row, row->visits),   row_value(row, row->minutes),
    };
    tn_report_row(out, part, by_partner ? values : values + 1);
}

static void add_tables(struct tn_report *out, const struct tn_reach *r)
{
    static const struct tn_report_column columns[] = {
        {"partner", "Partner", TN_MEASURE_TEXT},    {"sector", "Sector", TN_MEASURE_TEXT},
        {"learners", "Learners", TN_MEASURE_COUNT}, {"visits", "Visits", TN_MEASURE_COUNT},
        {"minutes", "Hours", TN_MEASURE_MINUTES},
    };
    const bool hidden = r->is_withheld;
    struct tn_report_part *part = tn_report_table(
        out, "sectors", "By sector of the partner that ran the activity", columns + 1, 4);
    part->chart = TN_CHART_BARS;
    part->chart_column = 1;
    for (size_t i = 0; i < r->sector_count && !hidden; i++) {
        add_row(out, part, &r->sectors[i], false);
    }
    part = tn_report_table(out, "partners", "By partner", columns, 5);
    for (size_t i = 0; i < r->partner_count && !hidden; i++) {
        add_row(out, part, &r->partners[i], true);
    }
}

static void add_notes(struct tn_report *out, const struct tn_reach *r, int64_t min_cell,
                      const struct tn_report_filter *filter)
{
    tn_report_note(out, "Contact hours are time at an event; where nobody checked in, time at"
                        " activities.");
    tn_report_note(out, "A missing check-out is imputed: the event's end, or an activity's default"
                        " minutes.");
    tn_report_note(out, "Adults are counted at the stations and are no part of any other figure.");
    tn_report_note(out, "A station is home once it was closed for the day, with nobody seen there"
                        " since.");
    tn_report_note(out, "A learner met by two partners counts once for each of them and once in the"
                        " total.");
    tn_report_note(out,
                   "What is withheld is of fewer than %lld learners, or all but fewer than %lld, or"
                   " such a number would follow from it and the others. A total is withheld with"
                   " its parts.",
                   (long long)min_cell, (long long)min_cell);
    if (tn_scope_is_filtered(filter)) {
        tn_report_note(
            out,
            "With a filter by day, partner or grade, numbers are rounded down to whole"
            " %llds, and hours to whole %llds, so that nobody can work out a few learners"
            " by comparing reports.",
            (long long)min_cell, (long long)min_cell);
        tn_report_note(out,
                       "Adults and stations are those of the event, or of all events; the other"
                       " filters say nothing about them.");
    } else if (tn_id_is_none(&filter->event)) {
        tn_report_note(out, "All events: the sums of what the events' own reports show; partial"
                            " where some of it is withheld there and left out. By sector and"
                            " partner a learner counts once at each event. The number of learners"
                            " is of all events, and rounded down where it would give one away.");
    }
    if (r->scans_outside.is_withheld || r->scans_outside.value > 0) {
        tn_report_note(out, "Scans that lie outside the event's time may come of a wrong clock, or"
                            " of wrong dates in events.csv.");
    }
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    struct tn_reach figures;
    enum tn_status status = tn_reach_read(centre, filter, out, &figures);
    if (status != TN_OK) {
        return status;
    }
    add_figures(out, &figures);
    add_tables(out, &figures);
    add_notes(out, &figures, centre->min_cell, filter);
    tn_reach_free(&figures);
    return out->status;
}

const struct tn_report_kind tn_report_reach = {
    .name = "reach",
    .title = "Reach",
    .summary = "whom events and activities reached, and for how long",
    .pillar = "Partnerships",
    .make = make,
};
