/* The way through the learners: rows of `visited` in pages, so that no database hands over millions
 * of rows at once, each with what the roster knows of the learner. */
#include "sync/central/report_survey.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/report_release.h"
#include "sync/central/visited.h"
#include "turnout/log.h"

#define PAGE_ROWS 10000

struct walk {
    struct tn_scope scope;
    const struct tn_survey *survey;
    void *state;
    struct tn_visited *raw; /* as they are in the row */
    size_t raw_room;
    struct tn_attended *visits; /* what the filter leaves of them */
    size_t room;
    uint8_t last[TN_ID_SIZE]; /* the page's last who */
    size_t last_len;
};

int64_t tn_survey_contact(const struct tn_attended *visits, size_t count, size_t first,
                          size_t *next)
{
    int64_t inside = 0;
    int64_t outside = 0;
    bool has_stay = false;
    size_t i = first;
    for (; i < count && visits[i].event == visits[first].event; i++) {
        has_stay = has_stay || visits[i].is_stay;
        inside += visits[i].is_stay ? visits[i].minutes : 0;
        outside += visits[i].is_stay ? 0 : visits[i].minutes;
    }
    *next = i;
    return has_stay ? inside : outside;
}

static int64_t grade_of(const char *text)
{
    if (strcmp(text, "PK") == 0) {
        return -1;
    }
    if (strcmp(text, "K") == 0) {
        return 0;
    }
    char *end = NULL;
    const long grade = strtol(text, &end, 10);
    return end == text || *end != '\0' || grade < 1 || grade > TN_GRADE_LAST ? TN_GRADE_UNKNOWN
                                                                             : grade;
}

static bool is_in(const struct tn_scope *scope, const struct tn_attended *visit)
{
    const struct tn_report_filter *filter = scope->filter;
    if ((filter->from_ms != 0 && visit->starts < filter->from_ms) ||
        (filter->to_ms != 0 && visit->starts >= filter->to_ms)) {
        return false;
    }
    if (scope->has_event && scope->events[visit->event].key != tn_visited_key(&filter->event)) {
        return false;
    }
    if (!scope->has_partner) {
        return true;
    }
    const uint32_t partner = visit->activity == TN_SCOPE_NONE
                                 ? TN_SCOPE_NONE
                                 : scope->activities[visit->activity].partner;
    return partner != TN_SCOPE_NONE && scope->partners[partner].is_in;
}

