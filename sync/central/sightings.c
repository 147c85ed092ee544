/* The statements on `sighting`, and who a badge is. Two badges of one learner meet here: who is the
 * learner the badge table names, else the one the entries name, else the badge itself. An undo
 * leaves a row of kind `undo` in place of what it takes back, so that the two may come in any
 * order.
 */
#include "sync/central/sightings.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/conflict.h"
#include "sync/central/correction.h"
#include "sync/central/ids.h"
#include "sync/central/logs.h"
#include "sync/central/merge.h"
#include "sync/central/ruling.h"
#include "sync/central/stay.h"

/* The first of the learners that sightings name. An order by learner alone tempts SQLite into
 * walking an event's whole index by learner for every badge (100,000 entries took nine minutes),
 * and PostgreSQL has no min of bytes. */
#define FIRST_NAMED " AND learner IS NOT NULL ORDER BY coalesce(learner, learner) LIMIT 1"

enum tn_status tn_sightings_who(struct tn_centre *centre, const struct tn_id *event,
                                const struct tn_id *badge, struct tn_id *who, bool *is_told)
{
    static const char sql[] =
        "SELECT coalesce(m.root, w.learner), w.is_told FROM (SELECT coalesce(t.learner, (SELECT"
        " learner FROM sighting WHERE ecosystem = $1 AND event = $3 AND badge = $2" FIRST_NAMED
        ")) AS learner, CASE WHEN t.learner IS NULL THEN 0 ELSE 1 END AS is_told FROM (SELECT"
        " coalesce((SELECT target FROM ruling WHERE ecosystem = $1 AND does = 'badge_is' AND about"
        " = $2), (SELECT learner FROM badge WHERE ecosystem = $1 AND id = $2)) AS learner) t) w"
        " LEFT JOIN merged m ON m.ecosystem = $1 AND m.learner = w.learner";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    tn_bind_id(stmt, 3, event);
    status = tn_step(stmt, &has_row);
    *who = *badge;
    if (status == TN_OK && has_row && !tn_col_is_null(stmt, 0)) {
        tn_col_id(stmt, 0, who);
    }
    *is_told = status == TN_OK && has_row && tn_col_int(stmt, 1) != 0;
    tn_reset(stmt);
    return status;
}

enum tn_status tn_sightings_insert(struct tn_centre *centre, const struct tn_sighting_row *row)
{
    static const char sql[] =
        "INSERT INTO sighting (ecosystem, event, badge, log_no, seq, at_ms, kind, is_refused,"
        " activity, learner, from_log, from_seq, clock) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
        " $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &row->event);
    tn_bind_id(stmt, 3, &row->badge);
    tn_bind_int(stmt, 4, row->log_no);
    tn_bind_int(stmt, 5, row->seq);
    tn_bind_int(stmt, 6, row->at_ms);
    tn_bind_text(stmt, 7, row->kind);
    tn_bind_int(stmt, 8, row->is_refused);
    tn_bind_id(stmt, 9, &row->activity);
    tn_bind_id(stmt, 10, &row->learner);
    tn_bind_id(stmt, 11, &row->from_log);
    tn_bind_int(stmt, 12, row->from_seq);
    tn_bind_int(stmt, 13, row->clock);
    return tn_run(stmt);
}

/* An undo knows only a seq; whose it was stands in that entry, which may be in an older batch or in
 * the log this one branched off. */
enum tn_status tn_sightings_find_undone(struct tn_centre *centre, struct tn_sighting_row *undo)
{
    static const char sql[] = "SELECT event, coalesce(badge, ghost) FROM entry WHERE ecosystem = "
                              "$1 AND log_no = $2 AND seq = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    undo->event = (struct tn_id){0};
    undo->badge = (struct tn_id){0};
    enum tn_status status = tn_logs_owner(centre, undo->log_no, undo->seq, &undo->log_no);
    if (status == TN_OK) {
        status = tn_db_prepare(centre->db, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, centre->no);
    tn_bind_int(stmt, 2, undo->log_no);
    tn_bind_int(stmt, 3, undo->seq);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, &undo->event);
        tn_col_id(stmt, 1, &undo->badge);
    }
    tn_reset(stmt);
    return status;
}

