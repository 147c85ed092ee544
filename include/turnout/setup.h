/* Set-up cards: what turns a fresh kiosk into a station of an ecosystem.
 *
 * A set-up card is signed CBOR (signed.h, label "turnout setup v1"), as a file or as a QR symbol
 * of digits: `3`, then each 7 bytes as 17 digits, big-endian; a last group of n bytes (n = 1 to 6)
 * takes the digits of 256^n - 1 (3, 5, 8, 10, 13, 15). Payload:
 *
 *     [1, ecosystem id, ecosystem name, sign public key, vault public key, transport public key,
 *      event id, station name, role, activity id or null, hub address, hub pin (32 bytes) or null,
 *      token (16 bytes), issued (ms)]
 *
 * The first set-up card is trusted because a person holds it; from then on the station takes only
 * what the ecosystem's signing key has signed. */
#ifndef TURNOUT_SETUP_H
#define TURNOUT_SETUP_H

#include <stdbool.h>

#include "turnout/buf.h"
#include "turnout/crypto.h"

#define TN_SETUP_LABEL "turnout setup v1"
#define TN_TITLE_MAX 120 /* bytes of UTF-8 in a title or a name of a thing */
#define TN_HUB_MAX 200   /* bytes of a hub's address */
#define TN_SETUP_SIZE_MAX 1024
#define TN_SETUP_TEXT_MAX 2600 /* digits of a set-up card; QR version 40-M holds 5,596 */

/* What a station is for; decides which entry a scan makes. */
enum tn_role {
    TN_ROLE_GATE,     /* check_in */
    TN_ROLE_EXIT,     /* check_out */
    TN_ROLE_BOTH,     /* pass */
    TN_ROLE_ACTIVITY, /* visit */
    TN_ROLE_DESK,     /* check_in, and walk-ins */
    TN_ROLE_COUNT
};

/* "gate", "exit", "both", "activity", "desk". */
const char *tn_role_name(enum tn_role role);

/* TN_ROLE_COUNT for a name that is none of them. */
enum tn_role tn_role_from_name(const char *name);

struct tn_setup {
    struct tn_id ecosystem;
    char ecosystem_name[TN_TITLE_MAX + 1];
    struct tn_public_key sign_key;
    struct tn_public_key vault_key;
    struct tn_public_key transport_key;
    struct tn_id event;
    char station_name[TN_TITLE_MAX + 1];
    enum tn_role role;
    struct tn_id activity;
    char hub[TN_HUB_MAX + 1];
    bool has_hub_pin;
    uint8_t hub_pin[TN_HASH_SIZE];
    struct tn_id token;
    int64_t issued_ms; /* when the centre made it; a station takes none older than its own */
};

/* Appends the signed card to out; failures stick in out->status. key is the ecosystem's. */
void tn_setup_write(struct tn_buf *out, const struct tn_setup *setup,
                    const struct tn_sign_key *key);

/* Reads a signed card and checks it against the signing key it names (or expected, if not NULL). */
enum tn_status tn_setup_read(struct tn_bytes bytes, const struct tn_public_key *expected,
                             struct tn_setup *out);

/* Appends a signed card's bytes as digits, with the leading 3. */
void tn_setup_to_digits(struct tn_buf *out, struct tn_bytes bytes);

/* The reverse; TN_ERR_FORMAT for anything that to_digits would not have written. */
enum tn_status tn_setup_from_digits(struct tn_buf *out, const char *text, size_t len);

#endif
