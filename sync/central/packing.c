/* Builds a station's pack from the centre: one statement a section, rows in key order, so that the
 * same content is the same bytes and nothing is sent twice. */
#include "sync/central/packing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/central/forgetting.h"
#include "sync/central/groups.h"
#include "sync/central/merge.h"
#include "sync/central/merged_cards.h"
#include "sync/central/policy.h"
#include "sync/central/text.h"
#include "sync/wire/pack.h"
#include "turnout/cbor.h"
#include "turnout/log.h"

#define DIRECTORY_MAX (256u * 1024 * 1024)

/* A section of rows: how to read them and how to write one. $1 is the ecosystem, $2 the event. */
struct section {
    const char *sql;
    void (*put)(struct tn_stmt *stmt, struct tn_buf *out);
    uint64_t most; /* that a station takes */
    const char *things;
};

static void copy_text(struct tn_stmt *stmt, int column, char *out, size_t out_size)
{
    snprintf(out, out_size, "%s", tn_col_text(stmt, column));
}

static void put_activity(struct tn_stmt *stmt, struct tn_buf *out)
{
    struct tn_pack_activity activity = {.step = (uint32_t)tn_col_int(stmt, 4)};
    tn_col_id(stmt, 0, &activity.id);
    copy_text(stmt, 1, activity.code, sizeof activity.code);
    copy_text(stmt, 2, activity.title, sizeof activity.title);
    copy_text(stmt, 3, activity.strand, sizeof activity.strand);
    tn_pack_put_activity(out, &activity);
}

static void put_card(struct tn_stmt *stmt, struct tn_buf *out)
{
    struct tn_id badge;
    tn_col_id(stmt, 0, &badge);
    tn_pack_put_card(out, &badge, tn_col_bytes(stmt, 1));
}

static void put_revoked(struct tn_stmt *stmt, struct tn_buf *out)
{
    struct tn_id badge;
    tn_col_id(stmt, 0, &badge);
    tn_cbor_put_id(out, &badge);
}

static void put_staff(struct tn_stmt *stmt, struct tn_buf *out)
{
    struct tn_staff_card card = {.until_ms = tn_col_int(stmt, 2)};
    tn_col_id(stmt, 0, &card.id);
    copy_text(stmt, 1, card.name, sizeof card.name);
    struct tn_bytes wrapped = tn_col_bytes(stmt, 3);
    if (wrapped.len == sizeof card.wrapped) {
        memcpy(card.wrapped, wrapped.data, wrapped.len);
    }
    tn_pack_put_staff(out, &card);
}

static void put_station(struct tn_stmt *stmt, struct tn_buf *out)
{
    struct tn_public_key key = {0};
    struct tn_bytes bytes = tn_col_bytes(stmt, 0);
    if (bytes.len == TN_PUBLIC_KEY_SIZE) {
        memcpy(key.b, bytes.data, bytes.len);
    }
    tn_pack_put_station_key(out, &key, tn_col_text(stmt, 1));
}

static void put_partner(struct tn_stmt *stmt, struct tn_buf *out)
{
    struct tn_pack_partner partner;
    tn_col_id(stmt, 0, &partner.id);
    copy_text(stmt, 1, partner.name, sizeof partner.name);
    tn_pack_put_partner(out, &partner);
}

static void put_group(struct tn_stmt *stmt, struct tn_buf *out)
{
    struct tn_id card;
    tn_col_id(stmt, 0, &card);
    tn_pack_put_group(out, &card, tn_col_bytes(stmt, 1));
}

