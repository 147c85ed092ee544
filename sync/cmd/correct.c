/* `correct`: sets visits right, says how many of how many learners change, and keeps who did it and
 * why. It prints roster ids and counts, never names. What a correction means is central's; this is
 * how it is said and shown. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sync/central/correct.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/cmd/correct_list.h"
#include "sync/exchange/check.h"
#include "turnout/log.h"

#define MINUTES_MAX (366 * 24 * 60)

struct choice {
    const char *central;
    const char *event;
    const char *station;
    const char *from;
    const char *to;
    const char *activity;
    const char *group;
    const char *learner;
    const char *to_event;
    const char *to_activity;
    const char *shift;
    const char *at;
    const char *after;
    const char *starts;
    const char *ends;
    struct tn_actor actor;
    bool is_dry;
    bool is_json;
};

/* A correction as it is being put together. */
struct building {
    const struct choice *c;
    struct tn_centre *centre;
    struct tn_central_event event;
    struct tn_correction_row row;
    struct tn_chosen learners;
};

/* Minutes, or hours, minutes and seconds with their letters: "-60", "1h30m", "+45s". */
static bool read_shift(const char *text, int64_t *out_ms)
{
    const int64_t sign = text[0] == '-' ? -1 : 1;
    text += text[0] == '-' || text[0] == '+';
    *out_ms = 0;
    while (*text >= '0' && *text <= '9') {
        char *end = NULL;
        errno = 0;
        const long long n = strtoll(text, &end, 10);
        const int64_t unit = *end == 'h' ? 3600000 : *end == 's' ? 1000 : 60000;
        if (errno != 0 || n > MINUTES_MAX) {
            return false;
        }
        *out_ms += sign * n * unit;
        text = end + (*end == 'h' || *end == 'm' || *end == 's');
    }
    return *text == '\0' && *out_ms != 0;
}

static bool read_minutes(const char *text, int64_t *out)
{
    int64_t ms = 0;
    bool is_right = text[0] != '-' && read_shift(text, &ms) && ms % 60000 == 0;
    *out = ms / 60000;
    return is_right && *out <= MINUTES_MAX;
}

/* A time with an offset, or in the event's zone. */
static enum tn_exit read_time(const struct building *b, const char *option, const char *text,
                              int64_t *out)
{
    int64_t number = 0;
    *out = TN_NO_TIME;
    if (text == NULL) {
        return TN_EXIT_DONE;
    }
    const char *expected = tn_check_event_time(text, &number);
    if (expected != NULL) {
        return tn_usage_error(&tn_cmd_correct, "--%s %s: expected %s", option, text, expected);
    }
    if (number == TN_TIME_IS_LOCAL && !tn_local_time(text, b->event.tz, &number)) {
        return tn_usage_error(&tn_cmd_correct,
                              "--%s %s: there is no such time in %s, or it comes twice; give its"
                              " offset, as in 2026-03-14T09:00:00-05:00",
                              option, text, b->event.tz);
    }
    *out = number;
    return TN_EXIT_DONE;
}

static enum tn_exit read_times(struct building *b)
{
    struct tn_correction *rule = &b->row.rule;
    const char *end = b->c->at != NULL ? b->c->at : b->c->ends;
    enum tn_exit code = read_time(b, "from", b->c->from, &rule->from_ms);
    if (code == TN_EXIT_DONE) {
        code = read_time(b, "to", b->c->to, &rule->to_ms);
    }
    if (code == TN_EXIT_DONE) {
        code = read_time(b, "starts", b->c->starts, &rule->starts_ms);
    }
    if (code == TN_EXIT_DONE) {
        code = read_time(b, b->c->at != NULL ? "at" : "ends", end, &rule->ends_ms);
    }
    if (code == TN_EXIT_DONE && b->c->after != NULL && !read_minutes(b->c->after, &rule->minutes)) {
        code = tn_usage_error(&tn_cmd_correct, "--after %s: expected minutes, such as 90 or 1h30m",
                              b->c->after);
    }
    if (code == TN_EXIT_DONE && b->c->shift != NULL && !read_shift(b->c->shift, &rule->by_ms)) {
        code = tn_usage_error(&tn_cmd_correct,
                              "--shift %s: expected an amount of time, such as -60, +1h or 1h30m",
                              b->c->shift);
    }
    if (code == TN_EXIT_DONE && rule->from_ms != TN_NO_TIME && rule->to_ms != TN_NO_TIME &&
        rule->to_ms <= rule->from_ms) {
        code = tn_usage_error(&tn_cmd_correct, "--to is expected to be after --from");
    }
    if (code == TN_EXIT_DONE && rule->starts_ms != TN_NO_TIME && rule->ends_ms != TN_NO_TIME &&
        rule->ends_ms <= rule->starts_ms) {
        code = tn_usage_error(&tn_cmd_correct, "--ends is expected to be after --starts");
    }
    return code;
}

