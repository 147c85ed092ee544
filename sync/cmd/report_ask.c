/* Filters. Days are those of the ecosystem and not of an event, since a report may be of many. */
#include "sync/cmd/report_ask.h"

#include <stdarg.h>
#include <string.h>

#include "sync/central/partner.h"
#include "sync/exchange/check.h"
#include "sync/exchange/report_value.h"
#include "turnout/log.h"

enum tn_exit tn_report_words_check(const struct tn_cmd *cmd, const struct tn_report_words *words)
{
    int64_t number = 0;
    const struct {
        const char *option;
        const char *value;
    } days[] = {{"from", words->from}, {"to", words->to}};
    for (size_t i = 0; i < 2; i++) {
        if (days[i].value != NULL && !tn_local_day(days[i].value, "UTC", 0, &number)) {
            return tn_usage_error(cmd, "--%s %s: a day is expected, such as 2026-03-14",
                                  days[i].option, days[i].value);
        }
    }
    if (words->from != NULL && words->to != NULL && strcmp(words->to, words->from) < 0) {
        return tn_usage_error(cmd, "--to %s lies before --from %s", words->to, words->from);
    }
    const char *wanted = words->grades == NULL ? NULL : tn_check_grade_band(words->grades, &number);
    if (wanted != NULL) {
        return tn_usage_error(cmd, "--grades %s: expected %s", words->grades, wanted);
    }
    return TN_EXIT_DONE;
}

/* Adds to what the report is about; too long a list of filters ends with what fits. */
static void add_about(struct tn_report_asked *asked, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add_about(struct tn_report_asked *asked, const char *format, ...)
{
    const size_t len = strlen(asked->about);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(asked->about + len, sizeof asked->about - len, format, args);
    va_end(args);
}

static enum tn_status take_event(struct tn_report_asked *asked, struct tn_centre *centre)
{
    struct tn_central_event event;
    if (asked->words->event == NULL) {
        add_about(asked, "All events");
        return TN_OK;
    }
    enum tn_status status = tn_centre_event(centre, asked->words->event, &event);
    asked->filter.event = event.id;
    add_about(asked, "%s", event.title);
    return status;
}

static enum tn_status take_partner(struct tn_report_asked *asked, struct tn_centre *centre)
{
    struct tn_central_partner partner;
    if (asked->words->partner == NULL) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_partner(centre, asked->words->partner, &partner);
    asked->filter.partner = partner.id;
    add_about(asked, ", activities of %s", partner.name);
    return status;
}

/* Both days are days of the ecosystem, and the last one is in. */
static enum tn_status take_days(struct tn_report_asked *asked, const struct tn_centre *centre)
{
    const struct tn_report_words *c = asked->words;
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

static void take_grades(struct tn_report_asked *asked)
{
    int64_t number = 0;
    if (asked->words->grades == NULL ||
        tn_check_grade_band(asked->words->grades, &number) != NULL) {
        return;
    }
    const struct tn_grade_band band = tn_grade_band(number);
    asked->filter.has_grades = true;
    asked->filter.grade_lo = band.lo;
    asked->filter.grade_hi = band.hi;
    add_about(asked, ", grade%s %s", band.lo == band.hi ? "" : "s", band.text);
}

enum tn_status tn_report_ask(struct tn_centre *centre, const struct tn_report_words *words,
                             struct tn_report_asked *out)
{
    *out = (struct tn_report_asked){.words = words};
    enum tn_status status = take_event(out, centre);
    status = status == TN_OK ? take_partner(out, centre) : status;
    status = status == TN_OK ? take_days(out, centre) : status;
    take_grades(out);
    return status;
}
