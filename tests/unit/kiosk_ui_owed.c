/* What a fault left undone: a place whose request met a failing store asks again when it is seen
 * again, a setting is written again, whoever waits can still be let in, and nothing else happens by
 * itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/ui/screens.h"
#include "kiosk/ui/settings.h"

static struct tn_model model;
static struct tn_effects effects;

static int begin(void **state)
{
    (void)state;
    memset(&effects, 0, sizeof effects);
    tn_model_init(&model, 1773484920000, 10000);
    model.info.is_unlocked = true;
    return 0;
}

static struct tn_event event_of(enum tn_event_type type)
{
    return (struct tn_event){.type = type, .at_ms = model.now_ms, .mono_ms = model.mono_ms};
}

static void happens(enum tn_event_type type)
{
    struct tn_event event = event_of(type);
    event.status = TN_ERR_IO;
    tn_ui_event(&model, &event, &effects);
}

static void pass(int64_t ms)
{
    model.mono_ms += ms;
    happens(TN_EVENT_TICK);
}

static void tap(const char *control)
{
    struct tn_event event = event_of(TN_EVENT_TAP);
    snprintf(event.control, sizeof event.control, "%s", control);
    tn_ui_event(&model, &event, &effects);
}

static void replied(enum tn_request_type type, enum tn_status status)
{
    struct tn_reply answer = {.type = type, .status = status};
    struct tn_event event = event_of(TN_EVENT_REPLY);
    event.reply = &answer;
    tn_ui_event(&model, &event, &effects);
}

static void stored(enum tn_result result, uint64_t seq)
{
    struct tn_event event = event_of(TN_EVENT_STORED);
    event.record = (struct tn_record){.result = result, .seq = seq};
    tn_ui_event(&model, &event, &effects);
}

/* The request among the last event's effects; COUNT where there is none. */
static enum tn_request_type asked(void)
{
    for (size_t i = 0; i < effects.count; i++) {
        if (effects.items[i].type == TN_EFFECT_ASK) {
            return effects.request.type;
        }
    }
    return TN_ASK_COUNT;
}

static void open_past(struct tn_model *into, struct tn_effects *out)
{
    tn_past_open(into, false, out);
}

static const struct {
    void (*open)(struct tn_model *model, struct tn_effects *effects);
    enum tn_request_type asks;
} places[] = {
    {tn_staff_open, TN_ASK_TALLY},       {open_past, TN_ASK_PAST},      {tn_roll_open, TN_ASK_ROLL},
    {tn_switch_open, TN_ASK_ACTIVITIES}, {tn_close_open, TN_ASK_TALLY},
};
#define PLACES (sizeof places / sizeof places[0])

static void open_in_a_fault(size_t i)
{
    (void)begin(NULL);
    places[i].open(&model, &effects);
    assert_int_equal(asked(), places[i].asks);
    happens(TN_EVENT_STORE_FAILED);
    assert_int_equal(model.screen, TN_SCREEN_FAULT);
}

static void what_a_place_shows_is_asked_for_again_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < PLACES; i++) {
        open_in_a_fault(i);
        pass(TN_PROBE_MS);
        assert_int_equal(asked(), TN_ASK_COUNT);
        happens(TN_EVENT_STORE_FAILED); /* the probe */
        happens(TN_EVENT_STORE_WELL);
        assert_true(tn_ui_deadline(&model) <= model.mono_ms);
        pass(1);
        assert_int_equal(asked(), places[i].asks);
        pass(1);
        assert_int_equal(asked(), TN_ASK_COUNT);
    }
}

static void a_scan_that_ends_the_fault_first_changes_nothing_in_that(void **state)
{
    (void)state;
    for (size_t i = 0; i < PLACES; i++) {
        open_in_a_fault(i);
        stored(TN_RESULT_WELCOME, 7);
        pass(1);
        assert_int_equal(asked(), TN_ASK_COUNT);
        pass(TN_RESULT_MS);
        assert_int_equal(asked(), places[i].asks);
    }
}

static void a_place_that_was_left_is_owed_nothing(void **state)
{
    (void)state;
    open_in_a_fault(1);
    tn_go_home(&model, &effects);
    pass(1);
    assert_int_equal(asked(), TN_ASK_COUNT);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
}

