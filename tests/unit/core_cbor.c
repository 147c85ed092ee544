/* Our CBOR beside libcbor's: the same heads for the same values, and of any bytes the same item, or
 * a refusal where libcbor too finds none of the subset in its shortest form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cbor.h>

#include "turnout/cbor.h"

#define ROUNDS 20000
#define SEED 11
#define BYTES_MAX 24

/* Numbers around every length of head. */
static const uint64_t numbers[] = {
    0,         1,          23, 24, 255, 256, 65535, 65536, UINT32_MAX, (uint64_t)UINT32_MAX + 1,
    INT64_MAX, UINT64_MAX,
};

static void assert_written(struct tn_buf *buf, const unsigned char *head, size_t len)
{
    assert_int_equal(buf->status, TN_OK);
    assert_int_equal(buf->len, len);
    assert_memory_equal(buf->data, head, len);
    tn_buf_clear(buf);
}

static void heads_are_the_ones_libcbor_writes(void **state)
{
    (void)state;
    unsigned char head[16];
    struct tn_buf buf;
    tn_buf_init(&buf, 16);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const uint64_t n = numbers[i];
        tn_cbor_put_uint(&buf, n);
        assert_written(&buf, head, cbor_encode_uint(n, head, sizeof head));
        tn_cbor_put_array(&buf, n);
        assert_written(&buf, head, cbor_encode_array_start((size_t)n, head, sizeof head));
        if (n <= INT64_MAX) {
            tn_cbor_put_int(&buf, -1 - (int64_t)n);
            assert_written(&buf, head, cbor_encode_negint(n, head, sizeof head));
        }
    }
    tn_cbor_put_bool(&buf, true);
    assert_written(&buf, head, cbor_encode_bool(true, head, sizeof head));
    tn_cbor_put_bool(&buf, false);
    assert_written(&buf, head, cbor_encode_bool(false, head, sizeof head));
    tn_cbor_put_null(&buf);
    assert_written(&buf, head, cbor_encode_null(head, sizeof head));
    tn_buf_destroy(&buf);
}

static void strings_have_the_heads_libcbor_writes(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 1, 23, 24, 255, 256, 65535, 65536};
    unsigned char head[16];
    struct tn_buf buf;
    char *text = calloc(1, 65537);
    assert_non_null(text);
    tn_buf_init(&buf, 70000);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const size_t len = lengths[i];
        memset(text, 'a', len);
        text[len] = '\0';
        size_t head_len = cbor_encode_bytestring_start(len, head, sizeof head);
        tn_cbor_put_bytes(&buf, (struct tn_bytes){(const uint8_t *)text, len});
        assert_int_equal(buf.len, head_len + len);
        assert_memory_equal(buf.data, head, head_len);
        assert_memory_equal(buf.data + head_len, text, len);
        tn_buf_clear(&buf);
        head_len = cbor_encode_string_start(len, head, sizeof head);
        tn_cbor_put_text(&buf, text);
        assert_int_equal(buf.len, head_len + len);
        assert_memory_equal(buf.data, head, head_len);
        tn_buf_clear(&buf);
    }
    free(text);
    tn_buf_destroy(&buf);
}

/* What libcbor finds: how it would be written again, in the shortest way; len 0 for what is not of
 * the subset. */
struct found {
    unsigned char head[16];
    size_t len;
    size_t content;
};

static void found_uint(struct found *f, uint64_t value)
{
    f->len = cbor_encode_uint(value, f->head, sizeof f->head);
}

static void found_negint(struct found *f, uint64_t value)
{
    f->len = cbor_encode_negint(value, f->head, sizeof f->head);
}

#define NUMBER(bits)                                                                               \
    static void on_uint##bits(void *ctx, uint##bits##_t value)                                     \
    {                                                                                              \
        found_uint(ctx, value);                                                                    \
    }                                                                                              \
    static void on_negint##bits(void *ctx, uint##bits##_t value)                                   \
    {                                                                                              \
        found_negint(ctx, value);                                                                  \
    }
