/* Reads what the reach report is made of. One event is read at a time and its small figures taken
 * out at once (reach_rule.c); the report of all events adds up what is left, so that it cannot say
 * more than the events' own reports do. */
#include "sync/central/reach.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/headcounts.h"
#include "sync/central/logs.h"
#include "sync/central/suppress.h"

#define WHICH " v.ecosystem = $1 AND v.event = $2"
#define OF_PARTNER                                                                                 \
    " FROM visit v JOIN activity a ON a.ecosystem = v.ecosystem AND a.id = v.activity"             \
    " LEFT JOIN partner p ON p.ecosystem = a.ecosystem AND p.id = a.partner WHERE" WHICH

/* One row of numbers; $3 is bound where extra is not 0. */
static enum tn_status count(struct tn_centre *centre, const char *sql, const struct tn_id *event,
                            int64_t extra, int64_t *const *targets)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    if (extra != 0) {
        tn_bind_int(stmt, 3, extra);
    }
    status = tn_step(stmt, &has_row);
    for (int i = 0; status == TN_OK && has_row && targets[i] != NULL; i++) {
        *targets[i] = tn_col_int(stmt, i);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status read_visits(struct tn_centre *centre, const struct tn_id *event,
                                  struct tn_reach *out)
{
    static const char visits[] =
        "SELECT count(DISTINCT v.who), count(CASE WHEN v.activity IS NULL THEN 1 END),"
        " count(v.activity), count(CASE WHEN v.imputed <> 0 THEN 1 END), count(*),"
        " count(DISTINCT CASE WHEN v.activity IS NULL THEN v.who END),"
        " count(DISTINCT CASE WHEN v.activity IS NOT NULL THEN v.who END),"
        " count(DISTINCT CASE WHEN v.activity IS NULL AND v.imputed <> 0 THEN v.who END),"
        " count(DISTINCT CASE WHEN v.activity IS NULL AND v.imputed = 0 THEN v.who END)"
        " FROM visit v WHERE" WHICH;
    static const char minutes[] =
        "SELECT coalesce(sum(CASE WHEN stays > 0 THEN inside ELSE outside END), 0) FROM (SELECT"
        " sum(CASE WHEN v.activity IS NULL THEN 1 ELSE 0 END) AS stays, sum(CASE WHEN v.activity IS"
        " NULL THEN v.minutes ELSE 0 END) AS inside, sum(CASE WHEN v.activity IS NULL THEN 0 ELSE"
        " v.minutes END) AS outside FROM visit v WHERE" WHICH " GROUP BY v.who) AS people";
    int64_t *const first[] = {&out->learners.value,      &out->stays.value,
                              &out->visits.value,        &out->imputed.value,
                              &out->imputed_of,          &out->stays.learners,
                              &out->visits.learners,     &out->stay_imputed_learners,
                              &out->stay_ended_learners, NULL};
    int64_t *const second[] = {&out->minutes.value, NULL};
    enum tn_status status = count(centre, visits, event, 0, first);
    return status == TN_OK ? count(centre, minutes, event, 0, second) : status;
}

static enum tn_status read_others(struct tn_centre *centre, const struct tn_id *event,
                                  struct tn_reach *out)
{
    static const char unknown[] =
        "SELECT count(DISTINCT v.badge), count(DISTINCT v.who) FROM visit v LEFT JOIN badge b ON"
        " b.ecosystem = v.ecosystem AND b.id = v.badge WHERE" WHICH " AND b.id IS NULL";
    static const char outside[] =
        "SELECT count(*) FROM entry v JOIN event e ON e.ecosystem = v.ecosystem AND e.id = v.event"
        " WHERE" WHICH " AND v.kind IN ('check_in', 'check_out', 'pass', 'visit') AND (v.at_ms <"
        " e.starts - $3 OR v.at_ms > e.ends + $3)";
    int64_t *const first[] = {&out->unknown_badges.value, &out->unknown_badges.learners, NULL};
    int64_t *const second[] = {&out->scans_outside.value, NULL};
    enum tn_status status = count(centre, unknown, event, 0, first);
    return status == TN_OK ? count(centre, outside, event, TN_REACH_MARGIN_MS, second) : status;
}

static enum tn_status read_rows(struct tn_centre *centre, const char *sql,
                                const struct tn_id *event, struct tn_reach_row *rows,
                                size_t *rows_count)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*rows_count == TN_REACH_ROWS_MAX) {
            status = TN_ERR_LIMIT;
            break;
        }
        struct tn_reach_row *row = &rows[(*rows_count)++];
        snprintf(row->sector, sizeof row->sector, "%s", tn_col_text(stmt, 0));
        snprintf(row->partner, sizeof row->partner, "%s", tn_col_text(stmt, 1));
        row->learners = tn_col_int(stmt, 2);
        row->visits = tn_col_int(stmt, 3);
        row->minutes = tn_col_int(stmt, 4);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status make_room(struct tn_reach *out)
{
    *out = (struct tn_reach){0};
    out->sectors = calloc(TN_REACH_ROWS_MAX, sizeof *out->sectors);
    out->partners = calloc(TN_REACH_ROWS_MAX, sizeof *out->partners);
    return out->sectors == NULL || out->partners == NULL ? TN_ERR_NO_MEMORY : TN_OK;
}

