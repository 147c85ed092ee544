/* One carrier onto another: what is not there yet, or is newer. Nothing is taken away from the
 * first, and nothing that the second has is replaced by something older. */
#ifndef TURNOUT_LINK_CARRIER_COPY_H
#define TURNOUT_LINK_CARRIER_COPY_H

#include "sync/link/carrier.h"

struct tn_carrier_copied {
    uint64_t entries;   /* in the bundles that were copied */
    size_t files;       /* copied, of all kinds */
    size_t there;       /* that were there already, or newer */
    size_t passed_over; /* that do not verify */
    enum tn_sync_fault fault;
};

/* Copies all ecosystems. `to` is open to write. */
enum tn_status tn_carrier_copy(struct tn_carrier *from, struct tn_carrier *to,
                               struct tn_carrier_copied *out);

#endif
