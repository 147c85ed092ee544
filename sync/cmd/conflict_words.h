/* What people call those that a conflict is about: learners by the roster's id, activities by their
 * title. Ids in hexadecimal are for machines. */
#ifndef TURNOUT_CMD_CONFLICT_WORDS_H
#define TURNOUT_CMD_CONFLICT_WORDS_H

#include <jansson.h>

#include "sync/central/centre.h"

/* Adds to a listed conflict, by its type: `learner`, `other_learner`, `activity`; and where it has
 * a rule, the rule with its learner so called, as `settled_as`. */
enum tn_status tn_conflict_words(struct tn_centre *centre, json_t *row);

/* Adds to an object with a rule such as `merge=0123...` under `name` the same in these words. */
enum tn_status tn_conflict_words_rule(struct tn_centre *centre, json_t *row, const char *name);

#endif
