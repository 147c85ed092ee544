/* turnout-sync badges: a badge for every learner of an event, printed or as a table. Badges that
 * are there already are printed again, never replaced. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "sync/central/audit.h"
#include "sync/central/groups.h"
#include "sync/central/text.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/cmd/only.h"
#include "sync/cmd/progress.h"
#include "sync/exchange/outfile.h"
#include "sync/paper/output.h"
#include "turnout/log.h"

enum format { FORMAT_PDF, FORMAT_PNG, FORMAT_SVG, FORMAT_CSV, FORMAT_COUNT };
static const char *const format_names[FORMAT_COUNT] = {"pdf", "png", "svg", "csv"};

struct options {
    const char *central;
    const char *event;
    const char *out;
    const char *blank;
    const char *format;
    const char *paper;
    const char *up;
    const char *only;
    const char *keys;
    bool is_fold;
    bool is_again;
    bool is_groups;
    bool is_json;
    struct tn_actor actor;
};

/* What the options come to. */
struct job {
    const struct options *options;
    enum format format;
    struct tn_paper_layout layout;
    uint64_t blank;
};

static enum format format_from_name(const char *name)
{
    for (int i = 0; i < FORMAT_COUNT; i++) {
        if (strcasecmp(name, format_names[i]) == 0) {
            return (enum format)i;
        }
    }
    return FORMAT_COUNT;
}

/* The format that a path asks for: its extension's, or pictures for a folder. */
static enum format format_from_path(const char *path)
{
    const char *dot = strrchr(path, '.');
    const char *slash = strrchr(path, '/');
    if (dot == NULL || dot == path || (slash != NULL && dot < slash) || dot[1] == '\0') {
        return FORMAT_PNG;
    }
    const enum format format = format_from_name(dot + 1);
    return format == FORMAT_PNG || format == FORMAT_SVG ? FORMAT_COUNT : format;
}

static bool read_count(const char *text, uint64_t max, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    *out = value;
    return errno == 0 && end != text && *end == '\0' && text[0] != '-' && value <= max;
}

/* The layout that --paper, --up and --fold name together: --paper a4 --up 10 is a4-10. */
static enum tn_exit read_paper(const struct options *options, struct tn_paper_layout *out)
{
    char name[64];
    const char *paper = options->paper == NULL ? "a4" : options->paper;
    const bool is_sheet = strcmp(paper, "a4") == 0 || strcmp(paper, "letter") == 0;
    const char *up = options->up == NULL || strcmp(options->up, "8") == 0 ? "" : options->up;
    if (!is_sheet && (options->up != NULL || options->is_fold)) {
        return tn_usage_error(&tn_cmd_badges, "--up and --fold go with --paper a4 or letter");
    }
    if (options->up != NULL && options->is_fold) {
        return tn_usage_error(&tn_cmd_badges, "four badges to fold fit on a page; leave --up away");
    }
    if (up[0] != '\0' && strcmp(up, "10") != 0) {
        return tn_usage_error(&tn_cmd_badges, "--up is 8 or 10");
    }
    (void)snprintf(name, sizeof name, "%s%s%s", paper,
                   options->is_fold ? "-fold"
                   : up[0] == '\0'  ? ""
                                    : "-",
                   up);
    if (!tn_paper_layout_find(name, out)) {
        return tn_usage_error(&tn_cmd_badges, "--paper is %s", TN_PAPER_NAMES);
    }
    return TN_EXIT_DONE;
}

static enum tn_exit read_job(const struct options *options, struct job *job)
{
    const struct tn_cmd *cmd = &tn_cmd_badges;
    *job = (struct job){.options = options};
    if (options->central == NULL || options->event == NULL || options->out == NULL) {
        return tn_usage_error(cmd, "%s is missing",
                              options->central == NULL ? "--central"
                              : options->event == NULL ? "--event"
                                                       : "--out");
    }
    if (options->format == NULL) {
        job->format = format_from_path(options->out);
    } else {
        job->format = format_from_name(options->format);
    }
    if (job->format == FORMAT_COUNT) {
        return tn_usage_error(cmd, "name --out FILE.pdf or FILE.csv, or a folder with --format png "
                                   "or svg");
    }
    if (read_paper(options, &job->layout) != TN_EXIT_DONE) {
        return TN_EXIT_USAGE;
    }
    if (options->is_groups + (options->only != NULL) + (options->blank || options->is_again) > 1) {
        return tn_usage_error(
            cmd, "--groups and --only print what they say alone, without --blank and --again");
    }
    if (options->blank != NULL && !read_count(options->blank, TN_MINT_BLANK_MAX, &job->blank)) {
        return tn_usage_error(cmd, "--blank takes a number up to %d", TN_MINT_BLANK_MAX);
    }
    return TN_EXIT_DONE;
}

