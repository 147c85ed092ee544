/* Receipts as signed bytes. Whether a station honours one is station_receipt.c. */
#include "turnout/receipt.h"

#include "turnout/cbor.h"
#include "turnout/signed.h"

#define RECEIPT_FORMAT 1
#define RECEIPT_PARTS 7

void tn_receipt_write(struct tn_buf *out, const struct tn_receipt *receipt,
                      const struct tn_sign_key *key)
{
    struct tn_buf payload;
    tn_buf_init(&payload, TN_RECEIPT_SIZE_MAX);
    tn_cbor_put_array(&payload, RECEIPT_PARTS);
    tn_cbor_put_uint(&payload, RECEIPT_FORMAT);
    tn_cbor_put_id(&payload, &receipt->ecosystem);
    tn_cbor_put_uint(&payload, receipt->epoch);
    tn_cbor_put_id(&payload, &receipt->log);
    tn_cbor_put_uint(&payload, receipt->seq);
    tn_cbor_put_bytes(&payload, (struct tn_bytes){receipt->hash.b, sizeof receipt->hash.b});
    tn_cbor_put_int(&payload, receipt->at_ms);
    if (payload.status != TN_OK && out->status == TN_OK) {
        out->status = payload.status;
    }
    tn_signed_write(out, TN_RECEIPT_LABEL, tn_buf_bytes(&payload), key);
    tn_buf_destroy(&payload);
}

enum tn_status tn_receipt_read(struct tn_bytes bytes, const struct tn_public_key *expected,
                               struct tn_receipt *out)
{
    struct tn_bytes payload;
    struct tn_cbor cbor;
    *out = (struct tn_receipt){0};
    if (bytes.len > TN_RECEIPT_SIZE_MAX) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = tn_signed_open(bytes, TN_RECEIPT_LABEL, expected, NULL, &payload);
    if (status != TN_OK) {
        return status;
    }
    tn_cbor_init(&cbor, payload);
    tn_cbor_get_array(&cbor, RECEIPT_PARTS, RECEIPT_PARTS);
    uint64_t format = tn_cbor_get_uint(&cbor);
    tn_cbor_get_id(&cbor, &out->ecosystem);
    out->epoch = tn_cbor_get_uint(&cbor);
    tn_cbor_get_id(&cbor, &out->log);
    out->seq = tn_cbor_get_uint(&cbor);
    tn_cbor_get_fixed(&cbor, out->hash.b, sizeof out->hash.b);
    out->at_ms = tn_cbor_get_int(&cbor);
    status = tn_cbor_end(&cbor);
    return status == TN_OK && format != RECEIPT_FORMAT ? TN_ERR_FORMAT : status;
}
