/* The schedule as iCalendar (RFC 5545): an event is a VEVENT, and so is each of its activities that
 * has a time of its own. libical writes each component, escapes its texts and folds its lines.
 * Times are in UTC, which every calendar shows in its reader's zone, so no VTIMEZONE is needed. */
#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

#include "sync/exchange/export.h"
#include "turnout/log.h"

static const struct tn_export_counted without_time = {
    "activities_without_time", "activity has no time of its own and was left out",
    "activities have no time of their own and were left out"};

#define UID_SIZE 256

/* One row of either statement. */
struct item {
    struct tn_id id;
    struct tn_id event; /* of an activity: whose it is */
    char uid[UID_SIZE];
    char parent[UID_SIZE]; /* the event's UID; "" for an event itself */
    char code[TN_ATTENDED_TEXT_SIZE];
    char title[TN_ATTENDED_TEXT_SIZE];
    char site[TN_ATTENDED_TEXT_SIZE];
    char categories[2][TN_ATTENDED_TEXT_SIZE];
    int64_t starts;
    int64_t ends;
    int64_t rev;
    enum icalproperty_status status;
};

/* UIDs are global, so ours end in a name that nobody else has. */
static void make_uid(const struct tn_export *export, const struct tn_id *id, const char *had,
                     char out[UID_SIZE])
{
    char hex[TN_ID_HEX_SIZE];
    tn_id_hex(id, hex);
    if (had[0] != '\0') {
        (void)snprintf(out, UID_SIZE, "%s", had);
    } else {
        (void)snprintf(out, UID_SIZE, "%s@%s.turnout.invalid", hex, export->centre->code);
    }
}

static struct icaltimetype utc(int64_t at_ms)
{
    return icaltime_from_timet_with_zone((time_t)(at_ms / 1000), 0,
                                         icaltimezone_get_utc_timezone());
}

/* libical takes a category for a list of them and leaves its commas and semicolons as they are, so
 * they are taken out here. */
static void add_category(icalcomponent *event, const char *name)
{
    char plain[TN_ATTENDED_TEXT_SIZE];
    (void)snprintf(plain, sizeof plain, "%s", name);
    for (char *c = plain; *c != '\0'; c++) {
        *c = *c == ',' || *c == ';' ? ' ' : *c;
    }
    if (plain[0] != '\0') {
        icalcomponent_add_property(event, icalproperty_new_categories(plain));
    }
}

static void add_texts(icalcomponent *event, const struct item *item)
{
    icalcomponent_add_property(event, icalproperty_new_summary(item->title));
    if (item->site[0] != '\0') {
        icalcomponent_add_property(event, icalproperty_new_location(item->site));
    }
    for (size_t i = 0; i < 2; i++) {
        add_category(event, item->categories[i]);
    }
    if (item->parent[0] != '\0') {
        icalcomponent_add_property(event, icalproperty_new_relatedto(item->parent));
    }
}

static icalcomponent *component_of(const struct tn_export *export, const struct item *item)
{
    icalcomponent *event = icalcomponent_new_vevent();
    icalcomponent_add_property(event, icalproperty_new_uid(item->uid));
    icalcomponent_add_property(event, icalproperty_new_dtstamp(utc(export->now_ms)));
    icalcomponent_add_property(event, icalproperty_new_dtstart(utc(item->starts)));
    icalcomponent_add_property(event, icalproperty_new_dtend(utc(item->ends)));
    add_texts(event, item);
    icalcomponent_add_property(event, icalproperty_new_sequence((int)item->rev));
    icalcomponent_add_property(event, icalproperty_new_status(item->status));
    icalproperty *code = icalproperty_new_x(item->code);
    icalproperty_set_x_name(code, "X-TURNOUT-CODE");
    icalcomponent_add_property(event, code);
    return event;
}

static enum tn_status write_item(struct tn_export *export, const struct item *item)
{
    icalcomponent *event = component_of(export, item);
    char *text = icalcomponent_as_ical_string_r(event);
    enum tn_status status = text == NULL                       ? TN_ERR_NO_MEMORY
                            : fputs(text, export->file) == EOF ? TN_ERR_IO
                                                               : TN_OK;
    icalmemory_free_buffer(text);
    icalcomponent_free(event);
    export->rows++;
    return status;
}

