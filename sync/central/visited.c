/* The row of a person: for each event, in the order of their keys, the event's key (8 bytes), how
 * many visits follow (4) and those: flags (1: 1 has an
 * activity, 2 imputed, 4 a badge's, 8 to 56 how its time is known, 64 moved, 128 ended), start in
 * milliseconds (8), minutes (4) and, where the flags say so, the activity's key (8). All
 * big-endian. A row is read and written whole, since most people have a few visits and none has
 * many. */
#include "sync/central/visited.h"

#include <stdlib.h>
#include <string.h>

#define ROW_MAX (64u << 20)
#define HEAD_SIZE 12
#define VISIT_SIZE 13
#define KEY_SIZE 8

enum { HAS_ACTIVITY = 1, IS_IMPUTED = 2, IS_BADGE = 4, IS_MOVED = 64, IS_ENDED = 128 };
#define TOLD_SHIFT 3
#define TOLD_MASK 7

static void put_number(struct tn_buf *buf, uint64_t number, int size)
{
    uint8_t bytes[8];
    for (int i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(number >> (8 * (size - 1 - i)));
    }
    tn_buf_append(buf, bytes, (size_t)size);
}

static uint64_t take_number(const uint8_t *at, int size)
{
    uint64_t number = 0;
    for (int i = 0; i < size; i++) {
        number = number << 8 | at[i];
    }
    return number;
}

uint64_t tn_visited_key(const struct tn_id *id)
{
    return take_number(id->b, KEY_SIZE);
}

static size_t size_of(const uint8_t *visit)
{
    return VISIT_SIZE + ((visit[0] & HAS_ACTIVITY) != 0 ? KEY_SIZE : 0);
}

/* How many bytes one event takes at the start of a row; 0 where they are not one. */
static size_t group_size(struct tn_bytes row)
{
    if (row.len < HEAD_SIZE) {
        return 0;
    }
    const uint64_t count = take_number(row.data + 8, 4);
    size_t at = HEAD_SIZE;
    for (uint64_t i = 0; i < count; i++) {
        if (row.len - at < VISIT_SIZE || row.len - at < size_of(row.data + at)) {
            return 0;
        }
        at += size_of(row.data + at);
    }
    return at;
}

static enum tn_visited_told told_of(const struct tn_visit *v)
{
    return v->is_void                    ? TN_VISITED_VOID
           : v->source == TN_VISIT_PAPER ? TN_VISITED_PAPER
           : v->source == TN_VISIT_ADDED ? TN_VISITED_ADDED
                                         : (enum tn_visited_told)v->clock;
}

static unsigned flags_of(const struct tn_visit *v, const struct tn_id *who)
{
    return (tn_id_is_none(&v->activity) ? 0u : HAS_ACTIVITY) | (v->imputed ? IS_IMPUTED : 0u) |
           (tn_id_equal(who, &v->badge) ? IS_BADGE : 0u) | (unsigned)told_of(v) << TOLD_SHIFT |
           (v->is_moved ? IS_MOVED : 0u) | (v->is_ended ? IS_ENDED : 0u);
}

static void put_group(struct tn_buf *buf, const struct tn_id *event, const struct tn_id *who,
                      const struct tn_visit *visits, size_t count)
{
    if (count == 0) {
        return;
    }
    put_number(buf, tn_visited_key(event), 8);
    put_number(buf, count, 4);
    for (size_t i = 0; i < count; i++) {
        const struct tn_visit *v = &visits[i];
        const bool has_activity = !tn_id_is_none(&v->activity);
        const int64_t minutes = (v->ends - v->starts + 30000) / 60000;
        put_number(buf, flags_of(v, who), 1);
        put_number(buf, (uint64_t)v->starts, 8);
        put_number(buf, minutes < 0 ? 0 : minutes > UINT32_MAX ? UINT32_MAX : (uint64_t)minutes, 4);
        if (has_activity) {
            put_number(buf, tn_visited_key(&v->activity), KEY_SIZE);
        }
    }
}

