/* Settings as a table: a name, where its value lies in the store's reply, and what it does to the
 * model. A new setting is a row. */
#include "kiosk/ui/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/ui/screen.h"

#define VOLUME_MAX 100

static void apply_none(struct tn_model *model, const char *value)
{
    (void)model;
    (void)value;
}

/* The station's own language, and from now on the screen's. */
static void apply_lang(struct tn_model *model, const char *value)
{
    enum tn_lang lang = tn_lang_from_code(value);
    if (lang < TN_LANG_COUNT && model->has_lang[lang]) {
        model->home_lang = lang;
        model->lang = lang;
        model->shown_lang = lang;
    }
}

static void apply_theme(struct tn_model *model, const char *value)
{
    enum tn_theme_id theme = tn_theme_from_name(value);
    if (theme < TN_THEME_COUNT) {
        model->look.theme = theme;
    }
}

static void apply_volume(struct tn_model *model, const char *value)
{
    char *end = NULL;
    long volume = strtol(value, &end, 10);
    if (end != value && *end == '\0' && volume >= 0 && volume <= VOLUME_MAX) {
        model->volume = (int)volume;
    }
}

static void apply_switch(bool *is_on, const char *value)
{
    if (strcmp(value, "on") == 0 || strcmp(value, "off") == 0) {
        *is_on = value[1] == 'n';
    }
}

static void apply_lower(struct tn_model *model, const char *value)
{
    apply_switch(&model->look.is_lower, value);
}

static void apply_larger(struct tn_model *model, const char *value)
{
    apply_switch(&model->look.is_larger, value);
}

static void apply_still(struct tn_model *model, const char *value)
{
    apply_switch(&model->look.is_still, value);
}

static void apply_speech(struct tn_model *model, const char *value)
{
    apply_switch(&model->is_speaking, value);
}

struct setting_row {
    const char *name;
    size_t offset; /* in struct tn_settings */
    void (*apply)(struct tn_model *model, const char *value);
};

static const struct setting_row rows[] = {
    {TN_SETTING_WALK_IN, offsetof(struct tn_settings, walk_in), apply_none},
    {TN_SETTING_LANG, offsetof(struct tn_settings, lang), apply_lang},
    {TN_SETTING_THEME, offsetof(struct tn_settings, theme), apply_theme},
    {TN_SETTING_VOLUME, offsetof(struct tn_settings, volume), apply_volume},
    {TN_SETTING_LOWER, offsetof(struct tn_settings, lower), apply_lower},
    {TN_SETTING_LARGER, offsetof(struct tn_settings, larger), apply_larger},
    {TN_SETTING_STILL, offsetof(struct tn_settings, still), apply_still},
    {TN_SETTING_SPEECH, offsetof(struct tn_settings, speech), apply_speech},
};
#define ROWS (sizeof rows / sizeof rows[0])
static_assert(sizeof(struct tn_settings) == ROWS * (TN_SETTING_MAX + 1), "one row a setting");

void tn_settings_apply(struct tn_model *model, const struct tn_settings *settings)
{
    for (size_t i = 0; i < ROWS; i++) {
        rows[i].apply(model, (const char *)settings + rows[i].offset);
    }
}

void tn_settings_set(struct tn_model *model, struct tn_effects *effects, const char *name,
                     const char *value)
{
    int volume = model->volume;
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            rows[i].apply(model, value);
        }
    }
    tn_effect_add(effects, TN_EFFECT_LOOK);
    if (model->volume != volume) {
        tn_effect_add(effects, TN_EFFECT_SOUND);
        effects->items[effects->count - 1].sound = TN_SOUND_WELCOME;
    }
    model->states.settings.unsaved = name;
    snprintf(model->states.settings.value, sizeof model->states.settings.value, "%s", value);
    tn_settings_save_again(model, effects);
}

bool tn_settings_is_unsaved(const struct tn_model *model)
{
    return model->states.settings.unsaved != NULL;
}

void tn_settings_save_again(struct tn_model *model, struct tn_effects *effects)
{
    const struct tn_settings_state *state = &model->states.settings;
    struct tn_request *request = tn_ask(effects, TN_ASK_SETTING);
    request->name = state->unsaved;
    snprintf(request->text, sizeof request->text, "%s", state->value);
}

void tn_settings_saved(struct tn_model *model)
{
    model->states.settings.unsaved = NULL;
}