/* The id of an activity of an event by its code; the error names those there are. */
static enum tn_exit find_activity(const struct building *b, const struct tn_id *event,
                                  const char *text, struct tn_id *out)
{
    static const char sql[] = "SELECT id, code FROM activity WHERE ecosystem = $1 AND event = $2"
                              " ORDER BY code";
    char codes[800] = "";
    size_t len = 0;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    bool is_found = text == NULL;
    if (is_found) {
        return TN_EXIT_DONE;
    }
    enum tn_status status = tn_centre_prepare(b->centre, sql, &stmt);
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    tn_bind_id(stmt, 2, event);
    while (!is_found && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        const char *code = tn_col_text(stmt, 1);
        is_found = strcmp(code, text) == 0;
        if (is_found) {
            tn_col_id(stmt, 0, out);
        } else if (len + strlen(code) + 3 < sizeof codes) {
            len += (size_t)snprintf(codes + len, sizeof codes - len, "%s%s", len > 0 ? ", " : "",
                                    code);
        }
    }
    tn_reset(stmt);
    if (status == TN_OK && !is_found) {
        tn_log(TN_LOG_ERROR, "there is no activity with the code %s at that event; it has %s", text,
               len > 0 ? codes : "none");
        return TN_EXIT_PERSON;
    }
    return tn_exit_of(status);
}

/* A station that never stood at the event is a slip of the pen. */
static enum tn_exit find_station(struct building *b)
{
    static const char sql[] = "SELECT DISTINCT station FROM kiosk WHERE ecosystem = $1 AND event ="
                              " $2 ORDER BY station";
    char names[800] = "";
    size_t len = 0;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    bool is_found = false;
    if (b->c->station == NULL) {
        return TN_EXIT_DONE;
    }
    enum tn_status status = tn_centre_prepare(b->centre, sql, &stmt);
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    tn_bind_id(stmt, 2, &b->event.id);
    while (!is_found && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        const char *name = tn_col_text(stmt, 0);
        is_found = strcmp(name, b->c->station) == 0;
        if (len + strlen(name) + 3 < sizeof names) {
            len += (size_t)snprintf(names + len, sizeof names - len, "%s%s", len > 0 ? ", " : "",
                                    name);
        }
    }
    tn_reset(stmt);
    if (status == TN_OK && !is_found) {
        tn_log(TN_LOG_ERROR, "there is no station %s at %s; it has %s", b->c->station, b->c->event,
               len > 0 ? names : "none");
        return TN_EXIT_PERSON;
    }
    (void)snprintf(b->row.rule.station, sizeof b->row.rule.station, "%s", b->c->station);
    b->row.rule.station_id = tn_station_id(b->row.rule.station);
    return tn_exit_of(status);
}

static enum tn_exit find_learners(struct building *b)
{
    enum tn_status status = TN_OK;
    if (b->c->group != NULL) {
        status = tn_choose_group(b->centre, b->c->group, &b->learners);
        (void)snprintf(b->row.group_title, sizeof b->row.group_title, "%s", b->c->group);
        if (status == TN_ERR_NOT_FOUND) {
            tn_log(TN_LOG_ERROR, "there is no group %s, or nobody is in it", b->c->group);
        }
    } else if (b->c->learner != NULL) {
        status = tn_choose_learner(b->centre, b->c->learner, &b->learners);
        if (status == TN_ERR_NOT_FOUND) {
            tn_log(TN_LOG_ERROR, "there is no learner with the roster id %s", b->c->learner);
        } else if (status == TN_ERR_EXISTS) {
            tn_log(TN_LOG_ERROR,
                   "several sources have a learner with the id %s, and none is the"
                   " roster; merge them or import the roster first",
                   b->c->learner);
        }
    }
    b->row.rule.has_learners = b->learners.count > 0;
    return status == TN_ERR_EXISTS ? TN_EXIT_PERSON : tn_exit_of(status);
}

