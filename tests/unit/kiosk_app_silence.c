/* Silence, locks and interruptions, through the runner: what was open closes also under a result or
 * a fault, a result stays for its time, and a child's form outlives the cards of staff and groups.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/app/runner.h"
#include "kiosk/ui/screens.h"
#include "tests/unit/kiosk_fake_store.h"

#define START_MS 1773478800000LL
#define BADGE "111111111111111111111111111111111111111111111111"

static struct fake_store fake;
static struct tn_runner runner;
static struct tn_effects effects;
static int64_t now_ms;

static int begin(void **state)
{
    (void)state;
    fake = (struct fake_store){.can_register = true};
    now_ms = 1000000;
    struct tn_store store = fake_store_of(&fake);
    struct tn_runner_out out = {0};
    tn_runner_init(&runner, &store, &out, START_MS + now_ms, now_ms);
    return 0;
}

static void send(struct tn_event event)
{
    event.at_ms = START_MS + now_ms;
    event.mono_ms = now_ms;
    tn_runner_event(&runner, &event);
}

static void pass(int64_t ms)
{
    int64_t end_ms = now_ms + ms;
    for (int64_t next = tn_runner_deadline(&runner); next <= end_ms;
         next = tn_runner_deadline(&runner)) {
        now_ms = next > now_ms ? next : now_ms + 1;
        send((struct tn_event){.type = TN_EVENT_TICK});
    }
    now_ms = end_ms;
}

static void scan(void)
{
    struct tn_event event = {.type = TN_EVENT_SCAN, .method = "scan", .len = TN_BADGE_DIGITS};
    memcpy(event.text, BADGE, TN_BADGE_DIGITS);
    send(event);
}

/* The store's answer to a card that is no learner's. */
static void card(enum tn_result result)
{
    struct tn_event event = {.type = TN_EVENT_STORED, .record = {.result = result, .seq = 9}};
    event.record.group.members = result == TN_RESULT_GROUP ? 30 : 0;
    if (result == TN_RESULT_STAFF) {
        fake.is_unlocked = true;
        runner.model.info.is_unlocked = true;
    }
    send(event);
}

static void type(const char *text)
{
    struct tn_event event = {.type = TN_EVENT_TEXT, .len = strlen(text)};
    memcpy(event.text, text, event.len);
    send(event);
}

static void tap(const char *control)
{
    struct tn_event event = {.type = TN_EVENT_TAP};
    (void)snprintf(event.control, sizeof event.control, "%s", control);
    send(event);
}

static void open_form(void)
{
    tn_register_open(&runner.model, &effects);
    type("Zebulon");
}

static bool holds(const char *text)
{
    return memmem(&runner, sizeof runner, text, strlen(text)) != NULL;
}

static void find_somebody(void)
{
    card(TN_RESULT_STAFF);
    tn_search_open(&runner.model, &effects);
    struct tn_search_state *search = &runner.model.states.search;
    search->found.count = 1;
    (void)snprintf(search->found.items[0].name, sizeof search->found.items[0].name, "Zebulon");
    search->chosen = search->found.items[0];
    search->is_chosen = true;
}

static void every_place_of_staff_locks_after_two_minutes_and_forgets_names(void **state)
{
    (void)state;
    for (int place = 0; place < TN_SCREEN_COUNT; place++) {
        if (!tn_screens[place].needs_staff) {
            continue;
        }
        begin(NULL);
        find_somebody();
        tn_go(&runner.model, (enum tn_screen)place, &effects);
        pass(TN_STAFF_REST_MS - 1000);
        assert_true(fake.is_unlocked);
        pass(2000);
        assert_false(fake.is_unlocked);
        assert_false(tn_ui_is_unlocked(&runner.model));
        assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
        assert_false(holds("Zebulon"));
    }
}

static void a_welcome_at_the_moment_of_locking_stays_for_its_time(void **state)
{
    (void)state;
    find_somebody();
    pass(TN_STAFF_REST_MS - 1000);
    scan();
    pass(2000);
    assert_false(fake.is_unlocked);
    assert_false(holds("Zebulon"));
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    assert_string_equal(runner.model.record.name, "Ana G.");
    pass(TN_RESULT_MS);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
    assert_false(holds("Ana G."));
}

static void a_fault_keeps_nothing_unlocked_and_no_form(void **state)
{
    (void)state;
    find_somebody();
    fake.fails = TN_ERR_FULL;
    scan();
    assert_int_equal(runner.model.screen, TN_SCREEN_FAULT);
    pass(TN_STAFF_REST_MS);
    assert_false(fake.is_unlocked);
    assert_false(holds("Zebulon"));
    assert_int_equal(runner.model.screen, TN_SCREEN_FAULT);
    fake.fails = TN_OK;
    pass(2 * TN_PROBE_MS);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
    open_form();
    fake.fails = TN_ERR_IO;
    pass(10000);
    scan();
    assert_int_equal(runner.model.screen, TN_SCREEN_FAULT);
    assert_true(holds("Zebulon"));
    pass(TN_FORM_REST_MS);
    assert_false(holds("Zebulon"));
    assert_int_equal(runner.model.screen, TN_SCREEN_FAULT);
}

