/* The pictures that the reader is judged by are what they say: the same for the same seed, readable
 * where nothing makes it hard, and harder where something does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/sys/zxing.h"
#include "tests/scan/synth.h"

#define W 640
#define H 480
#define ROUNDS 10

static uint8_t px[W * H];
static uint8_t other[W * H];

static void draw(uint8_t *to, enum synth_condition condition, float module_px, uint64_t seed,
                 char digits[SYNTH_DIGITS + 1])
{
    struct synth_frame frame = {W, H, to};
    synth_digits(&seed, digits);
    assert_true(synth_picture(&frame, digits, condition, module_px, seed));
}

/* libzxing alone, once: how often of ROUNDS. */
static int read_count(enum synth_condition condition, float module_px)
{
    static struct tn_symbols found;
    const struct tn_grey grey = {.px = px, .w = W, .h = H, .stride = W};
    char digits[SYNTH_DIGITS + 1];
    int count = 0;
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        found.count = 0;
        draw(px, condition, module_px, seed, digits);
        (void)tn_zxing_read(&grey, TN_ZXING_LOCAL, 1, &found);
        if (found.count > 0) { /* never another's digits */
            assert_int_equal(found.items[0].len, SYNTH_DIGITS);
            assert_memory_equal(found.items[0].text, digits, SYNTH_DIGITS);
            count++;
        }
    }
    return count;
}

static void one_seed_is_one_picture(void **state)
{
    char digits[SYNTH_DIGITS + 1];
    char again[SYNTH_DIGITS + 1];
    (void)state;
    for (int i = 0; i < SYNTH_CONDITIONS; i++) {
        draw(px, (enum synth_condition)i, 3.0f, 7, digits);
        draw(other, (enum synth_condition)i, 3.0f, 7, again);
        assert_string_equal(digits, again);
        assert_memory_equal(px, other, sizeof px);
        draw(other, (enum synth_condition)i, 3.0f, 8, again);
        assert_memory_not_equal(px, other, sizeof px);
        assert_true(strlen(synth_name((enum synth_condition)i)) > 0);
    }
}

static void a_plain_badge_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_count(SYNTH_PLAIN, 4.0f), ROUNDS);
    assert_int_equal(read_count(SYNTH_ROTATION, 6.0f), ROUNDS);
}

/* What a reader without a ladder makes of them. */
static void the_others_are_harder(void **state)
{
    (void)state;
    assert_int_equal(read_count(SYNTH_INVERTED, 4.0f), 0);
    assert_in_range(read_count(SYNTH_LOW_CONTRAST, 4.0f), 0, ROUNDS / 2);
    assert_in_range(read_count(SYNTH_BLUR, 3.0f), 0, ROUNDS - 1);
    assert_in_range(read_count(SYNTH_GLARE, 3.0f), 0, ROUNDS - 1);
}

static void what_makes_no_such_symbol_is_refused(void **state)
{
    (void)state;
    struct synth_frame frame = {W, H, px};
    const struct synth_pose pose = {.x = 320, .y = 240, .module_px = 3};
    assert_false(synth_card(&frame, "", &pose));
    assert_false(synth_card(&frame, "a text that takes a larger symbol than version 2-Q", &pose));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_seed_is_one_picture),
        cmocka_unit_test(a_plain_badge_is_read),
        cmocka_unit_test(the_others_are_harder),
        cmocka_unit_test(what_makes_no_such_symbol_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
