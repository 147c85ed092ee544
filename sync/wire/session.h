/* The reconcile session: what a station and a centre say to each other, as bytes in and bytes out.
 * It opens no socket and no file; the two ends supply what they know through a table of calls, and
 * a transport carries the messages. Each message is one CBOR array (cbor.h):
 *
 *     hello    station -> centre  [1, ...], as hello.h has it
 *     cursor   centre -> station  [2, at (ms, the centre's clock), has pack,
 *                                 [[next, receipt or null], ...]], in hello's order: the first
 *                                 seq the centre wants of each log, last + 1 where it has all; a
 *                                 receipt that the station has is not given again. Where `has pack`
 *                                 is false a station with nothing to send may end here.
 *                                 To a station that has asked for its siblings a fifth value is
 *                                 added, whether there is something of them (siblings.h), so that
 *                                 one that has never heard of them reads what it always did
 *     bundle   station -> centre  [3, bundle (bundle.h)]
 *     ack      centre -> station  [4, verdict, next, new, receipt or null]
 *     show     station -> centre  [7, receipt]: the centre's word for entries that it asks for
 *     seen     centre -> station  [8], however it takes it
 *     done     station -> centre  [5]
 *     pack     centre -> station  [6, pack (pack.h) or null], which ends the session
 *
 * 9 and 10 are siblings.h's. *
 * verdict: 0 taken, 1 was there, 2 taken as a branch (fork), 3 held (a gap; next says what is
 * missing), 4 refused. The station asks about one log after the other; a log whose next does not
 * move on is left for a person, so that no answer can make a session endless. Whatever must be
 * trusted (bundles, receipts, packs) is signed inside; the messages themselves are not. Where one
 * crosses a network or lies on a stick, hello is signed (request.h). */
#ifndef TURNOUT_WIRE_SESSION_H
#define TURNOUT_WIRE_SESSION_H

#include <stdbool.h>

#include "sync/wire/bundle.h"
#include "sync/wire/hello.h"
#include "sync/wire/pack.h"

#define TN_SESSION_MESSAGE_MAX (TN_PACK_SIZE_MAX + 64u * 1024)

enum tn_verdict {
    TN_VERDICT_TAKEN,
    TN_VERDICT_SAME,
    TN_VERDICT_FORK,
    TN_VERDICT_GAP,
    TN_VERDICT_REFUSED,
    TN_VERDICT_COUNT
};

/* What the centre wants of a log. */
struct tn_want {
    uint64_t next;    /* the first seq it lacks; last + 1: none */
    bool has_receipt; /* the station has the receipt it would get */
};

/* What the centre says of itself in answer to hello. */
struct tn_cursor {
    int64_t at_ms;
    bool has_pack;
    bool says_siblings; /* whether it says the next at all: not to who has never asked */
    bool has_siblings;  /* the question for siblings (siblings.h) would bring something */
};

struct tn_ack {
    enum tn_verdict verdict;
    uint64_t next;
    uint64_t added;
    struct tn_id log;    /* of the bundle, and the hash of its last entry: what a receipt */
    struct tn_hash hash; /* would be about, where verdict is taken, same or fork */
};

/* The station's end. bundle appends the signed bundle that starts at first (or as near as the
 * station still has it). */
struct tn_session_station_ops {
    enum tn_status (*hello)(void *ctx, struct tn_hello *out);
    enum tn_status (*bundle)(void *ctx, const struct tn_id *log, uint64_t first,
                             struct tn_buf *out);
    enum tn_status (*receipt)(void *ctx, struct tn_bytes receipt);
    enum tn_status (*pack)(void *ctx, struct tn_bytes pack);
    /* Appends the newest receipt of a log; nothing where there is none. */
    enum tn_status (*proof)(void *ctx, const struct tn_id *log, struct tn_buf *out);
};

/* The centre's end. receipt and pack may append nothing: there is none to give; who never has any
 * leaves them NULL. Where hash is NULL
 * a receipt is wanted for what the centre holds of that log, which is less than the station has a
 * receipt for: in a new epoch it counts, and also who comes by a carrier brings the rest again. */
struct tn_session_centre_ops {
    enum tn_status (*want)(void *ctx, const struct tn_hello *hello, size_t log,
                           struct tn_want *out);
    enum tn_status (*ingest)(void *ctx, struct tn_bytes bundle, struct tn_ack *out);
    enum tn_status (*receipt)(void *ctx, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_buf *out);
    enum tn_status (*pack)(void *ctx, const struct tn_hello *hello, struct tn_buf *out);
    /* What cursor says besides: the centre's clock, and whether a pack is to be had that the
     * station lacks (true where that is not known yet). */
    enum tn_status (*say)(void *ctx, const struct tn_hello *hello, struct tn_cursor *out);
    /* A receipt for entries that the centre asked for all the same. */
    enum tn_status (*show)(void *ctx, struct tn_bytes receipt);
};

struct tn_session_station {
    const struct tn_session_station_ops *ops;
    void *ctx;
    size_t at; /* the log being sent */
    bool was_restarted;
    bool was_shown; /* the receipt of that log */
    int expects;    /* the message it waits for */
    /* what became of it */
    uint64_t added;
    uint64_t left; /* entries the centre did not take: refused, or behind a gap */
    uint64_t receipts;
    bool got_pack;
    bool needs_person; /* a fork, a gap or a refusal */
    bool has_sent_all; /* it has said done, and waits for a pack */
    bool is_done;
    struct tn_cursor cursor; /* as the centre said */
    struct tn_hello hello;
    uint64_t next[TN_SESSION_LOGS_MAX]; /* of hello's logs, once the centre has said */
};

struct tn_session_centre {
    const struct tn_session_centre_ops *ops;
    void *ctx;
    bool has_hello;
    bool is_blank; /* resumed without one: only bundles are taken */
    struct tn_hello hello;
};

void tn_session_station_init(struct tn_session_station *session,
                             const struct tn_session_station_ops *ops, void *ctx);
void tn_session_centre_init(struct tn_session_centre *session,
                            const struct tn_session_centre_ops *ops, void *ctx);

/* Takes the centre's answer (empty at the start) and appends the next message; nothing is appended
 * once is_done. */
enum tn_status tn_session_station_step(struct tn_session_station *session, struct tn_bytes in,
                                       struct tn_buf *out);

/* The two halves of that, for whoever talks to many stations in turns: takes the centre's answer;
 * and appends the next message, hello at the start. */
enum tn_status tn_session_station_hear(struct tn_session_station *session, struct tn_bytes in);
enum tn_status tn_session_station_say(struct tn_session_station *session, struct tn_buf *out);

/* The station sends no more: it waits for a pack, as if it had said done. */
void tn_session_station_stop(struct tn_session_station *session);

/* Appends the message `done`. */
void tn_session_put_done(struct tn_buf *out);

/* Goes on after a hello that was said before, to a centre that keeps nothing between two messages;
 * an empty one where the next message is a bundle, which needs none. */
enum tn_status tn_session_centre_resume(struct tn_session_centre *session, struct tn_bytes hello);

/* Takes a message and appends the answer. */
enum tn_status tn_session_centre_step(struct tn_session_centre *session, struct tn_bytes in,
                                      struct tn_buf *out);

#endif
