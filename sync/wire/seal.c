/* Sealing and opening. Both stream: a frame is sealed while it is made and unpacked while it is
 * opened, so a zip bomb costs its author more than us. Every piece is checked before the decoder
 * sees it; the decoder parses what a known key sealed, and nothing else. */
#include "sync/wire/seal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <zstd.h>

#define PIECE 65536u
#define PIECE_SEALED (PIECE + crypto_secretstream_xchacha20poly1305_ABYTES)
#define HEADER crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define LEVEL 3
#define WINDOW_LOG_MAX 23

/* A frame being sealed. */
struct sealing {
    crypto_secretstream_xchacha20poly1305_state state;
    ZSTD_CCtx *zstd;
    struct tn_buf *out;
    uint8_t *piece; /* PIECE bytes */
    size_t len;     /* in it */
};

static void seal_piece(struct sealing *s, unsigned char tag)
{
    uint8_t *to = tn_buf_room(s->out, s->len + crypto_secretstream_xchacha20poly1305_ABYTES);
    if (to != NULL) {
        crypto_secretstream_xchacha20poly1305_push(&s->state, to, NULL, s->piece, s->len, NULL, 0,
                                                   tag);
    }
    s->len = 0;
}

/* Packs one part and ends its block, so that parts of different kinds do not share a code; the last
 * one ends the frame. A full piece is only sealed when more is to come: the last one has its own
 * tag. */
static enum tn_status pack_part(struct sealing *s, struct tn_bytes part, bool is_last)
{
    ZSTD_inBuffer in = {part.data, part.len, 0};
    size_t left = 1;
    while (s->out->status == TN_OK && left > 0) {
        if (s->len == PIECE) {
            seal_piece(s, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
        }
        ZSTD_outBuffer to = {s->piece, PIECE, s->len};
        left = ZSTD_compressStream2(s->zstd, &to, &in, is_last ? ZSTD_e_end : ZSTD_e_flush);
        if (ZSTD_isError(left)) {
            return TN_ERR_NO_MEMORY;
        }
        s->len = to.pos;
    }
    return s->out->status;
}

static enum tn_status pack_all(struct sealing *s, const struct tn_bytes *parts, size_t count)
{
    unsigned long long all = 0;
    for (size_t i = 0; i < count; i++) {
        all += parts[i].len;
    }
    /* With the size known the frame says so, and a small one gets a small window. */
    if (ZSTD_isError(ZSTD_CCtx_setParameter(s->zstd, ZSTD_c_compressionLevel, LEVEL)) ||
        ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(s->zstd, all))) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = pack_part(s, parts[i], i + 1 == count);
    }
    if (status == TN_OK) {
        seal_piece(s, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    }
    return status == TN_OK ? s->out->status : status;
}

enum tn_status tn_seal_write(struct tn_buf *out, const struct tn_key *key,
                             const struct tn_bytes *parts, size_t count)
{
    struct sealing s = {.out = out, .zstd = ZSTD_createCCtx(), .piece = malloc(PIECE)};
    uint8_t *header = tn_buf_room(out, HEADER);
    enum tn_status status = out->status;
    if (status == TN_OK && (s.zstd == NULL || s.piece == NULL)) {
        status = TN_ERR_NO_MEMORY;
    }
    if (status == TN_OK) {
        crypto_secretstream_xchacha20poly1305_init_push(&s.state, header, key->b);
        status = pack_all(&s, parts, count);
    }
    (void)ZSTD_freeCCtx(s.zstd);
    if (s.piece != NULL) {
        sodium_memzero(s.piece, PIECE);
    }
    free(s.piece);
    sodium_memzero(&s.state, sizeof s.state);
    return status;
}

/* A frame being opened. */
struct opening {
    crypto_secretstream_xchacha20poly1305_state state;
    ZSTD_DCtx *zstd;
    struct tn_buf *out;
    uint8_t *piece;
    bool is_whole; /* the frame has come to its end */
};