/* The row as it was, with one event's part replaced. */
static enum tn_status merge(struct tn_bytes row, const struct tn_id *event, const struct tn_id *who,
                            const struct tn_visit *visits, size_t count, struct tn_buf *out)
{
    const uint64_t key = tn_visited_key(event);
    bool is_put = false;
    while (row.len > 0) {
        const size_t size = group_size(row);
        if (size == 0) {
            return TN_ERR_DAMAGED;
        }
        const uint64_t other = take_number(row.data, 8);
        if (other >= key && !is_put) {
            put_group(out, event, who, visits, count);
            is_put = true;
        }
        if (other != key) {
            tn_buf_append(out, row.data, size);
        }
        row.data += size;
        row.len -= size;
    }
    if (!is_put) {
        put_group(out, event, who, visits, count);
    }
    return out->status;
}

static enum tn_status write_row(struct tn_centre *centre, const struct tn_id *who,
                                struct tn_bytes row)
{
    static const char put[] = "INSERT INTO visited (ecosystem, who, visits) VALUES ($1, $2, $3) ON"
                              " CONFLICT (ecosystem, who) DO UPDATE SET visits = excluded.visits";
    static const char drop[] = "DELETE FROM visited WHERE ecosystem = $1 AND who = $2";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, row.len > 0 ? put : drop, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, who);
    if (row.len > 0) {
        tn_bind_bytes(stmt, 3, row);
    }
    return tn_run(stmt);
}

enum tn_status tn_visited_put(struct tn_centre *centre, const struct tn_id *event,
                              const struct tn_id *who, const struct tn_visit *visits, size_t count)
{
    static const char sql[] = "SELECT visits FROM visited WHERE ecosystem = $1 AND who = $2";
    struct tn_stmt *stmt = NULL;
    struct tn_buf row;
    bool has_row = false;
    tn_buf_init(&row, ROW_MAX);
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, who);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK) {
        const struct tn_bytes before = has_row ? tn_col_bytes(stmt, 0) : (struct tn_bytes){0};
        status = merge(before, event, who, visits, count, &row);
    }
    tn_reset(stmt);
    if (status == TN_OK && (has_row || row.len > 0)) {
        status = write_row(centre, who, tn_buf_bytes(&row));
    }
    tn_buf_destroy(&row);
    return status;
}

static void take_visit(const uint8_t *at, uint64_t event, struct tn_visited *out)
{
    *out = (struct tn_visited){
        .event = event,
        .activity = (at[0] & HAS_ACTIVITY) != 0 ? take_number(at + VISIT_SIZE, KEY_SIZE) : 0,
        .starts = (int64_t)take_number(at + 1, 8),
        .minutes = (int64_t)take_number(at + 9, 4),
        .imputed = (at[0] & IS_IMPUTED) != 0,
        .is_badge = (at[0] & IS_BADGE) != 0,
        .told = (enum tn_visited_told)(at[0] >> TOLD_SHIFT & TOLD_MASK),
        .is_moved = (at[0] & IS_MOVED) != 0,
        .is_ended = (at[0] & IS_ENDED) != 0,
    };
}

enum tn_status tn_visited_read(struct tn_bytes row, struct tn_visited **out, size_t *room,
                               size_t *count)
{
    *count = 0;
    if (row.len / VISIT_SIZE + 1 > *room) {
        const size_t more = 2 * (row.len / VISIT_SIZE + 1);
        struct tn_visited *list = realloc(*out, more * sizeof *list);
        if (list == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        *out = list;
        *room = more;
    }
    for (size_t at = 0; at < row.len;) {
        const size_t size = group_size((struct tn_bytes){row.data + at, row.len - at});
        if (size == 0) {
            return TN_ERR_DAMAGED;
        }
        const uint64_t event = take_number(row.data + at, 8);
        for (size_t i = at + HEAD_SIZE; i < at + size; i += size_of(row.data + i)) {
            take_visit(row.data + i, event, &(*out)[(*count)++]);
        }
        at += size;
    }
    return TN_OK;
}
