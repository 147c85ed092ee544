/* What keys do: letters go to the field, or in Chinese to a syllable whose candidates do; shift,
 * pages and languages change what the next key is. Knows nothing of where a key is drawn: a key is
 * called by its number in the layout, whatever the screen's shape. */
#include "kiosk/ui/keyboard.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/keyboard_layouts.h"

/* A capital is next at the beginning of each word; "-" begins one, "'" does not. */
static bool begins_word(const struct tn_field *field)
{
    return field->len == 0 || strchr(" -", field->text[field->len - 1]) != NULL;
}

static void set_shift(struct tn_keyboard *keyboard, const struct tn_field *field)
{
    const struct tn_key_layout *layout = tn_key_layout_of(keyboard);
    keyboard->is_shifted = layout->has_case && !layout->has_pinyin && begins_word(field);
}

static void drop_syllable(struct tn_keyboard *keyboard)
{
    sodium_memzero(keyboard->pinyin, sizeof keyboard->pinyin);
    sodium_memzero(keyboard->picks, sizeof keyboard->picks);
    keyboard->first_pick = 0;
    keyboard->pick_count = 0;
}

void tn_keyboard_open(struct tn_keyboard *keyboard, enum tn_lang lang, const struct tn_field *field)
{
    assert(lang < TN_LANG_COUNT);
    *keyboard = (struct tn_keyboard){
        .lang = lang,
        .is_digits = field->kind == TN_FIELD_DIGITS,
        .has_signs = field->kind == TN_FIELD_TEXT,
    };
    set_shift(keyboard, field);
}

void tn_keyboard_offer(struct tn_keyboard *keyboard, const bool has_lang[TN_LANG_COUNT])
{
    keyboard->langs = 0;
    for (unsigned i = 0; i < TN_LANG_COUNT; i++) {
        keyboard->langs |= has_lang[i] ? 1u << i : 0u;
    }
}

/* The text goes in, and what a key sets for one letter only is over. */
static enum tn_keyed put(struct tn_keyboard *keyboard, struct tn_field *field, const char *text)
{
    (void)tn_field_insert(field, text);
    if (tn_key_layout_of(keyboard)->pages[keyboard->page]->is_once) {
        keyboard->page = 0;
    }
    set_shift(keyboard, field);
    return TN_KEYED_DONE;
}

static enum tn_keyed spell(struct tn_keyboard *keyboard, char letter)
{
    size_t len = strlen(keyboard->pinyin);
    if (len >= TN_PINYIN_MAX) {
        return TN_KEYED_DONE;
    }
    keyboard->pinyin[len] = letter;
    keyboard->first_pick = 0;
    return TN_KEYED_SPELL;
}

static enum tn_keyed pick(struct tn_keyboard *keyboard, struct tn_field *field, int number)
{
    int at = keyboard->first_pick + number - 1;
    if (number < 1 || number > TN_PICKS_PAGE || at >= keyboard->pick_count) {
        return TN_KEYED_DONE;
    }
    char text[TN_PICK_SIZE];
    memcpy(text, keyboard->picks[at], sizeof text);
    drop_syllable(keyboard);
    return put(keyboard, field, text);
}

bool tn_keyboard_settle(struct tn_keyboard *keyboard, struct tn_field *field)
{
    char letters[TN_PINYIN_MAX + 1];
    if (keyboard->pinyin[0] == '\0') {
        return false;
    }
    memcpy(letters, keyboard->pinyin, sizeof letters);
    drop_syllable(keyboard);
    (void)put(keyboard, field, letters);
    return true;
}

/* A letter of ours, from the screen or from a real keyboard. */
static enum tn_keyed letter(struct tn_keyboard *keyboard, struct tn_field *field, const char *key)
{
    bool is_pinyin = tn_key_layout_of(keyboard)->has_pinyin && key[1] == '\0' && key[0] >= 'a' &&
                     key[0] <= 'z' && !keyboard->is_shifted;
    return is_pinyin ? spell(keyboard, key[0]) : put(keyboard, field, key);
}

static enum tn_keyed tap_number(struct tn_keyboard *keyboard, struct tn_field *field, int number)
{
    char key[TN_KEYCAP_SIZE];
    char capital[TN_KEYCAP_SIZE];
    const struct tn_key_layout *layout = tn_key_layout_of(keyboard);
    if (!tn_key_of(layout, number, key)) {
        return TN_KEYED_NONE;
    }
    if (keyboard->is_shifted && layout->has_case) {
        tn_key_upper(key, capital);
        return put(keyboard, field, capital);
    }
    return letter(keyboard, field, key);
}

static enum tn_keyed on_shift(struct tn_keyboard *keyboard, struct tn_field *field)
{
    (void)field;
    keyboard->is_shifted = !keyboard->is_shifted;
    return TN_KEYED_DONE;
}

/* The next page of keys, or of candidates; the last one leads to the first. */
static enum tn_keyed on_page(struct tn_keyboard *keyboard, struct tn_field *field)
{
    (void)field;
    if (keyboard->pinyin[0] != '\0') {
        keyboard->first_pick += TN_PICKS_PAGE;
        keyboard->first_pick *= keyboard->first_pick < keyboard->pick_count ? 1 : 0;
    } else {
        keyboard->page = (keyboard->page + 1) % tn_key_pages(keyboard);
    }
    return TN_KEYED_DONE;
}

/* A space picks the first candidate, as it does everywhere pinyin is typed. */
static enum tn_keyed on_space(struct tn_keyboard *keyboard, struct tn_field *field)
{
    if (keyboard->pinyin[0] == '\0') {
        return put(keyboard, field, " ");
    }
    return pick(keyboard, field, 1);
}

