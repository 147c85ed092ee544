/* The keyboard: large enough for a finger on every panel, in the order hands know, and able to type
 * the names people have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/ui/keyboard.h"
#include "kiosk/ui/keyboard_layouts.h"
#include "kiosk/ui/screens.h"

/* Panels as they are sold: pixels, and the millimetres of their glass. */
static const struct panel {
    int w, h;
    float w_mm, h_mm;
} panels[] = {
    {800, 480, 154, 86}, {1280, 800, 217, 136}, {800, 1280, 136, 217}, {1920, 1080, 345, 194}};
#define PANELS (sizeof panels / sizeof panels[0])

static struct tn_model model;
static struct tn_draw draw;
static struct tn_field field;
static struct tn_keyboard keyboard;
static struct tn_effects effects;

static void open_form(enum tn_lang screen, enum tn_lang keys)
{
    memset(&model, 0, sizeof model);
    tn_model_init(&model, 1773484920000, 10000);
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        model.has_lang[i] = true;
    }
    model.lang = screen;
    model.info.has_vault = true;
    model.info.has_keys = true;
    tn_register_open(&model, &effects);
    model.states.reg.keyboard.lang = keys;
}

static void open_keyboard(enum tn_lang lang, enum tn_field_kind kind)
{
    field = (struct tn_field){.kind = kind, .chars_max = 40};
    tn_keyboard_open(&keyboard, lang, &field);
}

/* Finds a key by what it types, going from page to page as a person would. */
static void tap_key(const char *text)
{
    const struct tn_key_layout *layout = tn_key_layout_of(&keyboard);
    char control[TN_CONTROL_MAX + 1];
    int number = tn_key_number(layout, text);
    assert_true(number > 0);
    snprintf(control, sizeof control, "key-%d", number);
    assert_int_not_equal(tn_keyboard_tap(&keyboard, &field, control), TN_KEYED_NONE);
}

static bool is_key(const struct tn_item *item)
{
    return item->control != NULL &&
           (strncmp(item->control, "key-", 4) == 0 || strncmp(item->control, "pick-", 5) == 0);
}

/* Millimetres between two boxes on the glass, along the axis on which they are apart. */
static float apart_mm(const struct tn_rect *a, const struct tn_rect *b, const struct panel *panel)
{
    int x = a->x < b->x ? b->x - (a->x + a->w) : a->x - (b->x + b->w);
    int y = a->y < b->y ? b->y - (a->y + a->h) : a->y - (b->y + b->h);
    float x_mm = (float)x * panel->w_mm / (float)panel->w;
    float y_mm = (float)y * panel->h_mm / (float)panel->h;
    return x_mm > y_mm ? x_mm : y_mm;
}

static void check_keys(const struct panel *panel)
{
    int keys = 0;
    for (size_t i = 0; i < draw.count; i++) {
        const struct tn_item *item = &draw.items[i];
        const struct tn_rect *box = &item->box;
        assert_true(box->x >= 0 && box->y >= 0 && box->w > 0 && box->h > 0);
        assert_true(box->x + box->w <= panel->w && box->y + box->h <= panel->h);
        if (item->control == NULL) {
            continue;
        }
        float least = is_key(item) ? TN_KEY_MM : TN_BUTTON_MM;
        float w_mm = (float)box->w * panel->w_mm / (float)panel->w;
        float h_mm = (float)box->h * panel->h_mm / (float)panel->h;
        if (w_mm < least || h_mm < least) {
            fail_msg("%s at %dx%d is %.2f x %.2f mm", item->control, panel->w, panel->h,
                     (double)w_mm, (double)h_mm);
        }
        keys += is_key(item) ? 1 : 0;
        for (size_t j = i + 1; j < draw.count; j++) {
            const struct tn_item *other = &draw.items[j];
            bool are_keys = is_key(item) && is_key(other);
            if (other->control != NULL &&
                apart_mm(box, &other->box, panel) < (are_keys ? TN_KEY_GAP_MM : 3.5f)) {
                fail_msg("%s and %s at %dx%d are %.2f mm apart", item->control, other->control,
                         panel->w, panel->h, (double)apart_mm(box, &other->box, panel));
            }
        }
    }
    assert_true(keys > 5);
}

