/* Sorting more records than memory should hold: they are sorted in pieces, which go to a nameless
 * file and are read back in one order. What lies in the file is encrypted under a key that nobody
 * keeps, since records may hold names. */
#ifndef TURNOUT_CENTRAL_SPILL_H
#define TURNOUT_CENTRAL_SPILL_H

#include <stdbool.h>
#include <stddef.h>

#include "turnout/status.h"

/* Records of one piece in memory: for every spill, this many bytes at most. */
#define TN_SPILL_BYTES (32 * 1024 * 1024)

struct tn_spill;

/* Records of `size` bytes (a multiple of 32), in the order of their first key_size bytes. pieces of
 * `bytes` bytes, 0: TN_SPILL_BYTES. The caller closes it. */
enum tn_status tn_spill_open(size_t size, size_t key_size, size_t bytes, struct tn_spill **out);
void tn_spill_close(struct tn_spill *spill);

/* Adds one. TN_ERR_IO, TN_ERR_FULL; logged. */
enum tn_status tn_spill_add(struct tn_spill *spill, const void *record);

/* No more are added. */
enum tn_status tn_spill_sort(struct tn_spill *spill);

/* The next in order, borrowed until the next call; *record NULL at the end. */
enum tn_status tn_spill_next(struct tn_spill *spill, const void **record);

#endif
