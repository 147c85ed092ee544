/* Sealed content: zstd inside an authenticated stream, for whatever leaves a machine.
 *
 *     sealed = header (24 bytes) | piece ... | last piece
 *
 * is libsodium's secretstream (XChaCha20-Poly1305) of one zstd frame (RFC 8878). Each piece is a
 * message of 65,536 bytes of the frame (65,553 sealed) with the tag MESSAGE; the last one has 1 to
 * 65,536 bytes and the tag FINAL. Opening never holds more than the plain text and one piece, stops
 * at a maximum that the caller names, whatever a frame claims of itself, and takes a window of at
 * most 8 MiB. */
#ifndef TURNOUT_WIRE_SEAL_H
#define TURNOUT_WIRE_SEAL_H

#include "turnout/buf.h"
#include "turnout/crypto.h"

/* Appends the sealed content of all parts (one at least), one after the other, to out. Bytes of
 * different kinds pack better as parts of their own. TN_ERR_LIMIT, TN_ERR_NO_MEMORY. */
enum tn_status tn_seal_write(struct tn_buf *out, const struct tn_key *key,
                             const struct tn_bytes *parts, size_t count);

/* Appends the plain content to out, whose size_max bounds it. TN_ERR_FORGED: another key, or
 * altered, or cut short; TN_ERR_LIMIT; TN_ERR_FORMAT: what is inside is not one zstd frame. On
 * failure out holds nothing of use. */
enum tn_status tn_seal_open(struct tn_bytes sealed, const struct tn_key *key, struct tn_buf *out);

/* A key sealed to one reader's public key (libsodium's sealed box, X25519), and opened again.
 * TN_ERR_FORGED. */
#define TN_SEAL_KEY_SIZE (TN_KEY_SIZE + 48)
void tn_seal_key(const struct tn_public_key *to, const struct tn_key *key,
                 uint8_t out[TN_SEAL_KEY_SIZE]);
enum tn_status tn_seal_key_open(const uint8_t sealed[TN_SEAL_KEY_SIZE],
                                const struct tn_public_key *public_key,
                                const struct tn_key *secret_key, struct tn_key *out);

/* The X25519 pair of a device's Ed25519 key, to seal to a station that has only a signing key.
 * TN_ERR_FORMAT: not a key that can be sealed to. */
enum tn_status tn_seal_device_key(const struct tn_public_key *device, struct tn_public_key *out);
void tn_seal_device_secret(const struct tn_sign_key *device, struct tn_key *out);

#endif