static void draw_on(const struct panel *panel, float text_scale, bool is_lower)
{
    struct tn_view view =
        tn_view_of(panel->w, panel->h, (float)panel->w / panel->w_mm, TN_THEME_LIGHT);
    view.text_scale = text_scale;
    view.is_lower = is_lower;
    tn_ui_draw(&model, &view, &draw);
}

static void every_key_of_every_page_is_large_enough_on_every_panel(void **state)
{
    (void)state;
    for (int lang = 0; lang < TN_LANG_COUNT; lang++) {
        open_form(TN_LANG_EN, (enum tn_lang)lang);
        struct tn_keyboard *keys = &model.states.reg.keyboard;
        keys->has_signs = true;
        for (keys->page = 0; keys->page < tn_key_pages(keys); keys->page++) {
            for (size_t p = 0; p < PANELS; p++) {
                for (int way = 0; way < 4; way++) {
                    draw_on(&panels[p], way & 1 ? 1.3f : 1.0f, way & 2);
                    check_keys(&panels[p]);
                }
            }
        }
    }
}

static void candidates_and_number_pads_are_large_enough_too(void **state)
{
    (void)state;
    open_form(TN_LANG_EN, TN_LANG_ZH_HANS);
    struct tn_register_state *reg = &model.states.reg;
    snprintf(reg->keyboard.pinyin, sizeof reg->keyboard.pinyin, "zhuang");
    tn_keyboard_spelt(&reg->keyboard, "王 李 张 刘 陈 杨 黄 赵");
    for (size_t p = 0; p < PANELS; p++) {
        draw_on(&panels[p], 1.0f, false);
        check_keys(&panels[p]);
        assert_non_null(tn_draw_control(&draw, "pick-6"));
    }
    reg->field.kind = TN_FIELD_DIGITS;
    tn_keyboard_open(&reg->keyboard, TN_LANG_EN, &reg->field);
    for (size_t p = 0; p < PANELS; p++) {
        draw_on(&panels[p], 1.0f, false);
        check_keys(&panels[p]);
    }
}

static void every_key_shown_types_its_own_letter(void **state)
{
    (void)state;
    for (int lang = 0; lang < TN_LANG_COUNT; lang++) {
        open_keyboard((enum tn_lang)lang, TN_FIELD_TEXT);
        const struct tn_key_layout *layout = tn_key_layout_of(&keyboard);
        for (size_t page = 0; page < layout->count; page++) {
            for (int shape = 0; shape < TN_KEYS_SHAPES; shape++) {
                for (int row = 0; row < TN_KEY_ROWS_MAX; row++) {
                    char key[TN_KEYCAP_SIZE];
                    char again[TN_KEYCAP_SIZE];
                    const char *rest = layout->pages[page]->rows[shape][row];
                    while ((rest = tn_key_next(rest, key)) != NULL) {
                        int number = tn_key_number(layout, key);
                        assert_int_equal(number > 0, (unsigned char)key[0] > TN_KEY_NONE);
                        assert_true(number < TN_KEYS_MAX);
                        if (number > 0) {
                            assert_true(tn_key_of(layout, number, again));
                            assert_string_equal(again, key);
                        }
                    }
                }
            }
        }
    }
}

