/* The centre behind the hub of `serve`: asked by the hub's worker alone. A database that was lost
 * (a server that was restarted, a network between) is opened again; until then stations are asked
 * to come back. */
#ifndef TURNOUT_CMD_SERVE_CENTRE_H
#define TURNOUT_CMD_SERVE_CENTRE_H

#include "sync/central/centre.h"
#include "sync/link/hub.h"

struct tn_hub_answer;

struct tn_serve_centre {
    const char *uri;
    const char *keys; /* --keys, or NULL */
    struct tn_centre *centre;
    const struct tn_keyring *keyring;
    struct tn_hub_answer *answers; /* large */
    bool is_open;
    struct tn_hub_counts before; /* what was taken before the centre was opened again */
};

extern const struct tn_hub_ops tn_serve_centre_ops;

/* Takes an open centre over until tn_serve_centre_end, which leaves it open or closed, to be closed
 * by the caller either way. TN_ERR_NO_MEMORY. */
enum tn_status tn_serve_centre_begin(struct tn_serve_centre *serve, const char *uri,
                                     const char *keys, struct tn_centre *centre,
                                     const struct tn_keyring *keyring);
void tn_serve_centre_end(struct tn_serve_centre *serve);

#endif
