/* Reading deterministic CBOR through libcbor's streaming decoder, an item at a time and without
 * allocating. Everything outside the subset is refused, and so is every longer encoding of the same
 * value, which the decoder would take, so that bytes and values are one to one and a hash over
 * either is a hash over both. */
#include "turnout/cbor.h"

#include <string.h>

#include <cbor.h>

#include "kiosk/core/utf8.h"

enum type {
    TYPE_OTHER,
    TYPE_UINT,
    TYPE_NEGINT,
    TYPE_BYTES,
    TYPE_TEXT,
    TYPE_ARRAY,
    TYPE_BOOL,
    TYPE_NULL
};

/* One item: its value, or its length for strings and arrays. */
struct item {
    enum type type;
    uint64_t value;
    struct tn_bytes bytes;
};

/* The length of the shortest head that carries a value. */
static size_t head_len(uint64_t value)
{
    return value < 24            ? 1
           : value <= UINT8_MAX  ? 2
           : value <= UINT16_MAX ? 3
           : value <= UINT32_MAX ? 5
                                 : 9;
}

static void stick(struct tn_cbor *cbor, enum tn_status status)
{
    if (cbor->status == TN_OK) {
        cbor->status = status;
    }
}

/* What libcbor's decoder calls, one callback a kind of item. Items outside of the subset have a
 * callback that does nothing, and stay TYPE_OTHER. */
static void take(void *ctx, enum type type, uint64_t value)
{
    struct item *item = ctx;
    item->type = type;
    item->value = value;
}

static void take_uint8(void *ctx, uint8_t value)
{
    take(ctx, TYPE_UINT, value);
}

static void take_uint16(void *ctx, uint16_t value)
{
    take(ctx, TYPE_UINT, value);
}

static void take_uint32(void *ctx, uint32_t value)
{
    take(ctx, TYPE_UINT, value);
}

static void take_uint64(void *ctx, uint64_t value)
{
    take(ctx, TYPE_UINT, value);
}

static void take_negint8(void *ctx, uint8_t value)
{
    take(ctx, TYPE_NEGINT, value);
}

static void take_negint16(void *ctx, uint16_t value)
{
    take(ctx, TYPE_NEGINT, value);
}

static void take_negint32(void *ctx, uint32_t value)
{
    take(ctx, TYPE_NEGINT, value);
}

static void take_negint64(void *ctx, uint64_t value)
{
    take(ctx, TYPE_NEGINT, value);
}

static void take_bytes(void *ctx, cbor_data data, size_t len)
{
    struct item *item = ctx;
    take(ctx, TYPE_BYTES, len);
    item->bytes = (struct tn_bytes){data, len};
}

static void take_text(void *ctx, cbor_data data, size_t len)
{
    take_bytes(ctx, data, len);
    ((struct item *)ctx)->type = TYPE_TEXT;
}

static void take_array(void *ctx, size_t count)
{
    take(ctx, TYPE_ARRAY, count);
}

static void take_bool(void *ctx, bool value)
{
    take(ctx, TYPE_BOOL, value ? 1 : 0);
}

static void take_null(void *ctx)
{
    take(ctx, TYPE_NULL, 0);
}

static const struct cbor_callbacks callbacks = {
    .uint8 = take_uint8,
    .uint16 = take_uint16,
    .uint32 = take_uint32,
    .uint64 = take_uint64,
    .negint8 = take_negint8,
    .negint16 = take_negint16,
    .negint32 = take_negint32,
    .negint64 = take_negint64,
    .byte_string = take_bytes,
    .string = take_text,
    .array_start = take_array,
    .boolean = take_bool,
    .null = take_null,
    .byte_string_start = cbor_null_byte_string_start_callback,
    .string_start = cbor_null_string_start_callback,
    .indef_array_start = cbor_null_indef_array_start_callback,
    .map_start = cbor_null_map_start_callback,
    .indef_map_start = cbor_null_indef_map_start_callback,
    .tag = cbor_null_tag_callback,
    .float2 = cbor_null_float2_callback,
    .float4 = cbor_null_float4_callback,
    .float8 = cbor_null_float8_callback,
    .undefined = cbor_null_undefined_callback,
    .indef_break = cbor_null_indef_break_callback,
};

/* Reads the next item of any type; on failure the item is TYPE_OTHER and the status sticks. What
 * the decoder read of an item and what the item holds tell how long its head was. */
static struct item next(struct tn_cbor *cbor)
{
    struct item item = {0};
    if (cbor->status != TN_OK) {
        return item;
    }
    const struct cbor_decoder_result result =
        cbor_stream_decode(cbor->at, (size_t)(cbor->end - cbor->at), &callbacks, &item);
    const bool has_value = item.type != TYPE_BOOL && item.type != TYPE_NULL;
    const size_t head = has_value ? head_len(item.value) : 1;
    if (result.status != CBOR_DECODER_FINISHED || item.type == TYPE_OTHER ||
        result.read - item.bytes.len != head) {
        stick(cbor, TN_ERR_FORMAT);
        return (struct item){0};
    }
    cbor->at += result.read;
    return item;
}

