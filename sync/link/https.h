/* The way to a hub over HTTPS: a tn_far (far.h) on libcurl. One connection is kept and used again.
 *
 * Who answers is trusted by one thing only: his key is the one whose pin the set-up card carries,
 * or that of a sibling, where those may answer too. Names, dates and issuers of certificates say
 * nothing here, and neither does anything that was not sent under that key: a sign-in page of a
 * network, a redirect or an error page is told apart and is never taken for an answer. Proxies,
 * .netrc and whatever else the environment would have a web client do are left out.
 *
 * One thread uses it at a time. */
#ifndef TURNOUT_LINK_HTTPS_H
#define TURNOUT_LINK_HTTPS_H

#include <stdbool.h>

#include "sync/link/far.h"
#include "sync/link/https_trouble.h"
#include "turnout/crypto.h"

struct tn_https_params {
    const char *hub;           /* https://HOST[:PORT] (hub_url.h) */
    uint8_t pin[TN_HASH_SIZE]; /* of the hub's key (hub_key.h) */
    bool lacks_pin;            /* there is none: only a sibling may answer */
    /* Stations that may answer in the hub's place, by their device keys; used in the call alone. */
    const struct tn_public_key *siblings;
    size_t sibling_count;
    bool (*is_over)(void *ctx); /* asked now and then while it waits: to end? NULL: never */
    void *ctx;
    long connect_s;      /* until there is a connection; 0: 10 */
    long silence_s;      /* with nothing coming or going; 0: 90 */
    unsigned probe_port; /* where a portal would show itself; 0: 80 */
};

struct tn_https;

/* TN_ERR_FORMAT where hub is no such address, which is said; TN_ERR_NO_MEMORY. Connects to nobody
 * yet. */
enum tn_status tn_https_create(const struct tn_https_params *params, struct tn_https **out);

/* Accepts NULL. */
void tn_https_free(struct tn_https *https);

/* Asks, as far.h has it; the answer is cleared first. Borrowed from https. */
struct tn_far tn_https_far(struct tn_https *https);

/* What became of the last ask. */
struct tn_https_last {
    enum tn_https_trouble trouble;
    long code;              /* of HTTP; 0: there was no answer */
    int64_t retry_after_ms; /* what the hub asked for; 0: nothing */
    char detail[256];       /* the library's own words, or empty */
};
const struct tn_https_last *tn_https_last(const struct tn_https *https);

#endif
