/* The keyring's file and the keys derived from it. The passphrase goes through Argon2id at
 * libsodium's moderate limits (256 MiB, about a second): a stolen file costs a guesser that much a
 * guess. The limits stand in the file and are bounded on reading, so that an altered file can
 * neither weaken them unseen (the box is bound to them) nor exhaust memory. */
#include "sync/central/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "sync/central/newfile.h"
#include "turnout/cbor.h"
#include "turnout/log.h"

#define KEYRING_FORMAT 1
#define FILE_MAX 4096
#define KDF_MAX 15
#define OPS_MAX 16
#define MEM_MAX (1024ULL * 1024 * 1024)
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES

/* The part of the file before the box; also what the box is bound to. */
struct head {
    char kdf[KDF_MAX + 1];
    uint8_t salt[crypto_pwhash_SALTBYTES];
    uint64_t ops;
    uint64_t mem;
    uint8_t nonce[NONCE_SIZE];
};

void tn_keyring_create(const struct tn_random *random, struct tn_keyring *out)
{
    *out = (struct tn_keyring){.has_signing = true, .has_transport = true, .has_vault = true};
    tn_sign_key_create(random, &out->signing);
    random->fill(random->ctx, out->transport_secret.b, TN_KEY_SIZE);
    random->fill(random->ctx, out->vault_secret.b, TN_KEY_SIZE);
    crypto_scalarmult_base(out->transport_key.b, out->transport_secret.b);
    crypto_scalarmult_base(out->vault_key.b, out->vault_secret.b);
}

void tn_keyring_wipe(struct tn_keyring *keyring)
{
    if (keyring != NULL) {
        sodium_memzero(keyring, sizeof *keyring);
    }
}

static void put_head(struct tn_buf *out, const struct head *head)
{
    tn_cbor_put_uint(out, KEYRING_FORMAT);
    tn_cbor_put_text(out, head->kdf);
    tn_cbor_put_bytes(out, (struct tn_bytes){head->salt, sizeof head->salt});
    tn_cbor_put_uint(out, head->ops);
    tn_cbor_put_uint(out, head->mem);
    tn_cbor_put_bytes(out, (struct tn_bytes){head->nonce, sizeof head->nonce});
}

static enum tn_status box_key(const struct head *head, const char *passphrase, struct tn_key *key)
{
    *key = (struct tn_key){0};
    if (strcmp(head->kdf, "none") == 0) {
        return TN_OK;
    }
    if (strcmp(head->kdf, "argon2id") != 0 || head->ops < crypto_pwhash_OPSLIMIT_MIN ||
        head->ops > OPS_MAX || head->mem < crypto_pwhash_MEMLIMIT_MIN || head->mem > MEM_MAX) {
        return TN_ERR_FORMAT;
    }
    if (passphrase == NULL) {
        return TN_ERR_STATE;
    }
    return crypto_pwhash(key->b, TN_KEY_SIZE, passphrase, strlen(passphrase), head->salt, head->ops,
                         (size_t)head->mem, crypto_pwhash_ALG_ARGON2ID13) == 0
               ? TN_OK
               : TN_ERR_NO_MEMORY;
}

static void put_part(struct tn_buf *out, bool has, const uint8_t *secret)
{
    if (has) {
        tn_cbor_put_bytes(out, (struct tn_bytes){secret, TN_KEY_SIZE});
    } else {
        tn_cbor_put_null(out);
    }
}

static enum tn_status seal_file(const struct tn_keyring *keyring, const struct head *head,
                                const struct tn_key *key, struct tn_buf *out)
{
    uint8_t box[256 + TAG_SIZE];
    struct tn_buf plain;
    struct tn_buf ad;
    tn_buf_init(&plain, 256);
    tn_buf_init(&ad, FILE_MAX);
    put_head(&ad, head);
    tn_cbor_put_array(&plain, 3);
    put_part(&plain, keyring->has_signing, keyring->signing.seed);
    put_part(&plain, keyring->has_transport, keyring->transport_secret.b);
    put_part(&plain, keyring->has_vault, keyring->vault_secret.b);
    enum tn_status status = plain.status != TN_OK ? plain.status : ad.status;
    if (status == TN_OK) {
        unsigned long long len = 0;
        crypto_aead_xchacha20poly1305_ietf_encrypt(box, &len, plain.data, plain.len, ad.data,
                                                   ad.len, NULL, head->nonce, key->b);
        tn_cbor_put_array(out, 7);
        put_head(out, head);
        tn_cbor_put_bytes(out, (struct tn_bytes){box, (size_t)len});
        status = out->status;
    }
    tn_buf_destroy(&plain);
    tn_buf_destroy(&ad);
    return status;
}

