/* Packs on their way: what the centre sends a station, sealed to that station's key.
 *
 * CBOR [3, envelope, head, body], three byte strings. The envelope is signed by the ecosystem's key
 * (signed.h, label "turnout pack v3") and holds
 *
 *     [3, ecosystem id, device key, epoch, version, sealed key, head digest, body digest]
 *
 *     device key   whose pack it is; it opens with the X25519 pair of that Ed25519 key alone
 *     sealed key   80 bytes: the pack's key in a sealed box to the station (seal.h)
 *     head digest, body digest: BLAKE2b-256 of the two byte strings
 *     head, body   sealed with the pack's key (seal.h). Stations that get their packs together
 *                  have one key and one body, which is sealed once
 *
 * Inside the body are the sections, one after the other: badge keys, activities, cards, revoked,
 * staff, station keys, partners, groups, forget, directory.
 *
 *     head          [ecosystem id, epoch, version, event id, event title, time zone, starts (ms),
 *                   ends (ms), station name, role, activity id or null, repeat (ms), event key
 *                   (32 bytes), consent age, has walk-in, PIN (its pwhash text, or empty),
 *                   retention (days, 0: for ever)]
 *     badge keys    array of 32-byte strings, newest first
 *     activities    array of [id, code, title, strand, step]
 *     cards         array of [badge id, sealed card], by badge id
 *     revoked       array of badge ids, by badge id
 *     staff         array of [card id, name, until (ms), wrapped directory key], by card id
 *     station keys  array of [device key (32 bytes), station name]
 *     partners      array of [id, name], by name
 *     groups        array of [card id, sealed group (turnout/group.h)], by card id
 *     forget        nothing, or a key (32 bytes) and marks (16 bytes each) in order
 *                   (turnout/forget.h)
 *     directory     a byte string as turnout/directory.h has it, or null
 *
 * A pack is ordered by (epoch, version); what it holds besides decides whether a new version is
 * made at all: H(head with version 0 || H(sections)). */
#ifndef TURNOUT_WIRE_PACK_H
#define TURNOUT_WIRE_PACK_H

#include "turnout/pack.h"

#define TN_PACK_LABEL "turnout pack v3"
#define TN_PACK_SIZE_MAX (512u * 1024 * 1024)
#define TN_PACK_CARDS_MAX 1000000
#define TN_PACK_ACTIVITIES_MAX 10000
#define TN_PACK_STAFF_MAX 10000
#define TN_PACK_STATIONS_MAX 10000
#define TN_PACK_PARTNERS_MAX 10000
#define TN_PACK_GROUPS_MAX 10000

/* Writing the sections, in the order of the format: each an array of count (tn_cbor_put_array),
 * then its members by these. Failures stick in out->status. */
void tn_pack_put_badge_key(struct tn_buf *out, const struct tn_key *key);
void tn_pack_put_activity(struct tn_buf *out, const struct tn_pack_activity *activity);
void tn_pack_put_card(struct tn_buf *out, const struct tn_id *badge, struct tn_bytes sealed);
void tn_pack_put_staff(struct tn_buf *out, const struct tn_staff_card *card);
void tn_pack_put_station_key(struct tn_buf *out, const struct tn_public_key *key, const char *name);
void tn_pack_put_partner(struct tn_buf *out, const struct tn_pack_partner *partner);
void tn_pack_put_group(struct tn_buf *out, const struct tn_id *card, struct tn_bytes sealed);
void tn_pack_put_forget_key(struct tn_buf *out, const struct tn_key *key);
void tn_pack_put_forgotten(struct tn_buf *out, const struct tn_forget_mark *mark);

/* What the packs of an event have in common, sealed. Zero it; the caller destroys. */
struct tn_pack_body {
    struct tn_key key;
    struct tn_buf sealed;
    struct tn_hash digest; /* of `sealed` */
    struct tn_hash plain;  /* H(sections) */
};
enum tn_status tn_pack_body_seal(struct tn_pack_body *body, struct tn_bytes sections);
void tn_pack_body_destroy(struct tn_pack_body *body);

/* The hash that tells whether two packs hold the same; head->version is passed over. */
struct tn_hash tn_pack_content(const struct tn_pack_head *head, const struct tn_pack_body *body);

/* Appends the signed pack of a station. TN_ERR_FORMAT: its device key is none. */
enum tn_status tn_pack_write(struct tn_buf *out, const struct tn_pack_head *head,
                             const struct tn_public_key *device, const struct tn_pack_body *body,
                             const struct tn_sign_key *key);

/* What a pack says of itself without being opened. */
struct tn_pack_label {
    struct tn_id ecosystem;
    struct tn_public_key device_key;
    uint64_t epoch;
    uint64_t version;
};

/* Checks the signature and the digests, and reads that. */
enum tn_status tn_pack_peek(struct tn_bytes bytes, const struct tn_public_key *expected,
                            struct tn_pack_label *out);

/* Checks the signature and the digests, opens the head with the station's key and reads it.
 * TN_ERR_STATE: it is another station's. */
enum tn_status tn_pack_read_head(struct tn_bytes bytes, const struct tn_public_key *expected,
                                 const struct tn_sign_key *device, struct tn_pack_head *out);

/* The same, then lays the pack down in the station's folder through the builder of turnout/pack.h;
 * *number gets the N of pack-N.db. Nothing is left behind on failure. */
enum tn_status tn_pack_lay(struct tn_bytes bytes, const struct tn_public_key *expected,
                           const struct tn_sign_key *device, const char *station_dir,
                           uint64_t *number);

#endif
