/* The parts of `reconcile` that have a carrier at one end or both. */
#ifndef TURNOUT_CMD_RECONCILE_CARRIER_H
#define TURNOUT_CMD_RECONCILE_CARRIER_H

#include "sync/central/centre.h"
#include "sync/cmd/cmd.h"
#include "sync/link/far.h"

/* How much is said. */
struct tn_reconcile_say {
    bool json;         /* one object */
    bool is_news_only; /* with --watch */
};

/* The folder of a carrier as somebody named it: DIR/turnout where that is there or DIR is a whole
 * stick (a mount point), else DIR. out holds TN_CARRIER_PATH_SIZE bytes. */
void tn_reconcile_carrier_dir(const char *dir, char *out);

/* A station and a carrier, which is made where it is not there. Where only
 * news is said, neither the terminal nor the kiosk's screen hears that there is none. */
enum tn_exit tn_reconcile_load(const char *station, const char *carrier,
                               struct tn_reconcile_say say);

/* A carrier and the centre; keyring NULL: not at hand. */
enum tn_exit tn_reconcile_bring(const char *carrier, struct tn_centre *centre,
                                const struct tn_keyring *keyring, struct tn_reconcile_say say);

/* Whether there is a carrier at DIR, or at DIR/turnout: a folder of that name, or one that was made
 * a carrier before. */
bool tn_reconcile_is_carrier(const char *dir);

/* A carrier and a hub: all ecosystems on it are asked about, and the hub takes its own. */
enum tn_exit tn_reconcile_send(const char *carrier, const struct tn_far *far,
                               struct tn_reconcile_say say);

/* One carrier onto another, which is made where it is not there. */
enum tn_exit tn_reconcile_copy(const char *from, const char *to, struct tn_reconcile_say say);

#endif
