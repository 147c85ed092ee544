/* Learners who are probably one. A look at all of them finds every pair that scores
 * TN_ALIKE_PROBABLE or more (alike.h), keeps it in `duplicate`, and notes it as a conflict that a
 * person settles; pairs that are none any more go, as far as nobody settled them. Nothing is merged
 * here.
 *
 * Who is compared: those of one name (given and family in either order), and those of whom one name
 * begins with the same word, the other with the same letter, and the year of birth or the partner
 * is the same. */
#ifndef TURNOUT_CENTRAL_DUPLICATES_H
#define TURNOUT_CENTRAL_DUPLICATES_H

#include "sync/central/centre.h"

#define TN_DUPLICATES_MAX 2000000 /* pairs of one look */

struct tn_duplicates {
    uint64_t learners; /* who were looked at */
    uint64_t compared; /* pairs */
    uint64_t found;
    uint64_t settled; /* of them, those that a person has decided */
};

/* Looks. spill_bytes 0: as much memory as spill.h says. progress may be NULL; it counts learners.
 * One transaction at the end. */
enum tn_status tn_duplicates_look(struct tn_centre *centre, int64_t now_ms, size_t spill_bytes,
                                  void (*progress)(void *ctx, uint64_t done, uint64_t all),
                                  void *ctx, struct tn_duplicates *out);

/* After a merge or unmerge, in its transaction: pairs with somebody who is merged are no open
 * conflict; those of a learner who no longer is are one again. */
enum tn_status tn_duplicates_follow(struct tn_centre *centre, const struct tn_id *learner,
                                    int64_t now_ms);

#endif
