/* `erase`: somebody asked to be forgotten. Says what goes before it goes, and afterwards what is
 * left to do outside of this database: stations, backups, paper. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "sync/central/audit.h"
#include "sync/central/erase.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "turnout/log.h"

#define ANSWER_MAX 16
#define NAME_MIN 2 /* a letter alone names nobody */

struct choice {
    const char *central;
    const char *keys;
    bool is_dry;
    bool is_yes;
    bool json;
    struct tn_actor actor;
};

/* What is said of an erasure, with the tense it is in. */
static void print_sum(const struct tn_erase_sum *sum, bool is_done)
{
    printf("%s: names, contacts, groups, consents and registrations of %s, with %s.\n",
           is_done ? "Erased" : "To be erased",
           tn_counted(sum->learners, "learner", "learners").text,
           tn_counted(sum->badges, "badge", "badges").text);
    printf("%s: %s, of %s, without anything that leads to a person.\n",
           is_done ? "Kept" : "To be kept", tn_counted(sum->visits, "visit", "visits").text,
           tn_counted(sum->entries, "entry", "entries").text);
    if (sum->forms > 0) {
        printf("Sealed walk-in forms %s: %" PRIu64 ".\n", is_done ? "destroyed" : "to be destroyed",
               sum->forms);
    }
    if (sum->audited > 0) {
        printf("Rows of the audit log that %s not say any more of whom they tell: %" PRIu64 ".\n",
               is_done ? "do" : "will", sum->audited);
    }
    if (sum->sent > 0) {
        printf("Statements about them that were sent: %" PRIu64 "; the next `export xapi` to each "
               "recipient takes\nthem back.\n",
               sum->sent);
    }
    if (sum->held > 0) {
        printf("Held bundles that name them %s: %" PRIu64 "; their stations send them again.\n",
               is_done ? "dropped" : "to be dropped", sum->held);
    }
}

static void print_json(const struct tn_erase_sum *sum, bool is_dry, bool is_scrubbed)
{
    tn_common_json(json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b}", "learners",
                             (json_int_t)sum->learners, "badges", (json_int_t)sum->badges,
                             "entries", (json_int_t)sum->entries, "visits", (json_int_t)sum->visits,
                             "forms", (json_int_t)sum->forms, "held", (json_int_t)sum->held,
                             "audit", (json_int_t)sum->audited, "statements", (json_int_t)sum->sent,
                             "dry_run", is_dry, "is_scrubbed", is_scrubbed));
}

/* On a terminal somebody may still see that it is the wrong child: as screens show names, and only
 * where one decides by it. */
static void say_who(struct tn_centre *centre, const struct tn_id *learner)
{
    static const char sql[] = "SELECT display, grade FROM learner WHERE ecosystem = $1 AND id = $2"
                              " AND display <> ''";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    if (tn_centre_prepare(centre, sql, &stmt) != TN_OK) {
        return;
    }
    tn_bind_id(stmt, 2, learner);
    if (tn_step(stmt, &has_row) == TN_OK && has_row) {
        const char *grade = tn_col_text(stmt, 1);
        fprintf(stderr, "This is %s%s%s.\n", tn_col_text(stmt, 0),
                grade[0] == '\0' ? "" : ", grade ", grade);
    }
    tn_reset(stmt);
}

static bool is_confirmed(struct tn_centre *centre, const struct choice *c,
                         const struct tn_id *learner)
{
    char answer[ANSWER_MAX] = "";
    if (c->is_yes) {
        return true;
    }
    if (!isatty(STDIN_FILENO)) {
        tn_log(TN_LOG_ERROR, "nothing was erased: this cannot be undone, so --yes is needed where "
                             "nobody is at the terminal");
        return false;
    }
    say_who(centre, learner);
    fprintf(stderr, "It cannot be undone, and a backup brings nobody back. Type yes to erase: ");
    const char *got = fgets(answer, sizeof answer, stdin);
    if (got == NULL || strcmp(answer, "yes\n") != 0) {
        tn_log(TN_LOG_ERROR, "nothing was erased");
        return false;
    }
    return true;
}

/* No row of the audit log tells who was erased: it would be the one that still does. */
static enum tn_status note(struct tn_centre *centre, const struct tn_erase_sum *sum, int64_t now_ms)
{
    char object[TN_AUDIT_OBJECT_MAX + 1];
    (void)snprintf(object, sizeof object,
                   "learners: %" PRIu64 ", badges: %" PRIu64 ", entries: %" PRIu64
                   ", audit rows: %" PRIu64,
                   sum->learners, sum->badges, sum->entries, sum->audited);
    return tn_audit_note(centre, now_ms, "erase", object);
}

/* One transaction; a dry run is one that is taken back. */
static enum tn_status erase(struct tn_centre *centre, const struct tn_keyring *keyring,
                            const struct choice *c, const struct tn_id *learner, bool is_dry,
                            struct tn_erase_sum *sum)
{
    const int64_t now_ms = tn_now_ms();
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_erase_people(centre, learner, 1, now_ms, sum);
    if (status == TN_OK && !is_dry) {
        status = note(centre, sum, now_ms);
    }
    if (status == TN_OK && !is_dry) {
        status = tn_tombstones_save(centre, keyring, tn_centre_keys_path(centre, c->keys));
    }
    if (status == TN_OK && !is_dry) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static bool is_letter(char c)
{
    return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) != 0;
}

