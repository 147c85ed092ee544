/* What a report of one event withholds, and how reports of events add up to one of all. Pure: the
 * rule stands in reach.h, and a test attacks it with random worlds. */
#include <string.h>

#include "sync/central/reach.h"
#include "sync/central/suppress.h"

static void withhold(struct tn_figure *figure)
{
    figure->is_withheld = true;
}

/* Sectors are parts of a number of learners: of the event's, together with stays, and of those who
 * visited any activity. */
static void withhold_parts(struct tn_reach *r, int64_t total, int64_t stays, int64_t min_cell)
{
    int64_t parts[TN_REACH_ROWS_MAX + 1];
    bool marks[TN_REACH_ROWS_MAX + 1];
    parts[0] = stays;
    marks[0] = false;
    for (size_t i = 0; i < r->sector_count; i++) {
        parts[i + 1] = r->sectors[i].learners;
        marks[i + 1] = r->sectors[i].is_withheld;
    }
    tn_suppress_parts(total, parts, r->sector_count + 1, min_cell, marks);
    r->stays.is_withheld = r->stays.is_withheld || marks[0];
    for (size_t i = 0; i < r->sector_count; i++) {
        r->sectors[i].is_withheld = marks[i + 1];
    }
}

/* Visits are the sum of the sectors': withheld with any of them, and they with it. */
static void withhold_visits(struct tn_reach *r, int64_t min_cell)
{
    const int64_t parts[] = {r->stays.is_withheld ? 0 : r->stays.learners, r->visits.learners};
    bool marks[2] = {r->stays.is_withheld, false};
    tn_suppress_parts(r->learners.value, parts, 2, min_cell, marks);
    bool is_unsafe = marks[1] || (marks[0] && !r->stays.is_withheld);
    r->visits.is_withheld = is_unsafe;
    for (size_t i = 0; i < r->sector_count; i++) {
        r->sectors[i].is_withheld = r->sectors[i].is_withheld || is_unsafe;
        r->visits.is_withheld = r->visits.is_withheld || r->sectors[i].is_withheld;
    }
}

/* Hours are those of stays, and of visits by learners without a stay; the imputed are of both. */
static void withhold_sums(struct tn_reach *r, int64_t min_cell)
{
    const int64_t parts[] = {r->stay_imputed_learners, r->stay_ended_learners};
    bool marks[2] = {false, false};
    bool all_stayed = r->stays.learners == r->learners.value;
    tn_suppress_parts(r->stays.learners, parts, 2, min_cell, marks);
    r->minutes.is_withheld = r->stays.is_withheld || (r->visits.is_withheld && !all_stayed);
    r->imputed.is_withheld = r->stays.is_withheld || r->visits.is_withheld || marks[0] || marks[1];
    int64_t unknown = r->unknown_badges.learners;
    r->unknown_badges.is_withheld = tn_suppress_is_small(unknown, min_cell) ||
                                    tn_suppress_is_small(r->learners.value - unknown, min_cell);
}

/* One partner's numbers would follow from the others', so all of a sector are shown or none. */
static void withhold_partners(const struct tn_reach_row *sector, struct tn_reach_row *partners,
                              size_t count, int64_t min_cell)
{
    int64_t parts[TN_REACH_ROWS_MAX];
    bool marks[TN_REACH_ROWS_MAX];
    bool is_unsafe = sector == NULL || sector->is_withheld;
    for (size_t i = 0; i < count; i++) {
        parts[i] = partners[i].learners;
        marks[i] = false;
    }
    if (!is_unsafe) {
        tn_suppress_parts(sector->learners, parts, count, min_cell, marks);
    }
    for (size_t i = 0; i < count; i++) {
        is_unsafe = is_unsafe || marks[i];
    }
    for (size_t i = 0; i < count; i++) {
        partners[i].is_withheld = is_unsafe;
    }
}

static const struct tn_reach_row *sector_named(const struct tn_reach *r, const char *name)
{
    for (size_t i = 0; i < r->sector_count; i++) {
        if (strcmp(r->sectors[i].sector, name) == 0) {
            return &r->sectors[i];
        }
    }
    return NULL;
}

static void withhold_all_partners(struct tn_reach *r, int64_t min_cell)
{
    size_t start = 0;
    while (start < r->partner_count) {
        const char *sector = r->partners[start].sector;
        size_t end = start;
        while (end < r->partner_count && strcmp(r->partners[end].sector, sector) == 0) {
            end++;
        }
        withhold_partners(sector_named(r, sector), &r->partners[start], end - start, min_cell);
        start = end;
    }
}

/* Nothing that is withheld, and nothing that was only for the rule, leaves this file. */
static void clear_rows(struct tn_reach_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].is_withheld) {
            rows[i].learners = rows[i].visits = rows[i].minutes = 0;
        }
    }
}

static void clear(struct tn_reach *r)
{
    struct tn_figure *figures[] = {&r->learners, &r->stays,          &r->visits,       &r->minutes,
                                   &r->imputed,  &r->unknown_badges, &r->scans_outside};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        figures[i]->learners = 0;
        figures[i]->value = figures[i]->is_withheld ? 0 : figures[i]->value;
    }
    r->imputed_of = r->imputed.is_withheld ? 0 : r->imputed_of;
    r->stay_imputed_learners = r->stay_ended_learners = 0;
    clear_rows(r->sectors, r->sector_count);
    clear_rows(r->partners, r->partner_count);
}

static size_t cut_rows(struct tn_reach_row *rows, size_t count, int64_t min_cell)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].is_withheld && !tn_suppress_is_cut_small(rows[i].learners, min_cell)) {
            rows[left++] = rows[i];
        }
    }
    return left;
}

