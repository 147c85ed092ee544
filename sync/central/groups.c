/* Group cards. Cards are read first and worked on after, since a statement that reads them must not
 * run while they are written. Nonces derive from what is sealed, so that a list that did not change
 * is not a new pack for every station. */
#include "sync/central/groups.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "sync/central/text.h"
#include "turnout/log.h"

#define GOOD "NOT IN ('revoked', 'replaced', 'void')"

/* A group as its card names it. */
struct named {
    struct tn_id id;
    struct tn_id partner; /* none: its learners have none */
    char title[TN_TITLE_MAX + 1];
};

struct tn_random tn_sealing_random(struct tn_random_seeded *state, const struct tn_key *key,
                                   struct tn_bytes content)
{
    struct tn_random random = tn_random_from_seed(state, 0);
    state->key = tn_key_derive(key, "turnout sealing nonce v1", content);
    return random;
}

enum tn_status tn_sealing_card(const struct tn_card *card, const struct tn_badge *badge,
                               uint8_t out[TN_CARD_SIZE])
{
    const struct tn_bytes parts[] = {{card->learner.b, TN_ID_SIZE},
                                     {(const uint8_t *)card->display, strlen(card->display) + 1},
                                     {(const uint8_t *)card->lang, strlen(card->lang) + 1}};
    const struct tn_hash content = tn_hash_of(parts, 3);
    struct tn_random_seeded state;
    struct tn_key key = tn_badge_key(badge, "turnout card nonce v1");
    struct tn_random random =
        tn_sealing_random(&state, &key, (struct tn_bytes){content.b, TN_HASH_SIZE});
    enum tn_status status = tn_card_seal(card, badge, &random, out);
    sodium_memzero(&key, sizeof key);
    sodium_memzero(&state, sizeof state);
    return status;
}

/* Binds a partner as the table of cards has it: never NULL, so that it can be part of a key. */
static void bind_partner(struct tn_stmt *stmt, int place, const struct tn_id *partner)
{
    tn_bind_bytes(stmt, place,
                  (struct tn_bytes){partner->b, tn_id_is_none(partner) ? 0 : TN_ID_SIZE});
}

static void take_partner(struct tn_stmt *stmt, int column, struct tn_id *out)
{
    struct tn_bytes bytes = tn_col_bytes(stmt, column);
    *out = (struct tn_id){{0}};
    if (bytes.len == TN_ID_SIZE) {
        memcpy(out->b, bytes.data, TN_ID_SIZE);
    }
}

/* Reads the rows (id, partner, title) of a statement into a new array of at most
 * TN_GROUP_CARDS_MAX. */
static enum tn_status read_named(struct tn_stmt *stmt, struct named **out, size_t *count)
{
    bool has_row = false;
    enum tn_status status = TN_OK;
    *count = 0;
    *out = calloc(TN_GROUP_CARDS_MAX, sizeof **out);
    if (*out == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*count == TN_GROUP_CARDS_MAX) {
            tn_log(TN_LOG_ERROR, "the event has more than %d groups", TN_GROUP_CARDS_MAX);
            status = TN_ERR_LIMIT;
            break;
        }
        struct named *one = &(*out)[(*count)++];
        tn_col_id(stmt, 0, &one->id);
        take_partner(stmt, 1, &one->partner);
        tn_text_cut(tn_col_text(stmt, 2), one->title, sizeof one->title);
    }
    tn_reset(stmt);
    return status;
}

/* Groups that learners with a good badge are in and that have no card. Whoever was merged is in a
 * group as whom they were merged into, with any badge of theirs. */
