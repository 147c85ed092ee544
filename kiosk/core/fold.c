/* Folding. Most names are Latin, so their letters come from a table that is filled once by asking
 * ICU about each: 0.1 us a name instead of 4. Only a name with a letter beyond the tables goes
 * through ICU as a whole, because other scripts are not read letter by letter. */
#include "kiosk/core/fold.h"

#include <string.h>

#include <sodium.h>
#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "kiosk/core/fold_icu.h"
#include "kiosk/core/fold_semitic.h"

/* Latin with all its additions, modifier letters, and the block that Vietnamese needs. */
#define LATIN_END 0x0300
#define MARKS_END 0x0370
#define VIET_FIRST 0x1e00
#define VIET_END 0x1f00
#define LETTERS_SIZE 8

static char latin[LATIN_END][LETTERS_SIZE];
static char viet[VIET_END - VIET_FIRST][LETTERS_SIZE];

/* Folded text being written: one space between words, whatever parted them. */
struct writer {
    char *out;
    size_t size;
    size_t len;
    bool is_gap;
    bool is_full;
};

static void put(struct writer *writer, const char *letters, size_t len)
{
    size_t gap = writer->is_gap && writer->len > 0 ? 1 : 0;
    if (writer->is_full || writer->len + gap + len + 1 > writer->size) {
        writer->is_full = true;
        return;
    }
    if (gap == 1) {
        writer->out[writer->len++] = ' ';
    }
    memcpy(writer->out + writer->len, letters, len);
    writer->len += len;
    writer->is_gap = false;
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* Puts letters of a table, in which anything but a letter or a digit parts words. */
static void put_letters(struct writer *writer, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        if (is_plain(*letters)) {
            put(writer, letters, 1);
        } else {
            writer->is_gap = true;
        }
    }
}

/* Puts one code point that ICU gave. A letter it could not turn into Latin stays. */
static void put_code(struct writer *writer, UChar32 code)
{
    char bytes[U8_MAX_LENGTH];
    int32_t len = 0;
    if (!u_isalnum(code)) {
        writer->is_gap = true;
        return;
    }
    U8_APPEND_UNSAFE(bytes, len, code);
    put(writer, bytes, (size_t)len);
}

/* What ICU makes of one Latin code point. A modifier letter may be an apostrophe. */
static enum tn_status fill_one(UChar32 code, char out[LETTERS_SIZE])
{
    struct tn_fold_text text = {.len = 0};
    struct writer writer = {.out = out, .size = LETTERS_SIZE};
    U16_APPEND_UNSAFE(text.units, text.len, code);
    enum tn_status status = tn_fold_icu_run(TN_ROUTE_LATIN, &text);
    for (int32_t i = 0; status == TN_OK && i < text.len; i++) {
        char c = (char)(text.units[i] < 0x80 ? text.units[i] : ' ');
        put(&writer, &c, 1);
    }
    bool is_apostrophe = code >= 0x02b9 && code <= 0x02bf;
    if (is_apostrophe) {
        out[0] = ' ';
        writer.len = 1;
    }
    out[writer.len] = '\0';
    return status;
}

enum tn_status tn_fold_init(void)
{
    static bool is_ready;
    enum tn_status status = is_ready ? TN_OK : tn_fold_icu_init();
    if (is_ready || status != TN_OK) {
        return status;
    }
    for (UChar32 code = 1; code < LATIN_END && status == TN_OK; code++) {
        status = fill_one(code, latin[code]);
    }
    for (UChar32 code = VIET_FIRST; code < VIET_END && status == TN_OK; code++) {
        status = fill_one(code, viet[code - VIET_FIRST]);
    }
    is_ready = status == TN_OK;
    return status;
}

/* The letters of a code point that the tables know; NULL where ICU has to look at the name. */
static const char *letters_of(UChar32 code, bool is_first)
{
    if (code < 0) {
        return " ";
    }
    if (code < LATIN_END) {
        return latin[code];
    }
    if (code < MARKS_END || (code >= 0x200b && code <= 0x200f)) {
        return "";
    }
    if (code >= VIET_FIRST && code < VIET_END) {
        return viet[code - VIET_FIRST];
    }
    if (code >= 0x2000 && code < 0x2070) {
        bool is_unseen = (code >= 0x202a && code <= 0x202e) || code >= 0x2060;
        return is_unseen ? "" : " ";
    }
    return tn_fold_semitic(code, is_first);
}

