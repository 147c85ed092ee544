/* Status, log, buf, crypto, cbor and signed: the pieces everything else is built from. */
#include "tests/unit/core_fixture.h"

#include "turnout/cbor.h"
#include "turnout/signed.h"

static void every_status_has_words(void **state)
{
    (void)state;
    for (int i = 0; i < TN_STATUS_COUNT; i++) {
        const char *text = tn_status_text((enum tn_status)i);
        assert_true(strlen(text) > 5);
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(text, tn_status_text((enum tn_status)j));
        }
    }
    assert_non_null(tn_status_text((enum tn_status)TN_STATUS_COUNT));
    assert_true(tn_status_is_world(TN_ERR_FULL));
    assert_false(tn_status_is_world(TN_ERR_FORMAT));
}

struct lines {
    int count;
    size_t len;
    char first[64];
};

static void keep_line(void *ctx, enum tn_log_level level, const char *line)
{
    struct lines *lines = ctx;
    (void)level;
    if (lines->count++ == 0) {
        (void)snprintf(lines->first, sizeof lines->first, "%.60s", line);
    }
    lines->len = strlen(line);
}

static void a_message_is_one_line_of_at_most_a_thousand_bytes(void **state)
{
    (void)state;
    struct lines lines = {0};
    char wide[3000];
    memset(wide, 'x', sizeof wide);
    wide[sizeof wide - 1] = '\0';
    tn_log_to(keep_line, &lines);
    tn_log(TN_LOG_INFO, "dropped");
    tn_log(TN_LOG_ERROR, "a%sb", "\n\x1b");
    assert_int_equal(lines.count, 1);
    assert_string_equal(lines.first, "a??b");
    tn_log(TN_LOG_WARN, "%s", wide);
    assert_int_equal(lines.len, 1000);
    tn_log_to(NULL, NULL);
}

/* What standard error gets while `say` speaks, as text. */
static void overhear(void (*say)(void), char *out, size_t out_size)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    (void)fflush(stderr);
    int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    say();
    (void)fflush(stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    rewind(file);
    out[fread(out, 1, out_size - 1, file)] = '\0';
    (void)fclose(file);
}

static void say_again_and_again(void)
{
    for (int i = 0; i < 4; i++) {
        tn_log(TN_LOG_ERROR, "the disk is full");
    }
    tn_log(TN_LOG_WARN, "something else");
    tn_log(TN_LOG_ERROR, "the disk is full");
}

static void a_repeated_message_is_counted_and_not_printed(void **state)
{
    (void)state;
    char heard[500];
    tn_log_program("test");
    overhear(say_again_and_again, heard, sizeof heard);
    assert_string_equal(heard, "test: the disk is full\n"
                               "test: (the same 3 times more)\n"
                               "test: warning: something else\n"
                               "test: the disk is full\n");
}

static void a_buffer_holds_its_maximum_and_not_one_more(void **state)
{
    (void)state;
    struct tn_buf buf;
    uint8_t block[1000] = {1};
    tn_buf_init(&buf, sizeof block);
    assert_int_equal(tn_buf_append(&buf, block, sizeof block - 1), TN_OK);
    assert_int_equal(tn_buf_append(&buf, block, 1), TN_OK);
    assert_int_equal(buf.len, sizeof block);
    assert_int_equal(tn_buf_append(&buf, block, 0), TN_OK);
    assert_int_equal(tn_buf_append(&buf, block, 1), TN_ERR_LIMIT);
    assert_int_equal(buf.len, sizeof block);
    assert_int_equal(tn_buf_text(&buf, ""), TN_ERR_LIMIT);
    tn_buf_clear(&buf);
    assert_int_equal(tn_buf_printf(&buf, "%d-%s", 42, "x"), TN_OK);
    assert_int_equal(buf.len, 4);
    assert_memory_equal(buf.data, "42-x", 4);
    assert_int_equal(tn_buf_append(&buf, NULL, SIZE_MAX), TN_ERR_LIMIT);
    tn_buf_destroy(&buf);
    tn_buf_destroy(&buf);
    tn_buf_destroy(NULL);
}

