/* A centre that is not in this process, as whoever reconciles with it sees it: three things may be
 * asked of it, each one message there and one back. A transport (https.h) carries them; a hub's
 * answers come from hub_answer.h. */
#ifndef TURNOUT_LINK_FAR_H
#define TURNOUT_LINK_FAR_H

#include "turnout/buf.h"

enum tn_ask {
    TN_ASK_HELLO,  /* a signed request (request.h); back comes the message `cursor` */
    TN_ASK_BUNDLE, /* the message `bundle` (session.h); back comes the message `ack` */
    TN_ASK_PACK,   /* the signed request once more; back comes the message `pack` */
    TN_ASK_COUNT
};

struct tn_far {
    /* Asks and waits for the answer. TN_ERR_BUSY: there is no way to it now (no network, a captive
     * portal, a hub that is too busy), try again later; TN_ERR_FORGED: whoever answered is not the
     * hub; TN_ERR_STATE: it refused this station or this bundle. What it was is logged, in words
     * for whoever stands there. */
    enum tn_status (*ask)(void *ctx, enum tn_ask what, struct tn_bytes message,
                          struct tn_buf *answer);
    void *ctx;
};

#endif
