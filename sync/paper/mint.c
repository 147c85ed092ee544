/* Minting. The learners are read first and written after, because a statement that reads badges
 * must not run while badges are written. */
#include "sync/paper/mint.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "sync/central/audit.h"
#include "sync/central/badge_state.h"
#include "sync/central/merge.h"
#include "turnout/log.h"

#define REDRAWS_MAX 100

/* Whether a learner l is hidden by whom they are one with, given those joins. */
#define IS_HIDDEN                                                                                  \
    "CASE WHEN r.directory_opt_out <> 0 OR " TN_MERGE_IS_HIDDEN(                                   \
        "l.ecosystem", "coalesce(m.root, l.id)") " THEN 1 ELSE 0 END"
#define ROOT                                                                                       \
    " LEFT JOIN merged m ON m.ecosystem = l.ecosystem AND m.learner = l.id LEFT JOIN learner r ON" \
    " r.ecosystem = m.ecosystem AND r.id = m.root "
#define HANDED_BY_KIOSK 2 /* badge.handed of one that a kiosk made */

static enum tn_status load_learners(const struct tn_mint *mint, struct tn_minted_list *list);
static enum tn_status load_blanks(const struct tn_mint *mint, struct tn_minted_list *list);
static enum tn_status settle_badge(const struct tn_mint *mint, const struct tn_key *key,
                                   struct tn_minted *item);

void tn_minted_destroy(struct tn_minted_list *list)
{
    if (list->items != NULL) {
        sodium_memzero(list->items, list->cap * sizeof(*list->items));
        free(list->items);
    }
    *list = (struct tn_minted_list){0};
}

/* Grows by copying and wiping, since realloc would leave secrets behind. */
struct tn_minted *tn_minted_add(struct tn_minted_list *list)
{
    if (list->count == TN_MINT_MAX) {
        return NULL;
    }
    if (list->count == list->cap) {
        struct tn_minted_list wider = {.cap = list->cap == 0 ? 256 : list->cap * 2};
        wider.items = calloc(wider.cap, sizeof(*wider.items));
        if (wider.items == NULL) {
            return NULL;
        }
        if (list->count > 0) {
            memcpy(wider.items, list->items, list->count * sizeof(*list->items));
        }
        wider.count = list->count;
        wider.unprintable = list->unprintable;
        wider.past = list->past;
        tn_minted_destroy(list);
        *list = wider;
    }
    return &list->items[list->count++];
}

