/* How alike two learners are: a score of 0 to 100 from what the centre knows of both, with its
 * reasons. Pure, so that a table of pairs tests it.
 *
 * Names count most (the same 60, swapped 55, one of them with a letter or two wrong 48, one the
 * beginning of the other 45; both so 30 to 34); then the year of birth (the same 25, one apart -5,
 * further -40), the partner (the same 15, another -5), grades (that meet 10, two or more apart
 * -15), and a walk-in beside somebody of a roster (5), which is how most come about. Two rows of
 * one partner's roster are mostly two children (-20, -30 where the names differ), and a name that
 * many have says less (-5 for each doubling past two, at most -30). */
#ifndef TURNOUT_CENTRAL_ALIKE_H
#define TURNOUT_CENTRAL_ALIKE_H

#include <stdbool.h>
#include <stdint.h>

#include "turnout/crypto.h"

#define TN_ALIKE_NAME_SIZE 28 /* folded; longer ones are cut */
#define TN_ALIKE_PROBABLE 70  /* from this score on two are probably one */
#define TN_ALIKE_REASONS_SIZE 256

struct tn_alike {
    char given[TN_ALIKE_NAME_SIZE]; /* folded, words parted by one space */
    char family[TN_ALIKE_NAME_SIZE];
    int16_t birth_year; /* 0: not known */
    int8_t grade_lo;    /* lo > hi: not known */
    int8_t grade_hi;
    uint32_t partner; /* a number that stands for the partner's name; 0: not known */
    uint8_t is_walkin;
};

/* namesakes is how many learners have this very name, 2 where that is not known. reasons may be
 * NULL; else it gets words for a person, which name nobody. */
int tn_alike_score(const struct tn_alike *a, const struct tn_alike *b, uint32_t namesakes,
                   char reasons[TN_ALIKE_REASONS_SIZE]);

/* "4", "K", "3-5", "PK-2"; lo > hi for what is none. */
void tn_alike_grade(const char *text, int8_t *lo, int8_t *hi);

/* The letters of a folded name without its spaces; out holds as much as the name. */
void tn_alike_join(const char *name, char out[TN_ALIKE_NAME_SIZE]);

#endif
