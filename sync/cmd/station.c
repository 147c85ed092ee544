/* `station`: makes stations, lists them, and takes a lost one's or a lost card's word away. */
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "sync/central/audit.h"
#include "sync/central/logs.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/cmd/hub_option.h"
#include "sync/cmd/station_list.h"
#include "sync/exchange/outfile.h"
#include "sync/link/enrol.h"
#include "sync/paper/output.h"
#include "turnout/log.h"
#include "turnout/timefmt.h"

#define QUIET_MS (15 * 60 * 1000) /* a station that is reconciled is heard from more often */

struct choice {
    const char *central;
    const char *event;
    const char *name;
    const char *role;
    const char *activity;
    const char *hub;
    const char *hub_pin;
    const char *out;
    const char *keys;
    bool json;
    struct tn_actor actor;
};

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* A set-up card is asked for, and no folder. */
static bool is_card(const char *out)
{
    enum tn_paper_format format;
    return tn_paper_format_of(out, &format) || ends_with(out, ".txt");
}

static enum tn_exit check_new(const struct choice *c)
{
    const struct {
        const char *name;
        const char *value;
    } needed[] = {
        {"central", c->central}, {"event", c->event}, {"name", c->name},
        {"role", c->role},       {"out", c->out},
    };
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (needed[i].value == NULL || needed[i].value[0] == '\0') {
            return tn_usage_error(&tn_cmd_station, "--%s is missing", needed[i].name);
        }
    }
    enum tn_role role = tn_role_from_name(c->role);
    if (role == TN_ROLE_COUNT) {
        return tn_usage_error(&tn_cmd_station,
                              "--role %s: gate, exit, both, activity or desk is expected", c->role);
    }
    if ((role == TN_ROLE_ACTIVITY) != (c->activity != NULL)) {
        return tn_usage_error(&tn_cmd_station, role == TN_ROLE_ACTIVITY
                                                   ? "--role activity needs --activity CODE"
                                                   : "--activity goes with --role activity only");
    }
    if (!tn_common_is_name(c->name, TN_TITLE_MAX)) {
        return tn_usage_error(&tn_cmd_station, "--name may have %d bytes on one line",
                              TN_TITLE_MAX);
    }
    return tn_hub_option_check(&tn_cmd_station, c->hub, c->hub_pin);
}

/* The set-up card on paper: for a kiosk that makes its folder itself. */
static enum tn_status write_sheet(const struct choice *c, const struct tn_centre *centre,
                                  const struct tn_enrol *what, const char *digits)
{
    const struct tn_paper_badge card = {.text = digits,
                                        .display = what->name,
                                        .title = what->event.title,
                                        .host = centre->name,
                                        .label = "Set-up card"};
    return tn_paper_card(c->out, &tn_paper_setup, &card);
}

/* The card is in force with the commit, and so only once it lies in its file. */
static enum tn_status write_card(const struct choice *c, struct tn_centre *centre,
                                 const struct tn_keyring *keyring, const struct tn_enrol *what)
{
    struct tn_buf digits;
    struct tn_random random = tn_random_system();
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    tn_buf_init(&digits, TN_SETUP_TEXT_MAX + 1);
    status = tn_enrol_card(centre, keyring, what, &random, tn_now_ms(), &digits);
    if (status == TN_OK) {
        status = tn_buf_append(&digits, "", 1);
    }
    const bool is_ready = status == TN_OK;
    if (is_ready) {
        const char *text = (const char *)digits.data;
        status = ends_with(c->out, ".txt") ? tn_common_write_private(c->out, text)
                                           : write_sheet(c, centre, what, text);
    }
    tn_buf_destroy(&digits);
    const bool is_written = is_ready && status == TN_OK;
    status = status == TN_OK ? tn_db_commit(centre->db) : status;
    if (status != TN_OK) {
        tn_db_rollback(centre->db);
    }
    if (is_written && status != TN_OK) {
        (void)unlink(c->out);
    }
    return status;
}

