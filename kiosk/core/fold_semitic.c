/* The table of Arabic, Persian, Urdu and Hebrew letters. A letter that serves as consonant and
 * vowel (waw, ya, vav, yod) is the consonant at the beginning of a word and the vowel later, which
 * is right for most names; what it gets wrong, the skeleton (skeleton.h) and the forgiven typo
 * find. Vowels that are not written are not guessed. */
#include "kiosk/core/fold_semitic.h"

#include <stddef.h>

#define COUNT (TN_SEMITIC_LAST - TN_SEMITIC_FIRST + 1)
#define LETTERS_MAX 3

struct letter {
    char first[LETTERS_MAX]; /* empty: none here; see ranges */
    char later[LETTERS_MAX];
};

#define SAME(code, text) [(code)-TN_SEMITIC_FIRST] = {text, text}
#define BOTH(code, first, later) [(code)-TN_SEMITIC_FIRST] = {first, later}

static const struct letter letters[COUNT] = {
    SAME(0x05d0, "a"),  SAME(0x05d1, "b"),      SAME(0x05d2, "g"),  SAME(0x05d3, "d"),
    SAME(0x05d4, "h"),  BOTH(0x05d5, "v", "o"), SAME(0x05d6, "z"),  SAME(0x05d7, "h"),
    SAME(0x05d8, "t"),  BOTH(0x05d9, "y", "i"), SAME(0x05da, "k"),  SAME(0x05db, "k"),
    SAME(0x05dc, "l"),  SAME(0x05dd, "m"),      SAME(0x05de, "m"),  SAME(0x05df, "n"),
    SAME(0x05e0, "n"),  SAME(0x05e1, "s"),      SAME(0x05e2, "a"),  SAME(0x05e3, "f"),
    SAME(0x05e4, "p"),  SAME(0x05e5, "tz"),     SAME(0x05e6, "tz"), SAME(0x05e7, "k"),
    SAME(0x05e8, "r"),  SAME(0x05e9, "sh"),     SAME(0x05ea, "t"),  SAME(0x0622, "a"),
    SAME(0x0623, "a"),  SAME(0x0624, "u"),      SAME(0x0625, "i"),  SAME(0x0626, "i"),
    SAME(0x0627, "a"),  SAME(0x0628, "b"),      SAME(0x0629, "a"),  SAME(0x062a, "t"),
    SAME(0x062b, "th"), SAME(0x062c, "j"),      SAME(0x062d, "h"),  SAME(0x062e, "kh"),
    SAME(0x062f, "d"),  SAME(0x0630, "dh"),     SAME(0x0631, "r"),  SAME(0x0632, "z"),
    SAME(0x0633, "s"),  SAME(0x0634, "sh"),     SAME(0x0635, "s"),  SAME(0x0636, "d"),
    SAME(0x0637, "t"),  SAME(0x0638, "z"),      SAME(0x0639, "a"),  SAME(0x063a, "gh"),
    SAME(0x0641, "f"),  SAME(0x0642, "q"),      SAME(0x0643, "k"),  SAME(0x0644, "l"),
    SAME(0x0645, "m"),  SAME(0x0646, "n"),      SAME(0x0647, "h"),  BOTH(0x0648, "w", "u"),
    SAME(0x0649, "a"),  BOTH(0x064a, "y", "i"), SAME(0x0660, "0"),  SAME(0x0661, "1"),
    SAME(0x0662, "2"),  SAME(0x0663, "3"),      SAME(0x0664, "4"),  SAME(0x0665, "5"),
    SAME(0x0666, "6"),  SAME(0x0667, "7"),      SAME(0x0668, "8"),  SAME(0x0669, "9"),
    SAME(0x0671, "a"),  SAME(0x0679, "t"),      SAME(0x067e, "p"),  SAME(0x0686, "ch"),
    SAME(0x0688, "d"),  SAME(0x0691, "r"),      SAME(0x0698, "zh"), SAME(0x06a4, "v"),
    SAME(0x06a9, "k"),  SAME(0x06af, "g"),      SAME(0x06ba, "n"),  SAME(0x06be, "h"),
    SAME(0x06c0, "a"),  SAME(0x06c1, "h"),      SAME(0x06c3, "a"),  BOTH(0x06cc, "y", "i"),
    SAME(0x06d2, "e"),  SAME(0x06d5, "a"),      SAME(0x06f0, "0"),  SAME(0x06f1, "1"),
    SAME(0x06f2, "2"),  SAME(0x06f3, "3"),      SAME(0x06f4, "4"),  SAME(0x06f5, "5"),
    SAME(0x06f6, "6"),  SAME(0x06f7, "7"),      SAME(0x06f8, "8"),  SAME(0x06f9, "9"),
};

/* Vowel points, the lone hamza, the stretching stroke, geresh and gershayim: within a word. */
struct range {
    uint16_t from;
    uint16_t to;
    const char *letters;
};

static const struct range ranges[] = {
    {0x0591, 0x05bd, ""},  {0x05be, 0x05be, " "}, {0x05bf, 0x05bf, ""},  {0x05c0, 0x05c0, " "},
    {0x05c1, 0x05c2, ""},  {0x05c3, 0x05c3, " "}, {0x05c4, 0x05c5, ""},  {0x05c6, 0x05c6, " "},
    {0x05c7, 0x05c7, ""},  {0x05f3, 0x05f4, ""},  {0x060c, 0x060d, " "}, {0x0610, 0x061a, ""},
    {0x061b, 0x061f, " "}, {0x0621, 0x0621, ""},  {0x0640, 0x0640, ""},  {0x064b, 0x065f, ""},
    {0x066a, 0x066d, " "}, {0x0670, 0x0670, ""},  {0x06d4, 0x06d4, " "}, {0x06d6, 0x06dc, ""},
    {0x06df, 0x06e4, ""},  {0x06e7, 0x06e8, ""},  {0x06ea, 0x06ed, ""},
};

const char *tn_fold_semitic(int32_t code, bool is_first)
{
    if (code < TN_SEMITIC_FIRST || code > TN_SEMITIC_LAST) {
        return NULL;
    }
    const struct letter *letter = &letters[code - TN_SEMITIC_FIRST];
    if (letter->first[0] != '\0') {
        return is_first ? letter->first : letter->later;
    }
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (code >= ranges[i].from && code <= ranges[i].to) {
            return ranges[i].letters;
        }
    }
    return NULL;
}
