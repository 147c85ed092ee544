/* Deterministic CBOR (RFC 8949, section 4.2.1): what everything that is hashed or signed is written
 * in.
 *
 * The subset is small on purpose: unsigned and negative integers, byte strings, text strings,
 * arrays of known length, false, true and null. No maps, floats, tags or indefinite lengths; a
 * record is an array whose first element is its format number, so that a later format adds
 * elements at the end. The reader refuses any other encoding of the same value. */
#ifndef TURNOUT_CBOR_H
#define TURNOUT_CBOR_H

#include <stdbool.h>
#include <stdint.h>

#include "turnout/buf.h"
#include "turnout/crypto.h"

/* Arrays inside arrays, at most. */
#define TN_CBOR_DEPTH_MAX 8

/* Writing. Failures stick in buf->status; check it once at the end. */
void tn_cbor_put_uint(struct tn_buf *buf, uint64_t value);
void tn_cbor_put_int(struct tn_buf *buf, int64_t value);
void tn_cbor_put_bytes(struct tn_buf *buf, struct tn_bytes bytes);
/* The head of a byte string whose len bytes the caller appends, in as many parts as they come. */
void tn_cbor_put_bytes_head(struct tn_buf *buf, size_t len);
void tn_cbor_put_text(struct tn_buf *buf, const char *text);
void tn_cbor_put_array(struct tn_buf *buf, uint64_t count);
void tn_cbor_put_bool(struct tn_buf *buf, bool value);
void tn_cbor_put_null(struct tn_buf *buf);

/* An id as a byte string of 16, or null where it is none. */
void tn_cbor_put_id(struct tn_buf *buf, const struct tn_id *id);

/* A place in CBOR somebody else owns. After the first failure status sticks (TN_ERR_FORMAT, or
 * TN_ERR_LIMIT), and every later get gives zero, an empty view or none. */
struct tn_cbor {
    const uint8_t *at;
    const uint8_t *end;
    enum tn_status status;
};

/* Starts at the first byte; then one call for each value, in their order. */
void tn_cbor_init(struct tn_cbor *cbor, struct tn_bytes bytes);
uint64_t tn_cbor_get_uint(struct tn_cbor *cbor);
int64_t tn_cbor_get_int(struct tn_cbor *cbor);
struct tn_bytes tn_cbor_get_bytes(struct tn_cbor *cbor);

/* A byte string of exactly len bytes copied to out; TN_ERR_FORMAT sticks for any other length. */
void tn_cbor_get_fixed(struct tn_cbor *cbor, void *out, size_t len);

/* A text string copied with a NUL; sticks TN_ERR_LIMIT where it does not fit, TN_ERR_FORMAT for
 * bad UTF-8 or an embedded NUL. */
void tn_cbor_get_text(struct tn_cbor *cbor, char *out, size_t out_size);
bool tn_cbor_get_bool(struct tn_cbor *cbor);
void tn_cbor_get_id(struct tn_cbor *cbor, struct tn_id *out);

/* The length of an array, which must be from count_min to count_max. */
uint64_t tn_cbor_get_array(struct tn_cbor *cbor, uint64_t count_min, uint64_t count_max);

/* Passes over one whole value, whatever it is, to TN_CBOR_DEPTH_MAX. */
void tn_cbor_skip(struct tn_cbor *cbor);

/* TN_OK when everything was read and nothing is left; TN_ERR_FORMAT for bytes left over. */
enum tn_status tn_cbor_end(const struct tn_cbor *cbor);

#endif
