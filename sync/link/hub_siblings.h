/* The hub's answer to the question for siblings: what it has lately taken of the other stations of
 * the asker's event (relay.h), and for whom that is news. It is answered to enrolled stations that
 * are not revoked, and only bundles of their own event. All that is kept is dropped when somebody
 * is erased or revoked and when the centre takes a new epoch, whoever does it: before every answer
 * the database is asked for the signs of it. One thread. */
#ifndef TURNOUT_LINK_HUB_SIBLINGS_H
#define TURNOUT_LINK_HUB_SIBLINGS_H

#include "sync/central/centre.h"
#include "sync/link/listeners.h"
#include "sync/link/relay.h"
#include "sync/wire/session.h"

struct tn_hub_siblings {
    struct tn_centre *centre;
    struct tn_relay relay;
    struct tn_listeners listeners; /* by the number of the newest bundle of others */
    int64_t erased;                /* signs, as they were when last looked at */
    int64_t revoked;
    int64_t revoked_at;
    uint64_t epoch;
};

enum tn_status tn_hub_siblings_init(struct tn_hub_siblings *siblings, struct tn_centre *centre);
void tn_hub_siblings_destroy(struct tn_hub_siblings *siblings);

/* Drops what is kept where a sign has changed, and what is too old; TN_OK, or the database's. */
enum tn_status tn_hub_siblings_refresh(struct tn_hub_siblings *siblings, int64_t now_ms);

/* Keeps a bundle that the centre has taken, for its signer's siblings. Whoever is revoked or of
 * another event has none here; then nothing is kept. */
void tn_hub_siblings_keep(struct tn_hub_siblings *siblings, struct tn_bytes bundle, int64_t now_ms);

/* What a cursor says to a station: fills the two fields that are about siblings. */
void tn_hub_siblings_say(const struct tn_hub_siblings *siblings, const struct tn_hello *hello,
                         struct tn_cursor *out);

/* Answers the question. TN_ERR_FORMAT, TN_ERR_LIMIT, TN_ERR_FORGED; TN_ERR_STATE: not a station of
 * this centre's, or a revoked one. */
enum tn_status tn_hub_siblings_answer(struct tn_hub_siblings *siblings, struct tn_bytes question,
                                      int64_t now_ms, struct tn_buf *out);

#endif
