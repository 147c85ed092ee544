/* The packs of a hub's events, kept from one question to the next. A thousand stations ask every
 * minute whether there is a newer pack, and mostly there is none: the answer may not cost more than
 * a look at who asks. Of every event it is kept what its packs come to, as a hash, and of a few the
 * packs themselves. Both are made anew when somebody has written to the database since, but not
 * more often than every TN_HUB_PACKS_MS, and seldomer where many events are asked about: so a
 * change reaches a station with its next question after that. One thread. */
#ifndef TURNOUT_LINK_HUB_PACKS_H
#define TURNOUT_LINK_HUB_PACKS_H

#include "sync/central/packing.h"
#include "sync/wire/hello.h"

#define TN_HUB_PACKS_MS 15000
#define TN_HUB_PACKS_EACH_MS 1000 /* more for each event whose packs had to be made */
#define TN_HUB_PACKS_EVENTS 4     /* whose packs are kept at a time */
#define TN_HUB_PACKS_KNOWN 1024   /* events whose packs' hash is kept */

struct tn_hub_packs {
    struct tn_centre *centre;
    const struct tn_keyring *keyring;
    struct tn_packing of[TN_HUB_PACKS_EVENTS];
    int64_t used[TN_HUB_PACKS_EVENTS]; /* a count: which was used longest ago */
    int64_t uses;
    struct tn_hub_pack_known {
        struct tn_id event;
        struct tn_hash plain;
    } known[TN_HUB_PACKS_KNOWN];
    size_t known_count;
    int64_t made;    /* packs, since made_ms */
    int64_t made_ms; /* when visits were brought up to date; 0: never */
    int64_t stamp;   /* of the database then */
};

void tn_hub_packs_init(struct tn_hub_packs *packs, struct tn_centre *centre,
                       const struct tn_keyring *keyring);
void tn_hub_packs_destroy(struct tn_hub_packs *packs);

/* Brings visits up to date and opens walk-ins, where something was written since and it is time;
 * then packs are made anew as they are asked for. Whoever has nothing else to do calls it too. */
enum tn_status tn_hub_packs_refresh(struct tn_hub_packs *packs, int64_t now_ms);

/* What was written since the database had the stamp `before` changes no pack: it does not call for
 * new ones. */
enum tn_status tn_hub_packs_overlook(struct tn_hub_packs *packs, int64_t before);

/* Whether there is a pack that the station lacks. False for a station that gets none: nobody
 * enrolled it, it is revoked, its event is gone, or there is no signing part. */
enum tn_status tn_hub_packs_has(struct tn_hub_packs *packs, const struct tn_hello *hello,
                                bool *has);

/* Appends it; nothing where there is none. */
enum tn_status tn_hub_packs_write(struct tn_hub_packs *packs, const struct tn_hello *hello,
                                  struct tn_buf *out);

#endif
