/* Rulings of ways. What a ruling touches is worked out again from the ruling and its conflict, and
 * not kept, so that a later branch or badge of the same learner is touched too. */
#include "sync/central/settle_rule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sync/central/again.h"
#include "sync/central/duplicates.h"
#include "sync/central/ingest.h"
#include "sync/central/learners.h"
#include "sync/central/logs.h"
#include "sync/central/merge.h"
#include "sync/central/ruling.h"
#include "turnout/log.h"

#define SHIFT_MAX_MIN (100L * 366 * 24 * 60) /* a clock that lost its battery is decades off */

/* Where a branch parts from its log. */
static enum tn_status read_fork(struct tn_centre *centre, const struct tn_id *branch, int64_t *seq)
{
    static const char sql[] = "SELECT seq FROM fork WHERE ecosystem = $1 AND branch_id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, branch);
    status = tn_step(stmt, &has_row);
    *seq = status == TN_OK && has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_settle_first_copy(struct tn_centre *centre, const struct tn_conflict *conflict,
                                    int64_t seq, struct tn_id *out, int64_t *log_no)
{
    struct tn_central_log log;
    struct tn_hash hash;
    enum tn_status status = tn_logs_get(centre, &conflict->b, &log);
    int64_t owner = 0;
    if (status == TN_OK && seq > 1) {
        status = tn_logs_owner(centre, log.no, seq - 1, &owner);
    } else if (status == TN_OK) {
        status = tn_logs_get(centre, &conflict->a, &log);
        owner = log.no;
    }
    if (status == TN_OK) {
        status = tn_logs_hash(centre, owner, (uint64_t)seq, &hash);
    }
    if (status == TN_OK) {
        *out = tn_ingest_branch(&conflict->a, (uint64_t)seq, &hash);
        *log_no = owner;
    }
    return status;
}

static enum tn_status rule_fork(struct tn_centre *centre, const struct tn_conflict *conflict,
                                const struct tn_way *way, struct tn_ruling *out)
{
    int64_t log_no = 0;
    enum tn_status status = read_fork(centre, &conflict->b, &out->amount);
    out->target = conflict->a;
    out->about = conflict->b;
    if (status == TN_OK && strcmp(way->how, "void-first") == 0) {
        status = tn_settle_first_copy(centre, conflict, out->amount, &out->about, &log_no);
    }
    if (status == TN_ERR_NOT_FOUND) {
        tn_log(TN_LOG_ERROR, "the copies part at an entry that is not here; `turnout-sync verify` "
                             "says more");
        status = TN_ERR_STATE;
    }
    return status;
}

static enum tn_status rule_shift(const char *value, struct tn_ruling *out,
                                 char canon[TN_RULE_MAX + 1])
{
    char *end = NULL;
    errno = 0;
    const long minutes = strtol(value, &end, 10);
    if (errno != 0 || end == value || *end != '\0' || minutes == 0 || minutes > SHIFT_MAX_MIN ||
        minutes < -SHIFT_MAX_MIN) {
        tn_log(TN_LOG_ERROR, "shift=%s: minutes to add are expected, as shift=+60 or shift=-1440",
               value);
        return TN_ERR_STATE;
    }
    out->amount = (int64_t)minutes * 60000;
    (void)snprintf(canon, TN_RULE_MAX + 1, "shift=%+ld", minutes);
    return TN_OK;
}

static bool is_one_of(const struct tn_id *id, const struct tn_conflict *conflict)
{
    return tn_id_equal(id, &conflict->a) || tn_id_equal(id, &conflict->b);
}

/* Whether a handout, or the centre itself, gave the badge to this learner. */
static enum tn_status is_candidate(struct tn_centre *centre, const struct tn_id *badge,
                                   const struct tn_id *learner, bool *out)
{
    static const char sql[] =
        "SELECT 1 FROM badge WHERE ecosystem = $1 AND id = $2 AND learner = $3 UNION SELECT 1 FROM"
        " handout WHERE ecosystem = $1 AND badge = $2 AND learner = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    tn_bind_id(stmt, 3, learner);
    status = tn_step(stmt, out);
    tn_reset(stmt);
    return status;
}

static enum tn_status rule_learner(struct tn_centre *centre, const struct tn_conflict *conflict,
                                   const struct tn_way *way, const char *value,
                                   struct tn_ruling *out, char canon[TN_RULE_MAX + 1])
{
    char hex[TN_ID_HEX_SIZE];
    bool fits = true;
    enum tn_status status = tn_learners_find(centre, value, &out->target);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_ERR_STATE : status; /* it was said */
    }
    out->about = conflict->a;
    if (strcmp(conflict->type_name, "duplicate") == 0) {
        fits = is_one_of(&out->target, conflict);
        out->about = tn_id_equal(&out->target, &conflict->a) ? conflict->b : conflict->a;
    } else if (strcmp(conflict->type_name, "two_learners") == 0) {
        status = is_candidate(centre, &conflict->a, &out->target, &fits);
    }
    if (status == TN_OK && !fits) {
        tn_log(TN_LOG_ERROR,
               "%s=%s: one of the learners of this conflict is expected; `turnout-sync"
               " conflicts show %.2x%.2x...` names them",
               way->how, value, conflict->id.b[0], conflict->id.b[1]);
        return TN_ERR_STATE;
    }
    tn_id_hex(&out->target, hex);
    (void)snprintf(canon, TN_RULE_MAX + 1, "%s=%s", way->how, hex);
    return status;
}

