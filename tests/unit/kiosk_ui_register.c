/* The walk-in form: what is asked of whom, what is kept, and that nothing stays. */
#include "tests/unit/kiosk_form.h"

static void the_whole_form_is_asked_for_once_and_handed_to_the_store(void **state)
{
    (void)state;
    assert_true(shows("What is your first name?"));
    assert_true(shows("1 of 5"));
    type("Amara");
    press(TN_PRESS_ENTER);
    assert_true(shows("2 of 5"));
    type("O");
    tap("next");
    assert_true(shows("Which grade are you in?"));
    tap("grade-4");
    assert_true(asks(TN_ASK_PARTNERS));
    partners(3);
    assert_true(shows("School 2"));
    tap("partner-2");
    assert_true(shows("May we write down your visit?"));
    tap("next");
    assert_false(has_effect(TN_EFFECT_ASK));
    tap("consent-1");
    tap("next");
    assert_true(asks(TN_ASK_REGISTER));
    const struct tn_walkin *form = &effects.request.form;
    assert_string_equal(form->given, "Amara");
    assert_string_equal(form->family, "O");
    assert_string_equal(form->grade, "6-8");
    assert_int_equal(((const uint8_t *)&form->partner)[0], 2);
    assert_int_equal(form->consent, TN_CONSENT_PARENT);
    assert_int_equal(form->consent_ms, model.now_ms);
    assert_string_equal(form->lang, "en");
    assert_string_equal(effects.request.text, "");
}

static void a_name_of_spaces_is_none_and_a_family_name_may_be_skipped(void **state)
{
    (void)state;
    type("  ");
    tap("next");
    assert_int_equal(model.states.reg.step, TN_STEP_GIVEN);
    type("Li  ");
    tap("next");
    assert_string_equal(model.states.reg.form.given, "Li");
    assert_true(shows("Skip"));
    tap("next");
    assert_int_equal(model.states.reg.step, TN_STEP_GRADE);
    assert_string_equal(model.states.reg.form.family, "");
}

static void back_keeps_what_was_typed(void **state)
{
    (void)state;
    type("Amara");
    tap("next");
    type("Oka");
    tap("back");
    assert_string_equal(model.states.reg.field.text, "Amara");
    press(TN_PRESS_ERASE);
    tap("next");
    assert_string_equal(model.states.reg.form.given, "Amar");
    assert_string_equal(model.states.reg.field.text, "Oka");
}

static void an_answer_is_offered_to_whom_it_fits(void **state)
{
    static const struct {
        const char *grade;
        uint32_t age;
        bool has_self, has_others;
    } rows[] = {
        {"grade-1", 13, false, true}, {"grade-3", 13, false, true}, {"grade-4", 13, true, true},
        {"grade-4", 16, false, true}, {"grade-5", 16, true, true},  {"grade-6", 16, true, false},
        {"unsure", 13, false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)begin(state);
        model.info.consent_age = rows[i].age;
        fill_to_consent(rows[i].grade);
        assert_int_equal(offers("consent-3"), rows[i].has_self);
        assert_int_equal(offers("consent-1"), rows[i].has_others);
        assert_int_equal(offers("consent-2"), rows[i].has_others);
        assert_true(offers("consent-4"));
    }
}

static void an_answer_that_no_longer_fits_is_asked_for_again(void **state)
{
    (void)state;
    fill_to_consent("grade-5");
    tap("consent-3");
    tap("back");
    partners(3);
    tap("back");
    tap("grade-2");
    partners(3);
    tap("partner-1");
    tap("consent-3");
    tap("next");
    assert_false(has_effect(TN_EFFECT_ASK));
    assert_false(model.states.reg.has_choice);
}

static void without_consent_the_learner_is_in_and_a_helper_is_called_for(void **state)
{
    (void)state;
    fill_to_consent("grade-2");
    tap("consent-4");
    tap("next");
    assert_int_equal(effects.request.form.consent, TN_CONSENT_NONE);
    assert_int_equal(effects.request.form.consent_ms, 0);
    handed(DIGITS);
    assert_int_equal(model.screen, TN_SCREEN_BADGE);
    assert_true(shows("Then please see a helper: a grown-up still has to say yes."));
}

static void a_list_is_paged_and_searched(void **state)
{
    (void)state;
    type("Amara");
    tap("next");
    tap("next");
    tap("grade-2");
    partners(34);
    tap("page");
    assert_int_equal(effects.request.first, TN_PARTNERS_PAGE);
    tap("find");
    type("Lin");
    assert_true(asks(TN_ASK_PARTNERS));
    assert_string_equal(effects.request.text, "Lin");
    assert_int_equal(effects.request.first, 0);
    partners(3);
    assert_true(shows("Show 3"));
    press(TN_PRESS_ENTER);
    assert_string_equal(effects.request.text, "Lin");
    partners(3);
    assert_true(offers("partner-3"));
    assert_false(offers("partner-4"));
    tap("all");
    assert_string_equal(effects.request.text, "");
}

static void a_school_not_on_the_list_is_typed_or_left_out(void **state)
{
    (void)state;
    type("Amara");
    tap("next");
    tap("next");
    tap("grade-2");
    partners(3);
    tap("other");
    type("P.S. 118");
    tap("next");
    assert_string_equal(model.states.reg.form.partner_text, "P.S. 118");
    assert_int_equal(model.states.reg.step, TN_STEP_CONSENT);
    tap("back");
    partners(3);
    tap("partner-1");
    assert_string_equal(model.states.reg.form.partner_text, "");
}

