/* Writing deterministic CBOR: the shortest head for every value, which is all that RFC 8949 section
 * 4.2.1 asks of the types this project uses. A reconcile writes and hashes millions of items, so a
 * head and what follows it go into the buffer at once; tests hold every head against libcbor's. */
#include "turnout/cbor.h"

#include <assert.h>
#include <string.h>

#include "kiosk/core/cbor_head.h"

/* Where a value's bytes go, after its head; NULL where nothing may be written any more. */
static uint8_t *put_head(struct tn_buf *buf, enum tn_cbor_major major, uint64_t value, size_t more)
{
    const size_t len = tn_cbor_head_len(value);
    uint8_t *at = tn_buf_room(buf, len + more);
    if (at == NULL) {
        return NULL;
    }
    at[0] = (uint8_t)(major << 5);
    if (len == 1) {
        at[0] |= (uint8_t)value;
        return at + 1;
    }
    at[0] |= (uint8_t)(len == 2 ? 24 : len == 3 ? 25 : len == 5 ? 26 : 27);
    for (size_t i = len - 1; i > 0; i--) {
        at[i] = (uint8_t)value;
        value >>= 8;
    }
    return at + len;
}

static void put_string(struct tn_buf *buf, enum tn_cbor_major major, const void *data, size_t len)
{
    uint8_t *at = put_head(buf, major, len, len);
    if (at != NULL && len > 0) {
        memcpy(at, data, len);
    }
}

void tn_cbor_put_uint(struct tn_buf *buf, uint64_t value)
{
    (void)put_head(buf, TN_CBOR_UINT, value, 0);
}

void tn_cbor_put_int(struct tn_buf *buf, int64_t value)
{
    bool is_negative = value < 0;
    uint64_t number = is_negative ? (uint64_t)(-1 - value) : (uint64_t)value;
    (void)put_head(buf, is_negative ? TN_CBOR_NEGINT : TN_CBOR_UINT, number, 0);
}

void tn_cbor_put_bytes(struct tn_buf *buf, struct tn_bytes bytes)
{
    put_string(buf, TN_CBOR_BYTES, bytes.data, bytes.len);
}

void tn_cbor_put_bytes_head(struct tn_buf *buf, size_t len)
{
    (void)put_head(buf, TN_CBOR_BYTES, len, 0);
}

void tn_cbor_put_text(struct tn_buf *buf, const char *text)
{
    put_string(buf, TN_CBOR_TEXT, text, strlen(text));
}

void tn_cbor_put_array(struct tn_buf *buf, uint64_t count)
{
    (void)put_head(buf, TN_CBOR_ARRAY, count, 0);
}

void tn_cbor_put_bool(struct tn_buf *buf, bool value)
{
    (void)put_head(buf, TN_CBOR_SIMPLE, value ? TN_CBOR_TRUE : TN_CBOR_FALSE, 0);
}

void tn_cbor_put_null(struct tn_buf *buf)
{
    (void)put_head(buf, TN_CBOR_SIMPLE, TN_CBOR_NULL, 0);
}

void tn_cbor_put_id(struct tn_buf *buf, const struct tn_id *id)
{
    if (tn_id_is_none(id)) {
        tn_cbor_put_null(buf);
        return;
    }
    put_string(buf, TN_CBOR_BYTES, id->b, sizeof id->b);
}
