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
            printf("%10.1f\n", (double)rows[i].minutes / 60);
        }
    }
}

static void print_totals(const struct tn_reach *r, int64_t min_cell)
{
    int64_t all = r->stays + r->visits;
    if (r->is_withheld) {
        printf("  Fewer than %lld learners were reached, so no figure is shown.\n",
               (long long)min_cell);
    } else {
        printf("  %-44s%12lld\n", "Learners reached, each counted once", (long long)r->learners);
        printf("  %-44s%12lld\n", "Stays at events", (long long)r->stays);
        printf("  %-44s%12lld\n", "Visits of activities", (long long)r->visits);
        printf("  %-44s%12.1f\n", "Contact hours", (double)r->minutes / 60);
        printf("  %-44s%11.0f%%\n", "Stays and visits with an imputed end",
               all == 0 ? 0.0 : 100.0 * (double)r->imputed / (double)all);
    }
    printf("  %-44s%12lld\n", "Badges the centre does not know", (long long)r->unknown_badges);
    printf("  %-44s%7lld of %lld\n", "Stations heard from since their event ended",
           (long long)r->stations_home, (long long)r->stations);
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
    printf("\nNotes\n"
           "  Contact hours are time at an event; where nobody checked in, time at activities.\n"
           "  A missing check-out is imputed: the event's end, or an activity's default minutes.\n"
           "  A learner met by two partners counts once for each of them and once in the total.\n"
           "  * withheld: fewer than %lld learners, or a figure that would give such a one away.\n",
           (long long)centre->min_cell);
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
        json_object_set_new(row, "learners", hidden ? json_null() : json_integer(rows[i].learners));
        json_object_set_new(row, "visits", hidden ? json_null() : json_integer(rows[i].visits));
        json_object_set_new(row, "minutes", hidden ? json_null() : json_integer(rows[i].minutes));
        json_object_set_new(row, "is_withheld", json_boolean(hidden));
        json_array_append_new(out, row);
    }
    return out;
}

static void print_json(const struct tn_centre *centre, const char *event, const struct tn_reach *r)
{
    json_t *out = json_object();
    const struct {
        const char *name;
        int64_t value;
    } figures[] = {
        {"learners", r->learners},       {"stays", r->stays},
        {"activity_visits", r->visits},  {"visits", r->stays + r->visits},
        {"contact_minutes", r->minutes}, {"imputed", r->imputed},
    };
    json_object_set_new(out, "ecosystem", json_string(centre->code));
    json_object_set_new(out, "event", event == NULL ? json_null() : json_string(event));
    json_object_set_new(out, "min_cell", json_integer(centre->min_cell));
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        json_object_set_new(out, figures[i].name,
                            r->is_withheld ? json_null() : json_integer(figures[i].value));
    }
    json_object_set_new(out, "unknown_badges", json_integer(r->unknown_badges));
    json_object_set_new(out, "stations", json_integer(r->stations));
    json_object_set_new(out, "stations_home", json_integer(r->stations_home));
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
        "  turnout-sync report reach --central C [--event CODE] [--format text|json | --json]\n",
    .run = run,
};
