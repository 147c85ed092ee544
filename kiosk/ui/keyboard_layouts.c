/* The keyboards, as tables: a language's letters in the order people know them from elsewhere, once
 * for a desk's width, once for nine keys a row and once for four rows of ten. The third is for the
 * smallest panel, where a key of 12 mm is a tenth of the screen: what is rarely typed is one page
 * further there. Letters are plain text, so that whoever reads a language can mend its rows.
 * Nothing in here draws or types. */
#include "kiosk/ui/keyboard_layouts.h"

#include <stdint.h>
#include <string.h>

#define SHIFT "\1"
#define ERASE "\2"
#define SPACE "\3"
#define PAGE "\4"
#define LANG "\5"
#define NONE "\6"
#define BELOW PAGE " " LANG " " SPACE " - ' ."

/* The tones of Vietnamese: huyen, sac, hoi, nga, nang. */
#define TONES "\xCC\x80 \xCC\x81 \xCC\x89 \xCC\x83 \xCC\xA3"

static const struct tn_key_page english = {
    "abc",
    NULL,
    false,
    {{"q w e r t y u i o p", "a s d f g h j k l", SHIFT " z x c v b n m " ERASE, BELOW},
     {"q w e r t y u i o", "a s d f g h j k l", "z x c v b n m p " ERASE,
      SHIFT " " PAGE " " LANG " " SPACE " - ' ."}},
};

static const struct tn_key_page spanish = {
    "abc",
    NULL,
    false,
    {{"q w e r t y u i o p", "a s d f g h j k l ñ", SHIFT " z x c v b n m " ERASE, BELOW},
     {"q w e r t y u i o", "a s d f g h j k l", "z x c v b n m p ñ",
      SHIFT " " PAGE " " LANG " " SPACE " - ' " ERASE}},
};

static const struct tn_key_page french = {
    "abc",
    NULL,
    false,
    {{"a z e r t y u i o p", "q s d f g h j k l m", SHIFT " w x c v b n é " ERASE, BELOW},
     {"a z e r t y u i o", "q s d f g h j k l", "w x c v b n m p é",
      SHIFT " " PAGE " " LANG " " SPACE " - ' " ERASE}},
};

static const struct tn_key_page vietnamese = {
    "abc",
    NULL,
    false,
    {{"q w e r t y u i o p ă â đ", "a s d f g h j k l ê ô ơ ư", SHIFT " z x c v b n m - ' " ERASE,
      PAGE " " LANG " " TONES " " SPACE},
     {"q w e r t y u i o", "a s d f g h j k l", "z x c v b n m p -", SHIFT " ă â đ ê ô ơ ư " ERASE,
      PAGE " " LANG " " TONES " " SPACE},
     {"q w e r t y u i o p", "a s d f g h j k l -", SHIFT " z x c v b n m " ERASE,
      PAGE " " LANG " " TONES " " SPACE}},
};

/* The vowels of Vietnamese that its small page of letters has no room for, and others' accents. */
static const struct tn_key_page vietnamese_more = {
    "âñç",
    "ăâđ",
    true,
    {{"á é í ó ú ü ñ ç ã õ", "à è ì ò ù â ê î ô û", SHIFT " ä ö ë ï ø å æ " ERASE, BELOW},
     {"á é í ó ú ü ñ ç ã", "à è ì ò ù â ê î ô", "ä ö ë ï ø å æ õ û",
      SHIFT " " PAGE " " LANG " " SPACE " - ' " ERASE},
     {"ă â đ ê ô ơ ư é ç ñ", "à è ì ò ù á í ó ú ü", SHIFT " ä ö ë ï ã õ ø " ERASE,
      PAGE " " LANG " " SPACE " î û å æ '"}},
};

static const struct tn_key_page accents = {
    "áñç",
    NULL,
    true,
    {{"á é í ó ú ü ñ ç ã õ", "à è ì ò ù â ê î ô û", SHIFT " ä ö ë ï ø å æ " ERASE, BELOW},
     {"á é í ó ú ü ñ ç ã", "à è ì ò ù â ê î ô", "ä ö ë ï ø å æ õ û",
      SHIFT " " PAGE " " LANG " " SPACE " - ' " ERASE}},
};

static const struct tn_key_page more_accents = {
    "łşž",
    NULL,
    true,
    {{"ł ś ź ż ć ń ą ę š ž", "č ř ě ů ğ ş ı ő ű ý", SHIFT " ț ă đ œ ß ÿ þ " ERASE, BELOW},
     {"ł ś ź ż ć ń ą ę š", "č ř ě ů ğ ş ı ő ű", "ž ý ț ă đ œ ß ÿ þ",
      SHIFT " " PAGE " " LANG " " SPACE " - ' " ERASE}},
};