static enum tn_status write_badges(const struct job *job, const struct tn_mint *mint,
                                   const struct tn_minted_list *list)
{
    struct tn_progress progress;
    tn_progress_start(&progress, job->options->is_groups ? "Drawing cards" : "Drawing badges");
    const struct tn_badge_output output = {.path = job->options->out,
                                           .layout = &job->layout,
                                           .title = mint->event.title,
                                           .host = mint->centre->name,
                                           .label = job->options->is_groups ? "Group card" : NULL,
                                           .progress = tn_progress_tell,
                                           .progress_ctx = &progress};
    enum tn_status status = TN_OK;
    if (job->format == FORMAT_PDF) {
        status = tn_badges_write_pdf(&output, list);
    } else if (job->format == FORMAT_CSV) {
        status = tn_badges_write_csv(&output, list);
    } else {
        status = tn_badges_write_pictures(
            &output, job->format == FORMAT_SVG ? TN_PAPER_SVG : TN_PAPER_PNG, list);
    }
    tn_progress_end(&progress);
    tn_paper_end();
    return status;
}

/* The same words where some are left out and where all are. */
#define LEFT_AT_KIOSK "handed out at a kiosk, and only their learners have them"
#define LEFT_PAST                                                                                  \
    "retention took their secrets away after the event; `badge reissue` makes a learner a new "    \
    "badge"

static void print_left_out(const struct tn_minted_list *list)
{
    if (list->unprintable > 0) {
        printf("%" PRIu64 " left out: " LEFT_AT_KIOSK ".\n", list->unprintable);
    }
    if (list->past > 0) {
        printf("%" PRIu64 " left out: " LEFT_PAST ".\n", list->past);
    }
}

static void print_result(const struct job *job, const struct tn_minted_list *list)
{
    uint64_t new_count = 0;
    for (size_t i = 0; i < list->count; i++) {
        new_count += list->items[i].is_new;
    }
    const uint64_t again = list->count - new_count;
    if (!job->options->is_json) {
        printf("%s: %s: %" PRIu64 " new, %" PRIu64 " blank, %" PRIu64 " printed again.\n",
               job->options->out, tn_counted(list->count, "badge", "badges").text,
               new_count - job->blank, job->blank, again);
        print_left_out(list);
        return;
    }
    json_t *object =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:s}", "badges", (json_int_t)list->count, "new",
                  (json_int_t)(new_count - job->blank), "blank", (json_int_t)job->blank, "again",
                  (json_int_t)again, "left_out", (json_int_t)(list->unprintable + list->past),
                  "out", job->options->out);
    if (object != NULL) {
        (void)json_dumpf(object, stdout, JSON_COMPACT);
        (void)putchar('\n');
        json_decref(object);
    }
}

