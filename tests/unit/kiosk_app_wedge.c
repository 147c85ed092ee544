/* The wedge decoder: usage numbers in, scans out, whatever the keyboard calls them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/app/wedge.h"

#define ENTER 0x28
#define TAB 0x2B
#define KEYPAD_ENTER 0x58
#define CAPS_LOCK 0x39
#define LETTER_A 0x04

static struct tn_wedge wedge;
static struct tn_event out;
static int64_t now_ms;

static int begin(void **state)
{
    (void)state;
    wedge = (struct tn_wedge){0};
    now_ms = 1000;
    return 0;
}

static bool key(uint16_t usage, int64_t gap_ms)
{
    now_ms += gap_ms;
    struct tn_event event = {
        .type = TN_EVENT_KEY, .at_ms = 7, .mono_ms = now_ms, .scancode = usage};
    return tn_wedge_key(&wedge, &event, &out);
}

static uint16_t row_usage(char digit)
{
    return digit == '0' ? 0x27 : (uint16_t)(0x1E + (digit - '1'));
}

static uint16_t keypad_usage(char digit)
{
    return digit == '0' ? 0x62 : (uint16_t)(0x59 + (digit - '1'));
}

static void type(const char *digits, uint16_t (*usage)(char), int64_t gap_ms)
{
    for (const char *c = digits; *c != '\0'; c++) {
        assert_false(key(usage(*c), gap_ms));
    }
}

static bool silence_after(int64_t gap_ms)
{
    return tn_wedge_silence(&wedge, 7, now_ms + gap_ms, &out);
}

static void the_digit_row_and_the_keypad_give_digits(void **state)
{
    (void)state;
    type("1234567890", row_usage, 2);
    type("9876543210", keypad_usage, 2);
    assert_true(key(ENTER, 2));
    assert_int_equal(out.type, TN_EVENT_SCAN);
    assert_int_equal(out.len, 20);
    assert_string_equal(out.text, "12345678909876543210");
    assert_string_equal(out.method, "scan");
    assert_int_equal(out.mono_ms, now_ms);
}

static void each_end_key_ends_a_scan(void **state)
{
    (void)state;
    static const uint16_t ends[] = {ENTER, TAB, KEYPAD_ENTER};
    for (size_t i = 0; i < 3; i++) {
        type("42", row_usage, 2);
        assert_true(key(ends[i], 2));
        assert_string_equal(out.text, "42");
    }
}

static void modifiers_and_locks_are_not_keys(void **state)
{
    (void)state;
    type("1", row_usage, 2);
    for (uint16_t usage = 0xE0; usage <= 0xE7; usage++) {
        assert_false(key(usage, 1));
    }
    assert_false(key(CAPS_LOCK, 1));
    assert_false(key(0x53, 1));
    type("2", row_usage, 2);
    assert_true(key(ENTER, 2));
    assert_string_equal(out.text, "12");
}

static void other_keys_make_it_noise_but_one_scan(void **state)
{
    (void)state;
    type("12", row_usage, 2);
    assert_false(key(LETTER_A, 2));
    type("3", row_usage, 2);
    assert_true(key(ENTER, 2));
    assert_string_equal(out.text, "12?3");
    assert_int_equal(out.len, 4);
}

static void enter_alone_is_an_empty_scan(void **state)
{
    (void)state;
    assert_true(key(ENTER, 2));
    assert_int_equal(out.len, 0);
}

static void two_scans_back_to_back_are_two(void **state)
{
    (void)state;
    type("111", row_usage, 1);
    assert_true(key(ENTER, 0));
    assert_string_equal(out.text, "111");
    type("222", keypad_usage, 0);
    assert_true(key(ENTER, 0));
    assert_string_equal(out.text, "222");
}

static void a_fast_burst_without_an_end_is_a_scan_after_silence(void **state)
{
    (void)state;
    type("12345678901234567890", row_usage, 20);
    assert_int_equal(tn_wedge_deadline(&wedge), now_ms + TN_WEDGE_SILENCE_MS);
    assert_false(silence_after(TN_WEDGE_SILENCE_MS - 1));
    assert_true(silence_after(TN_WEDGE_SILENCE_MS));
    assert_string_equal(out.text, "12345678901234567890");
    assert_int_equal(tn_wedge_deadline(&wedge), INT64_MAX);
}

static void one_digit_less_is_dropped_in_silence(void **state)
{
    (void)state;
    type("1234567890123456789", row_usage, 2);
    assert_false(silence_after(TN_WEDGE_SILENCE_MS));
    assert_int_equal(wedge.len, 0);
    type("5", row_usage, 2);
    assert_true(key(ENTER, 2));
    assert_string_equal(out.text, "5");
}

static void slow_typing_without_an_end_is_dropped(void **state)
{
    (void)state;
    type("123456789012345678901234567890", row_usage, TN_WEDGE_GAP_MS);
    assert_false(silence_after(TN_WEDGE_SILENCE_MS));
    assert_int_equal(tn_wedge_deadline(&wedge), INT64_MAX);
}

static void the_rules_can_be_set(void **state)
{
    (void)state;
    wedge.rules = (struct tn_wedge_rules){.silence_ms = 400, .scan_min = 10, .gap_ms = 200};
    type("1234567890", row_usage, 199); /* a scanner of the slow kind, without its Enter */
    assert_int_equal(tn_wedge_deadline(&wedge), now_ms + 400);
    assert_false(silence_after(399));
    assert_true(silence_after(400));
    assert_string_equal(out.text, "1234567890");
    type("123456789", row_usage, 2);
    assert_false(silence_after(400));
    type("1234567890", row_usage, 200);
    assert_false(tn_wedge_is_scanner(&wedge));
    assert_false(silence_after(400));
    assert_int_equal(wedge.rules.scan_min, 10);
}

