/* Which learner somebody means, and how a learner is named where no name may stand: by the id that
 * the roster gave. */
#ifndef TURNOUT_CENTRAL_LEARNERS_H
#define TURNOUT_CENTRAL_LEARNERS_H

#include "sync/central/centre.h"

#define TN_LEARNER_REF_SIZE 256

/* The source of the ids in rosters. */
#define TN_LEARNER_SOURCE "roster"

/* A learner by what people have at hand: the id in the roster; SOURCE:ID of another source; the
 * code on a badge, with or without spaces between its digits; or the learner id in hexadecimal.
 * The first of these that fits counts. TN_ERR_NOT_FOUND, and TN_ERR_STATE where a code is on the
 * badges of several learners; both are logged with what to do. */
enum tn_status tn_learners_find(struct tn_centre *centre, const char *text, struct tn_id *out);

/* The same without a word where there is none or more than one; *count is 0, 1 or, for several, 2.
 */
enum tn_status tn_learners_look(struct tn_centre *centre, const char *text, struct tn_id *out,
                                int *count);

/* All that were merged into a learner, directly or not, after the learner itself. TN_ERR_LIMIT past
 * TN_LEARNERS_MERGED_MAX. */
#define TN_LEARNERS_MERGED_MAX 256
enum tn_status tn_learners_merged(struct tn_centre *centre, const struct tn_id *learner,
                                  struct tn_id out[TN_LEARNERS_MERGED_MAX], size_t *count);

/* Two columns of a SELECT about a learner whose id is the expression `id`, in a row `row` that has
 * an ecosystem: the id of the roster, and SOURCE:ID of the first other source; NULL where there is
 * none. tn_learners_ref makes one text of them. Parts of an SQL text. (source || '' keeps SQLite
 * from walking through all of a source's ids in their order to find the least.) */
#define TN_LEARNER_REF_SQL(row, id)                                                                \
    " (SELECT min(x.source_id) FROM learner_alias x WHERE x.ecosystem = " row ".ecosystem AND"     \
    " x.learner = " id " AND x.source || '' = '" TN_LEARNER_SOURCE "'),"                           \
    " (SELECT min(x.source || ':' || x.source_id) FROM learner_alias x WHERE x.ecosystem = " row   \
    ".ecosystem AND x.learner = " id " AND x.source <> '" TN_LEARNER_SOURCE "')"

/* What tn_learners_find reads back: the roster's id, else another source's, else the learner id. */
void tn_learners_ref(struct tn_stmt *stmt, int column, const struct tn_id *learner,
                     char out[TN_LEARNER_REF_SIZE]);

/* The same for one learner at a time. */
enum tn_status tn_learners_label(struct tn_centre *centre, const struct tn_id *learner,
                                 char out[TN_LEARNER_REF_SIZE]);

#endif
