/* The page between our UTF-8 and ICU's UTF-16. ICU's failures are only those of memory: a line then
 * counts as running from left to right with no place to break, which still shows it. Where ICU 72's
 * letters end is mended in one place: a virama and a joiner hold on to the letter behind them, as
 * readers of Indic scripts and later editions of Unicode have it. */
#include "kiosk/sys/unicode.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/ubidi.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>

#include "turnout/log.h"

#define VIRAMA_CLASS 9 /* Canonical_Combining_Class of every virama */
#define ZERO_WIDTH_JOINER 0x200D

struct tn_unicode {
    UBiDi *bidi;
    UBreakIterator *lines;
    UBreakIterator *clusters;
};

/* A text as ICU wants it, and where each of its units came from. */
struct utf16 {
    UChar unit[2 * TN_UNICODE_TEXT_MAX];
    uint16_t from[2 * TN_UNICODE_TEXT_MAX + 1];
    int32_t count;
};

enum tn_status tn_unicode_create(struct tn_unicode **out)
{
    UErrorCode error = U_ZERO_ERROR;
    struct tn_unicode *unicode = calloc(1, sizeof *unicode);
    *out = NULL;
    if (unicode == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    unicode->bidi = ubidi_openSized(2 * TN_UNICODE_TEXT_MAX, 0, &error);
    unicode->lines = ubrk_open(UBRK_LINE, "", NULL, 0, &error);
    unicode->clusters = ubrk_open(UBRK_CHARACTER, "", NULL, 0, &error);
    if (U_FAILURE(error)) {
        tn_log(TN_LOG_ERROR, "text cannot be laid out: ICU says %s", u_errorName(error));
        tn_unicode_free(unicode);
        return TN_ERR_STATE;
    }
    *out = unicode;
    return TN_OK;
}

void tn_unicode_free(struct tn_unicode *unicode)
{
    if (unicode == NULL) {
        return;
    }
    if (unicode->bidi != NULL) {
        ubidi_close(unicode->bidi);
    }
    if (unicode->lines != NULL) {
        ubrk_close(unicode->lines);
    }
    if (unicode->clusters != NULL) {
        ubrk_close(unicode->clusters);
    }
    free(unicode);
}

size_t tn_utf8_read(const char *at, size_t len, uint32_t *out)
{
    const unsigned char *p = (const unsigned char *)at;
    size_t need = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (need == 1) {
        *out = p[0];
        return 1;
    }
    *out = 0xFFFD;
    if (p[0] < 0xC2 || p[0] > 0xF4 || need > len) {
        return 1;
    }
    uint32_t value = p[0] & (0xFFu >> (need + 1));
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 1;
        }
        value = (value << 6) | (p[i] & 0x3Fu);
    }
    /* Halves of pairs and what lies beyond Unicode would be characters to nobody else. */
    if ((value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) {
        return 1;
    }
    *out = value;
    return need;
}

static void push(struct utf16 *text, uint32_t character, size_t from)
{
    int32_t was = text->count;
    UBool is_full = 0;
    U16_APPEND(text->unit, text->count, 2 * TN_UNICODE_TEXT_MAX, character, is_full);
    for (int32_t i = was; i < text->count && !is_full; i++) {
        text->from[i] = (uint16_t)from;
    }
}

static void to_utf16(const char *text, size_t len, struct utf16 *out)
{
    out->count = 0;
    for (size_t at = 0; at < len;) {
        uint32_t character;
        size_t step = tn_utf8_read(text + at, len - at, &character);
        push(out, character, at);
        at += step;
    }
    out->from[out->count] = (uint16_t)len;
}

/* Tells whether the letter before this unit reaches over to the next. */
static bool holds_on(const struct utf16 *text, int32_t at)
{
    UChar32 before;
    U16_GET(text->unit, 0, at - 1, text->count, before);
    return before == ZERO_WIDTH_JOINER || u_getCombiningClass(before) == VIRAMA_CLASS;
}

void tn_unicode_breaks(struct tn_unicode *unicode, const char *text, size_t len,
                       uint8_t breaks[TN_UNICODE_TEXT_MAX + 1])
{
    struct utf16 units;
    UErrorCode error = U_ZERO_ERROR;
    size_t taken = len < TN_UNICODE_TEXT_MAX ? len : TN_UNICODE_TEXT_MAX;
    to_utf16(text, taken, &units);
    memset(breaks, TN_BREAK_NONE, taken + 1);
    ubrk_setText(unicode->clusters, units.unit, units.count, &error);
    ubrk_setText(unicode->lines, units.unit, units.count, &error);
    if (U_SUCCESS(error)) {
        for (int32_t at; (at = ubrk_next(unicode->clusters)) != UBRK_DONE;) {
            bool is_within = at < units.count && holds_on(&units, at);
            breaks[units.from[at]] = is_within ? TN_BREAK_NONE : TN_BREAK_CLUSTER;
        }
        for (int32_t at; (at = ubrk_next(unicode->lines)) != UBRK_DONE;) {
            uint8_t *here = &breaks[units.from[at]];
            bool is_hard = ubrk_getRuleStatus(unicode->lines) >= UBRK_LINE_HARD;
            *here =
                *here == TN_BREAK_NONE ? TN_BREAK_NONE : (is_hard ? TN_BREAK_MUST : TN_BREAK_LINE);
        }
    }
    breaks[0] = TN_BREAK_LINE;
    breaks[taken] = TN_BREAK_LINE;
}

void tn_unicode_levels(struct tn_unicode *unicode, const uint32_t *characters, size_t count,
                       bool is_rtl, uint8_t *levels)
{
    struct utf16 units;
    UErrorCode error = U_ZERO_ERROR;
    size_t taken = count < TN_UNICODE_TEXT_MAX ? count : TN_UNICODE_TEXT_MAX;
    units.count = 0;
    memset(levels, is_rtl ? 1 : 0, count);
    for (size_t i = 0; i < taken; i++) {
        push(&units, characters[i], i);
    }
    ubidi_setPara(unicode->bidi, units.unit, units.count, is_rtl ? UBIDI_RTL : UBIDI_LTR, NULL,
                  &error);
    const UBiDiLevel *found = units.count > 0 ? ubidi_getLevels(unicode->bidi, &error) : NULL;
    if (U_FAILURE(error) || found == NULL) {
        return;
    }
    for (int32_t i = 0; i < units.count; i++) {
        levels[units.from[i]] = found[i];
    }
}

void tn_unicode_order(const uint8_t *levels, size_t count, int *order)
{
    ubidi_reorderVisual(levels, (int32_t)count, order);
}

bool tn_unicode_is_rtl(const char *text, bool is_around_rtl)
{
    int words[2] = {0, 0}; /* by direction */
    bool begins_rtl = false;
    bool is_counted = false; /* the word at hand */
    size_t len = strlen(text);
    for (size_t at = 0; at < len;) {
        uint32_t character;
        at += tn_utf8_read(text + at, len - at, &character);
        UCharDirection is = u_charDirection((UChar32)character);
        bool is_right = is == U_RIGHT_TO_LEFT || is == U_RIGHT_TO_LEFT_ARABIC;
        if (is == U_WHITE_SPACE_NEUTRAL) {
            is_counted = false;
        } else if (!is_counted && (is_right || is == U_LEFT_TO_RIGHT)) {
            begins_rtl = words[0] + words[1] == 0 ? is_right : begins_rtl;
            words[is_right ? 1 : 0]++;
            is_counted = true;
        }
    }
    if (is_around_rtl) {
        return words[1] > 0 || words[0] == 0;
    }
    return begins_rtl && words[1] >= words[0];
}
