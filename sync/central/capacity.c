/* Counting who was in an activity at once: starts and ends in the order of time, ends first, so
 * that whoever leaves makes room for who comes that moment. One pass over an event's visits serves
 * all of its activities. */
#include "sync/central/capacity.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/conflict.h"

struct room {
    struct tn_id activity;
    int64_t capacity; /* 0: no bound */
    int64_t most;
};

/* The event's activities by id; the caller frees. */
static enum tn_status read_rooms(struct tn_centre *centre, const struct tn_id *event,
                                 struct room **out, size_t *count, bool *is_bounded)
{
    static const char sql[] = "SELECT id, coalesce(capacity, 0) FROM activity WHERE ecosystem = $1"
                              " AND event = $2 ORDER BY id LIMIT $3";
    struct tn_stmt *stmt = NULL;
    size_t room = 0;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    tn_bind_int(stmt, 3, TN_CAPACITY_ACTIVITIES_MAX);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*count == room) {
            room = room == 0 ? 32 : 2 * room;
            struct room *more = realloc(*out, room * sizeof *more);
            if (more == NULL) {
                status = TN_ERR_NO_MEMORY;
                break;
            }
            *out = more;
        }
        struct room *one = &(*out)[(*count)++];
        *one = (struct room){.capacity = tn_col_int(stmt, 1)};
        tn_col_id(stmt, 0, &one->activity);
        *is_bounded = *is_bounded || one->capacity > 0;
    }
    tn_reset(stmt);
    return status;
}

static int compare_rooms(const void *a, const void *b)
{
    return memcmp(((const struct room *)a)->activity.b, ((const struct room *)b)->activity.b,
                  TN_ID_SIZE);
}

/* visit comes first in the join: an event's visits are one stretch of an index. */
#define OF_EVENT                                                                                   \
    " FROM visit v CROSS JOIN activity a WHERE v.ecosystem = $1 AND v.event = $2 AND v.activity "  \
    "IS"                                                                                           \
    " NOT NULL AND a.ecosystem = v.ecosystem AND a.id = v.activity AND a.capacity > 0"

static enum tn_status count_visits(struct tn_centre *centre, const struct tn_id *event,
                                   struct room *rooms, size_t count)
{
    static const char sql[] =
        "SELECT v.activity AS activity, v.starts AS at, 1 AS change" OF_EVENT
        " UNION ALL SELECT v.activity, v.ends, -1" OF_EVENT " ORDER BY activity, at, change";
    struct tn_stmt *stmt = NULL;
    struct room key = {.most = 0};
    int64_t inside = 0;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id activity;
        tn_col_id(stmt, 0, &activity);
        inside = tn_id_equal(&activity, &key.activity) ? inside : 0;
        inside += tn_col_int(stmt, 2);
        key.activity = activity;
        struct room *room = bsearch(&key, rooms, count, sizeof *rooms, compare_rooms);
        if (room != NULL && inside > room->most) {
            room->most = inside;
        }
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_capacity_detect(struct tn_centre *centre, const struct tn_id *event,
                                  int64_t now_ms)
{
    struct room *rooms = NULL;
    size_t count = 0;
    bool is_bounded = false;
    enum tn_status status = read_rooms(centre, event, &rooms, &count, &is_bounded);
    if (status == TN_OK && is_bounded) {
        status = count_visits(centre, event, rooms, count);
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        const struct tn_conflict_key key = {.type = "capacity", .a = rooms[i].activity};
        status = rooms[i].capacity > 0 && rooms[i].most > rooms[i].capacity
                     ? tn_conflict_put(centre, &key, now_ms)
                     : tn_conflict_take(centre, &key);
    }
    free(rooms);
    return status;
}
