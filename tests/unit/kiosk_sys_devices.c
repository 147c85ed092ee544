/* What of a screen is said, and when: each learner's result, each new sentence, and no countdown;
 * and how a scanner is. */
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

static struct tn_health look(struct tn_devices *devices, struct tn_model *model, int plugged)
{
    struct tn_health health;
    atomic_store(&devices->serial->open_count, plugged);
    devices->look_ms = 0;
    if (tn_devices_health(devices, model, 1, &health)) {
        model->health = health;
    }
    return model->health;
}

static void a_serial_scanner_is_well_while_it_is_there(void **state)
{
    (void)state;
    static struct tn_serial serial;
    static struct tn_model model;
    struct tn_devices devices = {.station = "/", .serial = &serial};
    assert_int_equal(look(&devices, &model, 0).scanner, TN_PART_NONE);
    assert_int_equal(look(&devices, &model, 2).scanner, TN_PART_WELL);
    assert_int_equal(look(&devices, &model, 1).scanner, TN_PART_WELL);
    assert_int_equal(look(&devices, &model, 0).scanner, TN_PART_TROUBLE);
    model.health.scanner = TN_PART_WELL; /* a scan came, from a scanner that types */
    assert_int_equal(look(&devices, &model, 0).scanner, TN_PART_WELL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_is_said_once),
        cmocka_unit_test(a_serial_scanner_is_well_while_it_is_there),
        cmocka_unit_test(the_next_learners_result_is_said_though_the_words_are_the_same),
        cmocka_unit_test(a_countdown_is_said_when_it_begins),
        cmocka_unit_test(other_numbers_are_said_on_another_screen),
        cmocka_unit_test(words_that_go_on_or_end_are_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
