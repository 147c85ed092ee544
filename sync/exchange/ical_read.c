/* VEVENTs out of libical. It reads the text and unfolds, unescapes and expands; zones and instants
 * are ours (ical_zone.h). Rules that repeat are expanded as wall times, since a club at four
 * o'clock is at four o'clock on both sides of a clock change. Lines are counted here, because
 * libical does not say where a component stands. */
#include "sync/exchange/ical_read.h"

#include <glib.h>
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/central/text.h"
#include "sync/exchange/check.h"
#include "sync/exchange/ical_zone.h"

#define HOUR_MS (INT64_C(3600) * 1000)
#define YEAR_LEAST 1970
#define YEAR_LAST 2200
#define HEAD_SIZE 64 /* of a line: enough for BEGIN and END with a component's name */

struct reader {
    const struct tn_ical_reading *what;
    const char *tz; /* the calendar's own, or that of the reading */
    char calendar_tz[TN_TZ_MAX + 1];
    char rule_tz[TN_TZ_MAX + 1]; /* in which the event at hand repeats */
    bool is_all_cancelled;       /* METHOD:CANCEL */
    uint64_t *lines;             /* where each VEVENT begins */
    size_t line_count;
    size_t next_line;
    GHashTable *replaced; /* "UID\tinstant" of occurrences with a VEVENT of their own */
    uint64_t done;
    bool is_gathering; /* only `replaced` is filled */
    struct tn_ical_event event;
};

static void problem(struct reader *reader, const char *column, const char *what)
{
    char text[TN_ICAL_UID_MAX + 200];
    struct tn_place place = reader->event.place;
    place.column = column;
    (void)snprintf(text, sizeof(text), "%s (UID %.100s)", what,
                   reader->event.uid == NULL ? "none" : reader->event.uid);
    tn_problem(reader->what->problems, &place, "%s", text);
}

/* The beginning of a line as libical sees it: unfolded, BEGIN or END without parameters. */
static void read_head(const char *at, char out[HEAD_SIZE])
{
    size_t len = 0;
    while (len < HEAD_SIZE - 1 && *at != '\0') {
        const size_t fold = strncmp(at, "\r\n", 2) == 0 ? 2 : *at == '\n' ? 1 : 0;
        if (fold > 0 && at[fold] != ' ' && at[fold] != '\t') {
            break;
        }
        if (fold > 0) {
            at += fold + 1;
            continue;
        }
        out[len++] = *at++;
    }
    out[len] = '\0';
    char *colon = strchr(out, ':');
    char *params = strchr(out, ';');
    if (colon != NULL && params != NULL && params < colon) {
        memmove(params, colon, strlen(colon) + 1);
    }
}

static bool is_line(const char *head, const char *word)
{
    return g_ascii_strcasecmp(head, word) == 0;
}

static enum tn_status refuse(const struct tn_ical_reading *what, uint64_t line, const char *why)
{
    const struct tn_place place = {.line = line};
    tn_problem(what->problems, &place, "%s", why);
    return TN_ERR_FORMAT;
}

/* Notes where VEVENTs begin, and sees that each ends: libical takes what was cut off for whole. */
static enum tn_status find_lines(struct reader *reader)
{
    uint64_t line = 1;
    bool is_open = false;
    uint64_t ends = 0;
    uint64_t depth = 0;
    const char *at = reader->what->text;
    while (*at != '\0') {
        char head[HEAD_SIZE];
        read_head(at, head);
        if (is_line(head, "BEGIN:VEVENT")) {
            if (is_open || reader->line_count == TN_ICAL_EVENTS_MAX) {
                return refuse(reader->what, line,
                              is_open ? "an event begins here before the one above has ended"
                                      : "holds more than 50,000 events; split it");
            }
            reader->lines[reader->line_count++] = line;
            is_open = true;
        }
        is_open = is_open && !is_line(head, "END:VEVENT");
        ends += is_line(head, "END:VCALENDAR");
        depth += g_ascii_strncasecmp(head, "BEGIN:", 6) == 0;
        if (g_ascii_strncasecmp(head, "END:", 4) == 0 && depth-- == 0) {
            return refuse(reader->what, line, "something ends here that never began");
        }
        at += strcspn(at, "\n");
        at += *at == '\n';
        line++;
    }
    return is_open || ends == 0
               ? refuse(reader->what, line, "ends in the middle; was it cut off on its way here?")
               : TN_OK;
}

