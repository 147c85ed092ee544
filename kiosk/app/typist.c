/* Typing and scanning told apart. The wedge decoder says whether keys came at a scanner's pace;
 * what follows from that while a field is open is decided here. Putting back a copy, and not
 * erasing as many characters as came, also undoes what a digit may do to a field beside filling it:
 * picking a candidate of pinyin, or asking for a code. */
#include "kiosk/app/typist.h"

#include <sodium.h>

#include "kiosk/ui/screen.h"

/* Keys that edit, by their HID usage. Tab leads on, as Enter does: a form has one field a step. */
static const struct {
    uint16_t usage;
    enum tn_press press;
} edits[] = {
    {0x28, TN_PRESS_ENTER}, {0x58, TN_PRESS_ENTER},  {0x2B, TN_PRESS_ENTER},
    {0x2A, TN_PRESS_ERASE}, {0x29, TN_PRESS_ESCAPE},
};

/* Also where a result still covers the place: it may leave before the scan's end comes, and what is
 * left of the scan would be typed. */
static void keep(struct tn_typist *typist, const struct tn_model *model)
{
    typist->has_before = tn_screens[model->place].field != NULL;
    if (typist->has_before) {
        typist->place = model->place;
        typist->before = model->states;
    }
}

/* A form that was left meanwhile stays left. */
static void put_back(const struct tn_typist *typist, struct tn_model *model)
{
    if (typist->has_before && model->place == typist->place) {
        model->states = typist->before;
    }
}

/* While a field is open, keys at a person's pace are typing: their characters come as TEXT, and
 * what is no character is handed to the field as a PRESS. */
static bool is_edit(struct tn_typist *typist, const struct tn_model *model,
                    const struct tn_event *key, struct tn_event *out)
{
    if (!tn_ui_wants_text(model) || tn_wedge_is_scanner(&typist->wedge)) {
        return false;
    }
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        if (edits[i].usage == key->scancode) {
            tn_wedge_forget(&typist->wedge);
            *out = (struct tn_event){.type = TN_EVENT_PRESS,
                                     .at_ms = key->at_ms,
                                     .mono_ms = key->mono_ms,
                                     .press = edits[i].press};
            return true;
        }
    }
    return false;
}

bool tn_typist_key(struct tn_typist *typist, struct tn_model *model, const struct tn_event *key,
                   struct tn_event *out)
{
    if (is_edit(typist, model, key, out)) {
        return true;
    }
    size_t len = typist->wedge.len;
    if (len == 0) {
        keep(typist, model);
    }
    if (tn_wedge_key(&typist->wedge, key, out)) {
        put_back(typist, model);
        return true;
    }
    /* Keys from long ago were given up: with this one another burst begins. */
    if (len > 0 && typist->wedge.len == 1) {
        keep(typist, model);
    }
    return false;
}

/* Half a badge, its end lost, is no scan; nor may it stay in a field, for it is a secret. */
static bool is_torn(const struct tn_wedge *wedge)
{
    size_t kept = wedge->len < TN_SCAN_TEXT_MAX ? wedge->len : TN_SCAN_TEXT_MAX;
    return tn_wedge_is_scanner(wedge) && memchr(wedge->text, '?', kept) == NULL;
}

bool tn_typist_silence(struct tn_typist *typist, struct tn_model *model,
                       const struct tn_event *tick, struct tn_event *out)
{
    bool was_torn = is_torn(&typist->wedge);
    bool is_scan = tn_wedge_silence(&typist->wedge, tick->at_ms, tick->mono_ms, out);
    if (is_scan || (was_torn && typist->wedge.len == 0)) {
        put_back(typist, model);
    }
    return is_scan;
}

void tn_typist_before_tap(struct tn_typist *typist, struct tn_model *model)
{
    if (tn_wedge_is_scanner(&typist->wedge)) {
        put_back(typist, model);
    }
}

void tn_typist_after_tap(struct tn_typist *typist, const struct tn_model *model)
{
    if (typist->wedge.len > 0) {
        keep(typist, model);
    }
}

void tn_typist_rest(struct tn_typist *typist)
{
    if (typist->wedge.len == 0) {
        typist->has_before = false;
        sodium_memzero(&typist->before, sizeof typist->before);
    }
}

int64_t tn_typist_deadline(const struct tn_typist *typist)
{
    return tn_wedge_deadline(&typist->wedge);
}
