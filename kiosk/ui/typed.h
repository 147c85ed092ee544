/* A field with its keyboard, as one thing: what a place that is typed into hands its events to, and
 * the part of the page it takes. */
#ifndef TURNOUT_UI_TYPED_H
#define TURNOUT_UI_TYPED_H

#include "kiosk/ui/keyboard.h"

enum tn_typed {
    TN_TYPED_NONE,    /* the event was none of theirs */
    TN_TYPED_TAKEN,   /* it was, and the field is as before */
    TN_TYPED_CHANGED, /* the field holds something else now */
    TN_TYPED_ENTER,
    TN_TYPED_ESCAPE
};

/* Makes an empty field of a kind, with its keyboard in the screen's language. */
void tn_typing_open(const struct tn_model *model, struct tn_field *field,
                    struct tn_keyboard *keyboard, enum tn_field_kind kind, size_t chars_max);

/* Lets keys on the screen, typed text, presses and candidates change the field; asks for
 * candidates where a syllable wants them. */
enum tn_typed tn_typing_event(struct tn_field *field, struct tn_keyboard *keyboard,
                              const struct tn_event *event, struct tn_effects *effects);

/* Draws both at the bottom of an area, the field above its keyboard. Returns their top. */
float tn_typing_draw(const struct tn_field *field, const struct tn_keyboard *keyboard,
                     const struct tn_view *view, struct tn_draw *draw, struct tn_area area);

#define TN_FIELD_MM 18.0f /* the height of a field */

#endif
