/* What sync is doing with a station, for the screen to show: one row of station.db that sync
 * replaces whole and the kiosk reads. It holds no free text; the words are the screen's.
 *
 * A sync that died in the middle leaves a row that says `copying`. It is not believed for ever: not
 * after the machine has booted since, and not longer than TN_SYNC_STALE_MS without a newer row. */
#ifndef TURNOUT_SYNC_STATE_H
#define TURNOUT_SYNC_STATE_H

#include <stdbool.h>

#include "turnout/station.h"

/* A row that says `copying` is to be replaced more often than this. Long, since one large file on a
 * slow stick may take most of it. */
#define TN_SYNC_STALE_MS 60000

enum tn_sync_phase {
    TN_SYNC_NONE,           /* nothing was ever tried */
    TN_SYNC_COPYING,        /* done of all entries are over */
    TN_SYNC_COPIED,         /* all that waited is on the stick, which may be taken */
    TN_SYNC_DONE_AT_CENTRE, /* the centre has spoken, and has what it did not refuse */
    TN_SYNC_FAILED,         /* fault says why; what was done before stays done */
    TN_SYNC_PHASE_COUNT
};

enum tn_sync_via { TN_SYNC_STICK, TN_SYNC_NETWORK, TN_SYNC_CABLE, TN_SYNC_VIA_COUNT };

enum tn_sync_fault {
    TN_SYNC_WELL,
    TN_SYNC_NO_NETWORK,        /* no way to the hub */
    TN_SYNC_PORTAL,            /* a page to log in on answered instead of the hub */
    TN_SYNC_WRONG_CERTIFICATE, /* whoever answered is not the hub that the set-up card names */
    TN_SYNC_HUB_BUSY,          /* the hub, or the centre's database, has no time now */
    TN_SYNC_REFUSED, /* the centre refuses this station or what it sent: a person decides */
    TN_SYNC_STICK_FULL,
    TN_SYNC_STICK_READ_ONLY,
    TN_SYNC_STICK_PULLED,
    TN_SYNC_DISK,        /* the kiosk's own disk, or another failure of its machine */
    TN_SYNC_DAMAGED,     /* what came does not verify */
    TN_SYNC_NO_KEYS_YET, /* this station has no key to seal its entries with: no pack has come */
    TN_SYNC_FAULT_COUNT
};

struct tn_sync_state {
    enum tn_sync_phase phase;
    enum tn_sync_via via;
    enum tn_sync_fault fault; /* WELL but where phase is FAILED */
    uint64_t done;            /* entries that are over */
    uint64_t all;             /* of how many */
    uint64_t waiting;         /* entries that no receipt covers */
    int64_t at_ms;            /* when it was written */
    int64_t spoke_ms;  /* when the centre last spoke; 0: never. Kept by the writer, which notes
                          it with DONE_AT_CENTRE */
    struct tn_id boot; /* of the machine then; filled by the writer */
};

/* Puts state in the place of what was there, in one transaction; boot is filled here. TN_ERR_FORMAT
 * for values that are none. */
enum tn_status tn_station_set_sync_state(struct tn_station *station,
                                         const struct tn_sync_state *state);

/* What sync last wrote: zeros (TN_SYNC_NONE) where it never did, where a row cannot be understood,
 * and where it says `copying` since before this boot. */
enum tn_status tn_station_sync_state(struct tn_station *station, struct tn_sync_state *out);

/* "stick_full" ... : what a fault is called in JSON and in flows; NULL past the end. */
const char *tn_sync_fault_name(enum tn_sync_fault fault);
/* "copying" ..., and "stick" ... */
const char *tn_sync_phase_name(enum tn_sync_phase phase);
const char *tn_sync_via_name(enum tn_sync_via via);

#endif
