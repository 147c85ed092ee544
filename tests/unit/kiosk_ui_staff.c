/* The staff's places, event by event: what each asks of the store, where it goes, and what it never
 * lets anybody do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "kiosk/ui/sync_words.h"
#include "tests/unit/kiosk_staff_scenes.h"
#include "turnout/badge.h"

static struct tn_model model;
static struct tn_effects effects;
static struct tn_draw draw;

static int begin(void **state)
{
    (void)state;
    if (setenv("TZ", "UTC0", 1) != 0) {
        return -1;
    }
    tzset();
    staff_model(&model);
    return 0;
}

static struct tn_event at(enum tn_event_type type, int64_t after_ms)
{
    return (struct tn_event){
        .type = type, .at_ms = STAFF_NOW_MS + after_ms, .mono_ms = STAFF_MONO_MS + after_ms};
}

static void happen(struct tn_event event)
{
    tn_ui_event(&model, &event, &effects);
}

static void tap_at(const char *control, int64_t after_ms)
{
    struct tn_event event = at(TN_EVENT_TAP, after_ms);
    snprintf(event.control, sizeof event.control, "%s", control);
    happen(event);
}

static void tap(const char *control)
{
    tap_at(control, model.mono_ms - STAFF_MONO_MS);
}

static void reply_with(const struct tn_reply *reply)
{
    struct tn_event event = at(TN_EVENT_REPLY, model.mono_ms - STAFF_MONO_MS);
    event.reply = reply;
    happen(event);
}

static void reply(enum tn_request_type type, enum tn_status status)
{
    reply_with(&(struct tn_reply){.type = type, .status = status});
}

static void tick(int64_t after_ms)
{
    happen(at(TN_EVENT_TICK, after_ms));
}

static void open_place(void (*place_open)(struct tn_model *, struct tn_effects *))
{
    effects.count = 0;
    place_open(&model, &effects);
}

static bool has_effect(enum tn_effect_type type)
{
    for (size_t i = 0; i < effects.count; i++) {
        if (effects.items[i].type == type) {
            return true;
        }
    }
    return false;
}

static void expect_ask(enum tn_request_type type)
{
    assert_true(has_effect(TN_EFFECT_ASK));
    assert_int_equal(effects.request.type, type);
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
        fail_msg("\"%s\" is not on %s", text, tn_screen_name(model.screen));
    }
}

static void sees_not(const char *text)
{
    look();
    assert_false(tn_draw_has_text(&draw, text));
}

/* The panel. */

static void the_panel_says_whose_it_is_and_when_it_locks(void **state)
{
    (void)state;
    open_place(tn_staff_open);
    expect_ask(TN_ASK_TALLY);
    sees("Staff · North gate");
    sees("Ana Lopez");
    tick(12000);
    sees("Locks in 1:48");
}

static void the_numbers_come_with_the_reply_and_again_each_minute(void **state)
{
    (void)state;
    open_place(tn_staff_open);
    struct tn_reply tally = {.type = TN_ASK_TALLY};
    tally.tally.present = 187;
    tally.tally.today = 213;
    reply_with(&tally);
    sees("187");
    sees("213 came today");
    tick(59999);
    assert_int_equal(effects.count, 0);
    tick(60000);
    expect_ask(TN_ASK_TALLY);
    tick(60001);
    assert_int_equal(effects.count, 0);
}

static void a_panel_that_was_gone_to_without_being_opened_asks_by_itself(void **state)
{
    (void)state;
    tn_staff_wipe(&model);
    tn_go(&model, TN_SCREEN_STAFF, &effects);
    tick(1);
    expect_ask(TN_ASK_TALLY);
}

static void entries_that_wait_are_told_apart_from_safe_ones(void **state)
{
    (void)state;
    open_place(tn_staff_open);
    sees("Safe at the centre");
    sees("Synced 09:56");
    model.info.waiting = 12;
    model.info.last_sync_ms = 0;
    sees("Waiting to be sent");
    sees("12");
    sees("Never synced");
    model.info.last_sync_ms = STAFF_NOW_MS - 86400000LL;
    sees("Synced 13 March");
}

