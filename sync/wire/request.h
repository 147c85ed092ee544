/* A station's hello, signed: what a transport carries where the two ends are not one process. The
 * hub answers nobody else, and a carrier keeps it, so that the centre knows for whom to leave what.
 *
 * Signed CBOR (signed.h, label "turnout hello v2", signed by the device key that the hello names);
 * the payload is the message `hello` (session.h) as it stands. Said again by somebody else it gives
 * him receipts, and a pack that only the station can open. */
#ifndef TURNOUT_WIRE_REQUEST_H
#define TURNOUT_WIRE_REQUEST_H

#include "sync/wire/session.h"

#define TN_REQUEST_LABEL "turnout hello v2"
#define TN_REQUEST_SIZE_MAX (128u * 1024)

/* Appends the signed request around a message `hello`. Failures stick in out->status. */
void tn_request_write(struct tn_buf *out, struct tn_bytes hello, const struct tn_sign_key *key);

/* Checks the signature and gives the message (borrowed from bytes) and what it says. out may hold
 * 300 KB: the caller has it somewhere else than on a stack of a thread. TN_ERR_FORMAT,
 * TN_ERR_LIMIT, TN_ERR_FORGED (also where the signer is not the one that hello names). */
enum tn_status tn_request_read(struct tn_bytes bytes, struct tn_bytes *message,
                               struct tn_hello *out);

#endif
