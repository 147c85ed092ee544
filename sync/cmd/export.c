/* turnout-sync export: what the centre holds, as files for other systems. */
#include <inttypes.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "sync/central/audit.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/cmd/progress.h"
#include "sync/exchange/check.h"
#include "sync/exchange/export.h"
#include "sync/exchange/outfile.h"
#include "turnout/log.h"

struct choice {
    const char *central;
    const char *event;
    const char *from;
    const char *to;
    const char *keys;
    bool is_json;
    struct tn_actor actor;
    struct tn_export export;
};

/* Dates are days of the ecosystem's zone, --to included. */
static enum tn_exit take_days(struct choice *c, const char *tz)
{
    struct tn_attended_filter *filter = &c->export.filter;
    if (c->from != NULL && !tn_local_day(c->from, tz, 0, &filter->from_ms)) {
        return tn_usage_error(&tn_cmd_export, "--from %s: a day, such as 2026-03-14, is expected",
                              c->from);
    }
    if (c->to != NULL && !tn_local_day(c->to, tz, 1, &filter->to_ms)) {
        return tn_usage_error(&tn_cmd_export, "--to %s: a day, such as 2026-03-14, is expected",
                              c->to);
    }
    if (c->from != NULL && c->to != NULL && filter->from_ms >= filter->to_ms) {
        return tn_usage_error(&tn_cmd_export, "--from %s is after --to %s", c->from, c->to);
    }
    return TN_EXIT_DONE;
}

static bool is_number(const char *text)
{
    return text[0] != '\0' && strspn(text, "0123456789") == strlen(text) && strlen(text) < 19;
}

/* An option that only some kinds take, and who they are. */
static enum tn_exit check_for(const struct tn_export *export, const char *name, const char *value,
                              const struct tn_export_kind *only)
{
    return value == NULL || export->kind == only
               ? TN_EXIT_DONE
               : tn_usage_error(&tn_cmd_export, "--%s goes with %s", name, only->name);
}

static enum tn_exit check_kind_options(const struct choice *c)
{
    const struct tn_export *export = &c->export;
    const struct {
        const char *name;
        const char *value;
        const struct tn_export_kind *only;
    } options[] = {{"home", export->home, &tn_export_xapi},
                   {"source", export->source, &tn_export_edfi},
                   {"org", export->org, &tn_export_edfi},
                   {"program", export->program, &tn_export_edfi},
                   {"program-type", export->program_type, &tn_export_edfi}};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (check_for(export, options[i].name, options[i].value, options[i].only) != TN_EXIT_DONE) {
            return TN_EXIT_USAGE;
        }
    }
    if (export->kind == &tn_export_edfi && (export->org == NULL || !is_number(export->org))) {
        return tn_usage_error(&tn_cmd_export,
                              "--org: the number that Ed-Fi has for your organization, such as "
                              "255901, is expected");
    }
    if (export->home != NULL && strstr(export->home, "://") == NULL) {
        return tn_usage_error(&tn_cmd_export, "--home: an address, such as https://stem.example, "
                                              "is expected");
    }
    return TN_EXIT_DONE;
}

static enum tn_exit check_choice(const struct choice *c)
{
    const struct tn_export *export = &c->export;
    const bool is_for_one = export->kind->holds == TN_EXPORT_PSEUDONYMS;
    if (is_for_one != (export->recipient != NULL)) {
        return tn_usage_error(&tn_cmd_export,
                              is_for_one ? "--for NAME is missing: who gets it, whose pseudonyms "
                                           "nobody else's files share"
                                         : "--for goes with learners and xapi");
    }
    if (is_for_one && !tn_common_is_name(export->recipient, TN_EXPORT_RECIPIENT_MAX)) {
        return tn_usage_error(&tn_cmd_export, "--for: 1 to %d bytes on one line are expected",
                              TN_EXPORT_RECIPIENT_MAX);
    }
    if (export->path == NULL && (c->is_json || export->kind->is_package)) {
        return tn_usage_error(&tn_cmd_export, export->kind->is_package
                                                  ? "--out names a new folder, or a .zip"
                                                  : "--json goes with --out: the file itself "
                                                    "goes to standard output here");
    }
    if (export->kind->is_package && (c->event != NULL || c->from != NULL || c->to != NULL)) {
        return tn_usage_error(&tn_cmd_export,
                              "%s is of all learners; it takes no --event, --from "
                              "or --to",
                              export->kind->name);
    }
    return check_kind_options(c);
}

