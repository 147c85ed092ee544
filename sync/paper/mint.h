/* Minting: every live learner gets one active badge for an event, and blank badges as many as are
 * asked for. A learner who has one keeps it: its secret comes out of the vault, to be printed
 * again, and its card is sealed anew where the learner's name or language changed. */
#ifndef TURNOUT_PAPER_MINT_H
#define TURNOUT_PAPER_MINT_H

#include "sync/central/badge_named.h"
#include "sync/central/centre.h"
#include "turnout/badge.h"
#include "turnout/card.h"

#define TN_MINT_MAX 2000000 /* badges of one event */
#define TN_MINT_BLANK_MAX 100000

struct tn_minted {
    struct tn_badge badge;
    struct tn_id id;
    struct tn_card card; /* learner none and display empty for a blank badge */
    char code[TN_BADGE_CODE_SIZE];
    bool is_new;
    bool is_hidden; /* on paper: somebody who was merged into them opted out */
};

/* Ordered by display name, then learner id; blank ones last. Holds secrets. */
struct tn_minted_list {
    struct tn_minted *items;
    size_t count;
    size_t cap;
    /* Left out, since their secrets are not here: badges of learners that a kiosk made, and those
     * that retention took the secrets of. */
    uint64_t unprintable;
    uint64_t past;
};

struct tn_mint {
    struct tn_centre *centre;
    const struct tn_keyring *keyring;
    struct tn_central_event event;
    struct tn_random random;
    int64_t now_ms;    /* when the new badges are issued */
    uint64_t blank;    /* new badges without a learner */
    bool blanks_again; /* list the blank badges that are there too; done anyway without learners */
    const struct tn_badge_named *only; /* these learners and blank badges alone; NULL: all */
    size_t only_count;
};

/* Mints in one transaction, committed before it returns: a badge is known to the centre before it
 * is on paper. TN_ERR_STATE: the keyring lacks a part, logged. The list is the caller's to
 * destroy, also after a failure. */
enum tn_status tn_mint_badges(const struct tn_mint *mint, struct tn_minted_list *out);

/* A new badge for whoever has `old`, which it replaces: a kiosk that sees the old one from its next
 * pack on asks for a helper. In the caller's transaction. TN_ERR_STATE: the old one is nobody's, or
 * was replaced already, logged; or the keyring lacks a part. */
enum tn_status tn_mint_reissue(const struct tn_mint *mint, const struct tn_id *old,
                               struct tn_minted *out);

/* The name that is to be on paper and in lists; empty where there is none. */
const char *tn_minted_name(const struct tn_minted *item);

/* Room for one more, zeroed; NULL past TN_MINT_MAX or without memory. */
struct tn_minted *tn_minted_add(struct tn_minted_list *list);

/* Wipes and frees. */
void tn_minted_destroy(struct tn_minted_list *list);

#endif
