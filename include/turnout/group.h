/* Groups: a class or a bus that comes with one card.
 *
 * On paper a group card is badge text of type 4. In the pack its group is one row, by badge id:
 *
 *     sealed = nonce (24) | XChaCha20-Poly1305(key, nonce, plain, ad = badge id of the card)
 *     key    = BLAKE2b-256(secret, "turnout group v1"), keyed by the secret
 *     plain  = CBOR [1, title, [[badge id, learner id or null], ...]]
 *
 * Ids only, never names, and those only for whoever holds the card. */
#ifndef TURNOUT_GROUP_H
#define TURNOUT_GROUP_H

#include "turnout/badge.h"
#include "turnout/buf.h"
#include "turnout/setup.h"

#define TN_GROUP_MEMBERS_MAX 250
#define TN_GROUP_SIZE_MAX 12288 /* bytes of a sealed group */

struct tn_group_member {
    struct tn_id badge;
    struct tn_id learner; /* none: a blank badge */
};

struct tn_group {
    char title[TN_TITLE_MAX + 1]; /* "Lincoln 4B" */
    size_t count;
    struct tn_group_member members[TN_GROUP_MEMBERS_MAX];
};

/* Appends the sealed group. badge is of type TN_BADGE_GROUP. Failures stick in out->status;
 * TN_ERR_LIMIT past the maximum of members. */
void tn_group_seal(struct tn_buf *out, const struct tn_group *group, const struct tn_badge *badge,
                   const struct tn_random *random);

/* Opens a sealed group with its card in hand. TN_ERR_FORGED: not this card's, or altered. */
enum tn_status tn_group_open(struct tn_bytes sealed, const struct tn_badge *badge,
                             struct tn_group *out);

void tn_group_wipe(struct tn_group *group);

#endif
