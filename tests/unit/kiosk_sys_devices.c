/* What of a screen is said, and when: each learner's result, each new sentence, and no countdown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/sys/devices.h"

static void a_screen_is_said_once(void **state)
{
    (void)state;
    assert_true(tn_devices_is_news("Hold your badge here\n", "", false, false));
    assert_false(
        tn_devices_is_news("Hold your badge here\n", "Hold your badge here\n", false, false));
    assert_false(
        tn_devices_is_news("Hold your badge here\n", "Hold your badge here\n", true, false));
}

static void the_next_learners_result_is_said_though_the_words_are_the_same(void **state)
{
    (void)state;
    assert_true(tn_devices_is_news("Welcome!\n", "Welcome!\n", true, true));
    assert_false(tn_devices_is_news("Welcome!\n", "Welcome!\n", false, true));
}

static void a_countdown_is_said_when_it_begins(void **state)
{
    (void)state;
    static const char ten[] = "Still there?\nStarting over in 10 seconds.\n";
    static const char nine[] = "Still there?\nStarting over in 9 seconds.\n";
    assert_true(tn_devices_is_news(ten, "What is your name?\n", false, false));
    assert_false(tn_devices_is_news(nine, ten, false, false));
    assert_false(tn_devices_is_news(ten, nine, false, false));
}

static void other_numbers_are_said_on_another_screen(void **state)
{
    (void)state;
    assert_true(tn_devices_is_news("Lincoln 4B\n27\n", "Lincoln 4B\n28\n", true, false));
}

static void words_that_go_on_or_end_are_news(void **state)
{
    (void)state;
    assert_true(tn_devices_is_news("Wait 5", "Wait 5 more", false, false));
    assert_true(tn_devices_is_news("Wait 5 more", "Wait 5", false, false));
    assert_true(tn_devices_is_news("Wait 5", "Wait now", false, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_is_said_once),
        cmocka_unit_test(the_next_learners_result_is_said_though_the_words_are_the_same),
        cmocka_unit_test(a_countdown_is_said_when_it_begins),
        cmocka_unit_test(other_numbers_are_said_on_another_screen),
        cmocka_unit_test(words_that_go_on_or_end_are_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