static enum tn_status rule_event(struct tn_centre *centre, const struct tn_conflict *conflict,
                                 const struct tn_way *way, const char *value, struct tn_ruling *out,
                                 char canon[TN_RULE_MAX + 1])
{
    struct tn_central_event event;
    enum tn_status status = tn_centre_event(centre, value, &event);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_ERR_STATE : status;
    }
    if (!tn_id_equal(&event.id, &conflict->b) && !tn_id_equal(&event.id, &conflict->c)) {
        tn_log(TN_LOG_ERROR, "void=%s: one of the two events of this conflict is expected", value);
        return TN_ERR_STATE;
    }
    out->about = tn_ruling_stay(&conflict->a, &event.id);
    out->target = event.id;
    (void)snprintf(canon, TN_RULE_MAX + 1, "%s=%s", way->how, event.code);
    return TN_OK;
}

/* What a ruling touches. */
static enum tn_status find_touched(struct tn_centre *centre, const struct tn_conflict *conflict,
                                   struct tn_ruling *ruling)
{
    static const char sql[] =
        "SELECT coalesce(origin, log_id) FROM kiosk WHERE ecosystem = $1 AND log_id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    ruling->touches = ruling->about;
    if (strcmp(ruling->does, "void_stay") == 0) {
        ruling->touches = conflict->a;
        ruling->event = ruling->target;
    }
    if (conflict->type->about != TN_ABOUT_LOG) {
        return TN_OK;
    }
    ruling->touches = conflict->a;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &conflict->a);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, &ruling->touches);
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_settle_rule(struct tn_centre *centre, const struct tn_conflict *conflict,
                              const struct tn_way *way, const char *value, struct tn_ruling *out,
                              char canon[TN_RULE_MAX + 1])
{
    enum tn_status status = TN_OK;
    *out = (struct tn_ruling){.about = conflict->a};
    (void)snprintf(canon, TN_RULE_MAX + 1, "%s", way->how);
    (void)snprintf(out->does, sizeof out->does, "%s", way->does == NULL ? "" : way->does);
    if (strcmp(conflict->type_name, "clock") == 0) {
        out->about = tn_ruling_boot(&conflict->a, &conflict->b);
    }
    switch (way->takes) {
    case TN_WAY_LEARNER:
        status = rule_learner(centre, conflict, way, value, out, canon);
        break;
    case TN_WAY_MINUTES:
        status = rule_shift(value, out, canon);
        break;
    case TN_WAY_EVENT:
        status = rule_event(centre, conflict, way, value, out, canon);
        break;
    case TN_WAY_NOTHING:
        if (strcmp(out->does, "void_log") == 0) {
            status = rule_fork(centre, conflict, way, out);
        }
        break;
    }
    return status == TN_OK ? find_touched(centre, conflict, out) : status;
}

enum tn_status tn_settle_read_rule(struct tn_centre *centre, const struct tn_conflict *conflict,
                                   struct tn_ruling *out)
{
    static const char sql[] = "SELECT does, about, target, amount FROM ruling WHERE ecosystem = $1"
                              " AND conflict = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct tn_ruling){.amount = 0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &conflict->id);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        (void)snprintf(out->does, sizeof out->does, "%s", tn_col_text(stmt, 0));
        tn_col_id(stmt, 1, &out->about);
        tn_col_id(stmt, 2, &out->target);
        out->amount = tn_col_int(stmt, 3);
    }
    tn_reset(stmt);
    if (status == TN_OK && !has_row) {
        return TN_ERR_NOT_FOUND;
    }
    return status == TN_OK ? find_touched(centre, conflict, out) : status;
}

/* Whether another conflict says something on the same already. */
static enum tn_status check_free(struct tn_centre *centre, const struct tn_ruling *ruling)
{
    static const char sql[] =
        "SELECT conflict FROM ruling WHERE ecosystem = $1 AND does = $2 AND about = $3";
    struct tn_stmt *stmt = NULL;
    struct tn_id other;
    char hex[TN_ID_HEX_SIZE];
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, ruling->does);
    tn_bind_id(stmt, 3, &ruling->about);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, &other);
        tn_id_hex(&other, hex);
        tn_log(TN_LOG_ERROR,
               "conflict %.8s was settled so that it decides this already; reopen that"
               " one first",
               hex);
        status = TN_ERR_STATE;
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status insert_rule(struct tn_centre *centre, const struct tn_id *conflict,
                                  const struct tn_ruling *ruling)
{
    static const char sql[] = "INSERT INTO ruling (ecosystem, does, about, conflict, target,"
                              " amount) VALUES ($1, $2, $3, $4, $5, $6)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, ruling->does);
    tn_bind_id(stmt, 3, &ruling->about);
    tn_bind_id(stmt, 4, conflict);
    tn_bind_id(stmt, 5, &ruling->target);
    if (ruling->amount == 0) {
        tn_bind_null(stmt, 6);
    } else {
        tn_bind_int(stmt, 6, ruling->amount);
    }
    return tn_run(stmt);
}

