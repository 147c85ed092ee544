/* Settling and reopening: one transaction for the conflict, its history, the ruling and the visits
 * of whom it touches. Where a ruling is about a log, the log's entries are derived again after it
 * in transactions of their own, as entries that came since: a crash between leaves them waiting. */
#include "sync/central/settle.h"

#include <string.h>

#include "sync/central/again.h"
#include "sync/central/audit.h"
#include "sync/central/prefix.h"
#include "sync/central/settle_rule.h"
#include "sync/central/visits.h"
#include "turnout/log.h"

static enum tn_status take_row(struct tn_stmt *stmt, struct tn_conflict *out)
{
    bool has_row = false;
    enum tn_status status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        *out = (struct tn_conflict){.since_ms = tn_col_int(stmt, 8)};
        tn_col_id(stmt, 0, &out->id);
        (void)snprintf(out->type_name, sizeof out->type_name, "%s", tn_col_text(stmt, 1));
        out->type = tn_conflict_type(out->type_name);
        tn_col_id(stmt, 2, &out->a);
        tn_col_id(stmt, 3, &out->b);
        tn_col_id(stmt, 4, &out->c);
        out->is_open = strcmp(tn_col_text(stmt, 5), "open") == 0;
        (void)snprintf(out->rule, sizeof out->rule, "%s", tn_col_text(stmt, 6));
        (void)snprintf(out->by, sizeof out->by, "%.120s", tn_col_text(stmt, 7));
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_settle_get(struct tn_centre *centre, const struct tn_id *id,
                             struct tn_conflict *out)
{
    static const char sql[] = "SELECT id, type, a, b, c, state, rule, resolved_by, at FROM conflict"
                              " WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    return take_row(stmt, out);
}

enum tn_status tn_settle_find(struct tn_centre *centre, const char *text, struct tn_conflict *out)
{
    static const char sql[] =
        "SELECT id FROM conflict WHERE ecosystem = $1 AND id >= $2 AND id <= $3 LIMIT 2";
    struct tn_id id;
    int count = 0;
    enum tn_status status = tn_prefix_find(centre, sql, text, &id, &count);
    if (status == TN_OK && count != 1) {
        tn_log(
            TN_LOG_ERROR,
            strlen(text) < TN_PREFIX_MIN ? "%s: the first four digits of a conflict's id, or more, "
                                           "are expected; `turnout-sync conflicts --all` lists them"
            : count == 0 ? "%s: no conflict has this id; `turnout-sync conflicts --all` lists them"
                         : "%s: more than one conflict has an id that begins so; give more of it",
            text);
        return TN_ERR_NOT_FOUND;
    }
    return status == TN_OK ? tn_settle_get(centre, &id, out) : status;
}

static enum tn_status add_step(struct tn_centre *centre, const struct tn_conflict *conflict,
                               const char *verb, const char *how,
                               const struct tn_decision *decision)
{
    static const char sql[] =
        "INSERT INTO settlement (ecosystem, conflict, step, verb, how, actor, why, at) SELECT $1,"
        " $2, 1 + (SELECT count(*) FROM settlement WHERE ecosystem = $1 AND conflict = $2), $3, $4,"
        " $5, $6, $7";
    char hex[TN_ID_HEX_SIZE];
    char object[TN_AUDIT_OBJECT_MAX];
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &conflict->id);
    tn_bind_text(stmt, 3, verb);
    tn_bind_text(stmt, 4, how);
    tn_bind_text(stmt, 5, decision->by);
    tn_bind_text(stmt, 6, decision->why);
    tn_bind_int(stmt, 7, decision->now_ms);
    status = tn_run(stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_id_hex(&conflict->id, hex);
    (void)snprintf(object, sizeof object, "%s %.8s%s%s", conflict->type_name, hex,
                   how == NULL ? "" : " ", how == NULL ? "" : how);
    return tn_audit_note(centre, decision->now_ms, verb, object);
}

/* rule NULL: open. */
static enum tn_status set_state(struct tn_centre *centre, const struct tn_conflict *conflict,
                                const char *rule, const char *by)
{
    static const char sql[] = "UPDATE conflict SET state = $1, rule = $2, resolved_by = $3 WHERE"
                              " ecosystem = $4 AND id = $5";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 1, rule == NULL ? "open" : "settled");
    tn_bind_text(stmt, 2, rule);
    tn_bind_text(stmt, 3, by);
    tn_bind_int(stmt, 4, centre->no);
    tn_bind_id(stmt, 5, &conflict->id);
    return tn_run(stmt);
}

