/* Writing and reading bundles. A bundle is read whole into an array before anybody acts on it: the
 * last entry's hash vouches for the first, so there is nothing to act on until the end. */
#include "sync/wire/bundle.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/wire/seal.h"
#include "turnout/cbor.h"
#include "turnout/signed.h"

#define BUNDLE_FORMAT 3
#define PARTS 3   /* of a bundle */
#define FIELDS 10 /* of what is signed */
#define SIGNED_MAX 1024
#define KEY_LABEL "turnout bundle key v1"

void tn_bundle_writer_init(struct tn_bundle_writer *writer)
{
    *writer = (struct tn_bundle_writer){0};
    tn_columns_init(&writer->columns, TN_BUNDLE_SIZE_MAX);
}

void tn_bundle_writer_destroy(struct tn_bundle_writer *writer)
{
    tn_columns_destroy(&writer->columns);
}

bool tn_bundle_is_full(const struct tn_bundle_writer *writer)
{
    return writer->count == TN_BUNDLE_ENTRIES_MAX ||
           tn_columns_size(&writer->columns) >= TN_BUNDLE_SIZE_FULL;
}

enum tn_status tn_bundle_add(struct tn_bundle_writer *writer, const struct tn_entry *entry)
{
    if (tn_bundle_is_full(writer)) {
        return TN_ERR_LIMIT;
    }
    if (entry->seq != writer->first + writer->count) {
        return TN_ERR_STATE;
    }
    writer->after = entry->hash;
    writer->count++;
    return tn_columns_add(&writer->columns, entry);
}

static struct tn_key body_key(const struct tn_key *event_key, const struct tn_id *log)
{
    return tn_key_derive(event_key, KEY_LABEL, (struct tn_bytes){log->b, TN_ID_SIZE});
}

/* Seals the body, and appends to `recipient` who can open it. */
static enum tn_status seal_body(const struct tn_bundle_writer *writer,
                                const struct tn_bundle_seal *seal, const struct tn_bytes plain[2],
                                struct tn_buf *recipient, struct tn_buf *body)
{
    struct tn_key key;
    tn_cbor_put_array(recipient, 2);
    tn_cbor_put_uint(recipient, (uint64_t)seal->recipient);
    if (seal->recipient == TN_RECIPIENT_EVENT) {
        key = body_key(&seal->event_key, &writer->log);
        tn_cbor_put_id(recipient, &seal->event);
    } else {
        uint8_t sealed[TN_SEAL_KEY_SIZE];
        randombytes_buf(key.b, sizeof key.b);
        tn_seal_key(&seal->transport_key, &key, sealed);
        tn_cbor_put_bytes(recipient, (struct tn_bytes){sealed, sizeof sealed});
    }
    enum tn_status status = tn_seal_write(body, &key, plain, 2);
    sodium_memzero(&key, sizeof key);
    return status;
}

static void put_envelope(const struct tn_bundle_writer *writer, struct tn_bytes recipient,
                         struct tn_bytes body, const struct tn_sign_key *key, struct tn_buf *out)
{
    const struct tn_hash digest = tn_hash_of(&body, 1);
    struct tn_buf payload;
    tn_buf_init(&payload, SIGNED_MAX);
    tn_cbor_put_array(&payload, FIELDS);
    tn_cbor_put_uint(&payload, BUNDLE_FORMAT);
    tn_cbor_put_id(&payload, &writer->ecosystem);
    tn_buf_append(&payload, recipient.data, recipient.len);
    tn_cbor_put_id(&payload, &writer->log);
    tn_cbor_put_id(&payload, &writer->origin);
    tn_cbor_put_uint(&payload, writer->first);
    tn_cbor_put_uint(&payload, writer->first + writer->count - 1);
    tn_cbor_put_bytes(&payload, (struct tn_bytes){writer->before.b, TN_HASH_SIZE});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){writer->after.b, TN_HASH_SIZE});
    tn_cbor_put_bytes(&payload, (struct tn_bytes){digest.b, TN_HASH_SIZE});
    if (payload.status != TN_OK) {
        out->status = payload.status;
    } else {
        tn_signed_write(out, TN_BUNDLE_LABEL, tn_buf_bytes(&payload), key);
    }
    tn_buf_destroy(&payload);
}

