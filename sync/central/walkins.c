/* Opening walk-in forms. What a form says is laid down the same however often and in whatever order
 * forms arrive: of several for one badge the earliest that opens is the one. */
#include "sync/central/walkins.h"

#include <string.h>

#include <sodium.h>

#include "sync/central/audit.h"
#include "sync/central/conflict.h"
#include "sync/central/handouts.h"
#include "sync/central/tombstones.h"
#include "turnout/log.h"
#include "turnout/walkin.h"

enum state { STATE_SEALED, STATE_OPEN, STATE_BAD };

/* A form that was opened. Wiped by its holder. */
struct opened {
    struct tn_walkin form;
    struct tn_badge badge;
    struct tn_id learner;
    bool is_there;
    bool are_two; /* another form of this badge gives another name */
    uint64_t good;
    uint64_t bad;
};

static enum tn_status mark(struct tn_centre *centre, const struct tn_id *badge,
                           const struct tn_hash *hash, enum state state)
{
    static const char sql[] = "UPDATE sealed SET state = $1 WHERE ecosystem = $2 AND badge = $3 AND"
                              " hash = $4 AND state <> $1";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, state);
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_id(stmt, 3, badge);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){hash->b, TN_HASH_SIZE});
    return tn_run(stmt);
}

/* Opens one; a form that holds another badge's secret is as bad as one that does not open. */
static bool open_form(const struct tn_keyring *keyring, const struct tn_id *badge,
                      struct tn_bytes sealed, struct tn_walkin *form, struct tn_badge *secret)
{
    if (sealed.len != TN_WALKIN_SIZE ||
        tn_walkin_open(sealed.data, &keyring->vault_key, keyring->vault_secret.b, form, secret) !=
            TN_OK) {
        return false;
    }
    struct tn_id id = tn_badge_id(secret);
    return tn_id_equal(&id, badge);
}

/* The next form of a badge after (at_ms, hash). */
static enum tn_status next_form(struct tn_centre *centre, const struct tn_id *badge, int64_t *at_ms,
                                struct tn_hash *hash, uint8_t out[TN_WALKIN_SIZE], size_t *len)
{
    static const char sql[] =
        "SELECT at_ms, hash, form FROM sealed WHERE ecosystem = $1 AND badge = $2 AND (at_ms > $3"
        " OR (at_ms = $3 AND hash > $4)) ORDER BY at_ms, hash LIMIT 1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, badge);
    tn_bind_int(stmt, 3, *at_ms);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){hash->b, TN_HASH_SIZE});
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        struct tn_bytes bytes = tn_col_bytes(stmt, 1);
        struct tn_bytes form = tn_col_bytes(stmt, 2);
        *at_ms = tn_col_int(stmt, 0);
        memcpy(hash->b, bytes.data, bytes.len < TN_HASH_SIZE ? bytes.len : TN_HASH_SIZE);
        *len = form.len <= TN_WALKIN_SIZE ? form.len : 0;
        memcpy(out, form.data, *len);
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

/* Whoever typed one child twice typed one name; all else may be said better the second time. */
static bool is_same_name(const struct tn_walkin *a, const struct tn_walkin *b)
{
    return strcmp(a->given, b->given) == 0 && strcmp(a->family, b->family) == 0;
}

