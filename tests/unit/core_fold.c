/* Folding: case, accents and script go, the same way for what a family wrote and for what a
 * volunteer types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "kiosk/core/fold.h"
#include "kiosk/core/skeleton.h"

struct pair {
    const char *text;
    const char *folded;
};

static void check(const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char out[TN_FOLD_SIZE];
        assert_int_equal(tn_fold(pairs[i].text, out, sizeof out), TN_OK);
        if (strcmp(out, pairs[i].folded) != 0) {
            print_error("%s\n", pairs[i].text);
        }
        assert_string_equal(out, pairs[i].folded);
    }
}

#define CHECK(pairs) check(pairs, sizeof(pairs) / sizeof(pairs)[0])

static void case_and_accents_go(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"", ""},
        {"MAYA rivera", "maya rivera"},
        {"José Ñáñez", "jose nanez"},
        {"Nguyễn Thị Đức", "nguyen thi duc"},
        {"Søren Ærø Œuvre", "soren aero oeuvre"},
        {"Łukasz Żółć", "lukasz zolc"},
        {"Weiß STRAẞE", "weiss strasse"},
        {"Þór Guðmundsdóttir", "thor gudmundsdottir"},
        {"Čapek Ő Ħal", "capek o hal"},
        {"Ｍａｙａ", "maya"},
        {"Ngọc 3B", "ngoc 3b"},
    };
    CHECK(pairs);
}

static void combining_marks_are_as_precomposed_letters(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Jose\xcc\x81", "jose"},
        {"Jos\xc3\xa9", "jose"},
        {"e\xcc\x82\xcc\x81", "e"}, /* both of Vietnamese's marks */
        {"\xe1\xba\xbf", "e"},
        {"\xd0\x98\xcc\x86\xd0\xbe\xd1\x81\xd0\xb8\xd0\xbf", "yosip"}, /* Cyrillic short i */
        {"\xd0\x99\xd0\xbe\xd1\x81\xd0\xb8\xd0\xbf", "yosip"},
    };
    CHECK(pairs);
}

static void every_turkish_i_is_an_i(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Işık", "isik"},     {"İSMAİL", "ismail"}, {"ISMAIL", "ismail"},
        {"Yıldız", "yildiz"}, {"i\xcc\x87", "i"},
    };
    CHECK(pairs);
}

static void what_parts_a_word_is_one_space(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"O'Brien", "o brien"},
        {"O\xe2\x80\x99"
         "Brien",
         "o brien"},
        {"O\xca\xbc"
         "Brien",
         "o brien"},
        {"OBrien", "obrien"},
        {"  o   brien ", "o brien"},
        {"Mary-Jane \xe2\x80\x91 Lee", "mary jane lee"},
        {"Maya R.", "maya r"},
        {"(Maya)", "maya"},
        {"Ma\xe2\x80\x8bya\xe2\x80\xaa", "maya"}, /* zero width, direction */
        {"...", ""},
    };
    CHECK(pairs);
}

static void seven_scripts_become_latin(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"محمد علي", "mhmd ali"},
        {"فاطمة", "fatma"},
        {"مُحَمَّد", "mhmd"},
        {"یوسف", "yusf"},
        {"שרה כהן", "shrh khn"},
        {"प्रिया शर्मा", "priya sharma"},
        {"कृष्णा", "krishna"},
        {"李小明", "li xiao ming"},
        {"曾国藩", "zeng guo fan"}, /* as a surname, not "ceng" */
        {"Юлия Щукина", "yuliya shchukina"},
        {"Γιώργος", "giorgos"},
        {"김민준", "gim min jun"},
        {"さくら", "sakura"},
        {"გიორგი", "giorgi"},
    };
    CHECK(pairs);
}

static void mixed_scripts_fold_part_by_part(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"José 李", "jose li"},
        {"李 محمد", "li mhmd"},
        {"Maya राज", "maya raja"},
    };
    CHECK(pairs);
}

static void letters_without_a_latin_form_stay(void **state)
{
    (void)state;
    char out[TN_FOLD_SIZE];
    assert_int_equal(tn_fold("ລາວ Maya", out, sizeof out), TN_OK);
    assert_string_equal(out, "ລາວ maya");
}

static void broken_text_is_safe(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"Ma\xff"
         "ya",
         "ma ya"},
        {"Maya\xc3", "maya"},
        {"\xe6\x9d", ""},
        {"\xed\xa0\x80Maya", "maya"},
        {"\xc0\xafMaya", "maya"},
        {"\xf4\x90\x80\x80z", "z"},
    };
    CHECK(pairs);
}

static void a_buffer_too_small_takes_whole_letters(void **state)
{
    (void)state;
    char out[9];
    assert_int_equal(tn_fold("Maya Weiß", out, sizeof out), TN_ERR_LIMIT);
    assert_string_equal(out, "maya wei");
    assert_int_equal(tn_fold("Maya Wei", out, sizeof out), TN_OK);
    assert_string_equal(out, "maya wei");
    assert_int_equal(tn_fold("Maya We ", out, 8), TN_OK);
    assert_int_equal(tn_fold("ລາວ", out, 6), TN_ERR_LIMIT);
    assert_string_equal(out, "ລ");
}

static void text_past_the_limit_is_cut_and_said(void **state)
{
    (void)state;
    static char text[8192];
    char out[TN_FOLD_SIZE];
    memset(text, 'a', TN_FOLD_MAX);
    assert_int_equal(tn_fold(text, out, sizeof out), TN_OK);
    assert_int_equal(strlen(out), TN_FOLD_MAX);
    text[TN_FOLD_MAX] = 'a';
    assert_int_equal(tn_fold(text, out, sizeof out), TN_ERR_LIMIT);
    assert_int_equal(strlen(out), TN_FOLD_MAX);
    for (size_t i = 0; i + 3 < sizeof text; i += 3) {
        memcpy(text + i, "\xe6\x9d\x8e", 4);
    }
    assert_int_equal(tn_fold(text, out, sizeof out), TN_ERR_LIMIT);
}

