/* The kept count. A table says how often each person was brought in, today and in each quarter
 * hour; an undo takes one back, and a badge that became somebody's is counted as theirs from then
 * on. Only this handle's database is looked at, so that what another program removes from the log
 * (a purge) stays counted until the day ends or the kiosk starts again. */
#include "kiosk/core/tally.h"

#include <string.h>

#include "kiosk/core/desk_impl.h"

/* Further back than this many entries in a row that are too old there is nothing of today, whatever
 * a clock that was set may have left in between. */
#define LOOK_BACK 4096
#define SLOTS_MIN 1024
#define SLOTS_MAX (1u << 21) /* 48 MB; half of them are used */
#define QUARTERS_KEPT 128    /* 25 hours, and TN_QUARTERS_MAX before them */
#define OF_DAY QUARTERS_KEPT /* in place of a quarter hour */
#define HALF_A_DAY INT64_C(43200000)

/* Whose an entry is by now (who is never a badge that has an alias itself). */
#define WHO "coalesce(e.learner, (SELECT who FROM alias WHERE alias.badge = e.badge), e.badge)"
#define BRINGS "e.kind IN ('check_in', 'pass', 'visit')"
#define COUNTS                                                                                     \
    BRINGS " AND NOT EXISTS "                                                                      \
           "(SELECT 1 FROM undone WHERE undone.log_no = e.log_no AND undone.seq = e.seq)"

struct slot {
    struct tn_id who;
    int32_t times;    /* an undo may come before what it takes back: then below 0 */
    uint16_t quarter; /* of those kept, or OF_DAY */
    bool is_used;
};

struct tn_tally_kept {
    uint64_t log_no;
    uint64_t seq;     /* the last entry that is counted */
    int64_t first_ms; /* of the day */
    int64_t next_ms;  /* of the day after */
    int64_t from_ms;  /* the first quarter hour's beginning; nothing before this is counted */
    unsigned people[OF_DAY + 1]; /* in each quarter hour, and today */
    struct slot *slots;
    size_t slots_count; /* a power of two */
    size_t used;
};

void tn_tally_free(struct tn_tally_kept *kept)
{
    if (kept != NULL) {
        free(kept->slots);
        free(kept);
    }
}

/* Ids are hashes: any of their bytes spread well. */
static struct slot *find(struct slot *slots, size_t count, const struct tn_id *who,
                         uint16_t quarter)
{
    uint64_t at = 0;
    memcpy(&at, who->b, sizeof at);
    at += quarter * UINT64_C(0x9e3779b97f4a7c15);
    at ^= at >> 32;
    for (;; at++) {
        struct slot *slot = &slots[at & (count - 1)];
        if (!slot->is_used || (slot->quarter == quarter && tn_id_equal(&slot->who, who))) {
            return slot;
        }
    }
}

static enum tn_status grow(struct tn_tally_kept *kept)
{
    if (kept->used * 2 < kept->slots_count) {
        return TN_OK;
    }
    const size_t count = kept->slots_count == 0 ? SLOTS_MIN : kept->slots_count * 2;
    if (count > SLOTS_MAX) {
        return TN_ERR_LIMIT;
    }
    struct slot *slots = calloc(count, sizeof *slots);
    if (slots == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < kept->slots_count; i++) {
        const struct slot *old = &kept->slots[i];
        if (old->is_used) {
            *find(slots, count, &old->who, old->quarter) = *old;
        }
    }
    free(kept->slots);
    kept->slots = slots;
    kept->slots_count = count;
    return TN_OK;
}

static enum tn_status change(struct tn_tally_kept *kept, const struct tn_id *who, uint16_t quarter,
                             int32_t by)
{
    enum tn_status status = grow(kept);
    if (status != TN_OK) {
        return status;
    }
    struct slot *slot = find(kept->slots, kept->slots_count, who, quarter);
    if (!slot->is_used) {
        *slot = (struct slot){.who = *who, .quarter = quarter, .is_used = true};
        kept->used++;
    }
    const bool was = slot->times > 0;
    slot->times += by;
    const bool is = slot->times > 0;
    kept->people[quarter] += is && !was ? 1 : 0;
    kept->people[quarter] -= was && !is ? 1 : 0;
    return TN_OK;
}

