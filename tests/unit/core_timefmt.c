/* Dates and clocks as people read them, in the zone of the event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "turnout/timefmt.h"

static void zone(const char *name)
{
    assert_int_equal(setenv("TZ", name, 1), 0);
    tzset();
}

static void expect_date(int64_t at_ms, struct tn_date expected)
{
    struct tn_date date = tn_time_date(at_ms);
    assert_int_equal(date.year, expected.year);
    assert_int_equal(date.month, expected.month);
    assert_int_equal(date.day, expected.day);
    assert_int_equal(date.weekday, expected.weekday);
    assert_int_equal(date.hour, expected.hour);
    assert_int_equal(date.minute, expected.minute);
}

static void a_date_is_that_of_the_zone(void **state)
{
    (void)state;
    int64_t at_ms = 0;
    assert_int_equal(tn_time_parse("2026-03-14T02:42:59.999Z", &at_ms), TN_OK);
    zone("UTC0");
    expect_date(at_ms, (struct tn_date){2026, 3, 14, 6, 2, 42});
    zone("EST5");
    expect_date(at_ms, (struct tn_date){2026, 3, 13, 5, 21, 42});
    zone("IST-5:30");
    expect_date(at_ms, (struct tn_date){2026, 3, 14, 6, 8, 12});
}

static void a_moment_before_1970_rounds_down(void **state)
{
    (void)state;
    char clock[TN_TIME_TEXT_SIZE];
    char text[TN_TIME_TEXT_SIZE];
    zone("UTC0");
    expect_date(-1, (struct tn_date){1969, 12, 31, 3, 23, 59});
    tn_time_clock(-1, clock);
    assert_string_equal(clock, "23:59");
    tn_time_format(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
}

static void a_clock_has_two_digits_each(void **state)
{
    (void)state;
    char clock[TN_TIME_TEXT_SIZE];
    zone("UTC0");
    tn_time_clock(65 * 60000 + 59999, clock);
    assert_string_equal(clock, "01:05");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_that_of_the_zone),
        cmocka_unit_test(a_moment_before_1970_rounds_down),
        cmocka_unit_test(a_clock_has_two_digits_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
