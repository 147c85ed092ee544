/* Letting numbers out. The decision of what may be exact is taken once a report, from how many
 * learners each event saw; everything else is arithmetic on one number. */
#include "sync/central/report_release.h"

#include <stdlib.h>

#include "sync/central/suppress.h"

#define ROWS_MAX 64

bool tn_release_is_union_safe(const struct tn_scope *scope)
{
    const int64_t min_cell = scope->centre->min_cell;
    int64_t *shown = calloc(scope->event_count + 1, sizeof *shown);
    size_t count = 0;
    if (shown == NULL) {
        return false;
    }
    for (size_t i = 0; i < scope->event_count; i++) {
        if (scope->events[i].learners >= min_cell) {
            shown[count++] = scope->events[i].learners;
        }
    }
    const bool is_safe = tn_suppress_union(scope->learners, shown, count, min_cell);
    free(shown);
    return is_safe;
}

/* Whether a number of learners is too small to be shown. */
static bool is_few(const struct tn_scope *scope, int64_t learners)
{
    return scope->is_cut ? tn_suppress_is_cut_small(learners, scope->centre->min_cell)
                         : tn_suppress_is_small(learners, scope->centre->min_cell);
}

void tn_release_settle(struct tn_scope *scope, bool is_rounded)
{
    const struct tn_report_filter *filter = scope->filter;
    size_t seen = 0;
    for (size_t i = 0; i < scope->event_count; i++) {
        seen += scope->events[i].learners > 0;
    }
    scope->is_cut = tn_scope_is_filtered(filter);
    scope->is_small = is_few(scope, scope->learners);
    const bool is_plain = !tn_scope_is_filtered(filter);
    const bool is_one = is_plain && (seen <= 1 || !tn_id_is_none(&filter->event));
    scope->has_exact_parts = is_one && !is_rounded;
    /* Where everybody stayed, reach shows the hours of an event as they are. */
    scope->has_exact_contact = is_one && scope->stayed == scope->learners;
    scope->has_exact_total = is_one || (is_plain && tn_release_is_union_safe(scope));
}

/* Every rounded number is marked, also one that was whole, since that would say it was. */
static struct tn_report_value rounded(int64_t number, int64_t unit)
{
    return (struct tn_report_value){.number = number / unit * unit,
                                    .is_partial = unit > 1 && number > 0};
}

/* Where the number of all events' learners is not to be known, the largest event's own is the most
 * that is said of it: it is known anyway. */
static struct tn_report_value largest_event(const struct tn_scope *scope)
{
    struct tn_report_value value = {.is_partial = true};
    for (size_t i = 0; i < scope->event_count; i++) {
        value.number =
            scope->events[i].learners > value.number ? scope->events[i].learners : value.number;
    }
    return value;
}

/* Days may hold whole events, whose own numbers are known: whoever is seen on those days is at
 * least the largest of these, and how many more is what is rounded, as any cut is. Rounded from
 * nought, the number could say that there is nobody else. */
static struct tn_report_value of_days(const struct tn_scope *scope)
{
    const int64_t min_cell = scope->centre->min_cell;
    const int64_t unit = tn_suppress_unit(min_cell);
    int64_t largest = 0;
    for (size_t i = 0; i < scope->event_count; i++) {
        const struct tn_scope_event *event = &scope->events[i];
        const bool is_known = event->learners == event->all && event->learners >= min_cell;
        largest = is_known && event->learners > largest ? event->learners : largest;
    }
    const int64_t more = scope->learners - largest;
    const bool is_nobody = largest > 0 && tn_suppress_is_cut_small(more, min_cell);
    struct tn_report_value value = rounded(scope->learners, unit);
    if (largest > 0) {
        value.number = largest + (is_nobody ? 0 : more / unit * unit);
    }
    return value;
}

struct tn_report_value tn_release_total(const struct tn_scope *scope)
{
    if (scope->is_small) {
        return (struct tn_report_value){.is_withheld = true};
    }
    if (scope->has_exact_total) {
        return (struct tn_report_value){.number = scope->learners};
    }
    if (!scope->is_cut) {
        return largest_event(scope);
    }
    return scope->has_partner || scope->filter->has_grades
               ? rounded(scope->learners, tn_suppress_unit(scope->centre->min_cell))
               : of_days(scope);
}

struct tn_report_value tn_release_count(const struct tn_scope *scope, int64_t count,
                                        bool is_withheld)
{
    const int64_t min_cell = scope->centre->min_cell;
    if (is_withheld || scope->is_small || is_few(scope, count)) {
        return (struct tn_report_value){.is_withheld = true};
    }
    if (count == scope->learners) {
        return tn_release_total(scope); /* rounding it would say more than the total does */
    }
    return scope->has_exact_parts ? (struct tn_report_value){.number = count}
                                  : rounded(count, tn_suppress_unit(min_cell));
}

/* A sum that rounds to nothing says as little as one that is withheld, and looks like none. */
static struct tn_report_value stepped(int64_t sum, int64_t step)
{
    struct tn_report_value value = rounded(sum, step);
    value.is_withheld = sum > 0 && value.number == 0;
    value.is_partial = value.is_partial && !value.is_withheld;
    return value;
}

struct tn_report_value tn_release_visits(const struct tn_scope *scope, int64_t visits, int64_t most,
                                         bool is_withheld)
{
    if (is_withheld || scope->is_small) {
        return (struct tn_report_value){.is_withheld = true};
    }
    return scope->has_exact_parts
               ? (struct tn_report_value){.number = visits}
               : stepped(visits, tn_suppress_step(scope->centre->min_cell, most));
}

