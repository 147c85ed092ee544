/* The screens' state machine, event by event: what is shown, for how long, and what is asked of
 * the outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/ui/motion.h"
#include "kiosk/ui/screen.h"
#include "kiosk/ui/sync_words.h"

#define START_MS 1773478800000LL /* 2026-03-14 09:00:00 UTC */
#define START_MONO_MS 5000000LL

static struct tn_model model;
static struct tn_effects effects;

static int begin(void **state)
{
    (void)state;
    tn_model_init(&model, START_MS, START_MONO_MS);
    return 0;
}

static struct tn_event at(enum tn_event_type type, int64_t after_ms)
{
    return (struct tn_event){
        .type = type, .at_ms = START_MS + after_ms, .mono_ms = START_MONO_MS + after_ms};
}

static void happen(struct tn_event event)
{
    tn_ui_event(&model, &event, &effects);
}

static size_t count_of(enum tn_effect_type type)
{
    size_t count = 0;
    for (size_t i = 0; i < effects.count; i++) {
        count += effects.items[i].type == type;
    }
    return count;
}

static void scan(int64_t after_ms)
{
    struct tn_event event = at(TN_EVENT_SCAN, after_ms);
    event.len = 48;
    happen(event);
    assert_int_equal(count_of(TN_EFFECT_RECORD), 1);
}

static void store(enum tn_result result, const char *name, int64_t after_ms)
{
    struct tn_event event = at(TN_EVENT_STORED, after_ms);
    event.record.result = result;
    (void)snprintf(event.record.name, sizeof event.record.name, "%s", name);
    happen(event);
}

static void break_store(enum tn_status status, int64_t after_ms)
{
    struct tn_event event = at(TN_EVENT_STORE_FAILED, after_ms);
    event.status = status;
    happen(event);
}

static void each_result_has_its_screen_and_sound(void **state)
{
    (void)state;
    static const struct {
        enum tn_result result;
        enum tn_screen screen;
        enum tn_sound sound;
    } rows[] = {
        {TN_RESULT_NOISE, TN_SCREEN_HELP, TN_SOUND_HELP},
        {TN_RESULT_SETUP, TN_SCREEN_HELP, TN_SOUND_HELP},
        {TN_RESULT_WELCOME, TN_SCREEN_WELCOME, TN_SOUND_WELCOME},
        {TN_RESULT_ALREADY, TN_SCREEN_ALREADY, TN_SOUND_ALREADY},
        {TN_RESULT_GOODBYE, TN_SCREEN_GOODBYE, TN_SOUND_GOODBYE},
        {TN_RESULT_VISIT, TN_SCREEN_VISIT, TN_SOUND_WELCOME},
        {TN_RESULT_REFUSED, TN_SCREEN_HELP, TN_SOUND_HELP},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        scan((int64_t)i);
        store(rows[i].result, "Ana G.", (int64_t)i);
        assert_int_equal(model.screen, rows[i].screen);
        assert_int_equal(model.record.result, rows[i].result);
        assert_false(model.is_recording);
        assert_int_equal(count_of(TN_EFFECT_SOUND), 1);
        assert_int_equal(effects.items[0].sound, rows[i].sound);
    }
}

static void cards_of_staff_and_groups_open_their_places(void **state)
{
    (void)state;
    scan(0);
    store(TN_RESULT_GROUP, "", 0);
    assert_int_equal(model.place, TN_SCREEN_GROUP);
    scan(1);
    store(TN_RESULT_ABSENT, "", 1);
    assert_int_equal(model.place, TN_SCREEN_GROUP);
    model.info.is_unlocked = true; /* the runner reads the facts before the answer */
    model.info.has_clock = true;
    scan(2);
    store(TN_RESULT_STAFF, "Ana", 2);
    assert_int_equal(model.place, TN_SCREEN_STAFF);
    begin(NULL);
    model.info.is_unlocked = true;
    scan(3);
    store(TN_RESULT_STAFF, "Ana", 3);
    assert_int_equal(model.place, TN_SCREEN_CLOCK);
}

