/* Groups of an event and their cards: a class (one title at one partner) comes with one card, whose
 * secret opens the list of its badges on a station. A card is minted once and keeps its secret; the
 * list is sealed anew whenever the vault is at hand, to the same bytes as long as it is the same.
 */
#ifndef TURNOUT_CENTRAL_GROUPS_H
#define TURNOUT_CENTRAL_GROUPS_H

#include "sync/central/centre.h"
#include "turnout/card.h"
#include "turnout/group.h"

#define TN_GROUP_CARDS_MAX 10000 /* of one event */

/* One group's card. Holds a secret: wiped by whoever got it. */
struct tn_group_card {
    struct tn_id id;
    struct tn_badge badge;
    char code[TN_BADGE_CODE_SIZE];
    char title[TN_TITLE_MAX + 1]; /* with the partner's name: "4B, Lincoln School" */
    uint64_t members;             /* learners with a good badge */
};

/* Mints a card for every group of the event that has none, in a transaction of its own. The keyring
 * must hold the signing part; random makes the secrets. */
enum tn_status tn_groups_mint(struct tn_centre *centre, const struct tn_keyring *keyring,
                              const struct tn_id *event, const struct tn_random *random,
                              int64_t now_ms);

/* Seals the lists of the event's cards as their groups are now, in a transaction of its own.
 * Without the vault part it does nothing. A group of more than TN_GROUP_MEMBERS_MAX is said, and
 * its list left out. */
enum tn_status tn_groups_seal(struct tn_centre *centre, const struct tn_keyring *keyring,
                              const struct tn_id *event);

/* Calls each for every card of the event, by title, then partner. */
enum tn_status tn_groups_each(struct tn_centre *centre, const struct tn_keyring *keyring,
                              const struct tn_id *event,
                              enum tn_status (*each)(void *ctx, const struct tn_group_card *card),
                              void *ctx);

/* Random bytes that follow from a secret key and what is to be sealed under it, for nonces: the
 * same content is the same ciphertext, and another content has another nonce. state must outlive
 * the result; the caller wipes it. */
struct tn_random tn_sealing_random(struct tn_random_seeded *state, const struct tn_key *key,
                                   struct tn_bytes content);

/* A card whose nonce follows from the secret and what it says: the same card is the same bytes at
 * every centre. */
enum tn_status tn_sealing_card(const struct tn_card *card, const struct tn_badge *badge,
                               uint8_t out[TN_CARD_SIZE]);

#endif
