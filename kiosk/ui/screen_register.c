/* Register: whoever comes without a badge is asked a few short things and gets one. A path of
 * steps, one question each; only the first name must be given. What is typed lives in the model
 * until it is sealed or the form is left, and in no other place. Controls: next, back, over (start
 * over); grade-1 to -6, unsure; partner-1 to -6, find, page, all, other; consent-1 to -4; the
 * keyboard's. How the steps look is in register_steps.c. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/keyboard.h"
#include "kiosk/ui/register.h"

#define GIVEN_CHARS 40
#define FAMILY_CHARS 40
#define SCHOOL_CHARS 60

const struct tn_grade_row tn_grades[TN_GRADES] = {
    {"grade-1", "Pre-K", N_("Pre-K"), 5}, {"grade-2", "K-2", N_("K-2"), 8},
    {"grade-3", "3-5", N_("3-5"), 11},    {"grade-4", "6-8", N_("6-8"), 14},
    {"grade-5", "9-12", N_("9-12"), 19},  {"grade-6", "Adult", N_("Adult"), 150},
};

const struct tn_consent_row tn_consents[TN_CONSENT_COUNT] = {
    /* Translators: who said yes; the parent stands beside the child. */
    {"consent-1", TN_CONSENT_PARENT, N_("Yes, my parent or guardian here says so")},
    {"consent-2", TN_CONSENT_SCHOOL, N_("Yes, my school or club has said so")},
    {"consent-3", TN_CONSENT_SELF, N_("Yes, I am %u or older")},
    {"consent-4", TN_CONSENT_NONE, N_("Nobody has said so yet")},
};

static const struct tn_grade_row *grade_of(const struct tn_register_state *reg)
{
    for (size_t i = 0; i < TN_GRADES; i++) {
        if (strcmp(tn_grades[i].code, reg->form.grade) == 0) {
            return &tn_grades[i];
        }
    }
    return NULL;
}

bool tn_register_offers(const struct tn_model *model, enum tn_consent consent)
{
    const struct tn_grade_row *grade = grade_of(&model->states.reg);
    bool is_adult = grade == &tn_grades[TN_GRADES - 1];
    if (consent == TN_CONSENT_SELF) {
        return grade != NULL && grade->age_max >= model->info.consent_age;
    }
    return consent == TN_CONSENT_NONE || !is_adult;
}

bool tn_register_can(const struct tn_model *model)
{
    return model->info.has_vault && (model->info.has_keys || model->states.reg.blank[0] != '\0');
}

/* A yes for one child may be a yes for another where a grown-up gave it. */
static bool keeps_consent(enum tn_consent consent)
{
    return consent == TN_CONSENT_PARENT || consent == TN_CONSENT_SCHOOL;
}

size_t tn_register_path(const struct tn_register_state *reg,
                        enum tn_register_step steps[TN_STEP_COUNT])
{
    size_t count = 0;
    for (int i = 0; i < TN_STEP_COUNT; i++) {
        bool is_kept =
            reg->is_family &&
            (i == TN_STEP_FAMILY || i == TN_STEP_PARTNER ||
             (i == TN_STEP_CONSENT && reg->has_choice && keeps_consent(reg->form.consent)));
        if (!is_kept) {
            steps[count++] = (enum tn_register_step)i;
        }
    }
    return count;
}

size_t tn_register_at(const struct tn_register_state *reg)
{
    enum tn_register_step steps[TN_STEP_COUNT];
    size_t count = tn_register_path(reg, steps);
    for (size_t i = 0; i < count; i++) {
        if (steps[i] == reg->step) {
            return i;
        }
    }
    return 0;
}

bool tn_register_is_typing(const struct tn_register_state *reg)
{
    return reg->step == TN_STEP_GIVEN || reg->step == TN_STEP_FAMILY ||
           (reg->step == TN_STEP_PARTNER && reg->way != TN_PARTNER_LIST);
}