static void put_name(struct tn_stmt *stmt, struct tn_buf *out)
{
    struct tn_directory_row row = {0};
    const char *family = tn_col_text(stmt, 3);
    char full[2 * TN_FULL_NAME_MAX];
    tn_col_id(stmt, 0, &row.learner);
    copy_text(stmt, 1, row.display, sizeof row.display);
    (void)snprintf(full, sizeof full, "%s%s%s", tn_col_text(stmt, 2), family[0] == '\0' ? "" : " ",
                   family);
    tn_text_cut(full, row.full, sizeof row.full);
    copy_text(stmt, 4, row.lang, sizeof row.lang);
    tn_col_id(stmt, 5, &row.badge);
    tn_directory_put_row(out, &row);
    sodium_memzero(full, sizeof full);
    sodium_memzero(&row, sizeof row);
}

#define GONE "('revoked', 'replaced', 'void')"
#define IS_HIDDEN TN_MERGE_IS_HIDDEN("l.ecosystem", "l.id")
#define IS_KEPT_HIDDEN TN_MERGE_IS_HIDDEN("b.ecosystem", "b.learner")

static const struct section sections[] = {
    {"SELECT id, code, title, strand, coalesce(step, 0) FROM activity WHERE ecosystem = $1"
     " AND event = $2 ORDER BY id",
     put_activity, TN_PACK_ACTIVITIES_MAX, "activities"},
    /* Of a learner who was merged, the card of whom they were merged into, where it was made; of
     * who is kept, the one without a name, as long as it is asked for. */
    {"SELECT b.id, coalesce(c.card, b.card) FROM badge b LEFT JOIN merged m ON m.ecosystem ="
     " b.ecosystem AND m.learner = b.learner LEFT JOIN merged_card c ON c.ecosystem = b.ecosystem"
     " AND c.badge = b.id AND (c.learner = m.root OR (m.root IS NULL AND c.learner = b.learner"
     " AND " IS_KEPT_HIDDEN ")) WHERE b.ecosystem = $1 AND b.event = $2 AND coalesce(c.card,"
     " b.card) IS NOT NULL AND b.status NOT IN " GONE " ORDER BY b.id",
     put_card, TN_PACK_CARDS_MAX, "badges"},
    {"SELECT id FROM badge WHERE ecosystem = $1 AND event = $2 AND status IN " GONE " UNION SELECT"
     " id FROM erased_badge WHERE ecosystem = $1 AND event = $2 ORDER BY id",
     put_revoked, TN_PACK_CARDS_MAX, "badges that are no longer good"},
    {"SELECT id, name, until, wrapped FROM staff_card WHERE ecosystem = $1 AND event = $2"
     " AND revoked_at IS NULL ORDER BY id",
     put_staff, TN_PACK_STAFF_MAX, "staff cards"},
    {"SELECT DISTINCT pubkey, station FROM kiosk WHERE ecosystem = $1 AND event = $2"
     " AND revoked_at IS NULL ORDER BY pubkey, station",
     put_station, TN_PACK_STATIONS_MAX, "stations"},
    /* What a child may say to "Which school or club?": nobody goes to a funder. */
    {"SELECT id, name FROM partner WHERE ecosystem = $1 AND (id = $2) IS NOT NULL AND sector NOT IN"
     " ('business', 'funder', 'government') ORDER BY name, id",
     put_partner, TN_PACK_PARTNERS_MAX, "partners"},
    {"SELECT id, sealed FROM group_card WHERE ecosystem = $1 AND event = $2 AND sealed IS NOT NULL"
     " ORDER BY id",
     put_group, TN_PACK_GROUPS_MAX, "group cards"},
};

/* A learner and those who were merged into them. */
#define OWN                                                                                        \
    "(SELECT l.id AS learner UNION ALL SELECT m.learner FROM merged m WHERE m.ecosystem ="         \
    " l.ecosystem AND m.root = l.id) own"

/* Names of all who have a badge of the event, and the newest that is good. The badges come first,
 * in this order: an ecosystem has many more learners than any event. */
