/* Pinyin: the names people have can be spelled, the common ones first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/sys/pinyin.h"
#include "kiosk/ui/keyboard_state.h"

static char out[2601];

/* The place of a character among the candidates, from 1; 0: it is not there. */
static int place_of(const char *pinyin, const char *text)
{
    int place = 1;
    tn_pinyin_spell(pinyin, out, sizeof out);
    for (const char *p = out; *p != '\0'; place++) {
        size_t len = strcspn(p, " ");
        if (len == strlen(text) && memcmp(p, text, len) == 0) {
            return place;
        }
        p += len;
        p += *p == ' ' ? 1 : 0;
    }
    return 0;
}

static void common_surnames_come_first(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"wang", "王"}, {"li", "李"}, {"zhang", "张"}, {"liu", "刘"}, {"chen", "陈"},
        {"yang", "杨"}, {"wu", "吴"}, {"lv", "吕"},    {"w", "王"},   {"zh", "张"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(place_of(rows[i][0], rows[i][1]), 1);
    }
}

static void names_people_have_can_be_spelled(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"xuan", "轩"},  {"zi", "梓"}, {"han", "涵"}, {"ting", "婷"}, {"qi", "琪"},   {"hao", "昊"},
        {"yi", "怡"},    {"lu", "璐"}, {"rui", "睿"}, {"yue", "玥"},  {"zhe", "喆"},  {"kun", "堃"},
        {"jun", "珺"},   {"yi", "祎"}, {"nv", "女"},  {"shan", "单"}, {"zeng", "曾"}, {"xie", "解"},
        {"zha", "查"},   {"ou", "欧"}, {"yue", "乐"}, {"zhuge", ""},  {"ge", "葛"},   {"si", "司"},
        {"shang", "上"}, {"lu", "吕"}, {"lyu", "吕"}, {"er", "尔"},   {"a", "阿"},    {"ji", "霁"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int place = place_of(rows[i][0], rows[i][1]);
        /* Within what a keyboard keeps. */
        assert_int_equal(rows[i][1][0] != '\0', place > 0);
        assert_true(place <= TN_PICKS_MAX);
    }
}

/* Level two of GB 2312 ends a syllable's list; "yi" and "ji" have the longest. */
static void even_the_last_of_the_longest_lists_is_kept_by_a_keyboard(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"yi", "镒"}, {"ji", "跽"}, {"xi", "醯"}, {"li", "鳢"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int place = place_of(rows[i][0], rows[i][1]);
        assert_true(place > 20 && place <= TN_PICKS_MAX);
    }
}

static void each_candidate_stands_once(void **state)
{
    (void)state;
    tn_pinyin_spell("li", out, sizeof out);
    char *first = strstr(out, "丽");
    assert_non_null(first);
    assert_null(strstr(first + 1, "丽"));
}

static void what_is_no_syllable_gives_nothing(void **state)
{
    (void)state;
    static const char *const none[] = {"", "v", "zzz", "wangwang", "1", "A", "w ang"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        tn_pinyin_spell(none[i], out, sizeof out);
        assert_string_equal(out, "");
    }
}

static void it_writes_no_more_than_there_is_room_for(void **state)
{
    (void)state;
    char small[9];
    memset(small, 'x', sizeof small);
    tn_pinyin_spell("li", small, 8);
    assert_string_equal(small, "李 黎");
    assert_int_equal(small[8], 'x');
    tn_pinyin_spell("li", small, 3);
    assert_string_equal(small, "");
    tn_pinyin_spell("li", NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_surnames_come_first),
        cmocka_unit_test(names_people_have_can_be_spelled),
        cmocka_unit_test(even_the_last_of_the_longest_lists_is_kept_by_a_keyboard),
        cmocka_unit_test(each_candidate_stands_once),
        cmocka_unit_test(what_is_no_syllable_gives_nothing),
        cmocka_unit_test(it_writes_no_more_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
