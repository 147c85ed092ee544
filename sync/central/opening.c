/* An event's key derives from the signing part, so whoever signs receipts can open what the event's
 * stations sealed; what a station sealed before its first pack wants the transport part. */
#include "sync/central/opening.h"

static enum tn_status event_key(const void *ctx, const struct tn_id *event, struct tn_key *out)
{
    *out = tn_keyring_event_key(ctx, event);
    return TN_OK;
}

struct tn_bundle_keys tn_opening_keys(const struct tn_keyring *keyring, bool takes_clear)
{
    struct tn_bundle_keys keys = {.takes_clear = takes_clear};
    if (keyring != NULL && keyring->has_signing) {
        keys.event_key = event_key;
        keys.ctx = keyring;
    }
    if (keyring != NULL && keyring->has_transport) {
        keys.transport_secret = &keyring->transport_secret;
        keys.transport_key = &keyring->transport_key;
    }
    return keys;
}

enum tn_status tn_opening_read(struct tn_centre *centre, struct tn_bytes bytes, bool takes_clear,
                               struct tn_bundle *out)
{
    const struct tn_bundle_keys keys = tn_opening_keys(centre->keyring, takes_clear);
    return tn_bundle_read(bytes, &keys, out);
}