static const struct tn_key_page signs = {
    "123",
    NULL,
    false,
    {{"1 2 3 4 5 6 7 8 9 0", "& / ( ) , : ; ! ? +", "# @ * % = \" _ " ERASE, BELOW},
     {"1 2 3 4 5 6 7 8 9", "0 & / ( ) , : ; !", "? + # @ * % = \" _",
      PAGE " " LANG " " SPACE " - ' . " ERASE}},
};

static const struct tn_key_page arabic = {
    "ابج",
    NULL,
    false,
    {{"ض ص ث ق ف غ ع ه خ ح ج د", "ش س ي ب ل ا ت ن م ك ط ذ", "ئ ء ؤ ر لا ى ة و ز ظ " ERASE,
      PAGE " " LANG " " SPACE " أ إ آ -"},
     {"ض ص ث ق ف غ ع ه خ", "ش س ي ب ل ا ت ن م", "ئ ء ؤ ر ى ة و ز ظ", "ح ج د ك ط ذ أ إ آ",
      PAGE " " LANG " " SPACE " لا - " ERASE},
     {"ض ص ق ف غ ع ه خ ح ج", "ش س ي ب ل ا ت ن م ك", "ث ط ذ د ر ة و ز ى " ERASE,
      PAGE " " LANG " " SPACE " ء أ ظ -"}},
};

/* Broken by hand: a sign that stands over a letter is a column to some tools and none to others. */
/* clang-format off */

/* Signs of vowels, and letters of Persian, Urdu, Kurdish and the Maghreb. */
static const struct tn_key_page arabic_more = {
    "پچڤ",
    NULL,
    true,
    {{"َ ُ ِ ّ ْ ً ٌ ٍ", "پ چ ژ گ ک ی ڤ ٱ ۀ ڭ", "ئ ؤ إ آ لا ـ " ERASE,
      PAGE " " LANG " " SPACE " -"},
     {"َ ُ ِ ّ ْ ً ٌ ٍ", "پ چ ژ گ ک ی ڤ ٱ ۀ", "ڭ ـ " ERASE, PAGE " " LANG " " SPACE " -"}},
};

static const struct tn_key_page hindi = {
    "कखग",
    NULL,
    false,
    {{"क ख ग घ ङ च छ ज झ ञ ा ि ी ु", "ट ठ ड ढ ण त थ द ध न ू े ै ो",
      "प फ ब भ म य र ल व श ष स ह " ERASE,
      PAGE " " LANG " ् ं ौ ृ " SPACE " ँ ़ ः -"},
     {"क ख ग घ ङ च छ ज झ", "ञ ट ठ ड ढ ण त थ द", "ध न प फ ब भ म य र", "ल व श ष स ह ा ि ी",
      "ु ू े ै ो ौ ं ् " ERASE, PAGE " " LANG " ृ ँ ़ " SPACE " -"},
     {"क ख ग घ च छ ज ट ड त", "थ द ध न प फ ब भ म य", "र ल व श स ह ा ि ी " ERASE,
      PAGE " " LANG " ् ं ु े ो " SPACE}},
};

static const struct tn_key_page hindi_more = {
    "अआइ",
    NULL,
    true,
    {{"अ आ इ ई उ ऊ ऋ ए ऐ ओ औ", "अं अः ऑ ऍ ॅ ॉ ऽ क्ष त्र ज्ञ श्र", "क़ ख़ ग़ ज़ ड़ ढ़ फ़ " ERASE,
      PAGE " " LANG " " SPACE " -"},
     {"अ आ इ ई उ ऊ ऋ ए ऐ", "ओ औ अं अः ऑ ऍ ॅ ॉ ः", "ऽ क्ष त्र ज्ञ श्र क़ ख़ ग़ ज़",
      "ड़ ढ़ फ़ " ERASE, PAGE " " LANG " " SPACE " -"},
     {"अ आ इ ई उ ऊ ए ऐ ओ औ", "ू ै ौ ृ ँ ः ़ ॉ ऋ ष", "ङ ञ झ ठ ढ ण क्ष त्र ज्ञ " ERASE,
      PAGE " " LANG " " SPACE " श्र ऑ ड़ ज़ -"}},
};

/* clang-format on */

static const struct tn_key_page digits = {
    "123",
    NULL,
    false,
    {{"1 2 3", "4 5 6", "7 8 9", NONE " 0 " ERASE}},
};

static const struct tn_key_layout layouts[TN_LANG_COUNT] = {
    [TN_LANG_EN] = {true, false, 4, {&english, &accents, &more_accents, &signs}},
    [TN_LANG_ES] = {true, false, 4, {&spanish, &accents, &more_accents, &signs}},
    [TN_LANG_FR] = {true, false, 4, {&french, &accents, &more_accents, &signs}},
    [TN_LANG_VI] = {true, false, 4, {&vietnamese, &vietnamese_more, &more_accents, &signs}},
    [TN_LANG_AR] = {false, false, 3, {&arabic, &arabic_more, &signs}},
    [TN_LANG_HI] = {false, false, 3, {&hindi, &hindi_more, &signs}},
    [TN_LANG_ZH_HANS] = {true, true, 4, {&english, &accents, &more_accents, &signs}},
};