static enum tn_status add_blanks(const struct tn_mint *mint, struct tn_minted_list *list)
{
    for (uint64_t i = 0; i < mint->blank; i++) {
        struct tn_minted *item = tn_minted_add(list);
        if (item == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        item->is_new = true;
    }
    return TN_OK;
}

/* Also where none is new: the secrets of all were opened. */
static enum tn_status note(const struct tn_mint *mint, const struct tn_minted_list *list)
{
    char object[TN_AUDIT_OBJECT_MAX + 1];
    size_t new_count = 0;
    for (size_t i = 0; i < list->count; i++) {
        new_count += list->items[i].is_new;
    }
    (void)snprintf(object, sizeof object, "%s: %zu, of them %zu new", mint->event.code, list->count,
                   new_count);
    return tn_audit_note(mint->centre, mint->now_ms, "badges", object);
}

static bool has_keys(const struct tn_mint *mint)
{
    if (!mint->keyring->has_signing || !mint->keyring->has_vault) {
        tn_log(TN_LOG_ERROR, "badges need a keyring with its signing and vault parts; name it "
                             "with --keys");
        return false;
    }
    return true;
}

/* Blank badges are listed where they are asked for, by name or at all, and where there is nothing
 * else. */
static bool wants_blanks(const struct tn_mint *mint, const struct tn_minted_list *list)
{
    return mint->blanks_again || mint->only != NULL || (list->count == 0 && mint->blank == 0);
}

const char *tn_minted_name(const struct tn_minted *item)
{
    return item->is_hidden ? "" : item->card.display;
}

enum tn_status tn_mint_badges(const struct tn_mint *mint, struct tn_minted_list *out)
{
    *out = (struct tn_minted_list){0};
    if (!has_keys(mint)) {
        return TN_ERR_STATE;
    }
    struct tn_key key = tn_keyring_badge_key(mint->keyring, &mint->event.id);
    enum tn_status status = tn_db_begin(mint->centre->db);
    if (status == TN_OK) {
        status = load_learners(mint, out);
        if (status == TN_OK && wants_blanks(mint, out)) {
            status = load_blanks(mint, out);
        }
        status = status == TN_OK ? add_blanks(mint, out) : status;
        for (size_t i = 0; status == TN_OK && i < out->count; i++) {
            status = settle_badge(mint, &key, &out->items[i]);
        }
        status = status == TN_OK ? note(mint, out) : status;
        if (status == TN_OK) {
            status = tn_db_commit(mint->centre->db);
        } else {
            tn_db_rollback(mint->centre->db);
        }
    }
    sodium_memzero(&key, sizeof(key));
    return status;
}

/* Opens the secret of a badge that is there. Its tag is made again under the event's key. */
static enum tn_status open_badge(const struct tn_mint *mint, struct tn_stmt *stmt,
                                 struct tn_minted *item)
{
    const struct tn_bytes sealed = tn_col_bytes(stmt, 5);
    tn_col_id(stmt, 4, &item->id);
    (void)snprintf(item->code, sizeof(item->code), "%s", tn_col_text(stmt, 6));
    if (sealed.len != TN_VAULT_SECRET_SIZE) {
        return TN_ERR_DAMAGED;
    }
    item->badge.type = TN_BADGE_LEARNER;
    return tn_vault_open(mint->keyring, sealed.data, item->badge.secret);
}

static enum tn_status take_learner(const struct tn_mint *mint, struct tn_stmt *stmt,
                                   struct tn_minted *item)
{
    tn_col_id(stmt, 0, &item->card.learner);
    /* A learner who opted out of directories is greeted without a name, and has none on paper. */
    if (tn_col_int(stmt, 3) == 0) {
        (void)snprintf(item->card.display, sizeof(item->card.display), "%s", tn_col_text(stmt, 1));
    }
    (void)snprintf(item->card.lang, sizeof(item->card.lang), "%s", tn_col_text(stmt, 2));
    item->is_hidden = tn_col_int(stmt, 8) != 0;
    item->is_new = tn_col_is_null(stmt, 4);
    return item->is_new ? TN_OK : open_badge(mint, stmt, item);
}

/* Whether a learner, or a blank badge, is one of those that are asked for. A learner who was merged
 * has their old badges, which are printed again where they are named. */
static bool is_wanted(const struct tn_mint *mint, struct tn_stmt *stmt)
{
    struct tn_id learner;
    struct tn_id badge;
    tn_col_id(stmt, 0, &learner);
    tn_col_id(stmt, 4, &badge);
    for (size_t i = 0; i < mint->only_count; i++) {
        const struct tn_badge_named *one = &mint->only[i];
        if (tn_id_is_none(&one->learner) ? tn_id_equal(&one->badge, &badge)
                                         : tn_id_equal(&one->learner, &learner)) {
            return true;
        }
    }
    return mint->only == NULL && tn_col_is_null(stmt, 9);
}

/* Counts a badge whose secret is not here: one that a kiosk made needs no printing, and one that
 * retention was at is of an event that is over. */
static bool is_left_out(struct tn_stmt *stmt, struct tn_minted_list *list)
{
    if (tn_col_is_null(stmt, 4) || tn_col_bytes(stmt, 5).len > 0) {
        return false;
    }
    ++*(tn_col_int(stmt, 7) < HANDED_BY_KIOSK ? &list->past : &list->unprintable);
    return true;
}

static enum tn_status load_learners(const struct tn_mint *mint, struct tn_minted_list *list)
{
    static const char sql[] =
        "SELECT l.id, l.display, l.lang, l.directory_opt_out, b.id, b.secret, b.code,"
        " b.handed, " IS_HIDDEN ", m.root FROM learner l" ROOT "LEFT JOIN badge b ON b.ecosystem ="
        " l.ecosystem AND b.event = $1 AND b.learner = l.id AND b.status = 'active' WHERE"
        " l.ecosystem = $2 AND (m.root IS NULL OR b.id IS NOT NULL) AND l.erased_at IS NULL"
        " ORDER BY l.display, l.id, b.issued, b.id";
    struct tn_stmt *stmt = NULL;
    bool has_row = true;
    enum tn_status status = tn_db_prepare(mint->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 1, &mint->event.id);
    tn_bind_int(stmt, 2, mint->centre->no);
    while (status == TN_OK && has_row) {
        status = tn_step(stmt, &has_row);
        if (status == TN_OK && has_row && !is_wanted(mint, stmt)) {
            continue;
        }
        if (status == TN_OK && has_row && !is_left_out(stmt, list)) {
            struct tn_minted *item = tn_minted_add(list);
            status = item == NULL ? TN_ERR_NO_MEMORY : take_learner(mint, stmt, item);
        }
    }
    tn_reset(stmt);
    return status;
}

/* The columns are those of load_learners, so that open_badge takes both. */
static enum tn_status load_blanks(const struct tn_mint *mint, struct tn_minted_list *list)
{
    static const char sql[] =
        "SELECT NULL, 0, 0, 0, id, secret, code, handed, 0, NULL FROM badge WHERE ecosystem = $1"
        " AND event = $2 AND learner IS NULL AND status = 'active'"
        " AND handed = 0 ORDER BY issued, id";
    struct tn_stmt *stmt = NULL;
    bool has_row = true;
    enum tn_status status = tn_db_prepare(mint->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, mint->centre->no);
    tn_bind_id(stmt, 2, &mint->event.id);
    while (status == TN_OK && has_row) {
        status = tn_step(stmt, &has_row);
        if (status == TN_OK && has_row && is_wanted(mint, stmt) && !is_left_out(stmt, list)) {
            struct tn_minted *item = tn_minted_add(list);
            status = item == NULL ? TN_ERR_NO_MEMORY : open_badge(mint, stmt, item);
        }
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status is_code_taken(const struct tn_mint *mint, const char *code, bool *is_taken)
{
    static const char sql[] = "SELECT 1 FROM badge WHERE ecosystem = $1 AND code = $2";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(mint->centre->db, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_int(stmt, 1, mint->centre->no);
        tn_bind_text(stmt, 2, code);
        status = tn_step(stmt, is_taken);
        tn_reset(stmt);
    }
    return status;
}

/* Draws until the code is nobody else's. */
static enum tn_status draw_badge(const struct tn_mint *mint, const struct tn_key *key,
                                 struct tn_minted *item)
{
    enum tn_status status = TN_OK;
    bool is_taken = true;
    for (int i = 0; status == TN_OK && is_taken && i < REDRAWS_MAX; i++) {
        tn_badge_mint(TN_BADGE_LEARNER, key, &mint->random, &item->badge);
        item->id = tn_badge_id(&item->badge);
        tn_badge_code(&item->id, item->code);
        status = is_code_taken(mint, item->code, &is_taken);
    }
    if (status == TN_OK && is_taken) {
        tn_log(TN_LOG_ERROR, "no free badge code was found; this ecosystem has too many badges");
        return TN_ERR_LIMIT;
    }
    return status;
}

static enum tn_status insert_badge(const struct tn_mint *mint, const struct tn_minted *item)
{
    static const char sql[] =
        "INSERT INTO badge (ecosystem, id, learner, event, code, issued, status, secret, card)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $8)";
    uint8_t sealed[TN_VAULT_SECRET_SIZE];
    uint8_t card[TN_CARD_SIZE];
    const bool has_card = !tn_id_is_none(&item->card.learner);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_vault_seal(&mint->centre->vault_key, item->badge.secret, sealed);
    if (status == TN_OK && has_card) {
        status = tn_card_seal(&item->card, &item->badge, &mint->random, card);
    }
    if (status == TN_OK) {
        status = tn_db_prepare(mint->centre->db, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, mint->centre->no);
    tn_bind_id(stmt, 2, &item->id);
    tn_bind_id(stmt, 3, &item->card.learner);
    tn_bind_id(stmt, 4, &mint->event.id);
    tn_bind_text(stmt, 5, item->code);
    tn_bind_int(stmt, 6, mint->now_ms);
    tn_bind_bytes(stmt, 7, (struct tn_bytes){sealed, sizeof(sealed)});
    if (has_card) {
        tn_bind_bytes(stmt, 8, (struct tn_bytes){card, sizeof(card)});
    } else {
        tn_bind_null(stmt, 8);
    }
    return tn_run(stmt);
}

/* Tells whether the card that is stored says what it would say now. */
static enum tn_status is_card_fresh(const struct tn_mint *mint, const struct tn_minted *item,
                                    bool *is_fresh)
{
    static const char sql[] = "SELECT card FROM badge WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    struct tn_card card = {0};
    enum tn_status status = tn_db_prepare(mint->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, mint->centre->no);
    tn_bind_id(stmt, 2, &item->id);
    status = tn_step(stmt, &has_row);
    *is_fresh = status == TN_OK && has_row &&
                tn_card_open(tn_col_bytes(stmt, 0), &item->badge, &card) == TN_OK &&
                tn_id_equal(&card.learner, &item->card.learner) &&
                strcmp(card.display, item->card.display) == 0 &&
                strcmp(card.lang, item->card.lang) == 0;
    tn_reset(stmt);
    tn_card_wipe(&card);
    return status;
}

static enum tn_status renew_card(const struct tn_mint *mint, const struct tn_minted *item)
{
    static const char sql[] = "UPDATE badge SET card = $1 WHERE ecosystem = $2 AND id = $3";
    uint8_t card[TN_CARD_SIZE];
    struct tn_stmt *stmt = NULL;
    bool is_fresh = false;
    enum tn_status status = is_card_fresh(mint, item, &is_fresh);
    if (status != TN_OK || is_fresh) {
        return status;
    }
    status = tn_card_seal(&item->card, &item->badge, &mint->random, card);
    if (status == TN_OK) {
        status = tn_db_prepare(mint->centre->db, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 1, (struct tn_bytes){card, sizeof(card)});
    tn_bind_int(stmt, 2, mint->centre->no);
    tn_bind_id(stmt, 3, &item->id);
    return tn_run(stmt);
}

static void give_secret(void *ctx, void *out, size_t len)
{
    memcpy(out, ctx, len < TN_BADGE_SECRET_SIZE ? len : TN_BADGE_SECRET_SIZE);
}

/* A badge minted from a secret that is known has the tag that goes with it. */
static void make_tag(struct tn_badge *badge, const struct tn_key *key)
{
    uint8_t secret[TN_BADGE_SECRET_SIZE];
    memcpy(secret, badge->secret, sizeof(secret));
    const struct tn_random known = {give_secret, secret};
    tn_badge_mint(TN_BADGE_LEARNER, key, &known, badge);
    sodium_memzero(secret, sizeof(secret));
}

static enum tn_status settle_badge(const struct tn_mint *mint, const struct tn_key *key,
                                   struct tn_minted *item)
{
    if (!item->is_new) {
        make_tag(&item->badge, key);
        return tn_id_is_none(&item->card.learner) ? TN_OK : renew_card(mint, item);
    }
    enum tn_status status = draw_badge(mint, key, item);
    return status == TN_OK ? insert_badge(mint, item) : status;
}

/* What the new badge's card will say: that of the learner who has the old one. */
static enum tn_status take_holder(const struct tn_mint *mint, const struct tn_id *old,
                                  struct tn_minted *out)
{
    static const char sql[] =
        "SELECT l.id, l.display, l.lang, l.directory_opt_out, NULL, NULL, NULL, b.status,"
        " " IS_HIDDEN " FROM badge b LEFT JOIN learner l ON l.ecosystem = b.ecosystem AND l.id ="
        " b.learner AND l.erased_at IS NULL" ROOT "WHERE b.ecosystem = $1 AND b.id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(mint->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, old);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row && tn_col_is_null(stmt, 0)) {
        tn_log(TN_LOG_ERROR, "this badge is nobody's yet; print it again with `badges --only`");
        status = TN_ERR_STATE;
    } else if (status == TN_OK && has_row && strcmp(tn_col_text(stmt, 7), "replaced") == 0) {
        tn_log(TN_LOG_ERROR, "this badge was replaced already; `badge show` says by which");
        status = TN_ERR_STATE;
    } else if (status == TN_OK && has_row) {
        status = take_learner(mint, stmt, out);
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_mint_reissue(const struct tn_mint *mint, const struct tn_id *old,
                               struct tn_minted *out)
{
    *out = (struct tn_minted){0};
    if (!has_keys(mint)) {
        return TN_ERR_STATE;
    }
    struct tn_key key = tn_keyring_badge_key(mint->keyring, &mint->event.id);
    enum tn_status status = take_holder(mint, old, out);
    if (status == TN_OK) {
        out->is_new = true;
        status = settle_badge(mint, &key, out);
    }
    if (status == TN_OK) {
        status = tn_badge_replace(mint->centre, old, &out->id, mint->now_ms);
    }
    sodium_memzero(&key, sizeof(key));
    return status;
}
