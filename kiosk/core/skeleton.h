/* Names by their consonants: private to core. Arabic and Hebrew are written without most vowels, so
 * "mohamed" and "mhmd" are one name; vowels, y, w, v and h may be there or not on either side, and
 * letters that one script writes for another count as one (b and v, k and q). Loose on purpose, and
 * so used only where one side was written in such a script. */
#ifndef KIOSK_CORE_SKELETON_H
#define KIOSK_CORE_SKELETON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_SKELETON_LETTERS_MAX 40

/* What is looked for, prepared. Each bit stands for a place in it. */
struct tn_skeleton {
    size_t len;
    char first;
    uint64_t optional;    /* places that may be passed over */
    uint64_t matches[26]; /* by letter of the name: the places it fits */
};

/* Prepares `len` letters of folded text. False where they are too few (three letters, two of them
 * firm consonants), too many, or not a to z: then nothing is found by consonants. */
bool tn_skeleton_init(struct tn_skeleton *skeleton, const char *letters, size_t len);

/* Tells whether some word of a folded name begins so; an article "al" before it is passed over. */
bool tn_skeleton_is_in(const struct tn_skeleton *skeleton, const char *folded);

#endif
