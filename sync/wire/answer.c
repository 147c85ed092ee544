/* Reading a centre's answers. They come from outside where a hub gave them, so each is read to its
 * end before anything of it counts; what must be trusted is signed and is checked by who uses it.
 */
#include "sync/wire/answer.h"

#include "turnout/cbor.h"

#define CBOR_NULL 0xf6

enum { CURSOR = 2, BUNDLE, ACK, PACK = 6 };

static void get_kind(struct tn_cbor *cbor, uint64_t kind)
{
    if (tn_cbor_get_uint(cbor) != kind && cbor->status == TN_OK) {
        cbor->status = TN_ERR_FORMAT;
    }
}

static void get_head(struct tn_cbor *cbor, uint64_t fields, uint64_t kind)
{
    tn_cbor_get_array(cbor, fields, fields);
    get_kind(cbor, kind);
}

static struct tn_bytes get_optional(struct tn_cbor *cbor)
{
    if (cbor->at < cbor->end && *cbor->at == CBOR_NULL) {
        tn_cbor_skip(cbor);
        return (struct tn_bytes){NULL, 0};
    }
    return tn_cbor_get_bytes(cbor);
}

/* Walks the logs of a cursor; each NULL: only looks. */
static enum tn_status walk_cursor(struct tn_bytes message, size_t logs,
                                  enum tn_status (*each)(void *, size_t, uint64_t, struct tn_bytes),
                                  void *ctx, struct tn_cursor *out)
{
    struct tn_cbor cbor;
    enum tn_status status = TN_OK;
    tn_cbor_init(&cbor, message);
    out->says_siblings = tn_cbor_get_array(&cbor, 4, 5) == 5;
    get_kind(&cbor, CURSOR);
    out->at_ms = tn_cbor_get_int(&cbor);
    out->has_pack = tn_cbor_get_bool(&cbor);
    tn_cbor_get_array(&cbor, logs, logs);
    for (size_t i = 0; i < logs && cbor.status == TN_OK && status == TN_OK; i++) {
        tn_cbor_get_array(&cbor, 2, 2);
        uint64_t next = tn_cbor_get_uint(&cbor);
        struct tn_bytes receipt = get_optional(&cbor);
        if (cbor.status == TN_OK && each != NULL) {
            status = each(ctx, i, next, receipt);
        }
    }
    out->has_siblings = out->says_siblings && tn_cbor_get_bool(&cbor);
    return status == TN_OK ? tn_cbor_end(&cbor) : status;
}

enum tn_status tn_answer_cursor(struct tn_bytes message, size_t logs,
                                enum tn_status (*each)(void *ctx, size_t log, uint64_t next,
                                                       struct tn_bytes receipt),
                                void *ctx, struct tn_cursor *out)
{
    enum tn_status status = walk_cursor(message, logs, NULL, NULL, out);
    return status == TN_OK ? walk_cursor(message, logs, each, ctx, out) : status;
}

enum tn_status tn_answer_ack(struct tn_bytes message, struct tn_ack *out, struct tn_bytes *receipt)
{
    struct tn_cbor cbor;
    *out = (struct tn_ack){.verdict = TN_VERDICT_REFUSED};
    tn_cbor_init(&cbor, message);
    get_head(&cbor, 5, ACK);
    uint64_t verdict = tn_cbor_get_uint(&cbor);
    out->next = tn_cbor_get_uint(&cbor);
    out->added = tn_cbor_get_uint(&cbor);
    *receipt = get_optional(&cbor);
    if (tn_cbor_end(&cbor) != TN_OK || verdict >= TN_VERDICT_COUNT || out->next == 0) {
        return TN_ERR_FORMAT;
    }
    out->verdict = (enum tn_verdict)verdict;
    return TN_OK;
}

enum tn_status tn_answer_pack(struct tn_bytes message, struct tn_bytes *pack)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, message);
    get_head(&cbor, 2, PACK);
    *pack = get_optional(&cbor);
    return tn_cbor_end(&cbor);
}

void tn_answer_put_bundle(struct tn_buf *out, struct tn_bytes bundle)
{
    tn_cbor_put_array(out, 2);
    tn_cbor_put_uint(out, BUNDLE);
    tn_cbor_put_bytes(out, bundle);
}