static enum tn_status delete_rule(struct tn_centre *centre, const struct tn_ruling *ruling)
{
    static const char sql[] =
        "DELETE FROM ruling WHERE ecosystem = $1 AND does = $2 AND about = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, ruling->does);
    tn_bind_id(stmt, 3, &ruling->about);
    return tn_run(stmt);
}

/* What the merging itself has to say. */
static enum tn_status merge(struct tn_centre *centre, const struct tn_ruling *ruling)
{
    const enum tn_status status = tn_merge_add(centre, &ruling->about, &ruling->target);
    const char *why = status == TN_ERR_EXISTS  ? "is merged into another already; undo that first"
                      : status == TN_ERR_LIMIT ? "is the one that the other was merged into"
                      : status == TN_ERR_NOT_FOUND ? "or the other is not there any more"
                                                   : NULL;
    char label[TN_LEARNER_REF_SIZE];
    if (why == NULL || tn_learners_label(centre, &ruling->about, label) != TN_OK) {
        return status;
    }
    tn_log(TN_LOG_ERROR, "learner %s %s", label, why);
    return TN_ERR_STATE;
}

static enum tn_status change(struct tn_centre *centre, const struct tn_id *conflict,
                             const struct tn_ruling *ruling, int64_t now_ms)
{
    const bool is_merge = strcmp(ruling->does, "merge") == 0;
    enum tn_status status = TN_OK;
    if (is_merge) {
        status = conflict != NULL ? merge(centre, ruling) : tn_merge_remove(centre, &ruling->about);
        status = status == TN_OK ? tn_duplicates_follow(centre, &ruling->about, now_ms) : status;
    }
    if (status != TN_OK) {
        return status;
    }
    return conflict != NULL ? insert_rule(centre, conflict, ruling) : delete_rule(centre, ruling);
}

/* Which kind of thing each ruling touches. */
enum touch { TOUCH_LOGS, TOUCH_BADGE, TOUCH_LEARNER, TOUCH_PERSON };
static const struct {
    const char *does;
    enum touch touch;
} touches[] = {
    {"badge_is", TOUCH_BADGE},   {"void_badge", TOUCH_BADGE}, {"void_late", TOUCH_BADGE},
    {"count_late", TOUCH_BADGE}, {"merge", TOUCH_LEARNER},    {"void_stay", TOUCH_PERSON},
    {NULL, TOUCH_LOGS},
};

static enum touch touch_of(const char *does)
{
    size_t i = 0;
    while (touches[i].does != NULL && strcmp(touches[i].does, does) != 0) {
        i++;
    }
    return touches[i].touch;
}

static enum tn_status note(struct tn_again *again, const struct tn_ruling *ruling)
{
    switch (touch_of(ruling->does)) {
    case TOUCH_BADGE:
        return tn_again_badge(again, &ruling->touches);
    case TOUCH_LEARNER:
        return tn_again_learner(again, &ruling->touches);
    case TOUCH_PERSON:
        return tn_again_person(again, &ruling->event, &ruling->touches);
    case TOUCH_LOGS:
        break;
    }
    return TN_OK;
}

/* conflict NULL: takes the ruling away. */
static enum tn_status apply(struct tn_centre *centre, const struct tn_id *conflict,
                            const struct tn_ruling *ruling, int64_t now_ms, bool *has_logs)
{
    struct tn_again *again = NULL;
    *has_logs = touch_of(ruling->does) == TOUCH_LOGS;
    enum tn_status status = tn_again_begin(centre, &again);
    if (status == TN_OK) {
        status = note(again, ruling);
    }
    if (status == TN_OK) {
        status = change(centre, conflict, ruling, now_ms);
    }
    if (status == TN_OK) {
        status = note(again, ruling);
    }
    if (status == TN_OK) {
        status = *has_logs ? tn_again_logs(again, &ruling->touches, now_ms)
                           : tn_again_derive(again, now_ms);
    }
    tn_again_end(again);
    return status;
}

enum tn_status tn_settle_put(struct tn_centre *centre, const struct tn_id *conflict,
                             const struct tn_ruling *ruling, int64_t now_ms, bool *has_logs)
{
    const bool says_itself = strcmp(ruling->does, "merge") == 0; /* in words of its own */
    enum tn_status status = says_itself ? TN_OK : check_free(centre, ruling);
    return status == TN_OK ? apply(centre, conflict, ruling, now_ms, has_logs) : status;
}

enum tn_status tn_settle_take(struct tn_centre *centre, const struct tn_ruling *ruling,
                              int64_t now_ms, bool *has_logs)
{
    return apply(centre, NULL, ruling, now_ms, has_logs);
}