/* The visits of a row that the filter lets in. */
static enum tn_status take_visits(struct walk *walk, struct tn_bytes row, struct tn_attendee *who)
{
    size_t count = 0;
    bool is_badge = false;
    bool is_counted = false; /* at the event at hand */
    int64_t voided = 0;
    enum tn_status status = tn_visited_read(row, &walk->raw, &walk->raw_room, &count);
    if (status == TN_OK && count > walk->room) {
        struct tn_attended *more = realloc(walk->visits, 2 * count * sizeof *more);
        if (more == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        walk->visits = more;
        walk->room = 2 * count;
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        const struct tn_visited *raw = &walk->raw[i];
        struct tn_attended visit = {
            .event =
                i > 0 && walk->raw[i - 1].event == raw->event && who->count > 0 &&
                        walk->scope.events[walk->visits[who->count - 1].event].key == raw->event
                    ? walk->visits[who->count - 1].event
                    : tn_scope_event(&walk->scope, raw->event),
            .activity =
                raw->activity == 0 ? TN_SCOPE_NONE : tn_scope_activity(&walk->scope, raw->activity),
            .is_stay = raw->activity == 0,
            .imputed = raw->imputed,
            .is_moved = raw->is_moved,
            .is_ended = raw->is_ended,
            .told = raw->told,
            .starts = raw->starts,
            .minutes = raw->minutes,
        };
        if (visit.event == TN_SCOPE_NONE) {
            return TN_ERR_NO_MEMORY;
        }
        const bool is_first = i == 0 || walk->raw[i - 1].event != raw->event;
        is_counted = is_counted && !is_first;
        if (!is_counted && visit.told != TN_VISITED_VOID) {
            walk->scope.events[visit.event].all++;
            is_counted = true;
        }
        const bool is_asked = is_in(&walk->scope, &visit);
        if (is_asked && visit.told == TN_VISITED_VOID) {
            voided++;
        } else if (is_asked) {
            walk->visits[who->count++] = visit;
            is_badge = is_badge || raw->is_badge;
        }
    }
    who->is_unknown = who->is_unknown && is_badge;
    walk->scope.voided += voided;
    walk->scope.voided_learners += voided > 0;
    walk->scope.most_voided = voided > walk->scope.most_voided ? voided : walk->scope.most_voided;
    return status;
}

static enum tn_status add_person(struct walk *walk, struct tn_stmt *stmt, const struct tn_id *id)
{
    struct tn_scope *scope = &walk->scope;
    const struct tn_report_filter *filter = scope->filter;
    struct tn_attendee who = {
        .id = *id,
        .grade = grade_of(tn_col_text(stmt, 2)),
        .zip3 = tn_col_text(stmt, 3),
        .lang = tn_col_text(stmt, 4),
        .is_unknown = tn_col_int(stmt, 5) == 0,
    };
    if (filter->has_grades && (who.grade == TN_GRADE_UNKNOWN || who.grade < filter->grade_lo ||
                               who.grade > filter->grade_hi)) {
        return TN_OK;
    }
    enum tn_status status = take_visits(walk, tn_col_bytes(stmt, 1), &who);
    if (status != TN_OK || who.count == 0) {
        return status;
    }
    who.visits = walk->visits;
    bool has_stay = false;
    for (size_t i = 0; i < who.count; i++) {
        has_stay = has_stay || who.visits[i].is_stay;
    }
    scope->stayed += has_stay;
    for (size_t i = 0; i < who.count;) {
        scope->events[who.visits[i].event].learners++;
        who.minutes += tn_survey_contact(who.visits, who.count, i, &i);
    }
    scope->learners++;
    scope->minutes += who.minutes;
    scope->most_minutes = who.minutes > scope->most_minutes ? who.minutes : scope->most_minutes;
    return walk->survey->add(walk->state, scope, &who);
}

static enum tn_status walk_page(struct walk *walk, bool *is_last)
{
    static const char sql[] =
        "SELECT v.who, v.visits, l.grade, l.zip3, l.lang, CASE WHEN l.id IS NULL THEN (SELECT"
        " count(*) FROM badge b WHERE b.ecosystem = v.ecosystem AND b.id = v.who) ELSE 1 END FROM"
        " visited v LEFT JOIN learner l ON l.ecosystem = v.ecosystem AND l.id = v.who WHERE"
        " v.ecosystem = $1 AND v.who > $2 ORDER BY v.who LIMIT $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    size_t rows = 0;
    uint8_t after[TN_ID_SIZE];
    enum tn_status status = tn_centre_prepare(walk->scope.centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    memcpy(after, walk->last, sizeof after);
    tn_bind_bytes(stmt, 2, (struct tn_bytes){after, walk->last_len});
    tn_bind_int(stmt, 3, PAGE_ROWS);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id who;
        tn_col_id(stmt, 0, &who);
        memcpy(walk->last, who.b, TN_ID_SIZE);
        walk->last_len = TN_ID_SIZE;
        rows++;
        status = add_person(walk, stmt, &who);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    *is_last = rows < PAGE_ROWS;
    return status;
}

static enum tn_status walk_all(struct walk *walk)
{
    bool is_last = false;
    enum tn_status status = TN_OK;
    while (status == TN_OK && !is_last) {
        status = walk_page(walk, &is_last);
    }
    if (status == TN_ERR_DAMAGED) {
        tn_log(TN_LOG_ERROR, "what reports read is damaged; `turnout-sync verify` says more");
    }
    return status;
}

enum tn_status tn_survey_make(const struct tn_survey *survey, struct tn_centre *centre,
                              const struct tn_report_filter *filter, struct tn_report *out)
{
    struct walk walk = {.survey = survey, .state = calloc(1, survey->size)};
    if (walk.state == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = tn_scope_init(&walk.scope, centre, filter, out);
    walk.scope.ctx = survey->ctx;
    if (status == TN_OK && survey->begin != NULL) {
        status = survey->begin(walk.state, &walk.scope);
    }
    status = status == TN_OK ? walk_all(&walk) : status;
    if (status == TN_OK) {
        tn_release_settle(&walk.scope, survey->is_rounded);
        status = survey->finish(walk.state, &walk.scope, out);
    }
    if (survey->end != NULL) {
        survey->end(walk.state);
    }
    tn_scope_destroy(&walk.scope);
    free(walk.raw);
    free(walk.visits);
    free(walk.state);
    return status == TN_OK ? out->status : status;
}
