/* Ed-Fi 5.2 StudentProgramAttendanceEvent: a row a student, program and day.
 *
 * A program is what events of one title have in common, or with --program all of them. The day is
 * the event's own. The category is Ed-Fi's word for it, by the times that were scheduled: the
 * event's, or the activities' where the learner checked in at activities only; none where those
 * times are not known or run over midnight. Who came more than ten minutes after the start is
 * Tardy, who left more than ten minutes before the end is Early departure, both is Partial, and all
 * else In Attendance, which an imputed end is too, since nobody knows when they left. Of several
 * stays of one program and day the best counts. Events that touch by days are held together until
 * their rows are written; memory is theirs, not all events'. */
#include <glib.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sync/exchange/export.h"
#include "turnout/log.h"

static const struct tn_export_counted without_id = {
    "learners_without_id", "row of a learner without an id of that source was left out",
    "rows of learners without an id of that source were left out"};

#define GRACE_MS ((int64_t)10 * 60000)
#define CATEGORY "uri://ed-fi.org/AttendanceEventCategoryDescriptor#"
#define PROGRAM_TYPE "uri://ed-fi.org/ProgramTypeDescriptor#"
#define PROGRAM_NAME_MAX 60 /* characters, in Ed-Fi's model */
#define PROGRAM_NAME_SIZE (4 * PROGRAM_NAME_MAX + 1)
#define STAYS_MAX 20000000

struct stay {
    struct tn_id learner;
    const struct tn_attended_event *event;
    int32_t day; /* yyyymmdd */
    bool is_activity;
    bool is_late;
    bool is_early;
    int64_t minutes;
    int64_t scheduled; /* minutes; 0: not known */
};

/* The stays at events that touch by days. */
struct stays {
    struct tn_export *export;
    struct stay *list;
    size_t count;
    size_t room;
    const struct tn_attended_event *event; /* the newest of them */
    int32_t last_day;                      /* on which one of them ends */
};

static int32_t day_number(struct tn_export *export, const char *tz, int64_t at_ms)
{
    char text[TN_DAY_TEXT_SIZE];
    tn_zone_day(&export->zone, tz, at_ms, text);
    return (int32_t)(strtol(text, NULL, 10) * 10000 + strtol(text + 5, NULL, 10) * 100 +
                     strtol(text + 8, NULL, 10));
}

static struct stay stay_of(struct tn_export *export, const struct tn_attended_event *event,
                           const struct tn_attended *row)
{
    const bool is_activity = !tn_id_is_none(&row->activity);
    const int64_t from = is_activity ? row->activity_starts : event->starts;
    const int64_t to = is_activity ? row->activity_ends : event->ends;
    const bool is_known = from != 0 && to > from &&
                          day_number(export, event->tz, from) == day_number(export, event->tz, to);
    return (struct stay){
        .learner = row->learner,
        .event = event,
        .day = day_number(export, event->tz, row->starts),
        .is_activity = is_activity,
        .is_late = is_known && row->starts > from + GRACE_MS,
        .is_early = is_known && !row->imputed && row->ends < to - GRACE_MS,
        .minutes = row->minutes,
        .scheduled = is_known ? (to - from) / 60000 : 0,
    };
}

/* By learner, day and program; in it by event, stays at the event before those at activities. */
static int compare_programs(const struct stay *x, const struct stay *y, bool is_one)
{
    int c = memcmp(&x->learner, &y->learner, TN_ID_SIZE);
    c = c != 0 ? c : (x->day > y->day) - (x->day < y->day);
    return c != 0 || is_one ? c : strcmp(x->event->title, y->event->title);
}

static int compare_within(const struct stay *x, const struct stay *y)
{
    const int c = memcmp(&x->event->id, &y->event->id, TN_ID_SIZE);
    return c != 0 ? c : (int)x->is_activity - (int)y->is_activity;
}

static int compare_by_title(const void *a, const void *b)
{
    const int c = compare_programs(a, b, false);
    return c != 0 ? c : compare_within(a, b);
}

static int compare_in_one(const void *a, const void *b)
{
    const int c = compare_programs(a, b, true);
    return c != 0 ? c : compare_within(a, b);
}

