/* A set of ids, each with a number: which row of which file an id was first seen in. An open
 * addressing table, 16 bytes a place, at most half full; so 1,000,000 rows cost 32 MiB, and half as
 * much again while it grows. Of an id 12 bytes are kept: ids are hashes, and two of 8,000,000 that
 * agree in 96 bits do not happen. */
#ifndef TURNOUT_EXCHANGE_IDSET_H
#define TURNOUT_EXCHANGE_IDSET_H

#include <stddef.h>
#include <stdint.h>

#include "turnout/crypto.h"
#include "turnout/status.h"

#define TN_IDSET_MAX 8000000
#define TN_IDSET_KEPT 12 /* bytes of an id */

struct tn_idset_place {
    uint8_t id[TN_IDSET_KEPT];
    uint32_t value; /* 0: a free place */
};

/* Zero it to start. */
struct tn_idset {
    struct tn_idset_place *places;
    size_t size; /* a power of two, or 0 */
    size_t count;
};

/* Adds id with a value that is not 0. TN_ERR_EXISTS where it is in already; *value then is the one
 * it came with. TN_ERR_LIMIT, TN_ERR_NO_MEMORY. */
enum tn_status tn_idset_add(struct tn_idset *set, const struct tn_id *id, uint32_t *value);

/* The value id came with, or 0 where it is not in. */
uint32_t tn_idset_find(const struct tn_idset *set, const struct tn_id *id);

void tn_idset_destroy(struct tn_idset *set);

#endif
