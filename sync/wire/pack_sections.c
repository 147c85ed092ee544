/* The sections of a pack's body: a writer and a reader for a member of each. Reading streams every
 * member straight into the station's pack file; the builder throws the file away where a later
 * member turns out to be malformed, which only a signer's own bug can bring about. */
#include "sync/wire/pack_sections.h"

#include <string.h>

#include <sodium.h>

#include "sync/wire/pack.h"

void tn_pack_put_badge_key(struct tn_buf *out, const struct tn_key *key)
{
    tn_cbor_put_bytes(out, (struct tn_bytes){key->b, TN_KEY_SIZE});
}

void tn_pack_put_activity(struct tn_buf *out, const struct tn_pack_activity *activity)
{
    tn_cbor_put_array(out, 5);
    tn_cbor_put_id(out, &activity->id);
    tn_cbor_put_text(out, activity->code);
    tn_cbor_put_text(out, activity->title);
    tn_cbor_put_text(out, activity->strand);
    tn_cbor_put_uint(out, activity->step);
}

void tn_pack_put_card(struct tn_buf *out, const struct tn_id *badge, struct tn_bytes sealed)
{
    tn_cbor_put_array(out, 2);
    tn_cbor_put_id(out, badge);
    tn_cbor_put_bytes(out, sealed);
}

void tn_pack_put_staff(struct tn_buf *out, const struct tn_staff_card *card)
{
    tn_cbor_put_array(out, 4);
    tn_cbor_put_id(out, &card->id);
    tn_cbor_put_text(out, card->name);
    tn_cbor_put_int(out, card->until_ms);
    tn_cbor_put_bytes(out, (struct tn_bytes){card->wrapped, TN_STAFF_WRAPPED_SIZE});
}

