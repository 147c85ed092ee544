/* Cards of badges that were given out at a kiosk without one: printed blanks, whose secret the
 * vault holds. The nonce follows from the secret and what the card says, so that the same card is
 * the same bytes at every centre. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "sync/central/groups.h"
#include "sync/central/handouts.h"

#define CARDS_AT_ONCE 64

/* A badge without a card, and what its card is to say. */
struct bare {
    struct tn_id id;
    struct tn_card card;
    uint8_t secret[TN_VAULT_SECRET_SIZE];
};

static enum tn_status read_bare(struct tn_centre *centre, struct bare out[CARDS_AT_ONCE],
                                size_t *count)
{
    static const char sql[] =
        "SELECT b.id, b.secret, l.id, CASE WHEN l.directory_opt_out = 0 THEN l.display ELSE '' END,"
        " l.lang FROM badge b JOIN learner l ON l.ecosystem = b.ecosystem AND l.id = b.learner"
        " WHERE b.ecosystem = $1 AND b.handed > 0 AND b.card IS NULL AND length(b.secret) = $2"
        " ORDER BY b.id LIMIT $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, TN_VAULT_SECRET_SIZE);
    tn_bind_int(stmt, 3, CARDS_AT_ONCE);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct bare *bare = &out[(*count)++];
        *bare = (struct bare){0};
        tn_col_id(stmt, 0, &bare->id);
        memcpy(bare->secret, tn_col_bytes(stmt, 1).data, sizeof bare->secret);
        tn_col_id(stmt, 2, &bare->card.learner);
        (void)snprintf(bare->card.display, sizeof bare->card.display, "%s", tn_col_text(stmt, 3));
        (void)snprintf(bare->card.lang, sizeof bare->card.lang, "%s", tn_col_text(stmt, 4));
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status make_card(struct tn_centre *centre, const struct tn_keyring *keyring,
                                const struct bare *bare)
{
    static const char sql[] = "UPDATE badge SET card = $1 WHERE ecosystem = $2 AND id = $3";
    struct tn_badge badge = {.type = TN_BADGE_LEARNER};
    uint8_t card[TN_CARD_SIZE];
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_vault_open(keyring, bare->secret, badge.secret);
    if (status == TN_OK) {
        status = tn_sealing_card(&bare->card, &badge, card);
    }
    tn_badge_wipe(&badge);
    if (status == TN_OK) {
        status = tn_db_prepare(centre->db, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 1, (struct tn_bytes){card, sizeof card});
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_id(stmt, 3, &bare->id);
    return tn_run(stmt);
}

enum tn_status tn_handout_cards(struct tn_centre *centre, const struct tn_keyring *keyring)
{
    struct bare bare[CARDS_AT_ONCE];
    size_t count = 0;
    enum tn_status status = read_bare(centre, bare, &count);
    while (status == TN_OK && count > 0) {
        for (size_t i = 0; i < count && status == TN_OK; i++) {
            status = make_card(centre, keyring, &bare[i]);
        }
        status = status == TN_OK ? read_bare(centre, bare, &count) : status;
    }
    sodium_memzero(bare, sizeof bare);
    return status;
}
