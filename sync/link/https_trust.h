/* Whom the HTTPS client trusts: keys that are known beforehand, and no authority. */
#ifndef TURNOUT_LINK_HTTPS_TRUST_H
#define TURNOUT_LINK_HTTPS_TRUST_H

#include <curl/curl.h>

#include "sync/link/https.h"

/* Has the handle talk to nobody but the hub of the pin (unless there is none) and the siblings of
 * params. False where there is nobody to trust, or libcurl does not take it. */
bool tn_https_trust_set(CURL *curl, const struct tn_https_params *params);

/* Whether whoever the handle is connected to has the key of this pin, where several would do; only
 * while an answer comes in. Who cannot be told has not. */
bool tn_https_trust_is_pinned(CURL *curl, const uint8_t wanted[TN_HASH_SIZE]);

#endif