static enum tn_status read_without_card(struct tn_centre *centre, const struct tn_id *event,
                                        struct named **out, size_t *count)
{
    static const char sql[] =
        "SELECT DISTINCT NULL, l.home_partner, g.title FROM learner_group g"
        " JOIN learner l ON l.ecosystem = g.ecosystem AND l.id = g.learner"
        " LEFT JOIN merged m ON m.ecosystem = g.ecosystem AND m.learner = g.learner"
        " JOIN learner r ON r.ecosystem = g.ecosystem AND r.id = coalesce(m.root, g.learner)"
        " WHERE g.ecosystem = $1 AND r.erased_at IS NULL AND EXISTS (SELECT 1 FROM (SELECT r.id AS"
        " learner UNION ALL SELECT s.learner FROM merged s WHERE s.ecosystem = r.ecosystem AND"
        " s.root = r.id) own JOIN badge b ON b.ecosystem = $1 AND b.event = $2 AND b.learner ="
        " own.learner WHERE b.status " GOOD ") AND NOT EXISTS (SELECT 1 FROM group_card c WHERE"
        " c.ecosystem = $1 AND c.event = $2 AND c.partner = coalesce(l.home_partner, $3) AND"
        " c.title = g.title) ORDER BY 3, 2";
    static const struct tn_id none = {{0}};
    struct tn_stmt *stmt = NULL;
    *out = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    bind_partner(stmt, 3, &none);
    return read_named(stmt, out, count);
}

static enum tn_status insert_card(struct tn_centre *centre, const struct tn_id *event,
                                  const struct named *group, const struct tn_badge *badge,
                                  int64_t now_ms)
{
    static const char sql[] =
        "INSERT INTO group_card (ecosystem, id, event, partner, title, issued, secret) VALUES"
        " ($1, $2, $3, $4, $5, $6, $7)";
    uint8_t sealed[TN_VAULT_SECRET_SIZE];
    struct tn_id id = tn_badge_id(badge);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_vault_seal(&centre->vault_key, badge->secret, sealed);
    if (status == TN_OK) {
        status = tn_centre_prepare(centre, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &id);
    tn_bind_id(stmt, 3, event);
    bind_partner(stmt, 4, &group->partner);
    tn_bind_text(stmt, 5, group->title);
    tn_bind_int(stmt, 6, now_ms);
    tn_bind_bytes(stmt, 7, (struct tn_bytes){sealed, sizeof sealed});
    return tn_run(stmt);
}

static enum tn_status finish(struct tn_centre *centre, enum tn_status status)
{
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

enum tn_status tn_groups_mint(struct tn_centre *centre, const struct tn_keyring *keyring,
                              const struct tn_id *event, const struct tn_random *random,
                              int64_t now_ms)
{
    struct named *groups = NULL;
    struct tn_badge badge = {0};
    size_t count = 0;
    struct tn_key key = tn_keyring_badge_key(keyring, event);
    enum tn_status status = tn_db_begin(centre->db);
    if (status == TN_OK) {
        status = read_without_card(centre, event, &groups, &count);
        for (size_t i = 0; i < count && status == TN_OK; i++) {
            tn_badge_mint(TN_BADGE_GROUP, &key, random, &badge);
            status = insert_card(centre, event, &groups[i], &badge, now_ms);
        }
        status = finish(centre, status);
    }
    free(groups);
    tn_badge_wipe(&badge);
    sodium_memzero(&key, sizeof key);
    return status;
}

static int compare_members(const void *a, const void *b)
{
    const struct tn_group_member *x = a;
    const struct tn_group_member *y = b;
    return memcmp(x->badge.b, y->badge.b, TN_ID_SIZE);
}

/* The members' newest good badges, by badge id. Learners who were merged are one member, who is in
 * the group as soon as one of them is, with the newest badge of them all. */
static enum tn_status read_members(struct tn_centre *centre, const struct tn_id *event,
                                   const struct named *group, struct tn_group *out)
{
    static const char sql[] =
        "WITH member AS (SELECT DISTINCT r.id FROM learner_group g JOIN learner l ON l.ecosystem ="
        " g.ecosystem AND l.id = g.learner LEFT JOIN merged m ON m.ecosystem = g.ecosystem AND"
        " m.learner = g.learner JOIN learner r ON r.ecosystem = g.ecosystem AND r.id ="
        " coalesce(m.root, g.learner) WHERE g.ecosystem = $1 AND g.title = $2 AND"
        " coalesce(l.home_partner, $3) = $4 AND r.erased_at IS NULL), own AS (SELECT id, id AS"
        " learner FROM member UNION ALL SELECT p.id, m.learner FROM member p JOIN merged m ON"
        " m.ecosystem = $1 AND m.root = p.id) SELECT b.id, o.id FROM own o JOIN badge b ON"
        " b.ecosystem = $1 AND b.event = $5 AND b.learner = o.learner WHERE b.status " GOOD
        " ORDER BY o.id, b.issued DESC, b.id";
    static const struct tn_id none = {{0}};
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    out->count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, group->title);
    bind_partner(stmt, 3, &none);
    bind_partner(stmt, 4, &group->partner);
    tn_bind_id(stmt, 5, event);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_group_member member;
        tn_col_id(stmt, 0, &member.badge);
        tn_col_id(stmt, 1, &member.learner);
        if (out->count > 0 && tn_id_equal(&out->members[out->count - 1].learner, &member.learner)) {
            continue;
        }
        if (out->count == TN_GROUP_MEMBERS_MAX) {
            status = TN_ERR_LIMIT;
            break;
        }
        out->members[out->count++] = member;
    }
    tn_reset(stmt);
    qsort(out->members, out->count, sizeof out->members[0], compare_members);
    return status;
}