static void a_station_that_was_opened_anew_shows_no_panel(void **state)
{
    (void)state;
    find_somebody();
    fake.fails = TN_ERR_IO;
    scan();
    fake.fails = TN_OK;
    fake.is_unlocked = false; /* as a probe that had to open the station again leaves it */
    pass(2 * TN_PROBE_MS);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
    assert_false(holds("Zebulon"));
}

static void a_welcome_at_the_moment_a_form_ends_stays_for_its_time(void **state)
{
    (void)state;
    open_form();
    pass(TN_FORM_REST_MS - 1000);
    assert_true(runner.model.is_warning);
    scan();
    pass(2000);
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    assert_false(holds("Zebulon"));
    pass(TN_RESULT_MS);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
}

static void a_form_outlives_a_group_and_staff_in_the_middle_of_it(void **state)
{
    (void)state;
    open_form();
    card(TN_RESULT_GROUP);
    assert_int_equal(runner.model.screen, TN_SCREEN_GROUP);
    card(TN_RESULT_STAFF);
    assert_int_equal(runner.model.screen, TN_SCREEN_STAFF);
    tap("lock");
    assert_false(fake.is_unlocked);
    assert_int_equal(runner.model.screen, TN_SCREEN_REGISTER);
    assert_string_equal(runner.model.states.reg.field.text, "Zebulon");
    card(TN_RESULT_GROUP);
    tap("check-in");
    assert_int_equal(fake.asked[TN_ASK_GROUP_CONFIRM], 1);
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    pass(TN_HELP_MS);
    assert_int_equal(runner.model.screen, TN_SCREEN_REGISTER);
    assert_string_equal(runner.model.states.reg.field.text, "Zebulon");
    card(TN_RESULT_GROUP);
    tap("cancel");
    assert_int_equal(fake.asked[TN_ASK_GROUP_DROP], 1);
    assert_int_equal(runner.model.screen, TN_SCREEN_REGISTER);
    pass(TN_FORM_REST_MS + 1000);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
    assert_false(holds("Zebulon"));
}

/* A second card, or the same again, is somebody at the panel: two minutes from then. */
static void a_staff_card_on_the_panel_keeps_it_open(void **state)
{
    (void)state;
    find_somebody();
    pass(TN_STAFF_REST_MS - 1000);
    card(TN_RESULT_STAFF);
    assert_int_equal(runner.model.screen, TN_SCREEN_STAFF);
    pass(TN_STAFF_REST_MS - 1000);
    assert_true(fake.is_unlocked);
    pass(2000);
    assert_false(fake.is_unlocked);
}

/* A pack that came meanwhile has another directory key, or knows this card no more. */
static void a_station_that_locked_by_itself_shows_no_name_and_no_panel(void **state)
{
    (void)state;
    find_somebody();
    fake.is_unlocked = false;
    pass(61000);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
    assert_int_equal(runner.model.states.search.found.count, 0);
    begin(NULL);
    card(TN_RESULT_STAFF);
    tn_search_open(&runner.model, &effects);
    fake.is_unlocked = false;
    fake.answer = TN_ERR_STATE;
    type("Ami");
    pass(1000);
    assert_int_equal(runner.model.screen, TN_SCREEN_IDLE);
}

static void a_screen_that_is_cleaned_takes_scans_and_no_taps(void **state)
{
    (void)state;
    card(TN_RESULT_STAFF);
    tn_clean_open(&runner.model, &effects);
    tap("lock");
    tap("search");
    assert_int_equal(runner.model.screen, TN_SCREEN_CLEAN);
    scan();
    assert_int_equal(fake.records, 1);
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    pass(TN_RESULT_MS);
    assert_int_equal(runner.model.screen, TN_SCREEN_CLEAN);
}

static void a_welcome_at_the_end_of_cleaning_stays_for_its_time(void **state)
{
    (void)state;
    card(TN_RESULT_STAFF);
    tn_clean_open(&runner.model, &effects);
    pass(29000);
    scan();
    pass(TN_RESULT_MS - 1);
    assert_int_equal(runner.model.screen, TN_SCREEN_WELCOME);
    pass(1);
    assert_int_equal(runner.model.screen, TN_SCREEN_STAFF);
}