/* As an import of a calendar kept it. An activity is what its event is. */
static enum icalproperty_status status_of(const char *word)
{
    return strcmp(word, "cancelled") == 0   ? ICAL_STATUS_CANCELLED
           : strcmp(word, "tentative") == 0 ? ICAL_STATUS_TENTATIVE
                                            : ICAL_STATUS_CONFIRMED;
}

static void take_text(struct tn_stmt *stmt, int column, char *out, size_t size)
{
    (void)snprintf(out, size, "%s", tn_col_text(stmt, column));
}

/* A calendar passes over what is older than what it has, so SEQUENCE never falls behind its own. */
#define SEQUENCE "CASE WHEN e.ical_seq > e.rev THEN e.ical_seq ELSE e.rev END"

/* Both statements have the columns in this order. */
static void take_item(struct tn_export *export, struct tn_stmt *stmt, struct item *out)
{
    *out = (struct item){0};
    tn_col_id(stmt, 0, &out->id);
    tn_col_id(stmt, 1, &out->event);
    take_text(stmt, 3, out->code, sizeof out->code);
    take_text(stmt, 4, out->title, sizeof out->title);
    take_text(stmt, 5, out->site, sizeof out->site);
    take_text(stmt, 6, out->categories[0], sizeof out->categories[0]);
    take_text(stmt, 7, out->categories[1], sizeof out->categories[1]);
    out->starts = tn_col_int(stmt, 8);
    out->ends = tn_col_int(stmt, 9);
    out->rev = tn_col_int(stmt, 10);
    out->status = status_of(tn_col_text(stmt, 11));
    if (tn_id_is_none(&out->event)) {
        make_uid(export, &out->id, tn_col_text(stmt, 2), out->uid);
    } else {
        make_uid(export, &out->id, "", out->uid);
        make_uid(export, &out->event, tn_col_text(stmt, 2), out->parent);
    }
}

static bool is_wanted(const struct tn_export *export, const struct item *item)
{
    const struct tn_attended_filter *filter = &export->filter;
    const struct tn_id *event = tn_id_is_none(&item->event) ? &item->id : &item->event;
    return (tn_id_is_none(&filter->event) || tn_id_equal(&filter->event, event)) &&
           (filter->from_ms == 0 || item->ends > filter->from_ms) &&
           (filter->to_ms == 0 || item->starts < filter->to_ms);
}

static enum tn_status write_items(struct tn_export *export, const char *sql)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    struct item item;
    enum tn_status status = tn_centre_prepare(export->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        take_item(export, stmt, &item);
        if (item.ends <= item.starts) {
            tn_export_note(export, &without_time, 1);
        } else if (is_wanted(export, &item)) {
            status = write_item(export, &item);
            if (status != TN_OK) {
                break;
            }
        }
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status write_calendar(struct tn_export *export)
{
    static const char events[] =
        "SELECT e.id, NULL, e.ical_uid, e.code, e.title, e.site, e.setting, e.term, e.starts,"
        " e.ends, " SEQUENCE
        ", e.status FROM event e WHERE e.ecosystem = $1 ORDER BY e.starts, e.id";
    static const char activities[] =
        "SELECT a.id, a.event, e.ical_uid, a.code, a.title, e.site, a.strand, a.workforce_kind,"
        " coalesce(a.starts, 0), coalesce(a.ends, 0), " SEQUENCE
        ", e.status FROM activity a JOIN event e ON"
        " e.ecosystem = a.ecosystem AND e.id = a.event WHERE a.ecosystem = $1 ORDER BY e.starts,"
        " e.id, a.starts, a.id";
    icalerror_set_errors_are_fatal(0);
    enum tn_status status = fputs("BEGIN:VCALENDAR\r\n"
                                  "VERSION:2.0\r\n"
                                  "PRODID:-//Turnout//turnout-sync//EN\r\n",
                                  export->file) == EOF
                                ? TN_ERR_IO
                                : TN_OK;
    if (status == TN_OK) {
        status = write_items(export, events);
    }
    if (status == TN_OK) {
        status = write_items(export, activities);
    }
    if (status == TN_OK && fputs("END:VCALENDAR\r\n", export->file) == EOF) {
        status = TN_ERR_IO;
    }
    return status;
}

const struct tn_export_kind tn_export_ical = {
    .name = "ical",
    .thing = "calendar entry",
    .things = "calendar entries",
    .summary = "events and activities for calendars (iCalendar)",
    .holds = TN_EXPORT_NOBODY,
    .write = write_calendar,
};
