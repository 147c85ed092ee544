/* `staff-card`: cards that open the directory on stations, for one person until a date. The digits
 * are written to a file of mode 0600, or as a card to print, and nowhere else; the centre keeps
 * only what a card unwraps.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "sync/central/audit.h"
#include "sync/central/staff_cards.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/exchange/outfile.h"
#include "sync/paper/output.h"
#include "turnout/log.h"
#include "turnout/timefmt.h"

struct choice {
    const char *central;
    const char *event;
    const char *name;
    const char *until;
    const char *out;
    const char *keys;
    bool json;
    struct tn_actor actor;
};

static bool ends_with(const char *path, const char *end)
{
    const size_t len = strlen(path);
    return len > strlen(end) && strcmp(path + len - strlen(end), end) == 0;
}

static enum tn_status write_digits(const char *path, const char *digits, const char *name)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        tn_log(TN_LOG_ERROR, "%s: %s; give a file that is not there yet", path, strerror(errno));
        return errno == EEXIST ? TN_ERR_EXISTS : TN_ERR_IO;
    }
    bool is_written = dprintf(fd, "name,badge\n\"%s\",%s\n", name, digits) > 0 && fsync(fd) == 0;
    if (close(fd) != 0 || !is_written) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(errno));
        (void)unlink(path);
        return TN_ERR_IO;
    }
    return TN_OK;
}

/* The card as a sheet or a picture with one symbol. */
static enum tn_status write_paper(const struct choice *c, const struct tn_centre *centre,
                                  const struct tn_central_event *event, const char *digits,
                                  const struct tn_staff_card *made)
{
    char code[TN_BADGE_CODE_SIZE];
    char until[TN_TIME_TEXT_SIZE];
    char note[64];
    tn_badge_code(&made->id, code);
    tn_time_format(made->until_ms, until);
    (void)snprintf(note, sizeof note, "Good until %.10s. Keep it like a key.", until);
    const struct tn_paper_badge card = {.text = digits,
                                        .code = code,
                                        .display = c->name,
                                        .title = event->title,
                                        .host = centre->name,
                                        .label = "Staff card",
                                        .note = note};
    return tn_paper_card(c->out, &tn_paper_a4, &card);
}

static bool is_date(const char *text)
{
    char full[TN_TIME_TEXT_SIZE];
    int64_t at_ms = 0;
    (void)snprintf(full, sizeof full, "%.11sT23:59:59Z", text);
    return strlen(text) == 10 && tn_time_parse(full, &at_ms) == TN_OK;
}

/* A date stands for its last moment, UTC; without one a card ends a day after the event. */
static enum tn_status parse_until(const char *text, const struct tn_central_event *event,
                                  int64_t *out)
{
    char full[TN_TIME_TEXT_SIZE];
    if (text == NULL) {
        *out = event->ends_ms + 86400000;
        return TN_OK;
    }
    snprintf(full, sizeof full, "%.11sT23:59:59Z", text);
    if (strlen(text) != 10 || tn_time_parse(full, out) != TN_OK) {
        tn_log(TN_LOG_ERROR, "--until %s: a date like 2026-03-14 is expected", text);
        return TN_ERR_FORMAT;
    }
    return TN_OK;
}

