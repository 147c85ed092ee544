/* The PIN and the settings: what a PIN opens and what it never does, how long a wrong one has to
 * wait, and what becomes of each setting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/ui/settings.h"
#include "tests/unit/kiosk_staff_scenes.h"

static struct tn_model model;
static struct tn_effects effects;
static struct tn_draw draw;

static int begin(void **state)
{
    (void)state;
    staff_model(&model);
    model.info.is_unlocked = false;
    effects.count = 0;
    tn_pin_open(&model, &effects);
    return 0;
}

static void happen_at(struct tn_event event, int64_t after_ms)
{
    event.at_ms = STAFF_NOW_MS + after_ms;
    event.mono_ms = STAFF_MONO_MS + after_ms;
    tn_ui_event(&model, &event, &effects);
}

static void happen(struct tn_event event)
{
    happen_at(event, model.mono_ms - STAFF_MONO_MS);
}

static void tick(int64_t after_ms)
{
    happen_at((struct tn_event){.type = TN_EVENT_TICK}, after_ms);
}

static void tap(const char *control)
{
    struct tn_event event = {.type = TN_EVENT_TAP};
    snprintf(event.control, sizeof event.control, "%s", control);
    happen(event);
}

static void type(const char *text)
{
    struct tn_event event = {.type = TN_EVENT_TEXT, .len = strlen(text)};
    snprintf(event.text, sizeof event.text, "%s", text);
    happen(event);
}

static void reply(enum tn_request_type type_of, enum tn_status status)
{
    struct tn_reply answer = {.type = type_of, .status = status};
    happen((struct tn_event){.type = TN_EVENT_REPLY, .reply = &answer});
}

static bool has_ask(enum tn_request_type type_of)
{
    for (size_t i = 0; i < effects.count; i++) {
        if (effects.items[i].type == TN_EFFECT_ASK) {
            return effects.request.type == type_of;
        }
    }
    return false;
}

static size_t count_of(enum tn_effect_type type_of)
{
    size_t count = 0;
    for (size_t i = 0; i < effects.count; i++) {
        count += effects.items[i].type == type_of;
    }
    return count;
}

static bool shows(const char *text)
{
    struct tn_view view = tn_view_of(1280, 800, 1280.0f / 217.0f, TN_THEME_LIGHT);
    tn_ui_draw(&model, &view, &draw);
    return tn_draw_has_text(&draw, text);
}

/* Types a PIN and lets the store answer, which counts the wrong ones. */
static void try_pin(const char *pin, enum tn_status status)
{
    type(pin);
    tap("ok");
    assert_true(has_ask(TN_ASK_PIN));
    assert_string_equal(effects.request.text, pin);
    model.info.pin_wrong = status == TN_OK ? 0 : model.info.pin_wrong + 1;
    reply(TN_ASK_PIN, status);
}

static void without_a_pin_only_a_card_opens(void **state)
{
    (void)state;
    model.info.has_pin = false;
    assert_true(shows("Scan a staff card"));
    assert_false(tn_ui_wants_text(&model));
    type("1234");
    tap("ok");
    assert_int_equal(effects.count, 0);
    tap("back");
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
}

static void a_pin_is_never_shown_and_never_kept(void **state)
{
    (void)state;
    type("2468");
    assert_false(shows("2468"));
    for (size_t i = 0; i < draw.count; i++) {
        assert_null(strstr(draw.items[i].text, "24"));
    }
    tap("ok");
    assert_string_equal(model.states.pin.field.text, "");
}

static void a_short_pin_is_not_tried(void **state)
{
    (void)state;
    type("123");
    tap("ok");
    assert_int_equal(effects.count, 0);
    assert_null(shows("OK") ? tn_draw_control(&draw, "ok") : NULL);
}

static void a_right_pin_opens_counts_but_no_names_and_no_way_out(void **state)
{
    (void)state;
    try_pin("2468", TN_OK);
    assert_true(has_ask(TN_ASK_TALLY));
    assert_true(shows("Here now"));
    assert_null(tn_draw_control(&draw, "search"));
    assert_null(tn_draw_control(&draw, "close"));
    assert_null(tn_draw_control(&draw, "leave"));
    assert_false(tn_ui_is_unlocked(&model));
    tap("undo");
    assert_int_equal(model.place, TN_SCREEN_PAST);
    assert_true(model.states.past.is_pin);
    effects.count = 0;
    tn_staff_notice(&model, "Undone", &effects);
    assert_int_equal(model.place, TN_SCREEN_PIN);
    assert_true(shows("Undone"));
    tap("done");
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(model.states.pin.is_open);
}

