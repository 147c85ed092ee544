/* A station at a carrier: it takes the receipts and the pack that lie there for it, and leaves its
 * request and the entries that neither a receipt nor the carrier has yet. The carrier plays the
 * centre in a session (session.h); nothing but the station's own word and the centre's signatures
 * is trusted. */
#ifndef TURNOUT_LINK_CARRIER_LOAD_H
#define TURNOUT_LINK_CARRIER_LOAD_H

#include "sync/link/carrier.h"
#include "turnout/station.h"

struct tn_carrier_load {
    uint64_t entries;     /* at the station */
    uint64_t copied;      /* put on the carrier now */
    uint64_t waiting;     /* entries that no receipt covers; all of them lie on the carrier */
    uint64_t receipt_seq; /* of the log the station writes now; 0: none */
    bool got_receipt;     /* one that the station did not have */
    bool got_pack;
    uint64_t pack_version;
    bool is_damaged;          /* the station's own chain does not hold, and that ended it */
    enum tn_sync_fault fault; /* where it failed */
};

/* The carrier is open to write. progress may be NULL; it counts entries. The kiosk's screen is told
 * that it goes on; that it is over, the caller tells it, once nothing more goes onto the carrier.
 * What failed is logged; again goes on from there. */
struct tn_carrier_load_with {
    int64_t now_ms;
    void (*progress)(void *ctx, uint64_t done, uint64_t all);
    void *ctx;
    bool is_quiet;  /* where nothing is new the screen is told nothing */
    bool is_untold; /* it is told nothing at all: this is no stick */
};
enum tn_status tn_carrier_load(struct tn_carrier *carrier, struct tn_station *station,
                               const char *dir, const struct tn_carrier_load_with *with,
                               struct tn_carrier_load *out);

/* Tells the screen that the stick may be taken, or result->fault. */
void tn_carrier_load_tell(struct tn_station *station, const struct tn_carrier_load_with *with,
                          const struct tn_carrier_load *result);

#endif
