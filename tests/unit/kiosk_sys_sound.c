/* Sounds without a loudspeaker: SDL's dummy driver stands for one, a driver that does not exist for
 * one that broke. An open device shows in the deadline of its closing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <SDL.h>
#include <cmocka.h>

#include "kiosk/sys/sound.h"
#include "turnout/log.h"

#define MINUTE_MS 60000

static struct tn_sounds *sounds;
static int said;

static void hear(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    assert_int_equal(level, TN_LOG_INFO);
    assert_non_null(strstr(line, "no sound"));
    said++;
}

static void begin(const char *driver)
{
    assert_int_equal(setenv("SDL_AUDIODRIVER", driver, 1), 0);
    tn_log_level_max(TN_LOG_INFO);
    tn_log_to(hear, NULL);
    said = 0;
    assert_int_equal(tn_sounds_create(&sounds), TN_OK);
}

static int end(void **state)
{
    (void)state;
    tn_sounds_free(sounds);
    SDL_Quit();
    tn_log_to(NULL, NULL);
    return 0;
}

/* Asks for a sound; true where a device is open afterwards. */
static bool is_heard(int64_t mono_ms)
{
    tn_sounds_ask(sounds, TN_SOUND_WELCOME);
    tn_sounds_flush(sounds, mono_ms);
    return tn_sounds_deadline(sounds) != INT64_MAX;
}

static void a_device_is_open_for_a_while_after_a_sound(void **state)
{
    (void)state;
    begin("dummy");
    tn_sounds_flush(sounds, 1000);
    assert_int_equal(tn_sounds_deadline(sounds), INT64_MAX);
    assert_true(is_heard(1000));
    int64_t closes_ms = tn_sounds_deadline(sounds);
    assert_true(closes_ms > 1000);
    tn_sounds_flush(sounds, closes_ms - 1);
    assert_int_equal(tn_sounds_deadline(sounds), closes_ms);
    tn_sounds_flush(sounds, closes_ms);
    assert_int_equal(tn_sounds_deadline(sounds), INT64_MAX);
    assert_int_equal(said, 0);
}

static void a_device_that_failed_is_tried_again_after_a_minute(void **state)
{
    (void)state;
    begin("no-such-driver");
    assert_false(is_heard(1000));
    assert_int_equal(said, 1);
    assert_int_equal(setenv("SDL_AUDIODRIVER", "dummy", 1), 0);
    assert_false(is_heard(1000 + MINUTE_MS - 1));
    assert_true(is_heard(1000 + MINUTE_MS));
    assert_true(is_heard(1000 + MINUTE_MS + 1)); /* and the next at once */
}

static void what_stays_broken_is_said_once(void **state)
{
    (void)state;
    begin("no-such-driver");
    for (int i = 0; i < 5; i++) {
        assert_false(is_heard((int64_t)i * MINUTE_MS));
    }
    assert_int_equal(said, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_device_is_open_for_a_while_after_a_sound, end),
        cmocka_unit_test_teardown(a_device_that_failed_is_tried_again_after_a_minute, end),
        cmocka_unit_test_teardown(what_stays_broken_is_said_once, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
