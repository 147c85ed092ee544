/* A field's text: bytes of UTF-8 that are only ever added and taken away as whole characters. What
 * a field refuses is decided by code points in a few ranges, not by Unicode's property tables: a
 * name may hold what is not a letter in some script we never met, but no digit, no sign that
 * turns the text round, and no picture. Vietnamese tones compose by a table of their twelve
 * vowels. */
#include "kiosk/ui/field.h"

#include <stdint.h>
#include <string.h>

#define TONES 5
#define VOWELS 24
/* Consonants a tone may be typed after: "Nguyen" and then its tone. */
#define TONE_REACH 2
#define POINT_MAX 0x10FFFFu

struct range {
    uint32_t from, to;
};

/* Controls, and marks that change the direction of what follows: in no field. */
static const struct range never[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x200E, 0x200F}, {0x2028, 0x202E},   {0x2066, 0x2069},
    {0xD800, 0xDFFF}, {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFF}, {0xE0000, 0xE0FFF},
};

/* Digits, signs and pictures: in no name. What is left in between are the space, the hyphens, the
 * apostrophes, the full stop, the middle dot and the joiners of Indic and Persian names. */
static const struct range no_name[] = {
    {0x0021, 0x0026}, {0x0028, 0x002C}, {0x002F, 0x0040}, {0x005B, 0x0060},   {0x007B, 0x00A9},
    {0x00AB, 0x00B6}, {0x00B8, 0x00B9}, {0x00BB, 0x00BF}, {0x00D7, 0x00D7},   {0x00F7, 0x00F7},
    {0x0600, 0x060F}, {0x0660, 0x066D}, {0x06F0, 0x06F9}, {0x0966, 0x096F},   {0x2000, 0x200B},
    {0x2012, 0x2018}, {0x201A, 0x2BFF}, {0x3000, 0x3004}, {0x3008, 0x3030},   {0xE000, 0xF8FF},
    {0xFE00, 0xFE0F}, {0xFF00, 0xFF20}, {0xFF3B, 0xFF40}, {0x1F000, 0x1FFFF}, {0xF0000, POINT_MAX},
};

/* grave, acute, hook above, tilde, dot below */
static const char *const tones[TONES] = {"\xCC\x80", "\xCC\x81", "\xCC\x89", "\xCC\x83",
                                         "\xCC\xA3"};

/* Every vowel of Vietnamese, and with each of the tones. */
static const char *const toned[VOWELS][1 + TONES] = {
    {"a", "à", "á", "ả", "ã", "ạ"}, {"ă", "ằ", "ắ", "ẳ", "ẵ", "ặ"}, {"â", "ầ", "ấ", "ẩ", "ẫ", "ậ"},
    {"e", "è", "é", "ẻ", "ẽ", "ẹ"}, {"ê", "ề", "ế", "ể", "ễ", "ệ"}, {"i", "ì", "í", "ỉ", "ĩ", "ị"},
    {"o", "ò", "ó", "ỏ", "õ", "ọ"}, {"ô", "ồ", "ố", "ổ", "ỗ", "ộ"}, {"ơ", "ờ", "ớ", "ở", "ỡ", "ợ"},
    {"u", "ù", "ú", "ủ", "ũ", "ụ"}, {"ư", "ừ", "ứ", "ử", "ữ", "ự"}, {"y", "ỳ", "ý", "ỷ", "ỹ", "ỵ"},
    {"A", "À", "Á", "Ả", "Ã", "Ạ"}, {"Ă", "Ằ", "Ắ", "Ẳ", "Ẵ", "Ặ"}, {"Â", "Ầ", "Ấ", "Ẩ", "Ẫ", "Ậ"},
    {"E", "È", "É", "Ẻ", "Ẽ", "Ẹ"}, {"Ê", "Ề", "Ế", "Ể", "Ễ", "Ệ"}, {"I", "Ì", "Í", "Ỉ", "Ĩ", "Ị"},
    {"O", "Ò", "Ó", "Ỏ", "Õ", "Ọ"}, {"Ô", "Ồ", "Ố", "Ổ", "Ỗ", "Ộ"}, {"Ơ", "Ờ", "Ớ", "Ở", "Ỡ", "Ợ"},
    {"U", "Ù", "Ú", "Ủ", "Ũ", "Ụ"}, {"Ư", "Ừ", "Ứ", "Ử", "Ữ", "Ự"}, {"Y", "Ỳ", "Ý", "Ỷ", "Ỹ", "Ỵ"},
};

