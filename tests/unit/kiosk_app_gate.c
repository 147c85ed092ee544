/* The repeated-scan gate: a badge still before the scanner counts once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/app/gate.h"

#define WINDOW_MS 5000

static struct tn_gate gate;

static int begin(void **state)
{
    (void)state;
    gate = (struct tn_gate){0};
    return 0;
}

static bool admits(const char *text, int64_t mono_ms)
{
    return tn_gate_admits(&gate, text, strlen(text), mono_ms, WINDOW_MS);
}

static bool admits_number(unsigned number, int64_t mono_ms)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%u", number);
    return admits(text, mono_ms);
}

static void a_repeat_within_the_window_is_dropped(void **state)
{
    (void)state;
    assert_true(admits("a", 0));
    assert_false(admits("a", WINDOW_MS - 1));
}

static void the_end_of_the_window_admits_again(void **state)
{
    (void)state;
    assert_true(admits("a", 0));
    assert_true(admits("a", WINDOW_MS));
}

static void each_sighting_restarts_the_window(void **state)
{
    (void)state;
    assert_true(admits("a", 0));
    for (int64_t at = 4000; at < 60000; at += 4000) {
        assert_false(admits("a", at));
    }
    assert_false(admits("a", 56000 + WINDOW_MS - 1));
    assert_true(admits("a", 56000 + 2 * WINDOW_MS));
}

static void badges_do_not_stand_in_each_others_way(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 50; i++) {
        assert_true(admits_number(i, i * 200));
    }
    for (unsigned i = 26; i < 50; i++) {
        assert_false(admits_number(i, 10000));
    }
}

static void a_window_of_nothing_lets_everything_pass(void **state)
{
    (void)state;
    assert_true(tn_gate_admits(&gate, "a", 1, 5, 0));
    assert_true(tn_gate_admits(&gate, "a", 1, 5, 0));
}

static void a_forgotten_scan_may_be_shown_again_at_once(void **state)
{
    (void)state;
    assert_true(admits("a", 0));
    assert_true(admits("b", 0));
    tn_gate_forget(&gate, "a", 1);
    tn_gate_forget(&gate, "never seen", 10);
    assert_true(admits("a", 1));
    assert_false(admits("b", 1));
}

static void the_oldest_sighting_makes_room_for_one_past_the_maximum(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TN_GATE_MAX; i++) {
        assert_true(admits_number(i, 100 + i));
    }
    assert_int_equal(gate.count, TN_GATE_MAX);
    assert_false(admits_number(0, 400)); /* now the newest */
    assert_true(admits_number(9999, 401));
    assert_int_equal(gate.count, TN_GATE_MAX);
    assert_false(admits_number(0, 402));
    assert_true(admits_number(1, 403)); /* this one had made room */
}

static void the_table_holds_no_text(void **state)
{
    (void)state;
    static const char text[] = "123456789012345678901234567890123456789012345678";
    assert_true(admits(text, 0));
    assert_null(memmem(&gate, sizeof gate, text, 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_repeat_within_the_window_is_dropped, begin),
        cmocka_unit_test_setup(the_end_of_the_window_admits_again, begin),
        cmocka_unit_test_setup(each_sighting_restarts_the_window, begin),
        cmocka_unit_test_setup(badges_do_not_stand_in_each_others_way, begin),
        cmocka_unit_test_setup(a_window_of_nothing_lets_everything_pass, begin),
        cmocka_unit_test_setup(a_forgotten_scan_may_be_shown_again_at_once, begin),
        cmocka_unit_test_setup(the_oldest_sighting_makes_room_for_one_past_the_maximum, begin),
        cmocka_unit_test_setup(the_table_holds_no_text, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
