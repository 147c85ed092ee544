/* Writing and reading packs: the envelope, the head and the seals. What lies in the body is
 * pack_sections.c's. */
#include "sync/wire/pack.h"

#include <string.h>

#include <sodium.h>

#include "sync/wire/pack_sections.h"
#include "sync/wire/seal.h"
#include "turnout/cbor.h"
#include "turnout/signed.h"

#define PACK_FORMAT 3
#define PARTS 4  /* of a pack */
#define FIELDS 8 /* of what is signed */
#define SIGNED_MAX 1024
#define HEAD_SIZE_MAX 4096
#define HEAD_FIELDS 17
#define CONSENT_AGE_MAX 150

static void put_head(struct tn_buf *out, const struct tn_pack_head *head, uint64_t version)
{
    tn_cbor_put_array(out, HEAD_FIELDS);
    tn_cbor_put_id(out, &head->ecosystem);
    tn_cbor_put_uint(out, head->epoch);
    tn_cbor_put_uint(out, version);
    tn_cbor_put_id(out, &head->event);
    tn_cbor_put_text(out, head->event_title);
    tn_cbor_put_text(out, head->tz);
    tn_cbor_put_int(out, head->starts_ms);
    tn_cbor_put_int(out, head->ends_ms);
    tn_cbor_put_text(out, head->station_name);
    tn_cbor_put_text(out, tn_role_name(head->role));
    tn_cbor_put_id(out, &head->activity);
    tn_cbor_put_uint(out, head->repeat_ms);
    tn_cbor_put_bytes(out, (struct tn_bytes){head->event_key.b, TN_KEY_SIZE});
    tn_cbor_put_uint(out, head->consent_age);
    tn_cbor_put_bool(out, head->has_walk_in);
    tn_cbor_put_text(out, head->pin);
    tn_cbor_put_uint(out, head->retention_days);
}

enum tn_status tn_pack_body_seal(struct tn_pack_body *body, struct tn_bytes sections)
{
    *body = (struct tn_pack_body){0};
    tn_buf_init(&body->sealed, TN_PACK_SIZE_MAX);
    randombytes_buf(body->key.b, sizeof body->key.b);
    body->plain = tn_hash_of(&sections, 1);
    enum tn_status status = tn_seal_write(&body->sealed, &body->key, &sections, 1);
    const struct tn_bytes sealed = tn_buf_bytes(&body->sealed);
    body->digest = tn_hash_of(&sealed, 1);
    return status;
}

void tn_pack_body_destroy(struct tn_pack_body *body)
{
    tn_buf_destroy(&body->sealed);
    sodium_memzero(body, sizeof *body);
}

struct tn_hash tn_pack_content(const struct tn_pack_head *head, const struct tn_pack_body *body)
{
    struct tn_buf text;
    tn_buf_init(&text, HEAD_SIZE_MAX);
    put_head(&text, head, 0);
    const struct tn_bytes parts[] = {tn_buf_bytes(&text), {body->plain.b, TN_HASH_SIZE}};
    struct tn_hash hash = tn_hash_of(parts, 2);
    tn_buf_destroy(&text);
    return hash;
}

static void put_hash(struct tn_buf *out, const struct tn_hash *hash)
{
    tn_cbor_put_bytes(out, (struct tn_bytes){hash->b, TN_HASH_SIZE});
}

