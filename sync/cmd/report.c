/* `report`: what the ecosystem can say of itself, as a text to read or as JSON. */
#include <string.h>

#include <jansson.h>

#include "sync/central/reach.h"
#include "sync/cmd/common.h"
#include "turnout/log.h"

struct choice {
    const char *central;
    const char *event;
    const char *format;
    bool json;
};

static const char *or_none(const char *text)
{
    return text[0] == '\0' ? "(no partner)" : text;
}

static void print_number(int64_t value, bool is_withheld)
{
    if (is_withheld) {
        printf("%10s", "*");
    } else {
        printf("%10lld", (long long)value);
    }
}

static void print_rows(const char *title, const struct tn_reach_row *rows, size_t count,
                       bool by_partner)
{
    if (count == 0) {
        return;
    }
    printf("\n%s\n\n  ", title);
    tn_common_pad(by_partner ? "partner" : "sector", 32);
    if (by_partner) {
        tn_common_pad("sector", 20);
    }
    printf("%10s%10s%10s\n", "learners", "visits", "hours");
    for (size_t i = 0; i < count; i++) {
        printf("  ");
        tn_common_pad(or_none(by_partner ? rows[i].partner : rows[i].sector), 32);
        if (by_partner) {
            tn_common_pad(or_none(rows[i].sector), 20);
        }
        print_number(rows[i].learners, rows[i].is_withheld);
        print_number(rows[i].visits, rows[i].is_withheld);
        if (rows[i].is_withheld) {
            printf("%10s\n", "*");
        } else {
            printf("%10.1f%s\n", (double)rows[i].minutes / 60, rows[i].is_partial ? " +" : "");
        }
    }
}

/* One line of the totals; divisor 60 makes hours of minutes. */
static void print_figure(const char *label, const struct tn_figure *figure, int divisor)
{
    const char *more = figure->is_partial && !figure->is_withheld ? " +" : "";
    if (figure->is_withheld) {
        printf("  %-44s%12s\n", label, "*");
    } else if (divisor == 1) {
        printf("  %-44s%12lld%s\n", label, (long long)figure->value, more);
    } else {
        printf("  %-44s%12.1f%s\n", label, (double)figure->value / divisor, more);
    }
}

static void print_totals(const struct tn_reach *r, int64_t min_cell)
{
    if (r->is_withheld) {
        printf("  Fewer than %lld learners were reached, so no figure is shown.\n",
               (long long)min_cell);
    } else {
        print_figure("Learners reached, each counted once", &r->learners, 1);
        print_figure("Stays at events", &r->stays, 1);
        print_figure("Visits of activities", &r->visits, 1);
        print_figure("Contact hours", &r->minutes, 60);
        if (r->imputed.is_withheld) {
            print_figure("Stays and visits with an imputed end", &r->imputed, 1);
        } else {
            printf("  %-44s%11.0f%%%s\n", "Stays and visits with an imputed end",
                   r->imputed_of == 0 ? 0.0
                                      : 100.0 * (double)r->imputed.value / (double)r->imputed_of,
                   r->imputed.is_partial ? " +" : "");
        }
        print_figure("Badges the centre does not know", &r->unknown_badges, 1);
    }
    printf("  %-44s%12lld\n", "Adults counted without badges", (long long)r->adults);
    printf("  %-44s%7lld of %lld\n", "Stations home", (long long)r->stations_home,
           (long long)r->stations);
    printf("  %-44s%7lld of %lld\n", "Stations heard from after their event",
           (long long)r->stations_heard, (long long)r->stations);
}

static void print_notes(const struct tn_reach *r, int64_t min_cell, bool is_all)
{
    printf(
        "\nNotes\n"
        "  Contact hours are time at an event; where nobody checked in, time at activities.\n"
        "  A missing check-out is imputed: the event's end, or an activity's default minutes.\n"
        "  Adults are counted at the stations and are no part of any other figure.\n"
        "  A station is home once it was closed for the day, with nobody seen there since.\n"
        "  A learner met by two partners counts once for each of them and once in the total.\n"
        "  * withheld: it is of fewer than %lld learners, or all but fewer than %lld, or such a\n"
        "    number would follow from it and the others. A total is withheld with its parts.\n",
        (long long)min_cell, (long long)min_cell);
    if (is_all) {
        printf(
            "  All events: the sums of what the events' own reports (--event CODE) show; + where\n"
            "    some of it is withheld there and left out. By sector and partner a learner\n"
            "    counts once at each event.\n");
    }
    if (r->scans_outside.is_withheld) {
        printf(
            "  Some scans lie outside the event's time (a clock, or the dates in events.csv, may\n"
            "    be wrong).\n");
    } else if (r->scans_outside.value > 0) {
        printf(
            "  %lld scans lie outside the event's time (a clock, or the dates in events.csv, may\n"
            "    be wrong).\n",
            (long long)r->scans_outside.value);
    }
}

