/* Passing on what a station carries of others to another station that serves (sibling_answer.h): it
 * asks how far those logs are known there, as hello asks for a station's own, and hands over the
 * bundles that go beyond. Nothing leaves `carried` because of it: only a receipt does that. */
#ifndef TURNOUT_LINK_GOSSIP_PASS_H
#define TURNOUT_LINK_GOSSIP_PASS_H

#include "sync/link/far.h"
#include "sync/link/gossip.h"

/* Passes on. *passed is a hash of what was carried when all of it was known there; the caller keeps
 * it, zeroed at first, for the same far side: while it is the same nothing is asked. A bundle whose
 * signer is not known there is left out. out->carried counts entries that were new there. */
enum tn_status tn_gossip_pass(struct tn_station *station, const char *dir, const struct tn_far *far,
                              struct tn_hash *passed, struct tn_gossip *out);

#endif
