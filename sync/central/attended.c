/* Pages by key: each asks for what comes after the last row it saw, which an index finds, so no
 * database keeps a million rows ready for us. */
#include "sync/central/attended.h"

#include <stdio.h>
#include <stdlib.h>

static void take_text(struct tn_stmt *stmt, int column, char *out, size_t size)
{
    (void)snprintf(out, size, "%s", tn_col_text(stmt, column));
}

static enum tn_status add_event(struct tn_attended_walk *walk, struct tn_stmt *stmt, size_t *room)
{
    if (walk->event_count == TN_ATTENDED_EVENTS_MAX) {
        return TN_ERR_LIMIT;
    }
    if (walk->event_count == *room) {
        *room = *room == 0 ? 64 : *room * 2;
        void *more = realloc(walk->events, *room * sizeof *walk->events);
        if (more == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        walk->events = more;
    }
    struct tn_attended_event *event = &walk->events[walk->event_count++];
    tn_col_id(stmt, 0, &event->id);
    take_text(stmt, 1, event->code, sizeof event->code);
    take_text(stmt, 2, event->title, sizeof event->title);
    take_text(stmt, 3, event->tz, sizeof event->tz);
    event->starts = tn_col_int(stmt, 4);
    event->ends = tn_col_int(stmt, 5);
    return TN_OK;
}

static enum tn_status read_events(struct tn_attended_walk *walk)
{
    static const char all[] = "SELECT id, code, title, tz, starts, ends FROM event WHERE"
                              " ecosystem = $1 ORDER BY starts, id";
    static const char one[] = "SELECT id, code, title, tz, starts, ends FROM event WHERE"
                              " ecosystem = $1 AND id = $2";
    const bool is_one = !tn_id_is_none(&walk->filter.event);
    struct tn_stmt *stmt = NULL;
    size_t room = 0;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(walk->centre, is_one ? one : all, &stmt);
    if (status != TN_OK) {
        return status;
    }
    if (is_one) {
        tn_bind_id(stmt, 2, &walk->filter.event);
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        status = add_event(walk, stmt, &room);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status count_visits(struct tn_attended_walk *walk)
{
    static const char all[] = "SELECT count(*) FROM visit WHERE ecosystem = $1";
    static const char one[] = "SELECT count(*) FROM visit WHERE ecosystem = $1 AND event = $2";
    const bool is_one = !tn_id_is_none(&walk->filter.event);
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(walk->centre, is_one ? one : all, &stmt);
    if (status != TN_OK) {
        return status;
    }
    if (is_one) {
        tn_bind_id(stmt, 2, &walk->filter.event);
    }
    status = tn_step(stmt, &has_row);
    walk->visits = status == TN_OK && has_row ? (uint64_t)tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return status;
}

enum tn_status tn_attended_start(struct tn_centre *centre, const struct tn_attended_filter *filter,
                                 struct tn_attended_walk *walk)
{
    *walk = (struct tn_attended_walk){.centre = centre, .filter = *filter};
    walk->rows = calloc(TN_ATTENDED_PAGE, sizeof *walk->rows);
    enum tn_status status = walk->rows == NULL ? TN_ERR_NO_MEMORY : read_events(walk);
    return status == TN_OK ? count_visits(walk) : status;
}

void tn_attended_end(struct tn_attended_walk *walk)
{
    free(walk->events);
    free(walk->rows);
    *walk = (struct tn_attended_walk){0};
}

static void take_row(struct tn_stmt *stmt, struct tn_attended *row)
{
    *row = (struct tn_attended){0};
    tn_col_id(stmt, 0, &row->who);
    tn_col_id(stmt, 1, &row->visit);
    tn_col_id(stmt, 2, &row->learner);
    tn_col_id(stmt, 3, &row->activity);
    row->starts = tn_col_int(stmt, 4);
    row->ends = tn_col_int(stmt, 5);
    row->minutes = tn_col_int(stmt, 6);
    row->imputed = tn_col_int(stmt, 7) != 0;
    take_text(stmt, 8, row->activity_code, sizeof row->activity_code);
    take_text(stmt, 9, row->activity_title, sizeof row->activity_title);
    row->activity_starts = tn_col_int(stmt, 10);
    row->activity_ends = tn_col_int(stmt, 11);
    take_text(stmt, 12, row->partner, sizeof row->partner);
    take_text(stmt, 13, row->badge, sizeof row->badge);
    take_text(stmt, 14, row->in_station, sizeof row->in_station);
    take_text(stmt, 15, row->out_station, sizeof row->out_station);
    take_text(stmt, 16, row->source, sizeof row->source);
    if (!tn_id_is_none(&row->learner)) {
        tn_learners_ref(stmt, 17, &row->learner, row->ref);
    }
}

/* who is in the index and the visit's id is not, so the former is asked for twice: once in a form
 * that every planner takes for a range. */
static enum tn_status read_page(struct tn_attended_walk *walk, size_t *count)
{
    static const char sql[] =
        "SELECT v.who, v.id, v.learner, v.activity, v.starts, v.ends, v.minutes, v.imputed,"
        " a.code, a.title, a.starts, a.ends, p.code, b.code, ki.station, ko.station,"
        " coalesce(t.source, v.source)," TN_LEARNER_REF_SQL(
            "v",
            "v.learner") " FROM visit v"
                         " LEFT JOIN learner l ON l.ecosystem = v.ecosystem AND l.id = v.learner"
                         " LEFT JOIN activity a ON a.ecosystem = v.ecosystem AND a.id = v.activity"
                         " LEFT JOIN partner p ON p.ecosystem = a.ecosystem AND p.id = a.partner"
                         " LEFT JOIN badge b ON b.ecosystem = v.ecosystem AND b.id = v.badge"
                         " LEFT JOIN attendance t ON t.ecosystem = v.ecosystem AND t.id = v.id"
                         " LEFT JOIN kiosk ki ON ki.ecosystem = v.ecosystem AND ki.log_id = "
                         "v.in_log"
                         " LEFT JOIN kiosk ko ON ko.ecosystem = v.ecosystem AND ko.log_id = "
                         "v.out_log"
                         " WHERE v.ecosystem = $1 AND v.event = $2 AND v.who >= $3 AND (v.who > $3 "
                         "OR v.id > $4)"
                         " AND v.starts >= $5 AND v.starts < $6 AND l.erased_at IS NULL"
                         " ORDER BY v.who, v.id LIMIT 1000";
    _Static_assert(TN_ATTENDED_PAGE == 1000, "the LIMIT above");
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *count = 0;
    enum tn_status status = tn_centre_prepare(walk->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &walk->events[walk->at].id);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){walk->last_who.b, TN_ID_SIZE});
    tn_bind_bytes(stmt, 4, (struct tn_bytes){walk->last_visit.b, TN_ID_SIZE});
    tn_bind_int(stmt, 5, walk->filter.from_ms == 0 ? INT64_MIN : walk->filter.from_ms);
    tn_bind_int(stmt, 6, walk->filter.to_ms == 0 ? INT64_MAX : walk->filter.to_ms);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row && *count < TN_ATTENDED_PAGE) {
        take_row(stmt, &walk->rows[(*count)++]);
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_attended_next(struct tn_attended_walk *walk,
                                const struct tn_attended_event **event,
                                const struct tn_attended **rows, size_t *count)
{
    enum tn_status status = TN_OK;
    *count = 0;
    while (status == TN_OK && *count == 0 && walk->at < walk->event_count) {
        status = read_page(walk, count);
        *event = &walk->events[walk->at];
        *rows = walk->rows;
        if (status == TN_OK && *count < TN_ATTENDED_PAGE) {
            walk->at++;
            walk->last_who = walk->last_visit = (struct tn_id){0};
        } else if (status == TN_OK) {
            walk->last_who = walk->rows[*count - 1].who;
            walk->last_visit = walk->rows[*count - 1].visit;
        }
    }
    return status;
}
