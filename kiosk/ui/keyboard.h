/* The keyboard on the screen: a layout per language (and digits), pages for accents and signs, for
 * Chinese a row of candidates to a syllable of pinyin. It types into a field and is drawn by the
 * screen that shows it. Controls: "key-1" and on, the same key by the same name on every screen
 * (keyboard_layouts.h); "key-shift", "key-page", "key-erase", "key-space", "key-lang"; while a
 * syllable is open "pick-1" to "pick-6" for candidates, "key-page" for the next ones and "key-raw"
 * for the letters as they are.
 *
 * A keyboard is the one thing that is never turned round: its keys stand where hands know them,
 * also on a screen that runs from right to left. */
#ifndef TURNOUT_UI_KEYBOARD_H
#define TURNOUT_UI_KEYBOARD_H

#include "kiosk/ui/keyboard_state.h"
#include "kiosk/ui/layout.h"

/* The least a key and the room between two may be, in millimetres. */
#define TN_KEY_MM 12.0f
#define TN_KEY_GAP_MM 2.0f

/* A keyboard for a field in a language. */
void tn_keyboard_open(struct tn_keyboard *keyboard, enum tn_lang lang,
                      const struct tn_field *field);

/* Lets the globe key go on to these languages (model.has_lang), in their order. */
void tn_keyboard_offer(struct tn_keyboard *keyboard, const bool has_lang[TN_LANG_COUNT]);

/* What a tap on one of the keyboard's controls does. TN_KEYED_NONE: it is none of them.
 * TN_KEYED_SPELL: keyboard->pinyin changed, and candidates are wanted (TN_EFFECT_SPELL). */
enum tn_keyed { TN_KEYED_NONE, TN_KEYED_DONE, TN_KEYED_SPELL };
enum tn_keyed tn_keyboard_tap(struct tn_keyboard *keyboard, struct tn_field *field,
                              const char *control);

/* Takes typed text of a physical keyboard: pinyin goes to the syllable, all else to the field. */
enum tn_keyed tn_keyboard_type(struct tn_keyboard *keyboard, struct tn_field *field,
                               const char *text);
enum tn_keyed tn_keyboard_erase(struct tn_keyboard *keyboard, struct tn_field *field);

/* Candidates have come (TN_EVENT_SPELT): characters, separated by spaces. */
void tn_keyboard_spelt(struct tn_keyboard *keyboard, const char *text);

/* Ends an open syllable: its letters go to the field as they are. True where one was open: a
 * physical Enter then only did that. */
bool tn_keyboard_settle(struct tn_keyboard *keyboard, struct tn_field *field);

/* Takes whatever of an event belongs to a keyboard and its field: its taps, typed text, the erase
 * key, candidates; asks for candidates itself. False where the event is none of those. */
bool tn_keyboard_event(struct tn_keyboard *keyboard, struct tn_field *field,
                       const struct tn_event *event, struct tn_effects *effects);

/* The height the keyboard takes at this width, in layout millimetres; keys are 12 mm or more with
 * gaps of 2 mm or more, and grow with the room up to height_max. In portrait a keyboard as wide as
 * the page between its margins takes a part of these, too. */
float tn_keyboard_height(const struct tn_keyboard *keyboard, const struct tn_view *view, float w,
                         float height_max);

void tn_keyboard_draw(const struct tn_keyboard *keyboard, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area);

/* The field itself: its box, the text and the cursor; label above or inside. */
void tn_field_draw(const struct tn_field *field, const struct tn_keyboard *keyboard,
                   const struct tn_view *view, struct tn_draw *draw, struct tn_area area);

/* A page that somebody types on: a question, the field, the keyboard, what to press. On most
 * screens the question stands in the bar, the field below it and the buttons along the bottom; on a
 * small panel in landscape, where 86 mm must do, the buttons stand beside the field and the
 * question in it. */
struct tn_typing {
    const char *question;
    const char *end; /* at the end of the bar: "1 of 5" */
    int step;        /* a path of `steps` stops, walked up to this one (from 1); 0: no path */
    int steps;
    const struct tn_field *field;
    const struct tn_keyboard *keyboard;
    struct tn_button *buttons; /* areas are filled in; the last is the one that goes on */
    size_t count;
    size_t first; /* of them at the start side */
};

void tn_layout_typing(const struct tn_view *view, struct tn_draw *draw,
                      const struct tn_typing *typing);

/* The bar of a form: the logo, its question, a path of its steps, words at the end ("2 of 5").
 * Gives the height at which the form's own part may begin. */
float tn_layout_steps(const struct tn_view *view, struct tn_draw *draw, const char *question,
                      const char *end, int step, int steps);

#endif