/* Without a centre: what a kiosk has heard of others says nothing of the centre. */
static void a_talk_with_another_station_is_none_with_the_centre(void **state)
{
    (void)state;
    open_place(tn_staff_open);
    model.info.waiting = 12;
    const int64_t centre_ms = tn_sync_last_ms(&model);
    assert_int_equal(tn_sync_heard_ms(&model), centre_ms);
    model.sync = (struct tn_sync_state){
        .phase = TN_SYNC_COPIED, .via = TN_SYNC_NETWORK, .at_ms = centre_ms + 60000};
    assert_int_equal(tn_sync_heard_ms(&model), centre_ms + 60000);
    assert_int_equal(tn_sync_last_ms(&model), centre_ms);
    sees("Waiting to be sent");
    sees("Synced 09:56");
}

static void devices_say_in_words_what_is_wrong(void **state)
{
    (void)state;
    open_place(tn_staff_open);
    sees("Printer: out of labels");
    sees("No camera");
    model.health.scanner = TN_PART_TROUBLE;
    model.health.disk = TN_PART_TROUBLE;
    model.health.disk_free_mb = 3;
    sees("Scanner: check it");
    sees("Disk: 3 MB left");
}

static void every_action_is_on_some_page_and_leads_to_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *control;
        enum tn_screen place;
    } actions[] = {
        {"search", TN_SCREEN_SEARCH},       {"code", TN_SCREEN_CODE},
        {"register", TN_SCREEN_REGISTER},   {"past", TN_SCREEN_PAST},
        {"roll", TN_SCREEN_ROLL},           {"replace", TN_SCREEN_REPLACE},
        {"headcount", TN_SCREEN_HEADCOUNT}, {"selftest", TN_SCREEN_SELFTEST},
        {"switch", TN_SCREEN_SWITCH},       {"settings", TN_SCREEN_SETTINGS},
        {"clean", TN_SCREEN_CLEAN},         {"close", TN_SCREEN_CLOSE},
    };
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        staff_model(&model);
        open_place(tn_staff_open);
        look();
        for (int page = 0; page < 4 && tn_draw_control(&draw, actions[i].control) == NULL; page++) {
            tap("more");
            look();
        }
        assert_non_null(tn_draw_control(&draw, actions[i].control));
        tap(actions[i].control);
        /* Searching is where a badge that is replaced begins; the rest lead where they say. */
        assert_true(model.place == actions[i].place ||
                    (actions[i].place == TN_SCREEN_REPLACE && model.place == TN_SCREEN_SEARCH));
    }
}

static void lock_locks_at_once(void **state)
{
    (void)state;
    open_place(tn_staff_open);
    tap("lock");
    assert_true(has_effect(TN_EFFECT_LOCK));
    assert_false(tn_ui_is_unlocked(&model));
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
}

static void silence_locks_after_two_minutes_wherever_staff_is(void **state)
{
    (void)state;
    static void (*const places[])(struct tn_model *, struct tn_effects *) = {
        tn_staff_open,  tn_clock_open,    tn_selftest_open,
        tn_switch_open, tn_settings_open, tn_close_open};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        staff_model(&model);
        open_place(places[i]);
        tick(119999);
        assert_true(model.info.is_unlocked);
        tick(120000);
        if (model.info.is_unlocked) { /* the numbers were asked for in that very tick */
            tick(120001);
        }
        assert_true(has_effect(TN_EFFECT_LOCK));
        assert_int_equal(model.screen, TN_SCREEN_IDLE);
    }
}

static void what_was_done_is_said_for_six_seconds(void **state)
{
    (void)state;
    effects.count = 0;
    tn_staff_notice(&model, "Counted 12 adults", &effects);
    assert_int_equal(model.place, TN_SCREEN_STAFF);
    sees("Counted 12 adults");
    tick(5999);
    sees("Counted 12 adults");
    tick(6000);
    sees_not("Counted 12 adults");
    sees("Printer: out of labels");
}

static void a_chart_shows_counts_and_hours(void **state)
{
    (void)state;
    model.screen = model.place = TN_SCREEN_STAFF;
    sees("Check-ins each quarter hour");
    sees("71");
    sees("10:00");
    sees_not("10:15");
    look();
    size_t newest = 0;
    for (size_t i = 0; i < draw.count; i++) {
        newest += draw.items[i].type == TN_ITEM_PANEL && draw.items[i].color == TN_COLOR_NEWEST;
    }
    assert_int_equal(newest, 1);
}

