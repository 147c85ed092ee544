/* Corrections are met at the beginnings of visits, before pairing, so that a rule means the same
 * visits whatever is moved after it; what they do is done after pairing. */
#include "sync/central/stay.h"

#include <stdlib.h>
#include <string.h>

#define START 16

enum tn_status tn_stays_reserve(struct tn_stays *stays, size_t more)
{
    if (stays->count + more <= stays->max) {
        return TN_OK;
    }
    size_t room = stays->max == 0 ? START : 2 * stays->max;
    room = room < stays->count + more ? stays->count + more : room;
    struct tn_visit *rows = reallocarray(stays->rows, room, sizeof *rows);
    if (rows == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    stays->rows = rows;
    stays->max = room;
    return TN_OK;
}

enum tn_status tn_stays_add(struct tn_stays *stays, const struct tn_visit *visit)
{
    enum tn_status status = tn_stays_reserve(stays, 1);
    if (status == TN_OK) {
        stays->rows[stays->count++] = *visit;
    }
    return status;
}

void tn_stays_free(struct tn_stays *stays)
{
    free(stays->rows);
    *stays = (struct tn_stays){0};
}

void tn_mets_free(struct tn_mets *mets)
{
    free(mets->rows);
    *mets = (struct tn_mets){0};
}

static enum tn_status meet(struct tn_mets *mets, uint32_t *first, uint32_t *last,
                           const struct tn_correction *rule)
{
    if (mets->count + 1 >= mets->max) {
        size_t room = mets->max == 0 ? START : 2 * mets->max;
        struct tn_met *rows = reallocarray(mets->rows, room, sizeof *rows);
        if (rows == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        mets->rows = rows;
        mets->max = room;
    }
    const uint32_t at = (uint32_t)++mets->count;
    mets->rows[at] = (struct tn_met){rule, 0};
    if (*last == 0) {
        *first = at;
    } else {
        mets->rows[*last].next = at;
    }
    *last = at;
    return TN_OK;
}

static bool is_meant(const struct tn_correction *rule, const struct tn_id *station,
                     const struct tn_id *activity, int64_t at_ms)
{
    return (tn_id_is_none(&rule->station_id) || tn_id_equal(&rule->station_id, station)) &&
           (tn_id_is_none(&rule->activity) || tn_id_equal(&rule->activity, activity)) &&
           (rule->from_ms == TN_NO_TIME || at_ms >= rule->from_ms) &&
           (rule->to_ms == TN_NO_TIME || at_ms < rule->to_ms);
}

enum tn_status tn_making_meet(struct tn_making *making, const struct tn_correction *rule)
{
    const bool does_more = rule->verb != TN_CORRECT_MOVE || !tn_id_is_none(&rule->to_event) ||
                           !tn_id_is_none(&rule->to_activity);
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < making->sighting_count && status == TN_OK; i++) {
        struct tn_sighting *s = &making->sightings[i];
        if (is_meant(rule, &s->station, &s->activity, s->at_ms)) {
            s->at_ms += rule->by_ms;
            s->is_moved = s->is_moved || rule->by_ms != 0;
            making->is_moved = making->is_moved || rule->by_ms != 0;
            status = does_more ? meet(&making->mets, &s->first_met, &s->last_met, rule) : TN_OK;
        }
    }
    for (size_t i = 0; i < making->stays.count && status == TN_OK; i++) {
        struct tn_visit *stay = &making->stays.rows[i];
        if (is_meant(rule, &stay->station, &stay->activity, stay->starts)) {
            stay->starts += rule->by_ms;
            stay->ends += rule->by_ms;
            stay->is_moved = stay->is_moved || rule->by_ms != 0;
            status =
                does_more ? meet(&making->mets, &stay->first_met, &stay->last_met, rule) : TN_OK;
        }
    }
    return status;
}

/* A way out that nobody came in by: when it began is not known. */
static bool is_way_out(const struct tn_visit *visit)
{
    return visit->source == TN_VISIT_SCAN && visit->in_seq == 0 && visit->out_seq != 0;
}

/* An end that is known to have been earlier stays. */
static void end_visit(struct tn_visit *visit, const struct tn_correction *rule)
{
    int64_t end =
        rule->ends_ms != TN_NO_TIME ? rule->ends_ms : visit->starts + rule->minutes * 60000;
    if (end < visit->starts || is_way_out(visit) || (!visit->imputed && visit->ends <= end)) {
        return;
    }
    visit->ends = end;
    visit->imputed = false;
    visit->is_ended = true;
    visit->out_log = (struct tn_id){{0}};
    visit->out_seq = 0;
}

static void apply(struct tn_visit *visit, const struct tn_correction *rule)
{
    switch (rule->verb) {
    case TN_CORRECT_VOID:
        visit->is_void = true;
        break;
    case TN_CORRECT_END:
        end_visit(visit, rule);
        break;
    case TN_CORRECT_MOVE:
        if (!tn_id_is_none(&rule->to_activity) || !tn_id_is_none(&rule->to_event)) {
            visit->activity = rule->to_activity;
        }
        visit->is_moved = true;
        visit->moved_by = tn_id_is_none(&rule->to_event) ? 0 : rule->seq;
        break;
    default:
        break;
    }
}

void tn_stays_apply(const struct tn_mets *mets, struct tn_stays *stays)
{
    for (size_t i = 0; i < stays->count; i++) {
        struct tn_visit *visit = &stays->rows[i];
        /* What went to another event is corrected there from then on. */
        for (uint32_t at = visit->first_met; at != 0 && !visit->is_void && visit->moved_by == 0;
             at = mets->rows[at].next) {
            apply(visit, mets->rows[at].rule);
        }
        visit->first_met = visit->last_met = 0;
    }
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_visits(const void *a, const void *b)
{
    const struct tn_visit *x = a;
    const struct tn_visit *y = b;
    int c = order(x->is_void, y->is_void);
    c = c != 0 ? c : memcmp(x->activity.b, y->activity.b, TN_ID_SIZE);
    c = c != 0 ? c : order(x->starts, y->starts);
    c = c != 0 ? c : order(x->ends, y->ends);
    c = c != 0 ? c : order(x->source, y->source);
    return c != 0 ? c : memcmp(x->id.b, y->id.b, TN_ID_SIZE);
}

/* Which name a joined visit keeps. */
static bool is_better(const struct tn_visit *a, const struct tn_visit *b)
{
    int c = order(a->source, b->source);
    c = c != 0 ? c : order(is_way_out(a), is_way_out(b));
    c = c != 0 ? c : order(a->starts, b->starts);
    return c != 0 ? c < 0 : memcmp(a->id.b, b->id.b, TN_ID_SIZE) < 0;
}

/* One visit of several that overlap. */
static struct tn_visit join(const struct tn_visit *visits, size_t count)
{
    const struct tn_visit *known = NULL;
    const struct tn_visit *last = NULL;
    struct tn_visit out = visits[0];
    enum tn_clock clock = TN_CLOCK_AS_IT_WAS;
    bool is_moved = false;
    bool is_ended = false;
    for (size_t i = 0; i < count; i++) {
        const struct tn_visit *v = &visits[i];
        bool is_known = !v->imputed || is_way_out(v);
        known = is_known && (known == NULL || v->ends > known->ends) ? v : known;
        out = is_better(v, &out) ? *v : out;
        clock = v->clock > clock ? v->clock : clock;
        is_moved = is_moved || v->is_moved;
        is_ended = is_ended || v->is_ended;
    }
    for (size_t i = 0; i < count; i++) {
        const struct tn_visit *v = &visits[i];
        bool is_after = v->imputed && !is_way_out(v) && (known == NULL || v->starts > known->ends);
        last = is_after && (last == NULL || v->ends > last->ends) ? v : last;
    }
    last = last == NULL ? known : last;
    out.starts = visits[0].starts;
    out.ends = last->ends;
    out.imputed = last != known;
    out.out_log = last->out_log;
    out.out_seq = last->out_seq;
    out.clock = clock;
    out.is_moved = is_moved;
    out.is_ended = is_ended;
    return out;
}

void tn_stays_join(struct tn_stays *stays)
{
    size_t left = 0;
    if (stays->count > 1) {
        qsort(stays->rows, stays->count, sizeof *stays->rows, compare_visits);
    }
    for (size_t i = 0; i < stays->count;) {
        const struct tn_visit *first = &stays->rows[i];
        int64_t ends = first->ends;
        size_t n = 1;
        while (!first->is_void && i + n < stays->count && !first[n].is_void &&
               tn_id_equal(&first[n].activity, &first->activity) &&
               (first[n].starts < ends || first[n].starts == first[n - 1].starts)) {
            ends = first[n].ends > ends ? first[n].ends : ends;
            n++;
        }
        struct tn_visit one = n == 1 ? *first : join(first, n);
        stays->rows[left++] = one;
        i += n;
    }
    stays->count = left;
}

static int compare_sightings(const void *a, const void *b)
{
    const struct tn_sighting *x = a;
    const struct tn_sighting *y = b;
    int c = order(x->at_ms, y->at_ms);
    c = c != 0 ? c : memcmp(x->log.b, y->log.b, TN_ID_SIZE);
    return c != 0 ? c : (x->seq > y->seq) - (x->seq < y->seq);
}

void tn_sightings_sort(struct tn_sighting *sightings, size_t count)
{
    if (count > 1) {
        qsort(sightings, count, sizeof *sightings, compare_sightings);
    }
}
