/* A centre that is not in this process, as whoever reconciles with it sees it: four things may be
 * asked of it, each one message there and one back. A transport (https.h) carries them; a hub's
 * answers come from hub_answer.h. */
#ifndef TURNOUT_LINK_FAR_H
#define TURNOUT_LINK_FAR_H

#include "sync/link/reconcile.h"

enum tn_ask {
    TN_ASK_HELLO,  /* a signed request (request.h); back comes the message `cursor` */
    TN_ASK_BUNDLE, /* the message `bundle` or `show` (session.h); back comes `ack` or `seen` */
    TN_ASK_PACK,   /* the signed request once more; back comes the message `pack` */
    /* the message `siblings` (sync/wire/siblings.h); back comes `others` */
    TN_ASK_SIBLINGS,
    TN_ASK_COUNT
};

struct tn_far {
    /* Asks and waits for the answer. TN_ERR_BUSY: there is no way to it now (no network, a captive
     * portal, a hub that is too busy), try again later; TN_ERR_FORGED: whoever answered is not the
     * hub; TN_ERR_STATE: it refused this station or this bundle. What it was is logged, in words
     * for whoever stands there. TN_ERR_NOT_FOUND, not logged: it knows no such question, being
     * of an older version or a centre in this process. */
    enum tn_status (*ask)(void *ctx, enum tn_ask what, struct tn_bytes message,
                          struct tn_buf *answer);
    void *ctx;
    /* Whether whoever answered last was no centre, but another station of the event (serve
     * --station): it keeps entries for the centre and gives no receipts, and its clock is no more
     * right than ours. NULL: never. */
    bool (*is_sibling)(const void *ctx);
};

/* As it says; false where it cannot. */
bool tn_far_is_sibling(const struct tn_far *far);

/* What a reconcile with a far centre is told. */
struct tn_far_with {
    const struct tn_far *far;
    /* This machine's clocks: Unix milliseconds, and CLOCK_BOOTTIME in milliseconds. */
    void (*clocks)(int64_t *at_ms, int64_t *mono_ms);
    void (*progress)(void *ctx, uint64_t done, uint64_t all); /* counts entries; may be NULL */
    void *progress_ctx;
    int64_t clock_known_ms; /* the offset that this boot has a `clock` entry of, as far as the
                               caller knows; used only with has_clock_known */
    bool has_clock_known;
    /* Out: what was last said of siblings (gossip_hear.h). Where nothing was, it is worth asking.
     */
    bool says_siblings;
    bool has_siblings;
};

/* A station's folder reconciles with a far centre: hello; the bundles that are wanted; hello again
 * where something was sent, which brings the receipts that were still owed; then a pack, where one
 * is to be had. With nothing new it is one question. Where this boot has no `clock` entry, or the
 * offset has moved by more than TN_FAR_CLOCK_MS since, it leaves one. out as tn_reconcile_run gives
 * it, without conflicts, of which only the centre knows. Broken off, it goes on from there next
 * time. Errors are logged, but for those of `ask`, which has done so. */
#define TN_FAR_CLOCK_MS 2000
enum tn_status tn_far_reconcile(struct tn_station *station, const char *dir,
                                struct tn_far_with *with, struct tn_reconcile *out);

#endif
