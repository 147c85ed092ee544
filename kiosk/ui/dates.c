/* Days in words: two tables of names and two patterns. Patterns number their parts, so that a
 * language may put the month first. */
#include "kiosk/ui/dates.h"

#include <stdio.h>

#include "kiosk/ui/screen.h"
#include "turnout/timefmt.h"

static const char *const weekdays[] = {
    N_("Sunday"),   N_("Monday"), N_("Tuesday"),  N_("Wednesday"),
    N_("Thursday"), N_("Friday"), N_("Saturday"),
};

static const char *const months[] = {
    N_("January"), N_("February"), N_("March"),     N_("April"),   N_("May"),      N_("June"),
    N_("July"),    N_("August"),   N_("September"), N_("October"), N_("November"), N_("December"),
};

void tn_date_question(int64_t at_ms, char out[TN_DATE_WORDS_SIZE])
{
    struct tn_date date = tn_time_date(at_ms);
    char clock[TN_TIME_TEXT_SIZE];
    tn_time_clock(at_ms, clock);
    /* Translators: the weekday, the day, the month, the time. */
    snprintf(out, TN_DATE_WORDS_SIZE, _("Is it %1$s %2$d %3$s, %4$s?"), _(weekdays[date.weekday]),
             date.day, _(months[date.month - 1]), clock);
}

void tn_date_short(int64_t at_ms, int64_t now_ms, char out[TN_DATE_WORDS_SIZE])
{
    struct tn_date date = tn_time_date(at_ms);
    struct tn_date now = tn_time_date(now_ms);
    if (date.year == now.year && date.month == now.month && date.day == now.day) {
        char clock[TN_TIME_TEXT_SIZE];
        tn_time_clock(at_ms, clock);
        snprintf(out, TN_DATE_WORDS_SIZE, "%s", clock);
        return;
    }
    /* Translators: the day and the month. */
    snprintf(out, TN_DATE_WORDS_SIZE, _("%1$d %2$s"), date.day, _(months[date.month - 1]));
}
