/* Cards for badges of learners who were merged: whoever they were merged into is whom such a badge
 * greets, and without a name where one of them opted out, which the kept one's badges obey as well.
 * A card can only be made with the badge's secret, so it is made where the vault is at hand; until
 * then the badge opens its own card, which is true of the same child. */
#ifndef TURNOUT_CENTRAL_MERGED_CARDS_H
#define TURNOUT_CENTRAL_MERGED_CARDS_H

#include "sync/central/centre.h"

/* Makes those of an event's badges that are missing or say something else than they would now, in a
 * transaction of its own. Without the vault part it does nothing. */
enum tn_status tn_merged_cards(struct tn_centre *centre, const struct tn_keyring *keyring,
                               const struct tn_id *event);

#endif
