/* Merges are few beside badges, so all such cards of an event are made anew each time and written
 * where they differ; their nonces follow from what they say, so that they mostly do not. They are
 * read a page at a time, since a statement that reads must not run while rows are written. */
#include "sync/central/merged_cards.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "sync/central/groups.h"
#include "sync/central/merge.h"
#include "turnout/card.h"

#define CARDS_AT_ONCE 64

struct merged_badge {
    struct tn_id id;
    struct tn_card card; /* what it is to say */
    uint8_t secret[TN_VAULT_SECRET_SIZE];
    uint8_t kept[TN_CARD_SIZE]; /* what is there; zero where nothing is */
};

static void take_badge(struct tn_stmt *stmt, struct merged_badge *out)
{
    const struct tn_bytes kept = tn_col_bytes(stmt, 5);
    *out = (struct merged_badge){0};
    tn_col_id(stmt, 0, &out->id);
    memcpy(out->secret, tn_col_bytes(stmt, 1).data, sizeof out->secret);
    tn_col_id(stmt, 2, &out->card.learner);
    (void)snprintf(out->card.display, sizeof out->card.display, "%s", tn_col_text(stmt, 3));
    (void)snprintf(out->card.lang, sizeof out->card.lang, "%s", tn_col_text(stmt, 4));
    if (kept.len == sizeof out->kept) {
        memcpy(out->kept, kept.data, kept.len);
    }
}

#define IS_HIDDEN TN_MERGE_IS_HIDDEN("l.ecosystem", "l.id")

/* Whose badges want another card, and whom it is to name: those who were merged, and whoever is
 * kept where one of those opted out. */
#define WHOSE                                                                                      \
    "SELECT m.learner, m.root FROM merged m WHERE m.ecosystem = $1 UNION SELECT m.root, m.root"    \
    " FROM merged m JOIN learner o ON o.ecosystem = m.ecosystem AND o.id = m.learner WHERE"        \
    " m.ecosystem = $1 AND o.directory_opt_out <> 0"

/* The next page of badges after `last`; a blank id begins. */
static enum tn_status read_page(struct tn_centre *centre, const struct tn_id *event,
                                const struct tn_id *last, struct merged_badge *out, size_t *count)
{
    static const char sql[] =
        "SELECT b.id, b.secret, l.id, CASE WHEN l.directory_opt_out <> 0 OR " IS_HIDDEN
        " THEN '' ELSE l.display END, l.lang, c.card FROM (" WHOSE ") x JOIN badge b ON b.ecosystem"
        " = $1 AND b.learner = x.learner JOIN learner l ON l.ecosystem = b.ecosystem AND l.id ="
        " x.root LEFT JOIN merged_card c ON c.ecosystem = b.ecosystem AND c.badge = b.id AND"
        " c.learner = x.root WHERE b.event = $2 AND b.id > $3 AND length(b.secret) = $4 AND"
        " b.status NOT IN ('revoked', 'replaced', 'void') AND l.erased_at IS NULL ORDER BY b.id"
        " LIMIT $5";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){last->b, tn_id_is_none(last) ? 0 : TN_ID_SIZE});
    tn_bind_int(stmt, 4, TN_VAULT_SECRET_SIZE);
    tn_bind_int(stmt, 5, CARDS_AT_ONCE);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        take_badge(stmt, &out[(*count)++]);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status make_card(struct tn_centre *centre, const struct tn_keyring *keyring,
                                const struct merged_badge *one)
{
    static const char sql[] =
        "INSERT INTO merged_card (ecosystem, badge, learner, card) VALUES ($1, $2, $3, $4) ON"
        " CONFLICT (ecosystem, badge) DO UPDATE SET learner = excluded.learner, card ="
        " excluded.card";
    struct tn_badge badge = {.type = TN_BADGE_LEARNER};
    uint8_t card[TN_CARD_SIZE] = {0};
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_vault_open(keyring, one->secret, badge.secret);
    if (status == TN_OK) {
        status = tn_sealing_card(&one->card, &badge, card);
    }
    tn_badge_wipe(&badge);
    if (status != TN_OK || memcmp(card, one->kept, sizeof card) == 0) {
        return status;
    }
    status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &one->id);
    tn_bind_id(stmt, 3, &one->card.learner);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){card, sizeof card});
    return tn_run(stmt);
}

static enum tn_status make_all(struct tn_centre *centre, const struct tn_keyring *keyring,
                               const struct tn_id *event)
{
    struct merged_badge page[CARDS_AT_ONCE];
    struct tn_id last = {{0}};
    size_t count = 0;
    enum tn_status status = read_page(centre, event, &last, page, &count);
    while (status == TN_OK && count > 0) {
        for (size_t i = 0; i < count && status == TN_OK; i++) {
            status = make_card(centre, keyring, &page[i]);
        }
        last = page[count - 1].id;
        status = status == TN_OK ? read_page(centre, event, &last, page, &count) : status;
    }
    sodium_memzero(page, sizeof page);
    return status;
}

enum tn_status tn_merged_cards(struct tn_centre *centre, const struct tn_keyring *keyring,
                               const struct tn_id *event)
{
    if (!keyring->has_vault) {
        return TN_OK;
    }
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = make_all(centre, keyring, event);
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}
