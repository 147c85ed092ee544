/* The parts of `reconcile` in which stations hear of each other (sync/link/gossip.h). */
#ifndef TURNOUT_CMD_RECONCILE_GOSSIP_H
#define TURNOUT_CMD_RECONCILE_GOSSIP_H

#include "sync/cmd/cmd.h"
#include "sync/cmd/reconcile_carrier.h"
#include "sync/link/gossip.h"

/* One line for people, where there is anything to say. */
void tn_reconcile_gossip_print(const struct tn_gossip *gossip);

/* Two stations' folders: each takes what the other has and carries. */
enum tn_exit tn_reconcile_stations(const char *a, const char *b, struct tn_reconcile_say say);

/* What a station carries of others goes to the centre that its own entries went to; keyring as
 * there. Nothing is done, and nothing costs, where it carries nothing. */
enum tn_status tn_reconcile_carried(struct tn_station *station, const char *dir,
                                    struct tn_centre *centre, const struct tn_keyring *keyring,
                                    struct tn_gossip *out);

#endif
