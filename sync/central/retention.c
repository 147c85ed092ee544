/* What goes when its time is over. Walk-ins are erased as a whole: nobody enrols them again, and
 * what is known of them was said for one event. Whoever is in a roster stays until they are erased,
 * since nobody but an organizer knows who left. */
#include "sync/central/retention.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

#define PAST_EVENT "(SELECT e.id FROM event e WHERE e.ecosystem = $1 AND e.ends < $2)"
#define LATER_BADGE(learner)                                                                       \
    "EXISTS (SELECT 1 FROM badge b JOIN event e ON e.ecosystem = b.ecosystem AND e.id = b.event"   \
    " WHERE b.ecosystem = $1 AND b.learner = " learner " AND e.ends >= $2)"
#define ANY_BADGE(learner)                                                                         \
    "EXISTS (SELECT 1 FROM badge b WHERE b.ecosystem = $1 AND b.learner = " learner ")"

#define WALK_INS                                                                                   \
    " FROM learner l WHERE l.ecosystem = $1 AND l.erased_at IS NULL AND l.merged_into IS NULL AND" \
    " NOT EXISTS (SELECT 1 FROM learner_alias a WHERE a.ecosystem = $1 AND a.learner = l.id) AND"  \
    " NOT EXISTS (SELECT 1 FROM merged m WHERE m.ecosystem = $1 AND m.root = l.id) AND"            \
    " NOT EXISTS (SELECT 1 FROM registration r WHERE r.ecosystem = $1 AND r.learner = l.id) AND"   \
    " " ANY_BADGE("l.id") " AND NOT " LATER_BADGE("l.id")

#define CONTACTS                                                                                   \
    " WHERE ecosystem = $1 AND contact IS NOT NULL AND " ANY_BADGE(                                \
        "learner_pii.learner") " AND NOT " LATER_BADGE("learner_pii.learner")

#define CONSENTS " WHERE ecosystem = $1 AND until < $2 AND withdrawn_at IS NULL"

#define DEMOGRAPHICS                                                                               \
    " WHERE ecosystem = $1 AND EXISTS (SELECT 1 FROM consent c WHERE c.ecosystem = $1 AND"         \
    " c.learner = learner_demo.learner AND c.purpose = learner_demo.consent AND (c.until < $2 OR"  \
    " c.withdrawn_at < $2))"

#define STAFF_CARDS " WHERE ecosystem = $1 AND (until < $2 OR revoked_at < $2)"

/* Badges that a kiosk made keep theirs: what their status is follows from it. */
#define SECRETS                                                                                    \
    " WHERE ecosystem = $1 AND event IN " PAST_EVENT " AND handed < 2 AND length(secret) > 0"

const struct tn_retention_rule tn_retention_rules[] = {
    {"demographics", "demographics whose consent ended or was withdrawn", true,
     "SELECT count(*) FROM learner_demo" DEMOGRAPHICS, "DELETE FROM learner_demo" DEMOGRAPHICS},
    {"consents", "consents that ended", true, "SELECT count(*) FROM consent" CONSENTS,
     "UPDATE consent SET withdrawn_at = until" CONSENTS},
    {"contacts", "contacts of learners without a badge of a later event", false,
     "SELECT count(*) FROM learner_pii" CONTACTS, "UPDATE learner_pii SET contact = NULL" CONTACTS},
    {"walk_ins", "walk-ins without a badge of a later event, erased", false,
     "SELECT count(*)" WALK_INS, NULL},
    {"staff_cards", "staff cards that ended or were revoked", false,
     "SELECT count(*) FROM staff_card" STAFF_CARDS, "DELETE FROM staff_card" STAFF_CARDS},
    {"secrets", "secrets and cards of badges of past events", false,
     "SELECT count(*) FROM badge" SECRETS, NULL},
};

static enum tn_status read_days(struct tn_centre *centre, int64_t *days)
{
    static const char sql[] = "SELECT retention_days FROM ecosystem WHERE no = $1";
    return tn_centre_number(centre, sql, days);
}

static int64_t past(const struct tn_retention_rule *rule, int64_t now_ms, int64_t days)
{
    return rule->is_own_end ? now_ms : now_ms - days * DAY_MS;
}

enum tn_status tn_retention_look(struct tn_centre *centre, int64_t now_ms, struct tn_retention *out)
{
    _Static_assert(sizeof tn_retention_rules / sizeof tn_retention_rules[0] == TN_RETENTION_RULES,
                   "a count for each rule");
    *out = (struct tn_retention){0};
    enum tn_status status = read_days(centre, &out->days);
    for (size_t i = 0; i < TN_RETENTION_RULES && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        bool has_row = false;
        status = tn_centre_prepare(centre, tn_retention_rules[i].count, &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_int(stmt, 2, past(&tn_retention_rules[i], now_ms, out->days));
        status = tn_step(stmt, &has_row);
        out->counts[i] = has_row ? (uint64_t)tn_col_int(stmt, 0) : 0;
        tn_reset(stmt);
    }
    return status;
}

static enum tn_status erase_walk_ins(struct tn_centre *centre, int64_t past_ms, int64_t now_ms)
{
    static const char sql[] = "SELECT l.id" WALK_INS " ORDER BY l.id";
    struct tn_stmt *stmt = NULL;
    struct tn_id *ids = NULL;
    struct tn_erase_sum sum;
    size_t count = 0;
    size_t room = 0;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, past_ms);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (count == room) {
            room = room == 0 ? 64 : 2 * room;
            struct tn_id *more = realloc(ids, room * sizeof *ids);
            status = more == NULL ? TN_ERR_NO_MEMORY : TN_OK;
            ids = more == NULL ? ids : more;
        }
        if (status == TN_OK) {
            tn_col_id(stmt, 0, &ids[count++]);
        }
    }
    tn_reset(stmt);
    if (status == TN_OK && count > 0) {
        status = tn_erase_people(centre, ids, count, now_ms, &sum);
    }
    free(ids);
    return status;
}

static enum tn_status forget_secrets(struct tn_centre *centre, int64_t past_ms)
{
    static const char sql[] = "UPDATE badge SET secret = $3, card = NULL" SECRETS;
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, past_ms);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){(const uint8_t *)"", 0});
    return tn_run(stmt);
}

static enum tn_status apply(struct tn_centre *centre, const struct tn_retention_rule *rule,
                            int64_t past_ms, int64_t now_ms)
{
    struct tn_stmt *stmt = NULL;
    if (rule->sql == NULL) {
        return strcmp(rule->name, "walk_ins") == 0 ? erase_walk_ins(centre, past_ms, now_ms)
                                                   : forget_secrets(centre, past_ms);
    }
    enum tn_status status = tn_centre_prepare(centre, rule->sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, past_ms);
    return tn_run(stmt);
}

enum tn_status tn_retention_run(struct tn_centre *centre, int64_t now_ms, struct tn_retention *out)
{
    enum tn_status status = tn_retention_look(centre, now_ms, out);
    for (size_t i = 0; i < TN_RETENTION_RULES && status == TN_OK; i++) {
        const struct tn_retention_rule *rule = &tn_retention_rules[i];
        if (out->counts[i] > 0) {
            status = apply(centre, rule, past(rule, now_ms, out->days), now_ms);
        }
    }
    return status;
}

enum tn_status tn_retention_set(struct tn_centre *centre, int64_t days)
{
    static const char sql[] = "UPDATE ecosystem SET retention_days = $2 WHERE no = $1";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, days);
    return tn_run(stmt);
}
