/* Levenshtein's distance in one row of memory. Words are cut at a length that no command has. */
#include "sync/cmd/words.h"

#include <string.h>

#define WORD_MAX_LEN 32
#define NEAR 2

size_t tn_word_distance(const char *a, const char *b)
{
    size_t row[WORD_MAX_LEN + 1];
    size_t len = strnlen(b, WORD_MAX_LEN);
    for (size_t j = 0; j <= len; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i] != '\0' && i < WORD_MAX_LEN; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 1; j <= len; j++) {
            size_t best = diagonal + (a[i] != b[j - 1]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[len];
}

const char *tn_word_nearest(const char *word, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    size_t least = NEAR + 1;
    for (size_t i = 0; i < count; i++) {
        const size_t distance = tn_word_distance(word, words[i]);
        if (distance < least) {
            least = distance;
            nearest = words[i];
        }
    }
    return nearest;
}