/* The clock. */

static void the_clock_is_asked_about_as_people_say_it(void **state)
{
    (void)state;
    open_place(tn_clock_open);
    sees("Is it Saturday 14 March, 10:42?");
    tap("yes");
    expect_ask(TN_ASK_CLOCK);
    assert_true(effects.request.is_right);
    reply(TN_ASK_CLOCK, TN_OK);
    assert_int_equal(model.place, TN_SCREEN_STAFF);
    expect_ask(TN_ASK_TALLY);
}

static void a_wrong_clock_stops_nobody(void **state)
{
    (void)state;
    open_place(tn_clock_open);
    tap("no");
    expect_ask(TN_ASK_CLOCK);
    assert_false(effects.request.is_right);
    reply(TN_ASK_CLOCK, TN_OK);
    assert_int_equal(model.place, TN_SCREEN_STAFF);
    sees("Noted. Check-ins go on; the centre corrects the times.");
}

static void the_clock_is_asked_about_once(void **state)
{
    (void)state;
    model.info.has_clock = false;
    open_place(tn_clock_open);
    tap("yes");
    open_place(tn_clock_open);
    assert_int_equal(model.place, TN_SCREEN_CLOCK); /* nothing was stored yet */
    reply(TN_ASK_CLOCK, TN_OK);
    tap("lock");
    open_place(tn_clock_open);
    assert_int_equal(model.place, TN_SCREEN_STAFF);
}

/* Cleaning. */

static void cleaning_takes_no_touch_and_ends_by_itself(void **state)
{
    (void)state;
    open_place(tn_clean_open);
    look();
    for (size_t i = 0; i < draw.count; i++) {
        assert_null(draw.items[i].control);
    }
    tap_at("lock", 1000);
    tap_at("back", 2000);
    assert_int_equal(model.place, TN_SCREEN_CLEAN);
    tick(13000);
    sees("Touch works again in 17 seconds.");
    tick(29999);
    assert_int_equal(model.place, TN_SCREEN_CLEAN);
    tick(30000);
    assert_int_equal(model.place, TN_SCREEN_STAFF);
}

static void a_badge_is_taken_while_the_screen_is_cleaned(void **state)
{
    (void)state;
    open_place(tn_clean_open);
    struct tn_event scan = at(TN_EVENT_SCAN, 10);
    scan.len = TN_BADGE_DIGITS;
    happen(scan);
    assert_true(has_effect(TN_EFFECT_RECORD));
}

/* Closing. */

static void closing_is_confirmed_and_locks(void **state)
{
    (void)state;
    open_place(tn_close_open);
    expect_ask(TN_ASK_TALLY);
    tap("day");
    assert_int_equal(effects.count, 0);
    sees("Close for today?");
    tap("not-yet");
    tap("yes");
    assert_int_equal(effects.count, 0);
    tap("day");
    tap("yes");
    expect_ask(TN_ASK_CLOSE);
    reply(TN_ASK_CLOSE, TN_OK);
    assert_true(has_effect(TN_EFFECT_LOCK));
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
}

static void only_whoever_unlocked_it_may_leave_the_program(void **state)
{
    (void)state;
    open_place(tn_close_open);
    tap("leave");
    assert_int_equal(effects.count, 0);
    model.info.is_unlocked = false;
    tap("yes");
    assert_false(has_effect(TN_EFFECT_QUIT));
    model.info.is_unlocked = true;
    tap("leave");
    tap("yes");
    assert_true(has_effect(TN_EFFECT_QUIT));
    assert_false(has_effect(TN_EFFECT_ASK));
}

static void what_waits_is_said_before_anybody_packs_up(void **state)
{
    (void)state;
    open_place(tn_close_open);
    sees("Everything here is safe at the centre.");
    model.info.waiting = 3;
    sees("Some entries are on this kiosk only. Give it to the organizers as it is.");
    model.info.is_closed = true;
    look();
    assert_null(tn_draw_control(&draw, "day"));
    tap("day");
    assert_int_equal(model.states.close.asks, TN_CLOSE_ASKS_NONE);
}

/* Switching. */

