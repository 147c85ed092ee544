/* Finding names: private to core. A text's words, in any order, must each begin some word of a
 * name; what it parts, a name may join, and the other way round ("o'brien", "obrien"). From four
 * letters on a word may have one typo: a letter wrong, left out, too many, or two swapped. Names in
 * Arabic or Hebrew letters are also found by their consonants (skeleton.h).
 *
 * Whole words come before beginnings, beginnings before typos, and names in their order within
 * each: with five results, "Bo" must not hide behind all Bonds. What is typed in Chinese, Korean or
 * Japanese finds names in these letters before those that only sound so. */
#ifndef KIOSK_CORE_SEARCH_H
#define KIOSK_CORE_SEARCH_H

#include "kiosk/core/names.h"

#define TN_SEARCH_TYPO_LETTERS_MIN 4
/* Longer words are looked for as they are. */
#define TN_SEARCH_TYPO_LETTERS_MAX 40
#define TN_SEARCH_ROWS_MAX 5

/* Fills rows with the numbers of up to TN_SEARCH_ROWS_MAX rows, best first. A text that is not
 * enough (tn_search_is_enough, desk.h), or longer than any name, finds none. TN_ERR_NO_MEMORY. */
enum tn_status tn_search(struct tn_names *names, const char *text, size_t rows[TN_SEARCH_ROWS_MAX],
                         size_t *count);

#endif
