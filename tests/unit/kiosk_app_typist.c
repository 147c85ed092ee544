/* Typing and scanning at one keyboard: a scanner in the middle of a form is a scan and leaves the
 * form as it was, with no digit of the badge in it or anywhere in memory; a person's keys, however
 * quick, are typing. Keys come as a window gives them: the key, then its character where a field is
 * open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/app/runner.h"
#include "kiosk/ui/screens.h"
#include "tests/unit/kiosk_fake_store.h"

#define START_MS 1773478800000LL
#define BADGE "131415926535897932384626433832795028841971693993"
#define SCANNER_MS 3
#define PERSON_MS 150

enum { ENTER = 0x28, ESCAPE = 0x29, ERASE = 0x2A, TAB = 0x2B, KEYPAD_ENTER = 0x58, SHIFT = 0xE1 };

static struct fake_store fake;
static struct tn_runner runner;
static struct tn_effects effects;
static int64_t now_ms;

/* Two candidates for any syllable. */
static void spell(void *ctx, const char *pinyin, char *out, size_t out_size)
{
    (void)ctx;
    (void)pinyin;
    (void)snprintf(out, out_size, "好 号");
}

static int begin(void **state)
{
    (void)state;
    fake = (struct fake_store){.can_register = true};
    now_ms = 1000000;
    struct tn_store store = fake_store_of(&fake);
    struct tn_runner_out out = {.spell = spell};
    tn_runner_init(&runner, &store, &out, START_MS + now_ms, now_ms);
    runner.model.has_lang[TN_LANG_ZH_HANS] = true;
    return 0;
}

static void send(struct tn_event event)
{
    event.at_ms = START_MS + now_ms;
    event.mono_ms = now_ms;
    tn_runner_event(&runner, &event);
}

static void pass(int64_t ms)
{
    int64_t end_ms = now_ms + ms;
    for (int64_t next = tn_runner_deadline(&runner); next <= end_ms;
         next = tn_runner_deadline(&runner)) {
        now_ms = next > now_ms ? next : now_ms + 1;
        send((struct tn_event){.type = TN_EVENT_TICK});
    }
    now_ms = end_ms;
}

static void press(uint16_t usage)
{
    send((struct tn_event){.type = TN_EVENT_KEY, .scancode = usage});
}

static void keys(const char *text, int64_t gap_ms)
{
    for (const char *c = text; *c != '\0'; c++) {
        press(*c == '0' ? 0x27 : *c >= '1' && *c <= '9' ? (uint16_t)(0x1E + (*c - '1')) : 0x04);
        if (tn_ui_wants_text(&runner.model)) {
            send((struct tn_event){.type = TN_EVENT_TEXT, .len = 1, .text = {*c}});
        }
        pass(gap_ms);
    }
}

static void scan(void)
{
    keys(BADGE, SCANNER_MS);
    press(ENTER);
}

static void tap(const char *control)
{
    struct tn_event event = {.type = TN_EVENT_TAP};
    (void)snprintf(event.control, sizeof event.control, "%s", control);
    send(event);
}

/* No five digits of the badge in a row, which chance does not bring about. */
static void assert_no_badge_in_memory(void)
{
    for (size_t i = 0; i + 5 <= TN_BADGE_DIGITS; i++) {
        assert_null(memmem(&runner, sizeof runner, &BADGE[i], 5));
    }
}

static const char *field_text(void)
{
    const struct tn_screen_row *place = &tn_screens[runner.model.place];
    const struct tn_field *field = place->field(&runner.model);
    assert_non_null(field);
    return field->text;
}

static void open_name(void)
{
    tn_register_open(&runner.model, &effects);
}

/* The step of the school, typed: a field that takes digits as well. */
static void open_school(void)
{
    open_name();
    keys("Ami", PERSON_MS);
    tap("next");
    tap("next");
    tap("unsure");
    assert_int_equal(runner.model.states.reg.step, TN_STEP_PARTNER);
    assert_true(tn_ui_wants_text(&runner.model));
}

static void open_code(void)
{
    fake.is_unlocked = true;
    runner.model.info.is_unlocked = true;
    tn_code_open(&runner.model, &effects);
}

static void open_pin(void)
{
    tn_pin_open(&runner.model, &effects);
}

