/* Bundles: consecutive entries of one log, as a station sends them.
 *
 * CBOR [3, envelope, body], two byte strings. The envelope is signed by the device key (signed.h,
 * label "turnout bundle v3") and holds
 *
 *     [3, ecosystem id, recipient, log id, origin id or null, first, last, hash before, hash after,
 *      digest]
 *
 *     3            the format
 *     recipient    whom the body is sealed to:
 *                    null          nobody: it is in the clear, and never leaves the process
 *                    [1, event id] whoever has the event's key: the centre, and the event's
 * stations [2, key]      the centre: 80 bytes, a key of this bundle's own in a sealed box to the
 * ecosystem's transport key (seal.h) origin       the log id that the chain was hashed with, where
 * it is not the log id first, last  seqs, from 1; last - first + 1 entries are in it hash before 32
 * bytes: the hash of entry first - 1, zero bytes where first is 1 hash after   32 bytes: the hash
 * of entry last digest       BLAKE2b-256 of the byte string `body` body         the entries as
 * columns.h has them, in the clear or sealed (seal.h). The key of [1, event] is keyed
 * BLAKE2b-256(event key, "turnout bundle key v1" || log id)
 *
 * All of it deterministic CBOR (cbor.h). Reading checks the signature before it looks at anything
 * else, then the digest before it opens the body, then the bounds, then the whole chain from hash
 * before to hash after. The signature covers the body by its digest, because Ed25519 reads what it
 * signs twice, with a slower hash. */
#ifndef TURNOUT_WIRE_BUNDLE_H
#define TURNOUT_WIRE_BUNDLE_H

#include <stdbool.h>

#include "sync/wire/columns.h"
#include "turnout/entry.h"

#define TN_BUNDLE_LABEL "turnout bundle v3"
#define TN_BUNDLE_ENTRIES_MAX 10000
#define TN_BUNDLE_SIZE_MAX (48u * 1024 * 1024)
/* A writer stops here, so that one more entry always fits the maximum. */
#define TN_BUNDLE_SIZE_FULL (TN_BUNDLE_SIZE_MAX - 64u * 1024)

enum tn_recipient { TN_RECIPIENT_NOBODY, TN_RECIPIENT_EVENT, TN_RECIPIENT_CENTRE };

/* What a bundle says of itself, under its station's signature. */
struct tn_bundle_head {
    struct tn_id ecosystem;
    enum tn_recipient recipient;
    struct tn_id event; /* whose key opens it; none for the other recipients */
    struct tn_id log;
    struct tn_id origin; /* none: the log itself */
    uint64_t first;
    uint64_t last;
    struct tn_hash before;
    struct tn_hash after;
    struct tn_public_key device_key; /* who signed it */
};

struct tn_bundle {
    struct tn_bundle_head head;
    struct tn_entry *entries; /* last - first + 1; seq and hashes filled */
    size_t count;
    struct tn_buf plain; /* what a sealed body held; bodies borrow from it, or from the bytes */
};

/* The keys somebody opens bundles with. */
struct tn_bundle_keys {
    /* Gives the key of an event; TN_ERR_NOT_FOUND where it is not at hand. NULL: none is. */
    enum tn_status (*event_key)(const void *ctx, const struct tn_id *event, struct tn_key *out);
    const void *ctx;
    const struct tn_key *transport_secret; /* NULL: not at hand */
    const struct tn_public_key *transport_key;
    bool takes_clear; /* also a bundle that nobody has sealed: it came within one process */
};

/* Whom a bundle being written is sealed to. */
struct tn_bundle_seal {
    enum tn_recipient recipient;
    struct tn_id event;                 /* TN_RECIPIENT_EVENT */
    struct tn_key event_key;            /* the same; wiped by the caller */
    struct tn_public_key transport_key; /* TN_RECIPIENT_CENTRE */
};

/* A bundle being written. Zero it, init, set ids, first and before; add; finish. One thread. */
struct tn_bundle_writer {
    struct tn_id ecosystem;
    struct tn_id log;
    struct tn_id origin;
    uint64_t first;
    struct tn_hash before;
    /* inside */
    struct tn_columns columns;
    uint64_t count;
    struct tn_hash after;
};

void tn_bundle_writer_init(struct tn_bundle_writer *writer);
void tn_bundle_writer_destroy(struct tn_bundle_writer *writer);

/* Tells whether no further entry may be added. */
bool tn_bundle_is_full(const struct tn_bundle_writer *writer);

/* Adds the next entry; seqs must follow on. TN_ERR_STATE where they do not, TN_ERR_LIMIT. */
enum tn_status tn_bundle_add(struct tn_bundle_writer *writer, const struct tn_entry *entry);

/* Appends the signed bundle to out; seal NULL: in the clear. TN_ERR_STATE for one without entries.
 */
enum tn_status tn_bundle_finish(struct tn_bundle_writer *writer, const struct tn_sign_key *key,
                                const struct tn_bundle_seal *seal, struct tn_buf *out);

/* Checks signature and digest and gives what the bundle says of itself; whose key signed it is for
 * the caller to judge. The body is neither opened nor needed to be. TN_ERR_FORMAT, TN_ERR_LIMIT,
 * TN_ERR_FORGED. */
enum tn_status tn_bundle_peek(struct tn_bytes bytes, struct tn_bundle_head *out);

/* Reads a bundle; whose key signed it is for the caller to judge. bytes must outlive out. keys
 * NULL: only one in the clear is read. TN_ERR_STATE: it is sealed to a key that is not at hand, or
 * is in the clear and must not be; TN_ERR_FORMAT, TN_ERR_LIMIT, TN_ERR_FORGED (signature or seal),
 * TN_ERR_DAMAGED (the chain does not hold). out->head is filled where the signature held. The
 * caller frees. */
enum tn_status tn_bundle_read(struct tn_bytes bytes, const struct tn_bundle_keys *keys,
                              struct tn_bundle *out);

/* The same without the check of the chain: for whoever only looks at whom a bundle names. Hashes
 * are what the entries give. */
enum tn_status tn_bundle_look(struct tn_bytes bytes, const struct tn_bundle_keys *keys,
                              struct tn_bundle *out);
void tn_bundle_free(struct tn_bundle *bundle);

#endif
