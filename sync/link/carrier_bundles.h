/* The bundles that lie on a carrier, by what they say of themselves under their stations'
 * signatures. One that does not verify is said once, passed over, and left where it is. */
#ifndef TURNOUT_LINK_CARRIER_BUNDLES_H
#define TURNOUT_LINK_CARRIER_BUNDLES_H

#include "sync/link/carrier.h"
#include "sync/wire/bundle.h"

struct tn_carrier_bundle {
    char file[TN_CARRIER_NAME_SIZE];
    struct tn_bundle_head head;
    bool is_done; /* whoever works through them is done with this one */
};

/* By log, then first, then last. */
struct tn_carrier_bundles {
    struct tn_carrier_bundle *items;
    size_t count;
    size_t passed_over;
};

/* Reads those of an ecosystem; log not NULL: only files that are named for this log, from seq
 * `after` + 1 on. The caller frees. */
enum tn_status tn_carrier_bundles_read(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                       const struct tn_id *log, uint64_t after,
                                       struct tn_carrier_bundles *out);
void tn_carrier_bundles_free(struct tn_carrier_bundles *bundles);

/* What its name is. */
struct tn_carrier_name tn_carrier_bundle_name(const struct tn_bundle_head *head);

/* Whether a carrier has one by that name, whole. */
bool tn_carrier_bundle_is_there(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                const struct tn_bundle_head *head);

/* How many entries it holds. */
uint64_t tn_carrier_bundle_entries(const struct tn_carrier_bundle *bundle);

/* Says that a file is passed over, and why. */
void tn_carrier_pass_over(const struct tn_carrier *carrier, enum tn_carrier_kind kind,
                          const char *file, enum tn_status why);

#endif
