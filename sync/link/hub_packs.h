/* The packs of a hub's events, kept from one question to the next. A thousand stations ask every
 * minute whether there is a newer pack, and mostly there is none: the answer may not cost more than
 * a look at who asks. What is kept is made anew when somebody has written to the database since,
 * but not more often than every TN_HUB_PACKS_MS, so a change reaches a station with its next
 * question after that. One thread. */
#ifndef TURNOUT_LINK_HUB_PACKS_H
#define TURNOUT_LINK_HUB_PACKS_H

#include "sync/central/packing.h"
#include "sync/wire/hello.h"

#define TN_HUB_PACKS_MS 15000
#define TN_HUB_PACKS_EVENTS 4 /* whose packs are kept at a time */

struct tn_hub_packs {
    struct tn_centre *centre;
    const struct tn_keyring *keyring;
    struct tn_packing of[TN_HUB_PACKS_EVENTS];
    int64_t used[TN_HUB_PACKS_EVENTS]; /* a count: which was used longest ago */
    int64_t uses;
    int64_t made_ms; /* when visits were brought up to date; 0: never */
    int64_t stamp;   /* of the database then */
};

void tn_hub_packs_init(struct tn_hub_packs *packs, struct tn_centre *centre,
                       const struct tn_keyring *keyring);
void tn_hub_packs_destroy(struct tn_hub_packs *packs);

/* Brings visits up to date and opens walk-ins, where something was written since and it is time;
 * then packs are made anew as they are asked for. Whoever has nothing else to do calls it too. */
enum tn_status tn_hub_packs_refresh(struct tn_hub_packs *packs, int64_t now_ms);

/* Whether there is a pack that the station lacks. False for a station that gets none: nobody
 * enrolled it, it is revoked, its event is gone, or there is no signing part. */
enum tn_status tn_hub_packs_has(struct tn_hub_packs *packs, const struct tn_hello *hello,
                                bool *has);

/* Appends it; nothing where there is none. */
enum tn_status tn_hub_packs_write(struct tn_hub_packs *packs, const struct tn_hello *hello,
                                  struct tn_buf *out);

#endif
