/* One table for who asks, who answers and who counts. */
#include "sync/link/hub_paths.h"

const char *const tn_hub_paths[TN_HUB_PATH_COUNT] = {
    [TN_HUB_PATH_ASK + TN_ASK_HELLO] = "/v1/hello",
    [TN_HUB_PATH_ASK + TN_ASK_BUNDLE] = "/v1/bundle",
    [TN_HUB_PATH_ASK + TN_ASK_PACK] = "/v1/pack",
    [TN_HUB_PATH_ASK + TN_ASK_SIBLINGS] = "/v1/siblings",
    [TN_HUB_PATH_HEALTH] = "/healthz",
    [TN_HUB_PATH_METRICS] = "/metrics",
    [TN_HUB_PATH_OTHER] = "other",
};