static enum tn_exit find_targets(struct building *b)
{
    struct tn_correction *rule = &b->row.rule;
    struct tn_central_event to = b->event;
    enum tn_status status = TN_OK;
    if (b->c->to_event != NULL) {
        status = tn_centre_event(b->centre, b->c->to_event, &to);
        rule->to_event = to.id;
    }
    if (status == TN_OK && tn_id_equal(&rule->to_event, &b->event.id)) {
        return tn_usage_error(&tn_cmd_correct, "--to-event is the event itself");
    }
    return status == TN_OK ? find_activity(b, &to.id, b->c->to_activity, &rule->to_activity)
                           : tn_exit_of(status);
}

/* Finds everything that the words of the call name. */
static enum tn_exit build(struct building *b)
{
    static enum tn_exit (*const steps[])(struct building *) = {read_times, find_station,
                                                               find_learners, find_targets};
    if (b->c->event == NULL) {
        return tn_usage_error(&tn_cmd_correct, "--event is missing");
    }
    enum tn_exit code = tn_exit_of(tn_centre_event(b->centre, b->c->event, &b->event));
    b->row.rule.event = b->event.id;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && code == TN_EXIT_DONE; i++) {
        code = steps[i](b);
    }
    return code == TN_EXIT_DONE
               ? find_activity(b, &b->event.id, b->c->activity, &b->row.rule.activity)
               : code;
}

static void say_done(const struct building *b, const struct tn_corrected *done)
{
    const char *verb = tn_correct_verb_name(b->row.rule.verb);
    if (b->c->is_json) {
        json_t *out = json_pack("{s:b, s:s, s:I, s:I, s:b}", "ok", 1, "verb", verb, "visits",
                                (json_int_t)done->visits, "learners", (json_int_t)done->learners,
                                "dry_run", b->c->is_dry);
        json_object_set_new(out, "correction",
                            b->c->is_dry ? json_null() : json_integer((json_int_t)done->seq));
        tn_common_json(out);
        return;
    }
    const struct tn_counted visits = tn_counted(done->visits, "visit", "visits");
    const struct tn_counted learners = tn_counted(done->learners, "learner", "learners");
    if (b->c->is_dry) {
        printf("Would change %s of %s. Nothing was changed.\n", visits.text, learners.text);
    } else {
        printf(
            "Correction %lld changed %s of %s. `turnout-sync correct undo %lld` takes it back.\n",
            (long long)done->seq, visits.text, learners.text, (long long)done->seq);
    }
}

static void say_nothing(const struct building *b)
{
    const struct choice *c = b->c;
    if (b->row.rule.verb == TN_CORRECT_UNDO) {
        tn_log(TN_LOG_ERROR,
               "correction %lld is not there, or nothing changes without it; `turnout-sync correct"
               " list` shows them",
               (long long)b->row.rule.reverts);
        return;
    }
    tn_log(TN_LOG_ERROR,
           "nothing would change at %s%s%s%s%s%s%s%s%s: no visit begins there and then that is not"
           " so already",
           c->event, c->station != NULL ? ", station " : "", c->station != NULL ? c->station : "",
           c->activity != NULL ? ", activity " : "", c->activity != NULL ? c->activity : "",
           c->group != NULL ? ", group " : "", c->group != NULL ? c->group : "",
           c->learner != NULL ? ", learner " : "", c->learner != NULL ? c->learner : "");
}