static void fill_activities(size_t total, size_t count)
{
    struct tn_reply list = {.type = TN_ASK_ACTIVITIES};
    list.activities.total = total;
    list.activities.count = count;
    for (size_t i = 0; i < count; i++) {
        list.activities.items[i].id.b[0] = (uint8_t)(i + 1);
        snprintf(list.activities.items[i].title, TN_TITLE_MAX, "Activity %zu", i + 1);
    }
    reply_with(&list);
}

static void a_role_is_switched_by_one_tap_and_said(void **state)
{
    (void)state;
    open_place(tn_switch_open);
    expect_ask(TN_ASK_ACTIVITIES);
    tap("role-exit");
    expect_ask(TN_ASK_SWITCH);
    assert_int_equal(effects.request.role, TN_ROLE_EXIT);
    model.info.role = TN_ROLE_EXIT;
    reply(TN_ASK_SWITCH, TN_OK);
    assert_int_equal(model.place, TN_SCREEN_STAFF);
    sees("This kiosk now checks people out.");
}

static void activities_come_page_by_page(void **state)
{
    (void)state;
    open_place(tn_switch_open);
    fill_activities(13, 8);
    sees("Activity 4");
    sees_not("Activity 5");
    tap("more");
    expect_ask(TN_ASK_ACTIVITIES);
    assert_int_equal(effects.request.first, 4);
    fill_activities(13, 8);
    sees("Activity 8");
    sees_not("Way in");
    tap("activity-8");
    expect_ask(TN_ASK_SWITCH);
    assert_int_equal(effects.request.role, TN_ROLE_ACTIVITY);
    assert_int_equal(effects.request.id.b[0], 8);
    tap("more");
    assert_int_equal(effects.request.first, 12);
    fill_activities(13, 1);
    tap("activity-2");
    assert_int_equal(effects.count, 0);
    tap("more");
    assert_int_equal(effects.request.first, 0);
    sees("Way in");
}

static void a_switch_that_is_refused_says_so_and_stays(void **state)
{
    (void)state;
    open_place(tn_switch_open);
    tap("role-desk");
    reply(TN_ASK_SWITCH, TN_ERR_STATE);
    assert_int_equal(model.place, TN_SCREEN_SWITCH);
    sees("That did not work. Sync this kiosk, then try again.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_panel_says_whose_it_is_and_when_it_locks, begin),
        cmocka_unit_test_setup(the_numbers_come_with_the_reply_and_again_each_minute, begin),
        cmocka_unit_test_setup(a_panel_that_was_gone_to_without_being_opened_asks_by_itself, begin),
        cmocka_unit_test_setup(entries_that_wait_are_told_apart_from_safe_ones, begin),
        cmocka_unit_test_setup(a_talk_with_another_station_is_none_with_the_centre, begin),
        cmocka_unit_test_setup(devices_say_in_words_what_is_wrong, begin),
        cmocka_unit_test_setup(every_action_is_on_some_page_and_leads_to_its_place, begin),
        cmocka_unit_test_setup(lock_locks_at_once, begin),
        cmocka_unit_test_setup(silence_locks_after_two_minutes_wherever_staff_is, begin),
        cmocka_unit_test_setup(what_was_done_is_said_for_six_seconds, begin),
        cmocka_unit_test_setup(a_chart_shows_counts_and_hours, begin),
        cmocka_unit_test_setup(the_clock_is_asked_about_as_people_say_it, begin),
        cmocka_unit_test_setup(a_wrong_clock_stops_nobody, begin),
        cmocka_unit_test_setup(the_clock_is_asked_about_once, begin),
        cmocka_unit_test_setup(cleaning_takes_no_touch_and_ends_by_itself, begin),
        cmocka_unit_test_setup(a_badge_is_taken_while_the_screen_is_cleaned, begin),
        cmocka_unit_test_setup(closing_is_confirmed_and_locks, begin),
        cmocka_unit_test_setup(only_whoever_unlocked_it_may_leave_the_program, begin),
        cmocka_unit_test_setup(what_waits_is_said_before_anybody_packs_up, begin),
        cmocka_unit_test_setup(a_role_is_switched_by_one_tap_and_said, begin),
        cmocka_unit_test_setup(activities_come_page_by_page, begin),
        cmocka_unit_test_setup(a_switch_that_is_refused_says_so_and_stays, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