/* Opens the step's field with what was typed into it before. The keyboard's language is kept. */
static void open_field(struct tn_register_state *reg)
{
    static const struct {
        enum tn_field_kind kind;
        size_t chars_max;
    } fields[TN_STEP_COUNT] = {
        [TN_STEP_GIVEN] = {TN_FIELD_NAME, GIVEN_CHARS},
        [TN_STEP_FAMILY] = {TN_FIELD_NAME, FAMILY_CHARS},
        [TN_STEP_PARTNER] = {TN_FIELD_TEXT, SCHOOL_CHARS},
    };
    const char *typed = reg->step == TN_STEP_GIVEN    ? reg->form.given
                        : reg->step == TN_STEP_FAMILY ? reg->form.family
                        : reg->way == TN_PARTNER_FIND ? reg->find
                                                      : reg->form.partner_text;
    enum tn_lang lang = reg->keyboard.lang;
    unsigned langs = reg->keyboard.langs;
    sodium_memzero(&reg->field, sizeof reg->field);
    reg->field.kind = fields[reg->step].kind;
    reg->field.chars_max = fields[reg->step].chars_max;
    (void)tn_field_insert(&reg->field, typed);
    tn_keyboard_open(&reg->keyboard, lang, &reg->field);
    reg->keyboard.langs = langs;
}

void tn_register_begin(struct tn_register_state *reg, enum tn_lang lang,
                       const bool has_lang[TN_LANG_COUNT])
{
    reg->is_open = true;
    reg->keyboard.lang = lang;
    tn_keyboard_offer(&reg->keyboard, has_lang);
    open_field(reg);
}

/* What the field holds, without the spaces around it, goes to where the form keeps it. */
static void keep_field(struct tn_register_state *reg)
{
    const char *text = reg->field.text;
    char *to = reg->step == TN_STEP_GIVEN    ? reg->form.given
               : reg->step == TN_STEP_FAMILY ? reg->form.family
               : reg->way == TN_PARTNER_FIND ? reg->find
                                             : reg->form.partner_text;
    (void)tn_keyboard_settle(&reg->keyboard, &reg->field);
    while (*text == ' ') {
        text++;
    }
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    memcpy(to, text, len);
    to[len] = '\0';
}

static void enter(struct tn_register_state *reg, enum tn_register_step step,
                  struct tn_effects *effects)
{
    reg->step = step;
    reg->way = TN_PARTNER_LIST;
    if (step == TN_STEP_PARTNER) {
        reg->first = 0;
        sodium_memzero(reg->find, sizeof reg->find);
        tn_register_school_ask(reg, effects);
    } else if (step == TN_STEP_GIVEN || step == TN_STEP_FAMILY) {
        open_field(reg);
    }
}

static void send(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    if (!reg->has_choice) {
        reg->form.consent = TN_CONSENT_NONE;
    }
    reg->form.consent_ms = reg->form.consent == TN_CONSENT_NONE ? 0 : model->now_ms;
    (void)snprintf(reg->form.lang, sizeof reg->form.lang, "%s", tn_langs[model->lang].code);
    struct tn_request *request = tn_ask(effects, TN_ASK_REGISTER);
    request->form = reg->form;
    (void)snprintf(request->text, sizeof request->text, "%s", reg->blank);
}

void tn_register_next(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    enum tn_register_step steps[TN_STEP_COUNT];
    size_t count = tn_register_path(reg, steps);
    size_t at = tn_register_at(reg) + 1;
    if (tn_register_is_typing(reg)) {
        keep_field(reg);
        if (reg->step == TN_STEP_GIVEN && reg->form.given[0] == '\0') {
            return;
        }
    }
    if (at < count) {
        enter(reg, steps[at], effects);
    } else {
        send(model, effects);
    }
}

static void on_back(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    enum tn_register_step steps[TN_STEP_COUNT];
    (void)tn_register_path(reg, steps);
    size_t at = tn_register_at(reg);
    if (reg->refused != TN_OK) {
        reg->refused = TN_OK;
        return;
    }
    /* Back from typing a school is to the list, where there is one. */
    bool has_list = reg->partners.total > 0 || reg->find[0] != '\0';
    if (reg->step == TN_STEP_PARTNER && reg->way != TN_PARTNER_LIST && has_list) {
        tn_register_school_list(reg, effects);
        return;
    }
    if (tn_register_is_typing(reg)) {
        keep_field(reg);
    }
    if (at > 0) {
        enter(reg, steps[at - 1], effects);
    }
}

/* Leaves the form: to the panel where staff came from there, else home. */
static void leave(struct tn_model *model, struct tn_effects *effects)
{
    tn_register_wipe(model);
    if (model->info.is_unlocked) {
        tn_staff_open(model, effects);
    } else {
        tn_go_home(model, effects);
    }
}