/* Reads a code point and steps over it; -1 for a byte that is not of UTF-8. */
static UChar32 next_code(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    int more = at[0] < 0x80 ? 0 : at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : 1;
    UChar32 code = more == 0 ? at[0] : at[0] & (0x3f >> more);
    for (int i = 1; i <= more; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            *text += 1;
            return -1;
        }
        code = code << 6 | (at[i] & 0x3f);
    }
    *text += more + 1;
    bool is_lone = more > 0 && at[0] < 0xc2;
    return is_lone || code > 0x10ffff || U_IS_SURROGATE(code) ? -1 : code;
}

static bool fold_by_tables(const char *text, struct writer *writer)
{
    while (*text != '\0') {
        UChar32 code = next_code(&text);
        const char *letters = letters_of(code, writer->is_gap || writer->len == 0);
        if (letters == NULL) {
            return false;
        }
        put_letters(writer, letters);
    }
    return true;
}

static bool is_hangul(UChar32 code)
{
    return code >= 0xac00 && code <= 0xd7a3;
}

/* Lays out a name for ICU: Arabic and Hebrew already as the table has them, each Korean syllable a
 * word of its own, as each Chinese character becomes one. */
static enum tn_status lay_out(const char *text, struct tn_fold_text *out)
{
    bool is_first = true;
    out->len = 0;
    while (*text != '\0') {
        UChar32 code = next_code(&text);
        const char *letters = code < 0 ? " " : tn_fold_semitic(code, is_first);
        if (out->len > TN_FOLD_UNITS - 8) {
            return TN_ERR_LIMIT;
        }
        for (const char *c = letters; c != NULL && *c != '\0'; c++) {
            out->units[out->len++] = (UChar)*c;
        }
        if (letters == NULL) {
            U16_APPEND_UNSAFE(out->units, out->len, code);
        }
        if (is_hangul(code)) {
            out->units[out->len++] = ' ';
        }
        is_first = out->len == 0 || out->units[out->len - 1] == ' ';
    }
    return TN_OK;
}

static bool has_han(const struct tn_fold_text *text)
{
    for (int32_t at = 0; at < text->len;) {
        UChar32 code = 0;
        U16_NEXT(text->units, at, text->len, code);
        if (u_hasBinaryProperty(code, UCHAR_UNIFIED_IDEOGRAPH)) {
            return true;
        }
    }
    return false;
}

static enum tn_status fold_by_icu(const char *name, struct writer *writer)
{
    struct tn_fold_text text;
    enum tn_status status = lay_out(name, &text);
    if (status == TN_OK) {
        status = tn_fold_icu_run(has_han(&text) ? TN_ROUTE_HAN : TN_ROUTE_OTHER, &text);
    }
    for (int32_t at = 0; status == TN_OK && at < text.len;) {
        UChar32 code = 0;
        U16_NEXT(text.units, at, text.len, code);
        put_code(writer, code);
    }
    sodium_memzero(&text, sizeof text);
    return status;
}

enum tn_status tn_fold(const char *text, char *out, size_t out_size)
{
    struct writer writer = {.out = out, .size = out_size};
    out[0] = '\0';
    enum tn_status status = tn_fold_init();
    if (status != TN_OK) {
        return status;
    }
    if (!fold_by_tables(text, &writer)) {
        sodium_memzero(out, writer.len);
        writer = (struct writer){.out = out, .size = out_size};
        status = fold_by_icu(text, &writer);
    }
    out[status == TN_ERR_NO_MEMORY ? 0 : writer.len] = '\0';
    return status == TN_OK && writer.is_full ? TN_ERR_LIMIT : status;
}

bool tn_fold_is_vowelless(const char *text)
{
    while (*text != '\0') {
        UChar32 code = next_code(&text);
        if (code >= TN_SEMITIC_FIRST && code <= TN_SEMITIC_LAST) {
            return true;
        }
    }
    return false;
}

enum tn_status tn_fold_sort_key(const char *text, char *out, size_t out_size)
{
    struct tn_fold_text units;
    units.len = 0;
    out[0] = '\0';
    enum tn_status status = tn_fold_init();
    while (*text != '\0' && units.len < TN_FOLD_UNITS - 2) {
        UChar32 code = next_code(&text);
        U16_APPEND_UNSAFE(units.units, units.len, code < 0 ? 0xfffd : code);
    }
    if (status == TN_OK) {
        status = tn_fold_icu_sort_key(&units, out, out_size);
    }
    sodium_memzero(&units, sizeof units);
    return status;
}
