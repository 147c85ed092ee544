/* Learners who are one: `learner.merged_into` says who into whom, as a person decided it, and
 * `merged` where that leads in the end. A merge changes no badge, entry or roster row; whoever asks
 * who somebody is follows it, so that taking it back leaves everything as it was. */
#ifndef TURNOUT_CENTRAL_MERGE_H
#define TURNOUT_CENTRAL_MERGE_H

#include "sync/central/centre.h"

/* In SQL: whether one of those who were merged into a learner opted out of directories. While they
 * are one child, the more private of them counts, and nobody's opt-out is written over: taken
 * apart, each has their own again. `root` is a learner's id who is not merged themselves. */
#define TN_MERGE_IS_HIDDEN(ecosystem, root)                                                        \
    "EXISTS (SELECT 1 FROM merged hm JOIN learner hl ON hl.ecosystem = hm.ecosystem AND hl.id ="   \
    " hm.learner WHERE hm.ecosystem = " ecosystem " AND hm.root = " root                           \
    " AND hl.directory_opt_out <> 0)"

/* Merges one learner into another, in the caller's transaction; visits are not derived again.
 * TN_ERR_NOT_FOUND where one is not there or erased; TN_ERR_EXISTS where `from` is merged already;
 * TN_ERR_LIMIT for a circle, or a learner with themselves. */
enum tn_status tn_merge_add(struct tn_centre *centre, const struct tn_id *from,
                            const struct tn_id *into);

/* Takes the merge of a learner back. TN_ERR_NOT_FOUND where there is none. */
enum tn_status tn_merge_remove(struct tn_centre *centre, const struct tn_id *from);

/* Everybody who leads to a root, in order; the caller frees, also on failure. */
enum tn_status tn_merge_members(struct tn_centre *centre, const struct tn_id *root,
                                struct tn_id **out, size_t *count);

/* Who a learner is in the end: themselves, where they are not merged. */
enum tn_status tn_merge_root(struct tn_centre *centre, const struct tn_id *learner,
                             struct tn_id *root);

#endif
