/* Staff cards: the directory key, wrapped under one person's secret. */
#include "turnout/staff.h"

#include <sodium.h>

#define STAFF_LABEL "turnout staff v1"
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

_Static_assert(NONCE_SIZE == 24, "a wrapped key's layout");

void tn_staff_wrap(const struct tn_badge *badge, const struct tn_key *directory_key,
                   const struct tn_random *random, uint8_t out[TN_STAFF_WRAPPED_SIZE])
{
    struct tn_id id = tn_badge_id(badge);
    struct tn_key key = tn_badge_key(badge, STAFF_LABEL);
    random->fill(random->ctx, out, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_SIZE, NULL, directory_key->b,
                                               sizeof directory_key->b, id.b, sizeof id.b, NULL,
                                               out, key.b);
    sodium_memzero(&key, sizeof key);
}

enum tn_status tn_staff_unwrap(const struct tn_staff_card *card, const struct tn_badge *badge,
                               int64_t now_ms, struct tn_key *out)
{
    sodium_memzero(out, sizeof *out);
    struct tn_id id = tn_badge_id(badge);
    if (badge->type != TN_BADGE_STAFF || !tn_id_equal(&id, &card->id)) {
        return TN_ERR_FORGED;
    }
    if (now_ms > card->until_ms) {
        return TN_ERR_STATE;
    }
    struct tn_key key = tn_badge_key(badge, STAFF_LABEL);
    int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(
        out->b, NULL, NULL, card->wrapped + NONCE_SIZE, sizeof card->wrapped - NONCE_SIZE, id.b,
        sizeof id.b, card->wrapped, key.b);
    sodium_memzero(&key, sizeof key);
    if (rc != 0) {
        sodium_memzero(out, sizeof *out);
        return TN_ERR_FORGED;
    }
    return TN_OK;
}
