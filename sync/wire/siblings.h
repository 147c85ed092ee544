/* The two messages by which a station hears of its siblings over a network: what it knows of their
 * logs, and what whoever it asks has besides (a hub, or another station).
 *
 *     siblings  station ->  [9, ecosystem id, device key, [[log id, last], ...]], by log id, each
 *                           once: how far it knows every log that is not its own. It goes as signed
 *                           CBOR (signed.h, label "turnout siblings v1"), signed by the device key
 *     others    -> station  [10, has more, [[bundle, receipt or null], ...]]: bundles of others
 *                           (bundle.h) as they were signed, one log's in the order of its seq, and
 *                           with each the centre's receipt for its last entry, where there is one:
 *                           what a receipt covers nobody need carry. Where `has more` is true the
 *                           same question brings the rest, once these are known
 *
 * others holds TN_OTHERS_SIZE bytes of bundles and receipts at most, or one bundle that is larger.
 * Said again by somebody else, `siblings` gives him bundles that only the event's stations open. */
#ifndef TURNOUT_WIRE_SIBLINGS_H
#define TURNOUT_WIRE_SIBLINGS_H

#include <stdbool.h>

#include "sync/wire/bundle.h"
#include "turnout/crypto.h"

#define TN_SIBLINGS_LABEL "turnout siblings v1"
#define TN_SIBLINGS_LOGS_MAX 4096 /* what is known of more is left unsaid */
#define TN_SIBLINGS_SIZE_MAX (128u * 1024)

#define TN_OTHERS_SIZE (4u * 1024 * 1024)
#define TN_OTHERS_COUNT_MAX 1024
#define TN_OTHERS_SIZE_MAX (TN_BUNDLE_SIZE_MAX + 64u * 1024) /* of the message */

struct tn_siblings_log {
    struct tn_id log;
    uint64_t last;
};

/* 100 KB: on the heap. */
struct tn_siblings {
    struct tn_id ecosystem;
    struct tn_public_key device_key;
    size_t count;
    struct tn_siblings_log logs[TN_SIBLINGS_LOGS_MAX]; /* by log id */
};

/* Appends the signed message; the logs are put in order first. Failures stick in out->status. */
void tn_siblings_write(struct tn_buf *out, struct tn_siblings *siblings,
                       const struct tn_sign_key *key);

/* Checks and reads one. TN_ERR_FORMAT, TN_ERR_LIMIT, TN_ERR_FORGED (also where the signer is not
 * the one that it names). */
enum tn_status tn_siblings_read(struct tn_bytes bytes, struct tn_siblings *out);

/* How far a log is known; 0: not at all. */
uint64_t tn_siblings_last(const struct tn_siblings *siblings, const struct tn_id *log);

/* An answer being put together. */
struct tn_others {
    struct tn_buf items;
    uint64_t count;
    bool has_more; /* something did not fit; from then on nothing is added */
};
void tn_others_init(struct tn_others *others);
void tn_others_destroy(struct tn_others *others);

/* Adds a bundle; receipt.data NULL: there is none. False, and has_more, where it does not fit. */
bool tn_others_add(struct tn_others *others, struct tn_bytes bundle, struct tn_bytes receipt);

/* Appends the message. */
enum tn_status tn_others_write(const struct tn_others *others, struct tn_buf *out);

/* Reads one to its end, then calls each for every bundle, whose bytes are borrowed; receipt.data
 * NULL: there is none. A status other than TN_OK ends it and is returned. TN_ERR_FORMAT,
 * TN_ERR_LIMIT. */
enum tn_status tn_others_read(struct tn_bytes message,
                              enum tn_status (*each)(void *ctx, struct tn_bytes bundle,
                                                     struct tn_bytes receipt),
                              void *ctx, bool *has_more);

#endif
