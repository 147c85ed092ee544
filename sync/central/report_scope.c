/* Reads the lists a report counts by. They are small beside the visits (thousands), so they are
 * read whole and sorted by key. Keys are hashes and so lie evenly: their first bits, a few more
 * than there are keys, tell where to look, which takes one glance where halving would take sixteen,
 * for each of millions of visits. */
#include "sync/central/report_scope.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/visited.h"
#include "turnout/log.h"

#define LIST_MAX 4000000
#define PLACE_BITS_MIN 4
#define PLACE_BITS_MAX 18
#define PARENTS_MAX 16

/* Room for one more in a list that doubles; NULL where there is none. */
static void *grow(void *list, size_t count, size_t size)
{
    if (count >= LIST_MAX) {
        return NULL;
    }
    const bool is_full = count == 0 || (count >= 16 && (count & (count - 1)) == 0);
    return is_full ? realloc(list, (count == 0 ? 16 : 2 * count) * size) : list;
}

static enum tn_setting setting_of(const char *text)
{
    return strcmp(text, "in-school") == 0       ? TN_SETTING_IN_SCHOOL
           : strcmp(text, "out-of-school") == 0 ? TN_SETTING_OUT_OF_SCHOOL
                                                : TN_SETTING_UNKNOWN;
}

/* One row of each statement becomes one item of a list. */
typedef enum tn_status take_row(struct tn_scope *scope, struct tn_stmt *stmt);