/* Tells whether any sighting makes an unknown badge a conflict still. */
static enum tn_status is_badge_seen(struct tn_centre *centre, const struct tn_id *badge, bool *seen)
{
    static const char sql[] =
        "SELECT 1 FROM sighting WHERE ecosystem = $1 AND event IN (SELECT id FROM event WHERE"
        " ecosystem = $1) AND badge = $2 AND kind <> 'undo' AND is_refused = 0 LIMIT 1";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    status = tn_step(stmt, seen);
    tn_reset(stmt);
    return status;
}

enum tn_status tn_sightings_undo(struct tn_centre *centre, const struct tn_sighting_row *undo)
{
    static const char sql[] =
        "INSERT INTO sighting (ecosystem, event, badge, log_no, seq, at_ms, kind, is_refused)"
        " VALUES ($1, $2, $3, $4, $5, 0, 'undo', 0) ON CONFLICT (ecosystem, event, badge, log_no,"
        " seq) DO UPDATE SET kind = 'undo', learner = NULL";
    const struct tn_conflict_key key = {.type = "unknown_badge", .a = undo->badge};
    struct tn_stmt *stmt = NULL;
    bool is_noted = false;
    bool is_seen = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &undo->event);
    tn_bind_id(stmt, 3, &undo->badge);
    tn_bind_int(stmt, 4, undo->log_no);
    tn_bind_int(stmt, 5, undo->seq);
    status = tn_run(stmt);
    /* Few badges are unknown, and to look for one at every event takes a while. */
    if (status == TN_OK) {
        status = tn_conflict_is_open(centre, &key, &is_noted);
    }
    if (status == TN_OK && is_noted) {
        status = is_badge_seen(centre, &undo->badge, &is_seen);
    }
    return status == TN_OK && is_noted && !is_seen ? tn_conflict_take(centre, &key) : status;
}

static enum tn_status note_undone(struct tn_centre *centre, const struct tn_sighting_row *undo)
{
    static const char sql[] = "INSERT INTO undone (ecosystem, log_id, seq) VALUES ($1, $2, $3)"
                              " ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &undo->from_log);
    tn_bind_int(stmt, 3, undo->from_seq);
    return tn_run(stmt);
}

enum tn_status
tn_sightings_undo_salvaged(struct tn_centre *centre, const struct tn_sighting_row *undo,
                           void (*each)(void *ctx, const struct tn_sighting_row *row), void *ctx)
{
    static const char sql[] =
        "SELECT event, badge FROM sighting WHERE ecosystem = $1 AND from_log = $2 AND from_seq = $3"
        " UNION SELECT e.event, coalesce(e.badge, e.ghost) FROM kiosk k JOIN entry e ON "
        "e.ecosystem = k.ecosystem AND"
        " e.log_no = k.log_no AND e.seq = $3 WHERE k.ecosystem = $1 AND k.log_id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = note_undone(centre, undo);
    if (status == TN_OK) {
        status = tn_db_prepare(centre->db, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, centre->no);
    tn_bind_id(stmt, 2, &undo->from_log);
    tn_bind_int(stmt, 3, undo->from_seq);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_sighting_row row = {0};
        tn_col_id(stmt, 0, &row.event);
        tn_col_id(stmt, 1, &row.badge);
        if (!tn_id_is_none(&row.event) && !tn_id_is_none(&row.badge)) {
            each(ctx, &row);
        }
    }
    tn_reset(stmt);
    return status;
}

#define FAMILY "(log_id = $2 OR origin = $2 OR $2 IS NULL)"
#define FAMILY_OF(column) " IN (SELECT " column " FROM kiosk WHERE ecosystem = $1 AND " FAMILY ")"

