/* `retention`: takes away what was kept long enough, says what that is, and finishes erasures whose
 * last part another program was in the way of. Meant for a timer, once a night. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <jansson.h>

#include "sync/central/audit.h"
#include "sync/central/retention.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"

#define DAYS_MAX 3650

struct choice {
    const char *central;
    const char *keys;
    bool is_dry;
    bool json;
    struct tn_actor actor;
};

static void print(const struct choice *c, const struct tn_retention *r, bool is_done)
{
    json_t *object =
        json_pack("{s:I, s:b}", "retention_days", (json_int_t)r->days, "dry_run", !is_done);
    if (!c->json) {
        printf("%s, %s after the end of an event:\n", is_done ? "Taken away" : "Past its time",
               tn_counted((uint64_t)r->days, "day", "days").text);
    }
    for (size_t i = 0; i < TN_RETENTION_RULES; i++) {
        json_object_set_new(object, tn_retention_rules[i].name,
                            json_integer((json_int_t)r->counts[i]));
        if (!c->json) {
            printf("%8" PRIu64 "  %s\n", r->counts[i], tn_retention_rules[i].what);
        }
    }
    if (c->json) {
        tn_common_json(object);
    } else {
        json_decref(object);
    }
}

static enum tn_status note(struct tn_centre *centre, const struct tn_retention *r, int64_t now_ms)
{
    struct tn_buf object;
    uint64_t all = 0;
    tn_buf_init(&object, TN_AUDIT_OBJECT_MAX);
    for (size_t i = 0; i < TN_RETENTION_RULES; i++) {
        all += r->counts[i];
        tn_buf_printf(&object, "%s%s: %" PRIu64, i == 0 ? "" : ", ", tn_retention_rules[i].name,
                      r->counts[i]);
    }
    tn_buf_append(&object, "", 1);
    enum tn_status status = object.status;
    if (status == TN_OK && all > 0) {
        status = tn_audit_note(centre, now_ms, "retention", (const char *)object.data);
    }
    tn_buf_destroy(&object);
    return status;
}

/* The tombstones of walk-ins are in the file before they are gone from the database. */
static enum tn_status run_rules(struct tn_centre *centre, const struct tn_keyring *keyring,
                                const struct choice *c, struct tn_retention *r)
{
    const int64_t now_ms = tn_now_ms();
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_retention_run(centre, now_ms, r);
    status = status == TN_OK ? note(centre, r, now_ms) : status;
    if (status == TN_OK) {
        status = tn_tombstones_save(centre, keyring, tn_centre_keys_path(centre, c->keys));
    }
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static bool is_anything(const struct tn_retention *r)
{
    uint64_t all = 0;
    for (size_t i = 0; i < TN_RETENTION_RULES; i++) {
        all += r->counts[i];
    }
    return all > 0;
}

static enum tn_exit run_run(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_retention r;
    if (argc > 2) {
        return tn_usage_error(&tn_cmd_retention, "%s: `retention run` takes options only", argv[2]);
    }
    enum tn_exit code =
        tn_common_open_keys(&tn_cmd_retention, c->central, c->keys, &centre, &keyring);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = c->actor;
    enum tn_status status = c->is_dry ? tn_retention_look(&centre, tn_now_ms(), &r)
                                      : run_rules(&centre, &keyring, c, &r);
    enum tn_status scrubbed = TN_OK;
    if (status == TN_OK && !c->is_dry) {
        status = tn_common_derive(&centre);
        status = status == TN_OK ? tn_erase_seal_groups(&centre, &keyring) : status;
        scrubbed = status == TN_OK ? tn_common_scrub(&centre, is_anything(&r)) : status;
    }
    if (status == TN_OK) {
        print(c, &r, !c->is_dry);
    }
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    return status != TN_OK           ? tn_exit_of(status)
           : scrubbed == TN_ERR_BUSY ? TN_EXIT_PERSON
                                     : tn_exit_of(scrubbed);
}

static enum tn_exit run_show(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    struct tn_retention r;
    if (argc > 2) {
        return tn_usage_error(&tn_cmd_retention, "%s: `retention show` takes options only",
                              argv[2]);
    }
    enum tn_exit code = tn_common_open(&tn_cmd_retention, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = tn_retention_look(&centre, tn_now_ms(), &r);
    if (status == TN_OK) {
        print(c, &r, false);
    }
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

static enum tn_status set_days(struct tn_centre *centre, int64_t days, const char *text)
{
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_retention_set(centre, days);
    status = status == TN_OK ? tn_audit_note(centre, tn_now_ms(), "retention_days", text) : status;
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static enum tn_exit run_set(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    char *end = NULL;
    errno = 0;
    const long days = argc == 3 ? strtol(argv[2], &end, 10) : 0;
    if (argc != 3 || errno != 0 || *end != '\0' || days < 1 || days > DAYS_MAX) {
        return tn_usage_error(&tn_cmd_retention, "`retention set` takes days, 1 to %d", DAYS_MAX);
    }
    enum tn_exit code = tn_common_open(&tn_cmd_retention, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = c->actor;
    enum tn_status status = set_days(&centre, days, argv[2]);
    tn_centre_close(&centre);
    if (status == TN_OK && c->json) {
        tn_common_json(json_pack("{s:I}", "retention_days", (json_int_t)days));
    } else if (status == TN_OK) {
        printf("Kept for %ld days after the end of an event; `retention run` takes away what is "
               "past.\n",
               days);
    }
    return tn_exit_of(status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL}, {"keys", &c.keys, NULL},   {"dry-run", NULL, &c.is_dry},
        {"json", NULL, &c.json},       TN_ACTOR_OPTIONS(c.actor), {NULL, NULL, NULL},
    };
    static const struct tn_verb verbs[] = {
        {"run", run_run}, {"show", run_show}, {"set", run_set}, {NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_retention, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_retention, &c.actor);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    return tn_verb_run(&tn_cmd_retention, verbs, &c, argc, argv);
}

const struct tn_cmd tn_cmd_retention = {
    .name = "retention",
    .summary = "take away what was kept long enough",
    .usage =
        "  turnout-sync retention run --central C [--keys FILE] [--dry-run] [--json]\n"
        "      [--by NAME] [--why TEXT]\n"
        "  turnout-sync retention show --central C [--json]\n"
        "  turnout-sync retention set DAYS --central C [--by NAME] [--why TEXT]\n"
        "\n"
        "  DAYS are counted from the end of the event that something was kept for (30 if\n"
        "  never set). Walk-ins are erased then, as `erase` does it; contacts, staff cards\n"
        "  and badge secrets go; consents end by their own date, and demographics with them.\n"
        "  What reports count stays. run also finishes what an `erase` could not.\n" TN_ACTOR_USAGE,
    .run = run,
};