/* Unpacks one piece. Room is asked for as it is needed, so that out's maximum is what holds. */
static enum tn_status unpack(struct opening *o, size_t len)
{
    ZSTD_inBuffer in = {o->piece, len, 0};
    bool is_full = true;
    while (in.pos < in.size || is_full) {
        uint8_t some[16384];
        ZSTD_outBuffer to = {some, sizeof some, 0};
        if (o->is_whole) {
            return in.pos < in.size ? TN_ERR_FORMAT : TN_OK; /* more than one frame */
        }
        size_t left = ZSTD_decompressStream(o->zstd, &to, &in);
        if (ZSTD_isError(left)) {
            return TN_ERR_FORMAT;
        }
        o->is_whole = left == 0;
        is_full = to.pos == to.size;
        enum tn_status status = tn_buf_append(o->out, some, to.pos);
        if (status != TN_OK) {
            return status;
        }
    }
    return TN_OK;
}

static enum tn_status open_pieces(struct opening *o, struct tn_bytes sealed)
{
    enum tn_status status = TN_OK;
    unsigned char tag = 0;
    for (size_t at = HEADER; status == TN_OK; at += PIECE_SEALED) {
        size_t len = sealed.len - at < PIECE_SEALED ? sealed.len - at : PIECE_SEALED;
        bool is_last = at + len == sealed.len;
        unsigned long long plain = 0;
        if (len <= crypto_secretstream_xchacha20poly1305_ABYTES ||
            crypto_secretstream_xchacha20poly1305_pull(&o->state, o->piece, &plain, &tag,
                                                       sealed.data + at, len, NULL, 0) != 0 ||
            tag != (is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                            : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE)) {
            return TN_ERR_FORGED;
        }
        status = unpack(o, (size_t)plain);
        if (is_last) {
            break;
        }
    }
    return status == TN_OK && !o->is_whole ? TN_ERR_FORMAT : status;
}

enum tn_status tn_seal_open(struct tn_bytes sealed, const struct tn_key *key, struct tn_buf *out)
{
    if (sealed.len <= HEADER) {
        return TN_ERR_FORGED;
    }
    struct opening o = {.out = out, .zstd = ZSTD_createDCtx(), .piece = malloc(PIECE)};
    enum tn_status status = o.zstd == NULL || o.piece == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    if (status == TN_OK &&
        ZSTD_isError(ZSTD_DCtx_setParameter(o.zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
        status = TN_ERR_NO_MEMORY;
    }
    if (status == TN_OK) {
        (void)crypto_secretstream_xchacha20poly1305_init_pull(&o.state, sealed.data, key->b);
        status = open_pieces(&o, sealed);
    }
    (void)ZSTD_freeDCtx(o.zstd);
    if (o.piece != NULL) {
        sodium_memzero(o.piece, PIECE);
    }
    free(o.piece);
    sodium_memzero(&o.state, sizeof o.state);
    return status;
}

void tn_seal_key(const struct tn_public_key *to, const struct tn_key *key,
                 uint8_t out[TN_SEAL_KEY_SIZE])
{
    if (crypto_box_seal(out, key->b, TN_KEY_SIZE, to->b) != 0) {
        memset(out, 0, TN_SEAL_KEY_SIZE); /* to is no point: nobody opens it, which is right */
    }
}

enum tn_status tn_seal_key_open(const uint8_t sealed[TN_SEAL_KEY_SIZE],
                                const struct tn_public_key *public_key,
                                const struct tn_key *secret_key, struct tn_key *out)
{
    int code = crypto_box_seal_open(out->b, sealed, TN_SEAL_KEY_SIZE, public_key->b, secret_key->b);
    return code == 0 ? TN_OK : TN_ERR_FORGED;
}

enum tn_status tn_seal_device_key(const struct tn_public_key *device, struct tn_public_key *out)
{
    return crypto_sign_ed25519_pk_to_curve25519(out->b, device->b) == 0 ? TN_OK : TN_ERR_FORMAT;
}

/* The secret scalar comes from the seed; libsodium wants the long form, seed || public key. */
void tn_seal_device_secret(const struct tn_sign_key *device, struct tn_key *out)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    memcpy(secret, device->seed, TN_KEY_SIZE);
    memcpy(secret + TN_KEY_SIZE, device->public_key.b, TN_PUBLIC_KEY_SIZE);
    (void)crypto_sign_ed25519_sk_to_curve25519(out->b, secret);
    sodium_memzero(secret, sizeof secret);
}