enum tn_status tn_sightings_forget(struct tn_centre *centre, const struct tn_id *family)
{
    static const char *const texts[] = {
        ("DELETE FROM visit WHERE ecosystem = $1 AND (in_log" FAMILY_OF(
            "log_id") " OR out_log" FAMILY_OF("log_id") " OR $2 IS NULL)"),
        "DELETE FROM sighting WHERE ecosystem = $1 AND log_no" FAMILY_OF("log_no"),
        /* A family's people are all derived again, which replaces what is said of them. */
        "DELETE FROM visited WHERE ecosystem = $1 AND (who = $2) IS NULL",
        "DELETE FROM headcount WHERE ecosystem = $1 AND log_no" FAMILY_OF("log_no"),
        "DELETE FROM clock_span WHERE ecosystem = $1 AND log_no" FAMILY_OF("log_no"),
        "DELETE FROM clock_anchor WHERE ecosystem = $1 AND log_no" FAMILY_OF("log_no"),
        ("DELETE FROM conflict WHERE ecosystem = $1 AND type = 'clock' AND state = 'open' AND "
         "a" FAMILY_OF("log_id")),
        /* What a salvaged undo takes back stays so as long as that undo is there. */
        "DELETE FROM undone WHERE ecosystem = $1 AND (log_id = $2) IS NULL",
        ("UPDATE kiosk SET derived_seq = coalesce((SELECT f.seq - 1 FROM fork f WHERE f.ecosystem ="
         " kiosk.ecosystem AND f.branch_id = kiosk.log_id), 0), closed_at = NULL, active_at = NULL "
         "WHERE ecosystem = $1 AND " FAMILY),
    };
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        status = tn_db_prepare(centre->db, texts[i], &stmt);
        if (status == TN_OK) {
            tn_bind_int(stmt, 1, centre->no);
            tn_bind_id(stmt, 2, family);
            status = tn_run(stmt);
        }
    }
    return status;
}

static enum tn_status take_sighting(struct tn_centre *centre, struct tn_stmt *stmt, int64_t now_ms,
                                    struct tn_sighting *s)
{
    static const struct tn_id zero = {0};
    bool is_known = tn_col_int(stmt, 8) != 0;
    bool is_refused = tn_col_int(stmt, 4) != 0;
    *s = (struct tn_sighting){.seq = (uint64_t)tn_col_int(stmt, 1), .at_ms = tn_col_int(stmt, 2)};
    tn_col_id(stmt, 0, &s->log);
    s->is_undone = strcmp(tn_col_text(stmt, 3), "undo") == 0;
    s->kind = tn_kind_from_name(tn_col_text(stmt, 3));
    tn_col_id(stmt, 5, &s->activity);
    s->activity_ends = tn_col_int(stmt, 6);
    s->default_min = tn_col_int(stmt, 7);
    tn_col_id(stmt, 9, &s->badge);
    bool is_revoked = tn_col_int(stmt, 10) != 0;
    tn_col_id(stmt, 11, &s->from_log);
    s->from_seq = (uint64_t)tn_col_int(stmt, 12);
    s->is_copy = tn_col_int(stmt, 13) != 0;
    bool is_late = tn_col_int(stmt, 15) != 0;
    bool is_counted = tn_col_int(stmt, 17) != 0 && is_known;
    s->is_void =
        (is_refused && !is_counted && (!is_known || is_revoked)) || tn_col_int(stmt, 16) != 0;
    bool is_unknown = !is_known && !is_refused && !s->is_undone;
    s->is_undone = s->is_undone || tn_col_int(stmt, 14) != 0;
    s->clock = (enum tn_clock)tn_col_int(stmt, 18);
    s->station = tn_station_id(tn_col_text(stmt, 19));
    if (is_late && !s->is_undone) {
        return tn_conflict_note(centre, "revoked_badge", &s->badge, &zero, now_ms);
    }
    return is_unknown ? tn_conflict_note(centre, "unknown_badge", &s->badge, &zero, now_ms) : TN_OK;
}