static void a_result_covers_a_place_and_gives_it_back(void **state)
{
    (void)state;
    happen(at(TN_EVENT_TICK, 0));
    tn_go(&model, TN_SCREEN_LANGUAGE, &effects);
    scan(10);
    store(TN_RESULT_WELCOME, "Ana G.", 10);
    assert_int_equal(model.screen, TN_SCREEN_WELCOME);
    assert_int_equal(model.place, TN_SCREEN_LANGUAGE);
    happen(at(TN_EVENT_TICK, 10 + TN_RESULT_MS));
    assert_int_equal(model.screen, TN_SCREEN_LANGUAGE);
    happen(at(TN_EVENT_TICK, TN_FORM_REST_MS));
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
}

static void leaving_what_staff_unlocked_locks(void **state)
{
    (void)state;
    model.info.is_unlocked = true;
    happen(at(TN_EVENT_TICK, 0));
    tn_go(&model, TN_SCREEN_SETTINGS, &effects);
    happen(at(TN_EVENT_TICK, TN_STAFF_REST_MS - 1));
    assert_int_equal(count_of(TN_EFFECT_LOCK), 0);
    happen(at(TN_EVENT_TICK, TN_STAFF_REST_MS));
    assert_int_equal(count_of(TN_EFFECT_LOCK), 1);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(tn_ui_is_unlocked(&model));
}

static void a_card_speaks_its_learners_language_and_no_longer(void **state)
{
    (void)state;
    struct tn_event event = at(TN_EVENT_STORED, 0);
    model.has_lang[TN_LANG_ES] = true;
    event.record.result = TN_RESULT_WELCOME;
    (void)snprintf(event.record.lang, sizeof event.record.lang, "es");
    happen(event);
    assert_int_equal(model.shown_lang, TN_LANG_ES);
    happen(at(TN_EVENT_TICK, TN_RESULT_MS));
    assert_int_equal(model.shown_lang, TN_LANG_EN);
    /* Hindi's font is not installed here. */
    (void)snprintf(event.record.lang, sizeof event.record.lang, "hi");
    happen(event);
    assert_int_equal(model.shown_lang, TN_LANG_EN);
}

static void an_empty_scan_changes_nothing(void **state)
{
    (void)state;
    happen(at(TN_EVENT_SCAN, 10));
    assert_int_equal(effects.count, 0);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(model.is_recording);
}

static void a_result_leaves_after_its_hold_and_takes_the_name_along(void **state)
{
    (void)state;
    for (int result = 0; result <= TN_RESULT_REFUSED; result++) {
        begin(NULL);
        scan(0);
        store((enum tn_result)result, "Ana G.", 0);
        int64_t hold = tn_screens[model.screen].hold_ms;
        assert_true(hold > 0);
        int64_t leaves_ms = hold < 4000 ? hold : 4000;
        happen(at(TN_EVENT_TICK, leaves_ms - 1));
        assert_int_not_equal(model.screen, TN_SCREEN_IDLE);
        assert_string_equal(model.record.name, "Ana G.");
        assert_int_equal(tn_ui_deadline(&model), START_MONO_MS + leaves_ms);
        happen(at(TN_EVENT_TICK, leaves_ms));
        assert_int_equal(model.screen, TN_SCREEN_IDLE);
        static const struct tn_record nothing;
        assert_memory_equal(&model.record, &nothing, sizeof nothing);
    }
}

static void a_new_scan_replaces_whatever_is_shown_at_once(void **state)
{
    (void)state;
    scan(0);
    store(TN_RESULT_WELCOME, "Ana G.", 0);
    scan(100);
    store(TN_RESULT_ALREADY, "Bo", 100);
    assert_int_equal(model.screen, TN_SCREEN_ALREADY);
    assert_string_equal(model.record.name, "Bo");
    assert_int_equal(model.screen_mono_ms, START_MONO_MS + 100);
    happen(at(TN_EVENT_TICK, TN_RESULT_MS + 99));
    assert_int_equal(model.screen, TN_SCREEN_ALREADY);
}

static void a_failed_store_is_a_fault_without_a_name(void **state)
{
    (void)state;
    scan(0);
    store(TN_RESULT_WELCOME, "Ana G.", 0);
    scan(10);
    break_store(TN_ERR_FULL, 10);
    assert_int_equal(model.screen, TN_SCREEN_FAULT);
    assert_int_equal(model.fault, TN_ERR_FULL);
    assert_string_equal(model.record.name, "");
    assert_int_equal(effects.items[0].sound, TN_SOUND_FAULT);
    happen(at(TN_EVENT_TICK, 600000));
    assert_int_equal(model.screen, TN_SCREEN_FAULT);
}

