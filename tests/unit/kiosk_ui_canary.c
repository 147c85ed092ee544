/* The self-test's verdicts: each thing that goes wrong with a scanner has one of its own, and what
 * went wrong together is named by what explains the most of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/ui/canary.h"

#define CODE "931415926535897932384626433832795028841971693993"
#define COUNT (sizeof CODE - 1)

static struct tn_canary_scan well(const char *text)
{
    return (struct tn_canary_scan){.text = text, .len = strlen(text), .had_end = true};
}

static enum tn_canary judge(const char *text)
{
    struct tn_canary_scan scan = well(text);
    return tn_canary_judge(CODE, &scan);
}

static void every_digit_and_enter_are_well(void **state)
{
    (void)state;
    assert_int_equal(judge(CODE), TN_CANARY_WELL);
}

static void a_badge_is_as_good_as_the_code(void **state)
{
    (void)state;
    struct tn_canary_scan scan = well("000000000000000000000000000000000000000000000000");
    assert_int_equal(tn_canary_judge(CODE, &scan), TN_CANARY_OTHER);
    scan.is_badge = true;
    assert_int_equal(tn_canary_judge(CODE, &scan), TN_CANARY_WELL);
    scan.had_end = false;
    assert_int_equal(tn_canary_judge(CODE, &scan), TN_CANARY_NO_END);
}

static void a_missing_enter_goes_before_slowness(void **state)
{
    (void)state;
    struct tn_canary_scan scan = well(CODE);
    scan.is_slow = true;
    assert_int_equal(tn_canary_judge(CODE, &scan), TN_CANARY_SLOW);
    scan.had_end = false;
    assert_int_equal(tn_canary_judge(CODE, &scan), TN_CANARY_NO_END);
}

static void keys_that_are_no_digits_are_strange(void **state)
{
    (void)state;
    char text[COUNT + 1];
    memset(text, '?', COUNT);
    text[COUNT] = '\0';
    assert_int_equal(judge(text), TN_CANARY_STRANGE);
    memcpy(text, CODE, COUNT);
    text[20] = '?';
    assert_int_equal(judge(text), TN_CANARY_STRANGE);
    assert_int_equal(judge("https://example.org"), TN_CANARY_STRANGE);
    assert_int_equal(judge("?"), TN_CANARY_STRANGE);
}

static void what_stands_around_the_code_is_named(void **state)
{
    (void)state;
    assert_int_equal(judge("]Q1" CODE), TN_CANARY_AROUND);
    assert_int_equal(judge("??" CODE), TN_CANARY_AROUND);
    assert_int_equal(judge(CODE "?"), TN_CANARY_AROUND);
    assert_int_equal(judge(CODE "1"), TN_CANARY_AROUND);
    assert_int_equal(judge("00" CODE "00"), TN_CANARY_AROUND);
}

static void one_digit_dropped_is_missing_wherever_it_was(void **state)
{
    (void)state;
    for (size_t gone = 0; gone < COUNT; gone++) {
        char text[COUNT + 1] = CODE;
        memmove(text + gone, text + gone + 1, COUNT - gone);
        assert_int_equal(judge(text), TN_CANARY_SHORT);
    }
    assert_int_equal(judge(""), TN_CANARY_SHORT);
}

static void pieces_that_are_the_whole_are_pauses(void **state)
{
    (void)state;
    struct tn_canary_scan scan = well(&CODE[40]);
    scan.given_up = 40;
    assert_int_equal(tn_canary_judge(CODE, &scan), TN_CANARY_PAUSED);
    scan.given_up = 39; /* one was dropped besides */
    assert_int_equal(tn_canary_judge(CODE, &scan), TN_CANARY_SHORT);
    scan.len = 0; /* an Enter long after the rest */
    scan.given_up = COUNT;
    assert_int_equal(tn_canary_judge(CODE, &scan), TN_CANARY_PAUSED);
}

static void one_digit_doubled_is_told_wherever_it_is(void **state)
{
    (void)state;
    for (size_t twice = 0; twice + 1 < COUNT; twice++) {
        char text[COUNT + 2] = {0};
        memcpy(text, CODE, twice + 1);
        memcpy(text + twice + 1, &CODE[twice], COUNT - twice);
        assert_int_equal(judge(text), TN_CANARY_DOUBLED);
    }
    assert_int_equal(judge(CODE CODE), TN_CANARY_DOUBLED);
}

static void more_digits_than_that_are_too_many(void **state)
{
    (void)state;
    assert_int_equal(judge("0000000000000000000000000000000000000000000000000"), TN_CANARY_LONG);
    assert_int_equal(judge(CODE "1" CODE), TN_CANARY_AROUND);
}

static void wrong_digits_among_right_ones_are_mixed_up(void **state)
{
    (void)state;
    char text[COUNT + 1] = CODE;
    text[20] = text[20] == '1' ? '2' : '1';
    assert_int_equal(judge(text), TN_CANARY_MIXED);
    text[1] = '8';
    text[COUNT - 2] = '8';
    assert_int_equal(judge(text), TN_CANARY_OTHER);
}

static void numbers_of_characters_are_the_alt_mode(void **state)
{
    (void)state;
    static const char *const before[] = {"", "0", "00"};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        char text[4 * COUNT + 1] = "";
        size_t len = 0;
        for (size_t c = 0; c < COUNT; c++) {
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%d", before[i], CODE[c]);
        }
        assert_int_equal(judge(text), TN_CANARY_CODES);
        text[len - 1] ^= 1;
        assert_int_equal(judge(text), TN_CANARY_LONG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_digit_and_enter_are_well),
        cmocka_unit_test(a_badge_is_as_good_as_the_code),
        cmocka_unit_test(a_missing_enter_goes_before_slowness),
        cmocka_unit_test(keys_that_are_no_digits_are_strange),
        cmocka_unit_test(what_stands_around_the_code_is_named),
        cmocka_unit_test(one_digit_dropped_is_missing_wherever_it_was),
        cmocka_unit_test(pieces_that_are_the_whole_are_pauses),
        cmocka_unit_test(one_digit_doubled_is_told_wherever_it_is),
        cmocka_unit_test(more_digits_than_that_are_too_many),
        cmocka_unit_test(wrong_digits_among_right_ones_are_mixed_up),
        cmocka_unit_test(numbers_of_characters_are_the_alt_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
