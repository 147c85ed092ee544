/* The walk-in form and the badge it hands out: what is asked of whom, what is kept, and that
 * nothing stays. */
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
    model.has_lang[TN_LANG_ES] = true;
    model.info.has_vault = true;
    model.info.has_keys = true;
    model.info.has_clock = true;
    model.info.consent_age = 13;
    tn_register_open(&model, &effects);
    return 0;
}

static struct tn_event event_of(enum tn_event_type type)
{
    return (struct tn_event){.type = type, .at_ms = model.now_ms, .mono_ms = model.mono_ms};
}

static void tap(const char *control)
{
    struct tn_event event = event_of(TN_EVENT_TAP);
    snprintf(event.control, sizeof event.control, "%s", control);
    tn_ui_event(&model, &event, &effects);
}

static void type(const char *text)
{
    struct tn_event event = event_of(TN_EVENT_TEXT);
    snprintf(event.text, sizeof event.text, "%s", text);
    event.len = strlen(text);
    tn_ui_event(&model, &event, &effects);
}

static void press(enum tn_press which)
{
    struct tn_event event = event_of(TN_EVENT_PRESS);
    event.press = which;
    tn_ui_event(&model, &event, &effects);
}

static void pass(int64_t ms)
{
    model.mono_ms += ms;
    struct tn_event event = event_of(TN_EVENT_TICK);
    tn_ui_event(&model, &event, &effects);
}

static bool has_effect(enum tn_effect_type wanted)
{
    for (size_t i = 0; i < effects.count; i++) {
        if (effects.items[i].type == wanted) {
            return true;
        }
    }
    return false;
}

static bool asks(enum tn_request_type wanted)
{
    return has_effect(TN_EFFECT_ASK) && effects.request.type == wanted;
}

static void reply(const struct tn_reply *answer)
{
    struct tn_event event = event_of(TN_EVENT_REPLY);
    event.reply = answer;
    tn_ui_event(&model, &event, &effects);
}

/* The pack's list, `total` long, its first page filled. */
static void partners(size_t total)
{
    struct tn_reply answer = {.type = TN_ASK_PARTNERS};
    answer.partners.total = total;
    answer.partners.count = total < TN_PARTNERS_PAGE ? total : TN_PARTNERS_PAGE;
    for (size_t i = 0; i < answer.partners.count; i++) {
        memset(&answer.partners.items[i].id, (int)i + 1, sizeof answer.partners.items[i].id);
        snprintf(answer.partners.items[i].name, sizeof answer.partners.items[i].name, "School %zu",
                 i + 1);
    }
    reply(&answer);
}

static void handed(const char *digits)
{
    struct tn_reply answer = {.type = TN_ASK_REGISTER};
    snprintf(answer.handed.digits, sizeof answer.handed.digits, "%s", digits);
    snprintf(answer.handed.code, sizeof answer.handed.code, "123456789");
    snprintf(answer.handed.name, sizeof answer.handed.name, "Amara O.");
    answer.handed.record.seq = 7;
    reply(&answer);
}

#define DIGITS "131415926535897932384626433832795028841971693993"

static void fill_to_consent(const char *grade)
{
    type("Amara");
    tap("next");
    type("Okafor");
    tap("next");
    tap(grade);
    partners(3);
    tap("partner-2");
}

static bool shows(const char *text)
{
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    tn_ui_draw(&model, &view, &draw);
    return tn_draw_has_text(&draw, text);
}

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

static bool offers(const char *control)
{
    (void)shows("");
    return tn_draw_control(&draw, control) != NULL;
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

static bool holds(const char *text)
{
    const char *bytes = (const char *)&model;
    size_t len = strlen(text);
    for (size_t i = 0; i + len <= sizeof model; i++) {
        if (memcmp(bytes + i, text, len) == 0) {
            return true;
        }
    }
    return false;
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

#define TEST(name) cmocka_unit_test_setup(name, begin)

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
        TEST(the_badge_is_shown_sounded_and_printed_once),
        TEST(the_badge_goes_after_a_minute_and_its_secret_with_it),
        TEST(done_and_start_over_leave_nothing),
        TEST(silence_warns_and_then_forgets),
        TEST(another_child_is_asked_only_for_what_differs),
        TEST(a_grown_ups_own_yes_is_not_a_childs),
        TEST(a_blank_badge_is_handed_on_and_wiped),
        TEST(a_refusal_says_what_to_do_and_keeps_the_form),
        TEST(without_a_vault_key_nobody_fills_in_a_form_in_vain),
        TEST(staff_go_back_to_their_panel_and_silence_locks_it),
        TEST(a_childs_form_outlives_a_badge_that_staff_replaced),
        TEST(a_scan_covers_the_form_and_gives_it_back),
        TEST(it_is_drawn_and_begins_even_where_nobody_opened_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
