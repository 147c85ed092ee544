/* Dosage: how many learners had how many hours. Schemes of bands may overlap (under 1 hour, under
 * 15), so learners are counted between all their edges, what is withheld is decided there, and a
 * band is the sum of what lies in it: no scheme says more than another. */
#include <stdlib.h>
#include <string.h>

#include "sync/central/dose.h"
#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"

struct dosage {
    struct tn_dose_band bands[TN_DOSE_BANDS_MAX];
    size_t band_count;
    int64_t edges[2 * TN_DOSE_BANDS_MAX + 1]; /* cell i: from edge i to the next */
    size_t edge_count;
    int64_t cells[2 * TN_DOSE_BANDS_MAX + 1];
    bool withheld[2 * TN_DOSE_BANDS_MAX + 1];
};

static int compare_edges(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static enum tn_status begin(void *state, struct tn_scope *scope)
{
    struct dosage *d = state;
    enum tn_status status =
        tn_dose_read(scope->centre->db, scope->centre->no, d->bands, &d->band_count);
    size_t count = 1; /* the first edge is 0 */
    for (size_t i = 0; i < d->band_count; i++) {
        d->edges[count++] = d->bands[i].lo;
        if (d->bands[i].hi != INT64_MAX) {
            d->edges[count++] = d->bands[i].hi;
        }
    }
    qsort(d->edges, count, sizeof d->edges[0], compare_edges);
    d->edge_count = 1;
    for (size_t i = 1; i < count; i++) {
        if (d->edges[i] != d->edges[d->edge_count - 1]) {
            d->edges[d->edge_count++] = d->edges[i];
        }
    }
    return status;
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct dosage *d = state;
    size_t cell = d->edge_count - 1;
    (void)scope;
    while (cell > 0 && who->minutes < d->edges[cell]) {
        cell--;
    }
    d->cells[cell]++;
    return TN_OK;
}

static const char *title_of(const char *scheme)
{
    static const struct {
        const char *scheme;
        const char *title;
    } titles[] = {
        {TN_DOSE_CONTACT, "Hours of contact"},
        {TN_DOSE_21CCLC, "Hours in the bands of 21st Century Community Learning Centers"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (strcmp(titles[i].scheme, scheme) == 0) {
            return titles[i].title;
        }
    }
    return scheme;
}

static struct tn_report_value band_value(const struct dosage *d, const struct tn_scope *scope,
                                         const struct tn_dose_band *band)
{
    int64_t learners = 0;
    bool is_withheld = false;
    for (size_t i = 0; i < d->edge_count; i++) {
        if (d->edges[i] >= band->lo && d->edges[i] < band->hi) {
            learners += d->cells[i];
            is_withheld = is_withheld || d->withheld[i];
        }
    }
    /* A band of everybody follows from the others, which hold nobody. */
    return tn_release_count(scope, learners, is_withheld && learners != scope->learners);
}

static void add_scheme(const struct dosage *d, const struct tn_scope *scope, size_t first,
                       struct tn_report *out)
{
    static const struct tn_report_column columns[] = {{"band", "Hours", TN_MEASURE_TEXT},
                                                      {"learners", "Learners", TN_MEASURE_COUNT},
                                                      {"share", "Share", TN_MEASURE_SHARE}};
    const char *scheme = d->bands[first].scheme;
    const struct tn_report_value total = tn_release_total(scope);
    struct tn_report_part *part =
        tn_report_table(out, tn_report_text(out, "bands_%s", scheme), title_of(scheme), columns, 3);
    part->chart = TN_CHART_BARS;
    part->chart_column = 1;
    for (size_t i = first; i < d->band_count && strcmp(d->bands[i].scheme, scheme) == 0; i++) {
        const struct tn_report_value learners = band_value(d, scope, &d->bands[i]);
        const struct tn_report_value values[] = {
            {.text = d->bands[i].label}, learners, tn_release_share(&learners, &total)};
        tn_report_row(out, part, values);
    }
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    struct dosage *d = state;
    const struct tn_report_value total = tn_release_total(scope);
    const struct tn_report_value minutes = tn_release_contact(scope);
    struct tn_report_value mean = {.is_withheld = total.is_withheld || minutes.is_withheld,
                                   .is_none = total.number == 0};
    mean.number = mean.is_none || mean.is_withheld ? 0 : minutes.number / total.number;
    mean.is_partial = minutes.is_partial;
    struct tn_report_part *figures = tn_release_headline(scope, out, "Contact time");
    tn_report_figure(out, figures, "minutes_per_learner", "Hours a learner, on average",
                     TN_MEASURE_MINUTES, &mean);
    tn_release_table(scope, d->cells, d->edge_count, d->withheld);
    for (size_t i = 0; i < d->band_count; i++) {
        if (i == 0 || strcmp(d->bands[i].scheme, d->bands[i - 1].scheme) != 0) {
            add_scheme(d, scope, i, out);
        }
    }
    tn_report_note(out, "Contact hours are time at an event; where nobody checked in, time at"
                        " activities.");
    tn_release_notes(scope, out);
    return out->status;
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {
        .size = sizeof(struct dosage), .begin = begin, .add = add, .finish = finish};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_dosage = {
    .name = "dosage",
    .title = "Dosage",
    .summary = "how many hours learners had",
    .pillar = "Teaching & Learning",
    .make = make,
};