static void two_hundred_bytes_of_any_script_fit(void **state)
{
    (void)state;
    char text[201] = "";
    char out[TN_FOLD_SIZE];
    for (size_t i = 0; i + 3 < sizeof text; i += 3) {
        memcpy(text + i, "\xe5\xba\x84", 4); /* zhuang */
    }
    assert_int_equal(tn_fold(text, out, sizeof out), TN_OK);
    assert_int_equal(strlen(out), 66 * 7 - 1);
}

static void keys_sort_names_as_people_expect(void **state)
{
    (void)state;
    static const char *const names[] = {"Ana B", "Ána C", "ana d", "Anna", "Åse",
                                        "Łucja", "Maya",  "Zoe",   "Юлия", "महेश"};
    char last[256] = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char key[256];
        assert_int_equal(tn_fold_sort_key(names[i], key, sizeof key), TN_OK);
        assert_true(strcmp(last, key) < 0);
        memcpy(last, key, sizeof key);
    }
}

static void a_long_sort_key_is_cut_with_its_zero(void **state)
{
    (void)state;
    char key[9];
    memset(key, 'x', sizeof key);
    assert_int_equal(tn_fold_sort_key("Maximiliane Oberhuber", key, 8), TN_OK);
    assert_int_equal(strlen(key), 7);
    assert_int_equal(key[8], 'x');
}

static bool is_alike(const char *letters, const char *name)
{
    struct tn_skeleton skeleton;
    char folded[TN_FOLD_SIZE];
    assert_int_equal(tn_fold(name, folded, sizeof folded), TN_OK);
    return tn_skeleton_init(&skeleton, letters, strlen(letters)) &&
           tn_skeleton_is_in(&skeleton, folded);
}

static void names_without_vowels_are_found_by_consonants(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"mohamed", "محمد"},    {"mohammad", "محمد"}, {"moham", "محمد"},   {"omar", "عمر"},
        {"ibrahim", "إبراهيم"}, {"khaled", "خالد"},   {"youssef", "يوسف"}, {"abdullah", "عبد الله"},
        {"rahman", "الرحمن"},   {"fatima", "فاطمة"},  {"sharif", "شريف"},  {"maryam", "مريم"},
        {"david", "דוד"},       {"avraham", "אברהם"}, {"yosef", "יוסף"},   {"sarah", "שרה"},
        {"gamal", "جمال"},      {"mhmd", "Mohamed"},  {"ywsf", "Youssef"}, {"rivka", "רבקה"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (!is_alike(pairs[i].text, pairs[i].folded)) {
            print_error("%s is not found by %s\n", pairs[i].folded, pairs[i].text);
        }
        assert_true(is_alike(pairs[i].text, pairs[i].folded));
    }
}

static void consonants_do_not_find_everybody(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"mohamed", "أحمد"}, {"mira", "عمر"}, {"ali", "الرحمن"}, {"omar", "مريم"},
        {"david", "שרה"},    {"mo", "محمد"},  {"karim", "كمال"}, {"2b4", "محمد"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (is_alike(pairs[i].text, pairs[i].folded)) {
            print_error("%s is found by %s\n", pairs[i].folded, pairs[i].text);
        }
        assert_false(is_alike(pairs[i].text, pairs[i].folded));
    }
}

static void a_skeleton_has_a_longest_word(void **state)
{
    (void)state;
    struct tn_skeleton skeleton;
    char letters[TN_SKELETON_LETTERS_MAX + 2];
    memset(letters, 'b', sizeof letters);
    letters[1] = 'd';
    letters[3] = 'd';
    assert_true(tn_skeleton_init(&skeleton, letters, TN_SKELETON_LETTERS_MAX));
    assert_true(tn_skeleton_is_in(&skeleton, "bdbdb"));
    assert_false(tn_skeleton_init(&skeleton, letters, TN_SKELETON_LETTERS_MAX + 1));
}

static void arabic_and_hebrew_are_told_from_the_rest(void **state)
{
    (void)state;
    assert_true(tn_fold_is_vowelless("Ana محمد"));
    assert_true(tn_fold_is_vowelless("שרה"));
    assert_false(tn_fold_is_vowelless("Ana"));
    assert_false(tn_fold_is_vowelless("李小明 Юлия"));
    assert_false(tn_fold_is_vowelless(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_and_accents_go),
        cmocka_unit_test(combining_marks_are_as_precomposed_letters),
        cmocka_unit_test(every_turkish_i_is_an_i),
        cmocka_unit_test(what_parts_a_word_is_one_space),
        cmocka_unit_test(seven_scripts_become_latin),
        cmocka_unit_test(mixed_scripts_fold_part_by_part),
        cmocka_unit_test(letters_without_a_latin_form_stay),
        cmocka_unit_test(broken_text_is_safe),
        cmocka_unit_test(a_buffer_too_small_takes_whole_letters),
        cmocka_unit_test(text_past_the_limit_is_cut_and_said),
        cmocka_unit_test(two_hundred_bytes_of_any_script_fit),
        cmocka_unit_test(keys_sort_names_as_people_expect),
        cmocka_unit_test(a_long_sort_key_is_cut_with_its_zero),
        cmocka_unit_test(names_without_vowels_are_found_by_consonants),
        cmocka_unit_test(consonants_do_not_find_everybody),
        cmocka_unit_test(a_skeleton_has_a_longest_word),
        cmocka_unit_test(arabic_and_hebrew_are_told_from_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
