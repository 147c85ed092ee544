/* Runs and letters: which way the parts of a line stand, which font they are set in, and where a
 * reader sees one letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "kiosk/sys/runs.h"
#include "kiosk/ui/draw.h"

static struct tn_fonts *fonts;

static int begin(void **state)
{
    (void)state;
    return tn_fonts_create(&fonts) == TN_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    tn_fonts_free(fonts);
    return 0;
}

/* The runs of a line from left to right, with bars between. A space is in the font before it. */
static const char *runs_of(const char *text, bool is_rtl)
{
    static char out[4 * TN_DRAW_TEXT_MAX];
    struct tn_run runs[TN_RUNS_MAX];
    size_t count = tn_runs_split(fonts, text, strlen(text), false, is_rtl, runs);
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s", i > 0 ? "|" : "",
                                (int)runs[i].len, runs[i].at);
    }
    return out;
}

static void runs_stand_in_the_order_their_readers_expect(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_rtl;
        const char *runs;
    } rows[] = {
        {"Maya R. 12", false, "Maya R. 12"},
        /* A number keeps its order and stands to the left of what comes before it. */
        {"غرفة 12", true, "12|غرفة "},
        {"غرفة 12 ب", true, "ب| |12|غرفة "},
        {"١٢ غرفة", true, " غرفة|١٢"},
        /* A name in Latin letters inside an Arabic sentence. */
        {"أهلا Maya R هنا", true, "هنا| |Maya R|أهلا "},
        /* An Arabic name inside an English sentence, a number behind it. */
        {"Hello ليلى and محمد!", false, "Hello |ليلى| |and |محمد|!"},
        {"ليلى is here", false, "ليلى| |is here"},
        /* Brackets keep to the direction of what they stand in: the closing one is to the left. */
        {"معرض (Robotics) هنا", true, "هنا|) |Robotics|(|معرض "},
        {"Room (غرفة) 3", false, "Room (|غرفة|) |3"},
        /* Scripts without a direction of their own stay in order. */
        {"Gate 3 प्रिया 王小明", false, "Gate 3 |प्रिया |王小明"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *runs = runs_of(rows[i].text, rows[i].is_rtl);
        assert_string_equal(runs, rows[i].runs);
    }
}

static void runs_know_their_script_and_direction(void **state)
{
    (void)state;
    struct tn_run runs[TN_RUNS_MAX];
    const char *text = "12 غرفة प्र 王 Ω";
    size_t count = tn_runs_split(fonts, text, strlen(text), false, false, runs);
    const char *scripts[] = {"Arab", "Deva", "Hani", "Grek"};
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_arabic =
            strcmp(runs[i].script, "Arab") == 0 && runs[i].at[0] != '1' && runs[i].at[0] != ' ';
        assert_int_equal(runs[i].level % 2, is_arabic ? 1 : 0);
        for (size_t k = 0; k < 4; k++) {
            found |= strcmp(runs[i].script, scripts[k]) == 0 ? (size_t)1 << k : 0;
        }
    }
    assert_int_equal(found, 15);
}

static void every_character_may_be_a_run(void **state)
{
    (void)state;
    char text[TN_DRAW_TEXT_MAX + 1] = "";
    size_t len = 0;
    struct tn_run runs[TN_RUNS_MAX];
    while (len + 3 <= TN_DRAW_TEXT_MAX) {
        len += (size_t)snprintf(text + len, sizeof text - len, "a\u05D0");
    }
    assert_int_equal(tn_runs_split(fonts, text, len, false, false, runs), len / 3 * 2);
}

static void a_text_finds_its_own_direction(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_around_rtl;
        bool is_rtl;
    } rows[] = {
        {"Maya R.", false, false},
        {"ليلى م.", false, true},
        {"ليلى is here", false, false},
        {"Hi عبد الرحمن", false, false},
        {"معرض STEM للعلوم", false, true},
        {"12", false, false},
        {"", false, false},
        {"Maya R.", true, false},
        {"ليلى م.", true, true},
        {"Maya هنا", true, true},
        {"12 %", true, true},
        {"प्रिया", true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (tn_unicode_is_rtl(rows[i].text, rows[i].is_around_rtl) != rows[i].is_rtl) {
            fail_msg("\"%s\" runs the wrong way", rows[i].text);
        }
    }
}

