/* What a hub answers: the four questions of far.h, asked of a centre by whoever can reach it.
 * Nothing is kept between two of them but what saves work, and what siblings may still ask for, so
 * a station may go on with another hub of the same centre. Requests must be signed by a station
 * that the centre knows, or that shows it the token of a set-up card; bundles by their own station.
 * Bundles are sealed, or they are refused. */
#ifndef TURNOUT_LINK_HUB_ANSWER_H
#define TURNOUT_LINK_HUB_ANSWER_H

#include "sync/central/contact.h"
#include "sync/link/far.h"
#include "sync/link/hub_packs.h"
#include "sync/link/hub_siblings.h"
#include "sync/link/reconcile.h"

#define TN_HUB_CONTACTS_MAX 4096 /* stations whose last word waits to be noted */

struct tn_hub_answer {
    struct tn_centre_link link;
    struct tn_hub_packs packs;
    struct tn_hub_siblings siblings;
    struct tn_session_centre session; /* of one question; large, so it is kept */
    struct tn_contact *contacts;      /* by when they came */
    char (*programs)[TN_SESSION_PROGRAM_MAX + 1];
    size_t contacts_count;
    const char *keys_path;
    uint64_t marked;  /* of the entries below, how many the centre's mark counts */
    uint64_t entries; /* taken since the start */
    uint64_t bundles;
};

/* centre is this hub's alone while it runs; the keyring's signing part makes receipts and packs;
 * keys_path is where the centre's mark lies (epoch.h). All are borrowed. */
enum tn_status tn_hub_answer_init(struct tn_hub_answer *hub, struct tn_centre *centre,
                                  const struct tn_keyring *keyring, const char *keys_path);
void tn_hub_answer_destroy(struct tn_hub_answer *hub);

/* Answers one question; the answer is appended to out, and whatever it acknowledges is durable.
 * TN_ERR_FORMAT, TN_ERR_LIMIT, TN_ERR_FORGED: not a question; TN_ERR_STATE: a station that nobody
 * enrolled, or of another ecosystem. Other statuses: the world failed, and nothing was changed. One
 * thread at a time. */
enum tn_status tn_hub_answer(struct tn_hub_answer *hub, enum tn_ask what, struct tn_bytes question,
                             int64_t now_ms, struct tn_buf *out);

/* What is not urgent, every few seconds and before the end: notes who was heard, brings visits and
 * packs up to date, and writes the centre's mark. */
enum tn_status tn_hub_answer_idle(struct tn_hub_answer *hub, int64_t now_ms);

#endif