static enum tn_status put_envelope(struct tn_buf *out, const struct tn_pack_label *label,
                                   const struct tn_pack_body *body, struct tn_bytes head,
                                   const struct tn_sign_key *key)
{
    struct tn_public_key to;
    uint8_t sealed_key[TN_SEAL_KEY_SIZE];
    struct tn_buf payload;
    enum tn_status status = tn_seal_device_key(&label->device_key, &to);
    if (status != TN_OK) {
        return status;
    }
    const struct tn_hash head_digest = tn_hash_of(&head, 1);
    tn_seal_key(&to, &body->key, sealed_key);
    tn_buf_init(&payload, SIGNED_MAX);
    tn_cbor_put_array(&payload, FIELDS);
    tn_cbor_put_uint(&payload, PACK_FORMAT);
    tn_cbor_put_id(&payload, &label->ecosystem);
    tn_cbor_put_bytes(&payload, (struct tn_bytes){label->device_key.b, TN_PUBLIC_KEY_SIZE});
    tn_cbor_put_uint(&payload, label->epoch);
    tn_cbor_put_uint(&payload, label->version);
    tn_cbor_put_bytes(&payload, (struct tn_bytes){sealed_key, sizeof sealed_key});
    put_hash(&payload, &head_digest);
    put_hash(&payload, &body->digest);
    status = payload.status;
    if (status == TN_OK) {
        tn_signed_write(out, TN_PACK_LABEL, tn_buf_bytes(&payload), key);
        status = out->status;
    }
    tn_buf_destroy(&payload);
    return status;
}

enum tn_status tn_pack_write(struct tn_buf *out, const struct tn_pack_head *head,
                             const struct tn_public_key *device, const struct tn_pack_body *body,
                             const struct tn_sign_key *key)
{
    const struct tn_pack_label label = {head->ecosystem, *device, head->epoch, head->version};
    struct tn_buf plain;
    struct tn_buf sealed;
    struct tn_buf envelope;
    tn_buf_init(&plain, HEAD_SIZE_MAX);
    tn_buf_init(&sealed, 2 * HEAD_SIZE_MAX);
    tn_buf_init(&envelope, SIGNED_MAX);
    put_head(&plain, head, head->version);
    const struct tn_bytes parts = tn_buf_bytes(&plain);
    enum tn_status status =
        plain.status == TN_OK ? tn_seal_write(&sealed, &body->key, &parts, 1) : plain.status;
    if (status == TN_OK) {
        status = put_envelope(&envelope, &label, body, tn_buf_bytes(&sealed), key);
    }
    if (status == TN_OK) {
        tn_cbor_put_array(out, PARTS);
        tn_cbor_put_uint(out, PACK_FORMAT);
        tn_cbor_put_bytes(out, tn_buf_bytes(&envelope));
        tn_cbor_put_bytes(out, tn_buf_bytes(&sealed));
        tn_cbor_put_bytes(out, tn_buf_bytes(&body->sealed));
        status = out->status;
    }
    tn_buf_destroy(&plain);
    tn_buf_destroy(&sealed);
    tn_buf_destroy(&envelope);
    return status;
}

static void read_head(struct tn_cbor *cbor, struct tn_pack_head *out)
{
    char role[16] = "";
    *out = (struct tn_pack_head){0};
    tn_cbor_get_array(cbor, HEAD_FIELDS, HEAD_FIELDS);
    tn_cbor_get_id(cbor, &out->ecosystem);
    out->epoch = tn_cbor_get_uint(cbor);
    out->version = tn_cbor_get_uint(cbor);
    tn_cbor_get_id(cbor, &out->event);
    tn_cbor_get_text(cbor, out->event_title, sizeof out->event_title);
    tn_cbor_get_text(cbor, out->tz, sizeof out->tz);
    out->starts_ms = tn_cbor_get_int(cbor);
    out->ends_ms = tn_cbor_get_int(cbor);
    tn_cbor_get_text(cbor, out->station_name, sizeof out->station_name);
    tn_cbor_get_text(cbor, role, sizeof role);
    out->role = tn_role_from_name(role);
    tn_cbor_get_id(cbor, &out->activity);
    uint64_t repeat_ms = tn_cbor_get_uint(cbor);
    out->repeat_ms = (uint32_t)repeat_ms;
    tn_cbor_get_fixed(cbor, out->event_key.b, TN_KEY_SIZE);
    uint64_t consent_age = tn_cbor_get_uint(cbor);
    out->consent_age = (uint32_t)consent_age;
    out->has_walk_in = tn_cbor_get_bool(cbor);
    tn_cbor_get_text(cbor, out->pin, sizeof out->pin);
    uint64_t days = tn_cbor_get_uint(cbor);
    out->retention_days = (uint32_t)days;
    bool is_sound = out->role < TN_ROLE_COUNT && repeat_ms <= UINT32_MAX &&
                    consent_age <= CONSENT_AGE_MAX && days <= UINT32_MAX &&
                    out->epoch <= INT64_MAX && out->version <= INT64_MAX;
    if (cbor->status == TN_OK && !is_sound) {
        cbor->status = TN_ERR_FORMAT;
    }
}

