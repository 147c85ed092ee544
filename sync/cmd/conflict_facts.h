/* What a person needs to know to decide about a conflict, in words: the two sides of it, with
 * stations, times and counts. Learners are called by their roster's id; names are read only where
 * they are asked for. */
#ifndef TURNOUT_CMD_CONFLICT_FACTS_H
#define TURNOUT_CMD_CONFLICT_FACTS_H

#include <jansson.h>

#include "sync/central/settle.h"

/* Appends {"label", "text"} objects in the order to read them. */
enum tn_status tn_conflict_facts(struct tn_centre *centre, const struct tn_conflict *conflict,
                                 bool has_names, json_t *out);

/* Appends every step of its history: {"verb", "how", "by", "why", "at_ms"}; how is the rule as the
 * centre keeps it. */
enum tn_status tn_conflict_history(struct tn_centre *centre, const struct tn_conflict *conflict,
                                   json_t *out);

#endif
