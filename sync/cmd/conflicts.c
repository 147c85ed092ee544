/* `conflicts`: what a person has to settle, each in words: what it is, where, since when, what to
 * do, and in which ways it can be settled. Settling and reopening say who and why, and change
 * visits by rules that later entries obey too. Exit code 1 says that some are open. */
#include <inttypes.h>
#include <string.h>

#include <jansson.h>

#include "sync/central/audit.h"
#include "sync/central/settle.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/cmd/conflict_facts.h"
#include "sync/cmd/conflict_words.h"
#include "turnout/badge.h"
#include "turnout/log.h"
#include "turnout/timefmt.h"

#define HEX_SHOWN 16 /* enough of an id to tell it from the others */
#define ID_SHOWN 8   /* of a conflict's own, for a person to type */

struct choice {
    const char *central;
    const char *type;
    bool all;
    bool json;
    bool names;
    struct tn_actor actor;
};

struct listed {
    const struct choice *choice;
    json_t *rows;
    uint64_t open;
};

/* Columns: type, what it is about, since, station or NULL, id, state, rule, by. */
static json_t *make_row(struct tn_stmt *stmt)
{
    struct tn_id about = {{0}};
    struct tn_id id = {{0}};
    char hex[TN_ID_HEX_SIZE];
    char id_hex[TN_ID_HEX_SIZE];
    const char *type = tn_col_text(stmt, 0);
    const struct tn_conflict_type *known = tn_conflict_type(type);
    const bool is_badge = known->about == TN_ABOUT_BADGE;
    tn_col_id(stmt, 1, &about);
    tn_col_id(stmt, 4, &id);
    tn_id_hex(&about, hex);
    tn_id_hex(&id, id_hex);
    char derived[TN_BADGE_CODE_SIZE] = "";
    if (is_badge) {
        tn_badge_code(&about, derived); /* what stands on it, whether the centre knows it or not */
    }
    json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "id", id_hex, "state",
                            tn_col_text(stmt, 5), "type", type, "about", hex, "what", known->what,
                            "todo", known->todo, "since_ms", (json_int_t)tn_col_int(stmt, 2));
    static const char *const names[] = {"station", "rule", "by"};
    static const int columns[] = {3, 6, 7};
    for (int i = 0; i < 3; i++) {
        json_object_set_new(row, names[i],
                            tn_col_is_null(stmt, columns[i])
                                ? json_null()
                                : json_string(tn_col_text(stmt, columns[i])));
    }
    if (known->about == TN_ABOUT_LEARNER) {
        tn_col_id(stmt, 8, &about);
        tn_id_hex(&about, hex);
        json_object_set_new(row, "other", json_string(hex));
    }
    json_object_set_new(row, "badge_code", is_badge ? json_string(derived) : json_null());
    return row;
}

static enum tn_status read_rows(struct tn_centre *centre, const struct choice *c, json_t *out)
{
    static const char sql[] =
        "SELECT c.type, c.a, coalesce(c.at, 0), k.station, c.id, c.state, c.rule, c.resolved_by,"
        " c.b FROM conflict c LEFT JOIN kiosk k ON k.ecosystem = c.ecosystem AND k.log_id = c.a "
        "WHERE"
        " c.ecosystem = $1 AND (c.state = 'open' OR $2 = 1) AND ($3 = '' OR c.type = $3)"
        " ORDER BY c.type, k.station, c.at, c.id";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, c->all);
    tn_bind_text(stmt, 3, c->type == NULL ? "" : c->type);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        json_array_append_new(out, make_row(stmt));
    }
    tn_reset(stmt);
    return status;
}

static const char *text_of(const json_t *row, const char *name)
{
    return json_string_value(json_object_get(row, name));
}

