/* What hangs on a learner besides the row itself: aliases, groups and consent. Each sets *change to
 * TN_CHANGE_CHANGED where it changed something, and leaves it alone otherwise. */
#ifndef TURNOUT_EXCHANGE_IMPORT_LEARNER_H
#define TURNOUT_EXCHANGE_IMPORT_LEARNER_H

#include "sync/central/centre.h"
#include "sync/exchange/upsert.h"

/* What learner_alias calls our own rosters. */
#define TN_SOURCE_ROSTER "roster"

/* What a learner agreed to by a roster's `consent`, and on what ground. */
#define TN_CONSENT_PURPOSE "participation"
#define TN_CONSENT_BASIS "roster"

/* Remembers a source's own id for a learner; one that is known stays. */
enum tn_status tn_learner_add_alias(struct tn_centre *centre, const char *source,
                                    const char *source_id, const struct tn_id *learner);

/* Tells whether the learner was erased, and so may not come back. */
enum tn_status tn_learner_is_erased(struct tn_centre *centre, const struct tn_id *learner,
                                    bool *is_erased);

/* The same of a learner whom a file names by a roster's id, by source:id, or by an id of whatever
 * source; for names that lead to nobody. */
enum tn_status tn_learner_was_erased(struct tn_centre *centre, const char *name, bool *is_erased);

#define TN_GROUPS_MAX 32
#define TN_GROUP_TITLE_MAX 120

/* Tells whether a list of groups keeps to the two limits above. */
bool tn_learner_groups_fit(const char *list);

/* Makes the learner's groups exactly those of list, titles separated by `;`. */
enum tn_status tn_learner_set_groups(struct tn_centre *centre, const struct tn_id *learner,
                                     const char *list, enum tn_change *change);

/* The same two for a learner who was not there before, and so has neither: they only write. */
enum tn_status tn_learner_add_groups(struct tn_centre *centre, const struct tn_id *learner,
                                     const char *list);
enum tn_status tn_learner_add_consent(struct tn_centre *centre, const struct tn_id *learner);

/* Gives consent, or withdraws what was given. */
enum tn_status tn_learner_set_consent(struct tn_centre *centre, const struct tn_id *learner,
                                      bool is_given, int64_t now_ms, enum tn_change *change);

/* The purpose under which anything is kept in learner_demo. */
#define TN_CONSENT_DEMOGRAPHICS "demographics"

/* Forgets what was kept of a learner under a consent that is withdrawn. */
enum tn_status tn_learner_forget_demo(struct tn_centre *centre, const struct tn_id *learner,
                                      const char *purpose);

#endif
