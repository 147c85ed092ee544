/* Checking the centre against itself: every chain, entry by entry, every receipt given, and
 * the audit log. */
#ifndef TURNOUT_CENTRAL_CHECK_H
#define TURNOUT_CENTRAL_CHECK_H

#include "sync/central/centre.h"

struct tn_check {
    uint64_t logs;
    uint64_t entries;
    uint64_t receipts;
    uint64_t audit;       /* rows of the audit log */
    uint64_t corrections; /* rows of the log of corrections */
    uint64_t faults;      /* each is logged with where it is */
};

/* TN_OK also where faults were found; another status where the check could not go on. progress may
 * be NULL. */
enum tn_status tn_check_centre(struct tn_centre *centre,
                               void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
                               struct tn_check *out);

#endif
