/* The centre opens sealed bundles with the keyring that is at hand (tn_centre.keyring). */
#ifndef TURNOUT_CENTRAL_OPENING_H
#define TURNOUT_CENTRAL_OPENING_H

#include "sync/central/centre.h"
#include "sync/wire/bundle.h"

/* tn_bundle_read with the centre's keys. TN_ERR_STATE where the keyring, or the part of it that
 * opens this bundle, is not at hand, or where it is in the clear and takes_clear is false. */
enum tn_status tn_opening_read(struct tn_centre *centre, struct tn_bytes bytes, bool takes_clear,
                               struct tn_bundle *out);

/* The keys of a keyring, for whoever reads bundles elsewhere; keyring may be NULL, and is borrowed.
 */
struct tn_bundle_keys tn_opening_keys(const struct tn_keyring *keyring, bool takes_clear);

#endif