enum tn_status tn_keyring_save(const struct tn_keyring *keyring, const char *path,
                               const char *passphrase, const struct tn_random *random)
{
    struct head head = {.ops = 0};
    struct tn_key key = {0};
    struct tn_buf file;
    tn_buf_init(&file, FILE_MAX);
    snprintf(head.kdf, sizeof head.kdf, "%s", passphrase == NULL ? "none" : "argon2id");
    if (passphrase != NULL) {
        head.ops = crypto_pwhash_OPSLIMIT_MODERATE;
        head.mem = crypto_pwhash_MEMLIMIT_MODERATE;
    }
    random->fill(random->ctx, head.salt, sizeof head.salt);
    random->fill(random->ctx, head.nonce, sizeof head.nonce);
    enum tn_status status = box_key(&head, passphrase, &key);
    if (status == TN_OK) {
        status = seal_file(keyring, &head, &key, &file);
    }
    if (status == TN_OK) {
        status = tn_newfile_write(path, tn_buf_bytes(&file));
    }
    sodium_memzero(&key, sizeof key);
    tn_buf_destroy(&file);
    return status;
}

static enum tn_status read_file(const char *path, uint8_t *out, size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return tn_newfile_errno();
    }
    ssize_t n = read(fd, out, FILE_MAX);
    enum tn_status status = n >= 0 ? TN_OK : errno == EISDIR ? TN_ERR_FORGED : tn_newfile_errno();
    close(fd);
    *len = n < 0 ? 0 : (size_t)n;
    return status;
}

static bool get_part(struct tn_cbor *cbor, uint8_t *out)
{
    if (cbor->at < cbor->end && *cbor->at == 0xf6) {
        tn_cbor_skip(cbor);
        return false;
    }
    tn_cbor_get_fixed(cbor, out, TN_KEY_SIZE);
    return true;
}

static enum tn_status read_parts(struct tn_bytes plain, struct tn_keyring *out)
{
    struct tn_cbor cbor;
    uint8_t seed[TN_KEY_SIZE] = {0};
    tn_cbor_init(&cbor, plain);
    tn_cbor_get_array(&cbor, 3, 3);
    out->has_signing = get_part(&cbor, seed);
    out->has_transport = get_part(&cbor, out->transport_secret.b);
    out->has_vault = get_part(&cbor, out->vault_secret.b);
    if (out->has_signing) {
        tn_sign_key_from_seed(seed, &out->signing);
    }
    sodium_memzero(seed, sizeof seed);
    if (out->has_transport) {
        crypto_scalarmult_base(out->transport_key.b, out->transport_secret.b);
    }
    if (out->has_vault) {
        crypto_scalarmult_base(out->vault_key.b, out->vault_secret.b);
    }
    return tn_cbor_end(&cbor);
}

static void get_head(struct tn_cbor *cbor, struct head *head)
{
    tn_cbor_get_array(cbor, 7, 7);
    if (tn_cbor_get_uint(cbor) != KEYRING_FORMAT && cbor->status == TN_OK) {
        cbor->status = TN_ERR_FORMAT;
    }
    tn_cbor_get_text(cbor, head->kdf, sizeof head->kdf);
    tn_cbor_get_fixed(cbor, head->salt, sizeof head->salt);
    head->ops = tn_cbor_get_uint(cbor);
    head->mem = tn_cbor_get_uint(cbor);
    tn_cbor_get_fixed(cbor, head->nonce, sizeof head->nonce);
}

static enum tn_status open_box(const struct head *head, struct tn_bytes box, const char *passphrase,
                               struct tn_keyring *out)
{
    uint8_t plain[256];
    struct tn_key key = {0};
    struct tn_buf ad;
    if (box.len < TAG_SIZE || box.len > sizeof plain) {
        return TN_ERR_FORGED;
    }
    tn_buf_init(&ad, FILE_MAX);
    put_head(&ad, head);
    enum tn_status status = ad.status != TN_OK ? ad.status : box_key(head, passphrase, &key);
    unsigned long long len = 0;
    if (status == TN_OK &&
        crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &len, NULL, box.data, box.len, ad.data,
                                                   ad.len, head->nonce, key.b) != 0) {
        status = TN_ERR_FORGED;
    }
    if (status == TN_OK) {
        status = read_parts((struct tn_bytes){plain, (size_t)len}, out);
    }
    sodium_memzero(plain, sizeof plain);
    sodium_memzero(&key, sizeof key);
    tn_buf_destroy(&ad);
    return status;
}

