/* Staff cards: what opens the directory on a station, for one person, until a date.
 *
 * On paper a staff card is badge text of type 2. In the pack it is a row: card id, the holder's
 * name, its end, and the directory key wrapped under the secret:
 *
 *     wrapped = nonce (24) | XChaCha20-Poly1305(key, nonce, directory key, ad = card id)
 *     key     = BLAKE2b-256(secret, "turnout staff v1"), keyed by the secret */
#ifndef TURNOUT_STAFF_H
#define TURNOUT_STAFF_H

#include "turnout/badge.h"
#include "turnout/setup.h"

#define TN_STAFF_WRAPPED_SIZE (24 + TN_KEY_SIZE + 16)

struct tn_staff_card {
    struct tn_id id; /* tn_badge_id of its badge text */
    char name[TN_TITLE_MAX + 1];
    int64_t until_ms;
    uint8_t wrapped[TN_STAFF_WRAPPED_SIZE];
};

/* Wraps the directory key under the secret of a badge of type TN_BADGE_STAFF. */
void tn_staff_wrap(const struct tn_badge *badge, const struct tn_key *directory_key,
                   const struct tn_random *random, uint8_t out[TN_STAFF_WRAPPED_SIZE]);

/* Unwraps it. TN_ERR_STATE past until_ms; TN_ERR_FORGED where the badge is not this card's. */
enum tn_status tn_staff_unwrap(const struct tn_staff_card *card, const struct tn_badge *badge,
                               int64_t now_ms, struct tn_key *out);

#endif
