/* The centre's keyring: a file of its own, never in the database, in three separable parts.
 *
 *     signing    Ed25519   packs, receipts, set-up cards; also the root of each event's keys
 *     transport  X25519    opens bundles
 *     vault      X25519    opens walk-in forms and badge secrets; stays with whoever may see names
 *
 * File: CBOR [1, kdf, salt, opslimit, memlimit, nonce, box] where kdf is "none" or "argon2id" and
 * box is the CBOR of the parts, sealed with XChaCha20-Poly1305 under the passphrase's key (kdf
 * none: a zero key, so that one format serves; the file's mode 0600 is then its only guard). */
#ifndef TURNOUT_CENTRAL_KEYRING_H
#define TURNOUT_CENTRAL_KEYRING_H

#include <stdbool.h>

#include "turnout/crypto.h"

struct tn_keyring {
    bool has_signing;
    bool has_transport;
    bool has_vault;
    struct tn_sign_key signing;
    struct tn_key transport_secret;
    struct tn_public_key transport_key;
    struct tn_key vault_secret;
    struct tn_public_key vault_key;
};

/* Makes a whole new keyring. */
void tn_keyring_create(const struct tn_random *random, struct tn_keyring *out);

/* Writes it to a new file (0600, temp + fsync + rename). passphrase NULL: kdf "none".
 * TN_ERR_EXISTS where the file is there already. */
enum tn_status tn_keyring_save(const struct tn_keyring *keyring, const char *path,
                               const char *passphrase, const struct tn_random *random);

/* Reads it. TN_ERR_NOT_FOUND; TN_ERR_FORGED: wrong passphrase or altered; TN_ERR_STATE: it wants a
 * passphrase and none was given. */
enum tn_status tn_keyring_load(const char *path, const char *passphrase, struct tn_keyring *out);

void tn_keyring_wipe(struct tn_keyring *keyring);

/* The keys of one event, derived from the signing seed: the same on every day and every machine
 * that has the keyring. */
struct tn_key tn_keyring_badge_key(const struct tn_keyring *keyring, const struct tn_id *event);
struct tn_key tn_keyring_event_key(const struct tn_keyring *keyring, const struct tn_id *event);
struct tn_key tn_keyring_directory_key(const struct tn_keyring *keyring, const struct tn_id *event);

/* The key of pseudonyms for one who gets de-identified files, derived from the vault's secret: only
 * whoever may see names can find a learner behind a pseudonym again. The name counts byte for byte.
 * TN_ERR_STATE without the vault part. */
enum tn_status tn_keyring_recipient_key(const struct tn_keyring *keyring, const char *recipient,
                                        struct tn_key *out);

/* A badge secret sealed to the vault (opens with crypto_box_seal_open; the same secret gives the
 * same bytes), and opened again. */
#define TN_VAULT_SECRET_SIZE (16 + 48)
enum tn_status tn_vault_seal(const struct tn_public_key *vault_key, const uint8_t secret[16],
                             uint8_t out[TN_VAULT_SECRET_SIZE]);
enum tn_status tn_vault_open(const struct tn_keyring *keyring,
                             const uint8_t sealed[TN_VAULT_SECRET_SIZE], uint8_t out[16]);

#endif
