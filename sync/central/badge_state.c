/* A badge's status is settled from its handouts, but for `revoked`, which is a person's word and
 * stands above them (handouts_settle.c). A badge that is given for another at the centre is a
 * handout like those of the kiosks, so that one rule says whose a badge is and which is replaced.
 */
#include "sync/central/badge_state.h"

#include <string.h>

#include "sync/central/again.h"
#include "sync/central/handouts.h"

static enum tn_status set_status(struct tn_centre *centre, const struct tn_id *badge,
                                 const char *word)
{
    static const char sql[] = "UPDATE badge SET status = $1 WHERE ecosystem = $2 AND id = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 1, word);
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_id(stmt, 3, badge);
    return tn_run(stmt);
}

/* Whether nothing can make the badge good again but a person, or nobody. */
static enum tn_status is_gone_for_good(struct tn_centre *centre, const struct tn_id *badge,
                                       bool *is_gone)
{
    static const char sql[] = "SELECT CASE WHEN status IN ('revoked', 'void', 'erased') THEN 1 ELSE"
                              " 0 END FROM badge WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    status = tn_step(stmt, &has_row);
    *is_gone = status == TN_OK && has_row && tn_col_int(stmt, 0) != 0;
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

/* Changes a status and derives again whom it touches. */
static enum tn_status change(struct tn_centre *centre, const struct tn_id *badge, const char *word,
                             int64_t now_ms)
{
    struct tn_again *again = NULL;
    enum tn_status status = tn_again_begin(centre, &again);
    if (status == TN_OK) {
        status = tn_again_badge(again, badge);
    }
    if (status == TN_OK) {
        status = set_status(centre, badge, word);
    }
    if (status == TN_OK) {
        status = tn_handout_settle(centre, badge, now_ms);
    }
    if (status == TN_OK) {
        status = tn_again_badge(again, badge);
    }
    if (status == TN_OK) {
        status = tn_again_derive(again, now_ms);
    }
    tn_again_end(again);
    return status;
}

enum tn_status tn_badge_revoke(struct tn_centre *centre, const struct tn_id *badge, int64_t now_ms)
{
    bool is_gone = false;
    enum tn_status status = is_gone_for_good(centre, badge, &is_gone);
    if (status == TN_OK && is_gone) {
        return TN_ERR_EXISTS;
    }
    return status == TN_OK ? change(centre, badge, "revoked", now_ms) : status;
}

enum tn_status tn_badge_restore(struct tn_centre *centre, const struct tn_id *badge, int64_t now_ms)
{
    static const char sql[] =
        "SELECT 1 FROM badge WHERE ecosystem = $1 AND id = $2 AND status = 'revoked'";
    struct tn_stmt *stmt = NULL;
    bool is_revoked = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    status = tn_step(stmt, &is_revoked);
    tn_reset(stmt);
    if (status == TN_OK && !is_revoked) {
        return TN_ERR_STATE;
    }
    return status == TN_OK ? change(centre, badge, "active", now_ms) : status;
}

/* Event and learner of a badge, as its handout will say them. */
static enum tn_status read_old(struct tn_centre *centre, struct tn_handout *handout)
{
    static const char sql[] = "SELECT event, learner FROM badge WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &handout->old);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, &handout->event);
        tn_col_id(stmt, 1, &handout->learner);
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_badge_replace(struct tn_centre *centre, const struct tn_id *old,
                                const struct tn_id *with, int64_t now_ms)
{
    static const char label[] = "turnout badge given at the centre v1";
    struct tn_handout handout = {
        .kind = TN_KIND_REPLACE, .badge = *with, .old = *old, .at_ms = now_ms, .why = "reissued"};
    const struct tn_bytes parts[] = {
        {(const uint8_t *)label, sizeof label - 1}, {with->b, TN_ID_SIZE}, {old->b, TN_ID_SIZE}};
    handout.hash = tn_hash_of(parts, sizeof parts / sizeof parts[0]);
    enum tn_status status = read_old(centre, &handout);
    if (status == TN_OK) {
        status = tn_handout_put(centre, &handout);
    }
    if (status == TN_OK) {
        status = tn_handout_settle(centre, with, now_ms);
    }
    return status == TN_OK ? tn_handout_settle(centre, old, now_ms) : status;
}
