/* Settling conflicts. A table says in which ways each type can be settled; a way becomes rulings
 * (ruling.h) that deriving obeys, so that what comes later obeys them too, and reopening takes them
 * away and leaves what would be there without them. Every step is kept with who and why. */
#ifndef TURNOUT_CENTRAL_SETTLE_H
#define TURNOUT_CENTRAL_SETTLE_H

#include "sync/central/conflict.h"

#define TN_RULE_MAX 400 /* bytes of `how`, as "learner=roster:1042" */

/* What stands behind the = of a way. */
enum tn_way_takes {
    TN_WAY_NOTHING,
    TN_WAY_LEARNER,
    TN_WAY_MINUTES,
    TN_WAY_EVENT,
};

struct tn_way {
    const char *type;
    const char *how; /* the word before the = */
    enum tn_way_takes takes;
    const char *means; /* half a sentence */
    const char *does;  /* the ruling; NULL: the conflict was looked at, and nothing changes */
};

/* The ways of a type, in the order to show them: NULL past the last. */
const struct tn_way *tn_way_of(const char *type, size_t index);

/* One conflict, as it stands. */
struct tn_conflict {
    struct tn_id id;
    const struct tn_conflict_type *type;
    char type_name[32];
    struct tn_id a;
    struct tn_id b;
    struct tn_id c;
    bool is_open;
    char rule[TN_RULE_MAX + 1];
    char by[128];
    int64_t since_ms;
};

/* Finds one by the first digits of its id. TN_ERR_NOT_FOUND is logged. */
enum tn_status tn_settle_find(struct tn_centre *centre, const char *text, struct tn_conflict *out);

/* Reads one by its id. TN_ERR_NOT_FOUND. */
enum tn_status tn_settle_get(struct tn_centre *centre, const struct tn_id *id,
                             struct tn_conflict *out);

/* Who decides, why, and when. */
struct tn_decision {
    const char *by;
    const char *why;
    int64_t now_ms;
};

/* Settles an open conflict, and derives again what that touches. TN_ERR_STATE where it cannot be
 * (settled already, no such way, somebody else's ruling stands), which is logged with what to do.
 */
enum tn_status tn_settle(struct tn_centre *centre, const struct tn_conflict *conflict,
                         const char *how, const struct tn_decision *decision);

/* Opens a settled one again. TN_ERR_STATE where it is open, which is logged. */
enum tn_status tn_reopen(struct tn_centre *centre, const struct tn_conflict *conflict,
                         const struct tn_decision *decision);

#endif
