/* The scripts that need a font of their own: what Debian's Noto fonts cover and learners' names are
 * written in. What is not here is drawn as Latin is, by whatever font has it. A scale below 1 is
 * for fonts whose letters, marks and all, are larger on their em than Andika's: side by side both
 * look of one size, and a line of either goes into a line's height. */
#include <stddef.h>

#include "kiosk/sys/font.h"

/* Punctuation that several scripts share goes to the first of them here. */
static const struct tn_script scripts[] = {
    {USCRIPT_ARMENIAN, "Noto Sans Armenian", 1.0f},
    {USCRIPT_HEBREW, "Noto Sans Hebrew", 1.0f},
    {USCRIPT_ARABIC, "Noto Sans Arabic", 0.95f},
    {USCRIPT_SYRIAC, "Noto Sans Syriac", 0.95f},
    {USCRIPT_THAANA, "Noto Sans Thaana", 0.95f},
    {USCRIPT_NKO, "Noto Sans NKo", 0.95f},
    {USCRIPT_DEVANAGARI, "Noto Sans Devanagari", 0.95f},
    {USCRIPT_BENGALI, "Noto Sans Bengali", 0.95f},
    {USCRIPT_GURMUKHI, "Noto Sans Gurmukhi", 0.95f},
    {USCRIPT_GUJARATI, "Noto Sans Gujarati", 0.95f},
    {USCRIPT_ORIYA, "Noto Sans Oriya", 0.9f},
    {USCRIPT_TAMIL, "Noto Sans Tamil", 0.9f},
    {USCRIPT_TELUGU, "Noto Sans Telugu", 0.9f},
    {USCRIPT_KANNADA, "Noto Sans Kannada", 0.9f},
    {USCRIPT_MALAYALAM, "Noto Sans Malayalam", 0.9f},
    {USCRIPT_SINHALA, "Noto Sans Sinhala", 0.9f},
    {USCRIPT_THAI, "Noto Sans Thai", 0.95f},
    {USCRIPT_LAO, "Noto Sans Lao", 0.95f},
    {USCRIPT_TIBETAN, "Noto Serif Tibetan", 0.9f},
    {USCRIPT_MYANMAR, "Noto Sans Myanmar", 0.9f},
    {USCRIPT_GEORGIAN, "Noto Sans Georgian", 1.0f},
    {USCRIPT_ETHIOPIC, "Noto Sans Ethiopic", 0.95f},
    {USCRIPT_CHEROKEE, "Noto Sans Cherokee", 1.0f},
    {USCRIPT_KHMER, "Noto Sans Khmer", 0.9f},
    {USCRIPT_MONGOLIAN, "Noto Sans Mongolian", 0.95f},
    {USCRIPT_HAN, "Noto Sans CJK SC", 0.95f},
    {USCRIPT_HIRAGANA, "Noto Sans CJK JP", 0.95f},
    {USCRIPT_KATAKANA, "Noto Sans CJK JP", 0.95f},
    {USCRIPT_HANGUL, "Noto Sans CJK KR", 0.95f},
    {USCRIPT_BOPOMOFO, "Noto Sans CJK TC", 0.95f},
};

const struct tn_script *tn_script_of(uint32_t character)
{
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (uscript_hasScript((UChar32)character, scripts[i].code)) {
            return &scripts[i];
        }
    }
    return NULL;
}