static enum tn_exit finish(struct building *b)
{
    struct tn_corrected done;
    b->row.at_ms = tn_now_ms();
    (void)snprintf(b->row.actor, sizeof b->row.actor, "%s", b->c->actor.by);
    (void)snprintf(b->row.why, sizeof b->row.why, "%s",
                   b->c->actor.why == NULL ? "" : b->c->actor.why);
    enum tn_status status = tn_common_derive(b->centre);
    if (status == TN_OK) {
        status = tn_correct(b->centre, &b->row, &b->learners, b->c->is_dry, &done);
    }
    if (status == TN_OK) {
        say_done(b, &done);
    } else if (status == TN_ERR_NOT_FOUND) {
        say_nothing(b);
    } else if (status == TN_ERR_STATE) {
        tn_log(TN_LOG_ERROR, "correction %lld is undone already", (long long)b->row.rule.reverts);
    }
    return status == TN_ERR_NOT_FOUND || status == TN_ERR_STATE ? TN_EXIT_PERSON
                                                                : tn_exit_of(status);
}

/* What every verb needs said that changes visits. */
static enum tn_exit check_choice(const struct choice *c)
{
    if (c->group != NULL && c->learner != NULL) {
        return tn_usage_error(&tn_cmd_correct, "one of --group and --learner is expected");
    }
    if (!c->is_dry && (c->actor.why == NULL || c->actor.why[0] == '\0')) {
        return tn_usage_error(&tn_cmd_correct,
                              "--why is missing: who reads this later has to know");
    }
    return TN_EXIT_DONE;
}

static enum tn_exit make(const struct choice *c, enum tn_correct_verb verb, int64_t reverts)
{
    struct tn_centre centre;
    enum tn_exit code = check_choice(c);
    if (code == TN_EXIT_DONE) {
        code = tn_common_open(&tn_cmd_correct, c->central, &centre);
    }
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = c->actor;
    struct building b = {.c = c, .centre = &centre};
    b.row.rule = (struct tn_correction){.verb = verb,
                                        .reverts = reverts,
                                        .from_ms = TN_NO_TIME,
                                        .to_ms = TN_NO_TIME,
                                        .starts_ms = TN_NO_TIME,
                                        .ends_ms = TN_NO_TIME};
    code = verb == TN_CORRECT_UNDO ? TN_EXIT_DONE : build(&b);
    if (code == TN_EXIT_DONE) {
        code = finish(&b);
    }
    free(b.learners.ids);
    tn_centre_close(&centre);
    return code;
}

static enum tn_exit check_selection(const struct choice *c, int argc, char **argv)
{
    if (argc > 2) {
        return tn_usage_error(&tn_cmd_correct, "%s: %s takes options only", argv[2], argv[1]);
    }
    bool is_chosen = c->station != NULL || c->from != NULL || c->to != NULL ||
                     c->activity != NULL || c->group != NULL || c->learner != NULL;
    return is_chosen ? TN_EXIT_DONE
                     : tn_usage_error(&tn_cmd_correct, "which visits? say --station, --from, --to,"
                                                       " --activity, --group or --learner");
}

static enum tn_exit move(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    enum tn_exit code = check_selection(c, argc, argv);
    if (code == TN_EXIT_DONE && c->to_event == NULL && c->to_activity == NULL && c->shift == NULL) {
        code =
            tn_usage_error(&tn_cmd_correct, "where to? say --to-event, --to-activity or --shift");
    }
    return code == TN_EXIT_DONE ? make(c, TN_CORRECT_MOVE, 0) : code;
}

static enum tn_exit end(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    enum tn_exit code = check_selection(c, argc, argv);
    if (code == TN_EXIT_DONE && (c->at == NULL) == (c->after == NULL)) {
        code = tn_usage_error(&tn_cmd_correct, "when? one of --at and --after is expected");
    }
    return code == TN_EXIT_DONE ? make(c, TN_CORRECT_END, 0) : code;
}

static enum tn_exit add(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    enum tn_exit code = check_selection(c, argc, argv);
    if (code == TN_EXIT_DONE && c->group == NULL && c->learner == NULL) {
        code = tn_usage_error(&tn_cmd_correct, "whom? say --learner or --group");
    } else if (code == TN_EXIT_DONE && c->starts == NULL) {
        code = tn_usage_error(&tn_cmd_correct, "--starts is missing");
    } else if (code == TN_EXIT_DONE && c->ends != NULL && c->after != NULL) {
        code = tn_usage_error(&tn_cmd_correct, "one of --ends and --after is expected");
    } else if (code == TN_EXIT_DONE && (c->station != NULL || c->from != NULL || c->to != NULL)) {
        code = tn_usage_error(&tn_cmd_correct, "add takes no --station, --from or --to");
    }
    return code == TN_EXIT_DONE ? make(c, TN_CORRECT_ADD, 0) : code;
}

