/* Candidates to a syllable of pinyin: which characters are read like that, the ones people are
 * called by first. There is no dictionary in here and no word is guessed: a name is typed
 * character by character, as it is spelled out to somebody who writes it down. */
#ifndef TURNOUT_SYS_PINYIN_H
#define TURNOUT_SYS_PINYIN_H

#include <stddef.h>

/* Writes characters for the letters (without tones, "v" for u with two dots; "xi", "lv"), separated
 * by single spaces, as many as fit: first those read exactly so, then those whose reading begins
 * so; in each the 100 commonest surnames, then what given names are made of, then GB 2312 in its
 * order. Empty for letters nothing is read like. Makes the table first where there is none. Main
 * thread. */
void tn_pinyin_spell(const char *pinyin, char *out, size_t out_size);

/* Makes the table, once: some 100 ms, which a quiet moment can spare better than the first key. */
void tn_pinyin_warm(void);

#endif