enum tn_status tn_keyring_load(const char *path, const char *passphrase, struct tn_keyring *out)
{
    uint8_t file[FILE_MAX];
    size_t len = 0;
    struct head head = {0};
    struct tn_cbor cbor;
    *out = (struct tn_keyring){0};
    enum tn_status status = read_file(path, file, &len);
    if (status != TN_OK) {
        return status;
    }
    tn_cbor_init(&cbor, (struct tn_bytes){file, len});
    get_head(&cbor, &head);
    struct tn_bytes box = tn_cbor_get_bytes(&cbor);
    if (tn_cbor_end(&cbor) != TN_OK) {
        return TN_ERR_FORGED;
    }
    status = open_box(&head, box, passphrase, out);
    if (status != TN_OK) {
        tn_keyring_wipe(out);
    }
    /* What is not of the form was altered, as far as the caller is concerned. */
    return status == TN_ERR_FORMAT ? TN_ERR_FORGED : status;
}

static struct tn_key event_key(const struct tn_keyring *keyring, const char *label,
                               const struct tn_id *event)
{
    struct tn_key seed;
    memcpy(seed.b, keyring->signing.seed, TN_KEY_SIZE);
    struct tn_key key = tn_key_derive(&seed, label, (struct tn_bytes){event->b, TN_ID_SIZE});
    sodium_memzero(&seed, sizeof seed);
    return key;
}

struct tn_key tn_keyring_badge_key(const struct tn_keyring *keyring, const struct tn_id *event)
{
    return event_key(keyring, "turnout badge key v1", event);
}

struct tn_key tn_keyring_event_key(const struct tn_keyring *keyring, const struct tn_id *event)
{
    return event_key(keyring, "turnout event key v1", event);
}

struct tn_key tn_keyring_directory_key(const struct tn_keyring *keyring, const struct tn_id *event)
{
    return event_key(keyring, "turnout directory key v1", event);
}

enum tn_status tn_keyring_recipient_key(const struct tn_keyring *keyring, const char *recipient,
                                        struct tn_key *out)
{
    *out = (struct tn_key){0};
    if (!keyring->has_vault) {
        return TN_ERR_STATE;
    }
    *out = tn_key_derive(&keyring->vault_secret, "turnout recipient key v1",
                         (struct tn_bytes){(const uint8_t *)recipient, strlen(recipient)});
    return TN_OK;
}

/* A sealed box whose one-time key comes from what it seals: a badge secret is 128 random bits, so
 * the key is as good as a random one, and the same secret is the same bytes on every route. */
enum tn_status tn_vault_seal(const struct tn_public_key *vault_key, const uint8_t secret[16],
                             uint8_t out[TN_VAULT_SECRET_SIZE])
{
    _Static_assert(crypto_box_SEALBYTES == 48, "a sealed secret is 64 bytes");
    static const char label[] = "turnout vault seal v1";
    uint8_t once_key[crypto_box_SECRETKEYBYTES];
    uint8_t nonce[crypto_box_NONCEBYTES];
    crypto_generichash_state state;
    const struct tn_bytes parts[] = {{(const uint8_t *)label, sizeof label - 1},
                                     {secret, 16},
                                     {vault_key->b, TN_PUBLIC_KEY_SIZE}};
    struct tn_hash seed = tn_hash_of(parts, 3);
    (void)crypto_box_seed_keypair(out, once_key, seed.b);
    (void)crypto_generichash_init(&state, NULL, 0, sizeof nonce);
    (void)crypto_generichash_update(&state, out, crypto_box_PUBLICKEYBYTES);
    (void)crypto_generichash_update(&state, vault_key->b, TN_PUBLIC_KEY_SIZE);
    (void)crypto_generichash_final(&state, nonce, sizeof nonce);
    int failed =
        crypto_box_easy(out + crypto_box_PUBLICKEYBYTES, secret, 16, nonce, vault_key->b, once_key);
    sodium_memzero(once_key, sizeof once_key);
    sodium_memzero(&seed, sizeof seed);
    return failed == 0 ? TN_OK : TN_ERR_FORMAT;
}

enum tn_status tn_vault_open(const struct tn_keyring *keyring,
                             const uint8_t sealed[TN_VAULT_SECRET_SIZE], uint8_t out[16])
{
    if (!keyring->has_vault) {
        return TN_ERR_STATE;
    }
    return crypto_box_seal_open(out, sealed, TN_VAULT_SECRET_SIZE, keyring->vault_key.b,
                                keyring->vault_secret.b) == 0
               ? TN_OK
               : TN_ERR_FORGED;
}
