/* Fuzz: bundles, packs and requests behind a good signature and a good seal, as a station that was
 * taken over could send them, or somebody who has its keys. Nothing may crash or take memory
 * without bound; a bundle that is taken has the chain it claims, and columns that are read are
 * written the same again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/wire/bundle.h"
#include "sync/wire/pack.h"
#include "sync/wire/request.h"
#include "sync/wire/seal.h"
#include "sync/wire/siblings.h"
#include "turnout/cbor.h"
#include "turnout/signed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUT_MAX (1u << 20)
#define ENTRIES_MAX 64

static const struct tn_key some_key = {{9}};

static void sign(struct tn_buf *out, const char *label, struct tn_bytes payload,
                 struct tn_sign_key *key)
{
    tn_sign_key_from_seed(some_key.b, key);
    tn_buf_init(out, OUT_MAX);
    tn_signed_write(out, label, payload, key);
}

static void check_chain(const struct tn_bundle *bundle)
{
    const struct tn_bundle_head *head = &bundle->head;
    struct tn_hash before = head->before;
    const struct tn_id *log = tn_id_is_none(&head->origin) ? &head->log : &head->origin;
    for (size_t i = 0; i < bundle->count; i++) {
        assert(tn_entry_check(&bundle->entries[i], &before, log) == TN_OK);
        before = bundle->entries[i].hash;
    }
    assert(tn_hash_equal(&before, &head->after));
}

/* As columns say it themselves: in their second byte. */
static size_t count_of(struct tn_bytes in)
{
    return in.len < 2 || in.data[1] == 0 || in.data[1] > 23 ? 1 : in.data[1];
}

/* What reads as columns says the same when it is written again. */
static void try_columns(struct tn_bytes in)
{
    const size_t count = count_of(in);
    struct tn_entry entries[ENTRIES_MAX] = {0};
    struct tn_entry again[ENTRIES_MAX] = {0};
    uint32_t scratch[ENTRIES_MAX];
    struct tn_columns columns;
    struct tn_buf out;
    size_t wide = 0;
    if (tn_columns_read(in, entries, count, scratch) != TN_OK) {
        return;
    }
    tn_columns_init(&columns, OUT_MAX);
    tn_buf_init(&out, OUT_MAX);
    for (size_t i = 0; i < count; i++) {
        assert(tn_columns_add(&columns, &entries[i]) == TN_OK);
    }
    tn_columns_write(&columns, &out, &wide);
    assert(out.status == TN_OK && wide < out.len);
    assert(tn_columns_read(tn_buf_bytes(&out), again, count, scratch) == TN_OK);
    for (size_t i = 0; i < count; i++) {
        assert(again[i].body.len == entries[i].body.len);
        again[i].body = entries[i].body;
        assert(memcmp(&again[i], &entries[i], sizeof again[i]) == 0);
    }
    tn_columns_destroy(&columns);
    tn_buf_destroy(&out);
}

/* A header that fits whatever the body is. */
static void try_bundle(struct tn_bytes in)
{
    static const struct tn_id some = {{1}};
    static const uint8_t zeros[TN_HASH_SIZE];
    const struct tn_hash digest = tn_hash_of(&in, 1);
    struct tn_sign_key key;
    struct tn_buf payload;
    struct tn_buf envelope;
    struct tn_buf out;
    struct tn_bundle bundle;
    tn_buf_init(&payload, OUT_MAX);
    tn_buf_init(&out, OUT_MAX);
    tn_cbor_put_array(&payload, 10);
    tn_cbor_put_uint(&payload, 3);
    tn_cbor_put_id(&payload, &some);
    tn_cbor_put_null(&payload);
    tn_cbor_put_id(&payload, &some);
    tn_cbor_put_null(&payload);
    tn_cbor_put_uint(&payload, 1);
    tn_cbor_put_uint(&payload, count_of(in));
    tn_cbor_put_bytes(&payload, (struct tn_bytes){zeros, sizeof zeros});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){zeros, sizeof zeros});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){digest.b, sizeof digest.b});
    sign(&envelope, TN_BUNDLE_LABEL, tn_buf_bytes(&payload), &key);
    tn_cbor_put_array(&out, 3);
    tn_cbor_put_uint(&out, 3);
    tn_cbor_put_bytes(&out, tn_buf_bytes(&envelope));
    tn_cbor_put_bytes(&out, in);
    if (tn_bundle_look(tn_buf_bytes(&out), NULL, &bundle) == TN_OK) {
        struct tn_bundle checked;
        if (tn_bundle_read(tn_buf_bytes(&out), NULL, &checked) == TN_OK) {
            check_chain(&checked);
            tn_bundle_free(&checked);
        }
        tn_bundle_free(&bundle);
    }
    tn_buf_destroy(&out);
    tn_buf_destroy(&envelope);
    tn_buf_destroy(&payload);
}

