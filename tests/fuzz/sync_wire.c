/* Fuzz: bundles and packs behind a good signature, as a station that was taken over could send
 * them, the bodies of its entries, and the session's messages as a stranger could. Nothing may
 * crash, and a bundle that is taken has the chain it claims. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sync/central/handouts.h"
#include "sync/wire/bundle.h"
#include "sync/wire/pack.h"
#include "sync/wire/session.h"
#include "turnout/cbor.h"
#include "turnout/signed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUT_MAX (1u << 20)

static void sealed(struct tn_buf *out, const char *label, struct tn_bytes payload,
                   struct tn_sign_key *key)
{
    static const uint8_t seed[TN_KEY_SIZE] = {9};
    tn_sign_key_from_seed(seed, key);
    tn_buf_init(out, OUT_MAX);
    tn_signed_write(out, label, payload, key);
}

static void check_bundle(struct tn_bytes bytes)
{
    struct tn_bundle bundle;
    if (tn_bundle_read(bytes, &bundle) != TN_OK) {
        return;
    }
    struct tn_hash before = bundle.before;
    const struct tn_id *log = tn_id_is_none(&bundle.origin) ? &bundle.log : &bundle.origin;
    for (size_t i = 0; i < bundle.count; i++) {
        assert(tn_entry_check(&bundle.entries[i], &before, log) == TN_OK);
        before = bundle.entries[i].hash;
    }
    assert(tn_hash_equal(&before, &bundle.after));
    tn_bundle_free(&bundle);
}

/* Version 1 signs header and entries as they are. */
static void try_bundle_1(struct tn_bytes in)
{
    struct tn_sign_key key;
    struct tn_buf out;
    sealed(&out, TN_BUNDLE_LABEL_1, in, &key);
    if (out.status == TN_OK) {
        check_bundle(tn_buf_bytes(&out));
    }
    tn_buf_destroy(&out);
}

/* Version 2: a header that fits whatever the entries are. */
static void try_bundle(struct tn_bytes in)
{
    static const struct tn_id some = {{1}};
    static const uint8_t zeros[TN_HASH_SIZE];
    const struct tn_hash digest = tn_hash_of(&in, 1);
    struct tn_sign_key key;
    struct tn_buf payload;
    struct tn_buf envelope;
    struct tn_buf out;
    tn_buf_init(&payload, OUT_MAX);
    tn_buf_init(&out, OUT_MAX);
    tn_cbor_put_array(&payload, 9);
    tn_cbor_put_uint(&payload, 2);
    tn_cbor_put_id(&payload, &some);
    tn_cbor_put_id(&payload, &some);
    tn_cbor_put_null(&payload);
    tn_cbor_put_uint(&payload, 1);
    tn_cbor_put_uint(&payload, in.len > 0 ? 1 + in.data[in.len - 1] % 4 : 1);
    tn_cbor_put_bytes(&payload, (struct tn_bytes){zeros, sizeof zeros});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){zeros, sizeof zeros});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){digest.b, sizeof digest.b});
    sealed(&envelope, TN_BUNDLE_LABEL, tn_buf_bytes(&payload), &key);
    tn_cbor_put_array(&out, 3);
    tn_cbor_put_uint(&out, 2);
    tn_cbor_put_bytes(&out, tn_buf_bytes(&envelope));
    tn_cbor_put_bytes(&out, in);
    if (out.status == TN_OK) {
        check_bundle(tn_buf_bytes(&out));
    }
    tn_buf_destroy(&out);
    tn_buf_destroy(&envelope);
    tn_buf_destroy(&payload);
}

static void try_bundles(struct tn_bytes in)
{
    try_bundle_1(in);
    try_bundle(in);
}

static void try_pack(struct tn_bytes in)
{
    struct tn_sign_key key;
    struct tn_buf out;
    struct tn_pack_head head;
    sealed(&out, TN_PACK_LABEL, in, &key);
    if (out.status == TN_OK) {
        (void)tn_pack_read_head(tn_buf_bytes(&out), &key.public_key, &head);
    }
    tn_buf_destroy(&out);
}

static enum tn_status want(void *ctx, const struct tn_hello *hello, size_t log, struct tn_want *out)
{
    (void)ctx;
    assert(log < hello->count);
    *out = (struct tn_want){.next = 1};
    return TN_OK;
}

static enum tn_status ingest(void *ctx, struct tn_bytes bundle, struct tn_ack *out)
{
    (void)ctx;
    (void)bundle;
    *out = (struct tn_ack){.verdict = TN_VERDICT_TAKEN, .next = 2, .added = 1};
    return TN_OK;
}

static enum tn_status receipt(void *ctx, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_buf *out)
{
    (void)ctx;
    (void)log;
    (void)seq;
    (void)hash;
    (void)out;
    return TN_OK;
}

static enum tn_status pack(void *ctx, const struct tn_hello *hello, struct tn_buf *out)
{
    (void)ctx;
    (void)out;
    assert(hello->count <= TN_SESSION_LOGS_MAX);
    return TN_OK;
}

/* The input is messages, each behind its length in one byte. */
static void try_session(struct tn_bytes in)
{
    static const struct tn_session_centre_ops ops = {want, ingest, receipt, pack};
    static struct tn_session_centre centre;
    tn_session_centre_init(&centre, &ops, NULL);
    for (size_t at = 0; at < in.len;) {
        size_t len = in.data[at++];
        len = len < in.len - at ? len : in.len - at;
        struct tn_buf out;
        tn_buf_init(&out, OUT_MAX);
        (void)tn_session_centre_step(&centre, (struct tn_bytes){in.data + at, len}, &out);
        tn_buf_destroy(&out);
        at += len;
    }
}

/* The body of a `register` or a `replace` entry, whose chain a station that was taken over can
 * make. */
static void try_handout(struct tn_bytes in)
{
    static const enum tn_kind kinds[] = {TN_KIND_REGISTER, TN_KIND_REPLACE};
    for (size_t i = 0; i < 2; i++) {
        struct tn_handout facts = {.kind = kinds[i], .badge = {{1}}, .event = {{2}}};
        struct tn_handout out;
        if (tn_handout_read(&facts, in, &out)) {
            assert(!tn_id_equal(&out.old, &out.badge));
            assert(!tn_id_is_none(&out.learner) || !tn_id_is_none(&out.old));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(struct tn_bytes) = {try_bundles, try_pack, try_session,
                                                     try_handout};
    if (size == 0 || tn_crypto_init() != TN_OK) {
        return 0;
    }
    tries[data[0] % 4]((struct tn_bytes){data + 1, size - 1});
    return 0;
}