static enum tn_status read_title(struct tn_centre *centre, const struct named *group, char *out,
                                 size_t out_size)
{
    static const char sql[] = "SELECT name FROM partner WHERE ecosystem = $1 AND id = $2";
    char title[2 * TN_TITLE_MAX + 4];
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &group->partner);
    status = tn_step(stmt, &has_row);
    (void)snprintf(title, sizeof title, "%s%s%.*s", group->title, has_row ? ", " : "", TN_TITLE_MAX,
                   has_row ? tn_col_text(stmt, 0) : "");
    tn_reset(stmt);
    tn_text_cut(title, out, out_size);
    return status;
}

/* The card's secret, out of the vault, with the tag that goes with it under the event's key. */
static enum tn_status open_secret(struct tn_centre *centre, const struct tn_keyring *keyring,
                                  const struct tn_id *card, struct tn_badge *out)
{
    static const char sql[] = "SELECT secret FROM group_card WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, card);
    status = tn_step(stmt, &has_row);
    *out = (struct tn_badge){.type = TN_BADGE_GROUP};
    if (status == TN_OK) {
        struct tn_bytes sealed = tn_col_bytes(stmt, 0);
        status = sealed.len == TN_VAULT_SECRET_SIZE
                     ? tn_vault_open(keyring, sealed.data, out->secret)
                     : TN_ERR_DAMAGED;
    }
    tn_reset(stmt);
    return status;
}

/* Stores a sealed list (no bytes: none) where it is another than the one there. */
static enum tn_status store_sealed(struct tn_centre *centre, const struct tn_id *card,
                                   struct tn_bytes sealed)
{
    static const char sql[] = "UPDATE group_card SET sealed = $1 WHERE ecosystem = $2 AND id = $3"
                              " AND coalesce(sealed, $4) <> coalesce($1, $4)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 1, sealed);
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_id(stmt, 3, card);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){(const uint8_t *)"", 0});
    return tn_run(stmt);
}

static void seal_list(struct tn_buf *out, const struct tn_group *group,
                      const struct tn_badge *badge)
{
    const struct tn_bytes parts[] = {
        {(const uint8_t *)group->title, strlen(group->title) + 1},
        {(const uint8_t *)group->members, group->count * sizeof group->members[0]}};
    const struct tn_hash content = tn_hash_of(parts, 2);
    struct tn_random_seeded state;
    struct tn_key key = tn_badge_key(badge, "turnout group nonce v1");
    struct tn_random random =
        tn_sealing_random(&state, &key, (struct tn_bytes){content.b, TN_HASH_SIZE});
    tn_group_seal(out, group, badge, &random);
    sodium_memzero(&key, sizeof key);
    sodium_memzero(&state, sizeof state);
}

