/* When a screen dims, and how its picture wanders: rules of time alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kiosk/ui/dim.h"

#define HOUR INT64_C(3600000)
#define MINUTE INT64_C(60000)
#define STARTS (INT64_C(1773504000000))
#define ENDS (STARTS + 6 * HOUR)
#define NEVER (1000 * HOUR)

static void it_is_bright_from_an_hour_before_the_event_to_an_hour_after(void **state)
{
    static const struct {
        int64_t at_ms;
        int percent;
    } rows[] = {
        {STARTS - HOUR - 1, TN_DIM_PERCENT},
        {STARTS - HOUR, 100},
        {STARTS, 100},
        {(STARTS + ENDS) / 2, 100},
        {ENDS + HOUR, 100},
        {ENDS + HOUR + 1, TN_DIM_PERCENT},
        {0, TN_DIM_PERCENT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(tn_dim_percent(rows[i].at_ms, STARTS, ENDS, NEVER), rows[i].percent);
    }
}

static void whoever_touches_or_scans_gets_five_bright_minutes(void **state)
{
    (void)state;
    int64_t night = ENDS + 12 * HOUR;
    assert_int_equal(tn_dim_percent(night, STARTS, ENDS, 0), 100);
    assert_int_equal(tn_dim_percent(night, STARTS, ENDS, TN_DIM_AWAKE_MS - 1), 100);
    assert_int_equal(tn_dim_percent(night, STARTS, ENDS, TN_DIM_AWAKE_MS), TN_DIM_PERCENT);
}

static void a_station_without_an_event_never_dims(void **state)
{
    (void)state;
    assert_int_equal(tn_dim_percent(STARTS, 0, 0, NEVER), 100);
}

static void the_picture_starts_where_the_layout_means_it(void **state)
{
    (void)state;
    struct tn_shift shift = tn_shift_at(0);
    assert_int_equal(shift.x, 0);
    assert_int_equal(shift.y, 0);
}

static void it_wanders_a_pixel_a_minute_and_everywhere_equally_often(void **state)
{
    enum { SIDE = 2 * TN_SHIFT_PX_MAX + 1, ROUND = 2 * SIDE * SIDE };
    int seen[SIDE][SIDE] = {{0}};
    (void)state;
    struct tn_shift before = tn_shift_at(0);
    for (int64_t minute = 0; minute < 3 * ROUND; minute++) {
        struct tn_shift now = tn_shift_at(minute * MINUTE);
        struct tn_shift later = tn_shift_at(minute * MINUTE + MINUTE - 1);
        assert_true(abs(now.x) <= TN_SHIFT_PX_MAX && abs(now.y) <= TN_SHIFT_PX_MAX);
        assert_true(abs(now.x - before.x) + abs(now.y - before.y) <= 1);
        assert_true(now.x == later.x && now.y == later.y);
        seen[now.y + TN_SHIFT_PX_MAX][now.x + TN_SHIFT_PX_MAX]++;
        before = now;
    }
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            assert_int_equal(seen[y][x], 6);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_bright_from_an_hour_before_the_event_to_an_hour_after),
        cmocka_unit_test(whoever_touches_or_scans_gets_five_bright_minutes),
        cmocka_unit_test(a_station_without_an_event_never_dims),
        cmocka_unit_test(the_picture_starts_where_the_layout_means_it),
        cmocka_unit_test(it_wanders_a_pixel_a_minute_and_everywhere_equally_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
