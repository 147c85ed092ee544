/* Folding names, so that what a volunteer types finds what a family wrote: private to core. Case,
 * accents and script go; what is left are words of a-z and 0-9 with one space between.
 *
 *     "Nguyễn Đức" -> "nguyen duc"    "O'Brien" -> "o brien"    "李小明" -> "li xiao ming"
 *     "فاطمة" -> "fatma"               "Юлия" -> "yuliya"        "प्रिया" -> "priya"
 *
 * Arabic and Hebrew are folded by a table of our own into what people type, not into a librarian's
 * romanization; other scripts by ICU (Any-Latin, Chinese by pinyin, Cyrillic as BGN has it).
 * Letters of a script that ICU cannot turn into Latin stay as they are: found by the same letters
 * only. Japanese names in kanji are read as Chinese, since nothing tells them apart. */
#ifndef KIOSK_CORE_FOLD_H
#define KIOSK_CORE_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "turnout/status.h"

/* Bytes of folded text that a name of TN_FULL_NAME_MAX may need, in any script there is. */
#define TN_FOLD_MAX 511
#define TN_FOLD_SIZE (TN_FOLD_MAX + 1)

/* Loads ICU's tables: some 100 ms, once a process. The others do it by themselves.
 * TN_ERR_NO_MEMORY: a later call tries again. */
enum tn_status tn_fold_init(void);

/* Folds UTF-8 text. TN_ERR_LIMIT: what fits is in out, whole letters. TN_ERR_NO_MEMORY: out is
 * empty. Leaves no copy of the text behind. One thread at a time in a process. */
enum tn_status tn_fold(const char *text, char *out, size_t out_size);

/* Tells whether text holds letters of Arabic or Hebrew, which are written without most vowels. */
bool tn_fold_is_vowelless(const char *text);

/* A key by which names sort as people expect (ICU's root collation): bytes without a zero, and a
 * zero at the end; strcmp compares. Cut at out_size. TN_ERR_NO_MEMORY: out is empty. */
enum tn_status tn_fold_sort_key(const char *text, char *out, size_t out_size);

#endif
