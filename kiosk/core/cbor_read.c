/* Reading deterministic CBOR. Everything outside the subset is refused, and so is every longer
 * encoding of the same value, so that bytes and values are one to one and a hash over either is a
 * hash over both. One item is taken apart at a time, without allocating; tests hold what is refused
 * against libcbor's decoder. */
#include "turnout/cbor.h"

#include <string.h>

#include "kiosk/core/cbor_head.h"
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

static void stick(struct tn_cbor *cbor, enum tn_status status)
{
    if (cbor->status == TN_OK) {
        cbor->status = status;
    }
}

/* The value of a head and its length; 0 where it is cut short, reserved, or longer than need be. */
static size_t read_head(const struct tn_cbor *cbor, uint64_t *value)
{
    const size_t left = (size_t)(cbor->end - cbor->at);
    const unsigned info = left == 0 ? 31 : *cbor->at & 31;
    const size_t len = info < 24 ? 1 : info > 27 ? 0 : 1 + ((size_t)1 << (info - 24));
    if (len == 0 || len > left) {
        return 0;
    }
    *value = info < 24 ? info : 0;
    for (size_t i = 1; i < len; i++) {
        *value = *value << 8 | cbor->at[i];
    }
    return tn_cbor_head_len(*value) == len ? len : 0;
}

static void take_simple(struct item *item, size_t len)
{
    const uint64_t value = item->value;
    if (len == 1 && (value == TN_CBOR_FALSE || value == TN_CBOR_TRUE)) {
        item->type = TYPE_BOOL;
        item->value = value == TN_CBOR_TRUE;
    } else if (len == 1 && value == TN_CBOR_NULL) {
        item->type = TYPE_NULL;
        item->value = 0;
    }
}

/* Reads the next item of any type; on failure the item is TYPE_OTHER and the status sticks. */
static struct item next(struct tn_cbor *cbor)
{
    static const enum type types[] = {
        [TN_CBOR_UINT] = TYPE_UINT, [TN_CBOR_NEGINT] = TYPE_NEGINT, [TN_CBOR_BYTES] = TYPE_BYTES,
        [TN_CBOR_TEXT] = TYPE_TEXT, [TN_CBOR_ARRAY] = TYPE_ARRAY,   [TN_CBOR_MAP] = TYPE_OTHER,
        [TN_CBOR_TAG] = TYPE_OTHER, [TN_CBOR_SIMPLE] = TYPE_OTHER,
    };
    struct item item = {0};
    if (cbor->status != TN_OK) {
        return item;
    }
    size_t len = read_head(cbor, &item.value);
    if (len > 0) {
        const unsigned major = *cbor->at >> 5;
        item.type = types[major];
        if (major == TN_CBOR_SIMPLE) {
            take_simple(&item, len);
        }
        if (item.type == TYPE_BYTES || item.type == TYPE_TEXT) {
            item.bytes.data = cbor->at + len;
            item.bytes.len = (size_t)item.value;
        }
    }
    if (item.type == TYPE_OTHER || item.bytes.len > (size_t)(cbor->end - cbor->at) - len) {
        stick(cbor, TN_ERR_FORMAT);
        return (struct item){0};
    }
    cbor->at += len + item.bytes.len;
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
