/* Writing deterministic CBOR: libcbor gives every value its shortest head, which is all that RFC
 * 8949 section 4.2.1 asks of the types this project uses. A reconcile writes and hashes millions of
 * items, so a head and what follows it go into the buffer at once. */
#include "turnout/cbor.h"

#include <string.h>

#include <cbor/encoding.h>

#define HEAD_MAX 9

/* Appends a head and what follows it. */
static void put(struct tn_buf *buf, const uint8_t *head, size_t head_len, struct tn_bytes more)
{
    uint8_t *at = tn_buf_room(buf, head_len + more.len);
    if (at == NULL) {
        return;
    }
    memcpy(at, head, head_len);
    if (more.len > 0) {
        memcpy(at + head_len, more.data, more.len);
    }
}

static const struct tn_bytes nothing = {NULL, 0};

void tn_cbor_put_uint(struct tn_buf *buf, uint64_t value)
{
    uint8_t head[HEAD_MAX];
    put(buf, head, cbor_encode_uint(value, head, sizeof head), nothing);
}

void tn_cbor_put_int(struct tn_buf *buf, int64_t value)
{
    uint8_t head[HEAD_MAX];
    const size_t len = value < 0 ? cbor_encode_negint((uint64_t)(-1 - value), head, sizeof head)
                                 : cbor_encode_uint((uint64_t)value, head, sizeof head);
    put(buf, head, len, nothing);
}

void tn_cbor_put_bytes(struct tn_buf *buf, struct tn_bytes bytes)
{
    uint8_t head[HEAD_MAX];
    put(buf, head, cbor_encode_bytestring_start(bytes.len, head, sizeof head), bytes);
}

void tn_cbor_put_bytes_head(struct tn_buf *buf, size_t len)
{
    uint8_t head[HEAD_MAX];
    put(buf, head, cbor_encode_bytestring_start(len, head, sizeof head), nothing);
}

void tn_cbor_put_text(struct tn_buf *buf, const char *text)
{
    uint8_t head[HEAD_MAX];
    const struct tn_bytes bytes = {(const uint8_t *)text, strlen(text)};
    put(buf, head, cbor_encode_string_start(bytes.len, head, sizeof head), bytes);
}

void tn_cbor_put_array(struct tn_buf *buf, uint64_t count)
{
    uint8_t head[HEAD_MAX];
    put(buf, head, cbor_encode_array_start((size_t)count, head, sizeof head), nothing);
}

void tn_cbor_put_bool(struct tn_buf *buf, bool value)
{
    uint8_t head[HEAD_MAX];
    put(buf, head, cbor_encode_bool(value, head, sizeof head), nothing);
}

void tn_cbor_put_null(struct tn_buf *buf)
{
    uint8_t head[HEAD_MAX];
    put(buf, head, cbor_encode_null(head, sizeof head), nothing);
}

void tn_cbor_put_id(struct tn_buf *buf, const struct tn_id *id)
{
    if (tn_id_is_none(id)) {
        tn_cbor_put_null(buf);
        return;
    }
    tn_cbor_put_bytes(buf, (struct tn_bytes){id->b, sizeof id->b});
}