static void a_pin_is_kept_nowhere_and_a_fault_is_no_wrong_try(void **state)
{
    (void)state;
    tn_pin_open(&runner.model, &effects);
    type("246801");
    fake.fails = TN_ERR_IO;
    tap("ok");
    assert_int_equal(runner.model.screen, TN_SCREEN_FAULT);
    fake.fails = TN_OK;
    assert_false(holds("246801"));
    pass(2 * TN_PROBE_MS);
    assert_int_equal(runner.model.screen, TN_SCREEN_PIN);
    assert_int_equal(runner.model.states.pin.until_mono_ms, 0);
    type("246801");
    tap("ok");
    assert_int_equal(fake.asked[TN_ASK_PIN], 1);
    assert_true(runner.model.states.pin.is_open);
    assert_false(holds("246801"));
}

/* Every form's request, refused by the disk: the place is as it was, and the same tap works. */
static void after_a_fault_the_same_tap_works(void **state)
{
    (void)state;
    static const enum tn_status faults[] = {TN_ERR_FULL, TN_ERR_IO, TN_ERR_BUSY};
    static const struct {
        enum tn_screen place;
        enum tn_request_type asks;
        const char *tap;
    } rows[] = {
        {TN_SCREEN_REGISTER, TN_ASK_REGISTER, "next"},
        {TN_SCREEN_SEARCH, TN_ASK_ADMIT, "check-in"},
        {TN_SCREEN_CODE, TN_ASK_ADMIT, "check-in"},
        {TN_SCREEN_REPLACE, TN_ASK_REPLACE, "make"},
        {TN_SCREEN_HEADCOUNT, TN_ASK_HEADCOUNT, "count"},
        {TN_SCREEN_GROUP, TN_ASK_GROUP_CONFIRM, "check-in"},
        {TN_SCREEN_PAST, TN_ASK_UNDO, "take-back"},
        {TN_SCREEN_SWITCH, TN_ASK_SWITCH, "role-exit"},
        {TN_SCREEN_CLOCK, TN_ASK_CLOCK, "yes"},
        {TN_SCREEN_CLOSE, TN_ASK_CLOSE, "yes"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t j = 0; j < sizeof faults / sizeof faults[0]; j++) {
            begin(NULL);
            find_somebody();
            struct tn_states *states = &runner.model.states;
            tn_go(&runner.model, rows[i].place, &effects);
            states->reg = (struct tn_register_state){
                .is_open = true, .step = TN_STEP_CONSENT, .has_choice = true};
            (void)snprintf(states->reg.form.given, sizeof states->reg.form.given, "Ami");
            states->replace.has_why = true;
            states->headcount.field = (struct tn_field){.len = 1, .chars_max = 3, .text = "7"};
            states->past.past.count = 1;
            states->past.past.items[0].seq = 5;
            states->past.chosen = 1;
            states->close.asks = TN_CLOSE_ASKS_DAY;
            states->group.tally.members = 30;
            struct tn_states before = *states;
            fake.fails = faults[j];
            tap(rows[i].tap);
            assert_int_equal(fake.request.type, rows[i].asks);
            assert_int_equal(runner.model.screen, TN_SCREEN_FAULT);
            assert_int_equal(runner.model.fault, faults[j]);
            assert_int_equal(runner.model.place, rows[i].place);
            fake.fails = TN_OK;
            pass(TN_PROBE_MS);
            assert_int_equal(runner.model.screen, rows[i].place);
            before.reg.form = states->reg.form; /* when and in which language it was sent */
            before.clock = states->clock;       /* and what was answered */
            before.close.has_tally = states->close.has_tally; /* and the numbers are there again */
            assert_memory_equal(states, &before, sizeof before);
            tap(rows[i].tap);
            assert_int_equal(fake.asked[rows[i].asks], 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_place_of_staff_locks_after_two_minutes_and_forgets_names,
                               begin),
        cmocka_unit_test_setup(a_welcome_at_the_moment_of_locking_stays_for_its_time, begin),
        cmocka_unit_test_setup(a_fault_keeps_nothing_unlocked_and_no_form, begin),
        cmocka_unit_test_setup(a_station_that_was_opened_anew_shows_no_panel, begin),
        cmocka_unit_test_setup(a_welcome_at_the_moment_a_form_ends_stays_for_its_time, begin),
        cmocka_unit_test_setup(a_form_outlives_a_group_and_staff_in_the_middle_of_it, begin),
        cmocka_unit_test_setup(a_staff_card_on_the_panel_keeps_it_open, begin),
        cmocka_unit_test_setup(a_station_that_locked_by_itself_shows_no_name_and_no_panel, begin),
        cmocka_unit_test_setup(a_screen_that_is_cleaned_takes_scans_and_no_taps, begin),
        cmocka_unit_test_setup(a_welcome_at_the_end_of_cleaning_stays_for_its_time, begin),
        cmocka_unit_test_setup(a_pin_is_kept_nowhere_and_a_fault_is_no_wrong_try, begin),
        cmocka_unit_test_setup(after_a_fault_the_same_tap_works, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