static enum tn_status each_row(struct tn_scope *scope, const char *sql, take_row *take)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(scope->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        status = take(scope, stmt);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status take_event(struct tn_scope *scope, struct tn_stmt *stmt)
{
    struct tn_scope_event *list = grow(scope->events, scope->event_count, sizeof *list);
    if (list == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    scope->events = list;
    struct tn_scope_event *event = &list[scope->event_count++];
    *event = (struct tn_scope_event){.starts = tn_col_int(stmt, 1), .ends = tn_col_int(stmt, 2)};
    struct tn_id id;
    tn_col_id(stmt, 0, &id);
    event->key = tn_visited_key(&id);
    event->setting = setting_of(tn_col_text(stmt, 3));
    return TN_OK;
}

static enum tn_status take_partner(struct tn_scope *scope, struct tn_stmt *stmt)
{
    struct tn_scope_partner *list = grow(scope->partners, scope->partner_count, sizeof *list);
    if (list == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    scope->partners = list;
    struct tn_scope_partner *partner = &list[scope->partner_count++];
    *partner = (struct tn_scope_partner){
        .name = tn_report_text(scope->report, "%s", tn_col_text(stmt, 2)),
        .sector = tn_report_text(scope->report, "%s", tn_col_text(stmt, 3)),
        .has_agreement = !tn_col_is_null(stmt, 4) || !tn_col_is_null(stmt, 5),
        .agreement_expires = tn_col_int(stmt, 5),
    };
    tn_col_id(stmt, 0, &partner->id);
    tn_col_id(stmt, 1, &partner->parent);
    return TN_OK;
}

static uint32_t partner_at(const struct tn_scope *scope, const struct tn_id *id)
{
    const size_t last = scope->partner_last;
    if (last < scope->partner_count && tn_id_equal(&scope->partners[last].id, id)) {
        return (uint32_t)last;
    }
    for (size_t i = 0; i < scope->partner_count && !tn_id_is_none(id); i++) {
        if (tn_id_equal(&scope->partners[i].id, id)) {
            return (uint32_t)i;
        }
    }
    return TN_SCOPE_NONE;
}

static enum tn_status take_step(struct tn_scope *scope, struct tn_stmt *stmt)
{
    const char *code = tn_col_text(stmt, 0);
    if (scope->pathway_count == 0 ||
        strcmp(scope->pathways[scope->pathway_count - 1].code, code) != 0) {
        struct tn_scope_pathway *more = grow(scope->pathways, scope->pathway_count, sizeof *more);
        if (more == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        scope->pathways = more;
        more[scope->pathway_count++] = (struct tn_scope_pathway){
            .code = tn_report_text(scope->report, "%s", code),
            .title = tn_report_text(scope->report, "%s", tn_col_text(stmt, 1)),
        };
    }
    struct tn_scope_step *list = grow(scope->steps, scope->step_count, sizeof *list);
    if (list == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    scope->steps = list;
    list[scope->step_count++] = (struct tn_scope_step){
        .pathway = (uint32_t)scope->pathway_count - 1,
        .number = tn_col_int(stmt, 2),
        .title = tn_report_text(scope->report, "%s", tn_col_text(stmt, 3)),
        .needs = tn_col_is_null(stmt, 4) || tn_col_int(stmt, 4) < 1 ? 1 : tn_col_int(stmt, 4),
    };
    return TN_OK;
}

static uint32_t step_at(const struct tn_scope *scope, const char *pathway, int64_t number)
{
    for (size_t i = 0; i < scope->step_count && pathway[0] != '\0'; i++) {
        const struct tn_scope_step *step = &scope->steps[i];
        if (step->number == number && strcmp(scope->pathways[step->pathway].code, pathway) == 0) {
            return (uint32_t)i;
        }
    }
    return TN_SCOPE_NONE;
}

static enum tn_status kind_at(struct tn_scope *scope, const char *kind, uint32_t *out)
{
    *out = TN_SCOPE_NONE;
    for (size_t i = 0; i < scope->kind_count && kind[0] != '\0'; i++) {
        if (strcmp(scope->kinds[i], kind) == 0) {
            *out = (uint32_t)i;
            return TN_OK;
        }
    }
    if (kind[0] == '\0') {
        return TN_OK;
    }
    const char **list = grow(scope->kinds, scope->kind_count, sizeof *list);
    if (list == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    scope->kinds = list;
    list[scope->kind_count] = tn_report_text(scope->report, "%s", kind);
    *out = (uint32_t)scope->kind_count++;
    return TN_OK;
}

static enum tn_status take_activity(struct tn_scope *scope, struct tn_stmt *stmt)
{
    struct tn_scope_activity *list = grow(scope->activities, scope->activity_count, sizeof *list);
    struct tn_id id;
    struct tn_id partner;
    if (list == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    scope->activities = list;
    struct tn_scope_activity *activity = &list[scope->activity_count++];
    tn_col_id(stmt, 0, &id);
    tn_col_id(stmt, 1, &partner);
    scope->partner_last = partner_at(scope, &partner);
    *activity = (struct tn_scope_activity){
        .key = tn_visited_key(&id),
        .partner = scope->partner_last,
        .setting = setting_of(tn_col_text(stmt, 2)),
        .step = step_at(scope, tn_col_text(stmt, 4), tn_col_int(stmt, 5)),
    };
    return kind_at(scope, tn_col_text(stmt, 3), &activity->kind);
}

static int compare_events(const void *a, const void *b)
{
    const struct tn_scope_event *x = a;
    const struct tn_scope_event *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static int compare_activities(const void *a, const void *b)
{
    const struct tn_scope_activity *x = a;
    const struct tn_scope_activity *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

/* Two ids that begin alike would be counted as one. They are hashes, so this is not seen in a
 * lifetime; if it is, no number is better than a wrong one. */
static enum tn_status check_keys(const struct tn_scope *scope)
{
    bool is_twice = false;
    for (size_t i = 1; i < scope->event_count; i++) {
        is_twice = is_twice || scope->events[i].key == scope->events[i - 1].key;
    }
    for (size_t i = 1; i < scope->activity_count; i++) {
        is_twice = is_twice || scope->activities[i].key == scope->activities[i - 1].key;
    }
    if (is_twice) {
        tn_log(TN_LOG_ERROR, "two events or activities have ids that begin alike; give one of them"
                             " another code");
    }
    return is_twice ? TN_ERR_STATE : TN_OK;
}

/* For each value of a key's first bits, the first place whose key has these or higher ones. */
static enum tn_status place_keys(struct tn_scope *scope)
{
    const size_t most =
        scope->event_known > scope->activity_count ? scope->event_known : scope->activity_count;
    scope->place_bits = PLACE_BITS_MIN;
    while (scope->place_bits < PLACE_BITS_MAX && (size_t)1 << scope->place_bits < 4 * most) {
        scope->place_bits++;
    }
    const size_t count = ((size_t)1 << scope->place_bits) + 1;
    scope->event_places = calloc(count, sizeof *scope->event_places);
    scope->activity_places = calloc(count, sizeof *scope->activity_places);
    if (scope->event_places == NULL || scope->activity_places == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    uint32_t event = 0;
    uint32_t activity = 0;
    for (size_t i = 0; i < count; i++) {
        while (event < scope->event_known &&
               scope->events[event].key >> (64 - scope->place_bits) < i) {
            event++;
        }
        while (activity < scope->activity_count &&
               scope->activities[activity].key >> (64 - scope->place_bits) < i) {
            activity++;
        }
        scope->event_places[i] = event;
        scope->activity_places[i] = activity;
    }
    return TN_OK;
}

/* The filter's partner, and those it is the parent of. */
static void mark_partners(struct tn_scope *scope)
{
    for (size_t i = 0; i < scope->partner_count; i++) {
        uint32_t at = (uint32_t)i;
        for (int up = 0; up < PARENTS_MAX && at != TN_SCOPE_NONE; up++) {
            if (tn_id_equal(&scope->partners[at].id, &scope->filter->partner)) {
                scope->partners[i].is_in = true;
                break;
            }
            at = partner_at(scope, &scope->partners[at].parent);
        }
    }
}

enum tn_status tn_scope_init(struct tn_scope *scope, struct tn_centre *centre,
                             const struct tn_report_filter *filter, struct tn_report *report)
{
    static const char events[] = "SELECT id, starts, ends, setting FROM event WHERE ecosystem = $1";
    static const char partners[] =
        "SELECT id, parent, name, sector, agreement_basis, agreement_expires FROM partner WHERE"
        " ecosystem = $1 ORDER BY sector, name, id";
    static const char steps[] =
        "SELECT p.code, p.title, s.step, s.title, s.needs_n FROM pathway p JOIN pathway_step s ON"
        " s.ecosystem = p.ecosystem AND s.pathway = p.id WHERE p.ecosystem = $1 ORDER BY p.code,"
        " s.step";
    static const char activities[] =
        "SELECT id, partner, setting, workforce_kind, pathway, step FROM activity WHERE ecosystem ="
        " $1 ORDER BY workforce_kind, partner, id";
    *scope = (struct tn_scope){.centre = centre, .filter = filter, .report = report};
    enum tn_status status = each_row(scope, events, take_event);
    status = status == TN_OK ? each_row(scope, partners, take_partner) : status;
    status = status == TN_OK ? each_row(scope, steps, take_step) : status;
    status = status == TN_OK ? each_row(scope, activities, take_activity) : status;
    if (status != TN_OK) {
        return status;
    }
    scope->event_known = scope->event_count;
    if (scope->event_count > 0) {
        qsort(scope->events, scope->event_count, sizeof *scope->events, compare_events);
    }
    if (scope->activity_count > 0) {
        qsort(scope->activities, scope->activity_count, sizeof *scope->activities,
              compare_activities);
    }
    mark_partners(scope);
    scope->has_event = !tn_id_is_none(&filter->event);
    scope->has_partner = !tn_id_is_none(&filter->partner);
    status = check_keys(scope);
    status = status == TN_OK ? place_keys(scope) : status;
    return status == TN_OK ? report->status : status;
}

void tn_scope_destroy(struct tn_scope *scope)
{
    free(scope->events);
    free(scope->activities);
    free(scope->partners);
    free(scope->pathways);
    free(scope->steps);
    free(scope->kinds);
    free(scope->event_places);
    free(scope->activity_places);
    *scope = (struct tn_scope){0};
}

uint32_t tn_scope_event(struct tn_scope *scope, uint64_t key)
{
    for (size_t i = scope->event_places[key >> (64 - scope->place_bits)];
         i < scope->event_known && scope->events[i].key <= key; i++) {
        if (scope->events[i].key == key) {
            return (uint32_t)i;
        }
    }
    for (size_t i = scope->event_known; i < scope->event_count; i++) {
        if (scope->events[i].key == key) {
            return (uint32_t)i;
        }
    }
    struct tn_scope_event *list = grow(scope->events, scope->event_count, sizeof *list);
    if (list == NULL) {
        return TN_SCOPE_NONE;
    }
    scope->events = list;
    list[scope->event_count] = (struct tn_scope_event){.key = key};
    return (uint32_t)scope->event_count++;
}

uint32_t tn_scope_activity(const struct tn_scope *scope, uint64_t key)
{
    for (size_t i = scope->activity_places[key >> (64 - scope->place_bits)];
         i < scope->activity_count && scope->activities[i].key <= key; i++) {
        if (scope->activities[i].key == key) {
            return (uint32_t)i;
        }
    }
    return TN_SCOPE_NONE;
}

bool tn_scope_is_filtered(const struct tn_report_filter *filter)
{
    return filter->from_ms != 0 || filter->to_ms != 0 || filter->has_grades ||
           !tn_id_is_none(&filter->partner);
}
