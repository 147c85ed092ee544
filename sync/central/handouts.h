/* Badges that changed hands at a kiosk, as `register` and `replace` entries say it.
 *
 * A handout says: from this moment this badge is that learner's. All of them are kept, each once,
 * by a hash of what it says, and the rows of `badge` are settled from all of them together, so that
 * any order, route and repetition gives the same rows: of two handouts of one badge the earlier
 * counts (by the kiosk's time, then hash), a badge that the centre minted for a learner stays
 * theirs, and a badge that was replaced anywhere is replaced. Handouts that name different learners
 * for a badge are a conflict, "two_learners". */
#ifndef TURNOUT_CENTRAL_HANDOUTS_H
#define TURNOUT_CENTRAL_HANDOUTS_H

#include "sync/central/centre.h"
#include "turnout/entry.h"
#include "turnout/walkin.h"

#define TN_HANDOUT_CHAIN_MAX 64 /* badges that follow from one: replaced, and replaced again */
#define TN_WHY_MAX 31

enum tn_handed_how { TN_HANDED_NOT, TN_HANDED_BLANK, TN_HANDED_MADE }; /* badge.handed */

struct tn_handout {
    enum tn_kind kind; /* register or replace */
    struct tn_id badge;
    struct tn_id learner; /* none: whoever had the old one */
    struct tn_id old;     /* none: there was no old one */
    struct tn_id event;
    int64_t at_ms;
    char why[TN_WHY_MAX + 1];
    bool has_card;
    uint8_t card[TN_CARD_SIZE];
    bool has_form;
    uint8_t form[TN_WALKIN_SIZE];
    struct tn_hash hash; /* of all it says */
};

/* Reads one from an entry's facts and its own body (that of its first place, where it was
 * salvaged). False where it is none, or does not say enough to act on. */
bool tn_handout_read(const struct tn_handout *facts, struct tn_bytes body, struct tn_handout *out);

/* Stores one, and its sealed form; nothing where it is there. */
enum tn_status tn_handout_put(struct tn_centre *centre, const struct tn_handout *handout);

/* The badges that a handout may change: its own, the old one, and those given for them since.
 * Returns how many; at most TN_HANDOUT_CHAIN_MAX. */
enum tn_status tn_handout_chain(struct tn_centre *centre, const struct tn_handout *handout,
                                struct tn_id out[TN_HANDOUT_CHAIN_MAX], size_t *count);

/* Settles the row of one badge. */
enum tn_status tn_handout_settle(struct tn_centre *centre, const struct tn_id *badge,
                                 int64_t now_ms);

/* Makes the cards of badges that were given out and have none, where their secret is known. In the
 * caller's transaction; the keyring must hold the vault part. */
enum tn_status tn_handout_cards(struct tn_centre *centre, const struct tn_keyring *keyring);

#endif
