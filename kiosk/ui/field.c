/* A field's text: bytes of UTF-8 that are only ever added and taken away as whole characters. */
#include "kiosk/ui/field.h"

#include <string.h>

size_t tn_field_chars(const struct tn_field *field)
{
    size_t chars = 0;
    for (size_t i = 0; i < field->len; i++) {
        chars += ((unsigned char)field->text[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    return chars;
}

/* Bytes of the character that begins here; 0 where it is not whole. */
static size_t char_len(const char *at)
{
    unsigned char lead = (unsigned char)*at;
    size_t len = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 0;
    for (size_t i = 1; i < len; i++) {
        if (((unsigned char)at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return len;
}

static bool is_taken(enum tn_field_kind kind, const char *at)
{
    unsigned char c = (unsigned char)*at;
    if (c >= 0x80) {
        return kind != TN_FIELD_DIGITS;
    }
    if (kind == TN_FIELD_DIGITS) {
        return c >= '0' && c <= '9';
    }
    if (kind == TN_FIELD_TEXT) {
        return c >= ' ' && c != 0x7F;
    }
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != 0 && strchr(" '-.", c) != NULL);
}

bool tn_field_insert(struct tn_field *field, const char *text)
{
    bool has_changed = false;
    while (*text != '\0') {
        size_t len = char_len(text);
        if (len == 0) {
            text++;
            continue;
        }
        if (is_taken(field->kind, text) && field->len + len <= TN_FIELD_MAX &&
            tn_field_chars(field) < field->chars_max) {
            memcpy(field->text + field->len, text, len);
            field->len += len;
            field->text[field->len] = '\0';
            has_changed = true;
        }
        text += len;
    }
    return has_changed;
}

bool tn_field_erase(struct tn_field *field)
{
    if (field->len == 0) {
        return false;
    }
    do {
        field->len--;
    } while (field->len > 0 && ((unsigned char)field->text[field->len] & 0xC0) == 0x80);
    memset(field->text + field->len, 0, sizeof field->text - field->len);
    return true;
}

void tn_field_clear(struct tn_field *field)
{
    memset(field->text, 0, sizeof field->text);
    field->len = 0;
}
