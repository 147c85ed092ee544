/* Looking at one person's events. Their visits at all events lie in one row of `visited`, so a
 * person of one event costs one look; only who was at several needs the events' sites. Every pair
 * of events with one that was just derived is judged anew, also where the visits are gone. */
#include "sync/central/detect.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/capacity.h"
#include "sync/central/conflict.h"
#include "sync/central/ids.h"
#include "sync/central/visited.h"

#define EVENTS_MAX 512 /* of one person, looked at */

struct site {
    uint64_t key; /* the event, as `visited` has it */
    struct tn_id id;
    struct tn_hash site; /* zero: it has none */
};

struct tn_detect {
    struct tn_centre *centre;
    int64_t now_ms;
    struct site *sites; /* by key; read when somebody was at two events */
    size_t site_count;
    bool has_sites;
    struct tn_visited *visits; /* of the person at hand */
    size_t room;
    size_t count;
    struct tn_id *noted; /* the person's overlaps that are noted, by their ids */
    size_t noted_count;
};

bool tn_detect_overlaps(const struct tn_detect_span *a, const struct tn_detect_span *b)
{
    const int64_t a_ends = a->imputed ? a->starts + TN_DETECT_SEEN_MS : a->ends;
    const int64_t b_ends = b->imputed ? b->starts + TN_DETECT_SEEN_MS : b->ends;
    const int64_t from = a->starts > b->starts ? a->starts : b->starts;
    const int64_t to = a_ends < b_ends ? a_ends : b_ends;
    return to - from > TN_DETECT_SLACK_MS;
}

static int compare_sites(const void *a, const void *b)
{
    const struct site *x = a;
    const struct site *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static enum tn_status read_sites(struct tn_detect *look)
{
    static const char sql[] = "SELECT id, site FROM event WHERE ecosystem = $1";
    struct tn_stmt *stmt = NULL;
    size_t room = 0;
    bool has_row = false;
    look->has_sites = true;
    enum tn_status status = tn_centre_prepare(look->centre, sql, &stmt);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (look->site_count == room) {
            room = room == 0 ? 64 : 2 * room;
            struct site *more = realloc(look->sites, room * sizeof *more);
            if (more == NULL) {
                status = TN_ERR_NO_MEMORY;
                break;
            }
            look->sites = more;
        }
        struct site *site = &look->sites[look->site_count++];
        const char *text = tn_col_text(stmt, 1);
        const struct tn_bytes bytes = {(const uint8_t *)text, strlen(text)};
        *site = (struct site){.key = 0};
        site->site = bytes.len == 0 ? site->site : tn_hash_of(&bytes, 1);
        tn_col_id(stmt, 0, &site->id);
        site->key = tn_visited_key(&site->id);
    }
    tn_reset(stmt);
    if (status == TN_OK && look->site_count > 0) {
        qsort(look->sites, look->site_count, sizeof *look->sites, compare_sites);
    }
    return status;
}

static const struct site *site_of(const struct tn_detect *look, uint64_t key)
{
    const struct site wanted = {.key = key};
    return look->site_count == 0 ? NULL
                                 : bsearch(&wanted, look->sites, look->site_count,
                                           sizeof *look->sites, compare_sites);
}

/* What a correction says was not there is at no two places. */
static void drop_void(struct tn_detect *look)
{
    size_t left = 0;
    for (size_t i = 0; i < look->count; i++) {
        if (look->visits[i].told != TN_VISITED_VOID) {
            look->visits[left++] = look->visits[i];
        }
    }
    look->count = left;
}

static enum tn_status read_visits(struct tn_detect *look, const struct tn_id *who)
{
    static const char sql[] = "SELECT visits FROM visited WHERE ecosystem = $1 AND who = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    look->count = 0;
    enum tn_status status = tn_centre_prepare(look->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, who);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        status = tn_visited_read(tn_col_bytes(stmt, 0), &look->visits, &look->room, &look->count);
        drop_void(look);
    }
    tn_reset(stmt);
    return status;
}

/* Most people have none, which is one question and not one for each pair of their events. */
static enum tn_status read_noted(struct tn_detect *look, const struct tn_id *who)
{
    static const char sql[] =
        "SELECT id FROM conflict WHERE ecosystem = $1 AND a = $2 AND type = 'overlap'";
    struct tn_stmt *stmt = NULL;
    free(look->noted);
    look->noted = NULL;
    look->noted_count = 0;
    enum tn_status status = tn_centre_prepare(look->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, who);
    return tn_ids_read(stmt, &look->noted, &look->noted_count);
}

