/* Signing a hello, and checking one. */
#include "sync/wire/request.h"

#include <string.h>

#include "turnout/signed.h"

void tn_request_write(struct tn_buf *out, struct tn_bytes hello, const struct tn_sign_key *key)
{
    tn_signed_write(out, TN_REQUEST_LABEL, hello, key);
}

enum tn_status tn_request_read(struct tn_bytes bytes, struct tn_bytes *message,
                               struct tn_hello *out)
{
    struct tn_public_key signer;
    if (bytes.len > TN_REQUEST_SIZE_MAX) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = tn_signed_open(bytes, TN_REQUEST_LABEL, NULL, &signer, message);
    if (status == TN_OK) {
        status = tn_hello_read(*message, out);
    }
    if (status != TN_OK) {
        return status;
    }
    bool is_theirs = memcmp(signer.b, out->device_key.b, TN_PUBLIC_KEY_SIZE) == 0;
    return is_theirs ? TN_OK : TN_ERR_FORGED;
}
