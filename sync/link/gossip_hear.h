/* Hearing of siblings over a network: the question `siblings` (sync/wire/siblings.h) to whoever
 * answers, a hub or another station, until it has nothing more. What comes is taken in as what lies
 * on a stick is (gossip_take.h): verified, folded into the station, and carried on unless a receipt
 * of the centre's came along with it. */
#ifndef TURNOUT_LINK_GOSSIP_HEAR_H
#define TURNOUT_LINK_GOSSIP_HEAR_H

#include "sync/link/far.h"
#include "sync/link/gossip.h"

/* Asks and takes. The last question of a round that brought something says that all of it arrived.
 * An answer that brings nothing new ends it, so nobody can keep a station asking; what is written
 * meanwhile can wait for the next time.
 * TN_ERR_NOT_FOUND, not logged: who answers is of an older version and knows no such question.
 * Counts are added to out. */
enum tn_status tn_gossip_hear(struct tn_station *station, const char *dir, const struct tn_far *far,
                              struct tn_gossip *out);

#endif