static void print_counts(const struct choice *c)
{
    const struct tn_export *export = &c->export;
    const struct tn_export_kind *kind = export->kind;
    static const char *const holds[] = {
        [TN_EXPORT_NOBODY] = NULL,
        [TN_EXPORT_PSEUDONYMS] = "It holds learners by pseudonym: nobody but this recipient "
                                 "should get it.",
        [TN_EXPORT_IDS] = "It holds learners by their ids, and where they were: keep it as you "
                          "keep a roster.",
        [TN_EXPORT_NAMES] = "It holds learners' names: keep it as you keep a roster.",
    };
    FILE *file = export->path == NULL ? stderr : stdout;
    const bool is_file = export->path != NULL;
    fprintf(file, "%" PRIu64 " %s%s%s.\n", export->rows,
            export->rows == 1 ? kind->thing : kind->things, is_file ? " in " : "",
            is_file ? export->path : "");
    for (size_t i = 0; i < export->note_count; i++) {
        const struct tn_export_note *note = &export->notes[i];
        fprintf(file, "%" PRIu64 " %s.\n", note->count,
                note->count == 1 ? note->what->one : note->what->many);
    }
    if (holds[kind->holds] != NULL) {
        fprintf(stderr, "%s%s\n", holds[kind->holds],
                is_file ? " Only you can read the file (mode 0600)." : "");
    }
}

static void print_json(const struct choice *c)
{
    const struct tn_export *export = &c->export;
    json_t *notes = json_object();
    for (size_t i = 0; i < export->note_count; i++) {
        (void)json_object_set_new(notes, export->notes[i].what->key,
                                  json_integer((json_int_t) export->notes[i].count));
    }
    const char *key = export->kind == &tn_export_ical ? "entries" : export->kind->things;
    tn_common_json(json_pack("{s:b, s:s, s:s, s:I, s:o}", "ok", 1, "kind", export->kind->name,
                             "out", export->path, key, (json_int_t) export->rows, "notes", notes));
}

static enum tn_status find_key(struct choice *c)
{
    struct tn_keyring keyring;
    struct tn_export *export = &c->export;
    enum tn_status status = tn_centre_keys(export->centre, c->keys, &keyring);
    if (status != TN_OK) {
        return status;
    }
    status = tn_keyring_recipient_key(&keyring, export->recipient, &export->key);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "pseudonyms need the vault part of the keyring, which is not there; "
                             "export where names may be seen");
    }
    tn_keyring_wipe(&keyring);
    return status;
}

/* Before a file leaves it is noted who takes it, so that none leaves unnoted. A server's role that
 * may only read reads without that: the server itself says what it may see. */
static enum tn_status note_in_audit(struct tn_export *export)
{
    char object[TN_AUDIT_OBJECT_MAX];
    bool may = false;
    enum tn_status status = tn_db_may_insert(export->centre->db, "audit", &may);
    if (status != TN_OK || !may || export->kind->holds == TN_EXPORT_NOBODY) {
        return status;
    }
    (void)snprintf(object, sizeof object, "%s%s%s", export->kind->name,
                   export->recipient == NULL ? "" : " for ",
                   export->recipient == NULL ? "" : export->recipient);
    return tn_audit_record(export->centre, export->now_ms, "export", object);
}

