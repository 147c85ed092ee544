/* The self-test as staff meet it: keys go through the wedge decoder as a window gives them, and the
 * screen says what is wrong with the scanner that sent them. Nothing scanned here is recorded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/app/wedge.h"
#include "tests/unit/kiosk_staff_scenes.h"
#include "turnout/badge.h"

#define ENTER 0x28
#define KEYPAD_1 0x59
#define LETTER_A 0x04
#define SCANNER_MS 3

static struct tn_model model;
static struct tn_effects effects;
static struct tn_draw draw;
static struct tn_wedge wedge;
static int64_t now_ms;
static char code[TN_BADGE_TEXT_SIZE];

static void happen(struct tn_event *event)
{
    event->at_ms = STAFF_NOW_MS + now_ms;
    event->mono_ms = STAFF_MONO_MS + now_ms;
    tn_ui_event(&model, event, &effects);
}

static void look(void)
{
    struct tn_view view = tn_view_of(1280, 800, 1280.0f / 217.0f, TN_THEME_LIGHT);
    tn_ui_draw(&model, &view, &draw);
}

static void sees(const char *text)
{
    look();
    if (!tn_draw_has_text(&draw, text)) {
        fail_msg("\"%s\" is not on the screen", text);
    }
}

static void read_code(void)
{
    look();
    code[0] = '\0';
    for (size_t i = 0; i < draw.count; i++) {
        if (draw.items[i].type == TN_ITEM_QR) {
            snprintf(code, sizeof code, "%s", draw.items[i].text);
        }
    }
    assert_int_equal(strlen(code), TN_BADGE_DIGITS);
}

static int begin(void **state)
{
    (void)state;
    now_ms = 0;
    wedge = (struct tn_wedge){0};
    staff_model(&model);
    effects.count = 0;
    tn_selftest_open(&model, &effects);
    read_code();
    return 0;
}

static void take(struct tn_event *scan)
{
    happen(scan);
    for (size_t i = 0; i < effects.count; i++) {
        assert_int_not_equal(effects.items[i].type, TN_EFFECT_RECORD);
    }
}

/* Time passes as the loop tells it. */
static void pass(int64_t ms)
{
    static struct tn_event scan;
    int64_t end_ms = now_ms + ms;
    int64_t due_ms = tn_wedge_deadline(&wedge) - STAFF_MONO_MS;
    if (due_ms <= end_ms) {
        now_ms = due_ms;
        if (tn_wedge_silence(&wedge, 0, STAFF_MONO_MS + now_ms, &scan)) {
            take(&scan);
        }
    }
    now_ms = end_ms;
}

static void key(uint16_t usage, int64_t gap_ms)
{
    static struct tn_event scan;
    pass(gap_ms);
    struct tn_event event = {
        .type = TN_EVENT_KEY, .mono_ms = STAFF_MONO_MS + now_ms, .scancode = usage};
    if (tn_wedge_key(&wedge, &event, &scan)) {
        take(&scan);
    }
}

/* Digits by the keypad, anything else as a letter. */
static void type(const char *text, size_t len, int64_t gap_ms)
{
    for (size_t i = 0; i < len; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        uint16_t usage = (uint16_t)(KEYPAD_1 + (text[i] == '0' ? 9 : text[i] - '1'));
        key(is_digit ? usage : LETTER_A, gap_ms);
    }
}

/* A whole scan at a scanner's pace, long after the one before. */
static void scan_text(const char *text)
{
    pass(5000);
    type(text, strlen(text), SCANNER_MS);
    key(ENTER, SCANNER_MS);
}

static void a_test_code_is_no_badge_and_never_the_same_twice(void **state)
{
    (void)state;
    char first[TN_BADGE_TEXT_SIZE];
    struct tn_badge badge;
    memcpy(first, code, sizeof first);
    assert_int_equal(tn_badge_decode(first, strlen(first), &badge), TN_ERR_FORMAT);
    scan_text(first);
    struct tn_event again = {.type = TN_EVENT_TAP, .control = "again"};
    happen(&again);
    read_code();
    assert_string_not_equal(first, code);
}

static void what_is_right_is_said_to_work(void **state)
{
    (void)state;
    scan_text(code);
    sees("The scanner works");
    sees("Every digit came, and Enter.");
}

static void a_scanner_without_enter_works_and_is_told_so(void **state)
{
    (void)state;
    type(code, TN_BADGE_DIGITS, SCANNER_MS);
    pass(TN_WEDGE_SILENCE_MS);
    sees("It works, but Enter is missing");
    sees("Set the scanner to send Enter after each code: it will be faster.");
    scan_text(code); /* and no half of it is held against the next */
    sees("The scanner works");
}

