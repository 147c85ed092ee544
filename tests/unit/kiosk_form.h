/* What the tests of the walk-in form and of the badge it hands out share: a model, and what people
 * and the store do to it. */
#ifndef TURNOUT_TESTS_KIOSK_FORM_H
#define TURNOUT_TESTS_KIOSK_FORM_H

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

static inline int begin(void **state)
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

static inline struct tn_event event_of(enum tn_event_type type)
{
    return (struct tn_event){.type = type, .at_ms = model.now_ms, .mono_ms = model.mono_ms};
}

static inline void tap(const char *control)
{
    struct tn_event event = event_of(TN_EVENT_TAP);
    snprintf(event.control, sizeof event.control, "%s", control);
    tn_ui_event(&model, &event, &effects);
}

static inline void type(const char *text)
{
    struct tn_event event = event_of(TN_EVENT_TEXT);
    snprintf(event.text, sizeof event.text, "%s", text);
    event.len = strlen(text);
    tn_ui_event(&model, &event, &effects);
}

static inline void press(enum tn_press which)
{
    struct tn_event event = event_of(TN_EVENT_PRESS);
    event.press = which;
    tn_ui_event(&model, &event, &effects);
}

static inline void pass(int64_t ms)
{
    model.mono_ms += ms;
    struct tn_event event = event_of(TN_EVENT_TICK);
    tn_ui_event(&model, &event, &effects);
}

static inline bool has_effect(enum tn_effect_type wanted)
{
    for (size_t i = 0; i < effects.count; i++) {
        if (effects.items[i].type == wanted) {
            return true;
        }
    }
    return false;
}

static inline bool asks(enum tn_request_type wanted)
{
    return has_effect(TN_EFFECT_ASK) && effects.request.type == wanted;
}

static inline void reply(const struct tn_reply *answer)
{
    struct tn_event event = event_of(TN_EVENT_REPLY);
    event.reply = answer;
    tn_ui_event(&model, &event, &effects);
}

/* The pack's list, `total` long, its first page filled. */
static inline void partners(size_t total)
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

static inline void handed(const char *digits)
{
    struct tn_reply answer = {.type = TN_ASK_REGISTER};
    snprintf(answer.handed.digits, sizeof answer.handed.digits, "%s", digits);
    snprintf(answer.handed.code, sizeof answer.handed.code, "123456789");
    snprintf(answer.handed.name, sizeof answer.handed.name, "Amara O.");
    answer.handed.record = (struct tn_record){.result = TN_RESULT_WELCOME, .seq = 7};
    reply(&answer);
}

#define DIGITS "131415926535897932384626433832795028841971693993"

static inline void fill_to_consent(const char *grade)
{
    type("Amara");
    tap("next");
    type("Okafor");
    tap("next");
    tap(grade);
    partners(3);
    tap("partner-2");
}

static inline bool shows(const char *text)
{
    struct tn_view view = scene_view(&scene_sizes[0], TN_THEME_LIGHT);
    tn_ui_draw(&model, &view, &draw);
    return tn_draw_has_text(&draw, text);
}

static inline bool holds(const char *text)
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

static inline bool offers(const char *control)
{
    (void)shows("");
    return tn_draw_control(&draw, control) != NULL;
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

#endif