/* Whether a name stands in a text as a word of its own, however it is capitalized. */
static bool has_word(const char *text, const char *word)
{
    const size_t len = strlen(word);
    const char *at = len < NAME_MIN ? NULL : strcasestr(text, word);
    while (at != NULL && ((at > text && is_letter(at[-1])) || is_letter(at[len]))) {
        at = strcasestr(at + 1, word);
    }
    return at != NULL;
}

/* The reason goes into the audit log for good: it must not be the one line that still names them.
 */
static enum tn_status check_why(struct tn_centre *centre, const struct tn_id *learner)
{
    static const char sql[] =
        "SELECT given, preferred, family FROM learner_pii WHERE ecosystem = $1 AND learner = $2"
        " UNION ALL SELECT source_id, NULL, NULL FROM learner_alias WHERE ecosystem = $1 AND"
        " learner = $2";
    const char *why = centre->actor.why == NULL ? "" : centre->actor.why;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    bool is_named = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        for (int i = 0; i < 3; i++) {
            is_named = is_named || has_word(why, tn_col_text(stmt, i));
        }
    }
    tn_reset(stmt);
    if (status == TN_OK && is_named) {
        tn_log(TN_LOG_ERROR, "nothing was erased: the reason names the learner, and the audit log "
                             "keeps it; give one that does not");
        status = TN_ERR_STATE;
    }
    return status;
}

static void say_rest(void)
{
    printf(
        "Stations forget the badges with their next pack; `station list` says which have yet to.\n"
        "Backups of the database still hold what was erased: destroy them, or let them run out;\n"
        "one that is restored is erased again by the next command that uses the keyring.\n"
        "Paper that was printed is yours to destroy.\n");
}

static enum tn_exit finish(struct tn_centre *centre, const struct tn_keyring *keyring,
                           const struct choice *c, const struct tn_erase_sum *sum)
{
    enum tn_status status = tn_common_derive(centre);
    status = status == TN_OK ? tn_erase_seal_groups(centre, keyring) : status;
    enum tn_status scrubbed = status == TN_OK ? tn_common_scrub(centre, false) : status;
    if (status != TN_OK || (scrubbed != TN_OK && scrubbed != TN_ERR_BUSY)) {
        tn_log(TN_LOG_ERROR,
               "it is erased, but the work was not ended; `turnout-sync retention run`"
               " ends it");
        return tn_exit_of(status != TN_OK ? status : scrubbed);
    }
    if (c->json) {
        print_json(sum, false, scrubbed == TN_OK);
    } else {
        print_sum(sum, true);
        say_rest();
    }
    return scrubbed == TN_OK ? TN_EXIT_DONE : TN_EXIT_PERSON;
}

static enum tn_exit erase_words(struct tn_centre *centre, const struct tn_keyring *keyring,
                                const struct choice *c, const char *words)
{
    struct tn_id learner = {{0}};
    struct tn_erase_sum sum = {0};
    enum tn_status status = tn_erase_find(centre, words, &learner);
    status = status == TN_OK ? check_why(centre, &learner) : status;
    if (status == TN_OK) {
        status = erase(centre, keyring, c, &learner, true, &sum);
    }
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    if (c->is_dry && c->json) {
        print_json(&sum, true, false);
    } else if (!c->json) {
        print_sum(&sum, false);
    }
    if (c->is_dry) {
        return TN_EXIT_DONE;
    }
    if (!is_confirmed(centre, c, &learner)) {
        return TN_EXIT_PERSON;
    }
    status = erase(centre, keyring, c, &learner, false, &sum);
    return status == TN_OK ? finish(centre, keyring, c, &sum) : tn_exit_of(status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    struct tn_centre centre;
    struct tn_keyring keyring;
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL},
        {"keys", &c.keys, NULL},
        {"dry-run", NULL, &c.is_dry},
        {"yes", NULL, &c.is_yes},
        {"json", NULL, &c.json},
        TN_ACTOR_OPTIONS(c.actor),
        {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_erase, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_erase, &c.actor);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    if (argc != 2) {
        return tn_usage_error(&tn_cmd_erase, "one learner is expected");
    }
    code = tn_common_open_keys(&tn_cmd_erase, c.central, c.keys, &centre, &keyring);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = c.actor;
    code = tn_common_derive(&centre) == TN_OK ? erase_words(&centre, &keyring, &c, argv[1])
                                              : TN_EXIT_WORLD;
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    return code;
}

const struct tn_cmd tn_cmd_erase = {
    .name = "erase",
    .summary = "forget a learner, and keep only that somebody was there",
    .usage =
        "  turnout-sync erase LEARNER --central C [--keys FILE] [--dry-run] [--yes] [--json]\n"
        "      [--by NAME] [--why TEXT]\n"
        "\n"
        "  LEARNER is an id of the roster, SOURCE:ID of another system, or the code on a badge.\n"
        "  Names, contacts, groups, consents, registrations, cards and forms go for good; visits\n"
        "  stay counted, without anything that leads to a person. The roster does not bring the\n"
        "  learner back, nor does a backup. --dry-run only says what would go; --yes asks "
        "nothing.\n"
        "  Exit code 1: another program has the database open, and `retention run` must "
        "finish.\n" TN_ACTOR_USAGE,
    .run = run,
};