static void a_scan_that_was_lost_is_not_made_up_for(void **state)
{
    (void)state;
    struct tn_event scan = event_of(TN_EVENT_SCAN);
    open_past(&model, &effects);
    replied(TN_ASK_PAST, TN_OK);
    scan.len = 1;
    scan.text[0] = '1';
    tn_ui_event(&model, &scan, &effects);
    happens(TN_EVENT_STORE_FAILED);
    assert_true(model.is_unsaved);
    happens(TN_EVENT_STORE_WELL);
    pass(1);
    assert_int_equal(effects.count, 0);
    assert_int_equal(model.screen, TN_SCREEN_PAST);
}

static void list(uint64_t newest, size_t count)
{
    struct tn_reply answer = {.type = TN_ASK_PAST, .past.count = count};
    struct tn_event event = event_of(TN_EVENT_REPLY);
    for (size_t i = 0; i < count; i++) {
        answer.past.items[i].seq = newest - i;
    }
    event.reply = &answer;
    tn_ui_event(&model, &event, &effects);
}

static void an_entry_to_take_back_is_the_same_on_the_new_list(void **state)
{
    (void)state;
    open_past(&model, &effects);
    list(20, 3);
    tap("past-2");
    tap("take-back");
    assert_int_equal(effects.request.seq, 19);
    happens(TN_EVENT_STORE_FAILED);
    stored(TN_RESULT_WELCOME, 21);
    pass(TN_RESULT_MS);
    assert_int_equal(asked(), TN_ASK_PAST);
    list(21, 3);
    tap("take-back");
    assert_int_equal(effects.request.seq, 19);
    list(22, 2);
    assert_int_equal(model.states.past.chosen, 0);
}

static void a_setting_is_written_again_until_it_is_kept(void **state)
{
    (void)state;
    tn_settings_open(&model, &effects);
    tap("larger");
    assert_int_equal(asked(), TN_ASK_SETTING);
    for (int i = 0; i < 3; i++) {
        happens(TN_EVENT_STORE_FAILED);
        happens(TN_EVENT_STORE_WELL);
        pass(1);
        assert_int_equal(asked(), TN_ASK_SETTING);
        assert_string_equal(effects.request.name, TN_SETTING_LARGER);
        assert_string_equal(effects.request.text, "on");
    }
    replied(TN_ASK_SETTING, TN_OK);
    pass(1);
    pass(1);
    assert_int_equal(asked(), TN_ASK_COUNT);
}

static void a_setting_is_kept_although_the_staff_have_gone(void **state)
{
    (void)state;
    tn_settings_open(&model, &effects);
    tap("larger");
    happens(TN_EVENT_STORE_FAILED);
    tn_go_home(&model, &effects);
    pass(1);
    assert_int_equal(asked(), TN_ASK_SETTING);
}

static void refuse_and_admit_in_a_fault(void)
{
    tn_staff_open(&model, &effects);
    replied(TN_ASK_TALLY, TN_OK);
    stored(TN_RESULT_REFUSED, 12);
    tap("admit");
    assert_int_equal(asked(), TN_ASK_ADMIT_REFUSED);
    happens(TN_EVENT_STORE_FAILED);
    assert_int_equal(model.screen, TN_SCREEN_FAULT);
    happens(TN_EVENT_STORE_WELL);
}

static void whoever_was_refused_can_still_be_let_in(void **state)
{
    (void)state;
    refuse_and_admit_in_a_fault();
    pass(1);
    assert_int_equal(asked(), TN_ASK_COUNT);
    assert_int_equal(model.screen, TN_SCREEN_HELP);
    tap("admit");
    assert_int_equal(asked(), TN_ASK_ADMIT_REFUSED);
    assert_int_equal(effects.request.seq, 12);
}

static void nobody_is_let_in_where_staff_are_gone(void **state)
{
    (void)state;
    refuse_and_admit_in_a_fault();
    model.info.is_unlocked = false;
    pass(1);
    pass(1);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_a_place_shows_is_asked_for_again_once, begin),
        cmocka_unit_test_setup(a_scan_that_ends_the_fault_first_changes_nothing_in_that, begin),
        cmocka_unit_test_setup(a_place_that_was_left_is_owed_nothing, begin),
        cmocka_unit_test_setup(a_scan_that_was_lost_is_not_made_up_for, begin),
        cmocka_unit_test_setup(an_entry_to_take_back_is_the_same_on_the_new_list, begin),
        cmocka_unit_test_setup(a_setting_is_written_again_until_it_is_kept, begin),
        cmocka_unit_test_setup(a_setting_is_kept_although_the_staff_have_gone, begin),
        cmocka_unit_test_setup(whoever_was_refused_can_still_be_let_in, begin),
        cmocka_unit_test_setup(nobody_is_let_in_where_staff_are_gone, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
