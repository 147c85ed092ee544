/* The demo's cards besides learners' badges: a staff card, a card for each group, and a set-up card
 * for a kiosk that has no folder yet. */
#ifndef TURNOUT_CMD_DEMO_CARDS_H
#define TURNOUT_CMD_DEMO_CARDS_H

#include "sync/central/centre.h"

struct tn_demo_cards {
    const char *dir;
    struct tn_centre *centre;
    const struct tn_keyring *keyring;
    const struct tn_random *random;
    const char *event_code;
};

/* Makes the cards at the centre, and the files cards.csv (as badges.csv: the staff card and the
 * card of the demo's class), cards.pdf (all of them), setup-card (its digits) and setup-card.pdf.
 * Badges must be there already. */
enum tn_status tn_demo_cards_make(const struct tn_demo_cards *cards);

#endif