static enum tn_status read_event(struct tn_centre *centre, const struct tn_id *event,
                                 struct tn_reach *out)
{
    static const char by_sector[] =
        "SELECT coalesce(p.sector, ''), '', count(DISTINCT v.who), count(*), "
        "sum(v.minutes)" OF_PARTNER " GROUP BY coalesce(p.sector, '') ORDER BY 1";
    static const char by_partner[] =
        "SELECT coalesce(p.sector, ''), coalesce(p.name, ''), count(DISTINCT v.who), count(*),"
        " sum(v.minutes)" OF_PARTNER
        " GROUP BY coalesce(p.sector, ''), coalesce(p.name, ''), p.id ORDER BY 1, 2, p.id";
    enum tn_status status = make_room(out);
    status = status == TN_OK ? read_visits(centre, event, out) : status;
    status = status == TN_OK ? read_others(centre, event, out) : status;
    if (status == TN_OK) {
        status = read_rows(centre, by_sector, event, out->sectors, &out->sector_count);
    }
    if (status == TN_OK) {
        status = read_rows(centre, by_partner, event, out->partners, &out->partner_count);
    }
    if (status == TN_OK) {
        tn_reach_withhold(out, centre->min_cell);
    }
    return status;
}

static enum tn_status read_stations(struct tn_centre *centre, const struct tn_id *event,
                                    struct tn_reach *out)
{
    static const char sql[] =
        "SELECT count(*), count(home), count(CASE WHEN seen >= ends THEN 1 END) FROM (SELECT"
        " max(k.last_seen) AS seen, max(e.ends) AS ends, " TN_HOME_SQL " AS home FROM kiosk k JOIN"
        " event e ON e.ecosystem = k.ecosystem AND e.id = k.event WHERE k.ecosystem = $1 AND"
        " (k.event = $2 OR $2 IS NULL) GROUP BY k.pubkey) AS stations";
    int64_t *const targets[] = {&out->stations, &out->stations_home, &out->stations_heard, NULL};
    return count(centre, sql, event, 0, targets);
}

/* The events anybody was at, in the order of their ids. */
static enum tn_status list_events(struct tn_centre *centre, struct tn_id *out, size_t *events)
{
    static const char sql[] =
        "SELECT DISTINCT event FROM visit WHERE ecosystem = $1 ORDER BY event";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*events == TN_REACH_EVENTS_MAX) {
            status = TN_ERR_LIMIT;
            break;
        }
        tn_col_id(stmt, 0, &out[(*events)++]);
    }
    tn_reset(stmt);
    return status;
}

/* Learners of the events that are shown, each counted once: shown itself only where no event's
 * number, taken from it, leaves a small one. */
static enum tn_status read_union(struct tn_centre *centre, const int64_t *shown, size_t shown_count,
                                 struct tn_figure *out)
{
    static const char sql[] =
        "SELECT count(DISTINCT who) FROM visit WHERE ecosystem = $1 AND event IN (SELECT event FROM"
        " visit WHERE ecosystem = $1 GROUP BY event HAVING count(DISTINCT who) >= $2)";
    bool marks[TN_REACH_EVENTS_MAX] = {false};
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, centre->min_cell);
    status = tn_step(stmt, &has_row);
    out->value = status == TN_OK && has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    tn_suppress_parts(out->value, shown, shown_count, centre->min_cell, marks);
    for (size_t i = 0; i < shown_count; i++) {
        out->is_withheld = out->is_withheld || marks[i];
    }
    out->value = out->is_withheld ? 0 : out->value;
    return status;
}

/* What no event shows is withheld, and not nought. */
static void settle(struct tn_figure *figure)
{
    figure->is_withheld = figure->is_withheld || (figure->is_partial && figure->value == 0);
}

static enum tn_status add_event(struct tn_centre *centre, const struct tn_id *event,
                                struct tn_reach *all, int64_t *shown, size_t *shown_count)
{
    struct tn_reach one = {0};
    enum tn_status status = read_event(centre, event, &one);
    if (status == TN_OK) {
        status = tn_reach_add(all, &one);
    }
    if (status == TN_OK && !one.is_withheld) {
        shown[(*shown_count)++] = one.learners.value;
    }
    tn_reach_free(&one);
    return status;
}

static enum tn_status read_all(struct tn_centre *centre, struct tn_reach *out)
{
    struct tn_id events[TN_REACH_EVENTS_MAX];
    int64_t shown[TN_REACH_EVENTS_MAX];
    size_t event_count = 0;
    size_t shown_count = 0;
    enum tn_status status = make_room(out);
    status = status == TN_OK ? list_events(centre, events, &event_count) : status;
    for (size_t i = 0; i < event_count && status == TN_OK; i++) {
        status = add_event(centre, &events[i], out, shown, &shown_count);
    }
    if (status == TN_OK) {
        status = read_union(centre, shown, shown_count, &out->learners);
    }
    struct tn_figure *figures[] = {&out->stays,   &out->visits,         &out->minutes,
                                   &out->imputed, &out->unknown_badges, &out->scans_outside};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        settle(figures[i]);
    }
    out->learners.is_partial = out->events_left_out > 0;
    out->is_withheld = event_count > 0 && shown_count == 0;
    return status;
}

enum tn_status tn_reach_read(struct tn_centre *centre, const struct tn_id *event,
                             struct tn_reach *out)
{
    enum tn_status status =
        tn_id_is_none(event) ? read_all(centre, out) : read_event(centre, event, out);
    status = status == TN_OK ? read_stations(centre, event, out) : status;
    status = status == TN_OK ? tn_headcounts_total(centre, event, &out->adults) : status;
    if (status != TN_OK) {
        tn_reach_free(out);
    }
    return status;
}

void tn_reach_free(struct tn_reach *reach)
{
    free(reach->sectors);
    free(reach->partners);
    *reach = (struct tn_reach){0};
}
