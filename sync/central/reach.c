/* Counts what the reach report is made of, on one way through the learners: for each event its own
 * figures, and for each of its partners and sectors. Small figures are taken out event by event
 * (reach_rule.c), so that the report of all events, which adds up what is left, cannot say more
 * than the events' own reports do. */
#include "sync/central/reach.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/headcounts.h"
#include "sync/central/logs.h"
#include "sync/central/report_release.h"
#include "sync/central/report_sets.h"
#include "sync/central/suppress.h"

#define CELLS_FIRST 4096
#define CACHE_LINE 64
#define IS_SECTOR (UINT64_C(1) << 31)

/* One event's figures; of a filter that cuts through events, there is one for all. */
struct event {
    struct tn_set stays;
    struct tn_set visits;
    struct tn_set imputed_stays;
    struct tn_set ended_stays;
    struct tn_set all; /* stays and visits together */
    struct tn_set imputed;
    struct tn_set outside; /* scans */
    int64_t learners;
    int64_t minutes;
    int64_t own_minutes; /* of the learner at hand */
    int64_t most_minutes;
    int64_t unknown;
};

/* A partner or a sector at an event: key is the event, IS_SECTOR or not, and the place of the
 * partner, or of the sector's first partner, from 1; 0: activities without a partner. */
struct cell {
    uint64_t key;
    struct tn_set set;
};

struct state {
    struct event *events;
    size_t event_count;
    struct cell *cells; /* a table by hash; set.learners 0: free */
    size_t cell_room;
    size_t cell_count;
    uint32_t *sector_of; /* by a partner's place */
    uint64_t serial;
    bool is_pooled;
    struct tn_reach *out;
};

static enum tn_status begin(void *state, struct tn_scope *scope)
{
    struct state *s = state;
    s->out = scope->ctx;
    s->is_pooled = tn_scope_is_filtered(scope->filter);
    s->cell_room = CELLS_FIRST;
    s->cells = calloc(s->cell_room, sizeof *s->cells);
    s->sector_of = calloc(scope->partner_count + 1, sizeof *s->sector_of);
    if (s->cells == NULL || s->sector_of == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < scope->partner_count; i++) {
        const bool is_same =
            i > 0 && strcmp(scope->partners[i].sector, scope->partners[i - 1].sector) == 0;
        s->sector_of[i + 1] = is_same ? s->sector_of[i] : (uint32_t)i + 1;
    }
    return TN_OK;
}

/* Where a key is looked for first: by bits that both of its halves have a part in. */
static size_t slot_of(const struct state *s, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (s->cell_room - 1);
}

static struct cell *find(const struct state *s, uint64_t key)
{
    size_t at = slot_of(s, key);
    while (s->cells[at].set.learners > 0 && s->cells[at].key != key) {
        at = (at + 1) & (s->cell_room - 1);
    }
    return &s->cells[at];
}

static enum tn_status grow_cells(struct state *s)
{
    const struct state before = *s;
    s->cells = calloc(2 * before.cell_room, sizeof *s->cells);
    if (s->cells == NULL) {
        s->cells = before.cells;
        return TN_ERR_NO_MEMORY;
    }
    s->cell_room = 2 * before.cell_room;
    for (size_t i = 0; i < before.cell_room; i++) {
        if (before.cells[i].set.learners > 0) {
            *find(s, before.cells[i].key) = before.cells[i];
        }
    }
    free(before.cells);
    return TN_OK;
}

static enum tn_status add_to_cell(struct state *s, uint64_t key, int64_t minutes)
{
    if (2 * s->cell_count >= s->cell_room && grow_cells(s) != TN_OK) {
        return TN_ERR_NO_MEMORY;
    }
    struct cell *cell = find(s, key);
    s->cell_count += cell->set.learners == 0;
    cell->key = key;
    tn_set_add(&cell->set, s->serial, minutes);
    return TN_OK;
}

