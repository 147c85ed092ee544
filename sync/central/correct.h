/* Making a correction: who it touches, what changes for them, and the row that keeps it. */
#ifndef TURNOUT_CENTRAL_CORRECT_H
#define TURNOUT_CENTRAL_CORRECT_H

#include "sync/central/correction.h"

/* Learners as somebody chose them; the caller frees ids. */
struct tn_chosen {
    struct tn_id *ids;
    size_t count;
};

/* Learners of a group by its title (also two groups of one title). */
enum tn_status tn_choose_group(struct tn_centre *centre, const char *title, struct tn_chosen *out);

/* A learner by their roster id, or another source's where only one learner has it.
 * TN_ERR_NOT_FOUND; TN_ERR_EXISTS: several have it. */
enum tn_status tn_choose_learner(struct tn_centre *centre, const char *id, struct tn_chosen *out);

/* What a correction changes. */
struct tn_corrected {
    int64_t seq;
    uint64_t visits; /* that are gone, new, or different */
    uint64_t learners;
};

/* Derives the visits of whoever the correction may be about with it and without it, and keeps it,
 * unless is_dry, where anything changes; with who did it and why from row, an audit row, and its
 * learners. One transaction, begun here. TN_ERR_NOT_FOUND: nothing changes, and nothing is kept;
 * of an UNDO also: there is no such correction. TN_ERR_STATE: an UNDO of one that is undone. */
enum tn_status tn_correct(struct tn_centre *centre, struct tn_correction_row *row,
                          const struct tn_chosen *learners, bool is_dry, struct tn_corrected *out);

#endif
