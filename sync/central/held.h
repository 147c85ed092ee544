/* Bundles that wait: for what is missing before them, for their station to be known, or for a
 * person to look. They are kept whole, since only whole they verify, and each is an open conflict
 * as long as it waits. */
#ifndef TURNOUT_CENTRAL_HELD_H
#define TURNOUT_CENTRAL_HELD_H

#include "sync/central/centre.h"
#include "sync/wire/bundle.h"

#define TN_HELD_WHY_SIZE 32

/* Which one, and why it waits: the type of its conflict. */
struct tn_held {
    struct tn_id log;
    uint64_t first;
    struct tn_hash after; /* the hash of its last entry */
    char why[TN_HELD_WHY_SIZE];
};

/* Keeps a bundle, and says so to a person, once. Of one that names somebody who was erased nothing
 * is kept: its station has no receipt for it and brings it again. */
enum tn_status tn_held_put(struct tn_centre *centre, const struct tn_bundle *bundle,
                           struct tn_bytes bytes, const char *why, int64_t now_ms);

/* Lets one go, and its conflict, where that is open. */
enum tn_status tn_held_take(struct tn_centre *centre, const struct tn_held *held);

#endif
