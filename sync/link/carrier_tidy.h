/* What a station's visits leave on a carrier that its later ones made needless: bundles that a
 * receipt covers by now, and small ones whose entries lie in a larger one. Somebody may leave a
 * stick in a kiosk all day, and a bundle every few seconds would fill its folder. */
#ifndef TURNOUT_LINK_CARRIER_TIDY_H
#define TURNOUT_LINK_CARRIER_TIDY_H

#include "sync/link/carrier_bundles.h"

/* So many small bundles one after the other are put together. */
#define TN_CARRIER_SMALL_MAX 16
#define TN_CARRIER_SMALL_ENTRIES 2048

/* One log, and whose it is: of two copies of a station each tidies its own. */
struct tn_carrier_tidy {
    struct tn_id ecosystem;
    struct tn_id log;
    uint64_t receipt_seq; /* a receipt covers the log up to here */
    /* Tells whether the log has this hash at that seq. */
    bool (*is_own)(void *ctx, uint64_t seq, const struct tn_hash *hash);
    void *ctx;
};

/* Where the entries begin that should be put on the carrier anew, going by the log's bundles there
 * (sorted, one joining the other): the first of many small ones; next: nothing needs to be. */
uint64_t tn_carrier_tidy_from(const struct tn_carrier_bundle *const *joined, size_t count,
                              uint64_t next);

/* Takes away what is needless. */
enum tn_status tn_carrier_tidy(struct tn_carrier *carrier, const struct tn_carrier_tidy *tidy);

#endif