static struct item expect(struct tn_cbor *cbor, enum type type)
{
    struct item item = next(cbor);
    if (item.type != type) {
        stick(cbor, TN_ERR_FORMAT);
        return (struct item){0};
    }
    return item;
}

void tn_cbor_init(struct tn_cbor *cbor, struct tn_bytes bytes)
{
    *cbor = (struct tn_cbor){.at = bytes.data, .end = bytes.data};
    if (bytes.data != NULL) {
        cbor->end += bytes.len;
    }
}

uint64_t tn_cbor_get_uint(struct tn_cbor *cbor)
{
    return expect(cbor, TYPE_UINT).value;
}

int64_t tn_cbor_get_int(struct tn_cbor *cbor)
{
    struct item item = next(cbor);
    if ((item.type != TYPE_UINT && item.type != TYPE_NEGINT) || item.value > INT64_MAX) {
        stick(cbor, TN_ERR_FORMAT);
        return 0;
    }
    int64_t value = (int64_t)item.value;
    return item.type == TYPE_UINT ? value : -1 - value;
}

struct tn_bytes tn_cbor_get_bytes(struct tn_cbor *cbor)
{
    return expect(cbor, TYPE_BYTES).bytes;
}

void tn_cbor_get_fixed(struct tn_cbor *cbor, void *out, size_t len)
{
    struct tn_bytes bytes = tn_cbor_get_bytes(cbor);
    if (bytes.data == NULL || bytes.len != len) {
        stick(cbor, TN_ERR_FORMAT);
        memset(out, 0, len);
        return;
    }
    memcpy(out, bytes.data, len);
}

void tn_cbor_get_text(struct tn_cbor *cbor, char *out, size_t out_size)
{
    struct tn_bytes text = expect(cbor, TYPE_TEXT).bytes;
    out[0] = '\0';
    if (cbor->status != TN_OK) {
        return;
    }
    if (!tn_utf8_is_valid(text) || memchr(text.data, '\0', text.len) != NULL) {
        stick(cbor, TN_ERR_FORMAT);
        return;
    }
    if (text.len >= out_size) {
        stick(cbor, TN_ERR_LIMIT);
        return;
    }
    memcpy(out, text.data, text.len);
    out[text.len] = '\0';
}

bool tn_cbor_get_bool(struct tn_cbor *cbor)
{
    return expect(cbor, TYPE_BOOL).value != 0;
}

void tn_cbor_get_id(struct tn_cbor *cbor, struct tn_id *out)
{
    struct item item = next(cbor);
    *out = (struct tn_id){{0}};
    if (item.type == TYPE_NULL) {
        return;
    }
    /* An id of zero bytes would be a second way to write "none", so it is refused. */
    if (item.type != TYPE_BYTES || item.bytes.len != sizeof out->b) {
        stick(cbor, TN_ERR_FORMAT);
        return;
    }
    memcpy(out->b, item.bytes.data, sizeof out->b);
    if (tn_id_is_none(out)) {
        stick(cbor, TN_ERR_FORMAT);
    }
}

uint64_t tn_cbor_get_array(struct tn_cbor *cbor, uint64_t count_min, uint64_t count_max)
{
    struct item item = expect(cbor, TYPE_ARRAY);
    if (cbor->status != TN_OK) {
        return 0;
    }
    if (item.value < count_min || item.value > count_max) {
        stick(cbor, item.value > count_max ? TN_ERR_LIMIT : TN_ERR_FORMAT);
        return 0;
    }
    return item.value;
}

/* A stack of counts instead of a call to itself: the depth is bounded and named. */
void tn_cbor_skip(struct tn_cbor *cbor)
{
    uint64_t left[TN_CBOR_DEPTH_MAX + 1] = {1};
    size_t depth = 0;
    while (cbor->status == TN_OK) {
        if (left[depth] == 0) {
            if (depth == 0) {
                return;
            }
            depth--;
            continue;
        }
        left[depth]--;
        struct item item = next(cbor);
        if (item.type == TYPE_ARRAY) {
            if (depth == TN_CBOR_DEPTH_MAX) {
                stick(cbor, TN_ERR_LIMIT);
                return;
            }
            left[++depth] = item.value;
        }
    }
}

enum tn_status tn_cbor_end(const struct tn_cbor *cbor)
{
    if (cbor->status != TN_OK) {
        return cbor->status;
    }
    return cbor->at == cbor->end ? TN_OK : TN_ERR_FORMAT;
}
