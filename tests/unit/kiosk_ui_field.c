/* Fields: what names hold, what they never hold, and tones that find their vowel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/ui/field.h"

static struct tn_field field;

static const char *typed(enum tn_field_kind kind, const char *text)
{
    memset(&field, 0, sizeof field);
    field.kind = kind;
    field.chars_max = TN_FIELD_MAX;
    (void)tn_field_insert(&field, text);
    assert_int_equal(field.len, strlen(field.text));
    return field.text;
}

static void a_name_takes_letters_of_any_script(void **state)
{
    (void)state;
    static const char *const names[] = {"O'Brien-Smith Jr.",
                                        "José",
                                        "Nguyễn",
                                        "ليلى",
                                        "प्रिया",
                                        "王小明",
                                        "Łukasz",
                                        "Ιωάννα",
                                        "Ольга",
                                        "다은",
                                        "D’Arcy",
                                        "Mª"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_string_equal(typed(TN_FIELD_NAME, names[i]), names[i]);
    }
}

static void a_name_takes_no_digits_signs_or_pictures(void **state)
{
    (void)state;
    assert_string_equal(typed(TN_FIELD_NAME, "1345A@#b<>\t\n\x7F"), "Ab");
    /* Arabic, Persian, Hindi and full-width digits. */
    assert_string_equal(typed(TN_FIELD_NAME, "\xD9\xA1\xDB\xB2\xE0\xA5\xA9\xEF\xBC\x91"), "");
    /* A smile, a star, a private sign. */
    assert_string_equal(typed(TN_FIELD_NAME, "A\xF0\x9F\x98\x80\xE2\x98\x85\xEE\x80\x80"), "A");
}

static void no_field_takes_what_turns_text_round(void **state)
{
    (void)state;
    static const char text[] = "a\xE2\x80\xAE\xE2\x80\x8F\xE2\x81\xA7\xEF\xBB\xBF\xC2\x85z";
    assert_string_equal(typed(TN_FIELD_NAME, text), "az");
    assert_string_equal(typed(TN_FIELD_TEXT, text), "az");
    /* Joiners belong to names in Indic scripts and Persian. */
    assert_string_equal(typed(TN_FIELD_NAME, "\xE2\x80\x8D\xE2\x80\x8C"),
                        "\xE2\x80\x8D\xE2\x80\x8C");
}

static void text_takes_signs_and_digits_take_digits(void **state)
{
    (void)state;
    assert_string_equal(typed(TN_FIELD_TEXT, "P.S. 118 & Co (#2)"), "P.S. 118 & Co (#2)");
    assert_string_equal(typed(TN_FIELD_DIGITS, "12a3 4é"), "1234");
}

static void what_is_no_utf_8_is_left_out(void **state)
{
    (void)state;
    assert_string_equal(typed(TN_FIELD_NAME, "a\xC3z"), "az");
    assert_string_equal(typed(TN_FIELD_NAME, "a\xC1\x81z\xFFq\x80"), "azq");
    assert_string_equal(typed(TN_FIELD_NAME, "a\xED\xA0\x80z"), "az");
    assert_string_equal(typed(TN_FIELD_TEXT, "a\xF8\x88\x80\x80\x80z\xF4\x90\x80\x80"), "az");
}

static void a_tone_finds_the_vowel_before_it(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *name;
    } rows[] = {
        {"Lê\xCC\x80", "Lề"},       {"Nguyên\xCC\x83", "Nguyễn"},
        {"Hoang\xCC\x80", "Hoàng"}, {"DU\xCC\x83NG", "DŨNG"},
        {"ơ\xCC\xA3", "ợ"},         {"a\xCC\x81\xCC\x80", "à"},
        {"a\xCC\x81\xCC\x81", "a"}, {"\xCC\x81", ""},
        {"ghk\xCC\x81", "ghk"},     {"a \xCC\x81", "a "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(typed(TN_FIELD_NAME, rows[i].typed), rows[i].name);
    }
}

static void it_holds_its_maximum_and_no_more(void **state)
{
    (void)state;
    char long_text[TN_FIELD_MAX + 2];
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    (void)typed(TN_FIELD_NAME, long_text);
    assert_int_equal(field.len, TN_FIELD_MAX);
    assert_false(tn_field_insert(&field, "b"));
    /* A tone makes the last letter longer, and there is no room. */
    assert_false(tn_field_insert(&field, "\xCC\x81"));
    field = (struct tn_field){.kind = TN_FIELD_NAME, .chars_max = 2};
    assert_true(tn_field_insert(&field, "王小明"));
    assert_string_equal(field.text, "王小");
    assert_int_equal(tn_field_chars(&field), 2);
}

static void erasing_takes_one_character_and_its_bytes(void **state)
{
    (void)state;
    (void)typed(TN_FIELD_NAME, "aễ王");
    assert_true(tn_field_erase(&field));
    assert_string_equal(field.text, "aễ");
    assert_true(tn_field_erase(&field));
    assert_true(tn_field_erase(&field));
    assert_false(tn_field_erase(&field));
    for (size_t i = 0; i < sizeof field.text; i++) {
        assert_int_equal(field.text[i], 0);
    }
}

static void clearing_leaves_no_byte(void **state)
{
    (void)state;
    (void)typed(TN_FIELD_NAME, "Amara");
    tn_field_clear(&field);
    for (size_t i = 0; i < sizeof field.text; i++) {
        assert_int_equal(field.text[i], 0);
    }
    assert_int_equal(field.len, 0);
}

static void a_space_that_nobody_sees_is_not_taken(void **state)
{
    (void)state;
    field = (struct tn_field){.kind = TN_FIELD_NAME, .chars_max = 40};
    assert_false(tn_field_insert(&field, " "));
    assert_int_equal(field.len, 0);
    assert_true(tn_field_insert(&field, "  Ana  Maria "));
    assert_string_equal(field.text, "Ana Maria ");
    assert_false(tn_field_insert(&field, " "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_takes_letters_of_any_script),
        cmocka_unit_test(a_name_takes_no_digits_signs_or_pictures),
        cmocka_unit_test(no_field_takes_what_turns_text_round),
        cmocka_unit_test(text_takes_signs_and_digits_take_digits),
        cmocka_unit_test(what_is_no_utf_8_is_left_out),
        cmocka_unit_test(a_tone_finds_the_vowel_before_it),
        cmocka_unit_test(it_holds_its_maximum_and_no_more),
        cmocka_unit_test(erasing_takes_one_character_and_its_bytes),
        cmocka_unit_test(clearing_leaves_no_byte),
        cmocka_unit_test(a_space_that_nobody_sees_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
