/* Attendance and visits as tables. `attendance` is what `import attendance` takes back: every stay
 * and visit of a learner that is known, to the millisecond, an imputed end left empty so that it is
 * imputed again and not taken for a fact (but for a stay of no length, which would grow). `visits`
 * is for people: every visit there is, also of badges that nobody knows, in a form that a
 * spreadsheet cannot be tricked by. */
#include <inttypes.h>

#include "sync/exchange/export.h"

static const struct tn_export_counted of_nobody = {"unknown_badges",
                                                   "of them is of a badge that nobody knows",
                                                   "of them are of badges that nobody knows"};

static enum tn_status write_stay(void *ctx, const struct tn_attended_event *event,
                                 const struct tn_attended *row)
{
    struct tn_export *export = ctx;
    char starts[TN_TIME_TEXT_SIZE];
    char ends[TN_TIME_TEXT_SIZE] = "";
    char minutes[24];
    if (tn_id_is_none(&row->learner)) {
        tn_export_note(export, &tn_export_unknown, 1);
        return TN_OK;
    }
    tn_zone_time(&export->zone, event->tz, row->starts, true, starts);
    if (!row->imputed || row->ends == row->starts) {
        tn_zone_time(&export->zone, event->tz, row->ends, true, ends);
    }
    (void)snprintf(minutes, sizeof minutes, "%" PRId64, row->minutes);
    const char *const values[] = {row->ref, event->code, row->activity_code,          starts,
                                  ends,     minutes,     row->imputed ? "yes" : "no", row->source};
    export->rows++;
    return tn_export_row(export, values, sizeof values / sizeof values[0]);
}

static enum tn_status write_attendance(struct tn_export *export)
{
    static const char *const header[] = {"learner", "event",   "activity", "starts",
                                         "ends",    "minutes", "imputed",  "source"};
    export->is_raw = true;
    enum tn_status status = tn_export_row(export, header, sizeof header / sizeof header[0]);
    return status == TN_OK ? tn_export_visits_each(export, write_stay, export) : status;
}

const struct tn_export_kind tn_export_attendance = {
    .name = "attendance",
    .thing = "stay",
    .things = "stays",
    .summary = "stays of learners by roster id, for `import attendance` (CSV)",
    .holds = TN_EXPORT_IDS,
    .write = write_attendance,
};

static enum tn_status write_visit(void *ctx, const struct tn_attended_event *event,
                                  const struct tn_attended *row)
{
    struct tn_export *export = ctx;
    char starts[TN_TIME_TEXT_SIZE];
    char ends[TN_TIME_TEXT_SIZE];
    char minutes[24];
    tn_zone_time(&export->zone, event->tz, row->starts, export->is_raw, starts);
    tn_zone_time(&export->zone, event->tz, row->ends, export->is_raw, ends);
    (void)snprintf(minutes, sizeof minutes, "%" PRId64, row->minutes);
    const char *const values[] = {
        event->code,
        event->title,
        row->activity_code,
        row->activity_title,
        row->partner,
        row->ref,
        row->badge,
        starts,
        ends,
        minutes,
        row->imputed ? "yes" : "no",
        row->in_station,
        row->out_station,
        row->source,
    };
    if (tn_id_is_none(&row->learner)) {
        tn_export_note(export, &of_nobody, 1);
    }
    export->rows++;
    return tn_export_row(export, values, sizeof values / sizeof values[0]);
}

static enum tn_status write_visits(struct tn_export *export)
{
    static const char *const header[] = {
        "event",   "event_title", "activity",    "activity_title", "partner",
        "learner", "badge",       "starts",      "ends",           "minutes",
        "imputed", "in_station",  "out_station", "source",
    };
    enum tn_status status = tn_export_row(export, header, sizeof header / sizeof header[0]);
    return status == TN_OK ? tn_export_visits_each(export, write_visit, export) : status;
}

const struct tn_export_kind tn_export_visits = {
    .name = "visits",
    .thing = "visit",
    .things = "visits",
    .summary = "every visit with its stations, for a spreadsheet (CSV)",
    .holds = TN_EXPORT_IDS,
    .write = write_visits,
};
