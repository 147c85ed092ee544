/* The few pieces of cryptography that everything else is built from, all of them libsodium's:
 * BLAKE2b for hashes and ids, Ed25519 for signatures. Also the injected source of random bytes,
 * so that a demo or a flow is repeatable byte for byte.
 *
 * H in the documents is BLAKE2b-256 without a key (RFC 7693). */
#ifndef TURNOUT_CRYPTO_H
#define TURNOUT_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "turnout/buf.h"
#include "turnout/status.h"

#define TN_ID_SIZE 16
#define TN_HASH_SIZE 32
#define TN_KEY_SIZE 32
#define TN_PUBLIC_KEY_SIZE 32
#define TN_SIGNATURE_SIZE 64
#define TN_ID_HEX_SIZE (2 * TN_ID_SIZE + 1)

/* A 128-bit identifier. All zero means "none". */
struct tn_id {
    uint8_t b[TN_ID_SIZE];
};

struct tn_hash {
    uint8_t b[TN_HASH_SIZE];
};

/* A secret symmetric key. Wiped by whoever holds it. */
struct tn_key {
    uint8_t b[TN_KEY_SIZE];
};

struct tn_public_key {
    uint8_t b[TN_PUBLIC_KEY_SIZE];
};

/* An Ed25519 key pair kept as its 32-byte seed (RFC 8032). */
struct tn_sign_key {
    uint8_t seed[TN_KEY_SIZE];
    struct tn_public_key public_key;
};

struct tn_signature {
    uint8_t b[TN_SIGNATURE_SIZE];
};

/* Where random bytes come from. fill must give len unpredictable bytes, except in demos and tests,
 * which give repeatable ones on purpose. */
struct tn_random {
    void (*fill)(void *ctx, void *out, size_t len);
    void *ctx;
};

/* Readies libsodium. Call once before anything else here; TN_ERR_STATE where it cannot start. */
enum tn_status tn_crypto_init(void);

/* The operating system's randomness. */
struct tn_random tn_random_system(void);

/* The state of a repeatable stream; guard nothing real with it. */
struct tn_random_seeded {
    struct tn_key key;
    uint64_t block;
};

/* A repeatable stream from a number. state is the caller's and must outlive the result. */
struct tn_random tn_random_from_seed(struct tn_random_seeded *state, uint64_t seed);

/* H over the concatenation of the parts. count is 1 to 16. */
struct tn_hash tn_hash_of(const struct tn_bytes *parts, size_t count);

/* BLAKE2b-128 over the concatenation of the parts: how every derived id is made. */
struct tn_id tn_id_of(const struct tn_bytes *parts, size_t count);

/* Keyed BLAKE2b-256 of label || part: one key made from another for one purpose. */
struct tn_key tn_key_derive(const struct tn_key *key, const char *label, struct tn_bytes part);

/* For ids and hashes, which are public; secrets are never compared with these. */
bool tn_id_is_none(const struct tn_id *id);
bool tn_id_equal(const struct tn_id *a, const struct tn_id *b);
bool tn_hash_equal(const struct tn_hash *a, const struct tn_hash *b);

/* Lower-case hexadecimal with a NUL; out holds TN_ID_HEX_SIZE bytes. */
void tn_id_hex(const struct tn_id *id, char *out);

/* The reverse; TN_ERR_FORMAT unless text is exactly 32 hexadecimal digits. */
enum tn_status tn_id_from_hex(const char *text, struct tn_id *out);

/* Makes a signing key from 32 random bytes, or from a seed kept before. */
void tn_sign_key_create(const struct tn_random *random, struct tn_sign_key *out);
void tn_sign_key_from_seed(const uint8_t seed[TN_KEY_SIZE], struct tn_sign_key *out);

/* Ed25519 over label || message. The label says what kind of thing is signed, so that a signature
 * on one kind never serves for another. TN_ERR_NO_MEMORY leaves zero bytes, which verify nowhere.
 */
enum tn_status tn_sign(const struct tn_sign_key *key, const char *label, struct tn_bytes message,
                       struct tn_signature *out);

/* TN_OK, or TN_ERR_FORGED. */
enum tn_status tn_sign_check(const struct tn_public_key *key, const char *label,
                             struct tn_bytes message, const struct tn_signature *signature);

#endif
