/* The parts of `reconcile` that have a carrier at one end or both. */
#ifndef TURNOUT_CMD_RECONCILE_CARRIER_H
#define TURNOUT_CMD_RECONCILE_CARRIER_H

#include "sync/central/centre.h"
#include "sync/cmd/cmd.h"

/* The folder of a carrier as somebody named it: DIR/turnout where that is there, else DIR. out
 * holds TN_CARRIER_PATH_SIZE bytes. */
void tn_reconcile_carrier_dir(const char *dir, char *out);

/* A station and a carrier, which is made where it is not there. is_watch: again and again, so that
 * nothing new is not said, on the terminal or on the kiosk's screen. */
enum tn_exit tn_reconcile_load(const char *station, const char *carrier, bool json, bool is_watch);

/* A carrier and the centre; keyring NULL: not at hand. */
enum tn_exit tn_reconcile_bring(const char *carrier, struct tn_centre *centre,
                                const struct tn_keyring *keyring, bool json);

/* One carrier onto another, which is made where it is not there. */
enum tn_exit tn_reconcile_copy(const char *from, const char *to, bool json);

#endif
