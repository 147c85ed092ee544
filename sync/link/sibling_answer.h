/* What a station answers its siblings, who ask it as they would a hub (far.h): where there is no
 * centre, one kiosk serves, or several, and none leads. It takes their bundles, keeps each in its
 * folder `carried`, folds it into the station and only then acknowledges it; and it gives what it
 * carries of others and what it has written itself, signed anew with its device key. It gives no
 * receipts and no packs: nothing may be purged because of it. Who is no sibling by its pack is
 * refused.
 *
 * The kiosk may run on the same folder. The station is opened for each question and closed after
 * it, so that a kiosk that has to mend its database can. */
#ifndef TURNOUT_LINK_SIBLING_ANSWER_H
#define TURNOUT_LINK_SIBLING_ANSWER_H

#include "sync/link/far.h"
#include "sync/link/gossip.h"
#include "sync/link/listeners.h"
#include "sync/wire/siblings.h"
#include "turnout/station.h"

/* Bundles of this many entries begin at fixed places: what is sent again meanwhile grows one bundle
 * rather than adding a file for every exchange. */
#define TN_SIBLING_BLOCK 256

struct tn_sibling_answer {
    const char *dir;
    struct tn_station_env env;
    struct tn_station *station; /* NULL but while a question is answered */
    int64_t now_ms;
    struct tn_session_centre *session; /* of one question; large */
    struct tn_siblings *known;         /* the same */
    struct tn_listeners listeners;
    uint64_t bundles; /* taken since the start */
    uint64_t entries;
};

enum tn_status tn_sibling_answer_init(struct tn_sibling_answer *sibling, const char *dir,
                                      const struct tn_station_env *env);
void tn_sibling_answer_destroy(struct tn_sibling_answer *sibling);

/* Answers one question, as tn_hub_answer does. TN_ERR_BUSY also where the station cannot be opened
 * now, which is logged. One thread at a time. */
enum tn_status tn_sibling_answer(struct tn_sibling_answer *sibling, enum tn_ask what,
                                 struct tn_bytes question, int64_t now_ms, struct tn_buf *out);

#endif
