/* Stations: how many are home, and which are not. What a station still holds, the centre cannot
 * know before it is heard from; what it does know is the newest entry that any bundle of its logs
 * names, also one that is held here for want of those before it. Stations are no learners, so
 * nothing is withheld here. */
#include <string.h>

#include "sync/central/logs.h"
#include "sync/central/report_kinds.h"
#include "sync/central/text.h"

#define NAMED_MAX 8 /* stations that a sentence names */
#define NAMED_SIZE 1024
#define LISTED_MAX 1000 /* rows that somebody still reads; an event's own are fewer */

enum { STATION, EVENT, LAST_SEEN, EVENT_ENDS, CLOSED, ENTRIES, AHEAD };

/* What is said of all of them. */
struct stations {
    struct tn_report_value all;
    struct tn_report_value home;
    struct tn_report_value heard;
    struct tn_report_value ahead; /* entries that are known of and not here, or held */
    char missing[NAMED_SIZE];     /* names */
    int64_t named;
    int64_t unlisted; /* not home, and past the end of the table */
};

static void add_name(struct stations *s, const char *name)
{
    const size_t len = strlen(s->missing);
    if (s->named < NAMED_MAX) {
        s->named++;
        (void)snprintf(s->missing + len, sizeof s->missing - len, "%s%s", len > 0 ? ", " : "",
                       name);
    }
}

static void add_missing(struct tn_report *out, struct tn_report_part *part, struct tn_stmt *stmt)
{
    const bool is_heard = !tn_col_is_null(stmt, LAST_SEEN);
    const bool is_late = is_heard && tn_col_int(stmt, LAST_SEEN) >= tn_col_int(stmt, EVENT_ENDS);
    const int64_t ahead = tn_col_int(stmt, AHEAD);
    const struct tn_report_value values[] = {
        {.text = tn_col_text(stmt, STATION)},
        {.text = tn_col_text(stmt, EVENT)},
        {.number = tn_col_int(stmt, ENTRIES)},
        {.number = ahead, .is_none = !is_heard && ahead == 0},
        {.number = tn_col_int(stmt, LAST_SEEN), .is_none = !is_heard},
        {.text = !is_heard ? "never heard from"
                 : is_late ? "heard from, not closed"
                           : "last heard from before the event's end"},
    };
    tn_report_row(out, part, values);
}

static void take_station(struct stations *s, struct tn_stmt *stmt, struct tn_report *out,
                         struct tn_report_part *missing)
{
    const bool is_home = !tn_col_is_null(stmt, CLOSED);
    s->all.number++;
    s->home.number += is_home;
    s->heard.number += !tn_col_is_null(stmt, LAST_SEEN) &&
                       tn_col_int(stmt, LAST_SEEN) >= tn_col_int(stmt, EVENT_ENDS);
    s->ahead.number += tn_col_int(stmt, AHEAD);
    if (!is_home) {
        add_name(s, tn_col_text(stmt, STATION));
        if (missing->row_count < LISTED_MAX) {
            add_missing(out, missing, stmt);
        } else {
            s->unlisted++;
        }
    }
}

/* "47 of 50 stations are home", and which are not. */
static void say_home(const struct stations *s, struct tn_report *out)
{
    const int64_t rest = s->all.number - s->home.number;
    char home[TN_TEXT_NUMBER_SIZE];
    char all[TN_TEXT_NUMBER_SIZE];
    char more[TN_TEXT_NUMBER_SIZE];
    tn_text_number(s->home.number, home);
    tn_text_number(s->all.number, all);
    tn_text_number(rest - s->named, more);
    const char *and_more = rest > s->named ? tn_report_text(out, " and %s more", more) : "";
    tn_report_note(out,
                   "%s of %s station%s home: closed for the day, and nothing that came since says"
                   " that anybody was there.%s%s%s%s",
                   home, all, s->all.number == 1 ? " is" : "s are", rest > 0 ? " Not home: " : "",
                   s->missing, and_more, rest > 0 ? "." : "");
    if (s->unlisted > 0) {
        tn_text_number(s->unlisted, more);
        tn_report_note(out,
                       "%s more are not home than the table has; --event names those of one event.",
                       more);
    }
    tn_report_note(out,
                   "What a station holds that it has not sent, home or not, nobody can say"
                   " before it is heard from. A known gap is of entries that are missing before"
                   " the newest that came from it by any way.");
}

static enum tn_status read_stations(struct tn_centre *centre, const struct tn_id *event,
                                    struct tn_report *out, struct tn_report_part *figures,
                                    struct tn_report_part *missing)
{
    static const char sql[] =
        "SELECT max(k.station) AS station, max(e.title) AS title, max(k.last_seen),"
        " max(e.ends), " TN_HOME_SQL ", sum(k.last_seq - coalesce((SELECT f.seq - 1 FROM fork f"
        " WHERE f.ecosystem = k.ecosystem AND f.branch_id = k.log_id), 0)), sum(coalesce((SELECT"
        " max(h.last_seq) - k.last_seq FROM held h WHERE h.ecosystem = k.ecosystem AND h.log_id ="
        " k.log_id AND h.why = 'gap' AND h.last_seq > k.last_seq), 0)) FROM kiosk k JOIN event e ON"
        " e.ecosystem = k.ecosystem AND e.id = k.event WHERE k.ecosystem = $1 AND (k.event = $2 OR"
        " $2 IS NULL) GROUP BY k.pubkey ORDER BY 2, 1, k.pubkey";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    struct stations s = {0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        take_station(&s, stmt, out, missing);
    }
    tn_reset(stmt);
    tn_report_figure(out, figures, "stations", "Stations", TN_MEASURE_COUNT, &s.all);
    tn_report_figure(out, figures, "stations_home", "Stations home", TN_MEASURE_COUNT, &s.home);
    tn_report_figure(out, figures, "stations_heard", "Stations heard from after their event",
                     TN_MEASURE_COUNT, &s.heard);
    tn_report_figure(out, figures, "entries_ahead", "Entries known of and not here yet",
                     TN_MEASURE_COUNT, &s.ahead);
    say_home(&s, out);
    return status;
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_report_column columns[] = {
        {"station", "Station", TN_MEASURE_TEXT},
        {"event", "Event", TN_MEASURE_TEXT},
        {"entries", "Entries here", TN_MEASURE_COUNT},
        {"entries_ahead", "Known gap", TN_MEASURE_COUNT},
        {"last_contact", "Last contact", TN_MEASURE_DATE},
        {"state", "What is known", TN_MEASURE_TEXT},
    };
    struct tn_report_part *figures = tn_report_figures(out, "figures", "Stations");
    struct tn_report_part *missing =
        tn_report_table(out, "missing", "Stations that are not home", columns, 6);
    enum tn_status status = read_stations(centre, &filter->event, out, figures, missing);
    if (filter->from_ms != 0 || filter->to_ms != 0 || filter->has_grades ||
        !tn_id_is_none(&filter->partner)) {
        tn_report_note(out, "Stations are those of the event, or of all events; the other filters"
                            " say nothing about them.");
    }
    return status == TN_OK ? out->status : status;
}

const struct tn_report_kind tn_report_stations = {
    .name = "stations",
    .title = "Stations",
    .summary = "which stations are home, and when the others were last heard from",
    .pillar = "Systems",
    .make = make,
};
