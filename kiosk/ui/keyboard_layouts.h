/* The keyboards as data, for keyboard.c and keyboard_draw.c alone. A row is a line of keys with
 * single spaces between them; a key is what it types, or one of the bytes below. */
#ifndef TURNOUT_UI_KEYBOARD_LAYOUTS_H
#define TURNOUT_UI_KEYBOARD_LAYOUTS_H

#include <stddef.h>

#include "kiosk/ui/keyboard_state.h"

#define TN_KEY_SHIFT '\1'
#define TN_KEY_ERASE '\2'
#define TN_KEY_SPACE '\3'
#define TN_KEY_PAGE '\4'
#define TN_KEY_LANG '\5'
#define TN_KEY_NONE '\6' /* room that is left free */

#define TN_KEY_ROWS_MAX 6
#define TN_KEY_PAGES_MAX 4
#define TN_KEYCAP_SIZE 16 /* bytes of what one key types, and a NUL */
#define TN_KEYS_MAX 160

/* The same keys for screens of different shape, the best first. */
enum tn_key_shape {
    TN_KEYS_WIDE,  /* as on a desk: four rows, of up to fourteen keys */
    TN_KEYS_TALL,  /* nine keys a row, and more rows */
    TN_KEYS_SMALL, /* four rows of ten */
    TN_KEYS_SHAPES
};

struct tn_key_page {
    const char *label; /* on the key that leads here */
    const char *small; /* the same in the small shape, where that holds others; or NULL */
    bool is_once;      /* after one key the letters are back */
    const char *rows[TN_KEYS_SHAPES][TN_KEY_ROWS_MAX];
};

struct tn_key_layout {
    bool has_case;
    bool has_pinyin;
    size_t count; /* the last page is that of digits and signs */
    const struct tn_key_page *pages[TN_KEY_PAGES_MAX];
};

/* The layout a keyboard shows now. */
const struct tn_key_layout *tn_key_layout_of(const struct tn_keyboard *keyboard);

/* Pages it can be on. */
int tn_key_pages(const struct tn_keyboard *keyboard);

/* Reads the next key of a row; NULL at its end, else where to go on. */
const char *tn_key_next(const char *row, char key[TN_KEYCAP_SIZE]);

/* The number of a key ("key-7" is 7), from 1: where it first stands in the layout's wide rows,
 * page by page; so a key is called the same in every shape. 0: it is not there. */
int tn_key_number(const struct tn_key_layout *layout, const char *key);

/* What the key of a number types; false where there is none. */
bool tn_key_of(const struct tn_key_layout *layout, int number, char key[TN_KEYCAP_SIZE]);

/* The capital of a key, or the key itself where it has none. */
void tn_key_upper(const char *key, char out[TN_KEYCAP_SIZE]);

#endif