/* Where a filter cuts, few and none look alike: rows of them are left out. */
static void cut(struct tn_reach *r, int64_t min_cell)
{
    struct tn_figure *figures[] = {&r->stays, &r->visits, &r->unknown_badges};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        figures[i]->is_withheld =
            figures[i]->is_withheld || tn_suppress_is_cut_small(figures[i]->learners, min_cell);
    }
    r->sector_count = cut_rows(r->sectors, r->sector_count, min_cell);
    r->partner_count = cut_rows(r->partners, r->partner_count, min_cell);
}

void tn_reach_withhold(struct tn_reach *r, int64_t min_cell)
{
    r->scans_outside.is_withheld = tn_suppress_is_small(r->scans_outside.value, min_cell);
    r->is_withheld = r->is_cut ? tn_suppress_is_cut_small(r->learners.value, min_cell)
                               : tn_suppress_is_small(r->learners.value, min_cell);
    if (r->is_withheld) {
        struct tn_figure *figures[] = {&r->learners, &r->stays,   &r->visits,
                                       &r->minutes,  &r->imputed, &r->unknown_badges};
        for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
            withhold(figures[i]);
        }
        r->sector_count = r->partner_count = 0;
    } else {
        withhold_parts(r, r->learners.value, r->stays.learners, min_cell);
        if (!tn_suppress_is_small(r->visits.learners, min_cell)) {
            withhold_parts(r, r->visits.learners, 0, min_cell);
        }
        withhold_visits(r, min_cell);
        withhold_sums(r, min_cell);
        withhold_all_partners(r, min_cell);
        if (r->is_cut) {
            cut(r, min_cell);
        }
    }
    clear(r);
}

static int64_t minute_step(int64_t min_cell, int64_t most)
{
    return 60 * tn_suppress_step(min_cell, (most + 59) / 60);
}

/* Sums that round to nothing say nothing. */
static void round_sum(struct tn_figure *figure, int64_t step)
{
    figure->is_withheld = figure->is_withheld || (figure->value > 0 && figure->value < step);
    figure->is_partial = !figure->is_withheld && figure->value > 0;
    figure->value = figure->is_withheld ? 0 : figure->value - figure->value % step;
    figure->most = 0;
}

static void round_figure(struct tn_figure *figure, int64_t unit)
{
    figure->is_partial = !figure->is_withheld && figure->value > 0;
    figure->value -= figure->value % unit;
}

static void round_rows(struct tn_reach_row *rows, size_t count, int64_t min_cell)
{
    const int64_t unit = tn_suppress_unit(min_cell);
    for (size_t i = 0; i < count; i++) {
        rows[i].learners -= rows[i].learners % unit;
        rows[i].visits -= rows[i].visits % tn_suppress_step(min_cell, rows[i].most_visits);
        rows[i].minutes -= rows[i].minutes % minute_step(min_cell, rows[i].most_minutes);
        rows[i].most_visits = rows[i].most_minutes = 0;
        rows[i].is_partial = !rows[i].is_withheld;
    }
}

void tn_reach_round(struct tn_reach *r, int64_t min_cell)
{
    const int64_t unit = tn_suppress_unit(min_cell);
    struct tn_figure *sums[] = {&r->stays, &r->visits, &r->imputed, &r->scans_outside};
    if (unit == 1) {
        return;
    }
    r->imputed_of -= r->imputed_of % tn_suppress_step(min_cell, r->imputed.most);
    round_figure(&r->learners, unit);
    round_figure(&r->unknown_badges, unit);
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        round_sum(sums[i], tn_suppress_step(min_cell, sums[i]->most));
    }
    round_sum(&r->minutes, minute_step(min_cell, r->minutes.most));
    round_rows(r->sectors, r->sector_count, min_cell);
    round_rows(r->partners, r->partner_count, min_cell);
}

static void add_figure(struct tn_figure *all, const struct tn_figure *one)
{
    all->value += one->value;
    all->is_partial = all->is_partial || one->is_withheld;
}

static void add_rows(struct tn_reach_row *all, const struct tn_reach_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct tn_reach_row *row = &all[rows[i].place];
        if (row->sector == NULL) {
            *row = rows[i];
            row->is_partial = rows[i].is_withheld;
            continue;
        }
        row->learners += rows[i].learners;
        row->visits += rows[i].visits;
        row->minutes += rows[i].minutes;
        row->is_partial = row->is_partial || rows[i].is_withheld;
        row->is_withheld = row->is_withheld && rows[i].is_withheld;
    }
}

void tn_reach_add(struct tn_reach *all, const struct tn_reach *event)
{
    all->events_left_out += event->is_withheld;
    add_figure(&all->stays, &event->stays);
    add_figure(&all->visits, &event->visits);
    add_figure(&all->minutes, &event->minutes);
    add_figure(&all->imputed, &event->imputed);
    add_figure(&all->unknown_badges, &event->unknown_badges);
    add_figure(&all->scans_outside, &event->scans_outside);
    all->imputed_of += event->imputed_of;
    add_rows(all->sectors, event->sectors, event->sector_count);
    add_rows(all->partners, event->partners, event->partner_count);
}

static size_t close_ranks(struct tn_reach_row *rows, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].sector != NULL) {
            rows[used++] = rows[i];
        }
    }
    return used;
}

/* What no event shows is withheld, and not nought. */
void tn_reach_settle(struct tn_reach *all, size_t rows)
{
    struct tn_figure *figures[] = {&all->stays,   &all->visits,         &all->minutes,
                                   &all->imputed, &all->unknown_badges, &all->scans_outside};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        figures[i]->is_withheld =
            figures[i]->is_withheld || (figures[i]->is_partial && figures[i]->value == 0);
    }
    all->sector_count = close_ranks(all->sectors, rows);
    all->partner_count = close_ranks(all->partners, rows);
}