static bool read_wall(const struct icaltimetype *time, struct tn_wall *out)
{
    *out = (struct tn_wall){time->year, time->month,  time->day,
                            time->hour, time->minute, time->second > 59 ? 59 : time->second};
    if (time->is_date) {
        out->hour = out->minute = out->second = 0;
    }
    return time->year >= YEAR_LEAST && time->year <= YEAR_LAST;
}

/* The zone of a property: its TZID, UTC, or that of the calendar. */
static bool zone_of(struct reader *reader, icalproperty *property, const struct icaltimetype *time,
                    char out[TN_TZ_MAX + 1])
{
    icalparameter *tzid = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    if (icaltime_is_utc(*time)) {
        (void)snprintf(out, TN_TZ_MAX + 1, "UTC");
        return true;
    }
    if (tzid == NULL || time->is_date) {
        (void)snprintf(out, TN_TZ_MAX + 1, "%s", reader->tz);
        return true;
    }
    return tn_ical_zone(icalparameter_get_tzid(tzid), out);
}

/* The instant of a time in a zone; UTC where the time says so itself. */
static bool instant_of(const struct icaltimetype *time, const char *tz, int64_t *out_ms)
{
    struct tn_wall wall;
    return read_wall(time, &wall) &&
           tn_wall_instant(&wall, icaltime_is_utc(*time) ? "UTC" : tz, out_ms);
}

/* A time of a property, with its zone. False: it is said what is wrong with it. */
static bool read_time(struct reader *reader, icalproperty *property, const char *name,
                      char tz[TN_TZ_MAX + 1], int64_t *out_ms)
{
    struct icaltimetype time = icalvalue_get_datetime(icalproperty_get_value(property));
    if (!zone_of(reader, property, &time, tz)) {
        problem(reader, name, "the time zone it names is none that is known here");
        return false;
    }
    if (!instant_of(&time, tz, out_ms)) {
        problem(reader, name, "expected a date or a time, such as 20260314T090000");
        return false;
    }
    return true;
}

/* Text of a property on one line and no longer than a title. */
static void read_text(const char *text, char out[TN_TITLE_MAX + 1])
{
    tn_text_cut(text == NULL ? "" : text, out, TN_TITLE_MAX + 1);
    for (char *c = out; *c != '\0'; c++) {
        *c = (unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : *c;
    }
    (void)g_strstrip(out);
}

static const char *value_of(icalcomponent *event, const char *name)
{
    for (icalproperty *at = icalcomponent_get_first_property(event, ICAL_X_PROPERTY); at != NULL;
         at = icalcomponent_get_next_property(event, ICAL_X_PROPERTY)) {
        if (g_ascii_strcasecmp(icalproperty_get_x_name(at), name) == 0) {
            const char *value = icalproperty_get_x(at);
            return value == NULL ? "" : value;
        }
    }
    return "";
}

static void read_setting(struct reader *reader, icalcomponent *event)
{
    reader->event.setting = NULL;
    for (icalproperty *at = icalcomponent_get_first_property(event, ICAL_CATEGORIES_PROPERTY);
         at != NULL; at = icalcomponent_get_next_property(event, ICAL_CATEGORIES_PROPERTY)) {
        const char *list = icalproperty_get_categories(at);
        for (const char *word = list; word != NULL && *word != '\0';) {
            const size_t len = strcspn(word, ",");
            const char *setting = tn_setting_find(word, len);
            reader->event.setting = setting != NULL ? setting : reader->event.setting;
            word += len + (word[len] == ',');
        }
    }
}

/* What libical could not read is a problem where it is something we need. */
static bool check_errors(struct reader *reader, icalcomponent *event)
{
    static const char *const needed[] = {"DTSTART",  "DTEND",  "DURATION", "RRULE",        "EXDATE",
                                         "SEQUENCE", "STATUS", "SUMMARY",  "RECURRENCE-ID"};
    for (icalproperty *at = icalcomponent_get_first_property(event, ICAL_XLICERROR_PROPERTY);
         at != NULL; at = icalcomponent_get_next_property(event, ICAL_XLICERROR_PROPERTY)) {
        const char *text = icalproperty_get_xlicerror(at);
        for (size_t i = 0; text != NULL && i < sizeof(needed) / sizeof(needed[0]); i++) {
            char named[32]; /* REQUEST-STATUS is no STATUS */
            (void)snprintf(named, sizeof(named), " %s property", needed[i]);
            if (strstr(text, named) != NULL) {
                problem(reader, needed[i], "cannot be read");
                return false;
            }
        }
    }
    return true;
}

static bool read_end(struct reader *reader, icalcomponent *event, const struct icaltimetype *start,
                     int64_t *length_ms)
{
    struct tn_ical_event *out = &reader->event;
    char tz[TN_TZ_MAX + 1];
    int64_t ends_ms = 0;
    icalproperty *end = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
    icalproperty *duration = icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY);
    out->has_no_end = end == NULL && duration == NULL && !start->is_date;
    if (end != NULL) {
        if (!read_time(reader, end, "DTEND", tz, &ends_ms)) {
            return false;
        }
        *length_ms = ends_ms - out->starts_ms;
    } else if (duration != NULL) {
        *length_ms = (int64_t)icaldurationtype_as_int(icalproperty_get_duration(duration)) * 1000;
    } else {
        *length_ms = start->is_date ? 24 * HOUR_MS : HOUR_MS;
    }
    if (*length_ms <= 0) {
        problem(reader, end != NULL ? "DTEND" : "DURATION", "an event must end after it starts");
        return false;
    }
    return true;
}

