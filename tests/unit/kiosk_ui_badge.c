/* The badge that was handed out: shown, printed once, gone after a minute with its secret. */
#include "tests/unit/kiosk_form.h"

static void the_badge_is_shown_sounded_and_printed_once(void **state)
{
    (void)state;
    model.health.printer = TN_PART_WELL;
    fill_to_consent("grade-2");
    tap("consent-1");
    tap("next");
    handed(DIGITS);
    assert_true(has_effect(TN_EFFECT_PRINT));
    assert_true(has_effect(TN_EFFECT_SOUND));
    assert_true(shows("Amara O."));
    assert_true(shows("123\xC2\xA0"
                      "456\xC2\xA0"
                      "789"));
    assert_true(shows("It is being printed, too."));
    pass(1000);
    assert_false(has_effect(TN_EFFECT_PRINT));
    model.health.printer = TN_PART_TROUBLE;
    assert_true(shows("The printer needs a helper."));
}

static void the_badge_goes_after_a_minute_and_its_secret_with_it(void **state)
{
    (void)state;
    fill_to_consent("grade-2");
    tap("consent-1");
    tap("next");
    handed(DIGITS);
    assert_true(holds(DIGITS));
    pass(41000);
    assert_int_equal(model.screen, TN_SCREEN_BADGE);
    assert_true(model.is_warning);
    pass(19000);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(holds(DIGITS));
    assert_false(holds("Amara"));
    assert_false(holds("Okafor"));
}

static void another_child_is_asked_only_for_what_differs(void **state)
{
    (void)state;
    fill_to_consent("grade-2");
    tap("consent-2");
    tap("next");
    handed(DIGITS);
    tap("again");
    assert_int_equal(model.screen, TN_SCREEN_REGISTER);
    assert_false(holds(DIGITS));
    assert_false(holds("Amara"));
    assert_true(shows("1 of 2"));
    type("Tobi");
    tap("next");
    tap("grade-3");
    assert_true(asks(TN_ASK_REGISTER));
    assert_string_equal(effects.request.form.given, "Tobi");
    assert_string_equal(effects.request.form.family, "Okafor");
    assert_int_equal(((const uint8_t *)&effects.request.form.partner)[0], 2);
    assert_int_equal(effects.request.form.consent, TN_CONSENT_SCHOOL);
}

static void a_grown_ups_own_yes_is_not_a_childs(void **state)
{
    (void)state;
    fill_to_consent("grade-6");
    tap("consent-3");
    tap("next");
    handed(DIGITS);
    tap("again");
    type("Tobi");
    tap("next");
    tap("grade-1");
    assert_false(has_effect(TN_EFFECT_ASK));
    assert_true(shows("May we write down your visit?"));
}

static void a_blank_badge_is_handed_on_and_wiped(void **state)
{
    (void)state;
    model.info.has_keys = false;
    snprintf(model.states.reg.blank, sizeof model.states.reg.blank, "%s", DIGITS);
    fill_to_consent("grade-2");
    tap("consent-1");
    tap("next");
    assert_string_equal(effects.request.text, DIGITS);
    handed("");
    assert_true(shows("Keep your badge. It is yours now."));
    assert_false(has_effect(TN_EFFECT_PRINT));
    tap("done");
    assert_false(holds(DIGITS));
}

static void a_childs_form_outlives_a_badge_that_staff_replaced(void **state)
{
    (void)state;
    type("Amara");
    model.info.is_unlocked = true;
    model.kept = TN_SCREEN_REGISTER;
    struct tn_handed badge = {.digits = DIGITS, .code = "123456789", .name = "Maya R."};
    tn_badge_open(&model, &badge, &effects);
    assert_true(shows("Here is your badge,"));
    pass(60000);
    assert_int_equal(model.screen, TN_SCREEN_REGISTER);
    assert_false(holds(DIGITS));
    assert_string_equal(model.states.reg.field.text, "Amara");
}

static void a_staff_card_takes_the_badge_away_and_its_secret_with_it(void **state)
{
    (void)state;
    struct tn_handed handed = {.name = "Ami B.", .code = "123456789", .record.seq = 7};
    struct tn_handed none = {0};
    (void)snprintf(handed.digits, sizeof handed.digits, "1234");
    (void)snprintf(model.states.reg.form.given, sizeof model.states.reg.form.given, "Ami");
    tn_badge_open(&model, &handed, &effects);
    struct tn_event event = event_of(TN_EVENT_STORED);
    event.record.result = TN_RESULT_STAFF;
    model.info.is_unlocked = true;
    tn_ui_event(&model, &event, &effects);
    assert_int_equal(model.screen, TN_SCREEN_STAFF);
    assert_memory_equal(&model.handed, &none, sizeof none);
    assert_string_equal(model.states.reg.form.given, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_badge_is_shown_sounded_and_printed_once),
        TEST(the_badge_goes_after_a_minute_and_its_secret_with_it),
        TEST(another_child_is_asked_only_for_what_differs),
        TEST(a_grown_ups_own_yes_is_not_a_childs),
        TEST(a_blank_badge_is_handed_on_and_wiped),
        TEST(a_childs_form_outlives_a_badge_that_staff_replaced),
        cmocka_unit_test_setup(a_staff_card_takes_the_badge_away_and_its_secret_with_it, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
