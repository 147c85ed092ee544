/* `learner`: two learners who are one are merged, and unmerged where that was wrong. It is the
 * conflict `duplicate` of the two that is settled, whether anybody noticed it before or not, so
 * that there is one history of who decided what. */
#include <string.h>

#include "sync/central/learners.h"
#include "sync/central/merge.h"
#include "sync/central/settle.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "turnout/log.h"

struct choice {
    const char *central;
    bool json;
    struct tn_actor actor;
};

static enum tn_exit open_centre(const struct choice *c, struct tn_centre *centre)
{
    if (c->actor.why == NULL || c->actor.why[0] == '\0') {
        return tn_usage_error(&tn_cmd_learner, "--why TEXT is missing: whoever looks at it next"
                                               " year wants to know");
    }
    enum tn_exit code = tn_common_open(&tn_cmd_learner, c->central, centre);
    if (code == TN_EXIT_DONE) {
        centre->actor = c->actor;
    }
    return code;
}

/* The conflict of two learners, which is noted if it is not there. */
static enum tn_status pair_of(struct tn_centre *centre, const struct tn_id *one,
                              const struct tn_id *other, int64_t now_ms, struct tn_conflict *out,
                              bool *is_new)
{
    const bool is_first = memcmp(one->b, other->b, TN_ID_SIZE) < 0;
    const struct tn_conflict_key key = {
        .type = "duplicate", .a = is_first ? *one : *other, .b = is_first ? *other : *one};
    const struct tn_id id = tn_conflict_id(centre, &key);
    enum tn_status status = tn_settle_get(centre, &id, out);
    *is_new = status == TN_ERR_NOT_FOUND;
    if (!*is_new) {
        return status;
    }
    status = tn_conflict_put(centre, &key, now_ms);
    return status == TN_OK ? tn_settle_get(centre, &id, out) : status;
}

static void say(const struct choice *c, const char *verb, const char *from, const char *into)
{
    if (c->json) {
        tn_common_json(json_pack("{s:s, s:s, s:s}", "learner", from, "is", verb, "into", into));
    } else {
        printf("%s is %s %s.\n", from, verb, into);
    }
}

static enum tn_status merge(struct tn_centre *centre, const struct choice *c,
                            const struct tn_id *from, const struct tn_id *into)
{
    const struct tn_decision decision = {c->actor.by, c->actor.why, tn_now_ms()};
    struct tn_conflict pair;
    char how[TN_ID_HEX_SIZE + 8];
    char hex[TN_ID_HEX_SIZE];
    if (tn_id_equal(from, into)) {
        tn_log(TN_LOG_ERROR, "a learner cannot be merged with themselves");
        return TN_ERR_STATE;
    }
    tn_id_hex(into, hex);
    (void)snprintf(how, sizeof how, "merge=%s", hex);
    bool is_new = false;
    enum tn_status status = pair_of(centre, from, into, decision.now_ms, &pair, &is_new);
    if (status == TN_OK && strcmp(pair.rule, "distinct") == 0) {
        status = tn_reopen(centre, &pair, &decision);
        status = status == TN_OK ? tn_settle_get(centre, &pair.id, &pair) : status;
    }
    status = status == TN_OK ? tn_settle(centre, &pair, how, &decision) : status;
    if (status != TN_OK && is_new) { /* nobody but this command thought of it */
        (void)tn_conflict_drop(centre, "duplicate", &pair.a, &pair.b);
    }
    return status;
}