/* A pack taken apart; borrowed. */
struct parts {
    struct tn_pack_label label;
    uint8_t sealed_key[TN_SEAL_KEY_SIZE];
    struct tn_hash digests[2];
    struct tn_bytes boxes[2]; /* head and body */
};

static enum tn_status read_label(struct tn_bytes payload, struct parts *out)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, payload);
    tn_cbor_get_array(&cbor, FIELDS, FIELDS);
    bool is_format = tn_cbor_get_uint(&cbor) == PACK_FORMAT;
    tn_cbor_get_id(&cbor, &out->label.ecosystem);
    tn_cbor_get_fixed(&cbor, out->label.device_key.b, TN_PUBLIC_KEY_SIZE);
    out->label.epoch = tn_cbor_get_uint(&cbor);
    out->label.version = tn_cbor_get_uint(&cbor);
    tn_cbor_get_fixed(&cbor, out->sealed_key, sizeof out->sealed_key);
    tn_cbor_get_fixed(&cbor, out->digests[0].b, TN_HASH_SIZE);
    tn_cbor_get_fixed(&cbor, out->digests[1].b, TN_HASH_SIZE);
    enum tn_status status = tn_cbor_end(&cbor);
    bool is_sound = is_format && out->label.epoch <= INT64_MAX && out->label.version <= INT64_MAX;
    return status == TN_OK && !is_sound ? TN_ERR_FORMAT : status;
}

static enum tn_status take_apart(struct tn_bytes bytes, const struct tn_public_key *expected,
                                 struct parts *out)
{
    struct tn_cbor cbor;
    struct tn_bytes payload;
    *out = (struct parts){0};
    if (bytes.len > TN_PACK_SIZE_MAX + 4 * SIGNED_MAX + HEAD_SIZE_MAX) {
        return TN_ERR_LIMIT;
    }
    tn_cbor_init(&cbor, bytes);
    tn_cbor_get_array(&cbor, PARTS, PARTS);
    bool is_format = tn_cbor_get_uint(&cbor) == PACK_FORMAT;
    struct tn_bytes envelope = tn_cbor_get_bytes(&cbor);
    out->boxes[0] = tn_cbor_get_bytes(&cbor);
    out->boxes[1] = tn_cbor_get_bytes(&cbor);
    if (tn_cbor_end(&cbor) != TN_OK || !is_format || envelope.len > SIGNED_MAX) {
        return TN_ERR_FORMAT;
    }
    enum tn_status status = tn_signed_open(envelope, TN_PACK_LABEL, expected, NULL, &payload);
    if (status == TN_OK) {
        status = read_label(payload, out);
    }
    for (size_t i = 0; i < 2 && status == TN_OK; i++) {
        const struct tn_hash found = tn_hash_of(&out->boxes[i], 1);
        status = tn_hash_equal(&found, &out->digests[i]) ? TN_OK : TN_ERR_FORGED;
    }
    return status;
}

enum tn_status tn_pack_peek(struct tn_bytes bytes, const struct tn_public_key *expected,
                            struct tn_pack_label *out)
{
    struct parts parts;
    enum tn_status status = take_apart(bytes, expected, &parts);
    *out = parts.label;
    return status;
}

