/* The hub's TLS key and certificate: one PEM file beside the keyring, KEYS.hub.pem, mode 0600.
 *
 * The key is ECDSA on P-256, which every TLS library takes, and the certificate is signed by itself
 * and good for twenty years: what stations trust is neither its name nor its date but the pin, the
 * SHA-256 of the SubjectPublicKeyInfo, which stands in their set-up cards. So the file is made once
 * and never again: another key is another hub, to which no station of before would talk. */
#ifndef TURNOUT_LINK_HUB_KEY_H
#define TURNOUT_LINK_HUB_KEY_H

#include <stdbool.h>

#include "turnout/buf.h"
#include "turnout/crypto.h"

#define TN_HUB_KEY_SIZE_MAX (16u * 1024)
#define TN_HUB_KEY_PATH_SIZE 4200
/* "sha256//" and 44 characters of base64, as curl takes it. */
#define TN_HUB_PIN_TEXT_SIZE (8 + 44 + 1)

struct tn_hub_key {
    struct tn_buf pem; /* key and certificate, ended by a NUL */
    uint8_t pin[TN_HASH_SIZE];
    bool is_tls13_only; /* a station's own key (sibling_key.h) */
};

/* Where it lies: keys_path is the keyring's. TN_ERR_LIMIT where that is too long a path. */
enum tn_status tn_hub_key_path(const char *keys_path, char out[TN_HUB_KEY_PATH_SIZE]);

/* Reads it, or makes it where it is not there yet; now_ms is when the certificate begins. Errors
 * are logged. The caller frees it in either case. */
enum tn_status tn_hub_key_get(const char *keys_path, int64_t now_ms, struct tn_hub_key *out,
                              bool *is_new);

/* Wipes and frees. Accepts a zeroed one. */
void tn_hub_key_free(struct tn_hub_key *key);

/* The pin as people copy it, and read again (TN_ERR_FORMAT). */
void tn_hub_pin_write(const uint8_t pin[TN_HASH_SIZE], char out[TN_HUB_PIN_TEXT_SIZE]);
enum tn_status tn_hub_pin_read(const char *text, uint8_t pin[TN_HASH_SIZE]);

#endif