static void a_scan_says_how_it_was_typed(void **state)
{
    (void)state;
    type("123", row_usage, 2);
    assert_false(silence_after(TN_WEDGE_SILENCE_MS));
    type("4567890123", row_usage, TN_WEDGE_SILENCE_MS);
    assert_true(key(ENTER, 2));
    assert_int_equal(out.given_up, 3);
    assert_true(out.is_slow);
    type("4567890123", row_usage, 2);
    assert_true(key(ENTER, 2));
    assert_int_equal(out.given_up, 0);
    assert_false(out.is_slow);
    type("12", row_usage, 90); /* too few to say */
    assert_true(key(ENTER, 2));
    assert_false(out.is_slow);
    type("5", row_usage, 2);
    assert_false(silence_after(TN_WEDGE_SILENCE_MS));
    now_ms += 60000; /* somebody else's key, a minute ago */
    type("1", row_usage, 2);
    assert_true(key(ENTER, 2));
    assert_int_equal(out.given_up, 0);
}

static void a_key_that_something_leans_on_is_no_scan(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        assert_false(key(LETTER_A, 30));
    }
    assert_false(silence_after(TN_WEDGE_SILENCE_MS));
}

static void a_loop_that_was_busy_does_not_cut_a_scan_in_two(void **state)
{
    (void)state;
    type("1234", row_usage, 2);
    type("5678", row_usage, 150); /* no silence was told of in between */
    assert_true(key(ENTER, 2));
    assert_string_equal(out.text, "12345678");
}

static void nor_does_one_that_stood_still_for_seconds(void **state)
{
    (void)state;
    type("1234", row_usage, 2);
    now_ms += 3000; /* a slow disk; the keys waited meanwhile */
    type("5678", row_usage, 0);
    assert_true(key(ENTER, 0));
    assert_string_equal(out.text, "12345678");
}

static void keys_from_long_ago_are_not_part_of_a_scan(void **state)
{
    (void)state;
    type("99", row_usage, 2);
    now_ms += 60000;
    type("12", row_usage, 2);
    assert_true(key(ENTER, 2));
    assert_string_equal(out.text, "12");
}

static void text_is_kept_to_its_maximum_and_counted_beyond(void **state)
{
    (void)state;
    static const size_t lens[] = {TN_SCAN_TEXT_MAX, TN_SCAN_TEXT_MAX + 1, 10240};
    for (size_t i = 0; i < 3; i++) {
        for (size_t n = 0; n < lens[i]; n++) {
            assert_false(key(LETTER_A, 0));
        }
        assert_true(key(ENTER, 0));
        assert_int_equal(out.len, lens[i]);
        assert_int_equal(strlen(out.text), TN_SCAN_TEXT_MAX);
    }
    type("77", row_usage, 2);
    assert_true(key(ENTER, 2));
    assert_string_equal(out.text, "77");
}

static void nothing_is_kept_after_a_scan(void **state)
{
    (void)state;
    type("123456", row_usage, 2);
    assert_true(key(ENTER, 2));
    for (size_t i = 0; i < sizeof wedge.text; i++) {
        assert_int_equal(wedge.text[i], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_digit_row_and_the_keypad_give_digits, begin),
        cmocka_unit_test_setup(each_end_key_ends_a_scan, begin),
        cmocka_unit_test_setup(modifiers_and_locks_are_not_keys, begin),
        cmocka_unit_test_setup(other_keys_make_it_noise_but_one_scan, begin),
        cmocka_unit_test_setup(enter_alone_is_an_empty_scan, begin),
        cmocka_unit_test_setup(two_scans_back_to_back_are_two, begin),
        cmocka_unit_test_setup(a_fast_burst_without_an_end_is_a_scan_after_silence, begin),
        cmocka_unit_test_setup(one_digit_less_is_dropped_in_silence, begin),
        cmocka_unit_test_setup(slow_typing_without_an_end_is_dropped, begin),
        cmocka_unit_test_setup(the_rules_can_be_set, begin),
        cmocka_unit_test_setup(a_scan_says_how_it_was_typed, begin),
        cmocka_unit_test_setup(a_key_that_something_leans_on_is_no_scan, begin),
        cmocka_unit_test_setup(a_loop_that_was_busy_does_not_cut_a_scan_in_two, begin),
        cmocka_unit_test_setup(nor_does_one_that_stood_still_for_seconds, begin),
        cmocka_unit_test_setup(keys_from_long_ago_are_not_part_of_a_scan, begin),
        cmocka_unit_test_setup(text_is_kept_to_its_maximum_and_counted_beyond, begin),
        cmocka_unit_test_setup(nothing_is_kept_after_a_scan, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