/* A scan with `typed` in the open field is one record, and the field is as it was. */
static void check_scan(const char *typed)
{
    char before[TN_FIELD_MAX + 1];
    enum tn_screen place = runner.model.place;
    uint64_t records = fake.records;
    keys(typed, PERSON_MS);
    (void)snprintf(before, sizeof before, "%s", field_text());
    scan();
    assert_int_equal(fake.records, records + 1);
    assert_string_equal(fake.text, BADGE);
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    assert_no_badge_in_memory();
    pass(TN_RESULT_MS + 10);
    assert_int_equal(runner.model.screen, place);
    assert_string_equal(field_text(), before);
    pass(10000);
}

static void a_scan_over_a_name_leaves_the_name(void **state)
{
    (void)state;
    open_name();
    check_scan("");
    check_scan("Ami");
    assert_string_equal(field_text(), "Ami");
    keys("na", PERSON_MS);
    assert_string_equal(field_text(), "Amina");
}

static void a_scan_over_a_text_with_digits_leaves_the_text(void **state)
{
    (void)state;
    open_school();
    check_scan("");
    check_scan("PS 12");
    assert_string_equal(field_text(), "PS 12");
}

static void a_scan_over_any_number_of_digits_leaves_them(void **state)
{
    (void)state;
    static const char digits[] = "987654321";
    for (size_t len = 0; len < sizeof digits; len++) {
        begin(NULL);
        open_code();
        check_scan(digits + sizeof digits - 1 - len);
        assert_int_equal(strlen(field_text()), len);
    }
}

static void a_scan_over_the_pin_is_no_try(void **state)
{
    (void)state;
    open_pin();
    check_scan("24");
    assert_int_equal(fake.asked[TN_ASK_PIN], 0);
    assert_int_equal(runner.model.states.pin.until_mono_ms, 0);
}

/* Its first digit would pick a candidate. */
static void a_scan_over_an_open_syllable_leaves_it_open(void **state)
{
    (void)state;
    open_name();
    runner.model.states.reg.keyboard.lang = TN_LANG_ZH_HANS;
    keys("h", PERSON_MS);
    assert_string_equal(runner.model.states.reg.keyboard.pinyin, "h");
    check_scan("");
    assert_string_equal(field_text(), "");
    assert_string_equal(runner.model.states.reg.keyboard.pinyin, "h");
    tap("pick-1");
    assert_string_equal(field_text(), "好");
}

static void a_scan_without_enter_ends_by_silence_and_leaves_the_form(void **state)
{
    (void)state;
    open_school();
    keys("PS 12", PERSON_MS);
    keys(BADGE, SCANNER_MS);
    pass(TN_WEDGE_SILENCE_MS);
    assert_int_equal(fake.records, 1);
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    assert_no_badge_in_memory();
    pass(TN_RESULT_MS);
    assert_string_equal(field_text(), "PS 12");
}

static void half_a_badge_is_no_scan_and_leaves_nothing(void **state)
{
    (void)state;
    open_school();
    keys("PS 12", PERSON_MS);
    keys("131415926535897", SCANNER_MS);
    pass(TN_WEDGE_SILENCE_MS);
    assert_int_equal(fake.records + fake.noises, 0);
    assert_string_equal(field_text(), "PS 12");
    assert_no_badge_in_memory();
}

static void eight_quick_keys_are_a_persons(void **state)
{
    (void)state;
    open_school();
    keys("12345678", 40);
    assert_string_equal(field_text(), "12345678");
    press(ENTER);
    assert_int_equal(runner.model.states.reg.step, TN_STEP_CONSENT);
    assert_string_equal(runner.model.states.reg.form.partner_text, "12345678");
    assert_int_equal(fake.records + fake.noises, 0);
}

static void keys_that_edit_edit(void **state)
{
    (void)state;
    static const uint16_t ends[] = {ENTER, KEYPAD_ENTER, TAB};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        begin(NULL);
        open_name();
        press(SHIFT);
        keys("Amix", PERSON_MS);
        press(ERASE);
        assert_string_equal(field_text(), "Ami");
        press(ends[i]); /* at once after a key */
        assert_int_equal(runner.model.states.reg.step, TN_STEP_FAMILY);
        assert_int_equal(fake.noises, 0);
    }
    open_code();
    press(ESCAPE);
    assert_int_equal(runner.model.place, TN_SCREEN_STAFF);
}

static void a_letter_and_enter_in_one_breath_are_typing(void **state)
{
    (void)state;
    open_name();
    keys("Am", 20);
    press(TAB);
    assert_int_equal(fake.noises, 0);
    assert_string_equal(runner.model.states.reg.form.given, "Am");
}