static enum tn_exit run_merge(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    struct tn_id from;
    struct tn_id into;
    char label[2][TN_LEARNER_REF_SIZE];
    if (argc != 4) {
        return tn_usage_error(&tn_cmd_learner, "`learner merge` takes two learners: whom to merge, "
                                               "and into whom");
    }
    enum tn_exit code = open_centre(c, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = tn_learners_find(&centre, argv[2], &from);
    status = status == TN_OK ? tn_learners_find(&centre, argv[3], &into) : status;
    status = status == TN_OK ? merge(&centre, c, &from, &into) : status;
    status = status == TN_OK ? tn_learners_label(&centre, &from, label[0]) : status;
    status = status == TN_OK ? tn_learners_label(&centre, &into, label[1]) : status;
    if (status == TN_OK) {
        say(c, "merged into", label[0], label[1]);
    }
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

/* The settled conflict that merged a learner, and into whom. */
static enum tn_status read_merge(struct tn_centre *centre, const struct tn_id *from,
                                 struct tn_id *into, struct tn_conflict *out)
{
    static const char sql[] = "SELECT conflict, target FROM ruling WHERE ecosystem = $1 AND does ="
                              " 'merge' AND about = $2";
    struct tn_stmt *stmt = NULL;
    struct tn_id id = {{0}};
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, from);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, &id);
        tn_col_id(stmt, 1, into);
    }
    tn_reset(stmt);
    if (status == TN_OK && !has_row) {
        tn_log(TN_LOG_ERROR, "this learner is not merged into another");
        return TN_ERR_NOT_FOUND;
    }
    return status == TN_OK ? tn_settle_get(centre, &id, out) : status;
}

/* Whoever takes a merge back says that the two are two. */
static enum tn_status unmerge(struct tn_centre *centre, const struct choice *c,
                              const struct tn_conflict *pair)
{
    const struct tn_decision decision = {c->actor.by, c->actor.why, tn_now_ms()};
    struct tn_conflict now;
    enum tn_status status = tn_reopen(centre, pair, &decision);
    if (status == TN_OK) {
        status = tn_settle_get(centre, &pair->id, &now);
    }
    return status == TN_OK ? tn_settle(centre, &now, "distinct", &decision) : status;
}

static enum tn_exit run_unmerge(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    struct tn_conflict pair;
    struct tn_id from;
    struct tn_id into;
    char label[2][TN_LEARNER_REF_SIZE];
    if (argc != 3) {
        return tn_usage_error(&tn_cmd_learner, "`learner unmerge` takes one learner");
    }
    enum tn_exit code = open_centre(c, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = tn_learners_find(&centre, argv[2], &from);
    status = status == TN_OK ? read_merge(&centre, &from, &into, &pair) : status;
    status = status == TN_OK ? unmerge(&centre, c, &pair) : status;
    status = status == TN_OK ? tn_learners_label(&centre, &from, label[0]) : status;
    status = status == TN_OK ? tn_learners_label(&centre, &into, label[1]) : status;
    if (status == TN_OK) {
        say(c, "no longer merged into", label[0], label[1]);
    }
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL},
        {"json", NULL, &c.json},
        TN_ACTOR_OPTIONS(c.actor),
        {NULL, NULL, NULL},
    };
    static const struct tn_verb verbs[] = {
        {"merge", run_merge}, {"unmerge", run_unmerge}, {NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_learner, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_learner, &c.actor);
    return code == TN_EXIT_DONE ? tn_verb_run(&tn_cmd_learner, verbs, &c, argc, argv) : code;
}

const struct tn_cmd tn_cmd_learner = {
    .name = "learner",
    .summary = "merge two learners who are one, and take that back",
    .usage =
        "  turnout-sync learner merge FROM INTO --central C [--by NAME] --why TEXT [--json]\n"
        "  turnout-sync learner unmerge FROM --central C [--by NAME] --why TEXT [--json]\n"
        "\n"
        "  FROM and INTO are ids of the roster, source:id, or the first digits of a walk-in's\n"
        "  own id. Visits, badges and groups of FROM are INTO's from then on; nothing of the\n"
        "  roster changes. While they are one, neither is named where one of them opted out\n"
        "  of directories. Unmerge brings everything back as it was.\n" TN_ACTOR_USAGE,
    .run = run,
};
