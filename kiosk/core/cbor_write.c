/* Writing deterministic CBOR. libcbor's encoders give the shortest head for every length, which is
 * all that RFC 8949 section 4.2.1 asks of the types this project uses. */
#include "turnout/cbor.h"

#include <assert.h>
#include <string.h>

#include <cbor.h>

/* A head is one byte of type and at most eight of length. */
#define HEAD_MAX 9

static void put(struct tn_buf *buf, const unsigned char *head, size_t len)
{
    assert(len > 0 && len <= HEAD_MAX);
    (void)tn_buf_append(buf, head, len);
}

void tn_cbor_put_uint(struct tn_buf *buf, uint64_t value)
{
    unsigned char head[HEAD_MAX];
    put(buf, head, cbor_encode_uint(value, head, sizeof head));
}

void tn_cbor_put_int(struct tn_buf *buf, int64_t value)
{
    if (value >= 0) {
        tn_cbor_put_uint(buf, (uint64_t)value);
        return;
    }
    unsigned char head[HEAD_MAX];
    put(buf, head, cbor_encode_negint((uint64_t)(-1 - value), head, sizeof head));
}

void tn_cbor_put_bytes(struct tn_buf *buf, struct tn_bytes bytes)
{
    unsigned char head[HEAD_MAX];
    put(buf, head, cbor_encode_bytestring_start(bytes.len, head, sizeof head));
    (void)tn_buf_append(buf, bytes.data, bytes.len);
}

void tn_cbor_put_text(struct tn_buf *buf, const char *text)
{
    unsigned char head[HEAD_MAX];
    size_t len = strlen(text);
    put(buf, head, cbor_encode_string_start(len, head, sizeof head));
    (void)tn_buf_append(buf, text, len);
}

void tn_cbor_put_array(struct tn_buf *buf, uint64_t count)
{
    unsigned char head[HEAD_MAX];
    put(buf, head, cbor_encode_array_start((size_t)count, head, sizeof head));
}

void tn_cbor_put_bool(struct tn_buf *buf, bool value)
{
    unsigned char head[HEAD_MAX];
    put(buf, head, cbor_encode_bool(value, head, sizeof head));
}

void tn_cbor_put_null(struct tn_buf *buf)
{
    unsigned char head[HEAD_MAX];
    put(buf, head, cbor_encode_null(head, sizeof head));
}

void tn_cbor_put_id(struct tn_buf *buf, const struct tn_id *id)
{
    if (tn_id_is_none(id)) {
        tn_cbor_put_null(buf);
        return;
    }
    tn_cbor_put_bytes(buf, (struct tn_bytes){id->b, sizeof id->b});
}
