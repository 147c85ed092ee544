/* Staff cards at the centre. */
#ifndef TURNOUT_CENTRAL_STAFF_CARDS_H
#define TURNOUT_CENTRAL_STAFF_CARDS_H

#include "sync/central/centre.h"
#include "turnout/staff.h"

struct tn_staff_new {
    struct tn_id event;
    const char *name;
    int64_t until_ms;
};

/* Makes a card in memory: its badge (wiped by the caller) and its row, which opens the event's
 * directory. Writes nothing, so that the card can be on paper before the centre knows it. */
void tn_staff_draw(const struct tn_keyring *keyring, const struct tn_staff_new *what,
                   const struct tn_random *random, struct tn_badge *badge,
                   struct tn_staff_card *out);

/* Notes a card. */
enum tn_status tn_staff_insert(struct tn_centre *centre, const struct tn_id *event,
                               const struct tn_staff_card *card);

/* Both. */
enum tn_status tn_staff_mint(struct tn_centre *centre, const struct tn_keyring *keyring,
                             const struct tn_staff_new *what, const struct tn_random *random,
                             struct tn_badge *badge);

#endif