static void a_fault_probes_each_second_and_ends_when_the_store_is_well(void **state)
{
    (void)state;
    scan(0);
    break_store(TN_ERR_IO, 0);
    happen(at(TN_EVENT_TICK, TN_PROBE_MS - 1));
    assert_int_equal(effects.count, 0);
    assert_int_equal(tn_ui_deadline(&model), START_MONO_MS + TN_PROBE_MS);
    happen(at(TN_EVENT_TICK, TN_PROBE_MS));
    assert_int_equal(count_of(TN_EFFECT_PROBE), 1);
    break_store(TN_ERR_FULL, TN_PROBE_MS);
    assert_int_equal(model.fault, TN_ERR_FULL);
    assert_int_equal(effects.count, 0); /* no second alarm for the same trouble */
    happen(at(TN_EVENT_STORE_WELL, 2 * TN_PROBE_MS));
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_int_equal(model.fault, TN_OK);
}

static void a_fault_found_before_any_scan_has_lost_none(void **state)
{
    (void)state;
    break_store(TN_ERR_FULL, 0);
    assert_int_equal(model.screen, TN_SCREEN_FAULT);
    assert_false(model.is_unsaved);
    scan(50);
    break_store(TN_ERR_FULL, 50);
    assert_true(model.is_unsaved);
    break_store(TN_ERR_FULL, TN_PROBE_MS); /* a probe forgets nobody's loss */
    assert_true(model.is_unsaved);
    happen(at(TN_EVENT_STORE_WELL, 2 * TN_PROBE_MS));
    break_store(TN_ERR_IO, 3 * TN_PROBE_MS);
    assert_false(model.is_unsaved);
}

static void each_scan_lost_to_a_fault_is_heard(void **state)
{
    (void)state;
    scan(0);
    break_store(TN_ERR_FULL, 0);
    scan(50);
    break_store(TN_ERR_FULL, 50);
    assert_int_equal(count_of(TN_EFFECT_SOUND), 1);
    assert_int_equal(model.screen_mono_ms, START_MONO_MS + 50);
}

static void a_scan_that_is_stored_ends_a_fault(void **state)
{
    (void)state;
    scan(0);
    break_store(TN_ERR_FULL, 0);
    scan(50);
    store(TN_RESULT_WELCOME, "", 50);
    assert_int_equal(model.screen, TN_SCREEN_WELCOME);
    assert_int_equal(model.fault, TN_OK);
}

static void tap(const char *control, int64_t after_ms)
{
    struct tn_event event = at(TN_EVENT_TAP, after_ms);
    (void)snprintf(event.control, sizeof event.control, "%s", control);
    happen(event);
}

static void a_group_of_which_nobody_came_cannot_be_checked_in(void **state)
{
    (void)state;
    scan(0);
    store(TN_RESULT_GROUP, "", 0);
    model.states.group.tally = (struct tn_group_tally){.members = 2, .absent = 2};
    tap("check-in", 1000);
    assert_int_equal(count_of(TN_EFFECT_ASK), 0);
    model.states.group.tally.absent = 1;
    tap("check-in", 2000);
    assert_int_equal(count_of(TN_EFFECT_ASK), 1);
}

static void ok_leaves_help_and_nothing_else(void **state)
{
    (void)state;
    scan(0);
    store(TN_RESULT_REFUSED, "", 0);
    tap("nonsense", 10);
    assert_int_equal(model.screen, TN_SCREEN_HELP);
    tap("ok", 20);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    scan(30);
    break_store(TN_ERR_FULL, 30);
    tap("ok", 40);
    assert_int_equal(model.screen, TN_SCREEN_FAULT);
}

static void a_wall_clock_that_jumps_moves_no_timer(void **state)
{
    (void)state;
    scan(0);
    store(TN_RESULT_WELCOME, "Ana G.", 0);
    struct tn_event tick = at(TN_EVENT_TICK, 100);
    tick.at_ms -= 86400000;
    happen(tick);
    assert_int_equal(model.screen, TN_SCREEN_WELCOME);
    assert_int_equal(model.now_ms, START_MS + 100 - 86400000);
    tick.at_ms += 2 * 86400000LL;
    happen(tick);
    assert_int_equal(model.screen, TN_SCREEN_WELCOME);
}

static void events_out_of_order_never_turn_time_back(void **state)
{
    (void)state;
    happen(at(TN_EVENT_TICK, 500));
    happen(at(TN_EVENT_TICK, 499));
    assert_int_equal(model.mono_ms, START_MONO_MS + 500);
}

