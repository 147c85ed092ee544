/* Finds the event, times, station, activity and learners that a correction is about. */
#include "sync/cmd/correct_build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sync/exchange/check.h"
#include "turnout/log.h"

#define MINUTES_MAX (366 * 24 * 60)

/* Minutes, or hours, minutes and seconds with their letters: "-60", "1h30m", "+45s". */
static bool read_shift(const char *text, int64_t *out_ms)
{
    const int64_t sign = text[0] == '-' ? -1 : 1;
    text += text[0] == '-' || text[0] == '+';
    *out_ms = 0;
    while (*text >= '0' && *text <= '9') {
        char *end = NULL;
        errno = 0;
        const long long n = strtoll(text, &end, 10);
        const int64_t unit = *end == 'h' ? 3600000 : *end == 's' ? 1000 : 60000;
        if (errno != 0 || n > MINUTES_MAX) {
            return false;
        }
        *out_ms += sign * n * unit;
        text = end + (*end == 'h' || *end == 'm' || *end == 's');
    }
    return *text == '\0' && *out_ms != 0;
}

static bool read_minutes(const char *text, int64_t *out)
{
    int64_t ms = 0;
    bool is_right = text[0] != '-' && read_shift(text, &ms) && ms % 60000 == 0;
    *out = ms / 60000;
    return is_right && *out <= MINUTES_MAX;
}

/* A time with an offset, or in the event's zone. */
static enum tn_exit read_time(const struct tn_correct_building *b, const char *option,
                              const char *text, int64_t *out)
{
    int64_t number = 0;
    *out = TN_NO_TIME;
    if (text == NULL) {
        return TN_EXIT_DONE;
    }
    const char *expected = tn_check_event_time(text, &number);
    if (expected != NULL) {
        return tn_usage_error(&tn_cmd_correct, "--%s %s: expected %s", option, text, expected);
    }
    if (number == TN_TIME_IS_LOCAL && !tn_local_time(text, b->event.tz, &number)) {
        return tn_usage_error(&tn_cmd_correct,
                              "--%s %s: there is no such time in %s, or it comes twice; give its"
                              " offset, as in 2026-03-14T09:00:00-05:00",
                              option, text, b->event.tz);
    }
    *out = number;
    return TN_EXIT_DONE;
}

static enum tn_exit read_times(struct tn_correct_building *b)
{
    struct tn_correction *rule = &b->row.rule;
    const char *end = b->c->at != NULL ? b->c->at : b->c->ends;
    enum tn_exit code = read_time(b, "from", b->c->from, &rule->from_ms);
    if (code == TN_EXIT_DONE) {
        code = read_time(b, "to", b->c->to, &rule->to_ms);
    }
    if (code == TN_EXIT_DONE) {
        code = read_time(b, "starts", b->c->starts, &rule->starts_ms);
    }
    if (code == TN_EXIT_DONE) {
        code = read_time(b, b->c->at != NULL ? "at" : "ends", end, &rule->ends_ms);
    }
    if (code == TN_EXIT_DONE && b->c->after != NULL && !read_minutes(b->c->after, &rule->minutes)) {
        code = tn_usage_error(&tn_cmd_correct, "--after %s: expected minutes, such as 90 or 1h30m",
                              b->c->after);
    }
    if (code == TN_EXIT_DONE && b->c->shift != NULL && !read_shift(b->c->shift, &rule->by_ms)) {
        code = tn_usage_error(&tn_cmd_correct,
                              "--shift %s: expected an amount of time, such as -60, +1h or 1h30m",
                              b->c->shift);
    }
    if (code == TN_EXIT_DONE && rule->from_ms != TN_NO_TIME && rule->to_ms != TN_NO_TIME &&
        rule->to_ms <= rule->from_ms) {
        code = tn_usage_error(&tn_cmd_correct, "--to is expected to be after --from");
    }
    if (code == TN_EXIT_DONE && rule->starts_ms != TN_NO_TIME && rule->ends_ms != TN_NO_TIME &&
        rule->ends_ms <= rule->starts_ms) {
        code = tn_usage_error(&tn_cmd_correct, "--ends is expected to be after --starts");
    }
    return code;
}