/* A group card in a list of badges: its title stands where a name would. */
static enum tn_status add_group(void *ctx, const struct tn_group_card *card)
{
    struct tn_minted *item = tn_minted_add(ctx);
    if (item == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    item->badge = card->badge;
    item->id = card->id;
    tn_text_cut(card->title, item->card.display, sizeof item->card.display);
    (void)snprintf(item->code, sizeof item->code, "%s", card->code);
    return TN_OK;
}

static void print_groups(const struct job *job, const struct tn_minted_list *list)
{
    if (job->options->is_json) {
        tn_common_json(
            json_pack("{s:I, s:s}", "groups", (json_int_t)list->count, "out", job->options->out));
    } else {
        printf("%s: %s. Stations know them after their next reconcile.\n", job->options->out,
               tn_counted(list->count, "group card", "group cards").text);
    }
}

static enum tn_status make_groups(const struct job *job, const struct tn_mint *mint,
                                  struct tn_minted_list *list)
{
    if (!mint->keyring->has_signing || !mint->keyring->has_vault) {
        tn_log(TN_LOG_ERROR, "group cards need a keyring with its signing and vault parts; name it "
                             "with --keys");
        return TN_ERR_STATE;
    }
    enum tn_status status =
        tn_groups_mint(mint->centre, mint->keyring, &mint->event.id, &mint->random, mint->now_ms);
    if (status == TN_OK) {
        status = tn_groups_seal(mint->centre, mint->keyring, &mint->event.id);
    }
    if (status == TN_OK) {
        status = tn_groups_each(mint->centre, mint->keyring, &mint->event.id, add_group, list);
    }
    if (status == TN_OK) {
        status = tn_audit_record(mint->centre, mint->now_ms, "group_cards", mint->event.code);
    }
    if (status == TN_OK && list->count == 0) {
        tn_log(TN_LOG_ERROR,
               "no learner with a badge of %s is in a group; name groups in the "
               "roster's column `group`, and make the badges first",
               mint->event.code);
        status = TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        status = write_badges(job, mint, list);
    }
    if (status == TN_OK) {
        print_groups(job, list);
    }
    return status;
}

/* The badges are in the database before a sheet is drawn, so that no sheet shows one it does not
 * have. */
static void say_made(const struct job *job, const struct tn_minted_list *list)
{
    tn_log(TN_LOG_ERROR, "%s made all the same, and none printed; run it again%s",
           tn_counted(list->count, "badge is", "badges are").text,
           job->blank > 0 ? " with --again and without --blank, which prints these blank ones"
                          : "");
}

static enum tn_status make_learners(const struct job *job, const struct tn_mint *mint,
                                    struct tn_minted_list *list)
{
    enum tn_status status = tn_mint_badges(mint, list);
    if (status == TN_OK && list->count == 0) {
        tn_log(TN_LOG_ERROR, "%s",
               list->past > 0 ? "none can be printed again: " LEFT_PAST
               : list->unprintable > 0
                   ? "none can be printed again: " LEFT_AT_KIOSK
                   : "there are no learners to make badges for; import a roster "
                     "first, or ask for blank badges with --blank N");
        status = TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        status = write_badges(job, mint, list);
        if (status == TN_OK) {
            print_result(job, list);
        } else {
            say_made(job, list);
        }
    }
    return status;
}

static enum tn_status make_badges(const struct job *job, struct tn_centre *centre)
{
    struct tn_badge_named *only = NULL;
    struct tn_keyring keyring = {0};
    struct tn_minted_list list = {0};
    struct tn_mint mint = {.centre = centre,
                           .keyring = &keyring,
                           .random = tn_random_system(),
                           .now_ms = tn_now_ms(),
                           .blank = job->blank,
                           .blanks_again = job->options->is_again};
    enum tn_status status = tn_centre_event(centre, job->options->event, &mint.event);
    if (status == TN_OK && job->options->only != NULL) {
        status = tn_only_read(centre, &mint.event, job->options->only, &only, &mint.only_count);
        mint.only = only;
    }
    if (status == TN_OK) {
        status = tn_centre_keys(centre, job->options->keys, &keyring);
    }
    if (status == TN_OK) {
        status = tn_common_catch_up(centre, &keyring, job->options->keys);
    }
    if (status == TN_OK) {
        status = tn_badges_try(job->options->out,
                               job->format == FORMAT_PNG || job->format == FORMAT_SVG);
    }
    if (status == TN_OK) {
        status = (job->options->is_groups ? make_groups : make_learners)(job, &mint, &list);
    }
    tn_minted_destroy(&list);
    centre->keyring = NULL;
    tn_keyring_wipe(&keyring);
    free(only);
    return status;
}

static enum tn_exit run(int argc, char **argv)
{
    struct options options = {0};
    const struct tn_option table[] = {
        {"central", &options.central, NULL},
        {"event", &options.event, NULL},
        {"out", &options.out, NULL},
        {"blank", &options.blank, NULL},
        {"format", &options.format, NULL},
        {"paper", &options.paper, NULL},
        {"up", &options.up, NULL},
        {"only", &options.only, NULL},
        {"fold", NULL, &options.is_fold},
        {"keys", &options.keys, NULL},
        {"again", NULL, &options.is_again},
        {"groups", NULL, &options.is_groups},
        {"json", NULL, &options.is_json},
        TN_ACTOR_OPTIONS(options.actor),
        {NULL, NULL, NULL},
    };
    bool is_help = false;
    struct job job;
    struct tn_centre centre;
    enum tn_exit code = tn_options_take(&tn_cmd_badges, table, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc > 1) {
        return tn_usage_error(&tn_cmd_badges, "\"%s\" is one word too many", argv[1]);
    }
    code = tn_actor_settle(&tn_cmd_badges, &options.actor);
    code = code == TN_EXIT_DONE ? read_job(&options, &job) : code;
    code = code == TN_EXIT_DONE ? tn_exit_of(tn_outfile_check_folder(options.out)) : code;
    if (code != TN_EXIT_DONE) {
        return code;
    }
    code = tn_common_open(&tn_cmd_badges, options.central, &centre);
    if (code == TN_EXIT_DONE) {
        centre.actor = options.actor;
        code = tn_exit_of(make_badges(&job, &centre));
        tn_centre_close(&centre);
    }
    return code;
}

const struct tn_cmd tn_cmd_badges = {
    .name = "badges",
    .summary = "make and print a badge for every learner of an event",
    .usage =
        "  turnout-sync badges --central C --event CODE --out FILE.pdf|FILE.csv|DIR\n"
        "               [--only CODE|ID,...|@FILE] [--blank N] [--again] [--groups]\n"
        "               [--format pdf|svg|png|csv] [--paper PAPER] [--up 8|10] [--fold]\n"
        "               [--keys FILE] [--json] [--by NAME] [--why TEXT]\n"
        "\n"
        "  Every learner without a badge for the event gets one; the others are printed again.\n"
        "  --only does so for some: by the codes on their badges or their ids in the roster,\n"
        "  apart by commas, or one a line in FILE.\n"
        "  --blank N adds N new badges without a learner, with a line to write a name on;\n"
        "  --again prints the blank ones that were made before too. The\n"
        "  format follows from --out: .pdf sheets, .csv a table (it holds the badges' secrets:\n"
        "  keep it safe), a folder one picture a badge.\n"
        "  PAPER is a4 or letter, eight to a sheet, ten with --up 10, and with --fold four that\n"
        "  fold over along the dashed line; or a label of W x H millimetres, such as\n"
        "  label-62x29, label-89x36 or label-102x51.\n"
        "  --groups prints group cards instead: one for each group of a partner that learners\n"
        "  with a badge are in, to check in a whole class at once.\n" TN_ACTOR_USAGE,
    .run = run,
};