/* Who a row's badge s (b in the badge table) is, before merges. */
#define NAMED                                                                                      \
    "coalesce(rb.target, b.learner, (SELECT learner FROM sighting x WHERE x.ecosystem ="           \
    " s.ecosystem AND x.event = s.event AND x.badge = s.badge" FIRST_NAMED "))"

/* A scan of a badge that was no longer good, by what the kiosk knew or by when it was replaced. */
#define IS_GONE                                                                                    \
    "(b.status IN ('revoked', 'replaced', 'void') AND (s.is_refused <> 0 OR s.at_ms > (SELECT"     \
    " min(h.at_ms) FROM handout h WHERE h.ecosystem = s.ecosystem AND h.old = s.badge)))"

/* By what there is in the end and not by what was noted when, so that no order shows. Open ones are
 * few, and each looks up one badge. */
enum tn_status tn_sightings_drop_late(struct tn_centre *centre)
{
    static const char sql[] =
        "DELETE FROM conflict WHERE ecosystem = $1 AND type = 'revoked_badge' AND state = 'open'"
        " AND NOT EXISTS (SELECT 1 FROM event e JOIN sighting s ON s.ecosystem = e.ecosystem AND"
        " s.event = e.id AND s.badge = conflict.a JOIN badge b ON b.ecosystem = s.ecosystem AND"
        " b.id = s.badge JOIN kiosk k ON k.ecosystem = s.ecosystem AND k.log_no = s.log_no LEFT"
        " JOIN undone u ON u.ecosystem = s.ecosystem AND u.log_id = coalesce(s.from_log, k.log_id)"
        " AND u.seq = CASE WHEN s.from_log IS NULL THEN s.seq ELSE s.from_seq END WHERE"
        " e.ecosystem = conflict.ecosystem AND s.kind <> 'undo' AND u.seq IS NULL AND " IS_GONE ")";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    return status == TN_OK ? tn_run(stmt) : status;
}

/* The badges that may be a learner's at an event: by the badge table, by what kiosks knew, by a
 * ruling; and the learner, who may be a badge that is nobody's. Some come more than once: to have
 * SQLite sort them out costs more than all the rest, since it makes a table for it each time. */
static enum tn_status add_badges(struct tn_centre *centre, const struct tn_id *event,
                                 const struct tn_id *learner, struct tn_id **out, size_t *count)
{
    static const char sql[] =
        "SELECT id FROM badge WHERE ecosystem = $1 AND learner = $3"
        " UNION ALL SELECT badge FROM sighting WHERE ecosystem = $1 AND event = $2 AND learner = $3"
        " UNION ALL SELECT badge FROM sighting WHERE ecosystem = $1 AND event = $2 AND badge = $3"
        " UNION ALL SELECT about FROM ruling WHERE ecosystem = $1 AND does = 'badge_is' AND target"
        " = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    tn_bind_id(stmt, 3, learner);
    return tn_ids_append(stmt, out, count);
}

/* Those of a person and of all who were merged into the person, in order. */
static enum tn_status read_badges(struct tn_centre *centre, const struct tn_person *person,
                                  struct tn_id **out, size_t *count)
{
    struct tn_id *members = NULL;
    size_t member_count = 0;
    enum tn_status status = tn_merge_members(centre, &person->who, &members, &member_count);
    if (status == TN_OK) {
        status = add_badges(centre, &person->event, &person->who, out, count);
    }
    for (size_t i = 0; i < member_count && status == TN_OK; i++) {
        status = add_badges(centre, &person->event, &members[i], out, count);
    }
    free(members);
    if (*count > 1) {
        qsort(*out, *count, sizeof **out, tn_ids_compare);
    }
    return status;
}

