/* `report`: what the ecosystem can say of itself. The kinds are rows of tn_report_kinds, the forms
 * rows of the table here; this file only brings the two together. */
#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sync/central/report.h"
#include "sync/cmd/common.h"
#include "sync/cmd/report_ask.h"
#include "sync/cmd/words.h"
#include "sync/exchange/outfile.h"
#include "sync/exchange/report_print.h"
#include "turnout/log.h"

#define WIDTH_PLAIN 80
#define WIDTH_MIN 40
#define WIDTH_MAX 132 /* longer lines are not read well */
#define KINDS_MAX 32

struct choice {
    struct tn_report_words words; /* the filters */
    const char *central;
    const char *format;
    const char *out;
    bool json;
};

static enum tn_status print_text(FILE *file, const struct tn_report_book *book)
{
    struct winsize size = {0};
    struct tn_report_look look = {.width = WIDTH_PLAIN};
    if (isatty(fileno(file)) == 1) {
        if (ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
            look.width = size.ws_col;
        }
        look.has_bars = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    }
    look.width = look.width < WIDTH_MIN ? WIDTH_MIN : look.width;
    look.width = look.width > WIDTH_MAX ? WIDTH_MAX : look.width;
    return tn_report_print_text(file, book, &look);
}

static const struct form {
    const char *name;
    enum tn_status (*print)(FILE *file, const struct tn_report_book *book);
} forms[] = {
    {"text", print_text},
    {"csv", tn_report_print_csv},
    {"json", tn_report_print_json},
    {"html", tn_report_print_html},
};

static const struct form *form_of(const char *name)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcasecmp(name, forms[i].name) == 0) {
            return &forms[i];
        }
    }
    return NULL;
}

/* What the name of the file ends with behind a dot; NULL where there is none. */
static const char *ending_of(const char *path)
{
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = name == NULL ? NULL : strrchr(name, '.');
    return dot == NULL || dot == name ? NULL : dot + 1;
}

/* The form asked for; where none is, the one the file's name ends with, or text for a name without
 * an ending and for standard output. NULL: none. */
static const struct form *form_of_choice(const struct choice *c)
{
    const char *ending = ending_of(c->out);
    if (c->json || c->format != NULL) {
        return form_of(c->json ? "json" : c->format);
    }
    return ending == NULL                   ? &forms[0]
           : strcasecmp(ending, "txt") == 0 ? &forms[0]
                                            : form_of(ending);
}

/* Fills the reports one after another; the first that fails ends it. */
static enum tn_status make(struct tn_centre *centre, const struct tn_report_asked *asked,
                           const struct tn_report_kind *const *kinds, size_t count,
                           struct tn_report *reports)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < count; i++) {
        tn_report_init(&reports[i], kinds[i]->name, kinds[i]->title);
        reports[i].pillar = kinds[i]->pillar;
        reports[i].min_cell = centre->min_cell;
        reports[i].made_ms = tn_now_ms();
        if (status == TN_OK) {
            status = kinds[i]->make(centre, &asked->filter, &reports[i]);
        }
        if (status == TN_OK) {
            status = reports[i].status;
        }
    }
    return status;
}

static enum tn_status print(const char *path, const struct form *form,
                            const struct tn_report_book *book)
{
    struct tn_outfile out;
    enum tn_status status = tn_outfile_begin(path, &out);
    if (status != TN_OK) {
        return status;
    }
    status = form->print(out.file, book);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path == NULL ? "standard output" : path,
               tn_status_text(status));
    }
    return tn_outfile_end(&out, status);
}

static size_t count_kinds(void)
{
    size_t count = 0;
    while (tn_report_kinds[count] != NULL) {
        count++;
    }
    return count;
}