/* What is signed of a bundle, and all of it. */
static void try_bundle_head(struct tn_bytes in)
{
    struct tn_sign_key key;
    struct tn_buf envelope;
    struct tn_buf out;
    struct tn_bundle_head head;
    sign(&envelope, TN_BUNDLE_LABEL, in, &key);
    tn_buf_init(&out, OUT_MAX);
    tn_cbor_put_array(&out, 3);
    tn_cbor_put_uint(&out, 3);
    tn_cbor_put_bytes(&out, tn_buf_bytes(&envelope));
    tn_cbor_put_bytes(&out, (struct tn_bytes){NULL, 0});
    (void)tn_bundle_peek(tn_buf_bytes(&out), &head);
    (void)tn_bundle_peek(in, &head);
    tn_buf_destroy(&out);
    tn_buf_destroy(&envelope);
}

/* Whatever frame, under the right key. */
static void try_frame(struct tn_bytes in)
{
    crypto_secretstream_xchacha20poly1305_state stream;
    struct tn_buf sealed;
    struct tn_buf plain;
    tn_buf_init(&sealed, OUT_MAX);
    tn_buf_init(&plain, OUT_MAX);
    uint8_t *header = tn_buf_room(&sealed, crypto_secretstream_xchacha20poly1305_HEADERBYTES);
    (void)crypto_secretstream_xchacha20poly1305_init_push(&stream, header, some_key.b);
    uint8_t *to = tn_buf_room(&sealed, in.len + crypto_secretstream_xchacha20poly1305_ABYTES);
    (void)crypto_secretstream_xchacha20poly1305_push(
        &stream, to, NULL, in.data, in.len, NULL, 0,
        crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    (void)tn_seal_open(tn_buf_bytes(&sealed), &some_key, &plain);
    assert(plain.len <= OUT_MAX);
    (void)tn_seal_open(in, &some_key, &plain);
    tn_buf_destroy(&sealed);
    tn_buf_destroy(&plain);
}

/* A label as it is; and a head as it is, behind a label that fits. */
static void try_pack(struct tn_bytes in)
{
    struct tn_sign_key key;
    struct tn_buf envelope;
    struct tn_buf out;
    struct tn_pack_head head;
    struct tn_pack_label label;
    sign(&envelope, TN_PACK_LABEL, in, &key);
    tn_buf_init(&out, OUT_MAX);
    tn_cbor_put_array(&out, 4);
    tn_cbor_put_uint(&out, 3);
    tn_cbor_put_bytes(&out, tn_buf_bytes(&envelope));
    tn_cbor_put_bytes(&out, (struct tn_bytes){NULL, 0});
    tn_cbor_put_bytes(&out, (struct tn_bytes){NULL, 0});
    (void)tn_pack_peek(tn_buf_bytes(&out), &key.public_key, &label);
    (void)tn_pack_read_head(tn_buf_bytes(&out), &key.public_key, &key, &head);
    (void)tn_pack_peek(in, NULL, &label);
    tn_buf_destroy(&out);
    tn_buf_destroy(&envelope);
}

static void try_request(struct tn_bytes in)
{
    static struct tn_hello hello;
    struct tn_sign_key key;
    struct tn_buf out;
    struct tn_bytes message;
    sign(&out, TN_REQUEST_LABEL, in, &key);
    (void)tn_request_read(tn_buf_bytes(&out), &message, &hello);
    if (tn_hello_read(in, &hello) == TN_OK) {
        tn_buf_clear(&out);
        tn_hello_write(&out, &hello);
        assert(out.len == in.len && memcmp(out.data, in.data, in.len) == 0);
    }
    tn_buf_destroy(&out);
}

/* What is read is found again, log by log. */
static void try_siblings(struct tn_bytes in)
{
    static struct tn_siblings known;
    struct tn_sign_key key;
    struct tn_buf out;
    sign(&out, TN_SIBLINGS_LABEL, in, &key);
    if (tn_siblings_read(tn_buf_bytes(&out), &known) == TN_OK) {
        for (size_t i = 0; i < known.count; i++) {
            assert(tn_siblings_last(&known, &known.logs[i].log) == known.logs[i].last);
        }
    }
    tn_buf_destroy(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(struct tn_bytes) = {
        try_columns, try_bundle, try_bundle_head, try_frame, try_pack, try_request, try_siblings};
    if (size == 0 || tn_crypto_init() != TN_OK) {
        return 0;
    }
    tries[data[0] % 7]((struct tn_bytes){data + 1, size - 1});
    return 0;
}
