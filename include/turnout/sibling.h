/* Siblings: the other stations of the event, whose entries a station takes into its own database,
 * so that whoever came in at one gate is known at the next, and a kiosk that is lost has not taken
 * its entries along. Sync has checked the signature of what it hands over (sync/wire/bundle.h);
 * here it is decided whose signature counts and what follows.
 *
 * Nothing is decided by clocks, and nobody leads: a sibling's entries go into a log of their own,
 * in the order of its seq, and presence follows in the order in which entries became known here. It
 * is what this screen says and no more; the centre has its own word. Where entries in between are
 * not to be had (the centre has them, and nobody carries them any more), the log begins anew behind
 * them, and what followed from the earlier ones stays. */
#ifndef TURNOUT_SIBLING_H
#define TURNOUT_SIBLING_H

#include <stdbool.h>

#include "turnout/entry.h"

struct tn_station;

/* Consecutive entries of one log, whose chain holds from `before` to the last one's hash. */
struct tn_sibling_run {
    struct tn_id log;
    struct tn_public_key device_key; /* who signed them */
    struct tn_hash before;           /* the hash of the entry before the first; zero for seq 1 */
    const struct tn_entry *entries;  /* seq, who hash and hash filled */
    size_t count;
};

/* Whether the current pack names another station by this key. */
bool tn_station_has_sibling(struct tn_station *station, const struct tn_public_key *key);

/* Calls each for the key of every other station that the current pack names, in their order; none
 * where there is no pack. A status other than TN_OK ends it and is returned. */
enum tn_status tn_station_sibling_keys(struct tn_station *station,
                                       enum tn_status (*each)(void *ctx,
                                                              const struct tn_public_key *key),
                                       void *ctx);

/* How far a sibling's log is known here: the last seq, and its hash; 0 where none of it is. */
enum tn_status tn_station_sibling_at(struct tn_station *station, const struct tn_id *log,
                                     uint64_t *seq, struct tn_hash *hash);

/* Takes what is new of a run; *added entries. It comes in slices of a few hundred, each a
 * transaction of its own that leaves a log that is whole, so that a scan in between waits for one
 * of them and a power cut costs what the next reconcile brings again. Whom the pack's marks name
 * (forget.h) is never named here: such an entry comes in erased. TN_ERR_STATE: nobody whom the pack
 * names signed it, or its log is another station's; TN_ERR_DAMAGED: it is not the log that is known
 * here (a clone's, which only the centre can tell apart). Then nothing changes. */
enum tn_status tn_station_add_sibling(struct tn_station *station, const struct tn_sibling_run *run,
                                      uint64_t *added);

/* Honours a receipt for whatever log here it is for, a sibling's or this station's.
 * TN_ERR_NOT_FOUND where it is for none, or for more of one than is here; TN_ERR_STATE, not logged,
 * where the hash here is another. Else as tn_station_take_receipt. */
enum tn_status tn_station_take_sibling_receipt(struct tn_station *station, struct tn_bytes receipt);

#endif
