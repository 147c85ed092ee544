/* turnout-sync import: rosters, partners, events and the rest from CSV files. All files of one
 * call go in together or not at all. */
#include <inttypes.h>
#include <jansson.h>

#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/cmd/progress.h"
#include "sync/exchange/check.h"
#include "sync/exchange/import.h"
#include "turnout/log.h"

#define KEY_SIZE 64
#define NAMES_SIZE 512 /* of every kind */

struct options {
    const char *central;
    const char *setting;
    const char *until;
    bool is_dry;
    bool is_json;
    struct tn_actor actor;
};

static void print_thing(const struct tn_import_counts *counts, const char *thing,
                        const char *things)
{
    printf("%" PRIu64 " %s: %" PRIu64 " new, %" PRIu64 " changed, %" PRIu64 " as they were",
           counts->rows, counts->rows == 1 ? thing : things, counts->added, counts->changed,
           counts->same);
    if (counts->removed > 0) {
        printf(", %" PRIu64 " removed", counts->removed);
    }
    printf(".\n");
}

/* What came with it, and what a person should know of it. */
static void print_parts(const struct tn_import *import)
{
    for (size_t i = 0; i < import->part_count; i++) {
        printf("  with ");
        print_thing(&import->parts[i].counts, import->parts[i].thing, import->parts[i].things);
    }
    for (size_t i = 0; i < import->remark_count; i++) {
        const struct tn_import_remark *remark = &import->remarks[i];
        printf("%" PRIu64 " %s.\n", remark->count, remark->count == 1 ? remark->one : remark->many);
    }
}

static void print_counts(const struct options *options, const struct tn_import *import)
{
    const struct tn_import_counts *counts = &import->counts;
    printf("%s ", options->is_dry ? "Would import" : "Imported");
    print_thing(counts, import->kind->thing, import->kind->things);
    print_parts(import);
    if (counts->left_out > 0) {
        printf("%" PRIu64 " left out: erased at their own request, and they stay so.\n",
               counts->left_out);
    }
}

/* A thing's name as a key: "partners of events" is partners_of_events. */
static void key_of(const char *things, char out[KEY_SIZE])
{
    (void)snprintf(out, KEY_SIZE, "%s", things);
    for (char *c = out; *c != '\0'; c++) {
        *c = *c == ' ' || *c == '-' ? '_' : *c;
    }
}

static void set_count(json_t *object, const char *key, uint64_t count)
{
    (void)json_object_set_new(object, key, json_integer((json_int_t)count));
}

static void set_counts(json_t *object, const char *things, const struct tn_import_counts *counts)
{
    char key[KEY_SIZE];
    key_of(things, key);
    set_count(object, key, counts->rows);
    set_count(object, "new", counts->added);
    set_count(object, "changed", counts->changed);
    set_count(object, "unchanged", counts->same);
    set_count(object, "removed", counts->removed);
}

