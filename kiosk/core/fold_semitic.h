/* Arabic and Hebrew letters as people type them in Latin: private to fold.c. */
#ifndef KIOSK_CORE_FOLD_SEMITIC_H
#define KIOSK_CORE_FOLD_SEMITIC_H

#include <stdbool.h>
#include <stdint.h>

/* The block both scripts lie in. */
#define TN_SEMITIC_FIRST 0x0590
#define TN_SEMITIC_LAST 0x06ff

/* The letters that a code point of the block stands for, at the beginning of a word or later:
 * empty for a mark that is dropped, " " for what parts words, NULL for a letter not known here. */
const char *tn_fold_semitic(int32_t code, bool is_first);

#endif