static void keys_given_up_long_ago_are_not_taken_back_with_a_scan(void **state)
{
    (void)state;
    open_name();
    keys("A", 0);
    now_ms += 5000; /* the machine slept: no tick came */
    keys("m", 0);
    now_ms += 5000;
    scan();
    assert_int_equal(fake.records, 1);
    pass(TN_RESULT_MS);
    assert_string_equal(field_text(), "Am");
}

static void a_tap_in_the_middle_of_a_scan_counts_and_so_does_the_scan(void **state)
{
    (void)state;
    open_school();
    keys("PS 12", PERSON_MS);
    for (size_t i = 0; i < TN_BADGE_DIGITS; i++) {
        char one[] = {BADGE[i], '\0'};
        keys(one, SCANNER_MS);
        if (i == 20) {
            tap("back");
            assert_int_equal(runner.model.states.reg.step, TN_STEP_GRADE);
        }
    }
    press(ENTER);
    assert_int_equal(fake.records, 1);
    pass(TN_RESULT_MS);
    assert_int_equal(runner.model.states.reg.step, TN_STEP_GRADE);
    assert_string_equal(runner.model.states.reg.form.partner_text, "PS 12");
    assert_no_badge_in_memory();
}

static void what_is_typed_is_kept_in_one_place_only(void **state)
{
    (void)state;
    open_name();
    keys("Zebulon", 40);
    pass(TN_WEDGE_SILENCE_MS);
    const char *first = memmem(&runner, sizeof runner, "Zebulon", 7);
    assert_non_null(first);
    size_t left = sizeof runner - (size_t)(first + 1 - (const char *)&runner);
    assert_null(memmem(first + 1, left, "Zebulon", 7));
    tap("over");
    assert_null(memmem(&runner, sizeof runner, "Zebulo", 6));
}

static void a_scan_while_the_warning_is_over_a_form_leaves_the_form(void **state)
{
    (void)state;
    open_name();
    keys("Ami", PERSON_MS);
    pass(TN_FORM_REST_MS - TN_FORM_WARN_MS + 1000);
    assert_true(runner.model.is_warning);
    scan();
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    pass(TN_RESULT_MS);
    assert_int_equal(runner.model.screen, TN_SCREEN_REGISTER);
    assert_string_equal(field_text(), "Ami");
    assert_no_badge_in_memory();
}

static void twenty_scans_over_a_form_are_twenty_records(void **state)
{
    (void)state;
    open_name();
    keys("Ami", PERSON_MS);
    for (int i = 0; i < 20; i++) {
        char badge[TN_BADGE_TEXT_SIZE];
        (void)snprintf(badge, sizeof badge, "1%047d", i);
        keys(badge, 1);
        press(ENTER);
        assert_int_equal(fake.records, i + 1);
    }
    pass(TN_RESULT_MS);
    assert_string_equal(field_text(), "Ami");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_scan_over_a_name_leaves_the_name, begin),
        cmocka_unit_test_setup(a_scan_over_a_text_with_digits_leaves_the_text, begin),
        cmocka_unit_test_setup(a_scan_over_any_number_of_digits_leaves_them, begin),
        cmocka_unit_test_setup(a_scan_over_the_pin_is_no_try, begin),
        cmocka_unit_test_setup(a_scan_over_an_open_syllable_leaves_it_open, begin),
        cmocka_unit_test_setup(a_scan_without_enter_ends_by_silence_and_leaves_the_form, begin),
        cmocka_unit_test_setup(half_a_badge_is_no_scan_and_leaves_nothing, begin),
        cmocka_unit_test_setup(eight_quick_keys_are_a_persons, begin),
        cmocka_unit_test_setup(keys_that_edit_edit, begin),
        cmocka_unit_test_setup(a_letter_and_enter_in_one_breath_are_typing, begin),
        cmocka_unit_test_setup(keys_given_up_long_ago_are_not_taken_back_with_a_scan, begin),
        cmocka_unit_test_setup(a_tap_in_the_middle_of_a_scan_counts_and_so_does_the_scan, begin),
        cmocka_unit_test_setup(what_is_typed_is_kept_in_one_place_only, begin),
        cmocka_unit_test_setup(a_scan_while_the_warning_is_over_a_form_leaves_the_form, begin),
        cmocka_unit_test_setup(twenty_scans_over_a_form_are_twenty_records, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