static void print_json(const struct options *options, const struct tn_import *import)
{
    json_t *object = json_pack("{s:b, s:s}", "ok", 1, "kind", import->kind->name);
    json_t *with = json_object();
    set_counts(object, import->kind->things, &import->counts);
    set_count(object, "left_out", import->counts.left_out);
    for (size_t i = 0; i < import->part_count; i++) {
        char key[KEY_SIZE];
        json_t *part = json_object();
        set_counts(part, import->parts[i].things, &import->parts[i].counts);
        key_of(import->parts[i].things, key);
        (void)json_object_set_new(with, key, part);
    }
    if (import->part_count > 0) {
        (void)json_object_set(object, "with", with);
    }
    for (size_t i = 0; i < import->remark_count; i++) {
        set_count(object, import->remarks[i].key, import->remarks[i].count);
    }
    (void)json_object_set_new(object, "dry_run", json_boolean(options->is_dry));
    json_decref(with);
    (void)json_dumpf(object, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(object);
}

/* A file that cannot be read is named as the terminal has it, where its name is text. */
static void print_failure(const struct tn_import *import, enum tn_status status)
{
    const char *unread = import->problems.unread;
    json_t *why = unread[0] == '\0' ? NULL : json_string(unread);
    tn_common_json(json_pack("{s:b, s:s, s:I, s:o}", "ok", 0, "kind", import->kind->name, "errors",
                             (json_int_t)import->problems.count, "error",
                             why != NULL ? why : json_string(tn_status_text(status))));
}

/* The end of a day, as clocks in the ecosystem's zone have it. */
static bool read_until(const char *date, const char *tz, int64_t *out_ms)
{
    char last[24];
    int64_t ignored = 0;
    (void)snprintf(last, sizeof(last), "%.10s 23:59", date);
    return tn_check_date(date, &ignored) == NULL && tn_local_time(last, tz, out_ms);
}

static enum tn_exit import_files(const struct options *options, const struct tn_import_kind *kind,
                                 const char *const *files, size_t count)
{
    struct tn_centre centre;
    enum tn_exit code = tn_common_open(&tn_cmd_import, options->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = options->actor;
    struct tn_progress progress;
    tn_progress_start(&progress, "Importing");
    struct tn_import import = {.centre = &centre,
                               .kind = kind,
                               .now_ms = tn_now_ms(),
                               .setting = options->setting,
                               .progress = tn_progress_tell,
                               .progress_ctx = &progress};
    if (options->until != NULL && !read_until(options->until, centre.tz, &import.until_ms)) {
        tn_centre_close(&centre);
        return tn_usage_error(&tn_cmd_import, "--until: expected a date, such as 2026-12-31");
    }
    enum tn_status status = tn_import_run(&import, files, count, options->is_dry);
    if (status == TN_OK && !options->is_dry) {
        status = tn_common_derive(&centre); /* what follows for visits */
    }
    tn_progress_end(&progress);
    tn_centre_close(&centre);
    if (status != TN_OK) {
        /* What else went wrong was said where it was met. */
        tn_log(TN_LOG_ERROR, "nothing was imported%s",
               status == TN_ERR_FORMAT ? ": mend what is said above and import again" : "");
        if (options->is_json) {
            print_failure(&import, status);
        }
        return tn_exit_of(status);
    }
    if (options->is_json) {
        print_json(options, &import);
    } else {
        print_counts(options, &import);
    }
    return TN_EXIT_DONE;
}

static enum tn_exit unknown_kind(const char *name)
{
    char names[NAMES_SIZE] = "";
    size_t len = 0;
    for (size_t i = 0; tn_import_kinds[i] != NULL && len < sizeof(names); i++) {
        const char *between = i == 0 ? "" : tn_import_kinds[i + 1] == NULL ? " or " : ", ";
        len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", between,
                                tn_import_kinds[i]->name);
    }
    return tn_usage_error(&tn_cmd_import, "there is no kind \"%s\"; it is %s", name, names);
}

static enum tn_exit run(int argc, char **argv)
{
    struct options options = {0};
    const struct tn_option table[] = {
        {"central", &options.central, NULL},
        {"setting", &options.setting, NULL},
        {"until", &options.until, NULL},
        {"dry-run", NULL, &options.is_dry},
        {"json", NULL, &options.is_json},
        TN_ACTOR_OPTIONS(options.actor),
        {NULL, NULL, NULL},
    };
    bool is_help = false;
    enum tn_exit code = tn_options_take(&tn_cmd_import, table, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    code = tn_actor_settle(&tn_cmd_import, &options.actor);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    if (argc < 2) {
        return tn_usage_error(&tn_cmd_import, "what to import is missing");
    }
    const struct tn_import_kind *kind = tn_import_kind_find(argv[1]);
    if (kind == NULL) {
        return unknown_kind(argv[1]);
    }
    if ((options.setting != NULL || options.until != NULL) && kind != &tn_import_ical) {
        return tn_usage_error(&tn_cmd_import, "--setting and --until are for ical");
    }
    const char *asked = options.setting;
    options.setting = asked == NULL ? NULL : tn_setting_find(asked, strlen(asked));
    if (asked != NULL && options.setting == NULL) {
        return tn_usage_error(&tn_cmd_import,
                              "--setting %s: in-school or out-of-school is expected", asked);
    }
    if (argc < 3 || argc - 2 > TN_IMPORT_FILES_MAX) {
        return tn_usage_error(&tn_cmd_import, "name from 1 to %d files", TN_IMPORT_FILES_MAX);
    }
    return import_files(&options, kind, (const char *const *)(argv + 2), (size_t)argc - 2);
}

const struct tn_cmd tn_cmd_import = {
    .name = "import",
    .summary = "take in rosters, partners, events, activities and more from CSV files",
    .usage = "turnout-sync import KIND FILE... --central C [--setting S] [--until DATE]\n"
             "                    [--dry-run] [--json] [--by NAME] [--why TEXT]\n"
             "\n"
             "KIND and the columns of its files (a * needs a value in every row; columns come in\n"
             "any order and the others may be missing):\n"
             "  roster          id* given_name* family_name preferred_name grade birth_year\n"
             "                  partner group language zip3 directory_opt_out consent\n"
             "  partners        code* name* sector* parent\n"
             "  events          code* title* starts* ends* setting tz site policy term\n"
             "  event-partners  event* partner* role staff_hours\n"
             "  activities      code* event* title* partner strand pathway step starts ends\n"
             "                  capacity grade_lo grade_hi workforce_kind setting\n"
             "                  default_min\n"
             "  pathways        code* title* step* step_title* needs_n\n"
             "  population      geo* grade_band* dimension* value* n* source year\n"
             "  registrations   event* learner* activity status source\n"
             "  consents        learner* purpose* given* basis given_by given_at until\n"
             "  demographics    learner* dimension* value\n"
             "  attendance      learner* event* starts* ends activity source\n"
             "  oneroster       packages of OneRoster 1.1 or 1.2: folders or zips\n"
             "  ical            calendars (.ics): --setting in-school|out-of-school for events\n"
             "                  that do not say it, --until DATE for those that repeat\n"
             "\n"
             "An event's policy is words apart by spaces: walk-in (walk-ins are taken at every\n"
             "gate), pin=DIGITS (4 to 8, for counts and undo on a station; kept hashed).\n"
             "\n"
             "Files are CSV in UTF-8. All files go in together or not at all; importing again\n"
             "updates by id. --dry-run only checks.\n" TN_ACTOR_USAGE,
    .run = run,
};
