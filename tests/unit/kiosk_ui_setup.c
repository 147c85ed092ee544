/* Set-up: a kiosk without a station asks for its card, takes nothing else, and says what is wrong
 * with a card it cannot use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/ui/screens.h"
#include "tests/unit/kiosk_scenes.h"

static struct tn_model model;
static struct tn_effects effects;
static struct tn_draw draw;

static int begin(void **state)
{
    (void)state;
    memset(&model, 0, sizeof model);
    memset(&effects, 0, sizeof effects);
    tn_model_init(&model, 1773484920000, 10000);
    model.is_fresh = true;
    model.screen = model.place = TN_SCREEN_SETUP;
    return 0;
}

static struct tn_event event_of(enum tn_event_type type)
{
    return (struct tn_event){.type = type, .at_ms = model.now_ms, .mono_ms = model.mono_ms};
}

static void take(enum tn_event_type type, const char *text)
{
    struct tn_event event = event_of(type);
    snprintf(event.text, sizeof event.text, "%s", text);
    event.len = strlen(text);
    tn_ui_event(&model, &event, &effects);
}

static void reply(enum tn_status status)
{
    struct tn_reply answer = {.type = TN_ASK_SET_UP, .status = status};
    struct tn_event event = event_of(TN_EVENT_REPLY);
    event.reply = &answer;
    tn_ui_event(&model, &event, &effects);
}

static void pass(int64_t ms)
{
    model.mono_ms += ms;
    struct tn_event event = event_of(TN_EVENT_TICK);
    tn_ui_event(&model, &event, &effects);
}

static bool shows(const char *text)
{
    for (size_t i = 0; i < SCENE_SIZES; i++) {
        struct tn_view view = scene_view(&scene_sizes[i], TN_THEME_LIGHT);
        tn_ui_draw(&model, &view, &draw);
        if (!tn_draw_has_text(&draw, text)) {
            return false;
        }
    }
    return true;
}

static void tap(const char *control)
{
    struct tn_event event = event_of(TN_EVENT_TAP);
    snprintf(event.control, sizeof event.control, "%s", control);
    tn_ui_event(&model, &event, &effects);
}

static void a_scan_is_tried_as_a_card_and_never_recorded(void **state)
{
    (void)state;
    assert_true(shows("Scan the set-up card"));
    take(TN_EVENT_SCAN, "3141592653");
    assert_int_equal(effects.count, 1);
    assert_int_equal(effects.items[0].type, TN_EFFECT_ASK);
    assert_int_equal(effects.request.type, TN_ASK_SET_UP);
    assert_string_equal(effects.request.text, "3141592653");
    assert_string_equal(effects.request.path, "");
}

static void a_file_is_tried_by_its_path(void **state)
{
    (void)state;
    take(TN_EVENT_FILE, "/media/usb/gate.card");
    assert_int_equal(effects.request.type, TN_ASK_SET_UP);
    assert_string_equal(effects.request.path, "/media/usb/gate.card");
    assert_string_equal(effects.request.text, "");
}

static void what_is_too_long_is_refused_here(void **state)
{
    (void)state;
    char path[1100];
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    take(TN_EVENT_FILE, path);
    assert_int_equal(model.states.setup.refused, TN_ERR_NOT_FOUND);
    struct tn_event scan = event_of(TN_EVENT_SCAN);
    scan.len = TN_SCAN_TEXT_MAX + 1;
    tn_ui_event(&model, &scan, &effects);
    assert_int_equal(model.states.setup.refused, TN_ERR_FORMAT);
}

static void each_refusal_says_what_it_is_and_what_to_do(void **state)
{
    (void)state;
    static const struct {
        enum tn_status status;
        const char *words, *advice;
    } rows[] = {
        {TN_ERR_FORMAT, "That is not a set-up card", "Ask the organizers"},
        {TN_ERR_FORGED, "This card is not for here", "Ask the organizers for a new one."},
        {TN_ERR_STATE, "This card is too old", "the newest card"},
        {TN_ERR_EXISTS, "This kiosk is set up already", "staff panel"},
        {TN_ERR_LIMIT, "That did not work", "try again"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)begin(state);
        take(TN_EVENT_SCAN, "3");
        reply(rows[i].status);
        assert_int_equal(effects.items[0].type, TN_EFFECT_SOUND);
        assert_int_equal(effects.items[0].sound, TN_SOUND_HELP);
        assert_true(shows(rows[i].words));
        assert_true(shows(rows[i].advice));
        /* The next card is taken all the same. */
        take(TN_EVENT_SCAN, "31");
        assert_int_equal(effects.request.type, TN_ASK_SET_UP);
    }
}

static void a_card_that_works_says_who_this_is_and_then_it_is_idle(void **state)
{
    (void)state;
    take(TN_EVENT_SCAN, "3");
    model.is_fresh = false;
    snprintf(model.info.station_name, sizeof model.info.station_name, "North gate");
    reply(TN_OK);
    assert_true(shows("This is North gate now"));
    assert_int_equal(effects.items[0].sound, TN_SOUND_WELCOME);
    int64_t due = tn_setup_due(&model);
    pass(200);
    assert_int_equal(model.screen, TN_SCREEN_SETUP);
    assert_true(tn_ui_deadline(&model) <= due);
    pass(due - model.mono_ms);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(model.states.setup.is_done);
}

static void a_badge_that_comes_while_it_says_so_is_recorded(void **state)
{
    (void)state;
    model.is_fresh = false;
    reply(TN_OK);
    take(TN_EVENT_SCAN, "1");
    assert_int_equal(effects.items[0].type, TN_EFFECT_RECORD);
}

static void from_the_panel_there_is_a_way_back(void **state)
{
    (void)state;
    model.is_fresh = false;
    model.info.is_unlocked = true;
    tn_setup_open(&model, &effects);
    assert_true(shows("Back"));
    take(TN_EVENT_SCAN, "3");
    reply(TN_ERR_STATE);
    assert_true(model.states.setup.is_again);
    assert_true(shows("Back"));
    tap("back");
    assert_int_equal(model.screen, TN_SCREEN_STAFF);
    tn_setup_open(&model, &effects);
    reply(TN_OK);
    tap("x");
    assert_int_equal(model.screen, TN_SCREEN_STAFF);
}

static void staff_who_walk_away_leave_it_locked(void **state)
{
    (void)state;
    model.is_fresh = false;
    model.info.is_unlocked = true;
    tn_setup_open(&model, &effects);
    pass(TN_STAFF_REST_MS - 1);
    assert_int_equal(model.screen, TN_SCREEN_SETUP);
    assert_true(tn_ui_deadline(&model) <= model.mono_ms + 1);
    pass(1);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(model.info.is_unlocked);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_scan_is_tried_as_a_card_and_never_recorded),
        TEST(a_file_is_tried_by_its_path),
        TEST(what_is_too_long_is_refused_here),
        TEST(each_refusal_says_what_it_is_and_what_to_do),
        TEST(a_card_that_works_says_who_this_is_and_then_it_is_idle),
        TEST(a_badge_that_comes_while_it_says_so_is_recorded),
        TEST(from_the_panel_there_is_a_way_back),
        TEST(staff_who_walk_away_leave_it_locked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