static const struct tn_key_layout number_pad = {false, false, 1, {&digits}};

const struct tn_key_layout *tn_key_layout_of(const struct tn_keyboard *keyboard)
{
    return keyboard->is_digits ? &number_pad : &layouts[keyboard->lang];
}

int tn_key_pages(const struct tn_keyboard *keyboard)
{
    int count = (int)tn_key_layout_of(keyboard)->count;
    return keyboard->is_digits || keyboard->has_signs ? count : count - 1;
}

const char *tn_key_next(const char *row, char key[TN_KEYCAP_SIZE])
{
    if (row == NULL || *row == '\0') {
        return NULL;
    }
    size_t len = strcspn(row, " ");
    size_t kept = len < TN_KEYCAP_SIZE ? len : TN_KEYCAP_SIZE - 1;
    memcpy(key, row, kept);
    key[kept] = '\0';
    return row + len + (row[len] == ' ' ? 1 : 0);
}

/* Walks the layout's wide keys; stops at the one of this number, or that types this. */
static int walk(const struct tn_key_layout *layout, int number, const char *wanted,
                char key[TN_KEYCAP_SIZE])
{
    int at = 0;
    for (size_t page = 0; page < layout->count; page++) {
        const char *const *rows = layout->pages[page]->rows[TN_KEYS_WIDE];
        for (size_t row = 0; row < TN_KEY_ROWS_MAX && rows[row] != NULL; row++) {
            const char *rest = rows[row];
            while ((rest = tn_key_next(rest, key)) != NULL) {
                at += (unsigned char)key[0] > TN_KEY_NONE ? 1 : 0;
                bool is_it = wanted != NULL ? strcmp(key, wanted) == 0 : at == number;
                if (is_it && (unsigned char)key[0] > TN_KEY_NONE) {
                    return at;
                }
            }
        }
    }
    return 0;
}

int tn_key_number(const struct tn_key_layout *layout, const char *key)
{
    char found[TN_KEYCAP_SIZE];
    return walk(layout, 0, key, found);
}

bool tn_key_of(const struct tn_key_layout *layout, int number, char key[TN_KEYCAP_SIZE])
{
    return number > 0 && walk(layout, number, NULL, key) != 0;
}

/* Capitals of the blocks our keys come from. Most of them stand in pairs, the capital first. */
static uint32_t upper(uint32_t c)
{
    static const struct {
        uint32_t from, to;
        int step; /* added; 0: the one before, where pairs begin at an even number; 1: at an odd */
    } blocks[] = {
        {'a', 'z', -32},      {0xE0, 0xF6, -32},  {0xF8, 0xFE, -32},  {0xFF, 0xFF, 121},
        {0x131, 0x131, -232}, {0x100, 0x137, 0},  {0x139, 0x148, 1},  {0x14A, 0x177, 0},
        {0x179, 0x17E, 1},    {0x1A1, 0x1A1, -1}, {0x1B0, 0x1B0, -1}, {0x200, 0x21F, 0},
        {0x1E00, 0x1EFF, 0},
    };
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (c >= blocks[i].from && c <= blocks[i].to) {
            bool is_low = blocks[i].step == 0 ? c % 2 == 1 : c % 2 == 0;
            if (blocks[i].step == 0 || blocks[i].step == 1) {
                return is_low ? c - 1 : c;
            }
            return (uint32_t)((int)c + blocks[i].step);
        }
    }
    return c;
}

/* Only letters of one and two bytes have capitals here, and only they are looked at. */
void tn_key_upper(const char *key, char out[TN_KEYCAP_SIZE])
{
    const unsigned char *p = (const unsigned char *)key;
    memset(out, 0, TN_KEYCAP_SIZE);
    if (strcmp(key, "ß") == 0) {
        memcpy(out, "ẞ", sizeof "ẞ");
    } else if (p[0] < 0x80 && p[1] == '\0') {
        out[0] = (char)upper(p[0]);
    } else if ((p[0] & 0xE0) == 0xC0 && p[1] != '\0' && p[2] == '\0') {
        uint32_t c = upper((uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F));
        bool is_ascii = c < 0x80;
        out[0] = (char)(is_ascii ? c : 0xC0 | c >> 6);
        out[1] = (char)(is_ascii ? 0 : 0x80 | (c & 0x3F));
    } else {
        memcpy(out, key, strnlen(key, TN_KEYCAP_SIZE - 1));
    }
}
