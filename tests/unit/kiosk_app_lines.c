/* Lines to scans: ends, lengths and bytes of every kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/app/lines.h"

static struct tn_lines lines;
static struct tn_event out;

static int begin(void **state)
{
    (void)state;
    lines = (struct tn_lines){0};
    return 0;
}

/* Feeds bytes and tells how many scans they were; the last is in out. */
static size_t feed(const char *bytes, size_t len)
{
    size_t scans = 0;
    for (size_t i = 0; i < len; i++) {
        scans += tn_lines_byte(&lines, bytes[i], &out);
    }
    return scans;
}

static void every_line_of_a_file_is_a_scan_even_an_empty_one(void **state)
{
    (void)state;
    assert_int_equal(feed("123\n\n45\n", 8), 3);
    assert_int_equal(out.type, TN_EVENT_SCAN);
    assert_string_equal(out.text, "45");
    assert_int_equal(out.len, 2);
    assert_int_equal(feed("\n", 1), 1);
    assert_int_equal(out.len, 0);
}

static void a_device_may_end_lines_as_it_likes(void **state)
{
    (void)state;
    lines.is_device = true;
    assert_int_equal(feed("1\r2\n3\r\n", 7), 3);
    assert_string_equal(out.text, "3");
    assert_int_equal(feed("\r\n\r\n", 4), 0);
}

static void a_last_line_without_an_end_counts(void **state)
{
    (void)state;
    assert_int_equal(feed("1\n22", 4), 1);
    assert_true(tn_lines_end(&lines, &out));
    assert_string_equal(out.text, "22");
    assert_false(tn_lines_end(&lines, &out));
}

static void silence_ends_a_scan_and_says_so(void **state)
{
    (void)state;
    lines.is_device = true;
    assert_false(tn_lines_silence(&lines, &out));
    assert_int_equal(feed("1\r22", 4), 1);
    assert_true(out.had_end);
    assert_true(tn_lines_silence(&lines, &out));
    assert_string_equal(out.text, "22");
    assert_false(out.had_end);
    assert_false(tn_lines_silence(&lines, &out));
}

static void a_line_past_the_maximum_is_one_scan_and_the_next_is_heard(void **state)
{
    (void)state;
    static char noise[10240];
    memset(noise, 'x', sizeof noise);
    static const size_t lens[] = {TN_SCAN_TEXT_MAX, TN_SCAN_TEXT_MAX + 1, sizeof noise};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(feed(noise, lens[i]), 0);
        assert_int_equal(feed("\n", 1), 1);
        assert_int_equal(out.len, lens[i]);
        assert_int_equal(strlen(out.text), TN_SCAN_TEXT_MAX);
        assert_int_equal(feed("7\n", 2), 1);
        assert_string_equal(out.text, "7");
    }
}

static void any_byte_is_only_a_byte(void **state)
{
    (void)state;
    static const char bytes[] = "\0\xff\x80\x1b"
                                "9\n";
    assert_int_equal(feed(bytes, 6), 1);
    assert_int_equal(out.len, 5);
    assert_memory_equal(out.text, bytes, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_line_of_a_file_is_a_scan_even_an_empty_one, begin),
        cmocka_unit_test_setup(a_device_may_end_lines_as_it_likes, begin),
        cmocka_unit_test_setup(a_last_line_without_an_end_counts, begin),
        cmocka_unit_test_setup(silence_ends_a_scan_and_says_so, begin),
        cmocka_unit_test_setup(a_line_past_the_maximum_is_one_scan_and_the_next_is_heard, begin),
        cmocka_unit_test_setup(any_byte_is_only_a_byte, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
