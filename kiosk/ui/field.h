/* A field that is typed into: on-screen keys, a physical keyboard and a flow's `type` all end
 * here. Plain data inside the model; wiped with the form it belongs to. */
#ifndef TURNOUT_UI_FIELD_H
#define TURNOUT_UI_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#define TN_FIELD_MAX 96 /* bytes of UTF-8; what any of our forms takes */

enum tn_field_kind {
    TN_FIELD_NAME,   /* letters of any script, spaces, ' - . ; never digits, so that a scan that is
                        typed by a scanner leaves no trace */
    TN_FIELD_TEXT,   /* anything but control characters */
    TN_FIELD_DIGITS, /* 0 to 9 */
};

struct tn_field {
    enum tn_field_kind kind;
    size_t len;       /* bytes */
    size_t chars_max; /* characters */
    char text[TN_FIELD_MAX + 1];
};

/* Adds what of the UTF-8 text the field takes and has room for; what is no UTF-8 is left out, and
 * so is a space before everything or after another one. A tone mark of Vietnamese (U+0300, 0301,
 * 0303, 0309, 0323) composes with the vowel before it, also across a consonant or two, in place of
 * another tone; twice the same is none, and one without a vowel is left out. Tells whether the
 * field changed. */
bool tn_field_insert(struct tn_field *field, const char *text);

/* Takes the last character away, whole. */
bool tn_field_erase(struct tn_field *field);

void tn_field_clear(struct tn_field *field);

/* Characters in the field. */
size_t tn_field_chars(const struct tn_field *field);

#endif