static void each_wrong_try_doubles_the_wait_up_to_five_minutes(void **state)
{
    (void)state;
    static const int64_t waits_s[] = {2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300};
    int64_t now = 0;
    for (size_t i = 0; i < sizeof waits_s / sizeof waits_s[0]; i++) {
        tick(now);
        tn_pin_open(&model, &effects); /* the longest waits outlast the place */
        try_pin("9999", TN_ERR_FORGED);
        now += waits_s[i] * 1000;
        tick(now - 1);
        tn_pin_open(&model, &effects);
        assert_false(tn_ui_wants_text(&model));
        type("2468");
        tap("ok");
        assert_int_equal(count_of(TN_EFFECT_ASK), 0);
        assert_true(shows("Wait 0:01, then try again."));
    }
    tick(now);
    tn_pin_open(&model, &effects);
    try_pin("2468", TN_OK);
    assert_int_equal(model.states.pin.until_mono_ms, 0);
    tn_pin_open(&model, &effects);
    assert_true(tn_ui_wants_text(&model));
}

static void starting_anew_does_not_shorten_the_wait(void **state)
{
    (void)state;
    model.info.pin_wrong = 5;
    tn_pin_open(&model, &effects);
    assert_true(shows("Wait 0:32, then try again."));
    tick(30000);
    tn_pin_open(&model, &effects);
    assert_true(shows("Wait 0:02, then try again."));
    tick(32000);
    try_pin("9999", TN_ERR_FORGED);
    assert_true(shows("Wait 1:04, then try again."));
}

static void going_away_does_not_shorten_the_wait(void **state)
{
    (void)state;
    try_pin("9999", TN_ERR_FORGED);
    tick(2000);
    try_pin("9999", TN_ERR_FORGED);
    tap("back");
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    tn_pin_open(&model, &effects);
    assert_true(shows("Wait 0:04, then try again."));
    tick(6000);
    assert_false(shows("Wait 0:04, then try again."));
    assert_true(shows("That was not the PIN. Try again."));
}

static void the_countdown_is_drawn_anew_each_second(void **state)
{
    (void)state;
    try_pin("9999", TN_ERR_FORGED);
    assert_true(tn_ui_deadline(&model) <= model.mono_ms + 1000);
    tick(1000);
    assert_true(shows("Wait 0:01, then try again."));
}

static void a_language_is_taken_at_once_and_kept(void **state)
{
    (void)state;
    try_pin("2468", TN_OK);
    tap("language");
    assert_true(shows("Español"));
    tap("lang-es");
    assert_true(has_ask(TN_ASK_SETTING));
    assert_string_equal(effects.request.name, TN_SETTING_LANG);
    assert_string_equal(effects.request.text, "es");
    assert_int_equal(model.home_lang, TN_LANG_ES);
    assert_int_equal(model.lang, TN_LANG_ES);
    tap("back");
    assert_true(shows("Here now"));
}

static void a_language_without_a_font_is_not_offered(void **state)
{
    (void)state;
    try_pin("2468", TN_OK);
    model.has_lang[TN_LANG_HI] = false;
    tap("language");
    assert_false(shows("हिन्दी"));
    tap("lang-hi");
    assert_int_equal(effects.count, 0);
    assert_int_equal(model.home_lang, TN_LANG_EN);
}

static void a_volume_is_heard_when_it_is_picked(void **state)
{
    (void)state;
    try_pin("2468", TN_OK);
    tap("volume");
    tap("volume-25");
    assert_int_equal(model.volume, 25);
    assert_int_equal(effects.items[0].type, TN_EFFECT_LOOK);
    assert_int_equal(effects.items[1].type, TN_EFFECT_SOUND);
    assert_true(has_ask(TN_ASK_SETTING));
    assert_string_equal(effects.request.text, "25");
    tap("volume-25");
    assert_int_equal(count_of(TN_EFFECT_SOUND), 0);
}

