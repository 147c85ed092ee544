/* Hashes, ids, signatures and random bytes, all of them libsodium's. Nothing here is invented:
 * this file only fixes which primitive is used for what and how labels keep purposes apart. */
#include "turnout/crypto.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define PARTS_MAX 16

enum tn_status tn_crypto_init(void)
{
    return sodium_init() < 0 ? TN_ERR_STATE : TN_OK;
}

static void fill_system(void *ctx, void *out, size_t len)
{
    (void)ctx;
    randombytes_buf(out, len);
}

struct tn_random tn_random_system(void)
{
    return (struct tn_random){fill_system, NULL};
}

static void store_be64(uint8_t out[8], uint64_t value)
{
    for (int i = 7; i >= 0; i--) {
        out[i] = (uint8_t)(value & 0xff);
        value >>= 8;
    }
}

/* One ChaCha20 stream a call, numbered by its nonce. */
static void fill_seeded(void *ctx, void *out, size_t len)
{
    struct tn_random_seeded *state = ctx;
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    store_be64(nonce, state->block++);
    crypto_stream_chacha20(out, len, nonce, state->key.b);
}

struct tn_random tn_random_from_seed(struct tn_random_seeded *state, uint64_t seed)
{
    uint8_t number[8];
    store_be64(number, seed);
    struct tn_key zero = {{0}};
    state->key =
        tn_key_derive(&zero, "turnout seeded random v1", (struct tn_bytes){number, sizeof number});
    state->block = 0;
    return (struct tn_random){fill_seeded, state};
}

static void hash_parts(uint8_t *out, size_t out_len, const struct tn_bytes *parts, size_t count)
{
    assert(count >= 1 && count <= PARTS_MAX);
    if (count == 1) { /* the same hash in one call, which costs half as much for a short text */
        (void)crypto_generichash(out, out_len, parts[0].data, parts[0].len, NULL, 0);
        return;
    }
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, out_len);
    for (size_t i = 0; i < count; i++) {
        crypto_generichash_update(&state, parts[i].data, parts[i].len);
    }
    crypto_generichash_final(&state, out, out_len);
    sodium_memzero(&state, sizeof state);
}

struct tn_hash tn_hash_of(const struct tn_bytes *parts, size_t count)
{
    struct tn_hash out;
    hash_parts(out.b, sizeof out.b, parts, count);
    return out;
}

struct tn_id tn_id_of(const struct tn_bytes *parts, size_t count)
{
    struct tn_id out;
    hash_parts(out.b, sizeof out.b, parts, count);
    return out;
}

struct tn_key tn_key_derive(const struct tn_key *key, const char *label, struct tn_bytes part)
{
    struct tn_key out;
    crypto_generichash_state state;
    crypto_generichash_init(&state, key->b, sizeof key->b, sizeof out.b);
    crypto_generichash_update(&state, (const uint8_t *)label, strlen(label));
    crypto_generichash_update(&state, part.data, part.len);
    crypto_generichash_final(&state, out.b, sizeof out.b);
    sodium_memzero(&state, sizeof state);
    return out;
}

bool tn_id_is_none(const struct tn_id *id)
{
    uint64_t halves[2]; /* ids are public, so the time this takes may tell what they are */
    memcpy(halves, id->b, sizeof halves);
    return (halves[0] | halves[1]) == 0;
}

bool tn_id_equal(const struct tn_id *a, const struct tn_id *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool tn_hash_equal(const struct tn_hash *a, const struct tn_hash *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

void tn_id_hex(const struct tn_id *id, char *out)
{
    sodium_bin2hex(out, TN_ID_HEX_SIZE, id->b, sizeof id->b);
}

enum tn_status tn_id_from_hex(const char *text, struct tn_id *out)
{
    size_t len = 0;
    *out = (struct tn_id){{0}};
    if (strnlen(text, TN_ID_HEX_SIZE) != TN_ID_HEX_SIZE - 1 ||
        sodium_hex2bin(out->b, sizeof out->b, text, TN_ID_HEX_SIZE - 1, NULL, &len, NULL) != 0 ||
        len != sizeof out->b) {
        *out = (struct tn_id){{0}};
        return TN_ERR_FORMAT;
    }
    return TN_OK;
}

void tn_sign_key_from_seed(const uint8_t seed[TN_KEY_SIZE], struct tn_sign_key *out)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    crypto_sign_seed_keypair(out->public_key.b, secret, seed);
    memcpy(out->seed, seed, sizeof out->seed);
    sodium_memzero(secret, sizeof secret);
}

void tn_sign_key_create(const struct tn_random *random, struct tn_sign_key *out)
{
    uint8_t seed[TN_KEY_SIZE];
    random->fill(random->ctx, seed, sizeof seed);
    tn_sign_key_from_seed(seed, out);
    sodium_memzero(seed, sizeof seed);
}

/* Ed25519 reads its message twice, so label and message are joined in memory first. */
static uint8_t *joined(const char *label, struct tn_bytes message, size_t *len)
{
    size_t label_len = strlen(label);
    uint8_t *text = malloc(label_len + message.len + 1);
    if (text == NULL) {
        return NULL;
    }
    memcpy(text, label, label_len);
    if (message.len > 0) {
        memcpy(text + label_len, message.data, message.len);
    }
    *len = label_len + message.len;
    return text;
}

enum tn_status tn_sign(const struct tn_sign_key *key, const char *label, struct tn_bytes message,
                       struct tn_signature *out)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    size_t len = 0;
    uint8_t *text = joined(label, message, &len);
    *out = (struct tn_signature){{0}};
    if (text == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    crypto_sign_seed_keypair(public_key, secret, key->seed);
    crypto_sign_detached(out->b, NULL, text, len, secret);
    sodium_memzero(secret, sizeof secret);
    free(text);
    return TN_OK;
}

enum tn_status tn_sign_check(const struct tn_public_key *key, const char *label,
                             struct tn_bytes message, const struct tn_signature *signature)
{
    size_t len = 0;
    uint8_t *text = joined(label, message, &len);
    if (text == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    int rc = crypto_sign_verify_detached(signature->b, text, len, key->b);
    free(text);
    return rc == 0 ? TN_OK : TN_ERR_FORGED;
}