void tn_pack_put_station_key(struct tn_buf *out, const struct tn_public_key *key, const char *name)
{
    tn_cbor_put_array(out, 2);
    tn_cbor_put_bytes(out, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    tn_cbor_put_text(out, name);
}

void tn_pack_put_partner(struct tn_buf *out, const struct tn_pack_partner *partner)
{
    tn_cbor_put_array(out, 2);
    tn_cbor_put_id(out, &partner->id);
    tn_cbor_put_text(out, partner->name);
}

void tn_pack_put_group(struct tn_buf *out, const struct tn_id *card, struct tn_bytes sealed)
{
    tn_cbor_put_array(out, 2);
    tn_cbor_put_id(out, card);
    tn_cbor_put_bytes(out, sealed);
}

void tn_pack_put_forget_key(struct tn_buf *out, const struct tn_key *key)
{
    tn_cbor_put_bytes(out, (struct tn_bytes){key->b, TN_KEY_SIZE});
}

void tn_pack_put_forgotten(struct tn_buf *out, const struct tn_forget_mark *mark)
{
    tn_cbor_put_bytes(out, (struct tn_bytes){mark->b, sizeof mark->b});
}

/* One member of each section: read, then laid down. The builder is never handed what did not read.
 */
typedef enum tn_status (*member)(struct tn_cbor *cbor, struct tn_pack_builder *pack);

static enum tn_status lay_badge_key(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    struct tn_key key;
    tn_cbor_get_fixed(cbor, key.b, TN_KEY_SIZE);
    enum tn_status status =
        cbor->status == TN_OK ? tn_pack_add_badge_key(pack, &key) : cbor->status;
    sodium_memzero(&key, sizeof key);
    return status;
}

static enum tn_status lay_activity(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    struct tn_pack_activity activity = {0};
    tn_cbor_get_array(cbor, 5, 5);
    tn_cbor_get_id(cbor, &activity.id);
    tn_cbor_get_text(cbor, activity.code, sizeof activity.code);
    tn_cbor_get_text(cbor, activity.title, sizeof activity.title);
    tn_cbor_get_text(cbor, activity.strand, sizeof activity.strand);
    activity.step = (uint32_t)tn_cbor_get_uint(cbor);
    return cbor->status == TN_OK ? tn_pack_add_activity(pack, &activity) : cbor->status;
}

static enum tn_status lay_card(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    struct tn_id badge = {0};
    tn_cbor_get_array(cbor, 2, 2);
    tn_cbor_get_id(cbor, &badge);
    struct tn_bytes sealed = tn_cbor_get_bytes(cbor);
    return cbor->status == TN_OK ? tn_pack_add_card(pack, &badge, sealed) : cbor->status;
}

static enum tn_status lay_revoked(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    struct tn_id badge = {0};
    tn_cbor_get_id(cbor, &badge);
    return cbor->status == TN_OK ? tn_pack_add_revoked(pack, &badge) : cbor->status;
}

static enum tn_status lay_staff(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    struct tn_staff_card card = {0};
    tn_cbor_get_array(cbor, 4, 4);
    tn_cbor_get_id(cbor, &card.id);
    tn_cbor_get_text(cbor, card.name, sizeof card.name);
    card.until_ms = tn_cbor_get_int(cbor);
    tn_cbor_get_fixed(cbor, card.wrapped, sizeof card.wrapped);
    return cbor->status == TN_OK ? tn_pack_add_staff(pack, &card) : cbor->status;
}

static enum tn_status lay_station_key(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    struct tn_public_key key = {0};
    char name[TN_TITLE_MAX + 1] = "";
    tn_cbor_get_array(cbor, 2, 2);
    tn_cbor_get_fixed(cbor, key.b, TN_PUBLIC_KEY_SIZE);
    tn_cbor_get_text(cbor, name, sizeof name);
    return cbor->status == TN_OK ? tn_pack_add_station_key(pack, &key, name) : cbor->status;
}

static enum tn_status lay_partner(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    struct tn_pack_partner partner = {0};
    tn_cbor_get_array(cbor, 2, 2);
    tn_cbor_get_id(cbor, &partner.id);
    tn_cbor_get_text(cbor, partner.name, sizeof partner.name);
    return cbor->status == TN_OK ? tn_pack_add_partner(pack, &partner) : cbor->status;
}

static enum tn_status lay_group(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    struct tn_id card = {0};
    tn_cbor_get_array(cbor, 2, 2);
    tn_cbor_get_id(cbor, &card);
    struct tn_bytes sealed = tn_cbor_get_bytes(cbor);
    if (cbor->status == TN_OK && sealed.len > TN_GROUP_SIZE_MAX) {
        return TN_ERR_LIMIT;
    }
    return cbor->status == TN_OK ? tn_pack_add_group(pack, &card, sealed) : cbor->status;
}

/* The key is the longer one. */
static enum tn_status lay_forget(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    struct tn_key key;
    struct tn_forget_mark mark;
    struct tn_bytes bytes = tn_cbor_get_bytes(cbor);
    if (cbor->status != TN_OK || (bytes.len != sizeof key.b && bytes.len != sizeof mark.b)) {
        return cbor->status == TN_OK ? TN_ERR_FORMAT : cbor->status;
    }
    if (bytes.len == sizeof mark.b) {
        memcpy(mark.b, bytes.data, sizeof mark.b);
        return tn_pack_add_forgotten(pack, &mark);
    }
    memcpy(key.b, bytes.data, sizeof key.b);
    enum tn_status status = tn_pack_set_forget_key(pack, &key);
    sodium_memzero(&key, sizeof key);
    return status;
}

static const struct {
    member lay;
    uint64_t count_max;
} sections[] = {
    {lay_badge_key, TN_PACK_BADGE_KEYS_MAX}, {lay_activity, TN_PACK_ACTIVITIES_MAX},
    {lay_card, TN_PACK_CARDS_MAX},           {lay_revoked, TN_PACK_CARDS_MAX},
    {lay_staff, TN_PACK_STAFF_MAX},          {lay_station_key, TN_PACK_STATIONS_MAX},
    {lay_partner, TN_PACK_PARTNERS_MAX},     {lay_group, TN_PACK_GROUPS_MAX},
    {lay_forget, TN_FORGET_MARKS_MAX + 1},
};

enum tn_status tn_pack_lay_sections(struct tn_cbor *cbor, struct tn_pack_builder *pack)
{
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        uint64_t count = tn_cbor_get_array(cbor, 0, sections[i].count_max);
        if (cbor->status != TN_OK) {
            return cbor->status;
        }
        for (uint64_t j = 0; j < count; j++) {
            enum tn_status status = sections[i].lay(cbor, pack);
            if (status != TN_OK) {
                return status;
            }
        }
    }
    if (cbor->at < cbor->end && *cbor->at == 0xf6) {
        tn_cbor_skip(cbor);
        return tn_cbor_end(cbor);
    }
    struct tn_bytes directory = tn_cbor_get_bytes(cbor);
    enum tn_status status = tn_cbor_end(cbor);
    return status == TN_OK ? tn_pack_set_directory(pack, directory) : status;
}
