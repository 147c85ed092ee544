/* Groups, sealed and opened: who comes with a group card, as ids. A sealed group is as long as its
 * group is large: that a class has 28 members is no secret, who they are is. */
#include "turnout/group.h"

#include <string.h>

#include <sodium.h>

#include "turnout/cbor.h"

#define GROUP_FORMAT 1
#define GROUP_PARTS 3
#define GROUP_LABEL "turnout group v1"
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PLAIN_SIZE_MAX (TN_GROUP_SIZE_MAX - NONCE_SIZE - TAG_SIZE)

_Static_assert(NONCE_SIZE == 24, "a sealed group's layout");

static void fail(struct tn_buf *out, enum tn_status status)
{
    out->status = out->status == TN_OK ? status : out->status;
}

static void lay(struct tn_buf *plain, const struct tn_group *group)
{
    tn_cbor_put_array(plain, GROUP_PARTS);
    tn_cbor_put_uint(plain, GROUP_FORMAT);
    tn_cbor_put_text(plain, group->title);
    tn_cbor_put_array(plain, group->count);
    for (size_t i = 0; i < group->count; i++) {
        tn_cbor_put_array(plain, 2);
        tn_cbor_put_id(plain, &group->members[i].badge);
        tn_cbor_put_id(plain, &group->members[i].learner);
    }
}

static void seal(struct tn_buf *out, struct tn_bytes plain, const struct tn_badge *badge,
                 const struct tn_random *random)
{
    uint8_t sealed[TN_GROUP_SIZE_MAX];
    struct tn_id id = tn_badge_id(badge);
    struct tn_key key = tn_badge_key(badge, GROUP_LABEL);
    random->fill(random->ctx, sealed, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_SIZE, NULL, plain.data, plain.len,
                                               id.b, sizeof id.b, NULL, sealed, key.b);
    (void)tn_buf_append(out, sealed, NONCE_SIZE + plain.len + TAG_SIZE);
    sodium_memzero(&key, sizeof key);
}

void tn_group_seal(struct tn_buf *out, const struct tn_group *group, const struct tn_badge *badge,
                   const struct tn_random *random)
{
    struct tn_buf plain;
    if (group->count > TN_GROUP_MEMBERS_MAX ||
        strnlen(group->title, sizeof group->title) > TN_TITLE_MAX) {
        fail(out, TN_ERR_LIMIT);
        return;
    }
    tn_buf_init(&plain, PLAIN_SIZE_MAX);
    lay(&plain, group);
    if (plain.status == TN_OK) {
        seal(out, tn_buf_bytes(&plain), badge, random);
    } else {
        fail(out, plain.status);
    }
    tn_buf_destroy(&plain);
}

static enum tn_status parse(struct tn_bytes plain, struct tn_group *out)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, plain);
    (void)tn_cbor_get_array(&cbor, GROUP_PARTS, GROUP_PARTS);
    uint64_t format = tn_cbor_get_uint(&cbor);
    tn_cbor_get_text(&cbor, out->title, sizeof out->title);
    out->count = (size_t)tn_cbor_get_array(&cbor, 0, TN_GROUP_MEMBERS_MAX);
    bool is_good = true;
    for (size_t i = 0; i < out->count && cbor.status == TN_OK; i++) {
        (void)tn_cbor_get_array(&cbor, 2, 2);
        tn_cbor_get_id(&cbor, &out->members[i].badge);
        tn_cbor_get_id(&cbor, &out->members[i].learner);
        is_good = is_good && !tn_id_is_none(&out->members[i].badge);
    }
    enum tn_status status = tn_cbor_end(&cbor);
    return status == TN_OK && (format != GROUP_FORMAT || !is_good) ? TN_ERR_FORMAT : status;
}

static enum tn_status unseal(struct tn_bytes sealed, const struct tn_badge *badge,
                             uint8_t plain[PLAIN_SIZE_MAX], struct tn_group *out)
{
    struct tn_id id = tn_badge_id(badge);
    struct tn_key key = tn_badge_key(badge, GROUP_LABEL);
    unsigned long long len = 0;
    int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &len, NULL, sealed.data + NONCE_SIZE,
                                                        sealed.len - NONCE_SIZE, id.b, sizeof id.b,
                                                        sealed.data, key.b);
    sodium_memzero(&key, sizeof key);
    return rc == 0 ? parse((struct tn_bytes){plain, (size_t)len}, out) : TN_ERR_FORGED;
}

enum tn_status tn_group_open(struct tn_bytes sealed, const struct tn_badge *badge,
                             struct tn_group *out)
{
    uint8_t plain[PLAIN_SIZE_MAX];
    *out = (struct tn_group){0};
    if (badge->type != TN_BADGE_GROUP || sealed.data == NULL ||
        sealed.len < NONCE_SIZE + TAG_SIZE || sealed.len > TN_GROUP_SIZE_MAX) {
        return TN_ERR_FORGED;
    }
    enum tn_status status = unseal(sealed, badge, plain, out);
    sodium_memzero(plain, sizeof plain);
    if (status != TN_OK) {
        tn_group_wipe(out);
    }
    return status;
}

void tn_group_wipe(struct tn_group *group)
{
    sodium_memzero(group, sizeof *group);
}