/* The stays of one row become one: time at an event covers that at its activities. */
static struct stay merge(const struct stay *stays, size_t count)
{
    struct stay out = stays[0];
    bool has_gate = !out.is_activity;
    for (size_t i = 1; i < count; i++) {
        const struct stay *stay = &stays[i];
        const bool is_next = stay->event != stays[i - 1].event;
        has_gate = is_next ? !stay->is_activity : has_gate;
        if (stay->is_activity && has_gate) {
            continue;
        }
        out.is_late = out.is_late && stay->is_late;
        out.is_early = out.is_early && stay->is_early;
        out.minutes += stay->minutes;
        /* Coming back to the same event adds nothing to what was scheduled. */
        out.scheduled += is_next || stay->is_activity ? stay->scheduled : 0;
    }
    return out;
}

static enum tn_status unique_id(struct tn_export *export, const struct tn_id *learner,
                                char out[TN_LEARNER_REF_SIZE])
{
    static const char sql[] = "SELECT min(CASE WHEN source = $1 THEN source_id END) FROM"
                              " learner_alias WHERE ecosystem = $2 AND learner = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    out[0] = '\0';
    enum tn_status status = tn_db_prepare(export->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 1, export->source == NULL ? TN_LEARNER_SOURCE : export->source);
    tn_bind_int(stmt, 2, export->centre->no);
    tn_bind_id(stmt, 3, learner);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        (void)snprintf(out, TN_LEARNER_REF_SIZE, "%s", tn_col_text(stmt, 0));
    }
    tn_reset(stmt);
    return status;
}

static const char *category_of(const struct stay *stay)
{
    return stay->is_late && stay->is_early ? CATEGORY "Partial"
           : stay->is_late                 ? CATEGORY "Tardy"
           : stay->is_early                ? CATEGORY "Early departure"
                                           : CATEGORY "In Attendance";
}

static void cut_name(const char *name, char out[PROGRAM_NAME_SIZE])
{
    const char *end = g_utf8_strlen(name, -1) > PROGRAM_NAME_MAX
                          ? g_utf8_offset_to_pointer(name, PROGRAM_NAME_MAX)
                          : name + strlen(name);
    (void)snprintf(out, PROGRAM_NAME_SIZE, "%.*s", (int)(end - name), name);
}

/* The share of the scheduled time that was attended; Ed-Fi's 1.0 is the whole of it. */
static void share_of(const struct stay *stay, char out[16])
{
    const int64_t hundredths =
        stay->scheduled <= 0 ? 0 : (stay->minutes * 100 + stay->scheduled / 2) / stay->scheduled;
    const int64_t least = hundredths > 100 ? 100 : hundredths;
    out[0] = '\0';
    if (stay->scheduled > 0) {
        (void)snprintf(out, 16, "%d.%02d", (int)(least / 100), (int)(least % 100));
    }
}

static enum tn_status write_stay(struct tn_export *export, const struct stay *stay)
{
    char id[TN_LEARNER_REF_SIZE];
    char program[PROGRAM_NAME_SIZE];
    char type[512];
    char day[TN_DAY_TEXT_SIZE];
    char share[16];
    char minutes[24];
    enum tn_status status = unique_id(export, &stay->learner, id);
    if (status != TN_OK || id[0] == '\0') {
        tn_export_note(export, &without_id, status == TN_OK);
        return status;
    }
    const char *wanted = export->program_type == NULL ? "Other" : export->program_type;
    cut_name(export->program == NULL ? stay->event->title : export->program, program);
    (void)snprintf(type, sizeof type, "%s%s", strstr(wanted, "://") == NULL ? PROGRAM_TYPE : "",
                   wanted);
    (void)snprintf(day, sizeof day, "%04d-%02d-%02d", stay->day / 10000, stay->day / 100 % 100,
                   stay->day % 100);
    share_of(stay, share);
    (void)snprintf(minutes, sizeof minutes, "%" PRId64, stay->minutes);
    const char *const values[] = {id,  export->org,       program, type,
                                  day, category_of(stay), share,   minutes};
    export->rows++;
    return tn_export_row(export, values, sizeof values / sizeof values[0]);
}

