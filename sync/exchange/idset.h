/* A set of ids, each with a number: which row of which file an id was first seen in. An open
 * addressing table, 24 bytes a place, at most half full; so 200,000 rows cost 12 MiB. */
#ifndef TURNOUT_EXCHANGE_IDSET_H
#define TURNOUT_EXCHANGE_IDSET_H

#include <stddef.h>
#include <stdint.h>

#include "turnout/crypto.h"
#include "turnout/status.h"

#define TN_IDSET_MAX 8000000

struct tn_idset_place {
    struct tn_id id; /* none: a free place */
    uint64_t value;
};

/* Zero it to start. */
struct tn_idset {
    struct tn_idset_place *places;
    size_t size; /* a power of two, or 0 */
    size_t count;
};

/* Adds id with value. TN_ERR_EXISTS where it is in already; *value then is the one it came with.
 * TN_ERR_LIMIT, TN_ERR_NO_MEMORY. id must not be none. */
enum tn_status tn_idset_add(struct tn_idset *set, const struct tn_id *id, uint64_t *value);

/* The value id came with, or 0 where it is not in. */
uint64_t tn_idset_find(const struct tn_idset *set, const struct tn_id *id);

void tn_idset_destroy(struct tn_idset *set);

#endif
