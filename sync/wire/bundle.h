/* Bundles: consecutive entries of one log, as a station sends them.
 *
 * CBOR [2, envelope, entries], two byte strings. The envelope is signed by the device key
 * (signed.h, label "turnout bundle v2") and holds
 *
 *     [2, ecosystem id, log id, origin id or null, first, last, hash before, hash after, digest]
 *
 *     2            the format
 *     origin       the log id that the chain was hashed with, where it is not the log id
 *     first, last  seqs, from 1; last - first + 1 entries are in it
 *     hash before  32 bytes: the hash of entry first - 1, zero bytes where first is 1
 *     hash after   32 bytes: the hash of entry last
 *     digest       BLAKE2b-256 of the byte string `entries`
 *     entries      a CBOR array; each as tn_entry_write has it (entry.h), without seq and hash,
 * which the reader derives along the chain
 *
 * All of it deterministic CBOR (cbor.h). Reading checks the signature before it looks at anything
 * else, then the digest before it looks at any entry, then the bounds, then the whole chain from
 * hash before to hash after. The signature covers the entries by their digest, because Ed25519
 * reads what it signs twice, with a slower hash. Version 1, which a centre may still hold, is one
 * envelope (label "turnout bundle v1") around [1, ..., hash after, entries], and is read too. A
 * bundle travels in the clear and in process only; sealing to the event key wraps it without
 * changing it. */
#ifndef TURNOUT_WIRE_BUNDLE_H
#define TURNOUT_WIRE_BUNDLE_H

#include <stdbool.h>

#include "turnout/entry.h"

#define TN_BUNDLE_LABEL "turnout bundle v2"
#define TN_BUNDLE_LABEL_1 "turnout bundle v1"
#define TN_BUNDLE_ENTRIES_MAX 10000
#define TN_BUNDLE_SIZE_MAX (48u * 1024 * 1024)
/* A writer stops here, so that one more entry always fits the maximum. */
#define TN_BUNDLE_SIZE_FULL (TN_BUNDLE_SIZE_MAX - 64u * 1024)

struct tn_bundle {
    struct tn_id ecosystem;
    struct tn_id log;
    struct tn_id origin; /* none: the log itself */
    uint64_t first;
    uint64_t last;
    struct tn_hash before;
    struct tn_hash after;
    struct tn_public_key device_key; /* who signed it */
    struct tn_entry *entries;        /* last - first + 1; seq and hashes filled, bodies borrowed */
    size_t count;
};

/* A bundle being written. Zero it, set the header's ids, first and before; add; finish. One
 * thread. */
struct tn_bundle_writer {
    struct tn_id ecosystem;
    struct tn_id log;
    struct tn_id origin;
    uint64_t first;
    struct tn_hash before;
    /* inside */
    struct tn_buf entries;
    uint64_t count;
    struct tn_hash after;
};

void tn_bundle_writer_init(struct tn_bundle_writer *writer);
void tn_bundle_writer_destroy(struct tn_bundle_writer *writer);

/* Tells whether no further entry may be added. */
bool tn_bundle_is_full(const struct tn_bundle_writer *writer);

/* Adds the next entry; seqs must follow on. TN_ERR_STATE where they do not, TN_ERR_LIMIT. */
enum tn_status tn_bundle_add(struct tn_bundle_writer *writer, const struct tn_entry *entry);

/* Appends the signed bundle to out; TN_ERR_STATE for one without entries. */
enum tn_status tn_bundle_finish(struct tn_bundle_writer *writer, const struct tn_sign_key *key,
                                struct tn_buf *out);

/* Reads a bundle; whose key signed it is for the caller to judge. bytes must outlive out.
 * TN_ERR_FORMAT, TN_ERR_LIMIT, TN_ERR_FORGED (signature), TN_ERR_DAMAGED (the chain does not hold).
 * The caller frees. */
enum tn_status tn_bundle_read(struct tn_bytes bytes, struct tn_bundle *out);
void tn_bundle_free(struct tn_bundle *bundle);

#endif
