/* Cards, sealed and opened. The plain text is padded to one size before it is sealed, so that no
 * length tells a name; the padding must be zeros when opened, so that one card has one plain text.
 */
#include "turnout/card.h"

#include <string.h>

#include <sodium.h>

#include "turnout/cbor.h"

#define CARD_FORMAT 1
#define CARD_PARTS 5
#define CARD_LABEL "turnout card v1"
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

_Static_assert(NONCE_SIZE == 24, "a sealed card's layout");

/* Lays the fields into plain, zero-padded. */
static enum tn_status lay(const struct tn_card *card, uint8_t plain[TN_CARD_PLAIN_SIZE])
{
    struct tn_buf buf;
    tn_buf_init(&buf, TN_CARD_PLAIN_SIZE);
    tn_cbor_put_array(&buf, CARD_PARTS);
    tn_cbor_put_uint(&buf, CARD_FORMAT);
    tn_cbor_put_id(&buf, &card->learner);
    tn_cbor_put_text(&buf, card->display);
    tn_cbor_put_text(&buf, card->lang);
    tn_cbor_put_uint(&buf, card->flags);
    enum tn_status status = buf.status;
    if (status == TN_OK) {
        memset(plain, 0, TN_CARD_PLAIN_SIZE);
        memcpy(plain, buf.data, buf.len);
    }
    tn_buf_destroy(&buf);
    return status;
}

enum tn_status tn_card_seal(const struct tn_card *card, const struct tn_badge *badge,
                            const struct tn_random *random, uint8_t out[TN_CARD_SIZE])
{
    if (strnlen(card->display, sizeof card->display) > TN_NAME_MAX ||
        strnlen(card->lang, sizeof card->lang) > TN_LANG_MAX) {
        return TN_ERR_LIMIT;
    }
    uint8_t plain[TN_CARD_PLAIN_SIZE];
    enum tn_status status = lay(card, plain);
    if (status == TN_OK) {
        struct tn_id id = tn_badge_id(badge);
        struct tn_key key = tn_badge_key(badge, CARD_LABEL);
        random->fill(random->ctx, out, NONCE_SIZE);
        crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_SIZE, NULL, plain, sizeof plain,
                                                   id.b, sizeof id.b, NULL, out, key.b);
        sodium_memzero(&key, sizeof key);
    }
    sodium_memzero(plain, sizeof plain);
    return status;
}

static enum tn_status parse(const uint8_t plain[TN_CARD_PLAIN_SIZE], struct tn_card *out)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, (struct tn_bytes){plain, TN_CARD_PLAIN_SIZE});
    tn_cbor_get_array(&cbor, CARD_PARTS, CARD_PARTS);
    uint64_t format = tn_cbor_get_uint(&cbor);
    tn_cbor_get_id(&cbor, &out->learner);
    tn_cbor_get_text(&cbor, out->display, sizeof out->display);
    tn_cbor_get_text(&cbor, out->lang, sizeof out->lang);
    uint64_t flags = tn_cbor_get_uint(&cbor);
    out->flags = (uint32_t)flags;
    bool is_padded = sodium_is_zero(cbor.at, (size_t)(cbor.end - cbor.at)) == 1;
    if (cbor.status != TN_OK) {
        return cbor.status;
    }
    return format == CARD_FORMAT && flags <= UINT32_MAX && is_padded ? TN_OK : TN_ERR_FORMAT;
}

enum tn_status tn_card_open(struct tn_bytes sealed, const struct tn_badge *badge,
                            struct tn_card *out)
{
    *out = (struct tn_card){0};
    if (sealed.data == NULL || sealed.len != TN_CARD_SIZE) {
        return TN_ERR_FORGED;
    }
    uint8_t plain[TN_CARD_PLAIN_SIZE];
    struct tn_id id = tn_badge_id(badge);
    struct tn_key key = tn_badge_key(badge, CARD_LABEL);
    int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed.data + NONCE_SIZE,
                                                        sealed.len - NONCE_SIZE, id.b, sizeof id.b,
                                                        sealed.data, key.b);
    enum tn_status status = rc == 0 ? parse(plain, out) : TN_ERR_FORGED;
    sodium_memzero(plain, sizeof plain);
    sodium_memzero(&key, sizeof key);
    if (status != TN_OK) {
        tn_card_wipe(out);
    }
    return status;
}

void tn_card_wipe(struct tn_card *card)
{
    sodium_memzero(card, sizeof *card);
}
