/* Writing and reading what stations ask of one another's entries. The logs go in order, so that one
 * who answers finds each by halves, and none can be said twice. */
#include "sync/wire/siblings.h"

#include <stdlib.h>
#include <string.h>

#include "turnout/cbor.h"
#include "turnout/receipt.h"
#include "turnout/signed.h"

#define CBOR_NULL 0xf6

enum { SIBLINGS = 9, OTHERS };

static int by_log(const void *a, const void *b)
{
    return memcmp(((const struct tn_siblings_log *)a)->log.b,
                  ((const struct tn_siblings_log *)b)->log.b, TN_ID_SIZE);
}

void tn_siblings_write(struct tn_buf *out, struct tn_siblings *siblings,
                       const struct tn_sign_key *key)
{
    struct tn_buf message;
    if (siblings->count > 0) {
        qsort(siblings->logs, siblings->count, sizeof siblings->logs[0], by_log);
    }
    tn_buf_init(&message, TN_SIBLINGS_SIZE_MAX);
    tn_cbor_put_array(&message, 4);
    tn_cbor_put_uint(&message, SIBLINGS);
    tn_cbor_put_id(&message, &siblings->ecosystem);
    tn_cbor_put_bytes(&message, (struct tn_bytes){siblings->device_key.b, TN_PUBLIC_KEY_SIZE});
    tn_cbor_put_array(&message, siblings->count);
    for (size_t i = 0; i < siblings->count; i++) {
        tn_cbor_put_array(&message, 2);
        tn_cbor_put_id(&message, &siblings->logs[i].log);
        tn_cbor_put_uint(&message, siblings->logs[i].last);
    }
    if (message.status == TN_OK) {
        tn_signed_write(out, TN_SIBLINGS_LABEL, tn_buf_bytes(&message), key);
    } else if (out->status == TN_OK) {
        out->status = message.status;
    }
    tn_buf_destroy(&message);
}

static void get_logs(struct tn_cbor *cbor, struct tn_siblings *out)
{
    out->count = (size_t)tn_cbor_get_array(cbor, 0, TN_SIBLINGS_LOGS_MAX);
    for (size_t i = 0; i < out->count && cbor->status == TN_OK; i++) {
        struct tn_siblings_log *log = &out->logs[i];
        tn_cbor_get_array(cbor, 2, 2);
        tn_cbor_get_id(cbor, &log->log);
        log->last = tn_cbor_get_uint(cbor);
        bool is_next = i == 0 || by_log(&out->logs[i - 1], log) < 0;
        if (cbor->status == TN_OK && (!is_next || log->last > INT64_MAX - 1)) {
            cbor->status = TN_ERR_FORMAT;
        }
    }
}

enum tn_status tn_siblings_read(struct tn_bytes bytes, struct tn_siblings *out)
{
    struct tn_public_key signer;
    struct tn_bytes message;
    struct tn_cbor cbor;
    out->count = 0;
    if (bytes.len > TN_SIBLINGS_SIZE_MAX) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = tn_signed_open(bytes, TN_SIBLINGS_LABEL, NULL, &signer, &message);
    if (status != TN_OK) {
        return status;
    }
    tn_cbor_init(&cbor, message);
    tn_cbor_get_array(&cbor, 4, 4);
    bool is_theirs = tn_cbor_get_uint(&cbor) == SIBLINGS;
    tn_cbor_get_id(&cbor, &out->ecosystem);
    tn_cbor_get_fixed(&cbor, out->device_key.b, TN_PUBLIC_KEY_SIZE);
    get_logs(&cbor, out);
    status = tn_cbor_end(&cbor);
    if (status != TN_OK || !is_theirs) {
        out->count = 0;
        return status == TN_OK ? TN_ERR_FORMAT : status;
    }
    bool is_own = memcmp(signer.b, out->device_key.b, TN_PUBLIC_KEY_SIZE) == 0;
    return is_own ? TN_OK : TN_ERR_FORGED;
}

