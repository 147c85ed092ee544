/* The envelope that packs, receipts, set-up cards and bundles share: a payload, who signed it, and
 * the signature. Nothing of a payload is looked at before its signature holds.
 *
 * Format: the CBOR array [label, payload (byte string), public key (32 bytes), signature (64
 * bytes)], Ed25519 over label || payload. The label names kind and version ("turnout pack v1"), so
 * one kind never passes for another. */
#ifndef TURNOUT_SIGNED_H
#define TURNOUT_SIGNED_H

#include "turnout/buf.h"
#include "turnout/crypto.h"

#define TN_SIGNED_LABEL_MAX 32

/* Appends the envelope around payload to out. Failures stick in out->status. */
void tn_signed_write(struct tn_buf *out, const char *label, struct tn_bytes payload,
                     const struct tn_sign_key *key);

/* Opens an envelope: gives the payload (borrowed from sealed) and, where signer is not NULL, whose
 * key signed it. With expected not NULL the signer must be that key.
 * TN_ERR_FORMAT: not an envelope of this label. TN_ERR_FORGED: the signature does not hold or is
 * somebody else's. */
enum tn_status tn_signed_open(struct tn_bytes sealed, const char *label,
                              const struct tn_public_key *expected, struct tn_public_key *signer,
                              struct tn_bytes *payload);

#endif
