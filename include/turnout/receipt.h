/* Receipts: the centre's signed word that the entries of one log up to seq are durable there.
 *
 * Signed CBOR (signed.h, label "turnout receipt v1"), payload
 * [1, ecosystem id, epoch, log id, seq, hash of entry seq, at_ms]. A station honours a receipt
 * only where its own hash at that seq is the same, and only then may purge. */
#ifndef TURNOUT_RECEIPT_H
#define TURNOUT_RECEIPT_H

#include "turnout/buf.h"
#include "turnout/crypto.h"

#define TN_RECEIPT_LABEL "turnout receipt v1"
#define TN_RECEIPT_SIZE_MAX 512

struct tn_receipt {
    struct tn_id ecosystem;
    uint64_t epoch;
    struct tn_id log;
    uint64_t seq;
    struct tn_hash hash;
    int64_t at_ms;
};

/* Appends the signed receipt to out; failures stick in out->status. */
void tn_receipt_write(struct tn_buf *out, const struct tn_receipt *receipt,
                      const struct tn_sign_key *key);

/* Opens a receipt signed by expected. */
enum tn_status tn_receipt_read(struct tn_bytes bytes, const struct tn_public_key *expected,
                               struct tn_receipt *out);

#endif