static void say_made(const struct choice *c, const struct tn_enrol *what)
{
    if (c->json) {
        tn_common_json(json_pack("{s:s, s:s, s:s, s:s}", "station", c->name, "role", c->role,
                                 "event", c->event, "out", c->out));
    } else if (is_card(c->out)) {
        printf("%s: the set-up card of %s (%s) of %s. It sets up one kiosk, once; the centre knows "
               "that one\nwith its first reconcile. Keep the card like a key until then.\n",
               c->out, c->name, c->role, what->event.title);
    } else {
        printf("%s: the station %s (%s) of %s\n", c->out, c->name, c->role, what->event.title);
    }
}

static enum tn_exit make(const struct choice *c)
{
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_enrol what = {.name = c->name, .role = tn_role_from_name(c->role), .hub = c->hub};
    uint8_t pin[TN_HASH_SIZE];
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    enum tn_exit code =
        tn_common_open_keys(&tn_cmd_station, c->central, c->keys, &centre, &keyring);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = c->actor;
    enum tn_status status = tn_centre_event(&centre, c->event, &what.event);
    if (status == TN_OK && c->activity != NULL) {
        status = tn_enrol_activity(&centre, &what.event, c->activity, &what.activity);
    }
    if (status == TN_OK && c->hub != NULL) {
        status = tn_hub_option_pin(&centre, c->keys, c->hub_pin, pin);
        what.hub_pin = pin;
    }
    if (status == TN_OK) {
        status = is_card(c->out)
                     ? write_card(c, &centre, &keyring, &what)
                     : tn_enrol_station(&centre, &keyring, &what, c->out, &env, tn_now_ms());
    }
    if (status == TN_OK) {
        say_made(c, &what);
    }
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

static enum tn_exit run_new(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    if (argc > 2) {
        return tn_usage_error(&tn_cmd_station, "%s: `station new` takes options only", argv[2]);
    }
    enum tn_exit code = check_new(c);
    code = code == TN_EXIT_DONE ? tn_exit_of(tn_outfile_check_folder(c->out)) : code;
    return code == TN_EXIT_DONE ? make(c) : code;
}

static enum tn_exit run_list(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    if (argc > 2) {
        return tn_usage_error(&tn_cmd_station, "%s: `station list` takes options only", argv[2]);
    }
    enum tn_exit code = tn_common_open(&tn_cmd_station, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = tn_station_list(&centre, c->json);
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

/* What bears a station's name: kiosks that came home with it, and set-up cards that none has come
 * home with. */
struct named {
    int64_t kiosks;
    int64_t cards;
    int64_t seen_ms;
};

static enum tn_status find_named(struct tn_centre *centre, const char *name, struct named *out)
{
    static const char sql[] =
        "SELECT (SELECT count(DISTINCT pubkey) FROM kiosk WHERE ecosystem = $1 AND station = $2),"
        " (SELECT count(*) FROM enrolment WHERE ecosystem = $1 AND station = $2 AND device_key IS"
        " NULL), (SELECT coalesce(max(last_seen), 0) FROM kiosk WHERE ecosystem = $1 AND station ="
        " $2)";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct named){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, name);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        *out = (struct named){tn_col_int(stmt, 0), tn_col_int(stmt, 1), tn_col_int(stmt, 2)};
    }
    tn_reset(stmt);
    if (status == TN_OK && out->kiosks + out->cards != 1) {
        tn_log(TN_LOG_ERROR, "%s: %s; `turnout-sync station list` shows them", name,
               out->kiosks + out->cards == 0 ? "no station has this name"
                                             : "more than one event has such a station");
        return TN_ERR_NOT_FOUND;
    }
    return status;
}

/* A card that nobody came home with is forgotten, and its name is free again: a kiosk that was set
 * up with it meanwhile is a stranger, whose entries are held for a person. */
static enum tn_status forget_card(struct tn_centre *centre, const char *name)
{
    static const char sql[] =
        "DELETE FROM enrolment WHERE ecosystem = $1 AND station = $2 AND device_key IS NULL";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, name);
    return tn_run(stmt);
}

/* What the centre holds now is trusted; what comes later, whenever it was written, is kept, flagged
 * and not counted. */
static enum tn_status revoke_kiosk(struct tn_centre *centre, const char *name)
{
    static const char sql[] =
        "UPDATE kiosk SET revoked_at = $1, revoked_seq = last_seq WHERE ecosystem = $2"
        " AND station = $3 AND revoked_at IS NULL";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, tn_now_ms());
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_text(stmt, 3, name);
    return tn_run(stmt);
}