static enum tn_status make_and_print(struct tn_centre *centre, const struct tn_report_asked *asked,
                                     const struct choice *c, const struct form *form,
                                     const struct tn_report_kind *kind)
{
    const struct tn_report_kind *const *kinds = kind == NULL ? tn_report_kinds : &kind;
    const size_t count = kind == NULL ? count_kinds() : 1;
    const struct tn_report_words *words = asked->words;
    struct tn_report *reports = calloc(count, sizeof *reports);
    if (reports == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = make(centre, asked, kinds, count, reports);
    if (status == TN_OK) {
        const struct tn_report_book book = {
            .reports = reports,
            .count = count,
            .is_all = kind == NULL,
            .ecosystem = centre->code,
            .ecosystem_name = centre->name,
            .tz = centre->tz,
            .about = asked->about,
            .event = words->event,
            .partner = words->partner,
            .from = words->from,
            .to = words->to,
            .grades = words->grades,
            .made_ms = reports[0].made_ms,
            .min_cell = centre->min_cell,
        };
        status = print(c->out, form, &book);
    }
    for (size_t i = 0; i < count; i++) {
        tn_report_destroy(&reports[i]);
    }
    free(reports);
    return status;
}

/* Names what there is, and what was probably meant. */
static enum tn_exit unknown(const char *name)
{
    const char *names[KINDS_MAX + 1] = {"all"};
    char list[512] = "all";
    size_t count = 1;
    for (size_t i = 0; tn_report_kinds[i] != NULL && count < KINDS_MAX; i++) {
        const size_t len = strlen(list);
        names[count++] = tn_report_kinds[i]->name;
        (void)snprintf(list + len, sizeof list - len, ", %s", tn_report_kinds[i]->name);
    }
    const char *nearest = name == NULL ? NULL : tn_word_nearest(name, names, count);
    return tn_usage_error(&tn_cmd_report, "%s%s%s%s%s; there are: %s",
                          name == NULL ? "one report's name is expected" : "there is no report ",
                          name == NULL ? "" : name, nearest == NULL ? "" : " (did you mean ",
                          nearest == NULL ? "" : nearest, nearest == NULL ? "" : "?)", list);
}

/* kind NULL: all of them. */
static enum tn_exit report(const struct choice *c, const struct form *form,
                           const struct tn_report_kind *kind)
{
    struct tn_centre centre;
    enum tn_exit code = tn_common_open(&tn_cmd_report, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    struct tn_report_asked asked;
    enum tn_status status = tn_report_ask(&centre, &c->words, &asked);
    status = status == TN_OK ? tn_common_derive(&centre) : status;
    if (status == TN_OK) {
        status = make_and_print(&centre, &asked, c, form, kind);
    }
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

/* Below the usage: the kinds of their table, so that --help never lacks one. */
static void list_kinds(void)
{
    printf("\n  The reports, each NAME:\n");
    for (size_t i = 0; tn_report_kinds[i] != NULL; i++) {
        printf("    %-12s %s\n", tn_report_kinds[i]->name, tn_report_kinds[i]->summary);
    }
    printf("    %-12s every one of them, laid out by the five pillars of an ecosystem\n", "all");
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL},
        {"event", &c.words.event, NULL},
        {"partner", &c.words.partner, NULL},
        {"from", &c.words.from, NULL},
        {"to", &c.words.to, NULL},
        {"grades", &c.words.grades, NULL},
        {"format", &c.format, NULL},
        {"out", &c.out, NULL},
        {"json", NULL, &c.json},
        {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_report, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        if (is_help) {
            list_kinds();
        }
        return code;
    }
    const bool is_all = argc == 2 && strcmp(argv[1], "all") == 0;
    const struct tn_report_kind *kind = argc == 2 ? tn_report_kind_find(argv[1]) : NULL;
    const struct form *form = form_of_choice(&c);
    if (!is_all && kind == NULL) {
        return unknown(argc == 2 ? argv[1] : NULL);
    }
    if (form == NULL && c.format == NULL) {
        return tn_usage_error(&tn_cmd_report,
                              "--out %s: a name that ends with .txt, .csv, .json or .html is "
                              "expected, or --format",
                              c.out);
    }
    if (form == NULL) {
        return tn_usage_error(&tn_cmd_report, "--format %s: text, csv, json or html is expected",
                              c.format);
    }
    code = tn_report_words_check(&tn_cmd_report, &c.words);
    code = code == TN_EXIT_DONE ? tn_exit_of(tn_outfile_check_folder(c.out)) : code;
    return code == TN_EXIT_DONE ? report(&c, form, kind) : code;
}

const struct tn_cmd tn_cmd_report = {
    .name = "report",
    .summary = "say whom events and activities reached, and what came of it",
    .usage =
        "  turnout-sync report NAME|all --central C [--event CODE] [--partner CODE]\n"
        "               [--from DATE] [--to DATE] [--grades K-5]\n"
        "               [--format text|csv|json|html | --json] [--out FILE]\n"
        "\n"
        "  --from and --to are days of the ecosystem, both included. --partner takes the "
        "activities\n"
        "  that it and those below it ran. html is one page to send or to print; csv has a row a\n"
        "  number, for spreadsheets. --out writes a whole file or none; without --format its\n"
        "  name says the form: .txt, .csv, .json or .html.\n"
        "\n"
        "  Reports are made to be published: what fewer than ten learners stand behind, and what\n"
        "  would give that away, is withheld (the number is the ecosystem's).\n",
    .run = run,
};
