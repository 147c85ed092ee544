/* What the on-screen keyboard remembers; keyboard.h says what it does. */
#ifndef TURNOUT_UI_KEYBOARD_STATE_H
#define TURNOUT_UI_KEYBOARD_STATE_H

#include "kiosk/ui/field.h"
#include "kiosk/ui/lang.h"

#define TN_PINYIN_MAX 7  /* the longest syllable has six letters */
#define TN_PICKS_MAX 128 /* candidates kept: "yi" has the most, some 120 */
#define TN_PICKS_PAGE 6  /* and shown at a time */
#define TN_PICK_SIZE 5   /* one character of UTF-8 and a NUL */

struct tn_keyboard {
    enum tn_lang lang; /* whose layout; "key-lang" goes on to the next one */
    unsigned langs;    /* one bit a language that "key-lang" may go to */
    bool is_digits;    /* a number pad */
    bool has_signs;    /* digits and signs have a page, too */
    int page;          /* 0: letters */
    bool is_shifted;   /* the next letter is a capital; set by itself at a word's beginning */
    char pinyin[TN_PINYIN_MAX + 1];
    int first_pick;
    int pick_count;
    char picks[TN_PICKS_MAX][TN_PICK_SIZE];
};

#endif
