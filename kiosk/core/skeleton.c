/* The match is a set of places walked along the name, one bit a place: no backtracking, so that a
 * long or strange name costs no more than its length. */
#include "kiosk/core/skeleton.h"

#include <string.h>

#define LETTERS_MIN 3
#define FIRM_MIN 2

/* Letters that one script writes for another share a bit. */
enum sound {
    SOUND_B = 1 << 0,
    SOUND_F = 1 << 1,
    SOUND_K = 1 << 2,
    SOUND_S = 1 << 3,
    SOUND_J = 1 << 4,
    SOUND_D = 1 << 5,
    SOUND_T = 1 << 6,
    SOUND_L = 1 << 7,
    SOUND_M = 1 << 8,
    SOUND_N = 1 << 9,
    SOUND_R = 1 << 10,
    SOUND_G = 1 << 11,
    SOUND_H = 1 << 12,
    SOUND_VOWEL = 1 << 13,
    SOUND_Z = 1 << 14,
};

static const uint16_t sounds[26] = {
    ['a' - 'a'] = SOUND_VOWEL,       ['b' - 'a'] = SOUND_B,
    ['c' - 'a'] = SOUND_K,           ['d' - 'a'] = SOUND_D,
    ['e' - 'a'] = SOUND_VOWEL,       ['f' - 'a'] = SOUND_F,
    ['g' - 'a'] = SOUND_G | SOUND_J, ['h' - 'a'] = SOUND_H,
    ['i' - 'a'] = SOUND_VOWEL,       ['j' - 'a'] = SOUND_J,
    ['k' - 'a'] = SOUND_K,           ['l' - 'a'] = SOUND_L,
    ['m' - 'a'] = SOUND_M,           ['n' - 'a'] = SOUND_N,
    ['o' - 'a'] = SOUND_VOWEL,       ['p' - 'a'] = SOUND_B | SOUND_F,
    ['q' - 'a'] = SOUND_K,           ['r' - 'a'] = SOUND_R,
    ['s' - 'a'] = SOUND_S,           ['t' - 'a'] = SOUND_T,
    ['u' - 'a'] = SOUND_VOWEL,       ['v' - 'a'] = SOUND_B | SOUND_F | SOUND_VOWEL,
    ['w' - 'a'] = SOUND_VOWEL,       ['x' - 'a'] = SOUND_K | SOUND_S,
    ['y' - 'a'] = SOUND_VOWEL,       ['z' - 'a'] = SOUND_Z,
};

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static uint16_t sound_of(char c)
{
    return is_letter(c) ? sounds[c - 'a'] : 0;
}

static bool is_optional(char c)
{
    return (sound_of(c) & (SOUND_VOWEL | SOUND_H)) != 0;
}

bool tn_skeleton_init(struct tn_skeleton *skeleton, const char *letters, size_t len)
{
    *skeleton = (struct tn_skeleton){.len = len, .first = letters[0]};
    size_t firm = 0;
    if (len < LETTERS_MIN || len > TN_SKELETON_LETTERS_MAX) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        uint64_t place = UINT64_C(1) << i;
        bool is_doubled = i > 0 && letters[i] == letters[i - 1];
        if (!is_letter(letters[i])) {
            return false;
        }
        if (is_optional(letters[i]) || is_doubled) {
            skeleton->optional |= place;
        } else {
            firm++;
        }
        for (int c = 0; c < 26; c++) {
            skeleton->matches[c] |= (sounds[c] & sound_of(letters[i])) != 0 ? place : 0;
        }
    }
    return firm >= FIRM_MIN;
}

/* The places that can be reached from these by passing over what is optional. */
static uint64_t settle(const struct tn_skeleton *skeleton, uint64_t places)
{
    uint64_t more = places;
    do {
        places = more;
        more |= (places & skeleton->optional) << 1;
    } while (more != places);
    return places;
}

/* The first letter is never passed over, so that Omar is not Mira, nor Hassan Sean. */
static bool begins_alike(char a, char b)
{
    return (sound_of(a) & sound_of(b)) != 0;
}

static bool begins(const struct tn_skeleton *skeleton, const char *word)
{
    if (!begins_alike(skeleton->first, word[0])) {
        return false;
    }
    uint64_t end = UINT64_C(1) << skeleton->len;
    uint64_t places = settle(skeleton, 1);
    char last = '\0';
    for (; *word != '\0' && places != 0; word++) {
        if (!is_letter(*word)) {
            continue;
        }
        uint64_t stay = is_optional(*word) || *word == last ? places : 0;
        uint64_t next = stay | (places & skeleton->matches[*word - 'a']) << 1;
        places = settle(skeleton, next);
        if ((places & end) != 0) {
            return true;
        }
        last = *word;
    }
    return false;
}

bool tn_skeleton_is_in(const struct tn_skeleton *skeleton, const char *folded)
{
    for (const char *word = folded; word != NULL;) {
        bool has_article = word[0] == 'a' && word[1] == 'l' && is_letter(word[2]);
        if (begins(skeleton, word) || (has_article && begins(skeleton, word + 2))) {
            return true;
        }
        word = strchr(word, ' ');
        word = word == NULL ? NULL : word + 1;
    }
    return false;
}
