/* A visit that a correction moved here was collected where it was, as far as corrections before
 * that one had made it; each step goes to smaller seqs, so it ends. Each level has its own
 * sightings, which it lets go of before it returns. */
#include "sync/central/collect.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/attendance.h"
#include "sync/central/ruling.h"

struct collecting {
    struct tn_centre *centre;
    struct tn_corrections *corrections;
    struct tn_id who;
    int64_t now_ms;
    struct tn_sighting *room; /* of the outermost level */
};

static enum tn_status read_event_end(struct tn_centre *centre, const struct tn_id *event,
                                     int64_t *ends)
{
    static const char sql[] = "SELECT ends FROM event WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    status = tn_step(stmt, &has_row);
    *ends = status == TN_OK && has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return status;
}

/* A stay that a correction adds, with a name of its own for each learner. */
static enum tn_status add_stay(const struct collecting *c, const struct tn_correction *rule,
                               int64_t event_ends, struct tn_making *making)
{
    static const char label[] = "turnout added visit v1";
    const uint8_t number[8] = {(uint8_t)((uint64_t)rule->seq >> 56),
                               (uint8_t)(rule->seq >> 48),
                               (uint8_t)(rule->seq >> 40),
                               (uint8_t)(rule->seq >> 32),
                               (uint8_t)(rule->seq >> 24),
                               (uint8_t)(rule->seq >> 16),
                               (uint8_t)(rule->seq >> 8),
                               (uint8_t)rule->seq};
    const struct tn_bytes parts[] = {{(const uint8_t *)label, sizeof label - 1},
                                     {c->centre->id.b, TN_ID_SIZE},
                                     {number, sizeof number},
                                     {c->who.b, TN_ID_SIZE}};
    struct tn_visit visit = {.id = tn_id_of(parts, 4),
                             .activity = rule->activity,
                             .starts = rule->starts_ms,
                             .ends = rule->ends_ms,
                             .source = TN_VISIT_ADDED};
    enum tn_status status = TN_OK;
    if (rule->ends_ms == TN_NO_TIME && rule->minutes > 0) {
        visit.ends = visit.starts + rule->minutes * 60000;
    } else if (rule->ends_ms == TN_NO_TIME) {
        status = tn_attendance_impute(c->centre, event_ends, &visit);
    }
    return status == TN_OK ? tn_stays_add(&making->stays, &visit) : status;
}

static enum tn_status collect(const struct collecting *c, const struct tn_id *event, int64_t by,
                              struct tn_stays *out);

/* Everything that corrections up to `by` do at the event, in their order. */
static enum tn_status correct(const struct collecting *c, const struct tn_id *event, int64_t by,
                              int64_t event_ends, struct tn_making *making)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < c->corrections->count && status == TN_OK; i++) {
        const struct tn_correction *rule = &c->corrections->rows[i];
        if (rule->seq > by) {
            break;
        }
        if (!rule->is_active || !tn_correction_is_about(c->corrections, rule)) {
            continue;
        }
        const bool is_here = tn_id_equal(&rule->event, event);
        if (is_here && rule->verb == TN_CORRECT_ADD) {
            status = add_stay(c, rule, event_ends, making);
        } else if (is_here) {
            status = tn_making_meet(making, rule);
        } else if (rule->verb == TN_CORRECT_MOVE && tn_id_equal(&rule->to_event, event)) {
            status = collect(c, &rule->event, rule->seq, &making->stays);
        }
    }
    return status;
}

/* Pairs what is left, and does to the visits what their beginnings were met by. */
static enum tn_status finish(struct tn_making *making, int64_t event_ends, int64_t by,
                             struct tn_stays *out)
{
    struct tn_stays made = {0};
    enum tn_status status =
        tn_stays_reserve(&made, making->sighting_count + making->stays.count + 1);
    if (status == TN_OK) {
        if (making->is_moved) {
            tn_sightings_sort(making->sightings, making->sighting_count);
        }
        made.count =
            tn_visits_derive(making->sightings, making->sighting_count, event_ends, made.rows);
        if (making->stays.count > 0) {
            memcpy(made.rows + made.count, making->stays.rows,
                   making->stays.count * sizeof *made.rows);
            made.count += making->stays.count;
        }
        tn_stays_apply(&making->mets, &made);
    }
    for (size_t i = 0; i < made.count && status == TN_OK; i++) {
        struct tn_visit *visit = &made.rows[i];
        const bool is_wanted = by == INT64_MAX ? visit->moved_by == 0 : visit->moved_by == by;
        visit->moved_by = 0;
        status = is_wanted ? tn_stays_add(out, visit) : TN_OK;
    }
    tn_stays_free(&made);
    return status;
}

/* The visits at an event; with `by`, those that this correction takes away from it. */
static enum tn_status collect(const struct collecting *c, const struct tn_id *event, int64_t by,
                              struct tn_stays *out)
{
    const struct tn_person person = {*event, c->who};
    struct tn_making making = {0};
    int64_t event_ends = 0;
    making.sightings =
        by == INT64_MAX ? c->room : calloc(TN_SIGHTINGS_MAX + 1, sizeof *making.sightings);
    enum tn_status status = making.sightings == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    if (status == TN_OK) {
        status = tn_sightings_read(c->centre, &person, c->now_ms, making.sightings,
                                   &making.sighting_count);
    }
    if (status == TN_OK) {
        status = read_event_end(c->centre, event, &event_ends);
    }
    if (status == TN_OK) {
        status = tn_attendance_read(c->centre, &person, event_ends, &making.stays);
    }
    if (status == TN_OK) {
        status = correct(c, event, by, event_ends, &making);
    }
    if (status == TN_OK) {
        status = finish(&making, event_ends, by, out);
    }
    if (making.sightings != c->room) {
        free(making.sightings);
    }
    tn_stays_free(&making.stays);
    tn_mets_free(&making.mets);
    return status;
}

enum tn_status tn_collect(struct tn_centre *centre, struct tn_corrections *corrections,
                          const struct tn_person *person, int64_t now_ms, struct tn_sighting *room,
                          struct tn_stays *out)
{
    const struct collecting c = {centre, corrections, person->who, now_ms, room};
    enum tn_status status = tn_corrections_of(centre, corrections, &person->who);
    if (status == TN_OK) {
        status = collect(&c, &person->event, INT64_MAX, out);
    }
    tn_stays_join(out);
    return status;
}
