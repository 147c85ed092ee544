/* What a hub and its stations agree on besides the messages: where each is posted, of what type it
 * is, and by what an answer is known for a hub's. */
#ifndef TURNOUT_LINK_HUB_PATHS_H
#define TURNOUT_LINK_HUB_PATHS_H

#include "sync/link/far.h"

#define TN_HUB_TYPE "application/cbor"
#define TN_HUB_HEADER "Turnout-Hub" /* of every answer, with the version of the paths */
#define TN_HUB_HEADER_VALUE "1"

/* The four messages, then what is for people and machines that watch. */
enum tn_hub_path {
    TN_HUB_PATH_ASK, /* + enum tn_ask */
    TN_HUB_PATH_HEALTH = TN_HUB_PATH_ASK + TN_ASK_COUNT,
    TN_HUB_PATH_METRICS,
    TN_HUB_PATH_OTHER, /* none of them */
    TN_HUB_PATH_COUNT
};

/* "/v1/hello"; "other" for what is none. */
extern const char *const tn_hub_paths[TN_HUB_PATH_COUNT];

#endif
