/* Test vectors, worked out by another implementation (Python's hashlib) from the headers alone, so
 * that a third one can be checked against the same numbers. Secret: bytes 00 01 ... 0f. Badge key:
 * bytes 20 21 ... 3f. Log id: of a device key of aa and a nonce of bb. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>

#include "turnout/badge.h"
#include "turnout/cbor.h"
#include "turnout/entry.h"

static void expect_hex(const uint8_t *bytes, size_t len, const char *hex)
{
    char found[129];
    sodium_bin2hex(found, sizeof found, bytes, len);
    assert_string_equal(found, hex);
}

static struct tn_badge known_badge(void)
{
    struct tn_badge badge = {.type = TN_BADGE_LEARNER, .tag = 89877};
    for (size_t i = 0; i < sizeof badge.secret; i++) {
        badge.secret[i] = (uint8_t)i;
    }
    return badge;
}

static void badge_text_tag_id_and_code(void **state)
{
    (void)state;
    const char *known = "100000523310060624280605095539573136129549189877";
    struct tn_badge badge;
    struct tn_key key;
    char text[TN_BADGE_TEXT_SIZE];
    char code[TN_BADGE_CODE_SIZE];
    for (size_t i = 0; i < sizeof key.b; i++) {
        key.b[i] = (uint8_t)(0x20 + i);
    }
    assert_int_equal(tn_badge_decode(known, TN_BADGE_DIGITS, &badge), TN_OK);
    struct tn_badge by_hand = known_badge();
    assert_memory_equal(badge.secret, by_hand.secret, sizeof badge.secret);
    assert_true(tn_badge_verify(&badge, &key));
    tn_badge_encode(&badge, text);
    assert_string_equal(text, known);
    struct tn_id id = tn_badge_id(&badge);
    expect_hex(id.b, sizeof id.b, "7554babc73c0ee5a4e4bc73a31bf0dfe");
    tn_badge_code(&id, code);
    assert_string_equal(code, "399053703");
    assert_true(tn_badge_code_is_valid("399 053 703"));
}

static void the_key_of_a_card(void **state)
{
    (void)state;
    struct tn_badge badge = known_badge();
    struct tn_key key = tn_badge_key(&badge, "turnout card v1");
    expect_hex(key.b, sizeof key.b,
               "9d06503b920bfa607b57f174ac611178f150a95d0c3eee505d6cdba4f612077b");
}

static void a_chain_of_two_entries(void **state)
{
    (void)state;
    uint8_t device[32];
    uint8_t nonce[16];
    memset(device, 0xaa, sizeof device);
    memset(nonce, 0xbb, sizeof nonce);
    const struct tn_bytes parts[] = {{device, sizeof device}, {nonce, sizeof nonce}};
    struct tn_id log = tn_id_of(parts, 2);
    expect_hex(log.b, sizeof log.b, "76ccb9d94185c7ee95f51cca64093892");

    struct tn_badge badge = known_badge();
    struct tn_hash previous = {{0}};
    struct tn_entry entry = {
        .seq = 1, .format = 1, .kind = "boot", .at_ms = 1773478800000, .mono_ms = 1000};
    memset(entry.boot.b, 0x0b, sizeof entry.boot.b);
    memset(entry.event.b, 0x0e, sizeof entry.event.b);
    memset(entry.salt, 1, sizeof entry.salt);
    assert_int_equal(tn_entry_chain(&entry, &previous, &log), TN_OK);
    expect_hex(entry.who_hash.b, TN_HASH_SIZE,
               "ccdd3575aa82275a323904c724098679abe7cbc332540ba3dd93a7869a9c81d8");
    expect_hex(entry.hash.b, TN_HASH_SIZE,
               "af885c739cd8a8c77fd8fef33b2111cdef677106392eaed07db1bd2d4fb4eda9");

    struct tn_buf body;
    tn_buf_init(&body, 64);
    tn_cbor_put_array(&body, 2);
    tn_cbor_put_uint(&body, 1);
    tn_cbor_put_text(&body, "unverified");
    previous = entry.hash;
    entry.seq = 2;
    (void)snprintf(entry.kind, sizeof entry.kind, "check_in");
    (void)snprintf(entry.method, sizeof entry.method, "scan");
    entry.mono_ms = 1001;
    entry.badge = tn_badge_id(&badge);
    entry.body = tn_buf_bytes(&body);
    memset(entry.salt, 2, sizeof entry.salt);
    assert_int_equal(tn_entry_chain(&entry, &previous, &log), TN_OK);
    expect_hex(entry.who_hash.b, TN_HASH_SIZE,
               "c95eb3ad4dab34c14200d14beb1189086c39ed7691bbff4f6cd544eca08049a1");
    expect_hex(entry.hash.b, TN_HASH_SIZE,
               "718ef8330c74ca00f34a52e13773760a97af8e51a06bc3aa4d38c17567aaf195");
    tn_buf_destroy(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(badge_text_tag_id_and_code),
        cmocka_unit_test(the_key_of_a_card),
        cmocka_unit_test(a_chain_of_two_entries),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
