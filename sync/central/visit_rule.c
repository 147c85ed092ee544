/* The rule that makes visits of one person's sightings. Pure: it knows no database, so that a table
 * of histories can test it. */
#include <string.h>

#include "sync/central/visits.h"

/* Begins with its log, so that what a station brings lies side by side in an index of millions. */
#define ID_OF_LOG 4

static struct tn_id visit_id(const struct tn_sighting *s)
{
    uint8_t number[8];
    for (int i = 0; i < 8; i++) {
        number[i] = (uint8_t)(s->seq >> (56 - 8 * i));
    }
    const struct tn_bytes parts[] = {{s->log.b, TN_ID_SIZE}, {number, sizeof number}};
    const struct tn_id hash = tn_id_of(parts, 2);
    struct tn_id id = s->log;
    memcpy(id.b + ID_OF_LOG, hash.b, TN_ID_SIZE - ID_OF_LOG);
    return id;
}

static struct tn_visit open_visit(const struct tn_sighting *s)
{
    return (struct tn_visit){
        .id = visit_id(s),
        .badge = s->badge,
        .activity = s->activity,
        .in_log = s->log,
        .in_seq = s->seq,
        .starts = s->at_ms,
        .ends = s->at_ms,
        .imputed = true,
        .clock = s->clock,
        .is_moved = s->is_moved,
        .station = s->station,
        .first_met = s->first_met,
        .last_met = s->last_met,
    };
}

static void close_visit(struct tn_visit *visit, const struct tn_sighting *s)
{
    visit->out_log = s->log;
    visit->out_seq = s->seq;
    visit->ends = s->at_ms;
    visit->imputed = false;
    visit->is_moved = visit->is_moved || s->is_moved;
    visit->clock = s->clock > visit->clock ? s->clock : visit->clock;
}

int64_t tn_visits_activity_end(const struct tn_sighting *s)
{
    int64_t minutes = s->default_min > 0 ? s->default_min : TN_DEFAULT_MINUTES;
    bool is_bounded = s->activity_ends > s->at_ms;
    int64_t end = s->at_ms + minutes * 60000;
    if (is_bounded && (s->default_min <= 0 || s->activity_ends < end)) {
        /* Without default minutes the activity's own end is the better word. */
        end = s->activity_ends;
    }
    return end;
}

/* An activity's visit, or none where one of the same activity is still running. */
static size_t visit_activity(const struct tn_sighting *s, struct tn_visit *out, size_t count)
{
    for (size_t i = count; i > 0; i--) {
        if (tn_id_equal(&out[i - 1].activity, &s->activity) && s->at_ms < out[i - 1].ends) {
            return count;
        }
    }
    out[count] = open_visit(s);
    out[count].ends = tn_visits_activity_end(s);
    return count + 1;
}

/* Entries that stand for one and the same row of one badge. */
static bool is_same(const struct tn_sighting *a, const struct tn_sighting *b)
{
    return a->from_seq == b->from_seq && tn_id_equal(&a->from_log, &b->from_log) &&
           tn_id_equal(&a->badge, &b->badge);
}

/* Which of two counts: the entry itself before a copy, else the one with the smaller name. */
static bool is_better(const struct tn_sighting *a, const struct tn_sighting *b)
{
    if (a->is_copy != b->is_copy) {
        return !a->is_copy;
    }
    int c = memcmp(a->log.b, b->log.b, TN_ID_SIZE);
    return c != 0 ? c < 0 : a->seq < b->seq;
}

/* Settles one copy against all the others; copies are rare, so this walks. */
static void settle(struct tn_sighting *sightings, size_t count, struct tn_sighting *copy)
{
    for (size_t i = 0; i < count; i++) {
        struct tn_sighting *s = &sightings[i];
        if (s != copy && is_same(s, copy)) {
            (is_better(s, copy) ? copy : s)->is_void = true;
            bool is_undone = s->is_undone || copy->is_undone;
            s->is_undone = is_undone;
            copy->is_undone = is_undone;
        }
    }
}

size_t tn_visits_once(struct tn_sighting *sightings, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (sightings[i].is_copy) {
            settle(sightings, count, &sightings[i]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!sightings[i].is_void && !sightings[i].is_undone) {
            sightings[left++] = sightings[i];
        }
    }
    return left;
}

size_t tn_visits_derive(const struct tn_sighting *sightings, size_t count, int64_t event_ends,
                        struct tn_visit *out)
{
    size_t visits = 0;
    struct tn_visit *inside = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct tn_sighting *s = &sightings[i];
        if (s->kind == TN_KIND_VISIT) {
            visits = visit_activity(s, out, visits);
        } else if (inside != NULL && s->kind != TN_KIND_CHECK_IN) {
            close_visit(inside, s);
            inside = NULL;
        } else if (inside == NULL) {
            out[visits] = open_visit(s);
            if (s->kind == TN_KIND_CHECK_OUT) {
                out[visits].in_log = (struct tn_id){0};
                out[visits].in_seq = 0;
                out[visits].out_log = s->log;
                out[visits].out_seq = s->seq;
            } else {
                inside = &out[visits];
            }
            visits++;
        }
    }
    if (inside != NULL && event_ends > inside->starts) {
        inside->ends = event_ends;
    }
    return visits;
}