static void digits_that_are_missing_are_counted(void **state)
{
    (void)state;
    char text[TN_BADGE_TEXT_SIZE];
    snprintf(text, sizeof text, "%.45s", code);
    scan_text(text);
    sees("Digits are missing");
    sees("45 of 48 digits came.");
    sees("Set the scanner to a slower speed between characters.");
}

static void digits_that_came_twice_are_no_prefix(void **state)
{
    (void)state;
    char text[2 * TN_BADGE_TEXT_SIZE];
    snprintf(text, sizeof text, "%.10s%s", code, code + 9);
    scan_text(text);
    sees("Digits came twice");
    snprintf(text, sizeof text, "%s?", code);
    scan_text(text);
    sees("More than the code came");
}

static void too_many_are_counted_too(void **state)
{
    (void)state;
    scan_text("9000000000000000000000000000000000000000000000001234");
    sees("Too many digits");
    sees("Digits: 52 instead of 48.");
}

static void letters_are_another_keyboard(void **state)
{
    (void)state;
    scan_text("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    sees("Strange characters");
}

static void numbers_typed_on_the_keypad_are_the_alt_mode(void **state)
{
    (void)state;
    char text[3 * TN_BADGE_TEXT_SIZE] = "";
    size_t len = 0;
    for (const char *c = code; *c != '\0'; c++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "0%d", *c);
    }
    scan_text(text);
    sees("Numbers instead of digits");
}

static void another_code_is_told_from_a_mixed_one(void **state)
{
    (void)state;
    char text[TN_BADGE_TEXT_SIZE];
    memcpy(text, code, sizeof text);
    text[30] = text[30] == '1' ? '2' : '1';
    scan_text(text);
    sees("Digits are mixed up");
    scan_text("900000000000000000000000000000000000000000000000");
    sees("Another code");
}

static void a_slow_scanner_works_slowly(void **state)
{
    (void)state;
    type(code, TN_BADGE_DIGITS, TN_WEDGE_GAP_MS + 10);
    key(ENTER, SCANNER_MS);
    sees("It works, but it is slow");
    sees("Set the scanner to a faster speed between characters.");
}

static void one_that_pauses_drops_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < TN_BADGE_DIGITS; i++) { /* each key by itself is cut off */
        type(code + i, 1, TN_WEDGE_SILENCE_MS + 20);
    }
    key(ENTER, TN_WEDGE_SILENCE_MS + 20);
    sees("It pauses within a code");
    pass(5000);
    type(code, 30, SCANNER_MS); /* enough for a scan of its own */
    type(code + 30, 18, TN_WEDGE_SILENCE_MS);
    key(ENTER, SCANNER_MS);
    sees("It pauses within a code");
}

static void what_somebody_pressed_before_is_no_part_of_it(void **state)
{
    (void)state;
    type(code, 20, TN_WEDGE_SILENCE_MS + 20);
    scan_text("1234567890123456789012345678");
    sees("Digits are missing");
    sees("28 of 48 digits came.");
}

static void a_badge_is_not_checked_in(void **state)
{
    (void)state;
    struct tn_badge badge = {.type = TN_BADGE_LEARNER, .tag = 12345678};
    char text[TN_BADGE_TEXT_SIZE];
    tn_badge_encode(&badge, text);
    scan_text(text);
    sees("That was a badge. It was not checked in here.");
}

static void a_silent_scanner_is_noticed_after_twenty_seconds(void **state)
{
    (void)state;
    struct tn_event tick = {.type = TN_EVENT_TICK};
    now_ms = 19999;
    happen(&tick);
    sees("Scan this code");
    now_ms = 20000;
    happen(&tick);
    sees("No scanner heard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_test_code_is_no_badge_and_never_the_same_twice, begin),
        cmocka_unit_test_setup(what_is_right_is_said_to_work, begin),
        cmocka_unit_test_setup(a_scanner_without_enter_works_and_is_told_so, begin),
        cmocka_unit_test_setup(digits_that_are_missing_are_counted, begin),
        cmocka_unit_test_setup(digits_that_came_twice_are_no_prefix, begin),
        cmocka_unit_test_setup(too_many_are_counted_too, begin),
        cmocka_unit_test_setup(letters_are_another_keyboard, begin),
        cmocka_unit_test_setup(numbers_typed_on_the_keypad_are_the_alt_mode, begin),
        cmocka_unit_test_setup(another_code_is_told_from_a_mixed_one, begin),
        cmocka_unit_test_setup(a_slow_scanner_works_slowly, begin),
        cmocka_unit_test_setup(one_that_pauses_drops_nothing, begin),
        cmocka_unit_test_setup(what_somebody_pressed_before_is_no_part_of_it, begin),
        cmocka_unit_test_setup(a_badge_is_not_checked_in, begin),
        cmocka_unit_test_setup(a_silent_scanner_is_noticed_after_twenty_seconds, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