static const struct section directory = {
    "SELECT l.id, l.display, coalesce(nullif(p.preferred, ''), p.given, l.display), p.family,"
    " l.lang, (SELECT b.id FROM " OWN " JOIN badge b ON b.ecosystem = l.ecosystem AND b.learner ="
    " own.learner AND b.event = x.event WHERE b.status NOT IN " GONE
    " ORDER BY b.issued DESC, b.id LIMIT 1)"
    " FROM (SELECT DISTINCT b.ecosystem, b.event, coalesce(m.root, b.learner) AS learner FROM "
    "badge b"
    " LEFT JOIN merged m ON m.ecosystem = b.ecosystem AND m.learner = b.learner WHERE b.ecosystem ="
    " $1 AND b.event = $2 AND b.learner IS NOT NULL) x CROSS JOIN learner l LEFT JOIN learner_pii p"
    " ON p.ecosystem = l.ecosystem AND p.learner = l.id WHERE l.ecosystem = x.ecosystem AND l.id ="
    " x.learner AND l.directory_opt_out = 0 AND NOT " IS_HIDDEN
    " AND l.erased_at IS NULL AND l.merged_into IS NULL AND l.display <> '' ORDER BY l.id",
    put_name, TN_DIRECTORY_ROWS_MAX, "names"};

/* Appends an array of the section's rows; they are written aside first, since the count leads. */
static enum tn_status put_section(struct tn_centre *centre, const struct section *section,
                                  const struct tn_id *event, struct tn_buf *out)
{
    struct tn_stmt *stmt = NULL;
    struct tn_buf rows;
    uint64_t count = 0;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(centre->db, section->sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_buf_init(&rows, TN_PACK_SIZE_MAX);
    tn_bind_int(stmt, 1, centre->no);
    tn_bind_id(stmt, 2, event);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        section->put(stmt, &rows);
        count++;
    }
    tn_reset(stmt);
    if (status == TN_OK && count > section->most) {
        tn_log(TN_LOG_ERROR,
               "the event's pack has %" PRIu64 " %s, and a station takes %" PRIu64
               "; no pack was sent",
               count, section->things, section->most);
        status = TN_ERR_LIMIT;
    }
    tn_cbor_put_array(out, count);
    tn_buf_append(out, rows.data, rows.len);
    if (status == TN_OK) {
        status = rows.status != TN_OK ? rows.status : out->status;
    }
    tn_buf_destroy(&rows);
    return status;
}

/* The directory, sealed with a nonce that its own text gives (directory.h). */
static enum tn_status put_directory(struct tn_centre *centre, const struct tn_keyring *keyring,
                                    const struct tn_id *event, struct tn_buf *out)
{
    enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
    struct tn_buf plain;
    struct tn_key key = tn_keyring_directory_key(keyring, event);
    uint8_t *sealed = NULL;
    unsigned long long len = 0;
    tn_buf_init(&plain, DIRECTORY_MAX);
    tn_cbor_put_array(&plain, 2);
    tn_cbor_put_uint(&plain, TN_DIRECTORY_FORMAT);
    enum tn_status status = put_section(centre, &directory, event, &plain);
    if (status == TN_OK) {
        sealed = malloc(NONCE + plain.len + crypto_aead_xchacha20poly1305_ietf_ABYTES);
        status = sealed == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    }
    if (status == TN_OK) {
        struct tn_key nonce =
            tn_key_derive(&key, "turnout directory nonce v1", tn_buf_bytes(&plain));
        memcpy(sealed, nonce.b, NONCE);
        crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, &len, plain.data, plain.len,
                                                   event->b, TN_ID_SIZE, NULL, sealed, key.b);
        tn_cbor_put_bytes(out, (struct tn_bytes){sealed, NONCE + (size_t)len});
        status = out->status;
    }
    free(sealed);
    tn_buf_destroy(&plain);
    sodium_memzero(&key, sizeof key);
    return status;
}