uint64_t tn_siblings_last(const struct tn_siblings *siblings, const struct tn_id *log)
{
    const struct tn_siblings_log wanted = {.log = *log};
    const struct tn_siblings_log *found =
        siblings->count == 0
            ? NULL
            : bsearch(&wanted, siblings->logs, siblings->count, sizeof siblings->logs[0], by_log);
    return found == NULL ? 0 : found->last;
}

void tn_others_init(struct tn_others *others)
{
    *others = (struct tn_others){.count = 0};
    tn_buf_init(&others->items, TN_OTHERS_SIZE_MAX);
}

void tn_others_destroy(struct tn_others *others)
{
    tn_buf_destroy(&others->items);
}

bool tn_others_add(struct tn_others *others, struct tn_bytes bundle, struct tn_bytes receipt)
{
    struct tn_buf *items = &others->items;
    const size_t size = bundle.len + receipt.len;
    bool fits = others->count == 0 ||
                (others->count < TN_OTHERS_COUNT_MAX && items->len + size <= TN_OTHERS_SIZE);
    if (!fits || others->has_more) {
        others->has_more = true;
        return false;
    }
    tn_cbor_put_array(items, 2);
    tn_cbor_put_bytes(items, bundle);
    if (receipt.data == NULL) {
        tn_cbor_put_null(items);
    } else {
        tn_cbor_put_bytes(items, receipt);
    }
    others->count++;
    return true;
}

enum tn_status tn_others_write(const struct tn_others *others, struct tn_buf *out)
{
    if (others->items.status != TN_OK) {
        return others->items.status;
    }
    tn_cbor_put_array(out, 3);
    tn_cbor_put_uint(out, OTHERS);
    tn_cbor_put_bool(out, others->has_more);
    tn_cbor_put_array(out, others->count);
    (void)tn_buf_append(out, others->items.data, others->items.len);
    return out->status;
}

static void get_item(struct tn_cbor *cbor, struct tn_bytes *bundle, struct tn_bytes *receipt)
{
    *receipt = (struct tn_bytes){NULL, 0};
    tn_cbor_get_array(cbor, 2, 2);
    *bundle = tn_cbor_get_bytes(cbor);
    if (cbor->at < cbor->end && *cbor->at == CBOR_NULL) {
        tn_cbor_skip(cbor);
    } else {
        *receipt = tn_cbor_get_bytes(cbor);
    }
    bool is_sound =
        bundle->len > 0 && bundle->len <= TN_BUNDLE_SIZE_MAX && receipt->len <= TN_RECEIPT_SIZE_MAX;
    if (cbor->status == TN_OK && !is_sound) {
        cbor->status = TN_ERR_LIMIT;
    }
}

/* Walks the bundles; each NULL: only looks. */
static enum tn_status walk(struct tn_bytes message,
                           enum tn_status (*each)(void *, struct tn_bytes, struct tn_bytes),
                           void *ctx, bool *has_more)
{
    struct tn_cbor cbor;
    struct tn_bytes bundle;
    struct tn_bytes receipt;
    enum tn_status status = TN_OK;
    tn_cbor_init(&cbor, message);
    tn_cbor_get_array(&cbor, 3, 3);
    bool is_others = tn_cbor_get_uint(&cbor) == OTHERS;
    *has_more = tn_cbor_get_bool(&cbor);
    const uint64_t count = tn_cbor_get_array(&cbor, 0, TN_OTHERS_COUNT_MAX);
    for (uint64_t i = 0; i < count && cbor.status == TN_OK && status == TN_OK; i++) {
        get_item(&cbor, &bundle, &receipt);
        if (cbor.status == TN_OK && each != NULL) {
            status = each(ctx, bundle, receipt);
        }
    }
    if (status == TN_OK) {
        status = tn_cbor_end(&cbor);
    }
    return status == TN_OK && !is_others ? TN_ERR_FORMAT : status;
}

enum tn_status tn_others_read(struct tn_bytes message,
                              enum tn_status (*each)(void *ctx, struct tn_bytes bundle,
                                                     struct tn_bytes receipt),
                              void *ctx, bool *has_more)
{
    enum tn_status status = walk(message, NULL, NULL, has_more);
    return status == TN_OK ? walk(message, each, ctx, has_more) : status;
}
