/* Deriving again. A badge is found at an event by the sightings' own order, so each look is one by
 * a key for each event there is: a decision is made by a person, who can wait that long. */
#include "sync/central/again.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/batch.h"
#include "sync/central/derive.h"
#include "sync/central/ids.h"
#include "sync/central/merge.h"

struct tn_again {
    struct tn_centre *centre;
    struct tn_batch batch;
};

enum tn_status tn_again_begin(struct tn_centre *centre, struct tn_again **out)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    (*out)->centre = centre;
    return tn_batch_make(&(*out)->batch);
}

void tn_again_end(struct tn_again *again)
{
    if (again != NULL) {
        tn_batch_free(&again->batch);
        free(again);
    }
}

enum tn_status tn_again_badge(struct tn_again *again, const struct tn_id *badge)
{
    return tn_derive_note_everywhere(again->centre, &again->batch, badge);
}

enum tn_status tn_again_person(struct tn_again *again, const struct tn_id *event,
                               const struct tn_id *who)
{
    return tn_batch_add_person(&again->batch, event, who);
}

#define ONE_AND_ALL                                                                                \
    "(SELECT $2 UNION SELECT learner FROM merged WHERE ecosystem = $1 AND root = $2)"

/* At events that only paper or a correction knows of, as themselves and as whoever they are now. */
static enum tn_status note_paper(struct tn_again *again, const struct tn_id *learner)
{
    static const char sql[] =
        "SELECT event FROM attendance WHERE ecosystem = $1 AND event IN (SELECT id FROM event WHERE"
        " ecosystem = $1) AND learner IN " ONE_AND_ALL " UNION SELECT c.event FROM"
        " correction_learner l JOIN correction c ON c.ecosystem = l.ecosystem AND c.seq = l.seq"
        " WHERE l.ecosystem = $1 AND l.learner IN " ONE_AND_ALL " AND c.event IS NOT NULL";
    struct tn_stmt *stmt = NULL;
    struct tn_id *events = NULL;
    struct tn_id root;
    size_t count = 0;
    enum tn_status status = tn_merge_root(again->centre, learner, &root);
    if (status == TN_OK) {
        status = tn_centre_prepare(again->centre, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    status = tn_ids_read(stmt, &events, &count);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = tn_again_person(again, &events[i], learner);
        if (status == TN_OK) {
            status = tn_again_person(again, &events[i], &root);
        }
    }
    free(events);
    return status;
}

enum tn_status tn_again_learner(struct tn_again *again, const struct tn_id *learner)
{
    static const char sql[] =
        "SELECT id FROM badge WHERE ecosystem = $1 AND learner IN " ONE_AND_ALL
        " UNION SELECT badge FROM sighting WHERE ecosystem = $1 AND event IN (SELECT id FROM event"
        " WHERE ecosystem = $1) AND learner IN " ONE_AND_ALL
        " UNION SELECT about FROM ruling WHERE ecosystem = $1 AND does = 'badge_is' AND target"
        " IN " ONE_AND_ALL;
    struct tn_stmt *stmt = NULL;
    struct tn_id *badges = NULL;
    size_t count = 0;
    enum tn_status status = tn_centre_prepare(again->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    status = tn_ids_read(stmt, &badges, &count);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = tn_again_badge(again, &badges[i]);
    }
    if (status == TN_OK) {
        status = note_paper(again, learner);
    }
    free(badges);
    return status;
}

/* Everybody whom a log and its branches saw, or may have taken back. */
static enum tn_status note_logs(struct tn_again *again, const struct tn_id *family)
{
    static const char sql[] =
        "SELECT DISTINCT e.event, coalesce(e.badge, e.ghost) FROM kiosk k JOIN entry e ON"
        " e.ecosystem = k.ecosystem AND e.log_no = k.log_no WHERE k.ecosystem = $1 AND (k.log_id ="
        " $2 OR k.origin = $2) AND coalesce(e.badge, e.ghost) IS NOT NULL AND e.event IS NOT NULL";
    struct tn_stmt *stmt = NULL;
    struct tn_person *seen = NULL;
    size_t count = 0;
    size_t room = 0;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(again->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, family);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (count == room) {
            room = room == 0 ? 1024 : 2 * room;
            struct tn_person *more = realloc(seen, room * sizeof *seen);
            if (more == NULL) {
                status = TN_ERR_NO_MEMORY;
                break;
            }
            seen = more;
        }
        tn_col_id(stmt, 0, &seen[count].event);
        tn_col_id(stmt, 1, &seen[count++].who);
    }
    tn_reset(stmt);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = tn_derive_note_badge(again->centre, &again->batch, &seen[i].event, &seen[i].who);
    }
    free(seen);
    return status;
}

/* What the logs' own scans made a conflict is none until deriving says so again. */
static enum tn_status drop_noted(struct tn_again *again, const struct tn_id *family)
{
    static const char sql[] =
        "DELETE FROM conflict WHERE ecosystem = $1 AND type IN ('unknown_badge', 'revoked_badge')"
        " AND state = 'open' AND a IN (SELECT e.badge FROM kiosk k JOIN entry e ON e.ecosystem ="
        " k.ecosystem AND e.log_no = k.log_no WHERE k.ecosystem = $1 AND (k.log_id = $2 OR k.origin"
        " = $2) AND e.badge IS NOT NULL)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(again->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, family);
    return tn_run(stmt);
}

enum tn_status tn_again_logs(struct tn_again *again, const struct tn_id *family, int64_t now_ms)
{
    enum tn_status status = note_logs(again, family);
    if (status == TN_OK) {
        status = tn_sightings_forget(again->centre, family);
    }
    if (status == TN_OK) {
        status = drop_noted(again, family);
    }
    if (status == TN_OK) {
        status = note_logs(again, family);
    }
    return status == TN_OK ? tn_again_derive(again, now_ms) : status;
}

enum tn_status tn_again_derive(struct tn_again *again, int64_t now_ms)
{
    enum tn_status status = tn_derive_people(again->centre, now_ms, &again->batch);
    again->batch.people_count = 0;
    return status == TN_OK ? tn_sightings_drop_late(again->centre) : status;
}
