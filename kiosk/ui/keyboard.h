/* The keyboard on the screen: a layout per language (and digits), pages for accents and signs, for
 * Chinese a row of candidates to a syllable of pinyin. It types into a field and is drawn by the
 * screen that shows it. Controls: "key-1" and on by place, row by row; "key-shift", "key-page",
 * "key-erase", "key-space", "key-lang"; "pick-1" to "pick-6" for candidates. */
#ifndef TURNOUT_UI_KEYBOARD_H
#define TURNOUT_UI_KEYBOARD_H

#include "kiosk/ui/keyboard_state.h"
#include "kiosk/ui/layout.h"

/* A keyboard for a field in a language. */
void tn_keyboard_open(struct tn_keyboard *keyboard, enum tn_lang lang,
                      const struct tn_field *field);

/* What a tap on one of the keyboard's controls does. TN_KEYED_NONE: it is none of them.
 * TN_KEYED_SPELL: keyboard->pinyin changed, and candidates are wanted (TN_EFFECT_SPELL). */
enum tn_keyed { TN_KEYED_NONE, TN_KEYED_DONE, TN_KEYED_SPELL };
enum tn_keyed tn_keyboard_tap(struct tn_keyboard *keyboard, struct tn_field *field,
                              const char *control);

/* Takes typed text of a physical keyboard: pinyin goes to the syllable, all else to the field. */
enum tn_keyed tn_keyboard_type(struct tn_keyboard *keyboard, struct tn_field *field,
                               const char *text);
enum tn_keyed tn_keyboard_erase(struct tn_keyboard *keyboard, struct tn_field *field);

/* The height the keyboard takes at this width, in layout millimetres; keys are 12 mm or more with
 * gaps of 2 mm or more, and grow with the room up to height_max. */
float tn_keyboard_height(const struct tn_keyboard *keyboard, const struct tn_view *view, float w,
                         float height_max);

void tn_keyboard_draw(const struct tn_keyboard *keyboard, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area);

/* The field itself: its box, the text and the cursor; label above or inside. */
void tn_field_draw(const struct tn_field *field, const struct tn_keyboard *keyboard,
                   const struct tn_view *view, struct tn_draw *draw, struct tn_area area);

#endif
