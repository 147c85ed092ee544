/* The signed envelope. It looks at lengths and the label before the signature, never at the
 * payload; the payload is handed out only after the signature holds. */
#include "turnout/signed.h"

#include <assert.h>
#include <string.h>

#include "turnout/cbor.h"

#define PARTS 4

void tn_signed_write(struct tn_buf *out, const char *label, struct tn_bytes payload,
                     const struct tn_sign_key *key)
{
    assert(strlen(label) <= TN_SIGNED_LABEL_MAX);
    struct tn_signature signature;
    enum tn_status status = tn_sign(key, label, payload, &signature);
    if (out->status == TN_OK) {
        out->status = status;
    }
    tn_cbor_put_array(out, PARTS);
    tn_cbor_put_text(out, label);
    tn_cbor_put_bytes(out, payload);
    tn_cbor_put_bytes(out, (struct tn_bytes){key->public_key.b, sizeof key->public_key.b});
    tn_cbor_put_bytes(out, (struct tn_bytes){signature.b, sizeof signature.b});
}

enum tn_status tn_signed_open(struct tn_bytes sealed, const char *label,
                              const struct tn_public_key *expected, struct tn_public_key *signer,
                              struct tn_bytes *payload)
{
    char found[TN_SIGNED_LABEL_MAX + 1];
    struct tn_public_key key;
    struct tn_signature signature;
    struct tn_cbor cbor;
    *payload = (struct tn_bytes){0};
    tn_cbor_init(&cbor, sealed);
    tn_cbor_get_array(&cbor, PARTS, PARTS);
    tn_cbor_get_text(&cbor, found, sizeof found);
    struct tn_bytes content = tn_cbor_get_bytes(&cbor);
    tn_cbor_get_fixed(&cbor, key.b, sizeof key.b);
    tn_cbor_get_fixed(&cbor, signature.b, sizeof signature.b);
    if (tn_cbor_end(&cbor) != TN_OK || strcmp(found, label) != 0) {
        return TN_ERR_FORMAT;
    }
    if (expected != NULL && memcmp(expected->b, key.b, sizeof key.b) != 0) {
        return TN_ERR_FORGED;
    }
    enum tn_status status = tn_sign_check(&key, label, content, &signature);
    if (status != TN_OK) {
        return status;
    }
    if (signer != NULL) {
        *signer = key;
    }
    *payload = content;
    return TN_OK;
}
