/* Fuzz: the signed formats that a stranger may hand a station, behind their envelope and in front
 * of it. The first byte chooses the reader; what a reader takes must be written back the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "turnout/cbor.h"
#include "turnout/receipt.h"
#include "turnout/setup.h"
#include "turnout/signed.h"

#define OUT_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Wraps the bytes in a good envelope, so that the reader behind it is reached. */
static void seal(struct tn_buf *out, const char *label, struct tn_bytes payload,
                 struct tn_sign_key *key)
{
    static const uint8_t seed[TN_KEY_SIZE] = {7};
    tn_sign_key_from_seed(seed, key);
    tn_signed_write(out, label, payload, key);
}

static void try_setup(struct tn_bytes in)
{
    struct tn_setup setup;
    (void)tn_setup_read(in, NULL, &setup);
    struct tn_sign_key key;
    struct tn_buf out;
    tn_buf_init(&out, OUT_MAX);
    seal(&out, TN_SETUP_LABEL, in, &key);
    if (out.status == TN_OK && tn_setup_read(tn_buf_bytes(&out), NULL, &setup) == TN_OK) {
        struct tn_buf again;
        tn_buf_init(&again, OUT_MAX);
        tn_setup_write(&again, &setup, &key);
        assert(again.len == out.len && memcmp(again.data, out.data, out.len) == 0);
        tn_buf_destroy(&again);
    }
    tn_buf_destroy(&out);
}

static void try_receipt(struct tn_bytes in)
{
    struct tn_receipt receipt;
    struct tn_sign_key key;
    struct tn_buf out;
    tn_buf_init(&out, OUT_MAX);
    seal(&out, TN_RECEIPT_LABEL, in, &key);
    if (out.status == TN_OK &&
        tn_receipt_read(tn_buf_bytes(&out), &key.public_key, &receipt) == TN_OK) {
        struct tn_buf again;
        tn_buf_init(&again, OUT_MAX);
        tn_receipt_write(&again, &receipt, &key);
        assert(again.len == out.len && memcmp(again.data, out.data, out.len) == 0);
        tn_buf_destroy(&again);
    }
    tn_buf_destroy(&out);
}

static void try_digits(struct tn_bytes in)
{
    struct tn_buf bytes;
    tn_buf_init(&bytes, OUT_MAX);
    if (tn_setup_from_digits(&bytes, (const char *)in.data, in.len) == TN_OK) {
        struct tn_buf digits;
        tn_buf_init(&digits, OUT_MAX);
        tn_setup_to_digits(&digits, tn_buf_bytes(&bytes));
        assert(digits.len == in.len && memcmp(digits.data, in.data, in.len) == 0);
        tn_buf_destroy(&digits);
    }
    tn_buf_destroy(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(struct tn_bytes) = {try_setup, try_receipt, try_digits};
    if (size == 0 || tn_crypto_init() != TN_OK) {
        return 0;
    }
    tries[data[0] % 3]((struct tn_bytes){data + 1, size - 1});
    return 0;
}