/* The id of an activity of an event by its code; the error names those there are. */
static enum tn_exit find_activity(const struct tn_correct_building *b, const struct tn_id *event,
                                  const char *text, struct tn_id *out)
{
    static const char sql[] = "SELECT id, code FROM activity WHERE ecosystem = $1 AND event = $2"
                              " ORDER BY code";
    char codes[800] = "";
    size_t len = 0;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    bool is_found = text == NULL;
    if (is_found) {
        return TN_EXIT_DONE;
    }
    enum tn_status status = tn_centre_prepare(b->centre, sql, &stmt);
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    tn_bind_id(stmt, 2, event);
    while (!is_found && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        const char *code = tn_col_text(stmt, 1);
        is_found = strcmp(code, text) == 0;
        if (is_found) {
            tn_col_id(stmt, 0, out);
        } else if (len + strlen(code) + 3 < sizeof codes) {
            len += (size_t)snprintf(codes + len, sizeof codes - len, "%s%s", len > 0 ? ", " : "",
                                    code);
        }
    }
    tn_reset(stmt);
    if (status == TN_OK && !is_found) {
        tn_log(TN_LOG_ERROR, "there is no activity with the code %s at that event; it has %s", text,
               len > 0 ? codes : "none");
        return TN_EXIT_PERSON;
    }
    return tn_exit_of(status);
}

/* A station that never stood at the event is a slip of the pen. */
static enum tn_exit find_station(struct tn_correct_building *b)
{
    static const char sql[] = "SELECT DISTINCT station FROM kiosk WHERE ecosystem = $1 AND event ="
                              " $2 ORDER BY station";
    char names[800] = "";
    size_t len = 0;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    bool is_found = false;
    if (b->c->station == NULL) {
        return TN_EXIT_DONE;
    }
    enum tn_status status = tn_centre_prepare(b->centre, sql, &stmt);
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    tn_bind_id(stmt, 2, &b->event.id);
    while (!is_found && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        const char *name = tn_col_text(stmt, 0);
        is_found = strcmp(name, b->c->station) == 0;
        if (len + strlen(name) + 3 < sizeof names) {
            len += (size_t)snprintf(names + len, sizeof names - len, "%s%s", len > 0 ? ", " : "",
                                    name);
        }
    }
    tn_reset(stmt);
    if (status == TN_OK && !is_found) {
        tn_log(TN_LOG_ERROR, "there is no station %s at %s; it has %s", b->c->station, b->c->event,
               len > 0 ? names : "none");
        return TN_EXIT_PERSON;
    }
    (void)snprintf(b->row.rule.station, sizeof b->row.rule.station, "%s", b->c->station);
    b->row.rule.station_id = tn_station_id(b->row.rule.station);
    return tn_exit_of(status);
}

static enum tn_exit find_learners(struct tn_correct_building *b)
{
    enum tn_status status = TN_OK;
    if (b->c->group != NULL) {
        status = tn_choose_group(b->centre, b->c->group, &b->learners);
        (void)snprintf(b->row.group_title, sizeof b->row.group_title, "%s", b->c->group);
        if (status == TN_ERR_NOT_FOUND) {
            tn_log(TN_LOG_ERROR, "there is no group %s, or nobody is in it", b->c->group);
        }
    } else if (b->c->learner != NULL) {
        status = tn_choose_learner(b->centre, b->c->learner, &b->learners);
        if (status == TN_ERR_NOT_FOUND) {
            tn_log(TN_LOG_ERROR, "there is no learner with the roster id %s", b->c->learner);
        } else if (status == TN_ERR_EXISTS) {
            tn_log(TN_LOG_ERROR,
                   "several sources have a learner with the id %s, and none is the"
                   " roster; merge them or import the roster first",
                   b->c->learner);
        }
    }
    b->row.rule.has_learners = b->learners.count > 0;
    return status == TN_ERR_EXISTS ? TN_EXIT_PERSON : tn_exit_of(status);
}

static enum tn_exit find_targets(struct tn_correct_building *b)
{
    struct tn_correction *rule = &b->row.rule;
    struct tn_central_event to = b->event;
    enum tn_status status = TN_OK;
    if (b->c->to_event != NULL) {
        status = tn_centre_event(b->centre, b->c->to_event, &to);
        rule->to_event = to.id;
    }
    if (status == TN_OK && tn_id_equal(&rule->to_event, &b->event.id)) {
        return tn_usage_error(&tn_cmd_correct, "--to-event is the event itself");
    }
    return status == TN_OK ? find_activity(b, &to.id, b->c->to_activity, &rule->to_activity)
                           : tn_exit_of(status);
}

enum tn_exit tn_correct_build(struct tn_correct_building *b)
{
    static enum tn_exit (*const steps[])(struct tn_correct_building *) = {
        read_times, find_station, find_learners, find_targets};
    if (b->c->event == NULL) {
        return tn_usage_error(&tn_cmd_correct, "--event is missing");
    }
    enum tn_exit code = tn_exit_of(tn_centre_event(b->centre, b->c->event, &b->event));
    b->row.rule.event = b->event.id;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && code == TN_EXIT_DONE; i++) {
        code = steps[i](b);
    }
    return code == TN_EXIT_DONE
               ? find_activity(b, &b->event.id, b->c->activity, &b->row.rule.activity)
               : code;
}
