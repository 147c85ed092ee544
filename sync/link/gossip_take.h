/* Taking in what a sibling has signed, whatever way it came: whether it is a sibling's, whether it
 * brings anything, whether somebody has to carry it on. A carrier's files, a hub's answers and a
 * station that serves all end here. */
#ifndef TURNOUT_LINK_GOSSIP_TAKE_H
#define TURNOUT_LINK_GOSSIP_TAKE_H

#include "sync/link/carrier.h"
#include "sync/link/gossip.h"
#include "sync/wire/bundle.h"

/* A station while it takes in, and what it carries; one thread. */
struct tn_gossip_taker {
    struct tn_station *station;
    struct tn_carrier own; /* its folder `carried`; root -1: there is none yet */
    char path[TN_CARRIER_PATH_SIZE];
    struct tn_station_info info; /* as tn_station_who has it */
    struct tn_id event;
    struct tn_key event_key;
    bool has_event_key;
    struct tn_gossip *out;
};

/* Opens `carried` where it is there, whose lock is held until the end. Counts are added to out. */
enum tn_status tn_gossip_take_begin(struct tn_gossip_taker *taker, struct tn_station *station,
                                    const char *dir, struct tn_gossip *out);
void tn_gossip_take_end(struct tn_gossip_taker *taker);

/* What a bundle is good for here. */
struct tn_gossip_use {
    bool is_sibling; /* the pack names its signer: nothing else counts where it does not */
    bool is_new;     /* it brings entries that are not known here */
    bool is_needed;  /* no receipt covers it, and it is not carried yet */
};

/* Judges a bundle by its head. */
enum tn_status tn_gossip_judge(struct tn_gossip_taker *taker, const struct tn_bundle_head *head,
                               struct tn_gossip_use *out);

/* Keeps and folds in what was judged; *added entries were new. It is kept before its entries count:
 * what this station greets by, it carries. What does not open, or goes before what is here, adds
 * nothing and is no failure. */
enum tn_status tn_gossip_take(struct tn_gossip_taker *taker, const struct tn_bundle_head *head,
                              struct tn_bytes bytes, const struct tn_gossip_use *use,
                              uint64_t *added);

/* What is carried and a receipt covers is carried no more. */
enum tn_status tn_gossip_let_go(struct tn_gossip_taker *taker);

#endif
