/* Making bundles ahead: while the centre takes one in, a second thread reads, hashes and signs
 * those that come after it, at that station and at the ones that follow. Each is then read as the
 * centre would read it, by that thread or, where he waits already, by whoever takes it: one and the
 * same check, and no bundle goes on without it.
 *
 * A few bundles wait at most, so memory is bounded. A station's handle is one thread's at a time:
 * whoever wants to touch a station that may be working ahead calls tn_ahead_settle first. What
 * sessions of stations want, and which follows which, must stay as it is from the first bundle that
 * is taken until then, but for the session of the taker. */
#ifndef TURNOUT_LINK_AHEAD_H
#define TURNOUT_LINK_AHEAD_H

#include "sync/wire/bundle.h"
#include "turnout/buf.h"
#include "turnout/crypto.h"

struct tn_station_link;

/* A bundle that is wanted: of a station's log, from seq first on. */
struct tn_ahead_job {
    struct tn_station_link *link; /* NULL: none */
    size_t at;                    /* the log's place in the station's hello */
    struct tn_id log;
    uint64_t first;
};

struct tn_ahead;

/* Starts the thread. *out is NULL on failure. */
enum tn_status tn_ahead_create(struct tn_ahead **out);

/* Ends it, and waits for the end. Accepts NULL. */
void tn_ahead_free(struct tn_ahead *ahead);

/* Appends the bundle of a job, which is waited for where it is being made, and made here where it
 * is not the one that comes next. */
enum tn_status tn_ahead_take(struct tn_ahead *ahead, const struct tn_ahead_job *job,
                             struct tn_buf *out);

/* What tn_bundle_read made of the bundle that was taken last, where these are its bytes and they
 * read well; else NULL, as for an ahead that is NULL. Good until the next take; the taker's thread
 * only. */
const struct tn_bundle *tn_ahead_read(const struct tn_ahead *ahead, struct tn_bytes bytes);

/* Has the thread stop, and waits until it works on nothing; bundles that wait are let go. */
void tn_ahead_settle(struct tn_ahead *ahead);

#endif
