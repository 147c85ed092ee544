/* Making bundles ahead: while the centre takes one in, a second thread reads, checks, hashes and
 * signs the next one at the station it will come from. Where nobody waits for it yet, it is read as
 * the centre will read it: one and the same check, whoever runs it.
 *
 * At most one bundle is being made, one made bundle waits and one has been taken, so memory is
 * bounded. A station's handle is one thread's at a time: whoever wants to touch a station that may
 * be working ahead calls tn_ahead_settle first. */
#ifndef TURNOUT_LINK_AHEAD_H
#define TURNOUT_LINK_AHEAD_H

#include "sync/wire/bundle.h"
#include "turnout/buf.h"
#include "turnout/crypto.h"

struct tn_station_link;

/* A bundle that is wanted: of a station's log, from seq first on. */
struct tn_ahead_job {
    struct tn_station_link *link; /* NULL: none */
    struct tn_id log;
    uint64_t first;
};

struct tn_ahead;

/* Starts the thread. *out is NULL on failure. */
enum tn_status tn_ahead_create(struct tn_ahead **out);

/* Ends it, and waits for the end. Accepts NULL. */
void tn_ahead_free(struct tn_ahead *ahead);

/* Has a bundle made; one that was asked for before and not taken is dropped. */
void tn_ahead_ask(struct tn_ahead *ahead, const struct tn_ahead_job *job);

/* Appends the bundle of a job, which is waited for where it is being made, and made here where it
 * was never asked for. *last is the seq it goes to. */
enum tn_status tn_ahead_take(struct tn_ahead *ahead, const struct tn_ahead_job *job,
                             struct tn_buf *out, uint64_t *last);

/* What tn_bundle_read made of the bundle that was taken last, where these are its bytes and they
 * read well; else NULL, as for an ahead that is NULL. Good until the next take; the taker's thread
 * only. */
const struct tn_bundle *tn_ahead_read(const struct tn_ahead *ahead, struct tn_bytes bytes);

/* Waits until the thread works on nothing. */
void tn_ahead_settle(struct tn_ahead *ahead);

#endif