static bool is_noted(const struct tn_detect *look, const struct tn_conflict_key *key)
{
    const struct tn_id id = tn_conflict_id(look->centre, key);
    size_t i = 0;
    while (i < look->noted_count && !tn_id_equal(&look->noted[i], &id)) {
        i++;
    }
    return i < look->noted_count;
}

static struct tn_detect_span span_of(const struct tn_visited *visit)
{
    return (struct tn_detect_span){visit->starts, visit->starts + visit->minutes * 60000,
                                   visit->imputed};
}

static bool has_overlap(const struct tn_detect *look, uint64_t one, uint64_t other)
{
    for (size_t i = 0; i < look->count; i++) {
        for (size_t j = 0; look->visits[i].event == one && j < look->count; j++) {
            const struct tn_detect_span a = span_of(&look->visits[i]);
            const struct tn_detect_span b = span_of(&look->visits[j]);
            if (look->visits[j].event == other && tn_detect_overlaps(&a, &b)) {
                return true;
            }
        }
    }
    return false;
}

static enum tn_status judge(struct tn_detect *look, const struct tn_id *who, uint64_t one,
                            uint64_t other)
{
    static const struct tn_hash none = {{0}};
    const struct site *a = site_of(look, one);
    const struct site *b = site_of(look, other);
    if (a == NULL || b == NULL) {
        return TN_OK; /* an event the centre does not have any more */
    }
    const bool is_first = memcmp(a->id.b, b->id.b, TN_ID_SIZE) < 0;
    const bool is_one_site = tn_hash_equal(&a->site, &b->site) && !tn_hash_equal(&a->site, &none);
    const struct tn_conflict_key key = {
        .type = "overlap", .a = *who, .b = is_first ? a->id : b->id, .c = is_first ? b->id : a->id};
    if (!is_one_site && has_overlap(look, one, other)) {
        return tn_conflict_put(look->centre, &key, look->now_ms);
    }
    return look->noted_count > 0 && is_noted(look, &key) ? tn_conflict_take(look->centre, &key)
                                                         : TN_OK;
}

static size_t add_event(uint64_t *events, size_t count, uint64_t event)
{
    for (size_t i = 0; i < count; i++) {
        if (events[i] == event) {
            return count;
        }
    }
    if (count < EVENTS_MAX) {
        events[count++] = event;
    }
    return count;
}

enum tn_status tn_detect_person(struct tn_detect *look, const struct tn_person *people,
                                size_t touched)
{
    uint64_t events[EVENTS_MAX];
    size_t count = 0;
    enum tn_status status = read_visits(look, &people->who);
    for (size_t i = 0; i < touched; i++) {
        count = add_event(events, count, tn_visited_key(&people[i].event));
    }
    const size_t derived = count;
    for (size_t i = 0; i < look->count && status == TN_OK; i++) {
        count = add_event(events, count, look->visits[i].event);
    }
    if (status == TN_OK && count > 1 && !look->has_sites) {
        status = read_sites(look);
    }
    if (status == TN_OK && count > 1) {
        status = read_noted(look, &people->who);
    }
    for (size_t i = 0; i < derived; i++) {
        for (size_t j = i + 1; j < count && status == TN_OK; j++) {
            status = judge(look, &people->who, events[i], events[j]);
        }
    }
    return status;
}

static int by_event(const void *a, const void *b)
{
    return memcmp(((const struct tn_person *)a)->event.b, ((const struct tn_person *)b)->event.b,
                  TN_ID_SIZE);
}

enum tn_status tn_detect_events(struct tn_detect *look, struct tn_person *people, size_t count)
{
    enum tn_status status = TN_OK;
    if (count > 1) {
        qsort(people, count, sizeof *people, by_event);
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        if (i == 0 || by_event(&people[i - 1], &people[i]) != 0) {
            status = tn_capacity_detect(look->centre, &people[i].event, look->now_ms);
        }
    }
    return status;
}

enum tn_status tn_detect_create(struct tn_centre *centre, int64_t now_ms, struct tn_detect **out)
{
    struct tn_detect *look = calloc(1, sizeof *look);
    *out = look;
    if (look == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    look->centre = centre;
    look->now_ms = now_ms;
    return TN_OK;
}

void tn_detect_free(struct tn_detect *look)
{
    if (look != NULL) {
        free(look->sites);
        free(look->visits);
        free(look->noted);
        free(look);
    }
}
