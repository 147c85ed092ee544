/* How alike two learners are: a score of 0 to 100 from what the centre knows of both, with its
 * reasons. Pure, so that a table of pairs tests it.
 *
 *     the same name                              60    (without family names: 25)
 *     given and family name exchanged            55
 *     one name the same, the other a slip off    48
 *     one the same, the other begins the other   45
 *     both a slip off                            34
 *     both begin, or one begins and one slips    30
 *     born in the same year                      25    a year apart 5, further apart -40
 *     the same partner                           15    another partner -5
 *     grades meet                                10    two or more apart -15
 *     a walk-in beside somebody of a roster       5    which is how most come about
 *     both on one partner's roster              -20    mostly two children: -30 where the names
 *                                                      differ, -10 where they do not and a year
 *                                                      of birth is missing
 *     a name that several have                   -5    for each doubling past two, at most -30
 *
 * What is not known of one of them counts nothing. Names that are not alike end it with 0. */
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

/* Whether both are of one partner that is known. */
bool tn_alike_is_one_partner(const struct tn_alike *a, const struct tn_alike *b);

/* namesakes is how many learners have this very name, at the partner where the two are of one, 2
 * where that is not known. reasons may be NULL; else it gets words for a person, which name nobody.
 */
int tn_alike_score(const struct tn_alike *a, const struct tn_alike *b, uint32_t namesakes,
                   char reasons[TN_ALIKE_REASONS_SIZE]);

/* "4", "K", "3-5", "PK-2"; lo > hi for what is none. */
void tn_alike_grade(const char *text, int8_t *lo, int8_t *hi);

/* The letters of a folded name without its spaces; out holds as much as the name. */
void tn_alike_join(const char *name, char out[TN_ALIKE_NAME_SIZE]);

#endif
