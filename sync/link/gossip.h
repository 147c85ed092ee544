/* Gossip: stations of one event know of each other's entries, and carry them on. What a station has
 * taken from its siblings lies in its database (turnout/sibling.h), and as it was signed and sealed
 * in a carrier of its own, DIR/carried, until a receipt covers it. So a sibling's entries reach the
 * centre with whoever comes home first, and a receipt that comes with anybody lets them go. */
#ifndef TURNOUT_LINK_GOSSIP_H
#define TURNOUT_LINK_GOSSIP_H

#include "sync/link/carrier_bring.h"
#include "turnout/station.h"

#define TN_GOSSIP_FOLDER "carried"

#define TN_GOSSIP_HEARD_MAX 64 /* stations that are told apart while they are counted */

struct tn_gossip {
    uint64_t stations;                               /* whose entries were new here */
    uint64_t taken;                                  /* entries that were new here */
    uint64_t carried;                                /* entries of others that went on from here */
    struct tn_public_key heard[TN_GOSSIP_HEARD_MAX]; /* those stations */
};

/* Takes from a carrier what other stations of the event have left there, and leaves there what this
 * one carries of others; receipts are taken for all of them. A bundle that is not a sibling's, does
 * not open, or goes before what is here leaves nothing. Counts are added to out. */
enum tn_status tn_gossip_exchange(struct tn_station *station, const char *dir,
                                  struct tn_carrier *carrier, struct tn_gossip *out);

/* Brings to a far centre what this station carries of others, and takes the receipts. */
enum tn_status tn_gossip_bring(struct tn_station *station, const char *dir,
                               const struct tn_far *far, struct tn_gossip *out);

/* Whether it carries anything; for whoever would have to open a centre's way for it. */
bool tn_gossip_has_any(const char *dir);

#endif
