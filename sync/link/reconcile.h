/* The two ends of a reconcile that runs in one process: a station's folder and the centre. */
#ifndef TURNOUT_LINK_RECONCILE_H
#define TURNOUT_LINK_RECONCILE_H

#include "sync/central/centre.h"
#include "sync/wire/session.h"
#include "turnout/station.h"

/* What a reconcile did. */
struct tn_reconcile {
    uint64_t entries;     /* at the station */
    uint64_t added;       /* new at the centre */
    uint64_t left;        /* not taken: refused or behind a gap; the centre holds what came */
    uint64_t conflicts;   /* open ones that are this station's (conflict.h) */
    uint64_t receipt_seq; /* of the log the station writes now; 0: none */
    bool got_receipt;     /* a receipt that the station did not have yet */
    bool got_pack;
    uint64_t pack_version;
    bool needs_person; /* something was refused or held, or a conflict is open */
    bool is_derived;   /* visits were brought up to date: not every role of a server may */
};

/* The station's end: an open station and its folder. */
struct tn_station_link {
    struct tn_station *station;
    const char *dir;
    int64_t now_ms;
    struct tn_sign_key key;
    struct tn_station_info info;
};
extern const struct tn_session_station_ops tn_station_link_ops;

/* Readies the link; the caller wipes it with tn_station_link_end. */
enum tn_status tn_station_link_begin(struct tn_station_link *link, struct tn_station *station,
                                     const char *dir, int64_t now_ms);
void tn_station_link_end(struct tn_station_link *link);

/* The centre's end. keyring NULL: entries are taken, no receipt and no pack is given. */
struct tn_centre_link {
    struct tn_centre *centre;
    const struct tn_keyring *keyring;
    int64_t now_ms;
};
extern const struct tn_session_centre_ops tn_centre_link_ops;

/* Runs the session to its end and brings the visits up to date. progress may be NULL; it counts
 * entries. Errors are logged, and so is what needs a person. */
enum tn_status tn_reconcile_run(struct tn_station *station, const char *dir,
                                struct tn_centre *centre, const struct tn_keyring *keyring,
                                int64_t now_ms,
                                void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
                                struct tn_reconcile *out);

#endif