static void print_place(const json_t *row)
{
    const char *station = text_of(row, "station");
    const char *code = text_of(row, "badge_code");
    const char *learner = text_of(row, "learner");
    const char *activity = text_of(row, "activity");
    if (station != NULL) {
        printf("station %s, log %.*s", station, HEX_SHOWN, text_of(row, "about"));
    } else if (code != NULL) {
        printf("badge with the code %s", code);
    } else if (learner != NULL) {
        const char *other = text_of(row, "other_learner");
        printf(other == NULL ? "learner %s" : "learners %s and %s", learner, other);
    } else if (activity != NULL) {
        printf("activity %s", activity);
    } else {
        printf("log %.*s", HEX_SHOWN, text_of(row, "about"));
    }
}

static void print_row(const json_t *row)
{
    char since[TN_TIME_TEXT_SIZE];
    tn_time_format(json_integer_value(json_object_get(row, "since_ms")), since);
    printf("%s: ", text_of(row, "type"));
    print_place(row);
    printf(", since %.16s UTC, conflict %.*s\n", since, ID_SHOWN, text_of(row, "id"));
    if (strcmp(text_of(row, "state"), "open") == 0) {
        printf("  %s.\n  What to do: %s.\n", text_of(row, "what"), text_of(row, "todo"));
    } else {
        printf("  Settled as %s by %s.\n", text_of(row, "settled_as"), text_of(row, "by"));
    }
}

static uint64_t count_open(const json_t *rows)
{
    uint64_t open = 0;
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        open += strcmp(text_of(row, "state"), "open") == 0;
    }
    return open;
}

static void print_rows(const json_t *rows)
{
    size_t i;
    json_t *row;
    const uint64_t open = count_open(rows);
    json_array_foreach(rows, i, row)
    {
        print_row(row);
    }
    if (open == 0) {
        printf("No conflict is open.\n");
    } else {
        printf("\n%s. `turnout-sync conflicts show CONFLICT` says what there is to know of one, and"
               "\nhow to settle it.\n",
               tn_counted(open, "conflict is open", "conflicts are open").text);
    }
}

static enum tn_status fill_rows(struct tn_centre *centre, const struct choice *c, json_t *rows)
{
    size_t i;
    json_t *row;
    enum tn_status status = read_rows(centre, c, rows);
    json_array_foreach(rows, i, row)
    {
        status = status == TN_OK ? tn_conflict_words(centre, row) : status;
    }
    return status;
}

