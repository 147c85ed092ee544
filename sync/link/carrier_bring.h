/* A carrier at a centre: it says its stations' requests, hands over every bundle that lies on it,
 * and takes receipts and packs back. The centre may be in this process or a hub (far.h); it decides
 * alone what is new, a fork or a gap. A bundle leaves the carrier once its receipt lies there. */
#ifndef TURNOUT_LINK_CARRIER_BRING_H
#define TURNOUT_LINK_CARRIER_BRING_H

#include "sync/link/carrier.h"
#include "sync/link/far.h"

/* One station, as the carrier knows it. */
struct tn_carrier_station {
    struct tn_public_key device_key;
    uint64_t entries; /* in its bundles on the carrier */
    uint64_t added;   /* new at the centre */
    uint64_t left;    /* not taken: refused, or behind a gap */
    uint64_t kept;    /* taken, but without a receipt: they stay on the carrier */
    bool got_receipt;
    bool got_pack;   /* one that was not on the carrier */
    bool is_refused; /* the centre would not hear it */
};

struct tn_carrier_brought {
    struct tn_carrier_station *stations; /* by device key; the caller frees */
    size_t count;
    uint64_t entries;
    uint64_t added;
    uint64_t left;
    uint64_t kept;
    uint64_t forks;     /* bundles that showed two copies of one log */
    size_t passed_over; /* files that do not verify */
    bool needs_person;
    enum tn_sync_fault fault; /* where it failed; also where all was taken, but the carrier is full
                                 or locked and not all answers lie on it */
};
void tn_carrier_brought_free(struct tn_carrier_brought *brought);

struct tn_carrier_bring_with {
    const struct tn_far *far;
    void (*progress)(void *ctx, uint64_t done, uint64_t all); /* NULL: nobody is told; entries */
    void *ctx;
};

/* Brings what lies on the carrier for one ecosystem, which is open to write. What the centre
 * refuses is counted; another status means that it broke off, and running it again goes on. */
enum tn_status tn_carrier_bring(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                const struct tn_carrier_bring_with *with,
                                struct tn_carrier_brought *out);

/* Counts the entries that lie on the carrier for an ecosystem, by their files' names alone. */
enum tn_status tn_carrier_count(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                uint64_t *entries);

#endif