static enum tn_status write_stays(struct stays *stays)
{
    const bool is_one = stays->export->program != NULL;
    enum tn_status status = TN_OK;
    if (stays->count > 0) {
        qsort(stays->list, stays->count, sizeof *stays->list,
              is_one ? compare_in_one : compare_by_title);
    }
    for (size_t i = 0, end = 0; i < stays->count && status == TN_OK; i = end) {
        end = i + 1;
        while (end < stays->count &&
               compare_programs(&stays->list[i], &stays->list[end], is_one) == 0) {
            end++;
        }
        const struct stay one = merge(&stays->list[i], end - i);
        status = write_stay(stays->export, &one);
    }
    stays->count = 0;
    return status;
}

static enum tn_status add_stay(struct stays *stays, const struct stay *stay)
{
    if (stays->count == STAYS_MAX) {
        tn_log(TN_LOG_ERROR,
               "more than %d visits at events that overlap; narrow them with --from "
               "and --to",
               STAYS_MAX);
        return TN_ERR_LIMIT;
    }
    if (stays->count == stays->room) {
        const size_t room = stays->room == 0 ? 1024 : stays->room * 2;
        void *more = realloc(stays->list, room * sizeof *stays->list);
        if (more == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        stays->list = more;
        stays->room = room;
    }
    stays->list[stays->count++] = *stay;
    return TN_OK;
}

/* Writes what is held once an event begins on a later day than all of it. */
static enum tn_status turn_to(struct stays *stays, const struct tn_attended_event *event)
{
    if (stays->event == event) {
        return TN_OK;
    }
    enum tn_status status = TN_OK;
    if (day_number(stays->export, event->tz, event->starts) > stays->last_day) {
        status = write_stays(stays);
        stays->last_day = 0;
    }
    const int32_t ends = day_number(stays->export, event->tz, event->ends);
    stays->last_day = ends > stays->last_day ? ends : stays->last_day;
    stays->event = event;
    return status;
}

static enum tn_status take_page(struct stays *stays, const struct tn_attended_event *event,
                                const struct tn_attended *rows, size_t count)
{
    enum tn_status status = count == 0 ? TN_OK : turn_to(stays, event);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        if (tn_id_is_none(&rows[i].learner)) {
            tn_export_note(stays->export, &tn_export_unknown, 1);
            continue;
        }
        const struct stay stay = stay_of(stays->export, event, &rows[i]);
        status = add_stay(stays, &stay);
    }
    return status;
}

static enum tn_status write_events(struct tn_export *export)
{
    static const char *const header[] = {
        "StudentUniqueId", "EducationOrganizationId",
        "ProgramName",     "ProgramTypeDescriptor",
        "EventDate",       "AttendanceEventCategoryDescriptor",
        "EventDuration",   "ProgramAttendanceDuration",
    };
    struct tn_attended_walk walk;
    struct stays stays = {.export = export};
    const struct tn_attended_event *event = NULL;
    const struct tn_attended *rows = NULL;
    size_t count = 1;
    export->is_raw = true; /* another system reads it */
    enum tn_status status = tn_attended_start(export->centre, &export->filter, &walk);
    if (status == TN_OK) {
        status = tn_export_row(export, header, sizeof header / sizeof header[0]);
    }
    while (status == TN_OK && count > 0) {
        status = tn_attended_next(&walk, &event, &rows, &count);
        status = status == TN_OK ? take_page(&stays, event, rows, count) : status;
        tn_export_tell(export, count, walk.visits);
    }
    status = status == TN_OK ? write_stays(&stays) : status;
    free(stays.list);
    tn_attended_end(&walk);
    return status;
}

const struct tn_export_kind tn_export_edfi = {
    .name = "edfi",
    .thing = "row",
    .things = "rows",
    .summary = "Ed-Fi 5.2 StudentProgramAttendanceEvent; needs --org (CSV)",
    .holds = TN_EXPORT_IDS,
    .write = write_events,
};