static bool is_lead(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

size_t tn_field_chars(const struct tn_field *field)
{
    size_t chars = 0;
    for (size_t i = 0; i < field->len; i++) {
        chars += is_lead(field->text[i]) ? 1 : 0;
    }
    return chars;
}

/* The code point that begins here and its bytes; 0 bytes where it is not whole, or longer than it
 * need be. */
static size_t decode(const char *at, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char lead = (unsigned char)*at;
    size_t len = lead < 0x80    ? 1
                 : lead >= 0xF8 ? 0
                 : lead >= 0xF0 ? 4
                 : lead >= 0xE0 ? 3
                 : lead >= 0xC0 ? 2
                                : 0;
    *point = len == 1 ? lead : lead & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        if (is_lead(at[i])) {
            return 0;
        }
        *point = *point << 6 | ((unsigned char)at[i] & 0x3Fu);
    }
    return len == 0 || *point < least[len] || *point > POINT_MAX ? 0 : len;
}

static bool is_in(uint32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].from && point <= ranges[i].to) {
            return true;
        }
    }
    return false;
}

static bool is_taken(enum tn_field_kind kind, uint32_t point)
{
    if (is_in(point, never, sizeof never / sizeof never[0])) {
        return false;
    }
    if (kind == TN_FIELD_DIGITS) {
        return point >= '0' && point <= '9';
    }
    return kind == TN_FIELD_TEXT || !is_in(point, no_name, sizeof no_name / sizeof no_name[0]);
}

/* Which of the tones begins here, from 1; 0: none. */
static int tone_of(const char *at)
{
    for (int i = 0; i < TONES; i++) {
        if (strncmp(at, tones[i], strlen(tones[i])) == 0) {
            return i + 1;
        }
    }
    return 0;
}

/* Puts a tone on the vowel of len bytes at `at`, in another's place; the same one a second time
 * takes it away. False where no vowel is there. */
static bool put_tone(struct tn_field *field, size_t at, size_t len, int tone)
{
    for (size_t i = 0; i < (size_t)VOWELS * (1 + TONES); i++) {
        const char *old = toned[i / (1 + TONES)][i % (1 + TONES)];
        if (strlen(old) != len || memcmp(field->text + at, old, len) != 0) {
            continue;
        }
        int had = (int)(i % (1 + TONES));
        const char *now = toned[i / (1 + TONES)][had == tone ? 0 : tone];
        size_t now_len = strlen(now);
        if (field->len - len + now_len > TN_FIELD_MAX) {
            return false;
        }
        memmove(field->text + at + now_len, field->text + at + len, field->len - at - len + 1);
        memcpy(field->text + at, now, now_len);
        field->len = field->len - len + now_len;
        return true;
    }
    return false;
}

/* Looks for the vowel a tone belongs to: the last character, or before a consonant or two. */
static bool compose(struct tn_field *field, int tone)
{
    size_t end = field->len;
    for (int i = 0; i <= TONE_REACH && end > 0; i++) {
        size_t at = end - 1;
        while (at > 0 && !is_lead(field->text[at])) {
            at--;
        }
        if (put_tone(field, at, end - at, tone)) {
            return true;
        }
        if (field->text[at] == ' ') {
            return false;
        }
        end = at;
    }
    return false;
}

static bool append(struct tn_field *field, const char *at, size_t len)
{
    if (field->len + len > TN_FIELD_MAX || tn_field_chars(field) >= field->chars_max) {
        return false;
    }
    memcpy(field->text + field->len, at, len);
    field->len += len;
    field->text[field->len] = '\0';
    return true;
}

/* A space that nobody can see: before everything, or after another one. */
static bool is_idle_space(const struct tn_field *field, uint32_t point)
{
    return point == ' ' && (field->len == 0 || field->text[field->len - 1] == ' ');
}

bool tn_field_insert(struct tn_field *field, const char *text)
{
    bool has_changed = false;
    while (*text != '\0') {
        uint32_t point = 0;
        size_t len = decode(text, &point);
        int tone = len == 2 && field->kind != TN_FIELD_DIGITS ? tone_of(text) : 0;
        if (len == 0) {
            text++;
            continue;
        }
        if (tone != 0 && compose(field, tone)) {
            has_changed = true;
        } else if (tone == 0 && is_taken(field->kind, point) && !is_idle_space(field, point)) {
            has_changed = append(field, text, len) || has_changed;
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
    } while (field->len > 0 && !is_lead(field->text[field->len]));
    memset(field->text + field->len, 0, sizeof field->text - field->len);
    return true;
}

void tn_field_clear(struct tn_field *field)
{
    memset(field->text, 0, sizeof field->text);
    field->len = 0;
}