/* The log names the card by its event and end: the name on it is a person's. */
static enum tn_status insert_card(struct tn_centre *centre, const struct tn_central_event *event,
                                  const struct tn_staff_card *card)
{
    char object[TN_AUDIT_OBJECT_MAX + 1];
    char until[TN_TIME_TEXT_SIZE];
    char id[TN_ID_HEX_SIZE];
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    tn_time_format(card->until_ms, until);
    tn_id_hex(&card->id, id);
    (void)snprintf(object, sizeof object, "%s until %.10s: %s", event->code, until, id);
    status = tn_staff_insert(centre, &event->id, card);
    if (status == TN_OK) {
        status = tn_audit_note(centre, tn_now_ms(), "staff_card_new", object);
    }
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static enum tn_status mint(struct tn_centre *centre, const struct tn_keyring *keyring,
                           const struct choice *c)
{
    struct tn_central_event event;
    struct tn_badge badge = {0};
    struct tn_staff_card card = {0};
    char digits[TN_BADGE_TEXT_SIZE] = "";
    struct tn_random random = tn_random_system();
    enum tn_status status = tn_centre_event(centre, c->event, &event);
    if (status == TN_OK) {
        status = parse_until(c->until, &event, &card.until_ms);
    }
    if (status != TN_OK) {
        return status;
    }
    const struct tn_staff_new what = {
        .event = event.id, .name = c->name, .until_ms = card.until_ms};
    tn_staff_draw(keyring, &what, &random, &badge, &card);
    tn_badge_encode(&badge, digits);
    status = ends_with(c->out, ".csv") ? write_digits(c->out, digits, c->name)
                                       : write_paper(c, centre, &event, digits, &card);
    if (status == TN_OK) {
        status = insert_card(centre, &event, &card);
    }
    tn_badge_wipe(&badge);
    sodium_memzero(digits, sizeof digits);
    if (status == TN_OK && card.until_ms < tn_now_ms()) {
        char until[TN_TIME_TEXT_SIZE];
        tn_time_format(card.until_ms, until);
        tn_log(TN_LOG_WARN, "%s: this card ended on %.10s; --until DATE makes one that is in force",
               c->name, until);
    }
    return status;
}

static void say_made(const struct choice *c)
{
    if (c->json) {
        tn_common_json(
            json_pack("{s:s, s:s, s:s}", "staff_card", c->name, "event", c->event, "out", c->out));
        return;
    }
    printf(
        "%s: the staff card of %s. Scanned at a station it opens the names there; stations know it "
        "after\ntheir next reconcile. Keep it like a key.\n",
        c->out, c->name);
}

static enum tn_exit run_new(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    enum tn_paper_format format;
    struct tn_centre centre;
    struct tn_keyring keyring;
    (void)argv;
    if (argc > 2 || c->event == NULL || c->name == NULL || c->out == NULL) {
        return tn_usage_error(&tn_cmd_staff_card, "--event, --name and --out are expected");
    }
    if (strchr(c->name, '"') != NULL || !tn_common_is_name(c->name, TN_TITLE_MAX)) {
        return tn_usage_error(&tn_cmd_staff_card,
                              "--name: 1 to %d bytes on one line without quotes", TN_TITLE_MAX);
    }
    if (c->until != NULL && !is_date(c->until)) {
        return tn_usage_error(&tn_cmd_staff_card, "--until %s: a date like 2026-03-14 is expected",
                              c->until);
    }
    if (!tn_paper_format_of(c->out, &format) && !ends_with(c->out, ".csv")) {
        return tn_usage_error(&tn_cmd_staff_card,
                              "--out %s: a file .pdf, .png, .svg or .csv is expected", c->out);
    }
    enum tn_exit code = tn_exit_of(tn_outfile_check_folder(c->out));
    if (code == TN_EXIT_DONE) {
        code = tn_common_open_keys(&tn_cmd_staff_card, c->central, c->keys, &centre, &keyring);
    }
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = c->actor;
    enum tn_status status = mint(&centre, &keyring, c);
    if (status == TN_OK) {
        say_made(c);
    }
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

static enum tn_exit run_list(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    static const char sql[] =
        "SELECT s.name, e.code, s.until, CASE WHEN s.revoked_at IS NULL THEN 0 ELSE 1 END FROM"
        " staff_card s JOIN event e ON e.ecosystem = s.ecosystem AND e.id = s.event WHERE"
        " s.ecosystem = $1 ORDER BY e.code, s.name, s.id";
    struct tn_centre centre;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    char until[TN_TIME_TEXT_SIZE];
    (void)argc;
    (void)argv;
    enum tn_exit code = tn_common_open(&tn_cmd_staff_card, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = tn_db_prepare(centre.db, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_int(stmt, 1, centre.no);
    }
    json_t *rows = json_array();
    if (!c->json) {
        printf("%-28s%-16s%s\n", "name", "event", "until");
    }
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (c->json) {
            json_array_append_new(
                rows, json_pack("{s:s, s:s, s:I, s:b}", "name", tn_col_text(stmt, 0), "event",
                                tn_col_text(stmt, 1), "until_ms", (json_int_t)tn_col_int(stmt, 2),
                                "is_revoked", tn_col_int(stmt, 3) != 0));
            continue;
        }
        tn_time_format(tn_col_int(stmt, 2), until);
        tn_common_pad(tn_col_text(stmt, 0), 28);
        tn_common_pad(tn_col_text(stmt, 1), 16);
        printf("%.10s%s\n", until, tn_col_int(stmt, 3) != 0 ? "  revoked" : "");
    }
    tn_reset(stmt);
    if (c->json && status == TN_OK) {
        tn_common_json(json_pack("{s:O}", "staff_cards", rows));
    }
    json_decref(rows);
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

/* Ends every card of a name that is in force. */
static enum tn_status end_cards(struct tn_centre *centre, const char *name, int64_t count)
{
    static const char sql[] = "UPDATE staff_card SET revoked_at = $1 WHERE ecosystem = $2"
                              " AND name = $3 AND revoked_at IS NULL";
    struct tn_stmt *stmt = NULL;
    const int64_t now_ms = tn_now_ms();
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_db_prepare(centre->db, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_int(stmt, 1, now_ms);
        tn_bind_int(stmt, 2, centre->no);
        tn_bind_text(stmt, 3, name);
        status = tn_run(stmt);
    }
    if (status == TN_OK) {
        status = tn_audit_note(centre, now_ms, "staff_card_revoke",
                               tn_counted((uint64_t)count, "card", "cards").text);
    }
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static enum tn_exit run_revoke(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    static const char find[] = "SELECT count(*) FROM staff_card WHERE ecosystem = $1 AND name = $2"
                               " AND revoked_at IS NULL";
    struct tn_centre centre;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    int64_t count = 0;
    if (argc != 3) {
        return tn_usage_error(&tn_cmd_staff_card, "`staff-card revoke` takes one card's name");
    }
    enum tn_exit code = tn_common_open(&tn_cmd_staff_card, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = tn_db_prepare(centre.db, find, &stmt);
    if (status == TN_OK) {
        tn_bind_int(stmt, 1, centre.no);
        tn_bind_text(stmt, 2, argv[2]);
        status = tn_step(stmt, &has_row);
        count = has_row ? tn_col_int(stmt, 0) : 0;
        tn_reset(stmt);
    }
    if (status == TN_OK && count == 0) {
        tn_log(TN_LOG_ERROR, "%s: no staff card in force has this name", argv[2]);
        status = TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        centre.actor = c->actor;
        status = end_cards(&centre, argv[2], count);
    }
    if (status == TN_OK && c->json) {
        tn_common_json(json_pack("{s:s, s:I}", "name", argv[2], "revoked", (json_int_t)count));
    } else if (status == TN_OK) {
        printf("%s: %s revoked; stations know it after their next reconcile\n", argv[2],
               tn_counted((uint64_t)count, "staff card", "staff cards").text);
    }
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL}, {"event", &c.event, NULL}, {"name", &c.name, NULL},
        {"until", &c.until, NULL},     {"out", &c.out, NULL},     {"keys", &c.keys, NULL},
        {"json", NULL, &c.json},       TN_ACTOR_OPTIONS(c.actor), {NULL, NULL, NULL},
    };
    static const struct tn_verb verbs[] = {
        {"new", run_new}, {"list", run_list}, {"revoke", run_revoke}, {NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_staff_card, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_staff_card, &c.actor);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    return tn_verb_run(&tn_cmd_staff_card, verbs, &c, argc, argv);
}

const struct tn_cmd tn_cmd_staff_card = {
    .name = "staff-card",
    .summary = "make, list and revoke staff cards",
    .usage = "  turnout-sync staff-card new --central C --event CODE --name NAME [--until DATE]\n"
             "      --out FILE.pdf|.png|.svg|.csv [--keys FILE] [--json] [--by NAME] [--why TEXT]\n"
             "  turnout-sync staff-card list --central C [--json]\n"
             "  turnout-sync staff-card revoke NAME --central C [--json] [--by NAME] [--why TEXT]\n"
             "\n"
             "  The card opens the names on the event's stations until the end of DATE, such as\n"
             "  2026-03-14 (a day after the event if not said). FILE.pdf is a card to print,\n"
             "  FILE.csv its digits; they are nowhere else. Stations learn of a new card, and of\n"
             "  one that is revoked, with their next reconcile. revoke ends every card of "
             "NAME.\n" TN_ACTOR_USAGE,
    .run = run,
};
