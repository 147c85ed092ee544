/* The pages that pick a language, a theme or a volume: one table of choices each, one row a page.
 * Languages stand in their own names, and those without a font are left out. */
#include "kiosk/ui/settings_pick.h"

#include <assert.h>

#include "kiosk/ui/screens.h"
#include "kiosk/ui/settings.h"
#include "kiosk/ui/staff_parts.h"

#define CELL_MOST_MM 30.0f
#define CHOICES_MAX 8
static_assert(TN_LANG_COUNT <= CHOICES_MAX, "a page holds every language");

struct choice {
    const char *control;
    const char *words; /* to translate */
    const char *value; /* as the setting keeps it */
};

/* In the order of enum tn_theme_id. */
static const struct choice themes[] = {
    /* Translators: themes, that is colours: bright, dark, far apart. */
    {"theme-light", N_("Light"), "light"},
    {"theme-dark", N_("Dark"), "dark"},
    {"theme-contrast", N_("High contrast"), "contrast"},
};
static_assert(sizeof themes / sizeof themes[0] == TN_THEME_COUNT, "one choice a theme");

#define VOLUME_STEP 25
static const struct choice volumes[] = {
    /* Translators: how loud the kiosk is. */
    {"volume-0", N_("Silent"), "0"},    {"volume-25", N_("25 %"), "25"},
    {"volume-50", N_("50 %"), "50"},    {"volume-75", N_("75 %"), "75"},
    {"volume-100", N_("100 %"), "100"},
};

static int chosen_language(const struct tn_model *model)
{
    return (int)model->home_lang;
}

static int chosen_theme(const struct tn_model *model)
{
    return (int)model->look.theme;
}

/* The step next to it: what a station begins with lies between two. */
static int chosen_volume(const struct tn_model *model)
{
    return (model->volume + VOLUME_STEP / 2) / VOLUME_STEP;
}

struct page {
    const char *title;
    const char *setting;
    const struct choice *choices; /* NULL: the languages, which have rows of their own */
    int count;
    int (*chosen)(const struct tn_model *model);
};

static const struct page pages[TN_PICK_COUNT] = {
    [TN_PICK_LANGUAGE] = {N_("Language"), TN_SETTING_LANG, NULL, TN_LANG_COUNT, chosen_language},
    [TN_PICK_THEME] = {N_("Theme"), TN_SETTING_THEME, themes, TN_THEME_COUNT, chosen_theme},
    [TN_PICK_VOLUME] = {N_("Volume"), TN_SETTING_VOLUME, volumes, 5, chosen_volume},
};

static bool is_offered(const struct tn_model *model, const struct page *page, int i)
{
    return page->choices != NULL || model->has_lang[i];
}

static const char *words_of(const struct page *page, int i)
{
    return page->choices == NULL ? tn_langs[i].name : _(page->choices[i].words);
}

static const char *control_of(const struct page *page, int i)
{
    return page->choices == NULL ? tn_lang_control((enum tn_lang)i) : page->choices[i].control;
}

bool tn_settings_pick_event(struct tn_model *model, const struct tn_event *event,
                            struct tn_effects *effects)
{
    struct tn_settings_state *state = &model->states.settings;
    const struct page *page = &pages[state->pick];
    if (state->pick == TN_PICK_NONE || event->type != TN_EVENT_TAP) {
        return false;
    }
    if (tn_is_tap(event, "back")) {
        state->pick = TN_PICK_NONE;
        return true;
    }
    for (int i = 0; i < page->count; i++) {
        if (tn_is_tap(event, control_of(page, i)) && is_offered(model, page, i)) {
            const char *value = page->choices == NULL ? tn_langs[i].code : page->choices[i].value;
            tn_settings_set(model, effects, page->setting, value);
        }
    }
    return true;
}

void tn_settings_pick_draw(const struct tn_model *model, const struct tn_view *view,
                           struct tn_draw *draw)
{
    const struct page *page = &pages[model->states.settings.pick];
    struct tn_button back = {.control = "back", .text = _("Back")};
    int offered = 0;
    for (int i = 0; i < page->count; i++) {
        offered += is_offered(model, page, i) ? 1 : 0;
    }
    tn_staff_title(model, view, draw, _(page->title));
    float bottom = tn_layout_actions(view, draw, &back, 1, 1);
    struct tn_cells cells = tn_cells_for(view, tn_staff_body(view, bottom), offered, CELL_MOST_MM);
    struct tn_choice choices[CHOICES_MAX];
    for (int i = 0, at = 0; i < page->count; i++) {
        if (is_offered(model, page, i)) {
            choices[at++] = (struct tn_choice){.control = control_of(page, i),
                                               .label = words_of(page, i),
                                               .is_chosen = i == page->chosen(model)};
        }
    }
    tn_choices_draw(view, draw, &cells, choices, offered);
}

const char *tn_settings_pick_words(const struct tn_model *model, enum tn_settings_pick pick)
{
    return words_of(&pages[pick], pages[pick].chosen(model));
}
