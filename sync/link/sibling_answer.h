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
#include "sync/wire/siblings.h"
#include "turnout/station.h"

#define TN_SIBLING_LISTENERS_MAX 256
/* Bundles of this many entries begin at fixed places: what is sent again meanwhile grows one bundle
 * rather than adding a file for every exchange. */
#define TN_SIBLING_BLOCK 256

/* A station that has asked for its siblings, and what there was when it had all. */
struct tn_sibling_listener {
    struct tn_public_key device_key;
    struct tn_hash heard;
    struct tn_hash asked; /* its last question */
    unsigned again;       /* times in a row that it has asked the same */
};

/* As TN_HUB_ASKED_MAX (hub_siblings.h). */
#define TN_SIBLING_ASKED_MAX 3

struct tn_sibling_answer {
    const char *dir;
    struct tn_station_env env;
    struct tn_station *station; /* NULL but while a question is answered */
    int64_t now_ms;
    struct tn_session_centre *session; /* of one question; large */
    struct tn_siblings *known;         /* the same */
    struct tn_sibling_listener listeners[TN_SIBLING_LISTENERS_MAX];
    size_t listeners_count;
    size_t listeners_next;
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
