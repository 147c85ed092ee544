/* What learners let be known of themselves (learner_demo), for whoever goes through all learners in
 * the order of their ids, as a survey does. Only what a consent covers that is given, not withdrawn
 * and not over at the moment asked for is ever seen. */
#ifndef TURNOUT_CENTRAL_TOLD_H
#define TURNOUT_CENTRAL_TOLD_H

#include "sync/central/centre.h"
#include "turnout/setup.h"

#define TN_TOLD_MAX 32 /* dimensions of one learner; those after it are left out */

/* One value a dimension. */
struct tn_told {
    char dimension[TN_TITLE_MAX + 1];
    char value[TN_TITLE_MAX + 1];
};

struct tn_told_reader;

/* Begins before the first learner. now_ms: when a consent that is over no longer counts. */
enum tn_status tn_told_create(struct tn_centre *centre, int64_t now_ms,
                              struct tn_told_reader **out);
void tn_told_free(struct tn_told_reader *reader);

/* What a learner told, and those who were merged into them; where both told, the learner's own
 * word holds. Each learner asked for must come after the one before. The list is borrowed until the
 * next call. */
enum tn_status tn_told_of(struct tn_told_reader *reader, const struct tn_id *learner,
                          const struct tn_told **out, size_t *count);

#endif
