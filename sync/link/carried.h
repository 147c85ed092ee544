/* What lies in a station's folder `carried`, by the names of its files: for whoever gives it on
 * without taking anything away. Each call opens and closes it, so that nobody waits for long. */
#ifndef TURNOUT_LINK_CARRIED_H
#define TURNOUT_LINK_CARRIED_H

#include "sync/link/carrier.h"
#include "turnout/crypto.h"

struct tn_carried_name {
    struct tn_carrier_name name;
    char file[TN_CARRIER_NAME_SIZE];
};

/* Bundles, by log, then first, then last. */
struct tn_carried_names {
    struct tn_carried_name *items;
    size_t count;
};

/* Lists them; none where nothing was ever carried. The caller frees. */
enum tn_status tn_carried_names(const char *dir, const struct tn_id *ecosystem,
                                struct tn_carried_names *out);
void tn_carried_names_free(struct tn_carried_names *names);

/* Of all names: as long as it is the same, nothing has come or gone. */
struct tn_hash tn_carried_hash(const struct tn_carried_names *names);

/* Appends a file. TN_ERR_NOT_FOUND: it is gone. */
enum tn_status tn_carried_get(const char *dir, const struct tn_id *ecosystem, const char *file,
                              struct tn_buf *out);

#endif