static enum tn_status put_sections(struct tn_centre *centre, const struct tn_keyring *keyring,
                                   const struct tn_id *event, struct tn_buf *out)
{
    struct tn_key badge_key = tn_keyring_badge_key(keyring, event);
    tn_cbor_put_array(out, 1);
    tn_pack_put_badge_key(out, &badge_key);
    sodium_memzero(&badge_key, sizeof badge_key);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        enum tn_status status = put_section(centre, &sections[i], event, out);
        if (status != TN_OK) {
            return status;
        }
    }
    enum tn_status status = tn_forgetting_put(centre, out);
    return status == TN_OK ? put_directory(centre, keyring, event, out) : status;
}

static enum tn_status read_head(struct tn_centre *centre, const struct tn_public_key *device_key,
                                struct tn_pack_head *out)
{
    static const char sql[] =
        "SELECT k.event, e.title, e.tz, e.starts, e.ends, k.station, k.role, k.activity, e.policy,"
        " (SELECT retention_days FROM ecosystem WHERE no = $1)"
        " FROM kiosk k JOIN event e ON e.ecosystem = k.ecosystem AND e.id = k.event WHERE "
        "k.ecosystem = $1"
        " AND k.pubkey = $2 ORDER BY k.log_no LIMIT 1";
    struct tn_stmt *stmt = NULL;
    struct tn_policy policy;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){device_key->b, TN_PUBLIC_KEY_SIZE});
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        *out = (struct tn_pack_head){.ecosystem = centre->id, .epoch = centre->epoch};
        tn_col_id(stmt, 0, &out->event);
        copy_text(stmt, 1, out->event_title, sizeof out->event_title);
        copy_text(stmt, 2, out->tz, sizeof out->tz);
        out->starts_ms = tn_col_int(stmt, 3);
        out->ends_ms = tn_col_int(stmt, 4);
        copy_text(stmt, 5, out->station_name, sizeof out->station_name);
        out->role = tn_role_from_name(tn_col_text(stmt, 6));
        tn_col_id(stmt, 7, &out->activity);
        out->repeat_ms = TN_REPEAT_MS;
        out->consent_age = (uint32_t)centre->consent_age;
        out->retention_days = (uint32_t)tn_col_int(stmt, 9);
        tn_policy_read(tn_col_text(stmt, 8), &policy);
        out->has_walk_in = policy.has_walk_in;
        (void)snprintf(out->pin, sizeof out->pin, "%s", policy.pin);
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

/* What was sent last; version 0 where nothing was. */
static enum tn_status read_sent(struct tn_centre *centre, const struct tn_public_key *device_key,
                                uint64_t *version, struct tn_hash *content)
{
    static const char sql[] =
        "SELECT version, content FROM pack_sent WHERE ecosystem = $1 AND device_key = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *version = 0;
    *content = (struct tn_hash){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){device_key->b, TN_PUBLIC_KEY_SIZE});
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        *version = (uint64_t)tn_col_int(stmt, 0);
        struct tn_bytes bytes = tn_col_bytes(stmt, 1);
        memcpy(content->b, bytes.data, bytes.len < TN_HASH_SIZE ? bytes.len : TN_HASH_SIZE);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status note_sent(struct tn_centre *centre, const struct tn_public_key *device_key,
                                uint64_t version, const struct tn_hash *content)
{
    static const char sql[] =
        "INSERT INTO pack_sent (ecosystem, device_key, version, content, erasures,"
        " erasures_version) VALUES ($1, $2, $3, $4, (SELECT count(*) FROM erasure WHERE ecosystem ="
        " $1), $3) ON CONFLICT (ecosystem, device_key) DO UPDATE SET version = excluded.version,"
        " content = excluded.content, erasures = excluded.erasures, erasures_version = CASE WHEN"
        " pack_sent.erasures = excluded.erasures THEN pack_sent.erasures_version ELSE"
        " excluded.version END";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){device_key->b, TN_PUBLIC_KEY_SIZE});
    tn_bind_int(stmt, 3, (int64_t)version);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){content->b, TN_HASH_SIZE});
    return tn_run(stmt);
}