/* The way that `how` names, and where its value begins. */
static const struct tn_way *find_way(const struct tn_conflict *conflict, const char *how,
                                     const char **value)
{
    const size_t len = strcspn(how, "=");
    const bool has_value = how[len] == '=' && how[len + 1] != '\0';
    const struct tn_way *way = NULL;
    *value = how + len + (has_value ? 1 : 0);
    for (size_t i = 0; (way = tn_way_of(conflict->type_name, i)) != NULL; i++) {
        const bool is_named = strlen(way->how) == len && memcmp(way->how, how, len) == 0;
        if (is_named && has_value == (way->takes != TN_WAY_NOTHING)) {
            break;
        }
    }
    return way;
}

static const char *const takes_words[] = {"", "=LEARNER", "=MINUTES", "=EVENT"};

static void say_ways(const struct tn_conflict *conflict, const char *how)
{
    char text[512] = "";
    const struct tn_way *way = NULL;
    for (size_t i = 0; (way = tn_way_of(conflict->type_name, i)) != NULL; i++) {
        const size_t len = strlen(text);
        (void)snprintf(text + len, sizeof text - len, "%s%s%s", i == 0 ? "" : ", ", way->how,
                       takes_words[way->takes]);
    }
    tn_log(TN_LOG_ERROR, "%s: a conflict of type %s is settled as one of: %s", how,
           conflict->type_name, text);
}

/* The conflict as it stands inside the transaction. */
static enum tn_status read_again(struct tn_centre *centre, const struct tn_conflict *conflict,
                                 bool is_open, struct tn_conflict *out)
{
    enum tn_status status = tn_settle_get(centre, &conflict->id, out);
    char hex[TN_ID_HEX_SIZE];
    tn_id_hex(&conflict->id, hex);
    if (status == TN_ERR_NOT_FOUND) {
        tn_log(TN_LOG_ERROR, "conflict %.8s has settled itself meanwhile", hex);
        return TN_ERR_STATE;
    }
    if (status == TN_OK && out->is_open != is_open) {
        tn_log(TN_LOG_ERROR,
               is_open ? "conflict %.8s is settled already, as %s by %s; reopen it first"
                       : "conflict %.8s is open%s%s",
               hex, out->rule, out->by);
        return TN_ERR_STATE;
    }
    return status;
}

static enum tn_status finish(struct tn_centre *centre, enum tn_status status, int64_t now_ms,
                             bool has_logs)
{
    if (status != TN_OK) {
        tn_db_rollback(centre->db);
        return status;
    }
    status = tn_db_commit(centre->db);
    return status == TN_OK && has_logs ? tn_visits_update(centre, now_ms, NULL, NULL) : status;
}

static enum tn_status settle(struct tn_centre *centre, const struct tn_conflict *conflict,
                             const char *how, const struct tn_decision *decision, bool *has_logs)
{
    struct tn_conflict now;
    struct tn_ruling ruling;
    char canon[TN_RULE_MAX + 1];
    const char *value = "";
    enum tn_status status = read_again(centre, conflict, true, &now);
    if (status != TN_OK) {
        return status;
    }
    const struct tn_way *way = find_way(&now, how, &value);
    if (way == NULL) {
        say_ways(&now, how);
        return TN_ERR_STATE;
    }
    status = tn_settle_rule(centre, &now, way, value, &ruling, canon);
    if (status == TN_OK) {
        status = add_step(centre, &now, "settle", canon, decision);
    }
    if (status == TN_OK) {
        /* Before anything is derived, which would take an open one away. */
        status = set_state(centre, &now, canon, decision->by);
    }
    if (status == TN_OK && way->does != NULL) {
        status = tn_settle_put(centre, &now.id, &ruling, decision->now_ms, has_logs);
    }
    return status;
}