/* The pack's key, by the station's. */
static enum tn_status open_key(const struct parts *parts, const struct tn_sign_key *device,
                               struct tn_key *out)
{
    struct tn_public_key public_key;
    struct tn_key secret;
    if (memcmp(parts->label.device_key.b, device->public_key.b, TN_PUBLIC_KEY_SIZE) != 0) {
        return TN_ERR_STATE;
    }
    enum tn_status status = tn_seal_device_key(&device->public_key, &public_key);
    tn_seal_device_secret(device, &secret);
    if (status == TN_OK) {
        status = tn_seal_key_open(parts->sealed_key, &public_key, &secret, out);
    }
    sodium_memzero(&secret, sizeof secret);
    return status;
}

/* The head says of itself what the label says of it. */
static bool is_labelled(const struct tn_pack_head *head, const struct tn_pack_label *label)
{
    return tn_id_equal(&head->ecosystem, &label->ecosystem) && head->epoch == label->epoch &&
           head->version == label->version;
}

static enum tn_status open_head(const struct parts *parts, const struct tn_key *key,
                                struct tn_pack_head *out)
{
    struct tn_buf plain;
    struct tn_cbor cbor;
    tn_buf_init(&plain, HEAD_SIZE_MAX);
    enum tn_status status = tn_seal_open(parts->boxes[0], key, &plain);
    if (status == TN_OK) {
        tn_cbor_init(&cbor, tn_buf_bytes(&plain));
        read_head(&cbor, out);
        status = tn_cbor_end(&cbor);
    }
    tn_buf_destroy(&plain);
    return status == TN_OK && !is_labelled(out, &parts->label) ? TN_ERR_FORMAT : status;
}

/* Everything up to the head. */
static enum tn_status open_pack(struct tn_bytes bytes, const struct tn_public_key *expected,
                                const struct tn_sign_key *device, struct parts *parts,
                                struct tn_key *key, struct tn_pack_head *out)
{
    *out = (struct tn_pack_head){0};
    enum tn_status status = take_apart(bytes, expected, parts);
    if (status == TN_OK) {
        status = open_key(parts, device, key);
    }
    return status == TN_OK ? open_head(parts, key, out) : status;
}

enum tn_status tn_pack_read_head(struct tn_bytes bytes, const struct tn_public_key *expected,
                                 const struct tn_sign_key *device, struct tn_pack_head *out)
{
    struct parts parts;
    struct tn_key key = {{0}};
    enum tn_status status = open_pack(bytes, expected, device, &parts, &key, out);
    sodium_memzero(&key, sizeof key);
    return status;
}

static enum tn_status lay(const struct tn_pack_head *head, struct tn_bytes plain,
                          const char *station_dir, uint64_t *number)
{
    struct tn_cbor cbor;
    struct tn_pack_builder *pack = NULL;
    enum tn_status status = tn_pack_begin(station_dir, head, &pack);
    if (status != TN_OK) {
        return status;
    }
    tn_cbor_init(&cbor, plain);
    status = tn_pack_lay_sections(&cbor, pack);
    if (status != TN_OK) {
        tn_pack_drop(pack);
        return status;
    }
    return tn_pack_finish(pack, number);
}

enum tn_status tn_pack_lay(struct tn_bytes bytes, const struct tn_public_key *expected,
                           const struct tn_sign_key *device, const char *station_dir,
                           uint64_t *number)
{
    struct parts parts;
    struct tn_key key = {{0}};
    struct tn_pack_head head;
    struct tn_buf plain;
    enum tn_status status = open_pack(bytes, expected, device, &parts, &key, &head);
    tn_buf_init(&plain, TN_PACK_SIZE_MAX);
    if (status == TN_OK) {
        status = tn_seal_open(parts.boxes[1], &key, &plain);
    }
    if (status == TN_OK) {
        status = lay(&head, tn_buf_bytes(&plain), station_dir, number);
    }
    tn_buf_destroy(&plain);
    sodium_memzero(&head, sizeof head);
    sodium_memzero(&key, sizeof key);
    return status;
}
