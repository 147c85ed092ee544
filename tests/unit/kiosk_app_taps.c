/* Two taps or one: quick ones at the same place are one, but for keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "kiosk/app/runner.h"
#include "kiosk/ui/screens.h"
#include "tests/unit/kiosk_fake_store.h"

static struct tn_taps taps;

static int begin(void **state)
{
    (void)state;
    taps = (struct tn_taps){0};
    return 0;
}

static struct tn_event tap_at(const char *control, float x_mm, int64_t mono_ms)
{
    struct tn_event tap = {
        .type = TN_EVENT_TAP, .has_point = true, .x_mm = x_mm, .y_mm = 100.0f, .mono_ms = mono_ms};
    (void)snprintf(tap.control, sizeof tap.control, "%s", control);
    return tap;
}

static bool admits(const char *control, float x_mm, int64_t mono_ms)
{
    struct tn_event tap = tap_at(control, x_mm, mono_ms);
    return tn_taps_admit(&taps, &tap);
}

static void the_second_of_two_quick_taps_is_dropped_whatever_lies_there(void **state)
{
    (void)state;
    assert_true(admits("next", 50.0f, 1000));
    assert_false(admits("next", 50.0f, 1001));
    assert_false(admits("done", 50.0f + TN_TAPS_MM - 1.0f, 1000 + TN_TAPS_MS - 1));
    assert_true(admits("done", 50.0f, 1000 + TN_TAPS_MS));
}

static void quick_taps_far_from_each_other_are_two(void **state)
{
    (void)state;
    assert_true(admits("lang-es", 50.0f, 1000));
    assert_true(admits("no-badge", 50.0f + TN_TAPS_MM, 1100));
    assert_true(admits("lang-es", 50.0f, 1200));
}

static void keys_may_be_pressed_as_fast_as_anybody_can(void **state)
{
    (void)state;
    assert_true(admits("key-12", 50.0f, 1000));
    assert_true(admits("key-12", 50.0f, 1080));
    assert_true(admits("key-erase", 50.0f, 1160));
    assert_true(admits("pick-1", 50.0f, 1240));
}

static void a_keyboard_that_opens_under_the_finger_is_not_typed_on(void **state)
{
    (void)state;
    assert_true(admits("find", 50.0f, 1000));
    assert_false(admits("key-12", 50.0f, 1200));
}

static void a_tap_without_a_place_always_counts(void **state)
{
    (void)state;
    struct tn_event tap = tap_at("next", 50.0f, 1000);
    tap.has_point = false;
    assert_true(tn_taps_admit(&taps, &tap));
    assert_true(tn_taps_admit(&taps, &tap));
}

/* Where "Get my badge" was there is "Done" now. */
static void a_child_who_taps_twice_still_sees_the_badge(void **state)
{
    (void)state;
    static struct tn_runner runner;
    struct fake_store fake = {.can_register = true};
    struct tn_store store = fake_store_of(&fake);
    struct tn_effects effects = {0};
    tn_runner_init(&runner, &store, &(struct tn_runner_out){0}, 1773478800000, 1000);
    tn_register_open(&runner.model, &effects);
    runner.model.states.reg.step = TN_STEP_CONSENT;
    runner.model.states.reg.has_choice = true;
    struct tn_event next = tap_at("next", 200.0f, 1000);
    struct tn_event done = tap_at("done", 203.0f, 1180);
    struct tn_event slow = tap_at("done", 203.0f, 2000);
    tn_runner_event(&runner, &next);
    assert_int_equal(runner.model.screen, TN_SCREEN_BADGE);
    tn_runner_event(&runner, &done);
    assert_int_equal(runner.model.screen, TN_SCREEN_BADGE);
    tn_runner_event(&runner, &slow);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_second_of_two_quick_taps_is_dropped_whatever_lies_there, begin),
        cmocka_unit_test_setup(quick_taps_far_from_each_other_are_two, begin),
        cmocka_unit_test_setup(keys_may_be_pressed_as_fast_as_anybody_can, begin),
        cmocka_unit_test_setup(a_keyboard_that_opens_under_the_finger_is_not_typed_on, begin),
        cmocka_unit_test_setup(a_tap_without_a_place_always_counts, begin),
        cmocka_unit_test_setup(a_child_who_taps_twice_still_sees_the_badge, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
