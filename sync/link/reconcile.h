/* The two ends of a reconcile that runs in one process: stations' folders and the centre. */
#ifndef TURNOUT_LINK_RECONCILE_H
#define TURNOUT_LINK_RECONCILE_H

#include "sync/central/centre.h"
#include "sync/central/packing.h"
#include "sync/link/ahead.h"
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
    bool is_damaged;   /* the station's own chain does not hold, and that ended it: salvage first */
};

/* The station's end: an open station and its folder. */
struct tn_station_link {
    struct tn_station *station;
    const char *dir;
    int64_t now_ms;
    struct tn_station_info info; /* as tn_station_who has it */
    uint64_t waiting;            /* entries no receipt covered, when the station last said hello */
    bool is_damaged;             /* an entry that was to be sent does not hold */
    bool is_sealed;              /* bundles leave the process: they are sealed */

    /* For working ahead (ahead.h); NULL: bundles are made when they are asked for. */
    struct tn_ahead *ahead;
    const struct tn_session_station *session; /* this end's, which says what is wanted next */
    struct tn_station_link *after;            /* whose turn is next; NULL: nobody's */
};
extern const struct tn_session_station_ops tn_station_link_ops;

/* Readies the link; the caller wipes it with tn_station_link_end. */
enum tn_status tn_station_link_begin(struct tn_station_link *link, struct tn_station *station,
                                     const char *dir, int64_t now_ms);
void tn_station_link_end(struct tn_station_link *link);

/* After receipts and packs have come: the station forgets what it has to (turnout/forget.h).
 * *has_purged: it wrote an entry that says so. That its pages could not be cleaned because the
 * kiosk was busy is said, and done next time. */
enum tn_status tn_station_link_forget(struct tn_station_link *link, bool *has_purged);

/* What is made sure of while a bundle is made. A centre would only refuse a broken chain, so
 * somebody has to look: here, or by tn_bundle_read before the bundle goes anywhere. */
enum tn_rows { TN_ROWS_CHECKED, TN_ROWS_AS_THEY_ARE };

/* Appends the signed bundle of a log that starts at first; *last is the seq it goes to. Where the
 * rows are checked, TN_ERR_DAMAGED, with link->is_damaged, is the answer to one that does not hold,
 * and it is said. */
enum tn_status tn_station_link_bundle(struct tn_station_link *link, const struct tn_id *log,
                                      uint64_t first, enum tn_rows rows, struct tn_buf *out,
                                      uint64_t *last);

/* The bundle that is wanted after the one of a job, which went to seq last: of the same log, of the
 * station's others, or of those that follow it (link->after). Its link is NULL where there is none.
 */
struct tn_ahead_job tn_station_link_next(const struct tn_ahead_job *job, uint64_t last);

/* The centre's end. keyring NULL: entries are taken, no receipt and no pack is given. */
struct tn_centre_link {
    struct tn_centre *centre;
    const struct tn_keyring *keyring;
    int64_t now_ms;
    struct tn_packing *packing;   /* of this keyring, for many stations; NULL: one for each pack */
    const struct tn_ahead *ahead; /* has bundles read that it made; NULL: none */

    /* Many bundles in one transaction: ingest begins it, whoever drives the session commits, and
     * receipts are only given in answer to a hello, which comes after the commit. */
    bool is_grouped;
    bool is_open;     /* a transaction is */
    bool has_failed;  /* a bundle was not taken whole: it may only be rolled back */
    unsigned bundles; /* in it */
};
extern const struct tn_session_centre_ops tn_centre_link_ops;

/* One of the stations of a reconcile. */
struct tn_reconcile_station {
    struct tn_station *station;
    const char *dir;
    struct tn_reconcile out;
};

/* What they reconcile with. progress may be NULL; it counts entries. */
struct tn_reconcile_with {
    struct tn_centre *centre;
    const struct tn_keyring *keyring; /* NULL: see tn_centre_link */
    int64_t now_ms;
    void (*progress)(void *ctx, uint64_t done, uint64_t all);
    void *ctx;
};

/* Brings the entries of all stations to the centre, and receipts back: no visits, no packs. */
enum tn_status tn_reconcile_take(struct tn_reconcile_station *stations, size_t count,
                                 const struct tn_reconcile_with *with);

/* The whole of it: entries, receipts, visits, packs. Errors are logged, and so is what needs a
 * person. */
enum tn_status tn_reconcile_all(struct tn_reconcile_station *stations, size_t count,
                                const struct tn_reconcile_with *with);

/* How a station stands after it: its entries, pack and receipt. */
enum tn_status tn_reconcile_sum_up(struct tn_station *station, struct tn_reconcile *out);

/* The same for one station. */
enum tn_status tn_reconcile_run(struct tn_station *station, const char *dir,
                                struct tn_centre *centre, const struct tn_keyring *keyring,
                                int64_t now_ms,
                                void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
                                struct tn_reconcile *out);

#endif