static void letters_are_never_torn_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t letters;
    } rows[] = {
        {"abc", 3}, {"e\u0301e\u0323\u0302x", 3}, {"क्षत्रि", 2}, {"हिन्दी", 2}, {"क्‍ष", 1},
        {"ố", 1},   {"👩‍🔬", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t breaks[TN_UNICODE_TEXT_MAX + 1];
        size_t len = strlen(rows[i].text);
        size_t letters = 0;
        tn_unicode_breaks(tn_fonts_unicode(fonts), rows[i].text, len, breaks);
        for (size_t at = 0; at < len; at++) {
            letters += breaks[at] != TN_BREAK_NONE ? 1 : 0;
        }
        if (letters != rows[i].letters) {
            fail_msg("\"%s\" has %zu letters", rows[i].text, letters);
        }
    }
}

static void text_longer_than_the_limit_is_taken_up_to_it(void **state)
{
    (void)state;
    char text[TN_UNICODE_TEXT_MAX + 2];
    uint8_t breaks[TN_UNICODE_TEXT_MAX + 1];
    memset(text, 'a', sizeof text);
    tn_unicode_breaks(tn_fonts_unicode(fonts), text, TN_UNICODE_TEXT_MAX, breaks);
    assert_int_equal(breaks[TN_UNICODE_TEXT_MAX], TN_BREAK_LINE);
    assert_int_equal(breaks[TN_UNICODE_TEXT_MAX - 1], TN_BREAK_CLUSTER);
    tn_unicode_breaks(tn_fonts_unicode(fonts), text, TN_UNICODE_TEXT_MAX + 1, breaks);
    assert_int_equal(breaks[TN_UNICODE_TEXT_MAX], TN_BREAK_LINE);
    struct tn_run runs[TN_RUNS_MAX];
    size_t count = tn_runs_split(fonts, text, TN_UNICODE_TEXT_MAX + 1, false, false, runs);
    assert_int_equal(count, 1);
    assert_int_equal(runs[0].len, TN_UNICODE_TEXT_MAX);
}

static void latin_words_and_digits_keep_their_font_in_every_language(void **state)
{
    (void)state;
    static const char *const texts[] = {"غرفة 12 Ấn", "कमरा 12 Ấn", "房间12Ấn"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tn_run runs[TN_RUNS_MAX];
        size_t count = tn_runs_split(fonts, texts[i], strlen(texts[i]), false, false, runs);
        int found = 0;
        for (size_t k = 0; k < count; k++) {
            if (memchr(runs[k].at, '1', runs[k].len) != NULL ||
                memchr(runs[k].at, 'n', runs[k].len) != NULL) {
                assert_int_equal(runs[k].face, TN_FACE_REGULAR);
                found++;
            }
        }
        assert_true(found >= 1);
    }
}

static void chinese_keeps_its_font_after_a_japanese_name(void **state)
{
    (void)state;
    struct tn_fonts *other = NULL;
    assert_int_equal(tn_fonts_create(&other), TN_OK);
    int japanese = tn_fonts_face_of(other, 0x3042, false, -1);
    int chinese = tn_fonts_face_of(other, 0x76F4, false, -1);
    assert_int_not_equal(japanese, chinese);
    tn_fonts_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_stand_in_the_order_their_readers_expect),
        cmocka_unit_test(runs_know_their_script_and_direction),
        cmocka_unit_test(every_character_may_be_a_run),
        cmocka_unit_test(a_text_finds_its_own_direction),
        cmocka_unit_test(letters_are_never_torn_apart),
        cmocka_unit_test(text_longer_than_the_limit_is_taken_up_to_it),
        cmocka_unit_test(latin_words_and_digits_keep_their_font_in_every_language),
        cmocka_unit_test(chinese_keeps_its_font_after_a_japanese_name),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
