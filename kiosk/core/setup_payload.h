/* A set-up card's payload without its envelope: private to core. The station keeps this payload
 * beside its database, in an envelope of its own. */
#ifndef KIOSK_CORE_SETUP_PAYLOAD_H
#define KIOSK_CORE_SETUP_PAYLOAD_H

#include "turnout/setup.h"

/* Appends the payload; failures stick in out->status. */
void tn_setup_payload_write(struct tn_buf *out, const struct tn_setup *setup);

/* Reads a payload whose envelope already held. TN_ERR_FORMAT, TN_ERR_LIMIT. */
enum tn_status tn_setup_payload_read(struct tn_bytes payload, struct tn_setup *out);

#endif