NUMBER(8)
NUMBER(16)
NUMBER(32)
NUMBER(64)

static void on_bytes(void *ctx, cbor_data data, size_t len)
{
    struct found *f = ctx;
    (void)data;
    f->len = cbor_encode_bytestring_start(len, f->head, sizeof f->head);
    f->content = len;
}

static void on_text(void *ctx, cbor_data data, size_t len)
{
    struct found *f = ctx;
    (void)data;
    f->len = cbor_encode_string_start(len, f->head, sizeof f->head);
    f->content = len;
}

static void on_array(void *ctx, size_t count)
{
    struct found *f = ctx;
    f->len = cbor_encode_array_start(count, f->head, sizeof f->head);
}

static void on_bool(void *ctx, bool value)
{
    struct found *f = ctx;
    f->len = cbor_encode_bool(value, f->head, sizeof f->head);
}

static void on_null(void *ctx)
{
    struct found *f = ctx;
    f->len = cbor_encode_null(f->head, sizeof f->head);
}

/* How long the first item's head and content are; 0 where there is none of ours. */
static size_t libcbor_first(const uint8_t *data, size_t len)
{
    struct found f = {.len = 0};
    struct cbor_callbacks all = cbor_empty_callbacks;
    all.uint8 = on_uint8;
    all.uint16 = on_uint16;
    all.uint32 = on_uint32;
    all.uint64 = on_uint64;
    all.negint8 = on_negint8;
    all.negint16 = on_negint16;
    all.negint32 = on_negint32;
    all.negint64 = on_negint64;
    all.byte_string = on_bytes;
    all.string = on_text;
    all.array_start = on_array;
    all.boolean = on_bool;
    all.null = on_null;
    struct cbor_decoder_result result = cbor_stream_decode(data, len, &all, &f);
    bool is_ours = result.status == CBOR_DECODER_FINISHED && f.len > 0 &&
                   result.read == f.len + f.content && memcmp(f.head, data, f.len) == 0;
    return is_ours ? result.read : 0;
}

/* The same by our reader: an array's head is passed over by asking for its length. */
static size_t our_first(const uint8_t *data, size_t len)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, (struct tn_bytes){data, len});
    if (len > 0 && data[0] >> 5 == 4) {
        (void)tn_cbor_get_array(&cbor, 0, UINT64_MAX);
    } else {
        tn_cbor_skip(&cbor);
    }
    return cbor.status == TN_OK ? (size_t)(cbor.at - data) : 0;
}

static void any_bytes_are_read_or_refused_as_libcbor_does(void **state)
{
    (void)state;
    static const uint8_t firsts[] = {0x17, 0x18, 0x19, 0x1a, 0x1b, 0x38, 0x39, 0x58, 0x59, 0x5f,
                                     0x78, 0x7f, 0x98, 0x9a, 0x9f, 0xa1, 0xc1, 0xf4, 0xf6, 0xf8};
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, SEED);
    size_t read = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        uint8_t data[BYTES_MAX];
        random.fill(random.ctx, data, sizeof data);
        size_t len = 1 + data[1] % (BYTES_MAX - 1);
        if (i % 2 == 0) { /* heads with something behind them, small enough to be there */
            data[0] = firsts[data[2] % sizeof firsts];
            memset(data + 1, 0, data[3] % 9);
        }
        size_t theirs = libcbor_first(data, len);
        size_t ours = our_first(data, len);
        if (ours != theirs) {
            fail_msg("seed %d, round %zu: %02x %02x ... of %zu bytes: %zu, libcbor %zu", SEED, i,
                     data[0], data[1], len, ours, theirs);
        }
        read += ours > 0;
    }
    assert_in_range(read, ROUNDS / 10, ROUNDS * 9 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_the_ones_libcbor_writes),
        cmocka_unit_test(strings_have_the_heads_libcbor_writes),
        cmocka_unit_test(any_bytes_are_read_or_refused_as_libcbor_does),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
