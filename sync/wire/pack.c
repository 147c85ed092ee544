/* Writing and reading packs. Reading streams each member straight into the station's pack file, so
 * a million cards need no second copy in memory; the builder throws the file away where a later
 * member turns out to be malformed, which only a signer's own bug can bring about. */
#include "sync/wire/pack.h"

#include <sodium.h>

#include "turnout/cbor.h"
#include "turnout/signed.h"

#define PACK_FORMAT 2
#define FIELDS 11
#define HEAD_FIELDS 16
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
}

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

struct tn_hash tn_pack_content(const struct tn_pack_head *head, struct tn_bytes sections)
{
    struct tn_buf text;
    tn_buf_init(&text, 4096);
    put_head(&text, head, 0);
    const struct tn_bytes parts[] = {tn_buf_bytes(&text), sections};
    struct tn_hash hash = tn_hash_of(parts, 2);
    tn_buf_destroy(&text);
    return hash;
}

enum tn_status tn_pack_write(struct tn_buf *out, const struct tn_pack_head *head,
                             struct tn_bytes sections, const struct tn_sign_key *key)
{
    struct tn_buf payload;
    tn_buf_init(&payload, TN_PACK_SIZE_MAX);
    tn_cbor_put_array(&payload, FIELDS);
    tn_cbor_put_uint(&payload, PACK_FORMAT);
    put_head(&payload, head, head->version);
    tn_buf_append(&payload, sections.data, sections.len);
    enum tn_status status = payload.status;
    if (status == TN_OK) {
        tn_signed_write(out, TN_PACK_LABEL, tn_buf_bytes(&payload), key);
        status = out->status;
    }
    tn_buf_destroy(&payload);
    return status;
}

static void read_head(struct tn_cbor *cbor, struct tn_pack_head *out)
{
    char role[16] = "";
    *out = (struct tn_pack_head){0};
    tn_cbor_get_array(cbor, FIELDS, FIELDS);
    if (tn_cbor_get_uint(cbor) != PACK_FORMAT && cbor->status == TN_OK) {
        cbor->status = TN_ERR_FORMAT;
    }
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
    bool is_sound = out->role < TN_ROLE_COUNT && repeat_ms <= UINT32_MAX &&
                    consent_age <= CONSENT_AGE_MAX && out->epoch <= INT64_MAX &&
                    out->version <= INT64_MAX;
    if (cbor->status == TN_OK && !is_sound) {
        cbor->status = TN_ERR_FORMAT;
    }
}

enum tn_status tn_pack_read_head(struct tn_bytes bytes, const struct tn_public_key *expected,
                                 struct tn_pack_head *out)
{
    struct tn_bytes payload;
    struct tn_cbor cbor;
    *out = (struct tn_pack_head){0};
    enum tn_status status = tn_signed_open(bytes, TN_PACK_LABEL, expected, NULL, &payload);
    if (status != TN_OK) {
        return status;
    }
    tn_cbor_init(&cbor, payload);
    read_head(&cbor, out);
    return cbor.status;
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

static const struct {
    member lay;
    uint64_t count_max;
} sections[] = {
    {lay_badge_key, TN_PACK_BADGE_KEYS_MAX}, {lay_activity, TN_PACK_ACTIVITIES_MAX},
    {lay_card, TN_PACK_CARDS_MAX},           {lay_revoked, TN_PACK_CARDS_MAX},
    {lay_staff, TN_PACK_STAFF_MAX},          {lay_station_key, TN_PACK_STATIONS_MAX},
    {lay_partner, TN_PACK_PARTNERS_MAX},     {lay_group, TN_PACK_GROUPS_MAX},
};

static enum tn_status lay_sections(struct tn_cbor *cbor, struct tn_pack_builder *pack)
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

enum tn_status tn_pack_lay(struct tn_bytes bytes, const struct tn_public_key *expected,
                           const char *station_dir, uint64_t *number)
{
    struct tn_bytes payload;
    struct tn_cbor cbor;
    struct tn_pack_head head;
    struct tn_pack_builder *pack = NULL;
    enum tn_status status = tn_signed_open(bytes, TN_PACK_LABEL, expected, NULL, &payload);
    if (status != TN_OK) {
        return status;
    }
    tn_cbor_init(&cbor, payload);
    read_head(&cbor, &head);
    status = cbor.status;
    if (status == TN_OK) {
        status = tn_pack_begin(station_dir, &head, &pack);
    }
    sodium_memzero(&head, sizeof head);
    if (status != TN_OK) {
        return status;
    }
    status = lay_sections(&cbor, pack);
    if (status != TN_OK) {
        tn_pack_drop(pack);
        return status;
    }
    return tn_pack_finish(pack, number);
}
