/* The TLS key of a station that serves its siblings: its device key itself, Ed25519, with a
 * certificate that is made on the fly and lies nowhere. So who knows a station from his pack knows
 * whom he talks to, without a centre and without another key.
 *
 * One key for two uses wants that no signature of the one can pass for one of the other. What we
 * sign begins with a label of ours, "turnout ..." (turnout/signed.h). What a server signs in the
 * handshake of TLS 1.3 begins with 64 spaces (RFC 8446, 4.4.3), and a certificate with DER's 0x30.
 * In TLS 1.2 it would begin with 32 bytes that the other end chooses, which could be a label: so a
 * station speaks TLS 1.3 alone (hub_key.h, is_tls13_only). */
#ifndef TURNOUT_LINK_SIBLING_KEY_H
#define TURNOUT_LINK_SIBLING_KEY_H

#include "sync/link/hub_key.h"

/* Makes key and certificate; now_ms is when it begins, for whoever looks at it. The caller frees.
 * TN_ERR_NO_MEMORY, said. */
enum tn_status tn_sibling_key_make(const struct tn_sign_key *device, int64_t now_ms,
                                   struct tn_hub_key *out);

/* The pin that a station with this device key answers by: the SHA-256 of its
 * SubjectPublicKeyInfo. */
void tn_sibling_pin(const struct tn_public_key *device, uint8_t out[TN_HASH_SIZE]);

#endif
