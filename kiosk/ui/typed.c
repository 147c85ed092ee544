/* The glue between a field, its keyboard and the events of a place. */
#include "kiosk/ui/typed.h"

#include <string.h>

#include <sodium.h>

#define GAP_MM 4.0f

void tn_typing_open(const struct tn_model *model, struct tn_field *field,
                    struct tn_keyboard *keyboard, enum tn_field_kind kind, size_t chars_max)
{
    tn_field_clear(field);
    *field = (struct tn_field){.kind = kind, .chars_max = chars_max};
    tn_keyboard_open(keyboard, model->lang, field);
    tn_keyboard_offer(keyboard, model->has_lang);
}

enum tn_typed tn_typing_event(struct tn_field *field, struct tn_keyboard *keyboard,
                              const struct tn_event *event, struct tn_effects *effects)
{
    char before[TN_FIELD_MAX + 1];
    bool is_enter = event->type == TN_EVENT_PRESS && event->press == TN_PRESS_ENTER;
    if (event->type == TN_EVENT_PRESS && event->press == TN_PRESS_ESCAPE) {
        return TN_TYPED_ESCAPE;
    }
    memcpy(before, field->text, sizeof before);
    bool is_taken = is_enter ? tn_keyboard_settle(keyboard, field)
                             : tn_keyboard_event(keyboard, field, event, effects);
    bool has_changed = memcmp(before, field->text, sizeof before) != 0;
    sodium_memzero(before, sizeof before);
    if (!is_taken) {
        return is_enter ? TN_TYPED_ENTER : TN_TYPED_NONE;
    }
    return has_changed ? TN_TYPED_CHANGED : TN_TYPED_TAKEN;
}

float tn_typing_draw(const struct tn_field *field, const struct tn_keyboard *keyboard,
                     const struct tn_view *view, struct tn_draw *draw, struct tn_area area)
{
    float keys = tn_keyboard_height(keyboard, view, area.w, area.h - TN_FIELD_MM - GAP_MM);
    float top = area.y + area.h - keys;
    tn_keyboard_draw(keyboard, view, draw, (struct tn_area){area.x, top, area.w, keys});
    top -= TN_FIELD_MM + GAP_MM / 2.0f;
    tn_field_draw(field, keyboard, view, draw, (struct tn_area){area.x, top, area.w, TN_FIELD_MM});
    return top;
}