static bool read_start(struct reader *reader, icalcomponent *event, struct icaltimetype *start)
{
    icalproperty *property = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
    if (property == NULL) {
        problem(reader, "DTSTART", "is missing; every event needs one");
        return false;
    }
    *start = icalvalue_get_datetime(icalproperty_get_value(property));
    if (!read_time(reader, property, "DTSTART", reader->rule_tz, &reader->event.starts_ms)) {
        return false;
    }
    /* UTC says when, and not where. */
    (void)snprintf(reader->event.tz, sizeof(reader->event.tz), "%s",
                   icaltime_is_utc(*start) ? reader->tz : reader->rule_tz);
    return true;
}

static bool read_about(struct reader *reader, icalcomponent *event)
{
    struct tn_ical_event *out = &reader->event;
    const enum icalproperty_status status = icalcomponent_get_status(event);
    out->sequence = icalcomponent_get_sequence(event);
    out->is_cancelled = reader->is_all_cancelled || status == ICAL_STATUS_CANCELLED;
    out->is_tentative = status == ICAL_STATUS_TENTATIVE;
    read_text(icalcomponent_get_summary(event), out->title);
    read_text(icalcomponent_get_location(event), out->site);
    read_text(value_of(event, "X-TURNOUT-CODE"), out->code);
    read_setting(reader, event);
    out->is_activity = out->code[0] != '\0' &&
                       icalcomponent_get_first_property(event, ICAL_RELATEDTO_PROPERTY) != NULL;
    if (out->title[0] == '\0' && !out->is_cancelled) {
        problem(reader, "SUMMARY", "is missing; every event needs a title");
        return false;
    }
    return true;
}

/* An occurrence as a key of `replaced`. */
static char *key_of(const char *uid, int64_t recurs_ms)
{
    return g_strdup_printf("%s\t%lld", uid, (long long)recurs_ms);
}

static enum tn_status give(struct reader *reader)
{
    return reader->what->each(reader->what->ctx, &reader->event);
}

/* Whether an occurrence is one that EXDATE takes out. */
static bool is_excepted(struct reader *reader, icalcomponent *event, int64_t starts_ms)
{
    char tz[TN_TZ_MAX + 1];
    for (icalproperty *at = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY);
         at != NULL; at = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY)) {
        struct icaltimetype time = icalvalue_get_datetime(icalproperty_get_value(at));
        int64_t at_ms = 0;
        if (zone_of(reader, at, &time, tz) &&
            instant_of(&time, time.is_date ? reader->rule_tz : tz, &at_ms) && at_ms == starts_ms) {
            return true;
        }
    }
    return false;
}