static void an_idle_kiosk_wakes_only_to_draw_the_eye(void **state)
{
    (void)state;
    happen(at(TN_EVENT_TICK, TN_MOTION_MS));
    assert_int_equal(tn_ui_deadline(&model), START_MONO_MS + TN_ATTRACT_MS);
}

static void one_where_nothing_moves_only_for_the_next_minute(void **state)
{
    (void)state;
    model.look.is_still = true;
    happen(at(TN_EVENT_TICK, TN_MOTION_MS));
    int64_t into_minute = (START_MS + TN_MOTION_MS) % 60000;
    assert_int_equal(tn_ui_deadline(&model), START_MONO_MS + TN_MOTION_MS + 60000 - into_minute);
}

static void motion_ends_with_a_frame_that_stands_still(void **state)
{
    (void)state;
    scan(1000);
    store(TN_RESULT_WELCOME, "", 1000);
    int64_t frames = 0;
    int64_t now = START_MONO_MS + 1000;
    while (tn_ui_deadline(&model) <= START_MONO_MS + 1000 + TN_MOTION_MS) {
        now = tn_ui_deadline(&model);
        happen(at(TN_EVENT_TICK, now - START_MONO_MS));
        frames++;
        assert_true(frames < 100);
    }
    assert_int_equal(now, START_MONO_MS + 1000 + TN_MOTION_MS);
    assert_in_range(frames, TN_MOTION_MS / 20, TN_MOTION_MS / 10);
}

static void quit_asks_to_leave(void **state)
{
    (void)state;
    happen(at(TN_EVENT_QUIT, 5));
    assert_int_equal(count_of(TN_EFFECT_QUIT), 1);
}

static void a_wiped_event_holds_no_secret_and_no_name(void **state)
{
    (void)state;
    struct tn_event event = at(TN_EVENT_SCAN, 0);
    event.len = 5;
    memcpy(event.text, "12345", 5);
    memcpy(event.record.name, "Ana", 4);
    tn_event_wipe(&event);
    for (size_t i = 0; i < sizeof event.text; i++) {
        assert_int_equal(event.text[i], 0);
    }
    assert_string_equal(event.record.name, "");
    assert_int_equal(event.len, 0);
}

static void sync_says(enum tn_sync_phase phase, enum tn_sync_via via, int64_t after_ms,
                      int64_t age_ms)
{
    struct tn_event event = at(TN_EVENT_SYNC, after_ms);
    event.sync =
        (struct tn_sync_state){.phase = phase,
                               .via = via,
                               .fault = phase == TN_SYNC_FAILED ? TN_SYNC_STICK_FULL : TN_SYNC_WELL,
                               .at_ms = event.at_ms - age_ms};
    happen(event);
}

static void a_stick_is_shown_for_its_time_and_wakes_the_screen_to_end_it(void **state)
{
    (void)state;
    static const struct {
        enum tn_sync_phase phase;
        int64_t shown_ms;
    } cases[] = {{TN_SYNC_COPYING, TN_SYNC_STALE_MS},
                 {TN_SYNC_COPIED, TN_SYNC_COPIED_MS},
                 {TN_SYNC_FAILED, TN_SYNC_FAILED_MS}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(NULL);
        assert_false(tn_sync_is_shown(&model));
        sync_says(cases[i].phase, TN_SYNC_STICK, 0, 0);
        assert_true(tn_sync_is_shown(&model));
        assert_int_equal(tn_sync_due(&model), START_MONO_MS + cases[i].shown_ms);
        assert_true(tn_ui_deadline(&model) <= START_MONO_MS + cases[i].shown_ms);
        happen(at(TN_EVENT_TICK, cases[i].shown_ms - 1));
        assert_true(tn_sync_is_shown(&model));
        happen(at(TN_EVENT_TICK, cases[i].shown_ms));
        assert_false(tn_sync_is_shown(&model));
        assert_int_equal(tn_sync_due(&model), INT64_MAX);
    }
}

static void yesterdays_stick_is_no_news_and_one_from_the_future_is_new(void **state)
{
    (void)state;
    sync_says(TN_SYNC_COPIED, TN_SYNC_STICK, 0, 86400000);
    assert_false(tn_sync_is_shown(&model));
    sync_says(TN_SYNC_COPIED, TN_SYNC_STICK, 0, -86400000);
    assert_int_equal(tn_sync_due(&model), START_MONO_MS + TN_SYNC_COPIED_MS);
}