struct tn_report_value tn_release_minutes(const struct tn_scope *scope, int64_t minutes,
                                          int64_t most, bool is_withheld)
{
    const int64_t min_cell = scope->centre->min_cell;
    if (is_withheld || scope->is_small) {
        return (struct tn_report_value){.is_withheld = true};
    }
    return stepped(minutes, min_cell > 1 ? 60 * tn_suppress_step(min_cell, (most + 59) / 60) : 1);
}

struct tn_report_value tn_release_contact(const struct tn_scope *scope)
{
    return scope->has_exact_contact && !scope->is_small
               ? (struct tn_report_value){.number = scope->minutes}
               : tn_release_minutes(scope, scope->minutes, scope->most_minutes, false);
}

struct tn_report_value tn_release_share(const struct tn_report_value *part,
                                        const struct tn_report_value *total)
{
    struct tn_report_value share = {.is_withheld = part->is_withheld || total->is_withheld};
    share.is_none = !share.is_withheld && (total->number == 0 || part->is_none || total->is_none);
    if (!share.is_withheld && !share.is_none) {
        share.number = (20000 * part->number + total->number) / (2 * total->number);
    }
    return share;
}

/* Rounded numbers say at most how many there are: where all of them lie just below the next step,
 * together they would say how many in all, so the least is withheld, and with it another. */
static void loosen(const int64_t *parts, size_t count, int64_t unit, bool *withheld)
{
    int64_t slack = 0;
    size_t least = count;
    size_t shown = 0;
    for (size_t i = 0; i < count; i++) {
        if (withheld[i]) {
            return;
        }
        if (parts[i] > 0) {
            slack += unit - 1 - parts[i] % unit;
            shown++;
            least = least == count || parts[i] < parts[least] ? i : least;
        }
    }
    if (shown > 1 && slack < unit - 1) {
        withheld[least] = true;
    }
}

void tn_release_table(const struct tn_scope *scope, const int64_t *parts, size_t count,
                      bool *withheld)
{
    for (size_t i = 0; i < count; i++) {
        withheld[i] = scope->is_small || (scope->is_cut && is_few(scope, parts[i]));
    }
    if (!scope->has_exact_parts) {
        loosen(parts, count, tn_suppress_unit(scope->centre->min_cell), withheld);
    }
    tn_suppress_table(parts, count, scope->centre->min_cell, withheld);
}

bool tn_release_hides(const struct tn_scope *scope, int64_t learners)
{
    return scope->is_small || is_few(scope, learners) ||
           tn_suppress_set(scope->learners, learners, scope->centre->min_cell);
}

struct tn_report_part *tn_release_headline(const struct tn_scope *scope, struct tn_report *out,
                                           const char *title)
{
    const struct tn_report_value learners = tn_release_total(scope);
    const struct tn_report_value minutes = tn_release_contact(scope);
    struct tn_report_part *part = tn_report_figures(out, "figures", title);
    tn_report_figure(out, part, "learners", "Learners, each counted once", TN_MEASURE_COUNT,
                     &learners);
    tn_report_figure(out, part, "contact_minutes", "Contact hours", TN_MEASURE_MINUTES, &minutes);
    return part;
}

void tn_release_rows(const struct tn_scope *scope, struct tn_report *out, const char *key,
                     const char *title, const char *label_title, const char *const *labels,
                     const int64_t *counts, size_t count)
{
    const struct tn_report_column columns[] = {{"label", label_title, TN_MEASURE_TEXT},
                                               {"learners", "Learners", TN_MEASURE_COUNT},
                                               {"share", "Share", TN_MEASURE_SHARE}};
    const struct tn_report_value total = tn_release_total(scope);
    bool withheld[ROWS_MAX] = {false};
    struct tn_report_part *part = tn_report_table(out, key, title, columns, 3);
    if (count > ROWS_MAX) {
        out->status = out->status == TN_OK ? TN_ERR_LIMIT : out->status;
        return;
    }
    part->chart = TN_CHART_BARS;
    part->chart_column = 1;
    tn_release_table(scope, counts, count, withheld);
    for (size_t i = 0; i < count; i++) {
        const struct tn_report_value learners = tn_release_count(scope, counts[i], withheld[i]);
        const struct tn_report_value values[] = {
            {.text = labels[i]}, learners, tn_release_share(&learners, &total)};
        tn_report_row(out, part, values);
    }
}

void tn_release_notes(const struct tn_scope *scope, struct tn_report *out)
{
    const int64_t min_cell = scope->centre->min_cell;
    if (min_cell <= 1) {
        return;
    }
    tn_report_note(out,
                   "To protect learners, a number that fewer than %lld of them stand behind is"
                   " withheld, and so are numbers it would follow from.",
                   (long long)min_cell);
    if (scope->is_cut) {
        tn_report_note(
            out,
            "With a filter by day, partner or grade that goes for fewer than %lld, and for"
            " none: what is withheld may be nobody, and such rows are left out.",
            2 * (long long)min_cell);
    }
    if (!scope->has_exact_parts) {
        tn_report_note(out,
                       "Numbers marked as partial are rounded down to whole %llds, visits and hours"
                       " to larger steps where some learners had many, so that nobody can work out"
                       " a few learners by comparing reports. Shares are of the numbers shown.",
                       (long long)min_cell);
    }
}