/* The rule with UNTIL as a wall time, as the expansion goes by those. False: it is none we take. */
static bool read_rule(struct reader *reader, icalproperty *property,
                      struct icalrecurrencetype *rule)
{
    *rule = icalproperty_get_rrule(property);
    const bool is_fine =
        rule->freq == ICAL_DAILY_RECURRENCE || rule->freq == ICAL_WEEKLY_RECURRENCE ||
        rule->freq == ICAL_MONTHLY_RECURRENCE || rule->freq == ICAL_YEARLY_RECURRENCE;
    if (!is_fine || rule->by_hour[0] != ICAL_RECURRENCE_ARRAY_MAX ||
        rule->by_minute[0] != ICAL_RECURRENCE_ARRAY_MAX ||
        rule->by_second[0] != ICAL_RECURRENCE_ARRAY_MAX || rule->rscale != NULL) {
        problem(reader, "RRULE", "expected a rule of days, weeks, months or years");
        return false;
    }
    int64_t until_ms = 0;
    struct tn_wall wall;
    if (!icaltime_is_null_time(rule->until) && icaltime_is_utc(rule->until)) {
        if (!instant_of(&rule->until, "UTC", &until_ms) ||
            !tn_wall_of(until_ms, reader->rule_tz, &wall)) {
            problem(reader, "RRULE", "its UNTIL is no time that is known here");
            return false;
        }
        rule->until = (struct icaltimetype){.year = wall.year,
                                            .month = wall.month,
                                            .day = wall.day,
                                            .hour = wall.hour,
                                            .minute = wall.minute,
                                            .second = wall.second};
    } else if (!icaltime_is_null_time(rule->until) && rule->until.is_date) {
        rule->until.is_date = 0;
        rule->until.hour = 23;
        rule->until.minute = rule->until.second = 59;
    }
    return true;
}

/* One occurrence of a rule. */
static enum tn_status give_occurrence(struct reader *reader, icalcomponent *event,
                                      const struct icaltimetype *at, int64_t length_ms)
{
    struct tn_ical_event *out = &reader->event;
    if (!instant_of(at, reader->rule_tz, &out->starts_ms)) {
        problem(reader, "RRULE", "it leads to a time that is known nowhere");
        return TN_OK;
    }
    out->recurs_ms = out->starts_ms;
    out->ends_ms = out->starts_ms + length_ms;
    char *key = key_of(out->uid, out->recurs_ms);
    const bool is_out =
        g_hash_table_contains(reader->replaced, key) || is_excepted(reader, event, out->starts_ms);
    g_free(key);
    return is_out ? TN_OK : give(reader);
}

static enum tn_status expand(struct reader *reader, icalcomponent *event, icalproperty *property,
                             struct icaltimetype start, int64_t length_ms)
{
    struct icalrecurrencetype rule;
    enum tn_status status = TN_OK;
    int count = 0;
    if (!read_rule(reader, property, &rule)) {
        return TN_OK;
    }
    start.zone = NULL;
    icalrecur_iterator *all = icalrecur_iterator_new(rule, start);
    if (all == NULL) {
        problem(reader, "RRULE", "cannot be followed");
        return TN_OK;
    }
    struct icaltimetype at = icalrecur_iterator_next(all);
    while (status == TN_OK && !icaltime_is_null_time(at)) {
        int64_t at_ms = 0;
        at.is_date = start.is_date;
        if (instant_of(&at, reader->rule_tz, &at_ms) && at_ms > reader->what->until_ms) {
            break;
        }
        if (++count > TN_ICAL_REPEATS_MAX) {
            problem(reader, "RRULE",
                    "repeats more than 366 times, or without an end; say with --until DATE how far "
                    "to go, or give it an UNTIL or a COUNT");
            break;
        }
        status = give_occurrence(reader, event, &at, length_ms);
        at = icalrecur_iterator_next(all);
    }
    icalrecur_iterator_free(all);
    return status;
}

/* An occurrence that has a VEVENT of its own stands in place of the one of the rule. */
static bool read_recurrence(struct reader *reader, icalcomponent *event)
{
    char tz[TN_TZ_MAX + 1];
    icalproperty *id = icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY);
    reader->event.recurs_ms = INT64_MIN;
    if (id == NULL) {
        return true;
    }
    if (!read_time(reader, id, "RECURRENCE-ID", tz, &reader->event.recurs_ms)) {
        return false;
    }
    if (reader->is_gathering) {
        (void)g_hash_table_add(reader->replaced,
                               key_of(reader->event.uid, reader->event.recurs_ms));
    }
    return true;
}