static enum tn_exit run_list(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    if (argc > 2) {
        return tn_usage_error(&tn_cmd_conflicts, "%s: `conflicts list` takes options only",
                              argv[2]);
    }
    if (c->type != NULL && !tn_conflict_type_is_known(c->type)) {
        return tn_usage_error(&tn_cmd_conflicts, "there is no type \"%s\"", c->type);
    }
    enum tn_exit code = tn_common_open(&tn_cmd_conflicts, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    json_t *rows = json_array();
    enum tn_status status = fill_rows(&centre, c, rows);
    const uint64_t open = count_open(rows);
    if (status == TN_OK && c->json) {
        tn_common_json(
            json_pack("{s:I, s:O}", "conflicts", (json_int_t)open, "conflict_list", rows));
    } else if (status == TN_OK) {
        print_rows(rows);
    }
    json_decref(rows);
    tn_centre_close(&centre);
    return status != TN_OK ? tn_exit_of(status) : open > 0 ? TN_EXIT_PERSON : TN_EXIT_DONE;
}

/* Opens the centre and finds the conflict that argv[2] names. */
static enum tn_exit open_one(const struct choice *c, int argc, char **argv, int words,
                             struct tn_centre *centre, struct tn_conflict *out)
{
    if (argc != words) {
        return tn_usage_error(&tn_cmd_conflicts, "`conflicts %s` takes %s", argv[1],
                              words == 4 ? "a conflict's id and how to settle it"
                                         : "one conflict's id");
    }
    enum tn_exit code = tn_common_open(&tn_cmd_conflicts, c->central, centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre->actor = c->actor;
    enum tn_status status = tn_settle_find(centre, argv[2], out);
    if (status != TN_OK) {
        tn_centre_close(centre);
    }
    return tn_exit_of(status);
}

static const char *const takes_words[] = {"", "=LEARNER", "=+-MINUTES", "=EVENT"};

static json_t *list_ways(const struct tn_conflict *conflict)
{
    json_t *out = json_array();
    const struct tn_way *way = NULL;
    for (size_t i = 0; (way = tn_way_of(conflict->type_name, i)) != NULL; i++) {
        json_array_append_new(out, json_pack("{s:s+, s:s}", "how", way->how,
                                             takes_words[way->takes], "means", way->means));
    }
    return out;
}

static void print_shown(const struct tn_conflict *conflict, const json_t *shown)
{
    size_t i;
    json_t *row;
    printf("%s: %s.\n\n", conflict->type_name, conflict->type->what);
    json_array_foreach(json_object_get(shown, "facts"), i, row)
    {
        tn_common_pad(text_of(row, "label"), 14);
        printf("%s\n", text_of(row, "text"));
    }
    json_array_foreach(json_object_get(shown, "history"), i, row)
    {
        char at[TN_TIME_TEXT_SIZE];
        const bool is_settle = strcmp(text_of(row, "verb"), "settle") == 0;
        tn_time_format(json_integer_value(json_object_get(row, "at_ms")), at);
        printf("%s%.16s UTC: %s%s by %s: %s\n", i == 0 ? "\n" : "", at,
               is_settle ? "settled as " : "opened again",
               is_settle ? text_of(row, "settled_as") : "", text_of(row, "by"),
               text_of(row, "why"));
    }
    if (!conflict->is_open) {
        printf("\nIt is settled. `turnout-sync conflicts reopen` opens it again.\n");
        return;
    }
    printf("\nWhat to do: %s.\nWays to settle it:\n", conflict->type->todo);
    json_array_foreach(json_object_get(shown, "ways"), i, row)
    {
        printf("  ");
        tn_common_pad(text_of(row, "how"), 22);
        printf("%s\n", text_of(row, "means"));
    }
}

static enum tn_exit run_show(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    struct tn_conflict one;
    char hex[TN_ID_HEX_SIZE];
    enum tn_exit code = open_one(c, argc, argv, 3, &centre, &one);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    tn_id_hex(&one.id, hex);
    json_t *facts = json_array();
    json_t *history = json_array();
    enum tn_status status = TN_OK;
    if (c->names) { /* before they are read */
        status = tn_audit_record(&centre, tn_now_ms(), "names_conflict", hex);
    }
    if (status == TN_OK) {
        status = tn_conflict_facts(&centre, &one, c->names, facts);
    }
    if (status == TN_OK) {
        status = tn_conflict_history(&centre, &one, history);
    }
    for (size_t i = 0; status == TN_OK && i < json_array_size(history); i++) {
        status = tn_conflict_words_rule(&centre, json_array_get(history, i), "how");
    }
    json_t *shown =
        json_pack("{s:s, s:s, s:b, s:s, s:s, s:o, s:o, s:o}", "id", hex, "type", one.type_name,
                  "is_open", one.is_open, "what", one.type->what, "todo", one.type->todo, "facts",
                  facts, "history", history, "ways", list_ways(&one));
    tn_centre_close(&centre);
    if (status == TN_OK && c->json) {
        tn_common_json(json_incref(shown));
    } else if (status == TN_OK) {
        print_shown(&one, shown);
    }
    json_decref(shown);
    return status != TN_OK ? tn_exit_of(status) : one.is_open ? TN_EXIT_PERSON : TN_EXIT_DONE;
}

static int64_t count_visits(struct tn_centre *centre)
{
    static const char sql[] = "SELECT count(*) FROM visit WHERE ecosystem = $1";
    int64_t count = 0;
    (void)tn_centre_number(centre, sql, &count);
    return count;
}

/* Says what became of a conflict, and of the visits. */
static void say_done(const struct choice *c, struct tn_centre *centre,
                     const struct tn_conflict *before, int64_t visits_before)
{
    struct tn_conflict now;
    char hex[TN_ID_HEX_SIZE];
    const int64_t visits = count_visits(centre);
    const bool is_there = tn_settle_get(centre, &before->id, &now) == TN_OK;
    tn_id_hex(&before->id, hex);
    if (c->json) {
        tn_common_json(
            json_pack("{s:s, s:s, s:s, s:I, s:I}", "id", hex, "type", before->type_name, "state",
                      !is_there     ? "gone"
                      : now.is_open ? "open"
                                    : "settled",
                      "visits_before", (json_int_t)visits_before, "visits", (json_int_t)visits));
        return;
    }
    if (!is_there) {
        printf("Conflict %.*s is none any more.", ID_SHOWN, hex);
    } else if (now.is_open) {
        printf("Conflict %.*s is open again.", ID_SHOWN, hex);
    } else {
        json_t *rule = json_pack("{s:s}", "rule", now.rule);
        const bool is_said = tn_conflict_words_rule(centre, rule, "rule") == TN_OK;
        printf("Conflict %.*s is settled as %s.", ID_SHOWN, hex,
               is_said ? text_of(rule, "settled_as") : now.rule);
        json_decref(rule);
    }
    printf(" Visits: %" PRId64 ", before it %" PRId64 ".\n", visits, visits_before);
}

static enum tn_exit decide(const struct choice *c, int argc, char **argv, bool is_settle)
{
    struct tn_centre centre;
    struct tn_conflict one;
    if (c->actor.why == NULL || c->actor.why[0] == '\0') {
        return tn_usage_error(&tn_cmd_conflicts, "--why TEXT is missing: whoever looks at it next"
                                                 " year wants to know");
    }
    enum tn_exit code = open_one(c, argc, argv, is_settle ? 4 : 3, &centre, &one);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    const struct tn_decision decision = {c->actor.by, c->actor.why, tn_now_ms()};
    const int64_t visits = count_visits(&centre);
    enum tn_status status = is_settle ? tn_settle(&centre, &one, argv[3], &decision)
                                      : tn_reopen(&centre, &one, &decision);
    if (status == TN_OK) {
        say_done(c, &centre, &one, visits);
    }
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

static enum tn_exit run_settle(const void *choice, int argc, char **argv)
{
    return decide(choice, argc, argv, true);
}

static enum tn_exit run_reopen(const void *choice, int argc, char **argv)
{
    return decide(choice, argc, argv, false);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL},
        {"type", &c.type, NULL},
        {"all", NULL, &c.all},
        {"json", NULL, &c.json},
        {"names", NULL, &c.names},
        TN_ACTOR_OPTIONS(c.actor),
        {NULL, NULL, NULL},
    };
    static const struct tn_verb verbs[] = {{"list", run_list},
                                           {"show", run_show},
                                           {"settle", run_settle},
                                           {"reopen", run_reopen},
                                           {NULL, NULL}};
    enum tn_exit code = tn_options_take(&tn_cmd_conflicts, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_conflicts, &c.actor);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    return argc == 1 ? run_list(&c, argc, argv)
                     : tn_verb_run(&tn_cmd_conflicts, verbs, &c, argc, argv);
}

const struct tn_cmd tn_cmd_conflicts = {
    .name = "conflicts",
    .summary = "list what a person has to settle, show one, settle it, open it again",
    .usage =
        "  turnout-sync conflicts [list] --central C [--type TYPE] [--all] [--json]\n"
        "  turnout-sync conflicts show CONFLICT --central C [--names] [--json]\n"
        "  turnout-sync conflicts settle CONFLICT HOW --central C [--by NAME] --why TEXT [--json]\n"
        "  turnout-sync conflicts reopen CONFLICT --central C [--by NAME] --why TEXT [--json]\n"
        "\n"
        "  CONFLICT is the first digits of its id. show says what there is to know and in which\n"
        "  ways it can be settled; --names also shows learners' names, which the audit log notes.\n"
        "  A decision holds for entries that come later too, until it is opened again. --all\n"
        "  lists the settled ones as well. Exit code 1 as long as one is open.\n" TN_ACTOR_USAGE,
    .run = run,
};