static enum tn_exit do_void(const void *choice, int argc, char **argv)
{
    enum tn_exit code = check_selection(choice, argc, argv);
    return code == TN_EXIT_DONE ? make(choice, TN_CORRECT_VOID, 0) : code;
}

static enum tn_exit undo(const void *choice, int argc, char **argv)
{
    char *rest = NULL;
    long long seq = argc == 3 ? strtoll(argv[2], &rest, 10) : 0;
    if (seq < 1 || *rest != '\0') {
        return tn_usage_error(&tn_cmd_correct, "undo takes the number of one correction");
    }
    return make(choice, TN_CORRECT_UNDO, seq);
}

static enum tn_exit list(const void *choice, int argc, char **argv)
{
    const struct choice *c = choice;
    struct tn_centre centre;
    if (argc > 2) {
        return tn_usage_error(&tn_cmd_correct, "%s: list takes options only", argv[2]);
    }
    enum tn_exit code = tn_common_open(&tn_cmd_correct, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    code = tn_exit_of(tn_correct_list(&centre, c->is_json));
    tn_centre_close(&centre);
    return code;
}

static enum tn_exit run(int argc, char **argv)
{
    static const struct tn_verb verbs[] = {{"move", move},    {"end", end},   {"add", add},
                                           {"void", do_void}, {"undo", undo}, {"list", list},
                                           {NULL, NULL}};
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL},
        {"event", &c.event, NULL},
        {"station", &c.station, NULL},
        {"from", &c.from, NULL},
        {"to", &c.to, NULL},
        {"activity", &c.activity, NULL},
        {"group", &c.group, NULL},
        {"learner", &c.learner, NULL},
        {"to-event", &c.to_event, NULL},
        {"to-activity", &c.to_activity, NULL},
        {"shift", &c.shift, NULL},
        {"at", &c.at, NULL},
        {"after", &c.after, NULL},
        {"starts", &c.starts, NULL},
        {"ends", &c.ends, NULL},
        TN_ACTOR_OPTIONS(c.actor),
        {"dry-run", NULL, &c.is_dry},
        {"json", NULL, &c.is_json},
        {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_correct, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_correct, &c.actor);
    return code == TN_EXIT_DONE ? tn_verb_run(&tn_cmd_correct, verbs, &c, argc, argv) : code;
}

const struct tn_cmd tn_cmd_correct = {
    .name = "correct",
    .summary = "move, end, add or void visits, reversibly",
    .usage =
        "  turnout-sync correct move --central C --event CODE WHICH --why TEXT\n"
        "      [--shift [+|-]TIME] [--to-event CODE] [--to-activity CODE]\n"
        "  turnout-sync correct end  --central C --event CODE WHICH --why TEXT\n"
        "      --at TIME | --after MINUTES\n"
        "  turnout-sync correct void --central C --event CODE WHICH --why TEXT\n"
        "  turnout-sync correct add  --central C --event CODE --why TEXT\n"
        "      --learner ID | --group TITLE --starts TIME [--ends TIME | --after MINUTES]\n"
        "      [--activity CODE]\n"
        "  turnout-sync correct undo NUMBER --central C --why TEXT\n"
        "  turnout-sync correct list --central C [--json]\n"
        "\n"
        "WHICH visits, all that is said together: --station NAME (where they began), --from TIME\n"
        "and --to TIME (when they began; --to itself is out), --activity CODE, --group TITLE,\n"
        "--learner ID (of the roster).\n"
        "\n"
        "A correction is a rule: entries that come later obey it too, a group is who is in it "
        "now,\n"
        "and undo takes it back whenever. --shift moves every scan of a station, in and out, and\n"
        "pairs them anew (`--shift -1h` where its clock was an hour ahead). end leaves alone who\n"
        "is known to have left earlier. Times are in the event's zone, or have an offset.\n"
        "\n"
        "  --dry-run  says how many visits of how many learners would change, and changes "
        "nothing\n" TN_ACTOR_USAGE "\n"
        "Exit code 1: nothing would change, or something that was named is not there.\n",
    .run = run,
};