static void print_text(const struct tn_centre *centre, const char *event, const struct tn_reach *r)
{
    printf("Reach of %s%s%s\n\n", centre->name, event == NULL ? ", all events" : ", ",
           event == NULL ? "" : event);
    print_totals(r, centre->min_cell);
    if (!r->is_withheld) {
        print_rows("By sector of the partner that ran the activity", r->sectors, r->sector_count,
                   false);
        print_rows("By partner", r->partners, r->partner_count, true);
    }
    print_notes(r, centre->min_cell, event == NULL);
}

static json_t *figure_json(int64_t value, bool is_withheld)
{
    return is_withheld ? json_null() : json_integer(value);
}

static json_t *rows_json(const struct tn_reach_row *rows, size_t count, bool by_partner)
{
    json_t *out = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        json_object_set_new(row, "sector", json_string(rows[i].sector));
        if (by_partner) {
            json_object_set_new(row, "partner", json_string(rows[i].partner));
        }
        bool hidden = rows[i].is_withheld;
        json_object_set_new(row, "learners", figure_json(rows[i].learners, hidden));
        json_object_set_new(row, "visits", figure_json(rows[i].visits, hidden));
        json_object_set_new(row, "minutes", figure_json(rows[i].minutes, hidden));
        json_object_set_new(row, "is_withheld", json_boolean(hidden));
        json_object_set_new(row, "is_partial", json_boolean(rows[i].is_partial));
        json_array_append_new(out, row);
    }
    return out;
}

static void print_json(const struct tn_centre *centre, const char *event, const struct tn_reach *r)
{
    json_t *out = json_object();
    const struct tn_figure together = {
        .value = r->stays.value + r->visits.value,
        .is_withheld = r->stays.is_withheld || r->visits.is_withheld,
        .is_partial = r->stays.is_partial || r->visits.is_partial,
    };
    const struct {
        const char *name;
        const struct tn_figure *figure;
    } figures[] = {
        {"learners", &r->learners},
        {"stays", &r->stays},
        {"activity_visits", &r->visits},
        {"visits", &together},
        {"contact_minutes", &r->minutes},
        {"imputed", &r->imputed},
        {"unknown_badges", &r->unknown_badges},
        {"scans_outside", &r->scans_outside},
    };
    json_t *partial = json_array();
    json_object_set_new(out, "ecosystem", json_string(centre->code));
    json_object_set_new(out, "event", event == NULL ? json_null() : json_string(event));
    json_object_set_new(out, "min_cell", json_integer(centre->min_cell));
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        const struct tn_figure *figure = figures[i].figure;
        bool hidden = figure->is_withheld || (r->is_withheld && figure != &r->scans_outside);
        json_object_set_new(out, figures[i].name, figure_json(figure->value, hidden));
        if (figure->is_partial && !hidden) {
            json_array_append_new(partial, json_string(figures[i].name));
        }
    }
    json_object_set_new(out, "partial", partial);
    json_object_set_new(out, "adults", json_integer(r->adults));
    json_object_set_new(out, "stations", json_integer(r->stations));
    json_object_set_new(out, "stations_home", json_integer(r->stations_home));
    json_object_set_new(out, "stations_heard", json_integer(r->stations_heard));
    bool hidden = r->is_withheld;
    json_object_set_new(out, "sectors", rows_json(r->sectors, hidden ? 0 : r->sector_count, false));
    json_object_set_new(out, "partners",
                        rows_json(r->partners, hidden ? 0 : r->partner_count, true));
    json_dumpf(out, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(out);
}

static enum tn_exit reach(const struct choice *c)
{
    struct tn_centre centre;
    struct tn_central_event event = {0};
    struct tn_reach figures;
    enum tn_exit code = tn_common_open(&tn_cmd_report, c->central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = c->event == NULL ? TN_OK : tn_centre_event(&centre, c->event, &event);
    if (status == TN_OK) {
        status = tn_common_derive(&centre);
    }
    if (status == TN_OK) {
        status = tn_reach_read(&centre, &event.id, &figures);
    }
    if (status == TN_OK) {
        if (c->json) {
            print_json(&centre, c->event, &figures);
        } else {
            print_text(&centre, c->event == NULL ? NULL : event.title, &figures);
        }
        tn_reach_free(&figures);
    }
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &c.central, NULL}, {"event", &c.event, NULL}, {"format", &c.format, NULL},
        {"json", NULL, &c.json},       {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_report, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc != 2 || strcmp(argv[1], "reach") != 0) {
        return tn_usage_error(&tn_cmd_report, "one report's name is expected; there is: reach");
    }
    if (c.format != NULL && strcmp(c.format, "text") != 0 && strcmp(c.format, "json") != 0) {
        return tn_usage_error(&tn_cmd_report, "--format %s: text or json is expected", c.format);
    }
    c.json = c.json || (c.format != NULL && strcmp(c.format, "json") == 0);
    return reach(&c);
}

const struct tn_cmd tn_cmd_report = {
    .name = "report",
    .summary = "say whom events and activities reached",
    .usage =
        "  turnout-sync report reach --central C [--event CODE] [--format text|json | --json]\n"
        "\n"
        "  reach: how many learners were reached, their visits and contact hours, by sector and\n"
        "  by partner. It is made to be published: what fewer than ten learners stand behind,\n"
        "  and what would give that away, is withheld.\n",
    .run = run,
};
