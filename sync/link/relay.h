/* The relay: bundles that a hub has lately taken, kept in memory for their siblings, as they were
 * signed and sealed. It opens none. Nothing of it is on a disk, so nothing need be erased or purged
 * there; whoever restarts the hub loses it, which costs siblings some "already in" and nobody an
 * entry. It is bounded in bytes and in number, for all and for each event, and in time; the oldest
 * go first. One thread. */
#ifndef TURNOUT_LINK_RELAY_H
#define TURNOUT_LINK_RELAY_H

#include "sync/wire/siblings.h"
#include "turnout/receipt.h"

/* Zero stands for what is said. */
struct tn_relay_limits {
    size_t size;       /* of all bundles: 64 MiB */
    size_t event_size; /* of one event's: 16 MiB */
    size_t count;      /* 32,768 */
    int64_t age_ms;    /* since it was taken: a day */
};

struct tn_relay_item {
    uint64_t at; /* its number, from 1, in the order in which they were taken */
    int64_t taken_ms;
    struct tn_bundle_head head;
    uint8_t *bytes;
    size_t len;
    size_t receipt_len; /* 0: none */
    uint8_t receipt[TN_RECEIPT_SIZE_MAX];
};

struct tn_relay {
    struct tn_relay_limits limits;
    struct tn_relay_item **items; /* by `at` */
    size_t count;
    size_t room;
    size_t size;
    uint64_t last; /* the newest's number, also of one that is gone */
};

void tn_relay_init(struct tn_relay *relay, const struct tn_relay_limits *limits);
void tn_relay_destroy(struct tn_relay *relay);

/* Lets all go. */
void tn_relay_drop(struct tn_relay *relay);

/* Lets go what is older than its time. */
void tn_relay_age(struct tn_relay *relay, int64_t now_ms);

/* Keeps a copy of a bundle, where it is sealed to an event's key and fits; older ones make room.
 * What cannot be kept is let go, for nobody is owed it. head is what the bundle says of itself. */
void tn_relay_keep(struct tn_relay *relay, const struct tn_bundle_head *head,
                   struct tn_bytes bundle, int64_t now_ms);

/* The centre's receipt for the newest bundle, if it is for its last entry; else nothing. */
void tn_relay_attach(struct tn_relay *relay, const struct tn_id *log, uint64_t seq,
                     const struct tn_hash *hash, struct tn_bytes receipt);

/* The newest number of a bundle of an event that somebody else than `device` signed; 0: none. */
uint64_t tn_relay_newest(const struct tn_relay *relay, const struct tn_id *event,
                         const struct tn_public_key *device);

/* Adds to others what an event's other stations have beyond what is known. */
void tn_relay_collect(const struct tn_relay *relay, const struct tn_id *event,
                      const struct tn_siblings *known, struct tn_others *others);

#endif