enum tn_status tn_bundle_finish(struct tn_bundle_writer *writer, const struct tn_sign_key *key,
                                const struct tn_bundle_seal *seal, struct tn_buf *out)
{
    struct tn_buf recipient;
    struct tn_buf plain;
    struct tn_buf sealed;
    struct tn_buf envelope;
    if (writer->count == 0) {
        return TN_ERR_STATE;
    }
    tn_buf_init(&recipient, SIGNED_MAX);
    tn_buf_init(&plain, TN_BUNDLE_SIZE_MAX + SIGNED_MAX);
    tn_buf_init(&sealed, TN_BUNDLE_SIZE_MAX + SIGNED_MAX);
    tn_buf_init(&envelope, SIGNED_MAX);
    bool is_clear = seal == NULL || seal->recipient == TN_RECIPIENT_NOBODY;
    size_t wide = 0;
    tn_columns_write(&writer->columns, &plain, &wide);
    enum tn_status status = plain.status;
    if (status == TN_OK && is_clear) {
        tn_cbor_put_null(&recipient);
    } else if (status == TN_OK) {
        const struct tn_bytes parts[2] = {{plain.data, wide},
                                          {plain.data + wide, plain.len - wide}};
        status = seal_body(writer, seal, parts, &recipient, &sealed);
    }
    const struct tn_bytes body = tn_buf_bytes(is_clear ? &plain : &sealed);
    if (status == TN_OK) {
        put_envelope(writer, tn_buf_bytes(&recipient), body, key, &envelope);
        status = envelope.status;
    }
    if (status == TN_OK) {
        tn_cbor_put_array(out, PARTS);
        tn_cbor_put_uint(out, BUNDLE_FORMAT);
        tn_cbor_put_bytes(out, tn_buf_bytes(&envelope));
        tn_cbor_put_bytes(out, body);
        status = out->status;
    }
    tn_buf_destroy(&recipient);
    tn_buf_destroy(&plain);
    tn_buf_destroy(&sealed);
    tn_buf_destroy(&envelope);
    return status;
}

/* A bundle taken apart: nothing of it is trusted beyond its signature. */
struct parts {
    uint8_t sealed_key[TN_SEAL_KEY_SIZE]; /* TN_RECIPIENT_CENTRE */
    struct tn_bytes body;
    struct tn_hash digest;
};

static void read_recipient(struct tn_cbor *cbor, struct tn_bundle_head *out, struct parts *parts)
{
    out->recipient = TN_RECIPIENT_NOBODY;
    if (cbor->status == TN_OK && cbor->at < cbor->end && *cbor->at == 0xf6) {
        tn_cbor_skip(cbor);
        return;
    }
    tn_cbor_get_array(cbor, 2, 2);
    switch (tn_cbor_get_uint(cbor)) {
    case TN_RECIPIENT_EVENT:
        out->recipient = TN_RECIPIENT_EVENT;
        tn_cbor_get_id(cbor, &out->event);
        break;
    case TN_RECIPIENT_CENTRE:
        out->recipient = TN_RECIPIENT_CENTRE;
        tn_cbor_get_fixed(cbor, parts->sealed_key, sizeof parts->sealed_key);
        break;
    default:
        cbor->status = cbor->status == TN_OK ? TN_ERR_FORMAT : cbor->status;
        break;
    }
}

static enum tn_status read_head(struct tn_bytes payload, struct tn_bundle_head *out,
                                struct parts *parts)
{
    static const uint8_t zeros[TN_HASH_SIZE] = {0};
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, payload);
    tn_cbor_get_array(&cbor, FIELDS, FIELDS);
    bool is_format = tn_cbor_get_uint(&cbor) == BUNDLE_FORMAT;
    tn_cbor_get_id(&cbor, &out->ecosystem);
    read_recipient(&cbor, out, parts);
    tn_cbor_get_id(&cbor, &out->log);
    tn_cbor_get_id(&cbor, &out->origin);
    out->first = tn_cbor_get_uint(&cbor);
    out->last = tn_cbor_get_uint(&cbor);
    tn_cbor_get_fixed(&cbor, out->before.b, TN_HASH_SIZE);
    tn_cbor_get_fixed(&cbor, out->after.b, TN_HASH_SIZE);
    tn_cbor_get_fixed(&cbor, parts->digest.b, TN_HASH_SIZE);
    enum tn_status status = tn_cbor_end(&cbor);
    if (status != TN_OK) {
        return status;
    }
    bool is_sound = is_format && !tn_id_is_none(&out->log) && out->first >= 1 &&
                    out->last >= out->first && out->last <= INT64_MAX - 1 &&
                    !(out->recipient == TN_RECIPIENT_EVENT && tn_id_is_none(&out->event)) &&
                    !(out->first == 1 && memcmp(out->before.b, zeros, sizeof zeros) != 0);
    if (!is_sound) {
        return TN_ERR_FORMAT;
    }
    return out->last - out->first < TN_BUNDLE_ENTRIES_MAX ? TN_OK : TN_ERR_LIMIT;
}

static enum tn_status take_apart(struct tn_bytes bytes, struct tn_bundle_head *out,
                                 struct parts *parts)
{
    struct tn_cbor cbor;
    struct tn_bytes payload;
    struct tn_bundle_head head = {0};
    if (bytes.len > TN_BUNDLE_SIZE_MAX + 2 * SIGNED_MAX) {
        return TN_ERR_LIMIT;
    }
    tn_cbor_init(&cbor, bytes);
    tn_cbor_get_array(&cbor, PARTS, PARTS);
    bool is_format = tn_cbor_get_uint(&cbor) == BUNDLE_FORMAT;
    struct tn_bytes envelope = tn_cbor_get_bytes(&cbor);
    parts->body = tn_cbor_get_bytes(&cbor);
    if (tn_cbor_end(&cbor) != TN_OK || !is_format || envelope.len > SIGNED_MAX) {
        return TN_ERR_FORMAT;
    }
    enum tn_status status =
        tn_signed_open(envelope, TN_BUNDLE_LABEL, NULL, &head.device_key, &payload);
    if (status == TN_OK) {
        status = read_head(payload, &head, parts);
    }
    if (status != TN_OK) {
        return status;
    }
    const struct tn_hash found = tn_hash_of(&parts->body, 1);
    if (!tn_hash_equal(&found, &parts->digest)) {
        return TN_ERR_FORGED;
    }
    *out = head;
    return TN_OK;
}

