/* Debts are kept as flags and a number, never as a copy of the request: those hold names, PINs and
 * badges, and a fault may last for hours. */
#include "kiosk/ui/owed.h"

#include "kiosk/ui/settings.h"

void tn_owed_note(struct tn_model *model)
{
    if (model->is_recording || model->screen == TN_SCREEN_FAULT) {
        return;
    }
    model->owed.is_view = true;
    model->owed.refused_seq = model->screen == TN_SCREEN_HELP ? model->record.seq : 0;
}

static bool is_due(const struct tn_model *model)
{
    return model->screen == model->place &&
           (model->owed.is_view || model->owed.refused_seq != 0 || tn_settings_is_unsaved(model));
}

bool tn_owed_pay(struct tn_model *model, struct tn_effects *effects)
{
    const struct tn_screen_row *place = &tn_screens[model->place];
    struct tn_record refused = {.result = TN_RESULT_REFUSED, .seq = model->owed.refused_seq};
    if (!is_due(model)) {
        return false;
    }
    if (tn_settings_is_unsaved(model)) {
        tn_settings_save_again(model, effects);
    } else if (refused.seq != 0) {
        model->owed.refused_seq = 0;
        if (model->info.is_unlocked) {
            tn_show(model, TN_SCREEN_HELP, &refused, effects);
        }
    } else {
        model->owed.is_view = false;
        if (place->ask != NULL) {
            place->ask(model, effects);
        }
    }
    return true;
}

int64_t tn_owed_due(const struct tn_model *model)
{
    return is_due(model) ? model->mono_ms : INT64_MAX;
}

void tn_owed_forget(struct tn_model *model)
{
    model->owed = (struct tn_owed){0};
}