/* What an event saw of one badge, where that is the person's, behind what *count are there. */
static enum tn_status read_badge(struct tn_centre *centre, const struct tn_person *person,
                                 const struct tn_id *badge, int64_t now_ms, struct tn_sighting *out,
                                 size_t *count)
{
    static const char sql[] =
        "SELECT k.log_id, s.seq, s.at_ms, s.kind, s.is_refused, s.activity, a.ends, a.default_min,"
        " CASE WHEN b.id IS NULL THEN 0 ELSE 1 END, s.badge,"
        " CASE WHEN b.status IN ('revoked', 'replaced', 'void') THEN 1 ELSE 0 END,"
        " coalesce(s.from_log, k.origin, k.log_id), CASE WHEN s.from_log IS NULL THEN s.seq ELSE"
        " s.from_seq END, CASE WHEN s.from_log IS NULL THEN 0 ELSE 1 END,"
        " CASE WHEN u.seq IS NULL THEN 0 ELSE 1 END,"
        " CASE WHEN " IS_GONE " THEN 1 ELSE 0 END,"
        " CASE WHEN rv.does IS NULL AND (rl.does IS NULL OR NOT " IS_GONE ") THEN"
        " 0 ELSE 1 END, CASE WHEN rc.does IS NULL THEN 0 ELSE 1 END, s.clock, k.station FROM"
        " sighting s JOIN kiosk k ON k.ecosystem = s.ecosystem AND k.log_no = s.log_no"
        " LEFT JOIN badge b ON b.ecosystem = s.ecosystem AND b.id = s.badge"
        " LEFT JOIN activity a ON a.ecosystem = s.ecosystem AND a.id = s.activity"
        " LEFT JOIN undone u ON u.ecosystem = s.ecosystem AND u.log_id = coalesce(s.from_log,"
        " k.log_id) AND u.seq = CASE WHEN s.from_log IS NULL THEN s.seq ELSE s.from_seq END"
        " LEFT JOIN ruling rb ON rb.ecosystem = s.ecosystem AND rb.does = 'badge_is' AND rb.about ="
        " s.badge LEFT JOIN ruling rv ON rv.ecosystem = s.ecosystem AND rv.does = 'void_badge' AND"
        " rv.about = s.badge LEFT JOIN ruling rl ON rl.ecosystem = s.ecosystem AND rl.does ="
        " 'void_late' AND rl.about = s.badge LEFT JOIN ruling rc ON rc.ecosystem = s.ecosystem AND"
        " rc.does = 'count_late' AND rc.about = s.badge LEFT JOIN merged m ON m.ecosystem ="
        " s.ecosystem AND m.learner = " NAMED
        " WHERE s.ecosystem = $1 AND s.event = $2 AND s.badge = $6"
        " AND coalesce(m.root, " NAMED ", s.badge) = $3 AND NOT EXISTS (SELECT 1 FROM ruling"
        " WHERE ecosystem = $1 AND does = 'void_stay' AND about = $4) LIMIT $5";
    const struct tn_id stay = tn_ruling_stay(&person->who, &person->event);
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &person->event);
    tn_bind_id(stmt, 3, &person->who);
    tn_bind_id(stmt, 4, &stay);
    tn_bind_int(stmt, 5, (int64_t)(TN_SIGHTINGS_MAX - *count));
    tn_bind_id(stmt, 6, badge);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        status = take_sighting(centre, stmt, now_ms, &out[*count]);
        if (status != TN_OK) {
            break;
        }
        ++*count;
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_sightings_read(struct tn_centre *centre, const struct tn_person *person,
                                 int64_t now_ms, struct tn_sighting *out, size_t *count)
{
    struct tn_id *badges = NULL;
    size_t badge_count = 0;
    *count = 0;
    enum tn_status status = read_badges(centre, person, &badges, &badge_count);
    for (size_t i = 0; i < badge_count && status == TN_OK; i++) {
        if (i == 0 || !tn_id_equal(&badges[i - 1], &badges[i])) {
            status = read_badge(centre, person, &badges[i], now_ms, out, count);
        }
    }
    free(badges);
    tn_sightings_sort(out, *count);
    *count = tn_visits_once(out, *count);
    return status;
}