static void unlocked(void)
{
    model.info.is_unlocked = true;
    effects.count = 0;
    tn_settings_open(&model, &effects);
}

static void each_switch_turns_over_and_is_kept(void **state)
{
    (void)state;
    static const struct {
        const char *control;
        const char *setting;
    } rows[] = {{"larger", TN_SETTING_LARGER},
                {"lower", TN_SETTING_LOWER},
                {"still", TN_SETTING_STILL},
                {"speech", TN_SETTING_SPEECH}};
    unlocked();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int turn = 0; turn < 2; turn++) {
            tap(rows[i].control);
            assert_true(has_ask(TN_ASK_SETTING));
            assert_string_equal(effects.request.name, rows[i].setting);
            assert_string_equal(effects.request.text, turn == 0 ? "on" : "off");
            assert_int_equal(count_of(TN_EFFECT_LOOK), 1);
        }
    }
    assert_false(model.look.is_larger || model.look.is_lower || model.look.is_still);
}

static void walk_ins_follow_the_store_and_a_desk_always_takes_them(void **state)
{
    (void)state;
    unlocked();
    tap("walk-in");
    assert_true(has_ask(TN_ASK_SETTING));
    assert_string_equal(effects.request.text, "on");
    model.info.has_walk_in = true;
    tap("walk-in");
    assert_string_equal(effects.request.text, "off");
    model.info.role = TN_ROLE_DESK;
    tap("walk-in");
    assert_int_equal(effects.count, 0);
}

static void settings_read_at_the_start_are_applied(void **state)
{
    (void)state;
    struct tn_settings settings = {.lang = "fr",
                                   .theme = "contrast",
                                   .volume = "50",
                                   .lower = "on",
                                   .larger = "on",
                                   .still = "on",
                                   .speech = "on"};
    tn_settings_apply(&model, &settings);
    assert_int_equal(model.home_lang, TN_LANG_FR);
    assert_int_equal(model.look.theme, TN_THEME_CONTRAST);
    assert_int_equal(model.volume, 50);
    assert_true(model.look.is_lower && model.look.is_larger && model.look.is_still);
    assert_true(model.is_speaking);
}

static void settings_that_are_empty_or_nonsense_change_nothing(void **state)
{
    (void)state;
    struct tn_model before = model;
    tn_settings_apply(&model, &(struct tn_settings){0});
    assert_memory_equal(&before, &model, sizeof model);
    tn_settings_apply(
        &model,
        &(struct tn_settings){
            .lang = "tlh", .theme = "pink", .volume = "101", .lower = "maybe", .speech = "o"});
    assert_memory_equal(&before, &model, sizeof model);
    tn_settings_apply(&model, &(struct tn_settings){.volume = "-1"});
    tn_settings_apply(&model, &(struct tn_settings){.volume = "5x"});
    assert_int_equal(model.volume, before.volume);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_pin_only_a_card_opens, begin),
        cmocka_unit_test_setup(a_pin_is_never_shown_and_never_kept, begin),
        cmocka_unit_test_setup(a_short_pin_is_not_tried, begin),
        cmocka_unit_test_setup(a_right_pin_opens_counts_but_no_names_and_no_way_out, begin),
        cmocka_unit_test_setup(each_wrong_try_doubles_the_wait_up_to_five_minutes, begin),
        cmocka_unit_test_setup(starting_anew_does_not_shorten_the_wait, begin),
        cmocka_unit_test_setup(going_away_does_not_shorten_the_wait, begin),
        cmocka_unit_test_setup(the_countdown_is_drawn_anew_each_second, begin),
        cmocka_unit_test_setup(a_language_is_taken_at_once_and_kept, begin),
        cmocka_unit_test_setup(a_language_without_a_font_is_not_offered, begin),
        cmocka_unit_test_setup(a_volume_is_heard_when_it_is_picked, begin),
        cmocka_unit_test_setup(each_switch_turns_over_and_is_kept, begin),
        cmocka_unit_test_setup(walk_ins_follow_the_store_and_a_desk_always_takes_them, begin),
        cmocka_unit_test_setup(settings_read_at_the_start_are_applied, begin),
        cmocka_unit_test_setup(settings_that_are_empty_or_nonsense_change_nothing, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