enum tn_status tn_settle(struct tn_centre *centre, const struct tn_conflict *conflict,
                         const char *how, const struct tn_decision *decision)
{
    bool has_logs = false;
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = settle(centre, conflict, how, decision, &has_logs);
    return finish(centre, status, decision->now_ms, has_logs);
}

/* What deriving notes by itself may have ceased to be one while it was settled: it is taken away,
 * and deriving its badge brings it back where it is one still. */
static enum tn_status note_anew(struct tn_centre *centre, const struct tn_conflict *conflict,
                                int64_t now_ms)
{
    static const char *const noted[] = {"unknown_badge", "revoked_badge"};
    bool is_noted = false;
    struct tn_again *again = NULL;
    for (size_t i = 0; i < sizeof noted / sizeof noted[0]; i++) {
        is_noted = is_noted || strcmp(noted[i], conflict->type_name) == 0;
    }
    if (!is_noted) {
        return TN_OK;
    }
    enum tn_status status =
        tn_conflict_drop(centre, conflict->type_name, &conflict->a, &conflict->b);
    if (status == TN_OK) {
        status = tn_again_begin(centre, &again);
    }
    if (status == TN_OK) {
        status = tn_again_badge(again, &conflict->a);
    }
    if (status == TN_OK) {
        status = tn_again_derive(again, now_ms);
    }
    tn_again_end(again);
    return status;
}

/* What was settled about somebody who was erased since stays so: it would fall apart into people
 * whom nobody can tell apart any more. */
static enum tn_status refuse_erased(struct tn_centre *centre, const struct tn_conflict *conflict)
{
    static const char sql[] =
        "SELECT 1 FROM learner WHERE ecosystem = $1 AND erased_at IS NOT NULL AND (id IN ($2, $3) "
        "OR"
        " id IN (SELECT target FROM ruling WHERE ecosystem = $1 AND conflict = $4) OR id IN (SELECT"
        " learner FROM badge WHERE ecosystem = $1 AND id = $2))";
    struct tn_stmt *stmt = NULL;
    bool is_erased = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &conflict->a);
    tn_bind_id(stmt, 3, &conflict->b);
    tn_bind_id(stmt, 4, &conflict->id);
    status = tn_step(stmt, &is_erased);
    tn_reset(stmt);
    if (status == TN_OK && is_erased) {
        tn_log(TN_LOG_ERROR, "this was settled about a learner who is erased, and stays settled");
        status = TN_ERR_STATE;
    }
    return status;
}

static enum tn_status reopen(struct tn_centre *centre, const struct tn_conflict *conflict,
                             const struct tn_decision *decision, bool *has_logs)
{
    struct tn_conflict now;
    struct tn_ruling ruling;
    enum tn_status status = read_again(centre, conflict, false, &now);
    status = status == TN_OK ? refuse_erased(centre, &now) : status;
    if (status == TN_OK) {
        status = add_step(centre, &now, "reopen", NULL, decision);
    }
    if (status == TN_OK) {
        status = set_state(centre, &now, NULL, NULL);
    }
    if (status != TN_OK) {
        return status;
    }
    status = tn_settle_read_rule(centre, &now, &ruling);
    if (status == TN_OK) {
        status = tn_settle_take(centre, &ruling, decision->now_ms, has_logs);
    } else if (status == TN_ERR_NOT_FOUND) {
        status = TN_OK;
    }
    return status == TN_OK ? note_anew(centre, &now, decision->now_ms) : status;
}

enum tn_status tn_reopen(struct tn_centre *centre, const struct tn_conflict *conflict,
                         const struct tn_decision *decision)
{
    bool has_logs = false;
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = reopen(centre, conflict, decision, &has_logs);
    return finish(centre, status, decision->now_ms, has_logs);
}
