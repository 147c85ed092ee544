/* `report`: what the ecosystem can say of itself. The kinds are rows of tn_report_kinds, the forms
 * rows of the table here; this file only brings the two together. */
#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sync/central/partner.h"
#include "sync/central/report.h"
#include "sync/cmd/common.h"
#include "sync/cmd/outfile.h"
#include "sync/cmd/words.h"
#include "sync/exchange/check.h"
#include "sync/exchange/report_print.h"
#include "sync/exchange/report_value.h"
#include "turnout/log.h"

#define WIDTH_PLAIN 80
#define WIDTH_MIN 40
#define WIDTH_MAX 132 /* longer lines are not read well */
#define KINDS_MAX 32
#define ABOUT_SIZE 640

struct choice {
    const char *central;
    const char *event;
    const char *partner;
    const char *from;
    const char *to;
    const char *grades;
    const char *format;
    const char *out;
    bool json;
};

/* One call: what was asked for, and what it means at this centre. */
struct asked {
    const struct choice *choice;
    struct tn_report_filter filter;
    struct tn_central_event event;
    struct tn_central_partner partner;
    char about[ABOUT_SIZE];
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
        if (strcmp(name, forms[i].name) == 0) {
            return &forms[i];
        }
    }
    return NULL;
}

/* The form asked for; where none is, the one the file's name ends with. */
static const struct form *form_of_choice(const struct choice *c)
{
    const char *dot = c->out == NULL ? NULL : strrchr(c->out, '.');
    if (c->json || c->format != NULL) {
        return form_of(c->json ? "json" : c->format);
    }
    const struct form *form = dot == NULL ? NULL : form_of(dot + 1);
    return form == NULL ? &forms[0] : form;
}