static void on_grade(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    int number = tn_tap_number(event, "grade");
    if (tn_is_tap(event, "unsure")) {
        sodium_memzero(reg->form.grade, sizeof reg->form.grade);
    } else if (number > 0 && number <= TN_GRADES) {
        (void)snprintf(reg->form.grade, sizeof reg->form.grade, "%s", tn_grades[number - 1].code);
    } else {
        return;
    }
    if (!tn_register_offers(model, reg->form.consent)) {
        reg->has_choice = false;
    }
    tn_register_next(model, effects);
}

static void on_consent(struct tn_model *model, const struct tn_event *event,
                       struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    int number = tn_tap_number(event, "consent");
    if (number > 0 && number <= TN_CONSENT_COUNT &&
        tn_register_offers(model, tn_consents[number - 1].consent)) {
        reg->form.consent = tn_consents[number - 1].consent;
        reg->has_choice = true;
    } else if (tn_is_tap(event, "next") && reg->has_choice) {
        tn_register_next(model, effects);
    }
}

static void on_name(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    bool is_enter = event->type == TN_EVENT_PRESS && event->press == TN_PRESS_ENTER;
    if (tn_is_tap(event, "next")) {
        tn_register_next(model, effects);
    } else if (!tn_keyboard_event(&reg->keyboard, &reg->field, event, effects) && is_enter) {
        tn_register_next(model, effects);
    }
}

static void on_reply(struct tn_model *model, const struct tn_reply *reply,
                     struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    if (reply->type == TN_ASK_PARTNERS) {
        reg->partners = (struct tn_partner_list){0};
        if (reply->status == TN_OK) {
            reg->partners = reply->partners;
        }
        /* A pack without partners has nothing to choose from. */
        if (reg->step == TN_STEP_PARTNER && reg->way == TN_PARTNER_LIST &&
            reg->partners.total == 0 && reg->find[0] == '\0') {
            reg->way = TN_PARTNER_TYPE;
            open_field(reg);
        }
    } else if (reply->type == TN_ASK_REGISTER) {
        reg->refused = reply->status;
        if (reply->status == TN_OK) {
            tn_badge_open(model, &reply->handed, effects);
        }
    }
}

static void (*const steps_events[TN_STEP_COUNT])(struct tn_model *, const struct tn_event *,
                                                 struct tn_effects *) = {
    [TN_STEP_GIVEN] = on_name,      [TN_STEP_FAMILY] = on_name,
    [TN_STEP_GRADE] = on_grade,     [TN_STEP_PARTNER] = tn_register_school_event,
    [TN_STEP_CONSENT] = on_consent,
};

void tn_register_event(struct tn_model *model, const struct tn_event *event,
                       struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    if (!reg->is_open) {
        tn_register_begin(reg, model->lang, model->has_lang);
    }
    if (event->type == TN_EVENT_REPLY) {
        on_reply(model, event->reply, effects);
    } else if (tn_is_tap(event, "over")) {
        leave(model, effects);
    } else if (tn_is_tap(event, "back")) {
        on_back(model, effects);
    } else if (reg->refused == TN_OK && tn_register_can(model)) {
        steps_events[reg->step](model, event, effects);
    }
}

const struct tn_field *tn_register_field(const struct tn_model *model)
{
    const struct tn_register_state *reg = &model->states.reg;
    bool is_open = reg->refused == TN_OK && tn_register_can(model) && tn_register_is_typing(reg);
    return is_open ? &reg->field : NULL;
}

void tn_register_wipe(struct tn_model *model)
{
    sodium_memzero(&model->states.reg, sizeof model->states.reg);
}

void tn_register_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_register_wipe(model);
    tn_register_begin(&model->states.reg, model->lang, model->has_lang);
    /* A child's form that staff interrupted has given way to theirs. */
    model->kept = TN_SCREEN_IDLE;
    tn_go(model, TN_SCREEN_REGISTER, effects);
}

void tn_register_again(struct tn_model *model, struct tn_effects *effects)
{
    struct tn_register_state *reg = &model->states.reg;
    struct tn_walkin last = reg->form;
    bool had_choice = reg->has_choice;
    tn_register_open(model, effects);
    reg->is_family = true;
    reg->has_choice = had_choice && keeps_consent(last.consent);
    memcpy(reg->form.family, last.family, sizeof reg->form.family);
    memcpy(reg->form.partner_text, last.partner_text, sizeof reg->form.partner_text);
    reg->form.partner = last.partner;
    reg->form.consent = reg->has_choice ? last.consent : TN_CONSENT_NONE;
    tn_walkin_wipe(&last);
}
