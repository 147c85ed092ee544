/* `badge`: one badge of an event, told by the code on it or by its learner: what it is, revoking
 * it, taking that back, and giving its learner a new one. Printing is `badges`. */
#include <jansson.h>
#include <string.h>

#include "sync/central/audit.h"
#include "sync/central/badge_named.h"
#include "sync/central/badge_state.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/paper/mint.h"
#include "turnout/log.h"
#include "turnout/timefmt.h"

struct choice {
    const char *central;
    const char *event;
    const char *keys;
    struct tn_actor actor;
    bool json;
};

/* A badge that was found, with what it is found in. */
struct found {
    struct tn_centre centre;
    struct tn_central_event event;
    struct tn_badge_named named;
};

static enum tn_status find(const struct choice *c, const char *word, struct found *out)
{
    enum tn_status status = tn_centre_event(&out->centre, c->event, &out->event);
    if (status == TN_OK) {
        status = tn_badge_named(&out->centre, &out->event, word, &out->named);
    }
    if (status == TN_OK && tn_id_is_none(&out->named.badge)) {
        tn_log(TN_LOG_ERROR, "%s has no badge for %s; `turnout-sync badges` makes one", word,
               out->event.code);
        status = TN_ERR_NOT_FOUND;
    }
    return status;
}

/* Opens the centre and finds what argv[2] names; the centre is the caller's to close on
 * TN_EXIT_DONE. */