/* Adds to what the report is about; too long a list of filters ends with what fits. */
static void add_about(struct asked *asked, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add_about(struct asked *asked, const char *format, ...)
{
    const size_t len = strlen(asked->about);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(asked->about + len, sizeof asked->about - len, format, args);
    va_end(args);
}

static enum tn_status take_event(struct asked *asked, struct tn_centre *centre)
{
    if (asked->choice->event == NULL) {
        add_about(asked, "All events");
        return TN_OK;
    }
    enum tn_status status = tn_centre_event(centre, asked->choice->event, &asked->event);
    asked->filter.event = asked->event.id;
    add_about(asked, "%s", asked->event.title);
    return status;
}

static enum tn_status take_partner(struct asked *asked, struct tn_centre *centre)
{
    if (asked->choice->partner == NULL) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_partner(centre, asked->choice->partner, &asked->partner);
    asked->filter.partner = asked->partner.id;
    add_about(asked, ", activities of %s", asked->partner.name);
    return status;
}

/* Both days are days of the ecosystem, and the last one is in. */
static enum tn_status take_days(struct asked *asked, const struct tn_centre *centre)
{
    const struct choice *c = asked->choice;
    struct tn_report_filter *filter = &asked->filter;
    char from[TN_REPORT_SAID_SIZE] = "";
    char to[TN_REPORT_SAID_SIZE] = "";
    if ((c->from != NULL && !tn_local_day(c->from, centre->tz, 0, &filter->from_ms)) ||
        (c->to != NULL && !tn_local_day(c->to, centre->tz, 1, &filter->to_ms))) {
        tn_log(TN_LOG_ERROR, "this machine does not know the time zone %s", centre->tz);
        return TN_ERR_STATE;
    }
    tn_report_day(filter->from_ms, centre->tz, from);
    tn_report_day(filter->to_ms - 1, centre->tz, to);
    if (c->from != NULL && c->to != NULL) {
        add_about(asked, ", %s to %s", from, to);
    } else if (c->from != NULL || c->to != NULL) {
        add_about(asked, ", %s %s", c->from != NULL ? "since" : "until",
                  c->from != NULL ? from : to);
    }
    return TN_OK;
}

static void take_grades(struct asked *asked)
{
    int64_t number = 0;
    if (asked->choice->grades == NULL ||
        tn_check_grade_band(asked->choice->grades, &number) != NULL) {
        return;
    }
    const struct tn_grade_band band = tn_grade_band(number);
    asked->filter.has_grades = true;
    asked->filter.grade_lo = band.lo;
    asked->filter.grade_hi = band.hi;
    add_about(asked, ", grade%s %s", band.lo == band.hi ? "" : "s", band.text);
}

/* Fills the reports one after another; the first that fails ends it. */
static enum tn_status make(struct tn_centre *centre, const struct asked *asked,
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

static enum tn_status print(const struct asked *asked, const struct form *form,
                            const struct tn_report_book *book)
{
    struct tn_outfile out;
    enum tn_status status = tn_outfile_begin(&out, asked->choice->out);
    return status == TN_OK ? tn_outfile_end(&out, form->print(out.file, book)) : status;
}

static enum tn_status make_and_print(struct tn_centre *centre, const struct asked *asked,
                                     const struct form *form,
                                     const struct tn_report_kind *const *kinds, size_t count)
{
    const struct choice *c = asked->choice;
    struct tn_report *reports = calloc(count, sizeof *reports);
    if (reports == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = make(centre, asked, kinds, count, reports);
    if (status == TN_OK) {
        const struct tn_report_book book = {
            .reports = reports,
            .count = count,
            .is_all = kinds == tn_report_kinds,
            .ecosystem = centre->code,
            .ecosystem_name = centre->name,
            .tz = centre->tz,
            .about = asked->about,
            .event = c->event,
            .partner = c->partner,
            .from = c->from,
            .to = c->to,
            .grades = c->grades,
            .made_ms = reports[0].made_ms,
            .min_cell = centre->min_cell,
        };
        status = print(asked, form, &book);
    }
    for (size_t i = 0; i < count; i++) {
        tn_report_destroy(&reports[i]);
    }
    free(reports);
    return status;
}

static enum tn_status ask(struct tn_centre *centre, struct asked *asked, const struct form *form,
                          const struct tn_report_kind *const *kinds, size_t count)
{
    enum tn_status status = take_event(asked, centre);
    status = status == TN_OK ? take_partner(asked, centre) : status;
    status = status == TN_OK ? take_days(asked, centre) : status;
    take_grades(asked);
    status = status == TN_OK ? tn_common_derive(centre) : status;
    return status == TN_OK ? make_and_print(centre, asked, form, kinds, count) : status;
}

static size_t count_kinds(void)
{
    size_t count = 0;
    while (tn_report_kinds[count] != NULL) {
        count++;
    }
    return count;
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

/* What is wrong with the words of the call, before anything is opened. */
static enum tn_exit check(const struct choice *c)
{
    int64_t number = 0;
    const struct {
        const char *option;
        const char *value;
    } days[] = {{"from", c->from}, {"to", c->to}};
    for (size_t i = 0; i < 2; i++) {
        if (days[i].value != NULL && !tn_local_day(days[i].value, "UTC", 0, &number)) {
            return tn_usage_error(&tn_cmd_report, "--%s %s: a day is expected, such as 2026-03-14",
                                  days[i].option, days[i].value);
        }
    }
    if (c->from != NULL && c->to != NULL && strcmp(c->to, c->from) < 0) {
        return tn_usage_error(&tn_cmd_report, "--to %s lies before --from %s", c->to, c->from);
    }
    const char *wanted = c->grades == NULL ? NULL : tn_check_grade_band(c->grades, &number);
    if (wanted != NULL) {
        return tn_usage_error(&tn_cmd_report, "--grades %s: expected %s", c->grades, wanted);
    }
    return TN_EXIT_DONE;
}

/* kind NULL: all of them. */
static enum tn_exit report(const struct choice *c, const struct form *form,
                           const struct tn_report_kind *kind)
{
    struct tn_centre centre;
    struct asked asked = {.choice = c};
    enum tn_exit code = tn_common_open(&tn_cmd_report, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    const enum tn_status status = ask(&centre, &asked, form, kind == NULL ? tn_report_kinds : &kind,
                                      kind == NULL ? count_kinds() : 1);
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL}, {"event", &c.event, NULL},
        {"partner", &c.partner, NULL}, {"from", &c.from, NULL},
        {"to", &c.to, NULL},           {"grades", &c.grades, NULL},
        {"format", &c.format, NULL},   {"out", &c.out, NULL},
        {"json", NULL, &c.json},       {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_report, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    const bool is_all = argc == 2 && strcmp(argv[1], "all") == 0;
    const struct tn_report_kind *kind = argc == 2 ? tn_report_kind_find(argv[1]) : NULL;
    const struct form *form = form_of_choice(&c);
    if (!is_all && kind == NULL) {
        return unknown(argc == 2 ? argv[1] : NULL);
    }
    if (form == NULL) {
        return tn_usage_error(&tn_cmd_report, "--format %s: text, csv, json or html is expected",
                              c.format);
    }
    code = check(&c);
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
        "  NAME: reach, or all: every report, laid out by the five pillars of an ecosystem.\n"
        "  --from and --to are days of the ecosystem, both included. --partner takes the "
        "activities\n"
        "  that it and those below it ran. html is one page to send or to print; csv has a row a\n"
        "  number, for spreadsheets. --out writes a whole file or none.\n"
        "\n"
        "  Reports are made to be published: what fewer than ten learners stand behind, and what\n"
        "  would give that away, is withheld (the number is the ecosystem's).\n",
    .run = run,
};