static void ids_go_to_hexadecimal_and_back(void **state)
{
    (void)state;
    struct tn_id id = {{0xab, 1}};
    struct tn_id back;
    char hex[TN_ID_HEX_SIZE];
    tn_id_hex(&id, hex);
    assert_string_equal(hex, "ab010000000000000000000000000000");
    assert_int_equal(tn_id_from_hex(hex, &back), TN_OK);
    assert_true(tn_id_equal(&id, &back));
    assert_int_equal(tn_id_from_hex("ab", &back), TN_ERR_FORMAT);
    assert_int_equal(tn_id_from_hex("", &back), TN_ERR_FORMAT);
    assert_int_equal(tn_id_from_hex("ab0100000000000000000000000000000", &back), TN_ERR_FORMAT);
    assert_int_equal(tn_id_from_hex("zb010000000000000000000000000000", &back), TN_ERR_FORMAT);
    assert_true(tn_id_is_none(&back));
}

static void a_signature_serves_one_label_one_message_and_one_key(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_sign_key key;
    struct tn_sign_key other;
    struct tn_signature signature;
    struct tn_random random = tn_random_from_seed(&seeded, FIXTURE_SEED);
    struct tn_bytes message = {(const uint8_t *)"abc", 3};
    tn_sign_key_create(&random, &key);
    tn_sign_key_create(&random, &other);
    assert_int_equal(tn_sign(&key, "one", message, &signature), TN_OK);
    assert_int_equal(tn_sign_check(&key.public_key, "one", message, &signature), TN_OK);
    assert_int_equal(tn_sign_check(&key.public_key, "two", message, &signature), TN_ERR_FORGED);
    assert_int_equal(tn_sign_check(&other.public_key, "one", message, &signature), TN_ERR_FORGED);
    message.len = 2;
    assert_int_equal(tn_sign_check(&key.public_key, "one", message, &signature), TN_ERR_FORGED);
}

static const int64_t ints[] = {0,   23,  24,   255,  256,       65535,        65536,     -1,
                               -24, -25, -256, -257, INT32_MAX, 4294967296LL, INT64_MAX, INT64_MIN};

static void integers_come_back_in_their_shortest_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ints / sizeof ints[0]; i++) {
        struct tn_buf buf;
        struct tn_cbor cbor;
        tn_buf_init(&buf, 16);
        tn_cbor_put_int(&buf, ints[i]);
        tn_cbor_init(&cbor, tn_buf_bytes(&buf));
        assert_true(tn_cbor_get_int(&cbor) == ints[i]);
        assert_int_equal(tn_cbor_end(&cbor), TN_OK);
        tn_buf_destroy(&buf);
    }
}

static enum tn_status skip_all(const void *data, size_t len)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, (struct tn_bytes){data, len});
    tn_cbor_skip(&cbor);
    return tn_cbor_end(&cbor);
}

static void what_is_not_deterministic_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {
        {"\x18\x17", 2},     /* 23 in two bytes */
        {"\x19\x00\xff", 3}, /* 255 in three */
        {"\x58\x01x", 3},    /* one byte with a long length */
        {"\xa0", 1},         /* a map */
        {"\xc0\x00", 2},     /* a tag */
        {"\xf9\x00\x00", 3}, /* a float */
        {"\xf7", 1},         /* undefined */
        {"\x9f\xff", 2},     /* an indefinite array */
        {"\x5f\xff", 2},     /* indefinite bytes */
        {"\x82\x01", 2},     /* an array that ends early */
        {"\x01\x02", 2},     /* one value too many */
        {"", 0},             /* none */
        {"\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 9},
        {"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9},
        {"\xf8\x14", 2},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_not_equal(skip_all(bad[i].bytes, bad[i].len), TN_OK);
    }
}

static void depth_is_bounded(void **state)
{
    (void)state;
    uint8_t deep[TN_CBOR_DEPTH_MAX + 2];
    memset(deep, 0x81, sizeof deep);
    deep[TN_CBOR_DEPTH_MAX] = 0;
    assert_int_equal(skip_all(deep, TN_CBOR_DEPTH_MAX + 1), TN_OK);
    deep[TN_CBOR_DEPTH_MAX] = 0x81;
    deep[TN_CBOR_DEPTH_MAX + 1] = 0;
    assert_int_equal(skip_all(deep, TN_CBOR_DEPTH_MAX + 2), TN_ERR_LIMIT);
}

static void text_must_fit_and_be_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum tn_status status;
    } cases[] = {
        {"\x63"
         "abc",
         TN_OK},
        {"\x64"
         "abcd",
         TN_ERR_LIMIT},
        {"\x62\xc3\xa9", TN_OK},
        {"\x62\xc0\xaf", TN_ERR_FORMAT},
        {"\x63\xed\xa0\x80", TN_ERR_FORMAT},
        {"\x61\x80", TN_ERR_FORMAT},
        {"\x62\xe2\x82", TN_ERR_FORMAT},
        {"\x60", TN_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[4];
        struct tn_cbor cbor;
        tn_cbor_init(&cbor,
                     (struct tn_bytes){(const uint8_t *)cases[i].bytes, strlen(cases[i].bytes)});
        tn_cbor_get_text(&cbor, out, sizeof out);
        assert_int_equal(cbor.status, cases[i].status);
    }
    char out[4];
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, (struct tn_bytes){(const uint8_t *)"\x62"
                                                           "a\0",
                                          3});
    tn_cbor_get_text(&cbor, out, sizeof out);
    assert_int_equal(cbor.status, TN_ERR_FORMAT);
    assert_int_equal(tn_cbor_get_uint(&cbor), 0);
    assert_int_equal(cbor.status, TN_ERR_FORMAT);
}

