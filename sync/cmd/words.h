/* Words that people type: the nearest one that there is, since a wrong one is mostly a slip of the
 * fingers. */
#ifndef TURNOUT_CMD_WORDS_H
#define TURNOUT_CMD_WORDS_H

#include <stddef.h>

/* Edits (insert, delete, replace) between two short words. */
size_t tn_word_distance(const char *a, const char *b);

/* The nearest of some words, or NULL where none is within two edits. */
const char *tn_word_nearest(const char *word, const char *const *words, size_t count);

#endif
