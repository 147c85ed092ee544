/* A centre in this process as a carrier sees it (far.h): what came on a stick came from outside, so
 * bundles must be sealed and requests signed, and of strangers nothing is kept. */
#ifndef TURNOUT_LINK_CARRIER_CENTRE_H
#define TURNOUT_LINK_CARRIER_CENTRE_H

#include "sync/link/far.h"
#include "sync/link/reconcile.h"

struct tn_carrier_centre {
    struct tn_centre_link link;
    struct tn_packing packing;
    struct tn_session_centre session; /* of one question; large */
};

/* Makes `far` speak to a centre; keyring NULL: no receipts and no packs. The caller has both open
 * for as long, and ends it. */
void tn_carrier_centre_begin(struct tn_carrier_centre *near, struct tn_centre *centre,
                             const struct tn_keyring *keyring, int64_t now_ms, struct tn_far *far);
void tn_carrier_centre_end(struct tn_carrier_centre *near);

#endif
