/* Minting staff cards. The centre keeps what a card unwraps, never its secret: a lost card is
 * revoked and another made. */
#include "sync/central/staff_cards.h"

#include <sodium.h>

#include "sync/central/text.h"

void tn_staff_draw(const struct tn_keyring *keyring, const struct tn_staff_new *what,
                   const struct tn_random *random, struct tn_badge *badge,
                   struct tn_staff_card *out)
{
    struct tn_key badge_key = tn_keyring_badge_key(keyring, &what->event);
    struct tn_key directory_key = tn_keyring_directory_key(keyring, &what->event);
    *out = (struct tn_staff_card){.until_ms = what->until_ms};
    tn_badge_mint(TN_BADGE_STAFF, &badge_key, random, badge);
    tn_staff_wrap(badge, &directory_key, random, out->wrapped);
    out->id = tn_badge_id(badge);
    tn_text_cut(what->name, out->name, sizeof out->name);
    sodium_memzero(&badge_key, sizeof badge_key);
    sodium_memzero(&directory_key, sizeof directory_key);
}

enum tn_status tn_staff_insert(struct tn_centre *centre, const struct tn_id *event,
                               const struct tn_staff_card *card)
{
    static const char sql[] = "INSERT INTO staff_card (ecosystem, id, event, name, until, wrapped)"
                              " VALUES ($1, $2, $3, $4, $5, $6)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &card->id);
    tn_bind_id(stmt, 3, event);
    tn_bind_text(stmt, 4, card->name);
    tn_bind_int(stmt, 5, card->until_ms);
    tn_bind_bytes(stmt, 6, (struct tn_bytes){card->wrapped, sizeof card->wrapped});
    return tn_run(stmt);
}

enum tn_status tn_staff_mint(struct tn_centre *centre, const struct tn_keyring *keyring,
                             const struct tn_staff_new *what, const struct tn_random *random,
                             struct tn_badge *badge)
{
    struct tn_staff_card card;
    tn_staff_draw(keyring, what, random, badge, &card);
    return tn_staff_insert(centre, &what->event, &card);
}
