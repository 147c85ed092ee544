/* Badges: what a learner carries, as the 48 decimal digits of a QR symbol.
 *
 *     type (1 digit) | secret (39 digits, a 128-bit number, big-endian) | tag (8 digits)
 *
 * type 1 is a learner's badge, 2 a staff card, 4 a group card. The tag is the first 8 bytes,
 * big-endian, of keyed BLAKE2b-256(badge key, "turnout badge v1" || secret), mod 10^8: it tells a
 * real badge from a slip of the scanner, and lets a kiosk accept a badge made after its last pack.
 * Digits survive keyboard layouts, Caps Lock and lost Shift states, and fill a version 2-Q symbol
 * exactly. The secret itself is never stored or logged by a station: only the badge id is. */
#ifndef TURNOUT_BADGE_H
#define TURNOUT_BADGE_H

#include <stdbool.h>
#include <stddef.h>

#include "turnout/crypto.h"

#define TN_BADGE_DIGITS 48
#define TN_BADGE_TEXT_SIZE (TN_BADGE_DIGITS + 1)
#define TN_BADGE_SECRET_SIZE 16
#define TN_BADGE_CODE_DIGITS 9
#define TN_BADGE_CODE_SIZE (TN_BADGE_CODE_DIGITS + 1)

enum tn_badge_type {
    TN_BADGE_LEARNER = 1,
    TN_BADGE_STAFF = 2,
    TN_BADGE_SETUP = 3, /* not of this form; see setup.h */
    TN_BADGE_GROUP = 4,
};

/* A badge with its secret. Whoever holds one wipes it (tn_badge_wipe). */
struct tn_badge {
    enum tn_badge_type type;
    uint8_t secret[TN_BADGE_SECRET_SIZE];
    uint32_t tag;
};

/* Reads badge text. Leading and trailing ASCII white space is ignored, nothing else is. Never
 * reads past len; any bytes are safe. TN_ERR_FORMAT: not 48 digits, an unknown type, or a secret
 * of 2^128 or more. The tag is read, not checked: see tn_badge_verify. */
enum tn_status tn_badge_decode(const char *text, size_t len, struct tn_badge *out);

/* Writes the 48 digits and a NUL. */
void tn_badge_encode(const struct tn_badge *badge, char out[TN_BADGE_TEXT_SIZE]);

/* Mints a badge: a random secret, and its tag under badge_key. */
void tn_badge_mint(enum tn_badge_type type, const struct tn_key *badge_key,
                   const struct tn_random *random, struct tn_badge *out);

/* Tells whether the tag is the one that badge_key gives this secret. */
bool tn_badge_verify(const struct tn_badge *badge, const struct tn_key *badge_key);

/* badge id = BLAKE2b-128("turnout badge id v1" || secret). */
struct tn_id tn_badge_id(const struct tn_badge *badge);

/* BLAKE2b-256 of label, keyed by the secret: the key to what this badge opens (card.h, staff.h).
 * The caller wipes it. */
struct tn_key tn_badge_key(const struct tn_badge *badge, const char *label);

/* The 9-digit code printed for people: the first 8 bytes of the badge id, big-endian, mod 10^8, as
 * 8 digits, and a check digit by ISO/IEC 7064 MOD 11,10, which finds every single wrong digit. */
void tn_badge_code(const struct tn_id *badge_id, char out[TN_BADGE_CODE_SIZE]);

/* Tells whether a typed code has 9 digits and the right check digit (spaces between are allowed).
 */
bool tn_badge_code_is_valid(const char *text);

void tn_badge_wipe(struct tn_badge *badge);

#endif