static enum tn_keyed on_lang(struct tn_keyboard *keyboard, struct tn_field *field)
{
    int lang = (int)keyboard->lang;
    for (int i = 1; i <= TN_LANG_COUNT; i++) {
        int next = (lang + i) % TN_LANG_COUNT;
        if ((keyboard->langs & 1u << next) != 0) {
            keyboard->lang = (enum tn_lang)next;
            break;
        }
    }
    (void)tn_keyboard_settle(keyboard, field);
    keyboard->page = 0;
    set_shift(keyboard, field);
    return TN_KEYED_DONE;
}

static enum tn_keyed on_raw(struct tn_keyboard *keyboard, struct tn_field *field)
{
    (void)tn_keyboard_settle(keyboard, field);
    return TN_KEYED_DONE;
}

/* The number behind "key-" or "pick-"; 0 where there is none. */
static int number_of(const char *control, const char *prefix)
{
    int number = 0;
    size_t len = strlen(prefix);
    if (strncmp(control, prefix, len) != 0 || control[len] == '\0') {
        return 0;
    }
    for (const char *p = control + len; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || number > TN_KEYS_MAX) {
            return 0;
        }
        number = number * 10 + (*p - '0');
    }
    return number;
}

enum tn_keyed tn_keyboard_tap(struct tn_keyboard *keyboard, struct tn_field *field,
                              const char *control)
{
    static const struct {
        const char *control;
        enum tn_keyed (*run)(struct tn_keyboard *, struct tn_field *);
    } keys[] = {
        {"key-shift", on_shift},          {"key-page", on_page},
        {"key-space", on_space},          {"key-lang", on_lang},
        {"key-erase", tn_keyboard_erase}, {"key-raw", on_raw},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(control, keys[i].control) == 0) {
            return keys[i].run(keyboard, field);
        }
    }
    if (number_of(control, "pick-") > 0) {
        return pick(keyboard, field, number_of(control, "pick-"));
    }
    return tap_number(keyboard, field, number_of(control, "key-"));
}

/* One character of typed text. While a syllable is open a digit picks its candidate. */
static enum tn_keyed type_one(struct tn_keyboard *keyboard, struct tn_field *field, const char *one)
{
    if (keyboard->pinyin[0] != '\0' && one[0] == ' ') {
        return on_space(keyboard, field);
    }
    if (keyboard->pinyin[0] != '\0' && one[0] >= '1' && one[0] <= '9') {
        return pick(keyboard, field, one[0] - '0');
    }
    return letter(keyboard, field, one);
}

enum tn_keyed tn_keyboard_type(struct tn_keyboard *keyboard, struct tn_field *field,
                               const char *text)
{
    enum tn_keyed keyed = TN_KEYED_DONE;
    if (!tn_key_layout_of(keyboard)->has_pinyin) {
        return put(keyboard, field, text);
    }
    keyboard->is_shifted = false;
    while (*text != '\0') {
        char one[TN_PICK_SIZE] = {0};
        size_t len = 1;
        while (len < sizeof one - 1 && ((unsigned char)text[len] & 0xC0) == 0x80) {
            len++;
        }
        memcpy(one, text, len);
        enum tn_keyed did = type_one(keyboard, field, one);
        keyed = did == TN_KEYED_SPELL || keyboard->pinyin[0] == '\0' ? did : keyed;
        text += len;
    }
    return keyed;
}

enum tn_keyed tn_keyboard_erase(struct tn_keyboard *keyboard, struct tn_field *field)
{
    size_t len = strlen(keyboard->pinyin);
    if (len > 1) {
        keyboard->pinyin[len - 1] = '\0';
        keyboard->first_pick = 0;
        return TN_KEYED_SPELL;
    }
    if (len == 1) {
        drop_syllable(keyboard);
        return TN_KEYED_DONE;
    }
    (void)tn_field_erase(field);
    set_shift(keyboard, field);
    return TN_KEYED_DONE;
}

void tn_keyboard_spelt(struct tn_keyboard *keyboard, const char *text)
{
    keyboard->pick_count = 0;
    keyboard->first_pick = 0;
    while (*text != '\0' && keyboard->pick_count < TN_PICKS_MAX) {
        size_t len = strcspn(text, " ");
        if (len > 0 && len < TN_PICK_SIZE) {
            char *pick_text = keyboard->picks[keyboard->pick_count++];
            memset(pick_text, 0, TN_PICK_SIZE);
            memcpy(pick_text, text, len);
        }
        text += len;
        text += strspn(text, " ");
    }
}

bool tn_keyboard_event(struct tn_keyboard *keyboard, struct tn_field *field,
                       const struct tn_event *event, struct tn_effects *effects)
{
    enum tn_keyed keyed = TN_KEYED_NONE;
    if (event->type == TN_EVENT_TAP) {
        keyed = tn_keyboard_tap(keyboard, field, event->control);
    } else if (event->type == TN_EVENT_TEXT) {
        keyed = tn_keyboard_type(keyboard, field, event->text);
    } else if (event->type == TN_EVENT_PRESS && event->press == TN_PRESS_ERASE) {
        keyed = tn_keyboard_erase(keyboard, field);
    } else if (event->type == TN_EVENT_PRESS && event->press == TN_PRESS_ENTER) {
        keyed = tn_keyboard_settle(keyboard, field) ? TN_KEYED_DONE : TN_KEYED_NONE;
    } else if (event->type == TN_EVENT_SPELT) {
        tn_keyboard_spelt(keyboard, event->text);
        return true;
    }
    if (keyed == TN_KEYED_SPELL) {
        tn_spell(effects, keyboard->pinyin);
    }
    return keyed != TN_KEYED_NONE;
}
