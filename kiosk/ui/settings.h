/* The station's small settings: what each is called, how it changes the model, and what it is now.
 * Two places set them (SETTINGS, and the PIN's panel for language and volume); the runner applies
 * all of them at the start. Pure; main thread. */
#ifndef TURNOUT_UI_SETTINGS_H
#define TURNOUT_UI_SETTINGS_H

#include "kiosk/ui/model.h"

/* Applies what TN_ASK_SETTINGS replied. An empty or unknown value changes nothing, so whoever
 * starts the kiosk empties what the command line says before calling this, and the command line
 * wins. A language without a font here is not taken. walk_in changes nothing: it comes back in
 * info.has_walk_in. */
void tn_settings_apply(struct tn_model *model, const struct tn_settings *settings);

/* Sets one setting (a static TN_SETTING_* name): applies it at once (TN_EFFECT_LOOK, and a sound
 * where the volume changed, so that it is heard) and asks the store to keep it. */
void tn_settings_set(struct tn_model *model, struct tn_effects *effects, const char *name,
                     const char *value);

/* Tells whether a fault kept the newest setting from being kept; asks once more; and takes note
 * that the store has answered. */
bool tn_settings_is_unsaved(const struct tn_model *model);
void tn_settings_save_again(struct tn_model *model, struct tn_effects *effects);
void tn_settings_saved(struct tn_model *model);

#endif