static enum tn_status reach_event(struct state *s, size_t place, struct event **out)
{
    if (place >= s->event_count) {
        const size_t room = 2 * place + 16;
        struct event *more = realloc(s->events, room * sizeof *more);
        if (more == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        memset(more + s->event_count, 0, (room - s->event_count) * sizeof *more);
        s->events = more;
        s->event_count = room;
    }
    *out = &s->events[place];
    return TN_OK;
}

static int count_outside(const struct tn_scope_event *event, const struct tn_attended *visit)
{
    const int64_t ends = visit->starts + visit->minutes * 60000;
    const int64_t from = event->starts - TN_REACH_MARGIN_MS;
    const int64_t to = event->ends + TN_REACH_MARGIN_MS;
    if (event->ends == 0) {
        return 0;
    }
    return (visit->starts < from || visit->starts > to) +
           (!visit->imputed && visit->is_stay && (ends < from || ends > to));
}

/* The place of a visit's partner as cells have it. */
static uint64_t partner_of(const struct tn_scope *scope, const struct tn_attended *visit)
{
    const uint32_t partner = visit->activity == TN_SCOPE_NONE
                                 ? TN_SCOPE_NONE
                                 : scope->activities[visit->activity].partner;
    return partner == TN_SCOPE_NONE ? 0 : (uint64_t)partner + 1;
}

/* Whatever a learner's visits are counted in lies all over tables of megabytes. It is called for
 * ahead, all at once, which waits for memory once and not for each in its turn. */
static void call_ahead(const struct state *s, const struct tn_scope *scope,
                       const struct tn_attendee *who)
{
    for (size_t i = 0; i < who->count && !s->is_pooled; i++) {
        const struct tn_attended *visit = &who->visits[i];
        const size_t place = visit->event;
        if (place >= s->event_count) {
            continue;
        }
        for (size_t at = 0; at < sizeof(struct event); at += CACHE_LINE) {
            __builtin_prefetch((const char *)&s->events[place] + at, 1);
        }
        if (!visit->is_stay) {
            const uint64_t at = partner_of(scope, visit);
            const uint64_t first = (uint64_t)place << 32;
            __builtin_prefetch(&s->cells[slot_of(s, first | at)], 1);
            __builtin_prefetch(&s->cells[slot_of(s, first | IS_SECTOR | s->sector_of[at])], 1);
        }
    }
}

static enum tn_status add_visit(struct state *s, const struct tn_scope *scope,
                                const struct tn_attended *visit, size_t place, struct event *event)
{
    tn_set_add(&event->all, s->serial, 0);
    if (visit->imputed) {
        tn_set_add(&event->imputed, s->serial, 0);
    }
    for (int i = count_outside(&scope->events[visit->event], visit); i > 0; i--) {
        tn_set_add(&event->outside, s->serial, 0);
    }
    if (visit->is_stay) {
        tn_set_add(&event->stays, s->serial, visit->minutes);
        tn_set_add(visit->imputed ? &event->imputed_stays : &event->ended_stays, s->serial, 0);
        return TN_OK;
    }
    const uint64_t at = partner_of(scope, visit);
    const uint64_t first = (uint64_t)place << 32;
    tn_set_add(&event->visits, s->serial, visit->minutes);
    enum tn_status status = add_to_cell(s, first | at, visit->minutes);
    return status == TN_OK ? add_to_cell(s, first | IS_SECTOR | s->sector_of[at], visit->minutes)
                           : status;
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct state *s = state;
    enum tn_status status = TN_OK;
    s->serial++;
    call_ahead(s, scope, who);
    for (size_t i = 0; i < who->count && status == TN_OK;) {
        size_t next = i;
        struct event *event = NULL;
        const size_t place = s->is_pooled ? 0 : who->visits[i].event;
        const int64_t minutes = tn_survey_contact(who->visits, who->count, i, &next);
        status = reach_event(s, place, &event);
        const bool is_first = !s->is_pooled || i == 0;
        for (; i < next && status == TN_OK; i++) {
            status = add_visit(s, scope, &who->visits[i], place, event);
        }
        if (status == TN_OK) {
            event->minutes += minutes;
            event->own_minutes = is_first ? minutes : event->own_minutes + minutes;
            event->most_minutes =
                event->own_minutes > event->most_minutes ? event->own_minutes : event->most_minutes;
            event->learners += !s->is_pooled || next == who->count;
            event->unknown += who->is_unknown && (!s->is_pooled || next == who->count);
        }
    }
    return status;
}

static int compare_cells(const void *a, const void *b)
{
    const struct cell *x = a;
    const struct cell *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

/* The cells alone, by key: an event's partners in their order, then its sectors. */
static void sort_cells(struct state *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->cell_room; i++) {
        if (s->cells[i].set.learners > 0) {
            s->cells[count++] = s->cells[i];
        }
    }
    if (count > 1) {
        qsort(s->cells, count, sizeof *s->cells, compare_cells);
    }
    s->cell_count = count;
}

static enum tn_status take_rows(struct state *s, const struct tn_scope *scope, size_t place,
                                size_t *at, struct tn_reach *out)
{
    for (; *at < s->cell_count && s->cells[*at].key >> 32 == place; (*at)++) {
        const struct cell *cell = &s->cells[*at];
        const bool is_sector = (cell->key & IS_SECTOR) != 0;
        const size_t partner = cell->key & (IS_SECTOR - 1);
        size_t *count = is_sector ? &out->sector_count : &out->partner_count;
        if (*count == TN_REACH_ROWS_MAX) {
            return TN_ERR_LIMIT;
        }
        struct tn_reach_row *row = &(is_sector ? out->sectors : out->partners)[(*count)++];
        *row = (struct tn_reach_row){.sector = "", .partner = "", .place = partner};
        if (partner > 0) {
            row->sector = scope->partners[partner - 1].sector;
            row->partner = is_sector ? "" : scope->partners[partner - 1].name;
        }
        row->learners = cell->set.learners;
        row->visits = cell->set.visits;
        row->minutes = cell->set.minutes;
        row->most_visits = cell->set.most_visits;
        row->most_minutes = cell->set.most_minutes;
    }
    return TN_OK;
}

static struct tn_figure figure_of(const struct tn_set *set)
{
    return (struct tn_figure){
        .value = set->visits, .learners = set->learners, .most = set->most_visits};
}

static void take_figures(const struct event *event, struct tn_reach *out)
{
    out->learners.value = event->learners;
    out->stays = figure_of(&event->stays);
    out->visits = figure_of(&event->visits);
    out->minutes = (struct tn_figure){.value = event->minutes, .most = event->most_minutes};
    /* For the share, both are rounded alike. */
    out->imputed =
        (struct tn_figure){.value = event->imputed.visits, .most = event->all.most_visits};
    out->imputed_of = event->all.visits;
    out->unknown_badges = (struct tn_figure){.value = event->unknown, .learners = event->unknown};
    out->scans_outside =
        (struct tn_figure){.value = event->outside.visits, .most = event->outside.most_visits};
    out->stay_imputed_learners = event->imputed_stays.learners;
    out->stay_ended_learners = event->ended_stays.learners;
}

static void clear_event(struct tn_reach *one)
{
    *one = (struct tn_reach){.sectors = one->sectors, .partners = one->partners};
}

static void take_learners(struct state *s, const struct tn_scope *scope)
{
    const struct tn_report_value learners = tn_release_total(scope);
    s->out->is_withheld = learners.is_withheld;
    s->out->learners = (struct tn_figure){.value = learners.number,
                                          .is_withheld = learners.is_withheld,
                                          .is_partial = learners.is_partial};
}

/* The report of one event, or of the learners a filter lets in. */
static enum tn_status finish_one(struct state *s, const struct tn_scope *scope)
{
    size_t at = 0;
    size_t place = 0;
    while (place < s->event_count && s->events[place].learners == 0) {
        place++;
    }
    if (place < s->event_count) {
        take_figures(&s->events[place], s->out);
    }
    enum tn_status status = take_rows(s, scope, place, &at, s->out);
    s->out->is_cut = s->is_pooled;
    tn_reach_withhold(s->out, scope->centre->min_cell);
    if (s->is_pooled) {
        tn_reach_round(s->out, scope->centre->min_cell);
        take_learners(s, scope);
    }
    return status;
}

/* All events: the sums of what each shows; and the learners, each counted once. */
static enum tn_status finish_all(struct state *s, const struct tn_scope *scope)
{
    const int64_t min_cell = scope->centre->min_cell;
    struct tn_reach one = {0};
    size_t at = 0;
    enum tn_status status = tn_reach_begin(&one, scope->partner_count + 1);
    for (size_t i = 0; i < s->event_count && status == TN_OK; i++) {
        if (s->events[i].learners > 0) {
            clear_event(&one);
            take_figures(&s->events[i], &one);
            status = take_rows(s, scope, i, &at, &one);
            tn_reach_withhold(&one, min_cell);
            tn_reach_add(s->out, &one);
        }
    }
    tn_reach_free(&one);
    tn_reach_settle(s->out, scope->partner_count + 1);
    take_learners(s, scope);
    return status;
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *report)
{
    struct state *s = state;
    (void)report;
    sort_cells(s);
    const bool is_one = s->is_pooled || !tn_id_is_none(&scope->filter->event);
    enum tn_status status = tn_reach_begin(s->out, scope->partner_count + 1);
    if (status == TN_OK) {
        status = is_one ? finish_one(s, scope) : finish_all(s, scope);
    }
    return status;
}

static void end(void *state)
{
    struct state *s = state;
    free(s->events);
    free(s->cells);
    free(s->sector_of);
}

static enum tn_status read_stations(struct tn_centre *centre, const struct tn_id *event,
                                    struct tn_reach *out)
{
    static const char sql[] =
        "SELECT count(*), count(home), count(CASE WHEN seen >= ends THEN 1 END) FROM (SELECT"
        " max(k.last_seen) AS seen, max(e.ends) AS ends, " TN_HOME_SQL " AS home FROM kiosk k JOIN"
        " event e ON e.ecosystem = k.ecosystem AND e.id = k.event WHERE k.ecosystem = $1 AND"
        " (k.event = $2 OR $2 IS NULL) GROUP BY k.pubkey) AS stations";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        out->stations = tn_col_int(stmt, 0);
        out->stations_home = tn_col_int(stmt, 1);
        out->stations_heard = tn_col_int(stmt, 2);
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_reach_read(struct tn_centre *centre, const struct tn_report_filter *filter,
                             struct tn_report *texts, struct tn_reach *out)
{
    const struct tn_survey survey = {.size = sizeof(struct state),
                                     .ctx = out,
                                     .begin = begin,
                                     .add = add,
                                     .finish = finish,
                                     .end = end};
    *out = (struct tn_reach){0};
    enum tn_status status = tn_survey_make(&survey, centre, filter, texts);
    status = status == TN_OK ? read_stations(centre, &filter->event, out) : status;
    status = status == TN_OK ? tn_headcounts_total(centre, &filter->event, &out->adults) : status;
    if (status != TN_OK) {
        tn_reach_free(out);
    }
    return status;
}

enum tn_status tn_reach_begin(struct tn_reach *out, size_t rows)
{
    out->sectors = calloc(rows, sizeof *out->sectors);
    out->partners = calloc(rows, sizeof *out->partners);
    return out->sectors == NULL || out->partners == NULL ? TN_ERR_NO_MEMORY : TN_OK;
}

void tn_reach_free(struct tn_reach *reach)
{
    free(reach->sectors);
    free(reach->partners);
    *reach = (struct tn_reach){0};
}
