/* What a failure of a stick means and what to do about it, in the words of whoever holds it. */
#ifndef TURNOUT_LINK_CARRIER_FAULT_H
#define TURNOUT_LINK_CARRIER_FAULT_H

#include "turnout/sync_state.h"

struct tn_carrier_fault {
    int reason; /* errno */
    enum tn_status status;
    enum tn_sync_fault fault;
};

/* What errno means, of a stick that is written to or listed; never NULL. */
const struct tn_carrier_fault *tn_carrier_fault_of(int reason);

/* What happened and what to do next: "the stick is full; ...". */
const char *tn_carrier_fault_text(enum tn_sync_fault fault);

#endif
