/* Writing and reading hello. A station with one log says it in some 250 bytes. */
#include "sync/wire/hello.h"

#include <string.h>

#include "turnout/cbor.h"

#define PARTS 10
#define LOG_PARTS 5

static void put_log(struct tn_buf *out, const struct tn_session_log *log)
{
    tn_cbor_put_array(out, LOG_PARTS);
    tn_cbor_put_id(out, &log->log);
    tn_cbor_put_uint(out, log->last);
    tn_cbor_put_bytes(out, (struct tn_bytes){log->hash.b, TN_HASH_SIZE});
    tn_cbor_put_uint(out, log->receipt_epoch);
    tn_cbor_put_uint(out, log->receipt_seq);
}

void tn_hello_write(struct tn_buf *out, const struct tn_hello *hello)
{
    tn_cbor_put_array(out, PARTS);
    tn_cbor_put_uint(out, TN_HELLO_KIND);
    tn_cbor_put_id(out, &hello->ecosystem);
    tn_cbor_put_bytes(out, (struct tn_bytes){hello->device_key.b, TN_PUBLIC_KEY_SIZE});
    tn_cbor_put_uint(out, hello->epoch);
    tn_cbor_put_uint(out, hello->pack_version);
    tn_cbor_put_int(out, hello->at_ms);
    tn_cbor_put_text(out, hello->program);
    if (hello->has_token) {
        tn_cbor_put_bytes(out, (struct tn_bytes){hello->token, sizeof hello->token});
    } else {
        tn_cbor_put_null(out);
    }
    tn_cbor_put_uint(out, hello->forgot);
    tn_cbor_put_array(out, hello->count);
    for (size_t i = 0; i < hello->count; i++) {
        put_log(out, &hello->logs[i]);
    }
}

static void get_log(struct tn_cbor *cbor, struct tn_session_log *out)
{
    tn_cbor_get_array(cbor, LOG_PARTS, LOG_PARTS);
    tn_cbor_get_id(cbor, &out->log);
    out->last = tn_cbor_get_uint(cbor);
    tn_cbor_get_fixed(cbor, out->hash.b, TN_HASH_SIZE);
    out->receipt_epoch = tn_cbor_get_uint(cbor);
    out->receipt_seq = tn_cbor_get_uint(cbor);
    bool is_sound = out->last <= INT64_MAX - 1 && out->receipt_epoch <= INT64_MAX &&
                    out->receipt_seq <= INT64_MAX;
    if (cbor->status == TN_OK && !is_sound) {
        cbor->status = TN_ERR_FORMAT;
    }
}

static void get_token(struct tn_cbor *cbor, struct tn_hello *out)
{
    out->has_token = !(cbor->status == TN_OK && cbor->at < cbor->end && *cbor->at == 0xf6);
    if (out->has_token) {
        tn_cbor_get_fixed(cbor, out->token, sizeof out->token);
    } else {
        tn_cbor_skip(cbor);
    }
}

enum tn_status tn_hello_read(struct tn_bytes message, struct tn_hello *out)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, message);
    tn_cbor_get_array(&cbor, PARTS, PARTS);
    bool is_hello = tn_cbor_get_uint(&cbor) == TN_HELLO_KIND;
    tn_cbor_get_id(&cbor, &out->ecosystem);
    tn_cbor_get_fixed(&cbor, out->device_key.b, TN_PUBLIC_KEY_SIZE);
    out->epoch = tn_cbor_get_uint(&cbor);
    out->pack_version = tn_cbor_get_uint(&cbor);
    out->at_ms = tn_cbor_get_int(&cbor);
    tn_cbor_get_text(&cbor, out->program, sizeof out->program);
    get_token(&cbor, out);
    out->forgot = tn_cbor_get_uint(&cbor);
    out->count = (size_t)tn_cbor_get_array(&cbor, 0, TN_SESSION_LOGS_MAX);
    for (size_t i = 0; i < out->count && cbor.status == TN_OK; i++) {
        get_log(&cbor, &out->logs[i]);
    }
    enum tn_status status = tn_cbor_end(&cbor);
    bool is_sound = is_hello && out->epoch <= INT64_MAX && out->pack_version <= INT64_MAX &&
                    out->forgot <= INT64_MAX;
    return status == TN_OK && !is_sound ? TN_ERR_FORMAT : status;
}

uint64_t tn_hello_waiting(const struct tn_hello *hello)
{
    uint64_t waiting = 0;
    for (size_t i = 0; i < hello->count; i++) {
        const struct tn_session_log *log = &hello->logs[i];
        waiting += log->last > log->receipt_seq ? log->last - log->receipt_seq : 0;
    }
    return waiting;
}

struct tn_hash tn_token_hash(const struct tn_id *token)
{
    static const char label[] = "turnout token v1";
    const struct tn_bytes parts[] = {{(const uint8_t *)label, sizeof label - 1},
                                     {token->b, TN_ID_SIZE}};
    return tn_hash_of(parts, 2);
}

void tn_token_prove(const struct tn_hash *token_hash, const struct tn_public_key *device,
                    uint8_t out[TN_TOKEN_PROOF_SIZE])
{
    static const char label[] = "turnout token proof v1";
    const struct tn_bytes parts[] = {{(const uint8_t *)label, sizeof label - 1},
                                     {token_hash->b, TN_HASH_SIZE},
                                     {device->b, TN_PUBLIC_KEY_SIZE}};
    const struct tn_hash proof = tn_hash_of(parts, 3);
    memcpy(out, token_hash->b, TN_TOKEN_NAME_SIZE);
    memcpy(out + TN_TOKEN_NAME_SIZE, proof.b, TN_HASH_SIZE);
}