static void names_can_be_typed(void **state)
{
    (void)state;
    static const struct {
        enum tn_lang lang;
        const char *keys[12];
        const char *name;
    } names[] = {
        {TN_LANG_EN, {"m", "a", "r", "y", "-", "a", "n", "n"}, "Mary-Ann"},
        {TN_LANG_ES, {"b", "e", "g", "o", "ñ", "a"}, "Begoña"},
        {TN_LANG_FR, {"é", "l", "o", "d", "i", "e"}, "Élodie"},
        {TN_LANG_VI, {"n", "g", "u", "y", "ê", "n", "\xCC\x83"}, "Nguyễn"},
        {TN_LANG_VI, {"đ", "ư", "\xCC\x81", "c"}, "Đức"},
        {TN_LANG_AR, {"ل", "ي", "ل", "ى"}, "ليلى"},
        {TN_LANG_HI, {"प", "्", "र", "ि", "य", "ा"}, "प्रिया"},
        {TN_LANG_EN, {"ł", "u", "k", "a", "s", "z"}, "Łukasz"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        open_keyboard(names[i].lang, TN_FIELD_NAME);
        for (size_t k = 0; names[i].keys[k] != NULL; k++) {
            tap_key(names[i].keys[k]);
        }
        assert_string_equal(field.text, names[i].name);
    }
}

static void a_capital_comes_by_itself_at_a_words_beginning(void **state)
{
    (void)state;
    open_keyboard(TN_LANG_EN, TN_FIELD_NAME);
    assert_true(keyboard.is_shifted);
    tap_key("a");
    assert_false(keyboard.is_shifted);
    tap_key("n");
    (void)tn_keyboard_tap(&keyboard, &field, "key-space");
    assert_true(keyboard.is_shifted);
    (void)tn_keyboard_tap(&keyboard, &field, "key-shift");
    tap_key("b");
    assert_string_equal(field.text, "An b");
    (void)tn_keyboard_tap(&keyboard, &field, "key-erase");
    assert_true(keyboard.is_shifted);
    open_keyboard(TN_LANG_AR, TN_FIELD_NAME);
    assert_false(keyboard.is_shifted);
}

static void an_accents_page_goes_back_after_one_letter_digits_stay(void **state)
{
    (void)state;
    open_keyboard(TN_LANG_EN, TN_FIELD_TEXT);
    (void)tn_keyboard_tap(&keyboard, &field, "key-page");
    assert_int_equal(keyboard.page, 1);
    tap_key("é");
    assert_int_equal(keyboard.page, 0);
    keyboard.page = 3;
    tap_key("1");
    assert_int_equal(keyboard.page, 3);
    (void)tn_keyboard_tap(&keyboard, &field, "key-page");
    assert_int_equal(keyboard.page, 0);
    assert_string_equal(field.text, "É1");
    open_keyboard(TN_LANG_EN, TN_FIELD_NAME);
    assert_int_equal(tn_key_pages(&keyboard), 3);
}

static void the_globe_goes_round_the_languages_that_are_there(void **state)
{
    (void)state;
    bool has_lang[TN_LANG_COUNT] = {[TN_LANG_EN] = true, [TN_LANG_AR] = true};
    open_keyboard(TN_LANG_EN, TN_FIELD_NAME);
    tn_keyboard_offer(&keyboard, has_lang);
    keyboard.page = 1;
    (void)tn_keyboard_tap(&keyboard, &field, "key-lang");
    assert_int_equal(keyboard.lang, TN_LANG_AR);
    assert_int_equal(keyboard.page, 0);
    (void)tn_keyboard_tap(&keyboard, &field, "key-lang");
    assert_int_equal(keyboard.lang, TN_LANG_EN);
    open_form(TN_LANG_EN, TN_LANG_EN);
    draw_on(&panels[1], 1.0f, false);
    assert_non_null(tn_draw_control(&draw, "key-lang"));
    model.states.reg.keyboard.langs = 1u << TN_LANG_EN;
    draw_on(&panels[1], 1.0f, false);
    assert_null(tn_draw_control(&draw, "key-lang"));
}

static int x_of(const char *key)
{
    char control[TN_CONTROL_MAX + 1];
    snprintf(control, sizeof control, "key-%d",
             tn_key_number(tn_key_layout_of(&model.states.reg.keyboard), key));
    const struct tn_item *item = tn_draw_control(&draw, control);
    assert_non_null(item);
    return item->box.x;
}

static void keys_stand_in_their_order_whichever_way_the_screen_runs(void **state)
{
    (void)state;
    static const enum tn_lang screens[] = {TN_LANG_EN, TN_LANG_AR};
    for (size_t i = 0; i < 2; i++) {
        open_form(screens[i], TN_LANG_EN);
        draw_on(&panels[1], 1.0f, false);
        assert_true(x_of("q") < x_of("w") && x_of("w") < x_of("p"));
        open_form(screens[i], TN_LANG_AR);
        draw_on(&panels[1], 1.0f, false);
        assert_true(x_of("ض") < x_of("ص") && x_of("ص") < x_of("د"));
    }
    /* The buttons do change sides. */
    assert_true(tn_draw_control(&draw, "over")->box.x > panels[1].w / 2);
}

static void a_syllable_gives_a_character(void **state)
{
    (void)state;
    open_keyboard(TN_LANG_ZH_HANS, TN_FIELD_NAME);
    assert_false(keyboard.is_shifted);
    const struct tn_key_layout *layout = tn_key_layout_of(&keyboard);
    char control[TN_CONTROL_MAX + 1];
    snprintf(control, sizeof control, "key-%d", tn_key_number(layout, "l"));
    assert_int_equal(tn_keyboard_tap(&keyboard, &field, control), TN_KEYED_SPELL);
    snprintf(control, sizeof control, "key-%d", tn_key_number(layout, "i"));
    assert_int_equal(tn_keyboard_tap(&keyboard, &field, control), TN_KEYED_SPELL);
    assert_string_equal(keyboard.pinyin, "li");
    assert_string_equal(field.text, "");
    tn_keyboard_spelt(&keyboard, "李 黎 丽 莉 力 立 理");
    (void)tn_keyboard_tap(&keyboard, &field, "pick-2");
    assert_string_equal(field.text, "黎");
    assert_string_equal(keyboard.pinyin, "");
    assert_int_equal(tn_keyboard_type(&keyboard, &field, "li"), TN_KEYED_SPELL);
    tn_keyboard_spelt(&keyboard, "李 黎 丽 莉 力 立 理");
    (void)tn_keyboard_tap(&keyboard, &field, "key-page");
    (void)tn_keyboard_type(&keyboard, &field, " ");
    assert_string_equal(field.text, "黎理");
}

static void a_syllable_can_be_taken_back_or_left_as_it_is(void **state)
{
    (void)state;
    open_keyboard(TN_LANG_ZH_HANS, TN_FIELD_NAME);
    assert_int_equal(tn_keyboard_type(&keyboard, &field, "wa"), TN_KEYED_SPELL);
    assert_int_equal(tn_keyboard_erase(&keyboard, &field), TN_KEYED_SPELL);
    assert_string_equal(keyboard.pinyin, "w");
    assert_int_equal(tn_keyboard_erase(&keyboard, &field), TN_KEYED_DONE);
    assert_string_equal(keyboard.pinyin, "");
    (void)tn_keyboard_type(&keyboard, &field, "Amy");
    assert_string_equal(field.text, "A");
    (void)tn_keyboard_tap(&keyboard, &field, "key-raw");
    assert_string_equal(field.text, "Amy");
    assert_false(tn_keyboard_settle(&keyboard, &field));
}

static void more_candidates_than_there_is_room_for_are_left_out(void **state)
{
    (void)state;
    static char text[4 * (TN_PICKS_MAX + 1) + 1];
    for (int i = 0; i < TN_PICKS_MAX + 1; i++) {
        memcpy(text + 4 * i, "\xE7\x8E\x8B ", 4);
    }
    open_keyboard(TN_LANG_ZH_HANS, TN_FIELD_NAME);
    tn_keyboard_spelt(&keyboard, text);
    assert_int_equal(keyboard.pick_count, TN_PICKS_MAX);
    tn_keyboard_spelt(&keyboard, "toolong 王");
    assert_int_equal(keyboard.pick_count, 1);
    assert_int_equal(tn_keyboard_type(&keyboard, &field, "zhuangxxxx"), TN_KEYED_SPELL);
    assert_int_equal(strlen(keyboard.pinyin), TN_PINYIN_MAX);
}

static void other_controls_are_not_the_keyboards(void **state)
{
    (void)state;
    static const char *const others[] = {"next", "key-", "key-0", "key-9999", "key-1x", "keys"};
    open_keyboard(TN_LANG_EN, TN_FIELD_NAME);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(tn_keyboard_tap(&keyboard, &field, others[i]), TN_KEYED_NONE);
    }
    assert_int_equal(field.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_every_page_is_large_enough_on_every_panel),
        cmocka_unit_test(candidates_and_number_pads_are_large_enough_too),
        cmocka_unit_test(every_key_shown_types_its_own_letter),
        cmocka_unit_test(names_can_be_typed),
        cmocka_unit_test(a_capital_comes_by_itself_at_a_words_beginning),
        cmocka_unit_test(an_accents_page_goes_back_after_one_letter_digits_stay),
        cmocka_unit_test(the_globe_goes_round_the_languages_that_are_there),
        cmocka_unit_test(keys_stand_in_their_order_whichever_way_the_screen_runs),
        cmocka_unit_test(a_syllable_gives_a_character),
        cmocka_unit_test(a_syllable_can_be_taken_back_or_left_as_it_is),
        cmocka_unit_test(more_candidates_than_there_is_room_for_are_left_out),
        cmocka_unit_test(other_controls_are_not_the_keyboards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