static void noise_never_hurts_the_reader(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, FIXTURE_SEED);
    for (int i = 0; i < 20000; i++) {
        uint8_t noise[64];
        struct tn_bytes payload;
        random.fill(random.ctx, noise, sizeof noise);
        (void)skip_all(noise, (size_t)noise[0] % sizeof noise);
        assert_int_not_equal(
            tn_signed_open((struct tn_bytes){noise, sizeof noise}, "x", NULL, NULL, &payload),
            TN_OK);
        assert_null(payload.data);
    }
}

static void an_envelope_changed_at_any_byte_does_not_open(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_sign_key key;
    struct tn_sign_key other;
    struct tn_buf buf;
    struct tn_bytes payload = {(const uint8_t *)"payload", 7};
    struct tn_bytes found;
    struct tn_random random = tn_random_from_seed(&seeded, FIXTURE_SEED);
    tn_sign_key_create(&random, &key);
    tn_sign_key_create(&random, &other);
    tn_buf_init(&buf, 512);
    tn_signed_write(&buf, "turnout test v1", payload, &key);
    assert_int_equal(buf.status, TN_OK);
    assert_int_equal(
        tn_signed_open(tn_buf_bytes(&buf), "turnout test v1", &key.public_key, NULL, &found),
        TN_OK);
    assert_int_equal(found.len, 7);
    assert_memory_equal(found.data, "payload", 7);
    assert_int_equal(tn_signed_open(tn_buf_bytes(&buf), "turnout test v2", NULL, NULL, &found),
                     TN_ERR_FORMAT);
    assert_int_equal(
        tn_signed_open(tn_buf_bytes(&buf), "turnout test v1", &other.public_key, NULL, &found),
        TN_ERR_FORGED);
    for (size_t i = 0; i < buf.len; i++) {
        buf.data[i] ^= 1;
        assert_int_not_equal(
            tn_signed_open(tn_buf_bytes(&buf), "turnout test v1", &key.public_key, NULL, &found),
            TN_OK);
        buf.data[i] ^= 1;
    }
    tn_buf_destroy(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_words),
        cmocka_unit_test(a_message_is_one_line_of_at_most_a_thousand_bytes),
        cmocka_unit_test(a_repeated_message_is_counted_and_not_printed),
        cmocka_unit_test(a_buffer_holds_its_maximum_and_not_one_more),
        cmocka_unit_test(ids_go_to_hexadecimal_and_back),
        cmocka_unit_test(a_signature_serves_one_label_one_message_and_one_key),
        cmocka_unit_test(integers_come_back_in_their_shortest_form),
        cmocka_unit_test(what_is_not_deterministic_is_refused),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(text_must_fit_and_be_utf8),
        cmocka_unit_test(noise_never_hurts_the_reader),
        cmocka_unit_test(an_envelope_changed_at_any_byte_does_not_open),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