enum tn_status tn_bundle_peek(struct tn_bytes bytes, struct tn_bundle_head *out)
{
    struct parts parts = {0};
    *out = (struct tn_bundle_head){0};
    return take_apart(bytes, out, &parts);
}

/* The key of a sealed body. TN_ERR_STATE where it is not at hand. */
static enum tn_status find_key(const struct tn_bundle_head *head, const struct parts *parts,
                               const struct tn_bundle_keys *keys, struct tn_key *out)
{
    if (keys == NULL) {
        return TN_ERR_STATE;
    }
    if (head->recipient == TN_RECIPIENT_CENTRE) {
        return keys->transport_secret == NULL
                   ? TN_ERR_STATE
                   : tn_seal_key_open(parts->sealed_key, keys->transport_key,
                                      keys->transport_secret, out);
    }
    enum tn_status status =
        keys->event_key == NULL ? TN_ERR_NOT_FOUND : keys->event_key(keys->ctx, &head->event, out);
    if (status == TN_OK) {
        const struct tn_key key = body_key(out, &head->log);
        *out = key;
    }
    return status == TN_ERR_NOT_FOUND ? TN_ERR_STATE : status;
}

/* The columns of a body, opened where it is sealed. */
static enum tn_status open_body(const struct parts *parts, const struct tn_bundle_keys *keys,
                                struct tn_bundle *out, struct tn_bytes *plain)
{
    struct tn_key key = {{0}};
    *plain = parts->body;
    if (out->head.recipient == TN_RECIPIENT_NOBODY) {
        return keys == NULL || keys->takes_clear ? TN_OK : TN_ERR_STATE;
    }
    enum tn_status status = find_key(&out->head, parts, keys, &key);
    if (status == TN_OK) {
        status = tn_seal_open(parts->body, &key, &out->plain);
    }
    sodium_memzero(&key, sizeof key);
    *plain = tn_buf_bytes(&out->plain);
    return status;
}

/* Seqs, and the hashes that follow along the chain. */
static enum tn_status chain(struct tn_bundle *out)
{
    const struct tn_bundle_head *head = &out->head;
    const struct tn_id *log = tn_id_is_none(&head->origin) ? &head->log : &head->origin;
    const struct tn_hash *previous = &head->before;
    for (size_t i = 0; i < out->count; i++) {
        struct tn_entry *entry = &out->entries[i];
        entry->seq = head->first + i;
        enum tn_status status = tn_entry_chain(entry, previous, log);
        if (status != TN_OK) {
            return status;
        }
        previous = &entry->hash;
    }
    return tn_hash_equal(previous, &head->after) ? TN_OK : TN_ERR_DAMAGED;
}

static enum tn_status read_entries(struct tn_bytes plain, struct tn_bundle *out)
{
    out->count = (size_t)(out->head.last - out->head.first + 1);
    out->entries = calloc(out->count, sizeof *out->entries);
    uint32_t *scratch = calloc(out->count, sizeof *scratch);
    enum tn_status status = out->entries == NULL || scratch == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    if (status == TN_OK) {
        status = tn_columns_read(plain, out->entries, out->count, scratch);
    }
    free(scratch);
    return status == TN_OK ? chain(out) : status;
}

static enum tn_status read_bundle(struct tn_bytes bytes, const struct tn_bundle_keys *keys,
                                  bool is_checked, struct tn_bundle *out)
{
    struct parts parts = {0};
    struct tn_bytes plain;
    *out = (struct tn_bundle){0};
    tn_buf_init(&out->plain, TN_BUNDLE_SIZE_MAX + SIGNED_MAX);
    enum tn_status status = take_apart(bytes, &out->head, &parts);
    if (status == TN_OK) {
        status = open_body(&parts, keys, out, &plain);
    }
    if (status == TN_OK) {
        status = read_entries(plain, out);
    }
    if (status == TN_ERR_DAMAGED && !is_checked) {
        status = TN_OK;
    }
    if (status != TN_OK) {
        tn_bundle_free(out);
    }
    return status;
}

enum tn_status tn_bundle_read(struct tn_bytes bytes, const struct tn_bundle_keys *keys,
                              struct tn_bundle *out)
{
    return read_bundle(bytes, keys, true, out);
}

enum tn_status tn_bundle_look(struct tn_bytes bytes, const struct tn_bundle_keys *keys,
                              struct tn_bundle *out)
{
    return read_bundle(bytes, keys, false, out);
}

void tn_bundle_free(struct tn_bundle *bundle)
{
    free(bundle->entries);
    bundle->entries = NULL;
    bundle->count = 0;
    tn_buf_destroy(&bundle->plain);
}
