/* The station's settings: a cell each with what it is called and what it is now. Switches turn over
 * at a tap; language, theme and volume open a page of choices. Each change holds at once and is
 * kept by the store. Controls: set-language, set-theme, set-volume; larger, lower, still, speech,
 * walk-in; back. */
#include "kiosk/ui/screens.h"
#include "kiosk/ui/settings.h"
#include "kiosk/ui/settings_pick.h"
#include "kiosk/ui/staff_parts.h"

#define CELL_MOST_MM 34.0f

static bool is_larger(const struct tn_model *model)
{
    return model->look.is_larger;
}

static bool is_lower(const struct tn_model *model)
{
    return model->look.is_lower;
}

static bool is_still(const struct tn_model *model)
{
    return model->look.is_still;
}

static bool is_speaking(const struct tn_model *model)
{
    return model->is_speaking;
}

static bool has_walk_in(const struct tn_model *model)
{
    return model->info.has_walk_in;
}

/* Opens a page, or turns a setting over. */
struct row {
    const char *control;
    const char *words;
    enum tn_settings_pick pick;
    const char *setting;
    bool (*is_on)(const struct tn_model *model);
};

static const struct row rows[] = {
    {"set-language", N_("Language"), TN_PICK_LANGUAGE, NULL, NULL},
    {"set-theme", N_("Theme"), TN_PICK_THEME, NULL, NULL},
    {"set-volume", N_("Volume"), TN_PICK_VOLUME, NULL, NULL},
    /* Translators: each of these is on or off. The kiosk speaks its screens. */
    {"speech", N_("Speech"), TN_PICK_NONE, TN_SETTING_SPEECH, is_speaking},
    {"larger", N_("Larger text"), TN_PICK_NONE, TN_SETTING_LARGER, is_larger},
    /* Translators: buttons nearer the floor, for who is small or sits. */
    {"lower", N_("Lower buttons"), TN_PICK_NONE, TN_SETTING_LOWER, is_lower},
    {"still", N_("Less motion"), TN_PICK_NONE, TN_SETTING_STILL, is_still},
    /* Translators: people without a badge may register at this kiosk. */
    {"walk-in", N_("Walk-ins"), TN_PICK_NONE, TN_SETTING_WALK_IN, has_walk_in},
};
#define ROWS ((int)(sizeof rows / sizeof rows[0]))

void tn_settings_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_settings_wipe(model);
    tn_go(model, TN_SCREEN_SETTINGS, effects);
}

void tn_settings_wipe(struct tn_model *model)
{
    model->states.settings.pick = TN_PICK_NONE;
}

/* A desk always takes walk-ins: that is what it is for. */
static bool is_fixed(const struct tn_model *model, const struct row *row)
{
    return row->is_on == has_walk_in && model->info.role == TN_ROLE_DESK;
}

void tn_settings_event(struct tn_model *model, const struct tn_event *event,
                       struct tn_effects *effects)
{
    if (tn_settings_pick_event(model, event, effects)) {
        return;
    }
    if (tn_is_tap(event, "back")) {
        tn_staff_open(model, effects);
        return;
    }
    for (int i = 0; i < ROWS; i++) {
        if (!tn_is_tap(event, rows[i].control) || is_fixed(model, &rows[i])) {
            continue;
        }
        if (rows[i].is_on == NULL) {
            model->states.settings.pick = rows[i].pick;
        } else {
            tn_settings_set(model, effects, rows[i].setting, rows[i].is_on(model) ? "off" : "on");
        }
    }
}

static const char *value_of(const struct tn_model *model, const struct row *row)
{
    if (row->is_on == NULL) {
        return tn_settings_pick_words(model, row->pick);
    }
    return row->is_on(model) ? _("On") : _("Off");
}

void tn_screen_settings(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw)
{
    if (model->states.settings.pick != TN_PICK_NONE) {
        tn_settings_pick_draw(model, view, draw);
        return;
    }
    struct tn_button back = {.control = "back", .text = _("Back")};
    tn_staff_title(model, view, draw, _("Settings"));
    float bottom = tn_layout_actions(view, draw, &back, 1, 1);
    struct tn_cells cells = tn_cells_for(view, tn_staff_body(view, bottom), ROWS, CELL_MOST_MM);
    struct tn_choice choices[ROWS];
    for (int i = 0; i < ROWS; i++) {
        choices[i] = (struct tn_choice){.control = rows[i].control,
                                        .label = _(rows[i].words),
                                        .value = value_of(model, &rows[i]),
                                        .is_chosen = rows[i].is_on != NULL && rows[i].is_on(model),
                                        .is_off = is_fixed(model, &rows[i])};
    }
    tn_choices_draw(view, draw, &cells, choices, ROWS);
}
