/* What the tests of names share: a directory made from a list, sealed as the centre seals it. */
#ifndef TESTS_UNIT_CORE_NAMES_H
#define TESTS_UNIT_CORE_NAMES_H

#include "tests/unit/core_fixture.h"

#include <sodium.h>

#include "turnout/cbor.h"
#include "turnout/directory.h"

#define NAMES_SEALED_MAX (256u << 20)

static inline struct tn_directory_row names_row(uint32_t number, const char *full,
                                                const char *display)
{
    struct tn_directory_row row = {.lang = "en"};
    row.learner.b[0] = 0x51;
    row.badge.b[0] = 0xba;
    for (int i = 0; i < 4; i++) {
        row.learner.b[4 + i] = (uint8_t)(number >> (24 - 8 * i));
        row.badge.b[12 + i] = (uint8_t)(number >> (24 - 8 * i));
    }
    (void)snprintf(row.full, sizeof row.full, "%s", full);
    (void)snprintf(row.display, sizeof row.display, "%s", display);
    return row;
}

/* Seals what `plain` holds; the nonce is as directory.h says. The caller destroys *out. */
static inline void names_seal(const struct tn_buf *plain, const struct tn_key *key,
                              const struct tn_id *event, struct tn_buf *out)
{
    uint8_t nonce[32];
    uint8_t *sealed = malloc(plain->len + 16);
    assert_int_equal(plain->status, TN_OK);
    assert_non_null(sealed);
    crypto_generichash(nonce, sizeof nonce, plain->data, plain->len, key->b, sizeof key->b);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, plain->data, plain->len, event->b,
                                               sizeof event->b, NULL, nonce, key->b);
    tn_buf_init(out, NAMES_SEALED_MAX);
    assert_int_equal(tn_buf_append(out, nonce, 24), TN_OK);
    assert_int_equal(tn_buf_append(out, sealed, plain->len + 16), TN_OK);
    free(sealed);
}

/* Begins a directory of `count` rows. */
static inline void names_begin(struct tn_buf *plain, size_t count)
{
    tn_buf_init(plain, NAMES_SEALED_MAX);
    tn_cbor_put_array(plain, 2);
    tn_cbor_put_uint(plain, TN_DIRECTORY_FORMAT);
    tn_cbor_put_array(plain, count);
}

#endif