static void a_pack_without_partners_asks_for_typing_at_once(void **state)
{
    (void)state;
    type("Amara");
    tap("next");
    tap("next");
    tap("grade-2");
    partners(0);
    assert_true(tn_ui_wants_text(&model));
    assert_true(shows("What is your school or club?"));
    tap("next");
    assert_int_equal(model.states.reg.step, TN_STEP_CONSENT);
}

static void done_and_start_over_leave_nothing(void **state)
{
    (void)state;
    fill_to_consent("grade-2");
    tap("consent-1");
    tap("next");
    handed(DIGITS);
    tap("done");
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(holds(DIGITS));
    assert_false(holds("Amara"));
    (void)begin(state);
    fill_to_consent("grade-2");
    tap("over");
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(holds("Amara"));
    assert_false(holds("School 2"));
}

static void silence_warns_and_then_forgets(void **state)
{
    (void)state;
    type("Amara");
    pass(25000);
    assert_true(model.is_warning);
    tap("more");
    assert_false(model.is_warning);
    assert_string_equal(model.states.reg.field.text, "Amara");
    pass(45000);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(holds("Amara"));
}

static void a_refusal_says_what_to_do_and_keeps_the_form(void **state)
{
    (void)state;
    fill_to_consent("grade-2");
    tap("consent-1");
    tap("next");
    struct tn_reply answer = {.type = TN_ASK_REGISTER, .status = TN_ERR_EXISTS};
    reply(&answer);
    assert_int_equal(model.screen, TN_SCREEN_REGISTER);
    assert_true(shows("This badge is taken"));
    assert_false(tn_ui_wants_text(&model));
    tap("back");
    assert_true(shows("May we write down your visit?"));
    assert_string_equal(model.states.reg.form.given, "Amara");
}

static void without_a_vault_key_nobody_fills_in_a_form_in_vain(void **state)
{
    (void)state;
    model.info.has_vault = false;
    assert_true(shows("No new badges here"));
    assert_false(tn_ui_wants_text(&model));
    type("Amara");
    assert_string_equal(model.states.reg.field.text, "");
    tap("over");
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
}

static void staff_go_back_to_their_panel_and_silence_locks_it(void **state)
{
    (void)state;
    model.info.is_unlocked = true;
    type("Amara");
    tap("over");
    assert_int_equal(model.screen, TN_SCREEN_STAFF);
    tn_register_open(&model, &effects);
    type("Amara");
    pass(45000);
    assert_int_equal(model.screen, TN_SCREEN_IDLE);
    assert_false(model.info.is_unlocked);
    assert_true(has_effect(TN_EFFECT_LOCK));
    assert_false(holds("Amara"));
}

static void a_scan_covers_the_form_and_gives_it_back(void **state)
{
    (void)state;
    type("Amara");
    struct tn_event scan = event_of(TN_EVENT_SCAN);
    scan.len = 3;
    snprintf(scan.text, sizeof scan.text, "123");
    tn_ui_event(&model, &scan, &effects);
    assert_true(has_effect(TN_EFFECT_RECORD));
    struct tn_event stored = event_of(TN_EVENT_STORED);
    stored.record.result = TN_RESULT_WELCOME;
    tn_ui_event(&model, &stored, &effects);
    assert_int_equal(model.screen, TN_SCREEN_WELCOME);
    pass(TN_RESULT_MS);
    assert_int_equal(model.screen, TN_SCREEN_REGISTER);
    assert_string_equal(model.states.reg.field.text, "Amara");
}

static void it_is_drawn_and_begins_even_where_nobody_opened_it(void **state)
{
    (void)state;
    tn_register_wipe(&model);
    model.lang = model.shown_lang = TN_LANG_ES;
    assert_true(offers("key-shift"));
    type("Ana");
    assert_string_equal(model.states.reg.field.text, "Ana");
    assert_int_equal(model.states.reg.keyboard.lang, TN_LANG_ES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_whole_form_is_asked_for_once_and_handed_to_the_store),
        TEST(a_name_of_spaces_is_none_and_a_family_name_may_be_skipped),
        TEST(back_keeps_what_was_typed),
        TEST(an_answer_is_offered_to_whom_it_fits),
        TEST(an_answer_that_no_longer_fits_is_asked_for_again),
        TEST(without_consent_the_learner_is_in_and_a_helper_is_called_for),
        TEST(a_list_is_paged_and_searched),
        TEST(a_school_not_on_the_list_is_typed_or_left_out),
        TEST(a_pack_without_partners_asks_for_typing_at_once),
        TEST(done_and_start_over_leave_nothing),
        TEST(silence_warns_and_then_forgets),
        TEST(a_refusal_says_what_to_do_and_keeps_the_form),
        TEST(without_a_vault_key_nobody_fills_in_a_form_in_vain),
        TEST(staff_go_back_to_their_panel_and_silence_locks_it),
        TEST(a_scan_covers_the_form_and_gives_it_back),
        TEST(it_is_drawn_and_begins_even_where_nobody_opened_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
