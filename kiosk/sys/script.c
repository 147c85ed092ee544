/* The scripts that need a font or a shaping of their own, by ranges of Unicode. A table of what
 * Debian's Noto fonts cover and learners' names are written in; what is not here is drawn as Latin
 * is, by whatever font has it. */
#include <stddef.h>

#include "kiosk/sys/font.h"

static const struct tn_script scripts[] = {
    {0x0530, 0x058F, "Armn", "Noto Sans Armenian"},
    {0x0590, 0x05FF, "Hebr", "Noto Sans Hebrew"},
    {0x0600, 0x06FF, "Arab", "Noto Sans Arabic"},
    {0x0700, 0x074F, "Syrc", "Noto Sans Syriac"},
    {0x0750, 0x077F, "Arab", "Noto Sans Arabic"},
    {0x0780, 0x07BF, "Thaa", "Noto Sans Thaana"},
    {0x07C0, 0x07FF, "Nkoo", "Noto Sans NKo"},
    {0x08A0, 0x08FF, "Arab", "Noto Sans Arabic"},
    {0x0900, 0x097F, "Deva", "Noto Sans Devanagari"},
    {0x0980, 0x09FF, "Beng", "Noto Sans Bengali"},
    {0x0A00, 0x0A7F, "Guru", "Noto Sans Gurmukhi"},
    {0x0A80, 0x0AFF, "Gujr", "Noto Sans Gujarati"},
    {0x0B00, 0x0B7F, "Orya", "Noto Sans Oriya"},
    {0x0B80, 0x0BFF, "Taml", "Noto Sans Tamil"},
    {0x0C00, 0x0C7F, "Telu", "Noto Sans Telugu"},
    {0x0C80, 0x0CFF, "Knda", "Noto Sans Kannada"},
    {0x0D00, 0x0D7F, "Mlym", "Noto Sans Malayalam"},
    {0x0D80, 0x0DFF, "Sinh", "Noto Sans Sinhala"},
    {0x0E00, 0x0E7F, "Thai", "Noto Sans Thai"},
    {0x0E80, 0x0EFF, "Laoo", "Noto Sans Lao"},
    {0x0F00, 0x0FFF, "Tibt", "Noto Serif Tibetan"},
    {0x1000, 0x109F, "Mymr", "Noto Sans Myanmar"},
    {0x10A0, 0x10FF, "Geor", "Noto Sans Georgian"},
    {0x1100, 0x11FF, "Hang", "Noto Sans CJK KR"},
    {0x1200, 0x139F, "Ethi", "Noto Sans Ethiopic"},
    {0x13A0, 0x13FF, "Cher", "Noto Sans Cherokee"},
    {0x1780, 0x17FF, "Khmr", "Noto Sans Khmer"},
    {0x1800, 0x18AF, "Mong", "Noto Sans Mongolian"},
    {0x3040, 0x309F, "Hira", "Noto Sans CJK JP"},
    {0x30A0, 0x30FF, "Kana", "Noto Sans CJK JP"},
    {0x2E80, 0x9FFF, "Hani", "Noto Sans CJK SC"},
    {0xAC00, 0xD7AF, "Hang", "Noto Sans CJK KR"},
    {0xF900, 0xFAFF, "Hani", "Noto Sans CJK SC"},
    {0xFB1D, 0xFB4F, "Hebr", "Noto Sans Hebrew"},
    {0xFB50, 0xFDFF, "Arab", "Noto Sans Arabic"},
    {0xFE70, 0xFEFE, "Arab", "Noto Sans Arabic"},
    {0x20000, 0x3FFFF, "Hani", "Noto Sans CJK SC"},
};

const struct tn_script *tn_script_of(uint32_t character)
{
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        if (character >= scripts[i].first && character <= scripts[i].last) {
            return &scripts[i];
        }
    }
    return NULL;
}