static enum tn_status seal_group(struct tn_centre *centre, const struct tn_keyring *keyring,
                                 const struct tn_id *event, const struct named *named)
{
    struct tn_group group = {0};
    struct tn_badge badge = {0};
    struct tn_buf sealed;
    tn_buf_init(&sealed, TN_GROUP_SIZE_MAX);
    enum tn_status status = read_members(centre, event, named, &group);
    bool is_too_large = status == TN_ERR_LIMIT;
    if (is_too_large) {
        tn_log(TN_LOG_WARN,
               "%s: more than %d learners; make smaller groups of them in the roster, "
               "its card opens nothing now",
               named->title, TN_GROUP_MEMBERS_MAX);
        status = TN_OK;
    }
    if (status == TN_OK) {
        status = read_title(centre, named, group.title, sizeof group.title);
    }
    if (status == TN_OK) {
        status = open_secret(centre, keyring, &named->id, &badge);
    }
    if (status == TN_OK && !is_too_large && group.count > 0) {
        seal_list(&sealed, &group, &badge);
        status = sealed.status;
    }
    if (status == TN_OK) {
        status = store_sealed(centre, &named->id, tn_buf_bytes(&sealed));
    }
    tn_buf_destroy(&sealed);
    tn_badge_wipe(&badge);
    tn_group_wipe(&group);
    return status;
}

static enum tn_status read_cards(struct tn_centre *centre, const struct tn_id *event,
                                 struct named **out, size_t *count)
{
    static const char sql[] = "SELECT id, partner, title FROM group_card WHERE ecosystem = $1"
                              " AND event = $2 ORDER BY title, partner";
    struct tn_stmt *stmt = NULL;
    *out = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    return read_named(stmt, out, count);
}

enum tn_status tn_groups_seal(struct tn_centre *centre, const struct tn_keyring *keyring,
                              const struct tn_id *event)
{
    struct named *groups = NULL;
    size_t count = 0;
    if (!keyring->has_vault) {
        return TN_OK;
    }
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = read_cards(centre, event, &groups, &count);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = seal_group(centre, keyring, event, &groups[i]);
    }
    free(groups);
    return finish(centre, status);
}

static void give_secret(void *ctx, void *out, size_t len)
{
    memcpy(out, ctx, len < TN_BADGE_SECRET_SIZE ? len : TN_BADGE_SECRET_SIZE);
}

/* Fills in what a printed card needs. */
static enum tn_status open_card(struct tn_centre *centre, const struct tn_keyring *keyring,
                                const struct tn_id *event, const struct named *named,
                                struct tn_group_card *out)
{
    struct tn_group group = {0};
    struct tn_key key = tn_keyring_badge_key(keyring, event);
    uint8_t secret[TN_BADGE_SECRET_SIZE];
    const struct tn_random known = {give_secret, secret};
    *out = (struct tn_group_card){.id = named->id};
    tn_badge_code(&out->id, out->code);
    enum tn_status status = open_secret(centre, keyring, &named->id, &out->badge);
    memcpy(secret, out->badge.secret, sizeof secret);
    tn_badge_mint(TN_BADGE_GROUP, &key, &known, &out->badge);
    if (status == TN_OK) {
        status = read_title(centre, named, out->title, sizeof out->title);
    }
    if (status == TN_OK) {
        status = read_members(centre, event, named, &group);
        out->members = group.count;
        status = status == TN_ERR_LIMIT ? TN_OK : status;
    }
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(&key, sizeof key);
    return status;
}

enum tn_status tn_groups_each(struct tn_centre *centre, const struct tn_keyring *keyring,
                              const struct tn_id *event,
                              enum tn_status (*each)(void *ctx, const struct tn_group_card *card),
                              void *ctx)
{
    struct named *groups = NULL;
    struct tn_group_card card = {0};
    size_t count = 0;
    enum tn_status status = read_cards(centre, event, &groups, &count);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = open_card(centre, keyring, event, &groups[i], &card);
        if (status == TN_OK) {
            status = each(ctx, &card);
        }
    }
    sodium_memzero(&card, sizeof card);
    free(groups);
    return status;
}
