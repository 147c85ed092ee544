/* Going from screen to screen: places, the results that cover them, and home. The one file that
 * sets model->screen and model->place, so that what is left is always wiped and what is covered
 * never is. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/owed.h"
#include "kiosk/ui/screens.h"

/* The screen a result is shown on. Noise and refusals look the same from three metres; the record
 * in the model tells them apart for the line below the headline. */
static const enum tn_screen screen_of[TN_RESULT_COUNT] = {
    [TN_RESULT_NOISE] = TN_SCREEN_HELP,      [TN_RESULT_WELCOME] = TN_SCREEN_WELCOME,
    [TN_RESULT_ALREADY] = TN_SCREEN_ALREADY, [TN_RESULT_GOODBYE] = TN_SCREEN_GOODBYE,
    [TN_RESULT_VISIT] = TN_SCREEN_VISIT,     [TN_RESULT_REFUSED] = TN_SCREEN_HELP,
    [TN_RESULT_STAFF] = TN_SCREEN_STAFF,     [TN_RESULT_GROUP] = TN_SCREEN_GROUP,
    [TN_RESULT_ABSENT] = TN_SCREEN_GROUP,    [TN_RESULT_SETUP] = TN_SCREEN_HELP,
};

void tn_effect_add(struct tn_effects *effects, enum tn_effect_type type)
{
    assert(effects->count < TN_EFFECTS_MAX);
    effects->items[effects->count++] = (struct tn_effect){.type = type};
}

static void sound(struct tn_effects *effects, enum tn_screen screen)
{
    if (tn_screens[screen].has_sound) {
        tn_effect_add(effects, TN_EFFECT_SOUND);
        effects->items[effects->count - 1].sound = tn_screens[screen].sound;
    }
}

/* Enters a screen, again where it is the same one: a second learner's welcome moves and sounds
 * like the first. */
static void enter(struct tn_model *model, enum tn_screen screen, struct tn_effects *effects)
{
    sodium_memzero(&model->record, sizeof model->record);
    model->screen = screen;
    model->screen_mono_ms = model->mono_ms;
    model->shown_lang = model->lang;
    sound(effects, screen);
}

void tn_go(struct tn_model *model, enum tn_screen place, struct tn_effects *effects)
{
    assert(place < TN_SCREEN_COUNT && !tn_screens[place].is_result);
    model->place = place;
    model->touch_mono_ms = model->mono_ms;
    model->is_warning = false;
    enter(model, place, effects);
}

static void wipe_places(struct tn_model *model, enum tn_screen but)
{
    for (int i = 0; i < TN_SCREEN_COUNT; i++) {
        if (tn_screens[i].wipe != NULL && i != (int)but) {
            tn_screens[i].wipe(model);
        }
    }
    sodium_memzero(&model->handed, sizeof model->handed);
}

/* A child's form that a card of staff or of a group interrupted is there again. */
void tn_go_home(struct tn_model *model, struct tn_effects *effects)
{
    enum tn_screen home = model->is_fresh ? TN_SCREEN_SETUP : TN_SCREEN_IDLE;
    enum tn_screen kept = model->kept;
    model->kept = TN_SCREEN_IDLE;
    if (model->info.is_unlocked) {
        tn_effect_add(effects, TN_EFFECT_LOCK);
        model->info.is_unlocked = false;
    }
    wipe_places(model, kept);
    tn_owed_forget(model);
    if (kept == TN_SCREEN_IDLE) {
        model->lang = model->home_lang;
    }
    tn_go(model, kept == TN_SCREEN_IDLE ? home : kept, effects);
}

void tn_go_home_under(struct tn_model *model, struct tn_effects *effects)
{
    enum tn_screen screen = model->screen;
    enum tn_lang shown_lang = model->shown_lang;
    int64_t since_ms = model->screen_mono_ms;
    struct tn_record record = model->record;
    tn_go_home(model, effects);
    if (tn_screens[screen].is_result) {
        model->screen = screen;
        model->shown_lang = shown_lang;
        model->screen_mono_ms = since_ms;
        model->record = record;
    }
    sodium_memzero(&record, sizeof record);
}

void tn_show(struct tn_model *model, enum tn_screen result, const struct tn_record *record,
             struct tn_effects *effects)
{
    assert(tn_screens[result].is_result);
    struct tn_record copy = *record;
    enter(model, result, effects);
    model->record = copy;
    enum tn_lang lang = tn_lang_from_code(record->lang);
    if (record->lang[0] != '\0' && lang < TN_LANG_COUNT && model->has_lang[lang]) {
        model->shown_lang = lang;
    }
    sodium_memzero(&copy, sizeof copy);
}

void tn_uncover(struct tn_model *model, struct tn_effects *effects)
{
    int64_t touched_ms = model->touch_mono_ms;
    model->fault = TN_OK;
    model->is_unsaved = false;
    tn_go(model, model->place, effects);
    model->touch_mono_ms = touched_ms;
}

/* What a child was doing is kept for when the card's holder has done what they came for. A badge
 * that is being photographed is not: its secret would be shown to whoever stands here then. */
static void interrupt(struct tn_model *model)
{
    if (model->place == TN_SCREEN_REGISTER) {
        model->kept = TN_SCREEN_REGISTER;
    } else if (model->place == TN_SCREEN_BADGE) {
        tn_badge_forget(model);
    }
}

/* A staff card opens the panel, or first the question whether the clock is right. */
static void unlock(struct tn_model *model, struct tn_effects *effects)
{
    interrupt(model);
    if (model->info.has_clock) {
        tn_staff_enter(model, effects);
    } else {
        tn_clock_open(model, effects);
    }
}

void tn_show_record(struct tn_model *model, const struct tn_record *record,
                    struct tn_effects *effects)
{
    assert(record->result < TN_RESULT_COUNT);
    switch (record->result) {
    case TN_RESULT_STAFF:
        unlock(model, effects);
        break;
    case TN_RESULT_GROUP:
    case TN_RESULT_ABSENT:
        interrupt(model);
        model->states.group.tally = record->group;
        tn_go(model, TN_SCREEN_GROUP, effects);
        break;
    case TN_RESULT_VISIT:
        tn_show(model, TN_SCREEN_VISIT, record, effects);
        tn_ask(effects, TN_ASK_PASSPORT)->id = record->who;
        break;
    default:
        tn_show(model, screen_of[record->result], record, effects);
        break;
    }
}

struct tn_request *tn_ask(struct tn_effects *effects, enum tn_request_type type)
{
    for (size_t i = 0; i < effects->count; i++) {
        assert(effects->items[i].type != TN_EFFECT_ASK);
    }
    sodium_memzero(&effects->request, sizeof effects->request);
    effects->request.type = type;
    tn_effect_add(effects, TN_EFFECT_ASK);
    return &effects->request;
}

void tn_spell(struct tn_effects *effects, const char *pinyin)
{
    (void)snprintf(effects->spell, sizeof effects->spell, "%s", pinyin);
    tn_effect_add(effects, TN_EFFECT_SPELL);
}

bool tn_is_tap(const struct tn_event *event, const char *control)
{
    return event->type == TN_EVENT_TAP && strcmp(event->control, control) == 0;
}

int tn_tap_number(const struct tn_event *event, const char *prefix)
{
    size_t len = strlen(prefix);
    if (event->type != TN_EVENT_TAP || strncmp(event->control, prefix, len) != 0 ||
        event->control[len] != '-') {
        return 0;
    }
    char *end = NULL;
    long number = strtol(event->control + len + 1, &end, 10);
    return *end == '\0' && number > 0 && number < 1000 ? (int)number : 0;
}
