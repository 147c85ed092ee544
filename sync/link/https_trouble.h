/* What can stand between a station and its hub, told apart, because each asks for something else of
 * the person who stands there. */
#ifndef TURNOUT_LINK_HTTPS_TROUBLE_H
#define TURNOUT_LINK_HTTPS_TROUBLE_H

#include "turnout/status.h"
#include "turnout/sync_state.h"

enum tn_https_trouble {
    TN_HTTPS_NONE,
    TN_HTTPS_NO_NETWORK,        /* none, or one that does not know the hub's name */
    TN_HTTPS_NOT_REACHED,       /* nobody answers there: refused, or silent */
    TN_HTTPS_PORTAL,            /* a sign-in page of the network answered instead */
    TN_HTTPS_WRONG_CERTIFICATE, /* somebody answered who has not the hub's key */
    TN_HTTPS_CUT,               /* the connection ended in the middle */
    TN_HTTPS_BUSY,              /* the hub asks to come back later */
    TN_HTTPS_REFUSED,           /* the centre does not take this of this station */
    TN_HTTPS_TOO_LARGE,         /* there, or the answer here */
    TN_HTTPS_NOT_UNDERSTOOD,    /* the hub takes this for no message: another version */
    TN_HTTPS_HUB_TROUBLE,       /* its own: database, disk */
    TN_HTTPS_STOPPED,           /* we were told to end */
    TN_HTTPS_OTHER,
    TN_HTTPS_TROUBLE_COUNT
};

/* One word for machines: "portal". Never NULL. */
const char *tn_https_trouble_word(enum tn_https_trouble trouble);

/* What happened and what to do, for a volunteer; a whole sentence or two. Never NULL. */
const char *tn_https_trouble_text(enum tn_https_trouble trouble);

/* What it means for whoever asked (far.h). */
enum tn_status tn_https_trouble_status(enum tn_https_trouble trouble);

/* What the kiosk's screen makes of it. */
enum tn_sync_fault tn_https_trouble_fault(enum tn_https_trouble trouble);

#endif
