/* Forgetting: what a station takes out of its log when it is told to, or in time.
 *
 * A pack names whom the centre has erased by marks, so that it leads to nobody who is not known
 * here already: a mark is the first 16 bytes of keyed BLAKE2b-256(key, "turnout erasure v1" || id),
 * for each id of a badge or a learner that stood for them; the key comes with the pack. The entries
 * of those ids lose salt, badge, learner and body once a receipt covers them: the attendance stays
 * at the centre, and the chain still verifies here. What follows from them goes on under the mark.
 *
 * An entry that a receipt covers and that is older than the pack's retention goes altogether, many
 * at a time; of the last ones of a log only whom they name goes. The hash that the next one follows
 * is kept, so what is left still verifies; a `purge` entry [1, log id, seq] says so. */
#ifndef TURNOUT_FORGET_H
#define TURNOUT_FORGET_H

#include <stdbool.h>

#include "turnout/crypto.h"

#define TN_FORGET_LABEL "turnout erasure v1"
#define TN_FORGET_MARKS_MAX 65536 /* in a pack: the newest */

struct tn_forget_mark {
    uint8_t b[TN_ID_SIZE];
};

/* The mark of an id. */
struct tn_forget_mark tn_forget_mark_of(const struct tn_key *key, const struct tn_id *id);

struct tn_forgot {
    uint64_t erased; /* entries that lost whom they name */
    uint64_t purged; /* entries that went */
    bool is_whole;   /* nothing that the pack's marks name is left, in no page of the database */
};

struct tn_station;

/* Does both, as the current pack says; then takes what went out of the database's free pages and
 * out of its journal, and damaged databases that were set aside with it. Quick where there is
 * nothing to do, and without a lock then.
 *
 * Cleaning the pages writes the whole database anew, and a scan waits for it: 0.2 s for 100,000
 * entries (21 MiB) on a solid state disk, some seconds on a slow card. It comes once an erasure or
 * purge; the kiosk waits for its end, up to 20 s, and shows no fault. For a quiet moment, after
 * receipts and packs have come. TN_ERR_BUSY: another program kept the pages from being cleaned; the
 * next call does it. */
enum tn_status tn_station_forget(struct tn_station *station, int64_t at_ms, struct tn_forgot *out);

/* The version of the newest pack whose marks have been carried out whole; 0: none of this epoch. */
enum tn_status tn_station_forgot(struct tn_station *station, uint64_t *version);

#endif