static enum tn_status take_trust(struct tn_centre *centre, const char *name,
                                 const struct named *found)
{
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = found->cards > 0 ? forget_card(centre, name) : revoke_kiosk(centre, name);
    if (status == TN_OK) {
        status = tn_audit_note(centre, tn_now_ms(), "station_revoke", name);
    }
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static void say_forgotten(const struct choice *c, const char *name)
{
    if (c->json) {
        tn_common_json(
            json_pack("{s:s, s:b, s:n}", "station", name, "is_revoked", 1, "last_contact_ms"));
        return;
    }
    printf("The set-up card of %s is revoked, and the name is free again. What a kiosk that was "
           "set up with it\nbrings is held until a person decides.\n",
           name);
}

static void say_revoked(const struct choice *c, const char *name, int64_t seen_ms)
{
    char ago[32] = "";
    tn_common_ago(tn_now_ms() - seen_ms, ago, sizeof ago);
    if (c->json) {
        tn_common_json(json_pack("{s:s, s:b, s:I}", "station", name, "is_revoked", 1,
                                 "last_contact_ms", (json_int_t)seen_ms));
    } else {
        printf("%s is revoked. What the centre has of it stays trusted; what has not arrived by "
               "now is kept and not counted until a person decides.\n",
               name);
    }
    if (seen_ms == 0) {
        tn_log(TN_LOG_WARN, "%s was never heard from: none of its entries count", name);
    } else if (tn_now_ms() - seen_ms > QUIET_MS) {
        tn_log(TN_LOG_WARN, "%s was last heard from %s ago: what it wrote since does not count",
               name, ago);
    }
}

static enum tn_exit run_revoke(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    if (argc != 3) {
        return tn_usage_error(&tn_cmd_station, "`station revoke` takes one station's name");
    }
    enum tn_exit code = tn_common_open(&tn_cmd_station, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    struct named found;
    centre.actor = c->actor;
    enum tn_status status = find_named(&centre, argv[2], &found);
    if (status == TN_OK) {
        status = take_trust(&centre, argv[2], &found);
    }
    if (status == TN_OK && found.cards > 0) {
        say_forgotten(c, argv[2]);
    } else if (status == TN_OK) {
        say_revoked(c, argv[2], found.seen_ms);
    }
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL}, {"event", &c.event, NULL},       {"name", &c.name, NULL},
        {"role", &c.role, NULL},       {"activity", &c.activity, NULL}, {"hub", &c.hub, NULL},
        {"hub-pin", &c.hub_pin, NULL}, {"out", &c.out, NULL},           {"keys", &c.keys, NULL},
        {"json", NULL, &c.json},       TN_ACTOR_OPTIONS(c.actor),       {NULL, NULL, NULL},
    };
    static const struct tn_verb verbs[] = {
        {"new", run_new}, {"list", run_list}, {"revoke", run_revoke}, {NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_station, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_station, &c.actor);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    return tn_verb_run(&tn_cmd_station, verbs, &c, argc, argv);
}

const struct tn_cmd tn_cmd_station = {
    .name = "station",
    .summary = "make, list and revoke stations",
    .usage =
        "  turnout-sync station new --central C --event CODE --name NAME\n"
        "      --role gate|exit|both|activity|desk [--activity CODE]\n"
        "      [--hub https://HOST[:PORT] [--hub-pin PIN]]\n"
        "      --out DIR|card.pdf|.png|.svg|.txt [--keys FILE] [--json]\n"
        "      [--by NAME] [--why TEXT]\n"
        "  turnout-sync station list --central C [--json]\n"
        "  turnout-sync station revoke NAME --central C [--json] [--by NAME] [--why TEXT]\n"
        "\n"
        "  A folder DIR is the kiosk, ready to run; card.pdf or card.txt is a set-up card: a\n"
        "  fresh kiosk scans it, or takes it with --setup, and makes its folder itself. An\n"
        "  activity needs --activity. --hub is where the station reconciles over a network; the\n"
        "  card carries the pin of the hub's key, that of KEYS.hub.pem, or the one that serve\n"
        "  printed on another machine. list also shows set-up cards that no kiosk has used;\n"
        "  revoke ends the trust in a lost station or set-up card.\n" TN_ACTOR_USAGE,
    .run = run,
};
