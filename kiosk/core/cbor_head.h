/* The head of a CBOR item (RFC 8949, section 3): three bits of major type, five of value or of how
 * many bytes of value follow. */
#ifndef TURNOUT_CORE_CBOR_HEAD_H
#define TURNOUT_CORE_CBOR_HEAD_H

#include <stddef.h>
#include <stdint.h>

enum tn_cbor_major {
    TN_CBOR_UINT,
    TN_CBOR_NEGINT,
    TN_CBOR_BYTES,
    TN_CBOR_TEXT,
    TN_CBOR_ARRAY,
    TN_CBOR_MAP, /* the subset has none, nor tags */
    TN_CBOR_TAG,
    TN_CBOR_SIMPLE
};

enum { TN_CBOR_FALSE = 20, TN_CBOR_TRUE = 21, TN_CBOR_NULL = 22 };

/* The length of the shortest head that carries a value. */
static inline size_t tn_cbor_head_len(uint64_t value)
{
    return value < 24            ? 1
           : value <= UINT8_MAX  ? 2
           : value <= UINT16_MAX ? 3
           : value <= UINT32_MAX ? 5
                                 : 9;
}

#endif
