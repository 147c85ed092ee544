/* Stations: how many are home, and which are not. Stations are no learners, so nothing is withheld
 * here. */
#include "sync/central/logs.h"
#include "sync/central/report_kinds.h"

static void add_missing(struct tn_report *out, struct tn_report_part *part, struct tn_stmt *stmt)
{
    const bool is_heard = !tn_col_is_null(stmt, 3);
    const bool is_late = is_heard && tn_col_int(stmt, 3) >= tn_col_int(stmt, 4);
    const struct tn_report_value values[] = {
        {.text = tn_col_text(stmt, 0)},
        {.text = tn_col_text(stmt, 1)},
        {.text = tn_col_text(stmt, 2)},
        {.number = tn_col_int(stmt, 3), .is_none = !is_heard},
        {.text = !is_heard ? "never heard from"
                 : is_late ? "heard from after the event, not closed"
                           : "last heard from before the event ended"},
    };
    tn_report_row(out, part, values);
}

static enum tn_status read_stations(struct tn_centre *centre, const struct tn_id *event,
                                    struct tn_report *out, struct tn_report_part *figures,
                                    struct tn_report_part *missing)
{
    static const char sql[] =
        "SELECT max(k.station) AS station, max(k.role), max(e.title) AS title, max(k.last_seen),"
        " max(e.ends), " TN_HOME_SQL " FROM kiosk k JOIN event e ON e.ecosystem = k.ecosystem AND"
        " e.id = k.event WHERE k.ecosystem = $1 AND (k.event = $2 OR $2 IS NULL) GROUP BY k.pubkey"
        " ORDER BY 3, 1, k.pubkey";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    struct tn_report_value all = {0};
    struct tn_report_value home = {0};
    struct tn_report_value heard = {0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        all.number++;
        home.number += !tn_col_is_null(stmt, 5);
        heard.number += !tn_col_is_null(stmt, 3) && tn_col_int(stmt, 3) >= tn_col_int(stmt, 4);
        if (tn_col_is_null(stmt, 5)) {
            add_missing(out, missing, stmt);
        }
    }
    tn_reset(stmt);
    tn_report_figure(out, figures, "stations", "Stations", TN_MEASURE_COUNT, &all);
    tn_report_figure(out, figures, "stations_home", "Stations home", TN_MEASURE_COUNT, &home);
    tn_report_figure(out, figures, "stations_heard", "Stations heard from after their event",
                     TN_MEASURE_COUNT, &heard);
    tn_report_note(out,
                   "%lld of %lld stations are home: closed for the day, with nobody seen there"
                   " since. What a station that is not home still holds, nobody can say before"
                   " it is heard from.",
                   (long long)home.number, (long long)all.number);
    return status;
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_report_column columns[] = {
        {"station", "Station", TN_MEASURE_TEXT},
        {"role", "Role", TN_MEASURE_TEXT},
        {"event", "Event", TN_MEASURE_TEXT},
        {"last_contact", "Last contact", TN_MEASURE_DATE},
        {"state", "What is known", TN_MEASURE_TEXT},
    };
    struct tn_report_part *figures = tn_report_figures(out, "figures", "Stations");
    struct tn_report_part *missing =
        tn_report_table(out, "missing", "Stations that are not home", columns, 5);
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