void tn_packing_init(struct tn_packing *packing, struct tn_centre *centre,
                     const struct tn_keyring *keyring)
{
    *packing = (struct tn_packing){.centre = centre, .keyring = keyring};
}

void tn_packing_destroy(struct tn_packing *packing)
{
    tn_pack_body_destroy(&packing->body);
}

/* What every pack of the event holds. */
enum tn_status tn_packing_make(struct tn_packing *packing, const struct tn_id *event)
{
    struct tn_buf plain;
    if (packing->body.sealed.len > 0 && tn_id_equal(&packing->event, event)) {
        return TN_OK;
    }
    tn_pack_body_destroy(&packing->body);
    tn_buf_init(&plain, TN_PACK_SIZE_MAX);
    packing->event = *event;
    enum tn_status status = tn_merged_cards(packing->centre, packing->keyring, event);
    if (status == TN_OK) {
        status = tn_groups_seal(packing->centre, packing->keyring, event);
    }
    if (status == TN_OK) {
        status = put_sections(packing->centre, packing->keyring, event, &plain);
    }
    if (status == TN_OK) {
        status = tn_pack_body_seal(&packing->body, tn_buf_bytes(&plain));
    }
    if (status != TN_OK) {
        tn_pack_body_destroy(&packing->body);
    }
    tn_buf_destroy(&plain);
    return status;
}

/* What a station would get: its head, under its version. */
struct due {
    struct tn_pack_head head; /* wiped */
    struct tn_hash content;
    bool is_new; /* not what the station has */
};

/* plain NULL: the body is made for it. */
static enum tn_status find_due(struct tn_packing *packing, const struct tn_packing_for *station,
                               const struct tn_hash *plain, struct due *out)
{
    struct tn_pack_body known = {.plain = plain == NULL ? (struct tn_hash){{0}} : *plain};
    struct tn_centre *centre = packing->centre;
    struct tn_hash sent_content;
    uint64_t sent = 0;
    *out = (struct due){.is_new = false};
    enum tn_status status = read_head(centre, &station->device_key, &out->head);
    if (status == TN_OK && plain == NULL) {
        status = tn_packing_make(packing, &out->head.event);
    }
    if (status == TN_OK) {
        out->head.event_key = tn_keyring_event_key(packing->keyring, &out->head.event);
        out->content = tn_pack_content(&out->head, plain == NULL ? &packing->body : &known);
        status = read_sent(centre, &station->device_key, &sent, &sent_content);
    }
    if (status != TN_OK) {
        return status;
    }
    bool is_same = sent > 0 && tn_hash_equal(&out->content, &sent_content);
    /* A centre restored from an older copy finds its stations ahead. */
    bool is_behind = station->epoch == centre->epoch && station->version > sent;
    out->head.version = is_behind ? station->version + 1 : is_same ? sent : sent + 1;
    out->is_new = !(is_same && station->epoch == centre->epoch && station->version == sent);
    return TN_OK;
}

enum tn_status tn_packing_is_new(struct tn_packing *packing, const struct tn_packing_for *station,
                                 const struct tn_hash *plain, bool *is_new)
{
    struct due due;
    enum tn_status status = find_due(packing, station, plain, &due);
    *is_new = status == TN_OK && due.is_new;
    sodium_memzero(&due, sizeof due);
    return status;
}

enum tn_status tn_packing_write(struct tn_packing *packing, const struct tn_packing_for *station,
                                struct tn_buf *out)
{
    struct due due;
    enum tn_status status = find_due(packing, station, NULL, &due);
    if (status == TN_OK && due.is_new) {
        status = tn_pack_write(out, &due.head, &station->device_key, &packing->body,
                               &packing->keyring->signing);
        if (status == TN_OK) {
            status =
                note_sent(packing->centre, &station->device_key, due.head.version, &due.content);
        }
    }
    sodium_memzero(&due, sizeof due);
    return status;
}