static enum tn_status export_all(struct choice *c)
{
    struct tn_export *export = &c->export;
    struct tn_central_event event;
    struct tn_progress progress;
    enum tn_status status = TN_OK;
    if (c->event != NULL) {
        status = tn_centre_event(export->centre, c->event, &event);
        export->filter.event = event.id;
    }
    if (status == TN_OK && export->recipient != NULL) {
        status = find_key(c);
    }
    if (status == TN_OK) {
        status = tn_common_derive(export->centre);
    }
    if (status == TN_OK) {
        status = note_in_audit(export);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_progress_start(&progress, "Exporting");
    export->progress = tn_progress_tell;
    export->progress_ctx = &progress;
    status = tn_export_run(export);
    tn_progress_end(&progress);
    if (status != TN_OK) {
        /* Why not was said where it was met; a server's refusal has no status of its own. */
        const bool is_said = status == TN_ERR_READ_ONLY;
        tn_log(TN_LOG_ERROR, "nothing was exported%s%s", is_said ? "" : ": ",
               is_said ? "" : tn_status_text(status));
    }
    return status;
}

static enum tn_exit open_and_export(struct choice *c)
{
    struct tn_centre centre;
    enum tn_exit code = tn_common_open(&tn_cmd_export, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    centre.actor = c->actor;
    c->export.centre = &centre;
    c->export.now_ms = tn_now_ms();
    code = take_days(c, centre.tz);
    if (code == TN_EXIT_DONE) {
        enum tn_status status = export_all(c);
        code = tn_exit_of(status);
        if (c->is_json && status == TN_OK) {
            print_json(c);
        } else if (status == TN_OK) {
            print_counts(c);
        }
    }
    sodium_memzero(&c->export.key, sizeof c->export.key);
    tn_centre_close(&centre);
    return code;
}

static enum tn_exit unknown_kind(const char *name)
{
    char kinds[256] = "";
    for (size_t i = 0, len = 0; tn_export_kinds[i] != NULL && len < sizeof kinds; i++) {
        const char *between = i == 0 ? "" : tn_export_kinds[i + 1] == NULL ? " or " : ", ";
        len += (size_t)snprintf(kinds + len, sizeof kinds - len, "%s%s", between,
                                tn_export_kinds[i]->name);
    }
    return name == NULL
               ? tn_usage_error(&tn_cmd_export, "%s is expected", kinds)
               : tn_usage_error(&tn_cmd_export, "there is no kind \"%s\"; it is %s", name, kinds);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL},
        {"event", &c.event, NULL},
        {"from", &c.from, NULL},
        {"to", &c.to, NULL},
        {"out", &c.export.path, NULL},
        {"for", &c.export.recipient, NULL},
        {"keys", &c.keys, NULL},
        {"home", &c.export.home, NULL},
        {"source", &c.export.source, NULL},
        {"org", &c.export.org, NULL},
        {"program", &c.export.program, NULL},
        {"program-type", &c.export.program_type, NULL},
        {"raw", NULL, &c.export.is_raw},
        {"json", NULL, &c.is_json},
        TN_ACTOR_OPTIONS(c.actor),
        {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_export, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    c.export.kind = argc < 2 ? NULL : tn_export_kind_find(argv[1]);
    if (c.export.kind == NULL) {
        return unknown_kind(argc < 2 ? NULL : argv[1]);
    }
    if (argc > 2) {
        return tn_usage_error(&tn_cmd_export, "%s: one kind is exported at a time", argv[2]);
    }
    code = check_choice(&c);
    code = code == TN_EXIT_DONE ? tn_actor_settle(&tn_cmd_export, &c.actor) : code;
    code = code == TN_EXIT_DONE ? tn_exit_of(tn_outfile_check_folder(c.export.path)) : code;
    return code == TN_EXIT_DONE ? open_and_export(&c) : code;
}

const struct tn_cmd tn_cmd_export = {
    .name = "export",
    .summary = "write files for spreadsheets, schools, record stores and calendars",
    .usage =
        "turnout-sync export KIND --central C [--event CODE] [--from DATE] [--to DATE]\n"
        "             [--out FILE|DIR|FILE.zip] [--for RECIPIENT] [--keys FILE] [--json]\n"
        "\n"
        "KIND is\n"
        "  attendance  stays of learners by roster id; `import attendance` takes them back (CSV)\n"
        "  visits      every visit with its stations, for a spreadsheet; --raw: to the\n"
        "              millisecond, and cells as they are (CSV)\n"
        "  learners    learners without names, by pseudonyms of the recipient (CSV)\n"
        "  xapi        visits as xAPI 1.0.3 statements, by pseudonyms (JSON lines);\n"
        "              --home https://...: what identifiers start with\n"
        "  edfi        Ed-Fi 5.2 StudentProgramAttendanceEvent (CSV); --org NUMBER: your\n"
        "              EducationOrganizationId; --source NAME: whose ids students have (roster);\n"
        "              --program NAME: all events are one program; --program-type WORDS (Other)\n"
        "  oneroster   partners, learners and groups as OneRoster 1.1 (a folder or a .zip)\n"
        "  ical        events and activities for calendars (iCalendar)\n"
        "\n"
        "Without --out the file goes to standard output. --from and --to are days in the\n"
        "ecosystem's zone, such as 2026-03-14, both included. learners and xapi need --for: a\n"
        "name such as \"State University\". The same name gives the same pseudonyms each time,\n"
        "and another name others. xapi notes what it sent to whom, and takes back in later files\n"
        "what was corrected since.\n" TN_ACTOR_USAGE,
    .run = run,
};
