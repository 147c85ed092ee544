/* Cards: a learner's few fields on a station, sealed so that only the badge opens them.
 *
 *     sealed card = nonce (24) | XChaCha20-Poly1305(key, nonce, plain, ad = badge id)
 *     key   = BLAKE2b-256(secret, "turnout card v1"), keyed by the secret
 *     plain = CBOR [1, learner id, display name, language, flags], zero-padded to one size
 *
 * All sealed cards have one length, so that a stolen file tells nothing about a name. */
#ifndef TURNOUT_CARD_H
#define TURNOUT_CARD_H

#include "turnout/badge.h"

#define TN_NAME_MAX 96 /* bytes of UTF-8 in a display name */
#define TN_LANG_MAX 15 /* a BCP 47 tag such as "es" or "zh-Hans" */
#define TN_CARD_PLAIN_SIZE 160
#define TN_CARD_SIZE (24 + TN_CARD_PLAIN_SIZE + 16)

struct tn_card {
    struct tn_id learner;
    char display[TN_NAME_MAX + 1]; /* preferred first name and last initial; empty: greet without */
    char lang[TN_LANG_MAX + 1];    /* empty: the station's own */
    uint32_t flags;                /* none defined yet; kept as they are */
};

/* Seals card under the badge's secret. TN_ERR_LIMIT where the fields do not fit the one size. */
enum tn_status tn_card_seal(const struct tn_card *card, const struct tn_badge *badge,
                            const struct tn_random *random, uint8_t out[TN_CARD_SIZE]);

/* Opens a sealed card with the badge in hand. TN_ERR_FORGED: not this badge's card, or altered. */
enum tn_status tn_card_open(struct tn_bytes sealed, const struct tn_badge *badge,
                            struct tn_card *out);

void tn_card_wipe(struct tn_card *card);

#endif
