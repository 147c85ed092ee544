/* Walk-in forms: what somebody without a badge says at a kiosk, sealed to the centre's vault key
 * before it touches the disk.
 *
 *     sealed form = libsodium's sealed box (crypto_box_seal, X25519) of plain to the vault key
 *     plain = CBOR [1, given, family, grade, partner id or null, partner text, consent by,
 *             consent at (ms), language, badge secret (16 bytes)], zero-padded to one size
 *     body of a `register` entry = CBOR [1, sealed form, sealed card]
 *     learner id of a walk-in = BLAKE2b-128("turnout walk-in v1" || badge id)
 *
 * The sealed card (card.h) lets stations that hold the entry greet by name; only the centre's
 * vault opens the form. */
#ifndef TURNOUT_WALKIN_H
#define TURNOUT_WALKIN_H

#include "turnout/badge.h"
#include "turnout/card.h"
#include "turnout/setup.h"

#define TN_WALKIN_PLAIN_SIZE 768
#define TN_WALKIN_SIZE (TN_WALKIN_PLAIN_SIZE + 48)
#define TN_GRADE_MAX 15 /* bytes of a grade band's name, as "3-5" */

/* Who gave consent. */
enum tn_consent {
    TN_CONSENT_NONE,   /* nobody yet: kept so, and the centre asks */
    TN_CONSENT_PARENT, /* a parent or guardian */
    TN_CONSENT_SCHOOL, /* a school or programme on their behalf */
    TN_CONSENT_SELF,   /* the learner, of age */
    TN_CONSENT_COUNT
};

/* "none", "parent", "school", "self". */
const char *tn_consent_name(enum tn_consent consent);

struct tn_walkin {
    char given[TN_NAME_MAX + 1];
    char family[TN_NAME_MAX + 1];        /* a name, an initial, or empty */
    char grade[TN_GRADE_MAX + 1];        /* a grade band: "K-2", "3-5", ...; may be empty */
    struct tn_id partner;                /* from the pack's list; none where typed or not said */
    char partner_text[TN_TITLE_MAX + 1]; /* typed; else empty */
    enum tn_consent consent;
    int64_t consent_ms;
    char lang[TN_LANG_MAX + 1];
};

/* Seals a form and the new badge's secret to the vault key. TN_ERR_LIMIT where it does not fit. */
enum tn_status tn_walkin_seal(const struct tn_walkin *form, const struct tn_badge *badge,
                              const struct tn_public_key *vault_key, uint8_t out[TN_WALKIN_SIZE]);

/* Opens one with the vault's key pair (32 bytes each). The badge's tag is not in the form and left
 * 0. TN_ERR_FORGED, TN_ERR_FORMAT. The caller wipes form and badge. */
enum tn_status tn_walkin_open(const uint8_t sealed[TN_WALKIN_SIZE],
                              const struct tn_public_key *vault_key, const uint8_t secret_key[32],
                              struct tn_walkin *form, struct tn_badge *badge);

/* The learner id of whoever got this badge at a kiosk. */
struct tn_id tn_walkin_learner(const struct tn_id *badge);

/* Display name of a form: the given name and, where there is one, the family name's initial. */
void tn_walkin_display(const struct tn_walkin *form, char out[TN_NAME_MAX + 1]);

void tn_walkin_wipe(struct tn_walkin *form);

#endif