static void what_goes_over_a_network_is_not_shown_at_the_door(void **state)
{
    (void)state;
    sync_says(TN_SYNC_COPYING, TN_SYNC_NETWORK, 0, 0);
    assert_false(tn_sync_is_shown(&model));
    assert_true(tn_sync_is_copying(&model));
    sync_says(TN_SYNC_FAILED, TN_SYNC_CABLE, 0, 0);
    assert_false(tn_sync_is_shown(&model));
}

static void no_network_is_no_trouble_while_nothing_waits(void **state)
{
    (void)state;
    sync_says(TN_SYNC_FAILED, TN_SYNC_NETWORK, 0, 0);
    model.sync.fault = TN_SYNC_NO_NETWORK;
    assert_false(tn_sync_is_trouble(&model));
    model.info.waiting = 1;
    assert_true(tn_sync_is_trouble(&model));
    model.info.waiting = 0;
    model.sync.fault = TN_SYNC_REFUSED;
    assert_true(tn_sync_is_trouble(&model));
}

static void what_came_after_the_copy_is_not_on_the_stick(void **state)
{
    (void)state;
    sync_says(TN_SYNC_COPIED, TN_SYNC_STICK, 0, 0);
    model.sync.waiting = 5;
    model.info.waiting = 5;
    assert_true(tn_sync_is_on_stick(&model));
    model.info.waiting = 6;
    assert_false(tn_sync_is_on_stick(&model));
    model.info.waiting = 0; /* at the centre */
    assert_false(tn_sync_is_on_stick(&model));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_stick_is_shown_for_its_time_and_wakes_the_screen_to_end_it, begin),
        cmocka_unit_test_setup(yesterdays_stick_is_no_news_and_one_from_the_future_is_new, begin),
        cmocka_unit_test_setup(what_goes_over_a_network_is_not_shown_at_the_door, begin),
        cmocka_unit_test_setup(no_network_is_no_trouble_while_nothing_waits, begin),
        cmocka_unit_test_setup(what_came_after_the_copy_is_not_on_the_stick, begin),
        cmocka_unit_test_setup(each_result_has_its_screen_and_sound, begin),
        cmocka_unit_test_setup(cards_of_staff_and_groups_open_their_places, begin),
        cmocka_unit_test_setup(a_group_of_which_nobody_came_cannot_be_checked_in, begin),
        cmocka_unit_test_setup(a_result_covers_a_place_and_gives_it_back, begin),
        cmocka_unit_test_setup(leaving_what_staff_unlocked_locks, begin),
        cmocka_unit_test_setup(a_card_speaks_its_learners_language_and_no_longer, begin),
        cmocka_unit_test_setup(an_empty_scan_changes_nothing, begin),
        cmocka_unit_test_setup(a_result_leaves_after_its_hold_and_takes_the_name_along, begin),
        cmocka_unit_test_setup(a_new_scan_replaces_whatever_is_shown_at_once, begin),
        cmocka_unit_test_setup(a_failed_store_is_a_fault_without_a_name, begin),
        cmocka_unit_test_setup(a_fault_probes_each_second_and_ends_when_the_store_is_well, begin),
        cmocka_unit_test_setup(a_fault_found_before_any_scan_has_lost_none, begin),
        cmocka_unit_test_setup(each_scan_lost_to_a_fault_is_heard, begin),
        cmocka_unit_test_setup(a_scan_that_is_stored_ends_a_fault, begin),
        cmocka_unit_test_setup(ok_leaves_help_and_nothing_else, begin),
        cmocka_unit_test_setup(a_wall_clock_that_jumps_moves_no_timer, begin),
        cmocka_unit_test_setup(events_out_of_order_never_turn_time_back, begin),
        cmocka_unit_test_setup(an_idle_kiosk_wakes_only_to_draw_the_eye, begin),
        cmocka_unit_test_setup(one_where_nothing_moves_only_for_the_next_minute, begin),
        cmocka_unit_test_setup(motion_ends_with_a_frame_that_stands_still, begin),
        cmocka_unit_test_setup(quit_asks_to_leave, begin),
        cmocka_unit_test_setup(a_wiped_event_holds_no_secret_and_no_name, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