static enum tn_exit open_found(const struct choice *c, int argc, char **argv, struct found *out)
{
    if (argc != 3) {
        return tn_usage_error(&tn_cmd_badge, "`badge %s` takes one code or roster id", argv[1]);
    }
    if (c->event == NULL) {
        return tn_usage_error(&tn_cmd_badge, "--event is missing");
    }
    enum tn_exit code = tn_common_open(&tn_cmd_badge, c->central, &out->centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    out->centre.actor = c->actor;
    enum tn_status status = find(c, argv[2], out);
    if (status != TN_OK) {
        tn_centre_close(&out->centre);
    }
    return tn_exit_of(status);
}

static void print_json(const struct tn_badge_facts *facts)
{
    json_t *out =
        json_pack("{s:s, s:s, s:I, s:I}", "code", facts->code, "status", facts->status, "issued_ms",
                  (json_int_t)facts->issued_ms, "scans", (json_int_t)facts->scans);
    json_object_set_new(out, "learner",
                        facts->learner[0] == '\0' ? json_null() : json_string(facts->learner));
    json_object_set_new(out, "replaced_by",
                        facts->replaced_by[0] == '\0' ? json_null()
                                                      : json_string(facts->replaced_by));
    json_object_set_new(out, "last_scan_ms",
                        facts->scans == 0 ? json_null() : json_integer(facts->last_ms));
    tn_common_json(out);
}

static void print_text(const struct tn_badge_facts *facts)
{
    char at[TN_TIME_TEXT_SIZE];
    printf("Badge %.3s %.3s %.3s: %s", facts->code, facts->code + 3, facts->code + 6,
           facts->status);
    if (facts->replaced_by[0] != '\0') {
        printf(" by %.3s %.3s %.3s", facts->replaced_by, facts->replaced_by + 3,
               facts->replaced_by + 6);
    }
    printf("\n  %-12s %s\n", "learner",
           facts->learner[0] == '\0' ? "none that a roster names" : facts->learner);
    tn_time_format(facts->issued_ms, at);
    printf("  %-12s %.10s\n", "issued", at);
    if (facts->scans > 0) {
        tn_time_format(facts->last_ms, at);
        printf("  %-12s %s, the last on %.10s at %.5s UTC\n", "scans",
               tn_counted((uint64_t)facts->scans, "scan", "scans").text, at, at + 11);
    } else {
        printf("  %-12s none\n", "scans");
    }
}

static enum tn_status show(const struct choice *c, struct found *found)
{
    struct tn_badge_facts facts;
    enum tn_status status = tn_badge_facts(&found->centre, &found->named.badge, &facts);
    if (status == TN_OK) {
        (c->json ? print_json : print_text)(&facts);
    }
    return status;
}

static enum tn_exit run_show(const void *choice, int argc, char **argv)
{
    struct found found = {0};
    enum tn_exit code = open_found(choice, argc, argv, &found);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = tn_common_derive(&found.centre);
    if (status == TN_OK) {
        status = show(choice, &found);
    }
    tn_centre_close(&found.centre);
    return tn_exit_of(status);
}

/* Changes one badge in a transaction with its line in the audit log. */
static enum tn_status change(struct found *found, const char *action,
                             enum tn_status (*what)(struct tn_centre *centre,
                                                    const struct tn_id *badge, int64_t now_ms))
{
    struct tn_badge_facts facts;
    const int64_t now_ms = tn_now_ms();
    enum tn_status status = tn_db_begin(found->centre.db);
    if (status != TN_OK) {
        return status;
    }
    status = what(&found->centre, &found->named.badge, now_ms);
    if (status == TN_OK) {
        status = tn_badge_facts(&found->centre, &found->named.badge, &facts);
    }
    if (status == TN_OK) {
        status = tn_audit_note(&found->centre, now_ms, action, facts.code);
    }
    if (status == TN_OK) {
        return tn_db_commit(found->centre.db);
    }
    tn_db_rollback(found->centre.db);
    return status;
}

static enum tn_exit finish(const struct choice *c, struct found *found, enum tn_status status)
{
    if (status == TN_OK) {
        status = show(c, found);
    }
    if (status == TN_OK && !c->json) {
        printf("Stations know it after their next reconcile.\n");
    }
    tn_centre_close(&found->centre);
    return tn_exit_of(status);
}

static enum tn_exit run_revoke(const void *choice, int argc, char **argv)
{
    struct found found = {0};
    enum tn_exit code = open_found(choice, argc, argv, &found);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = change(&found, "badge_revoke", tn_badge_revoke);
    if (status == TN_ERR_EXISTS) {
        tn_log(TN_LOG_ERROR, "%s: this badge is revoked or replaced already", argv[2]);
    }
    return finish(choice, &found, status);
}

static enum tn_exit run_restore(const void *choice, int argc, char **argv)
{
    struct found found = {0};
    enum tn_exit code = open_found(choice, argc, argv, &found);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = change(&found, "badge_restore", tn_badge_restore);
    if (status == TN_ERR_STATE) {
        tn_log(TN_LOG_ERROR, "%s: this badge is not revoked", argv[2]);
    }
    return finish(choice, &found, status);
}

/* The new badge is there with the commit; it is printed by its own code. */
static enum tn_status reissue(struct found *found, const struct tn_keyring *keyring)
{
    struct tn_minted minted;
    char object[64];
    const struct tn_mint mint = {.centre = &found->centre,
                                 .keyring = keyring,
                                 .event = found->event,
                                 .random = tn_random_system(),
                                 .now_ms = tn_now_ms()};
    struct tn_badge_facts old;
    enum tn_status status = tn_badge_facts(&found->centre, &found->named.badge, &old);
    if (status == TN_OK) {
        status = tn_db_begin(found->centre.db);
    }
    if (status != TN_OK) {
        return status;
    }
    status = tn_mint_reissue(&mint, &found->named.badge, &minted);
    if (status == TN_OK) {
        (void)snprintf(object, sizeof object, "%s for %s", minted.code, old.code);
        status = tn_audit_note(&found->centre, mint.now_ms, "badge_reissue", object);
    }
    found->named.badge = status == TN_OK ? minted.id : found->named.badge;
    tn_badge_wipe(&minted.badge);
    if (status == TN_OK) {
        return tn_db_commit(found->centre.db);
    }
    tn_db_rollback(found->centre.db);
    return status;
}

static enum tn_exit run_reissue(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct found found = {0};
    struct tn_keyring keyring = {0};
    enum tn_exit code = open_found(choice, argc, argv, &found);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = tn_centre_keys(&found.centre, c->keys, &keyring);
    if (status == TN_OK) {
        status = reissue(&found, &keyring);
    }
    tn_keyring_wipe(&keyring);
    return finish(choice, &found, status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL}, {"event", &c.event, NULL}, {"keys", &c.keys, NULL},
        {"json", NULL, &c.json},       TN_ACTOR_OPTIONS(c.actor), {NULL, NULL, NULL},
    };
    static const struct tn_verb verbs[] = {{"show", run_show},
                                           {"revoke", run_revoke},
                                           {"restore", run_restore},
                                           {"reissue", run_reissue},
                                           {NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_badge, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_badge, &c.actor);
    return code == TN_EXIT_DONE ? tn_verb_run(&tn_cmd_badge, verbs, &c, argc, argv) : code;
}

const struct tn_cmd tn_cmd_badge = {
    .name = "badge",
    .summary = "look a badge up, revoke it, or give its learner a new one",
    .usage =
        "  turnout-sync badge show CODE|ID --central C --event CODE [--json]\n"
        "  turnout-sync badge revoke CODE|ID --central C --event CODE [--by NAME] [--why TEXT]\n"
        "  turnout-sync badge restore CODE|ID --central C --event CODE [--by NAME] [--why TEXT]\n"
        "  turnout-sync badge reissue CODE|ID --central C --event CODE [--keys FILE] [--by NAME]\n"
        "      [--why TEXT] [--json]\n"
        "\n"
        "  CODE is the nine digits on the badge, ID the learner's id in the roster. A badge that\n"
        "  is revoked or replaced gets help at a station instead of a welcome, from the\n"
        "  station's next reconcile on; its visits so far stay. restore takes a revocation back.\n"
        "  reissue makes a new badge that replaces one that was lost: print it with\n"
        "  `turnout-sync badges --only`.\n" TN_ACTOR_USAGE,
    .run = run,
};
