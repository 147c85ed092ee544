/* What a station has for a sibling: the bundles of others that it carries, as they were signed, and
 * its own entries in bundles that it signs now. */
#ifndef TURNOUT_LINK_SIBLING_GIVE_H
#define TURNOUT_LINK_SIBLING_GIVE_H

#include "sync/wire/siblings.h"
#include "turnout/station.h"

/* Adds to others what is not known yet, as far as it fits. What is carried may be looked at while
 * another program adds to it. */
enum tn_status tn_sibling_give(struct tn_station *station, const char *dir,
                               const struct tn_siblings *known, int64_t now_ms,
                               struct tn_others *others);

/* A number for all that could be given: as long as it is the same, there is nothing new. */
enum tn_status tn_sibling_give_state(struct tn_station *station, const char *dir, uint64_t *out);

#endif
