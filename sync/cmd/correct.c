/* `correct`: sets visits right, says how many of how many learners change, and keeps who did it and
 * why. It prints roster ids and counts, never names. What a correction means is central's; this is
 * how it is said and shown. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sync/cmd/correct_build.h"
#include "sync/cmd/correct_list.h"
#include "turnout/log.h"

static void say_done(const struct tn_correct_building *b, const struct tn_corrected *done)
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

static void say_nothing(const struct tn_correct_building *b)
{
    const struct tn_correct_choice *c = b->c;
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

static enum tn_exit finish(struct tn_correct_building *b)
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
static enum tn_exit check_choice(const struct tn_correct_choice *c)
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

static enum tn_exit make(const struct tn_correct_choice *c, enum tn_correct_verb verb,
                         int64_t reverts)
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
    struct tn_correct_building b = {.c = c, .centre = &centre};
    b.row.rule = (struct tn_correction){.verb = verb,
                                        .reverts = reverts,
                                        .from_ms = TN_NO_TIME,
                                        .to_ms = TN_NO_TIME,
                                        .starts_ms = TN_NO_TIME,
                                        .ends_ms = TN_NO_TIME};
    code = verb == TN_CORRECT_UNDO ? TN_EXIT_DONE : tn_correct_build(&b);
    if (code == TN_EXIT_DONE) {
        code = finish(&b);
    }
    free(b.learners.ids);
    tn_centre_close(&centre);
    return code;
}

static enum tn_exit check_selection(const struct tn_correct_choice *c, int argc, char **argv)
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
    const struct tn_correct_choice *c = choice;
    enum tn_exit code = check_selection(c, argc, argv);
    if (code == TN_EXIT_DONE && c->to_event == NULL && c->to_activity == NULL && c->shift == NULL) {
        code =
            tn_usage_error(&tn_cmd_correct, "where to? say --to-event, --to-activity or --shift");
    }
    return code == TN_EXIT_DONE ? make(c, TN_CORRECT_MOVE, 0) : code;
}

static enum tn_exit end(const void *choice, int argc, char **argv)
{
    const struct tn_correct_choice *c = choice;
    enum tn_exit code = check_selection(c, argc, argv);
    if (code == TN_EXIT_DONE && (c->at == NULL) == (c->after == NULL)) {
        code = tn_usage_error(&tn_cmd_correct, "when? one of --at and --after is expected");
    }
    return code == TN_EXIT_DONE ? make(c, TN_CORRECT_END, 0) : code;
}

static enum tn_exit add(const void *choice, int argc, char **argv)
{
    const struct tn_correct_choice *c = choice;
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
    const struct tn_correct_choice *c = choice;
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
    struct tn_correct_choice c = {0};
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