static enum tn_status open_forms(struct tn_centre *centre, const struct tn_keyring *keyring,
                                 const struct tn_id *badge, struct opened *out)
{
    int64_t at_ms = INT64_MIN;
    struct tn_hash hash = {{0}};
    uint8_t sealed[TN_WALKIN_SIZE];
    size_t len = 0;
    enum tn_status status;
    *out = (struct opened){.learner = tn_walkin_learner(badge)};
    while ((status = next_form(centre, badge, &at_ms, &hash, sealed, &len)) == TN_OK) {
        struct tn_walkin form = {.given = ""};
        struct tn_badge secret = {0};
        bool is_good = open_form(keyring, badge, (struct tn_bytes){sealed, len}, &form, &secret);
        if (is_good && !out->is_there) {
            out->is_there = true;
            out->form = form;
            out->badge = secret;
        }
        out->are_two = out->are_two || (is_good && !is_same_name(&out->form, &form));
        out->good += is_good;
        out->bad += !is_good;
        tn_walkin_wipe(&form);
        tn_badge_wipe(&secret);
        status = mark(centre, badge, &hash, is_good ? STATE_OPEN : STATE_BAD);
        if (status != TN_OK) {
            return status;
        }
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static const char *or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static enum tn_status put_learner(struct tn_centre *centre, const struct opened *o)
{
    static const char sql[] =
        "INSERT INTO learner (ecosystem, id, display, grade, home_partner, partner_text, lang)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ecosystem, id) DO UPDATE SET display ="
        " excluded.display, grade = excluded.grade, home_partner = excluded.home_partner,"
        " partner_text = excluded.partner_text, lang = excluded.lang";
    char display[TN_NAME_MAX + 1];
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_walkin_display(&o->form, display);
    tn_bind_id(stmt, 2, &o->learner);
    tn_bind_text(stmt, 3, display);
    tn_bind_text(stmt, 4, or_null(o->form.grade));
    tn_bind_id(stmt, 5, &o->form.partner);
    tn_bind_text(stmt, 6, or_null(o->form.partner_text));
    tn_bind_text(stmt, 7, or_null(o->form.lang));
    status = tn_run(stmt);
    sodium_memzero(display, sizeof display);
    return status;
}

/* The cards that were made here from what the learner's form said before; they are made anew. */
static enum tn_status forget_cards(struct tn_centre *centre, const struct tn_id *learner)
{
    static const char sql[] =
        "UPDATE badge SET card = NULL WHERE ecosystem = $1 AND learner = $2 AND handed > 0 AND NOT"
        " EXISTS (SELECT 1 FROM handout h WHERE h.ecosystem = badge.ecosystem AND h.badge ="
        " badge.id AND h.card = badge.card)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    return tn_run(stmt);
}

static enum tn_status put_pii(struct tn_centre *centre, const struct opened *o)
{
    static const char sql[] =
        "INSERT INTO learner_pii (ecosystem, learner, given, family) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (ecosystem, learner) DO UPDATE SET given = excluded.given, family ="
        " excluded.family";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &o->learner);
    tn_bind_text(stmt, 3, o->form.given);
    tn_bind_text(stmt, 4, or_null(o->form.family));
    return tn_run(stmt);
}

/* Consent that nobody gave leaves no row: the centre asks. */
static enum tn_status put_consent(struct tn_centre *centre, const struct opened *o)
{
    static const char forget[] = "DELETE FROM consent WHERE ecosystem = $1 AND learner = $2 AND"
                                 " purpose = $3 AND basis = $4";
    static const char sql[] =
        "INSERT INTO consent (ecosystem, learner, purpose, basis, given_by, given_at) VALUES"
        " ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    bool is_given = o->form.consent != TN_CONSENT_NONE;
    const char *const texts[] = {forget, sql};
    enum tn_status status = TN_OK;
    for (int i = 0; i < (is_given ? 2 : 1) && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        status = tn_centre_prepare(centre, texts[i], &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_id(stmt, 2, &o->learner);
        tn_bind_text(stmt, 3, TN_WALKIN_PURPOSE);
        tn_bind_text(stmt, 4, TN_WALKIN_BASIS);
        if (i == 1) {
            tn_bind_text(stmt, 5, tn_consent_name(o->form.consent));
            tn_bind_int(stmt, 6, o->form.consent_ms);
        }
        status = tn_run(stmt);
    }
    return status;
}

/* The secret of a badge that a kiosk made. */
static enum tn_status put_secret(struct tn_centre *centre, const struct tn_id *id,
                                 const struct tn_badge *badge)
{
    static const char sql[] = "UPDATE badge SET secret = $1 WHERE ecosystem = $2 AND id = $3 AND"
                              " handed = $4 AND secret = $5";
    uint8_t sealed[TN_VAULT_SECRET_SIZE];
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_vault_seal(&centre->vault_key, badge->secret, sealed);
    if (status == TN_OK) {
        status = tn_db_prepare(centre->db, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 1, (struct tn_bytes){sealed, sizeof sealed});
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_id(stmt, 3, id);
    tn_bind_int(stmt, 4, TN_HANDED_MADE);
    tn_bind_bytes(stmt, 5, (struct tn_bytes){(const uint8_t *)"", 0});
    return tn_run(stmt);
}

static enum tn_status lay_down(struct tn_centre *centre, const struct tn_id *badge,
                               const struct opened *o, int64_t now_ms)
{
    bool erased = false;
    enum tn_status status = tn_tombstone_has(centre, &o->learner, &erased);
    if (status == TN_OK && !erased) {
        status = put_learner(centre, o);
        status = status == TN_OK ? forget_cards(centre, &o->learner) : status;
        status = status == TN_OK ? put_pii(centre, o) : status;
        status = status == TN_OK ? put_consent(centre, o) : status;
    }
    if (status == TN_OK) {
        status = put_secret(centre, badge, &o->badge);
    }
    return status == TN_OK ? tn_handout_settle(centre, badge, now_ms) : status;
}

static enum tn_status open_badge(struct tn_centre *centre, const struct tn_keyring *keyring,
                                 const struct tn_id *badge, int64_t now_ms, uint64_t *opened)
{
    static const struct tn_id none = {{0}};
    struct opened o;
    enum tn_status status = open_forms(centre, keyring, badge, &o);
    if (status == TN_OK && o.is_there) {
        status = lay_down(centre, badge, &o, now_ms);
    }
    if (status == TN_OK && o.bad > 0) {
        status = tn_conflict_note(centre, "sealed_form", badge, &none, now_ms);
    }
    if (status == TN_OK && o.are_two) {
        status = tn_conflict_note(centre, "two_learners", badge, &none, now_ms);
    }
    *opened += o.good;
    sodium_memzero(&o, sizeof o);
    return status;
}

static enum tn_status next_badge(struct tn_centre *centre, struct tn_id *out)
{
    static const char sql[] = "SELECT badge FROM sealed WHERE ecosystem = $1 AND badge > $2 AND"
                              " state = 0 ORDER BY badge LIMIT 1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){out->b, TN_ID_SIZE});
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, out);
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

static enum tn_status open_all(struct tn_centre *centre, const struct tn_keyring *keyring,
                               int64_t now_ms, uint64_t *opened)
{
    struct tn_id badge = {{0}};
    enum tn_status status;
    while ((status = next_badge(centre, &badge)) == TN_OK) {
        status = open_badge(centre, keyring, &badge, now_ms, opened);
        if (status != TN_OK) {
            return status;
        }
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_walkins_open(struct tn_centre *centre, const struct tn_keyring *keyring,
                               int64_t now_ms, uint64_t *opened)
{
    *opened = 0;
    if (keyring == NULL || !keyring->has_vault) {
        return TN_OK;
    }
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = open_all(centre, keyring, now_ms, opened);
    if (status == TN_OK && *opened > 0) {
        char object[TN_AUDIT_OBJECT_MAX + 1];
        (void)snprintf(object, sizeof object, "walk-in forms: %llu", (unsigned long long)*opened);
        status = tn_audit_note(centre, now_ms, "open_forms", object);
    }
    if (status == TN_OK) {
        status = tn_handout_cards(centre, keyring);
    }
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

enum tn_status tn_walkins_waiting(struct tn_centre *centre, int64_t *out)
{
    static const char sql[] = "SELECT count(*) FROM sealed WHERE ecosystem = $1 AND state = 0";
    return tn_centre_number(centre, sql, out);
}