/* One entry that brings somebody; by is -1 where it is taken back. */
static enum tn_status count(struct tn_tally_kept *kept, const struct tn_id *who, int64_t at_ms,
                            int32_t by)
{
    enum tn_status status = TN_OK;
    const int64_t quarter = (at_ms - kept->from_ms) / TN_QUARTER_MS;
    if (tn_id_is_none(who) || at_ms < kept->from_ms || quarter >= QUARTERS_KEPT) {
        return TN_OK;
    }
    status = change(kept, who, (uint16_t)quarter, by);
    if (status == TN_OK && at_ms >= kept->first_ms && at_ms < kept->next_ms) {
        status = change(kept, who, OF_DAY, by);
    }
    return status;
}

/* Rows of who, at_ms. Of the own log they come newest first, and end where the day begins. */
static enum tn_status count_rows(struct tn_tally_kept *kept, sqlite3_stmt *stmt)
{
    struct tn_id who;
    unsigned older = 0;
    enum tn_status status = TN_OK;
    while (older < LOOK_BACK && (status = tn_sql_row(stmt)) == TN_OK) {
        const int64_t at_ms = sqlite3_column_int64(stmt, 1);
        older = at_ms < kept->from_ms ? older + 1 : 0;
        if (older > 0 || sqlite3_column_type(stmt, 0) == SQLITE_NULL) {
            continue;
        }
        status = tn_sql_get_id(stmt, 0, &who) ? count(kept, &who, at_ms, 1) : tn_sql_bad_row(stmt);
        if (status != TN_OK) {
            return status;
        }
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status ask(struct tn_station *station, struct tn_tally_kept *kept, const char *sql,
                          int64_t first, int64_t second)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(station->db, sql, &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, first);
        tn_sql_bind_int(stmt, 2, second);
        status = count_rows(kept, stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* Everything anew. A row that brings nobody has no who, and only says how old it is. */
static enum tn_status build(struct tn_station *station, struct tn_tally_kept *kept)
{
    static const char ours[] = "SELECT CASE WHEN " COUNTS " THEN " WHO " END, e.at_ms "
                               "FROM entry AS e WHERE e.log_no = ? AND e.seq <= ? "
                               "ORDER BY e.seq DESC";
    static const char earlier[] =
        "SELECT " WHO ", e.at_ms FROM log CROSS JOIN entry AS e ON e.log_no = log.log_no "
        "WHERE log.origin = 'earlier' AND e.at_ms BETWEEN ? AND ? AND " COUNTS;
    kept->log_no = station->log_no;
    kept->seq = station->last_seq;
    enum tn_status status =
        ask(station, kept, ours, (int64_t)kept->log_no, (int64_t)station->last_seq);
    return status == TN_OK ? ask(station, kept, earlier, kept->from_ms, INT64_MAX) : status;
}

/* The badge has become somebody's: what was counted as the badge's own is theirs. */
static enum tn_status merge(struct tn_station *station, struct tn_tally_kept *kept,
                            const struct tn_id *badge)
{
    struct tn_id to;
    const struct tn_entry of_badge = {.badge = *badge};
    enum tn_status status = tn_derive_who_now(&station->derive, &of_badge, &to);
    if (status != TN_OK || tn_id_is_none(badge) || tn_id_equal(badge, &to)) {
        return status;
    }
    for (uint16_t quarter = 0; status == TN_OK && quarter <= OF_DAY && kept->used > 0; quarter++) {
        const struct slot slot = *find(kept->slots, kept->slots_count, badge, quarter);
        if (!slot.is_used || slot.times == 0) {
            continue;
        }
        status = change(kept, badge, quarter, -slot.times);
        if (status == TN_OK) {
            status = change(kept, &to, quarter, slot.times);
        }
    }
    return status;
}

static enum tn_status add(struct tn_station *station, struct tn_tally_kept *kept,
                          const struct tn_entry *entry, int32_t by)
{
    struct tn_id who;
    const enum tn_kind kind = tn_kind_from_name(entry->kind);
    if (kind != TN_KIND_CHECK_IN && kind != TN_KIND_PASS && kind != TN_KIND_VISIT) {
        return TN_OK;
    }
    enum tn_status status = tn_derive_who_now(&station->derive, entry, &who);
    return status == TN_OK ? count(kept, &who, entry->at_ms, by) : status;
}

static enum tn_status take_back(struct tn_station *station, struct tn_tally_kept *kept,
                                const struct tn_entry *undo)
{
    uint64_t seq = 0;
    struct tn_entry target;
    if (!tn_body_read_number(undo->body, &seq)) {
        return TN_OK;
    }
    enum tn_status status = tn_station_entry_at(station, seq, NULL, &target);
    if (status == TN_OK) {
        status = add(station, kept, &target, -1);
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status follow(struct tn_station *station, struct tn_tally_kept *kept,
                             const struct tn_entry *entry)
{
    struct tn_id old;
    struct tn_bytes card;
    enum tn_status status = TN_OK;
    switch (tn_kind_from_name(entry->kind)) {
    case TN_KIND_UNDO:
        return take_back(station, kept, entry);
    case TN_KIND_REGISTER:
        return merge(station, kept, &entry->badge);
    case TN_KIND_REPLACE:
        status = merge(station, kept, &entry->badge);
        if (status == TN_OK && tn_body_read_replace(tn_body_of(entry), &old, &card)) {
            status = merge(station, kept, &old);
        }
        return status;
    default:
        return add(station, kept, entry, 1);
    }
}

/* What was written since. */
static enum tn_status catch_up(struct tn_station *station, struct tn_tally_kept *kept)
{
    struct tn_entry entry;
    sqlite3_stmt *stmt = NULL;
    if (kept->seq == station->last_seq) {
        return TN_OK;
    }
    enum tn_status status = tn_sql_prepare(
        station->db, TN_ENTRY_SELECT "WHERE log_no = ? AND seq > ? ORDER BY seq", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)kept->log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)kept->seq);
    }
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        status = tn_entry_facts_from_row(stmt, &entry);
        if (status == TN_OK) {
            status = follow(station, kept, &entry);
            kept->seq = entry.seq;
        }
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static bool is_of(const struct tn_tally_kept *kept, const struct tn_station *station,
                  int64_t first_ms, int64_t from_ms)
{
    return kept != NULL && kept->log_no == station->log_no && kept->seq <= station->last_seq &&
           kept->first_ms == first_ms && kept->from_ms <= from_ms;
}

/* Half a day after noon of a day is in the next one, also where a clock changes in between. */
static enum tn_status begin(struct tn_station *station, int64_t first_ms, int64_t from_ms)
{
    struct tn_tally_kept *kept = calloc(1, sizeof *kept);
    tn_tally_free(station->tally);
    station->tally = kept;
    if (kept == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    kept->first_ms = first_ms;
    kept->next_ms = tn_day_start(first_ms + 3 * HALF_A_DAY);
    kept->from_ms = from_ms;
    return build(station, kept);
}

static void fill(const struct tn_tally_kept *kept, struct tn_tally *out)
{
    const int64_t first = (out->first_ms - kept->from_ms) / TN_QUARTER_MS;
    out->today = kept->people[OF_DAY];
    for (int64_t i = 0; i < TN_QUARTERS_MAX && first + i < QUARTERS_KEPT; i++) {
        out->quarter[i] = kept->people[first + i];
    }
}

enum tn_status tn_tally_count(struct tn_station *station, int64_t now_ms, struct tn_tally *out)
{
    const int64_t day_ms = tn_day_start(now_ms);
    enum tn_status status = TN_OK;
    out->first_ms =
        now_ms - now_ms % TN_QUARTER_MS - (int64_t)(TN_QUARTERS_MAX - 1) * TN_QUARTER_MS;
    const int64_t early_ms = day_ms < out->first_ms ? day_ms : out->first_ms;
    const int64_t from_ms = early_ms - early_ms % TN_QUARTER_MS;
    status = is_of(station->tally, station, day_ms, from_ms) ? catch_up(station, station->tally)
                                                             : begin(station, day_ms, from_ms);
    if (status == TN_OK) {
        fill(station->tally, out);
    } else {
        tn_tally_free(station->tally);
        station->tally = NULL;
    }
    return status;
}