static enum tn_status read_event(struct reader *reader, icalcomponent *event)
{
    struct tn_ical_event *out = &reader->event;
    struct icaltimetype start;
    int64_t length_ms = 0;
    const size_t number = reader->next_line++;
    *out = (struct tn_ical_event){.uid = icalcomponent_get_uid(event)};
    out->place.line = number < reader->line_count ? reader->lines[number] : 1;
    if (out->uid == NULL || out->uid[0] == '\0' || strlen(out->uid) > TN_ICAL_UID_MAX) {
        problem(reader, "UID", "expected an id of at most 400 bytes in every event");
        return TN_OK;
    }
    if (!read_recurrence(reader, event) || reader->is_gathering || !check_errors(reader, event) ||
        !read_about(reader, event) || !read_start(reader, event, &start) ||
        !read_end(reader, event, &start, &length_ms)) {
        return TN_OK;
    }
    out->ends_ms = out->starts_ms + length_ms;
    icalproperty *rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
    if (rule != NULL && out->recurs_ms == INT64_MIN) {
        return expand(reader, event, rule, start, length_ms);
    }
    return out->starts_ms > reader->what->until_ms ? TN_OK : give(reader);
}

static enum tn_status read_calendar(struct reader *reader, icalcomponent *calendar)
{
    enum tn_status status = TN_OK;
    const char *zone = value_of(calendar, "X-WR-TIMEZONE");
    reader->is_all_cancelled = icalcomponent_get_method(calendar) == ICAL_METHOD_CANCEL;
    reader->tz = tn_ical_zone(zone, reader->calendar_tz) ? reader->calendar_tz : reader->what->tz;
    for (icalcomponent *at = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
         at != NULL && status == TN_OK;
         at = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        status = read_event(reader, at);
        if (!reader->is_gathering && reader->what->progress != NULL) {
            reader->what->progress(reader->what->ctx, ++reader->done, reader->line_count);
        }
    }
    return status;
}

/* Several calendars in one text come under a root of libical's own. */
static enum tn_status read_root(struct reader *reader, icalcomponent *root)
{
    enum tn_status status = TN_OK;
    reader->next_line = 0;
    if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT) {
        return read_calendar(reader, root);
    }
    for (icalcomponent *at = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT);
         at != NULL && status == TN_OK;
         at = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT)) {
        status = read_calendar(reader, at);
    }
    return status;
}

static enum tn_status read_text_as(struct reader *reader)
{
    enum tn_status status = find_lines(reader);
    if (status != TN_OK) {
        return status;
    }
    icalerror_set_errors_are_fatal(false);
    icalcomponent *root = icalparser_parse_string(reader->what->text);
    if (root == NULL) {
        return refuse(reader->what, 1, "is no calendar that can be read");
    }
    /* The first time through only says which occurrences of rules are replaced. */
    reader->is_gathering = true;
    const uint64_t before = reader->what->problems->count;
    status = read_root(reader, root);
    reader->is_gathering = false;
    if (status == TN_OK && reader->what->problems->count == before) {
        status = read_root(reader, root);
    }
    icalcomponent_free(root);
    return status;
}

enum tn_status tn_ical_read(const struct tn_ical_reading *reading)
{
    struct reader *reader = calloc(1, sizeof(*reader));
    enum tn_status status = TN_ERR_NO_MEMORY;
    const char *text = reading->text + (strncmp(reading->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
    struct tn_ical_reading bare = *reading;
    bare.text = text;
    if (reading->len > TN_ICAL_SIZE_MAX || memchr(reading->text, 0, reading->len) != NULL ||
        !g_utf8_validate(text, -1, NULL) || g_ascii_strncasecmp(text, "BEGIN:VCALENDAR", 15) != 0) {
        free(reader);
        return refuse(reading, 1,
                      "is no calendar: expected BEGIN:VCALENDAR, in UTF-8 and at most 16 MiB");
    }
    if (reader != NULL) {
        reader->what = &bare;
        reader->lines = calloc(TN_ICAL_EVENTS_MAX, sizeof(*reader->lines));
        reader->replaced = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        status = reader->lines == NULL ? TN_ERR_NO_MEMORY : read_text_as(reader);
        g_hash_table_destroy(reader->replaced);
        free(reader->lines);
    }
    free(reader);
    return status;
}
