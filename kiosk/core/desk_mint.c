/* Badges to hand out: minted here, or blank ones on paper. A minted one is drawn again while its
 * code is one that this station knows of already: those of the pack's cards and revoked badges, and
 * whatever was scanned, handed out or replaced here. That reads every card's badge id (some
 * milliseconds for 20,000), before the transaction and for something that takes a person minutes.
 */
#include <string.h>

#include <sodium.h>

#include "kiosk/core/desk_impl.h"

/* A second clash in a row among a million badges is one in ten thousand; a tenth says that
 * something else is wrong. */
#define DRAWS_MAX 10

static const char pack_badges[] = "SELECT badge FROM card UNION ALL SELECT badge FROM revoked";
static const char own_badges[] =
    "SELECT who FROM presence UNION ALL SELECT who FROM stamp UNION ALL "
    "SELECT badge FROM walkin_card UNION ALL SELECT badge FROM retired UNION ALL "
    "SELECT badge FROM alias";

/* TN_ERR_EXISTS where one of the badges that sql lists has this code. */
static enum tn_status compare(sqlite3 *db, const char *sql, const char *code)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_id badge;
    char other[TN_BADGE_CODE_SIZE];
    enum tn_status status = db == NULL ? TN_ERR_NOT_FOUND : tn_sql_prepare(db, sql, &stmt);
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        if (tn_sql_get_fixed(stmt, 0, badge.b, sizeof badge.b)) {
            tn_badge_code(&badge, other);
            status = strcmp(code, other) == 0 ? TN_ERR_EXISTS : TN_OK;
        }
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status check_code(struct tn_station *station, const struct tn_badge *badge)
{
    char code[TN_BADGE_CODE_SIZE];
    const struct tn_id id = tn_badge_id(badge);
    tn_badge_code(&id, code);
    enum tn_status status = tn_pack_file_status(compare(station->pack.db, pack_badges, code));
    return status == TN_OK || status == TN_ERR_NOT_FOUND ? compare(station->db, own_badges, code)
                                                         : status;
}

enum tn_status tn_station_mint(struct tn_station *station, struct tn_badge *out)
{
    *out = (struct tn_badge){0};
    enum tn_status status = TN_ERR_EXISTS;
    if (station->pack.badge_keys_count == 0) {
        return TN_ERR_STATE;
    }
    for (int i = 0; status == TN_ERR_EXISTS && i < DRAWS_MAX; i++) {
        tn_badge_mint(TN_BADGE_LEARNER, &station->pack.badge_keys[0], &station->random, out);
        status = check_code(station, out);
    }
    if (status != TN_OK) {
        tn_badge_wipe(out);
    }
    return status;
}

/* TN_ERR_NOT_FOUND: the pack says nothing of this badge. A card that cannot be read is somebody's
 * all the same; where the pack cannot be asked, the badge is nobody's to give away. */
static enum tn_status find_in_pack(struct tn_station *station, const struct tn_id *badge)
{
    uint8_t sealed[TN_CARD_SIZE];
    enum tn_status status = tn_pack_file_card(&station->pack, badge, sealed);
    if (status == TN_ERR_NOT_FOUND) {
        status = tn_pack_file_revoked(&station->pack, badge);
    }
    return status == TN_OK || status == TN_ERR_DAMAGED ? TN_ERR_EXISTS : status;
}

/* Somebody's: there is a card for it, or it was given back. */
static enum tn_status check_free(struct tn_station *station, const struct tn_id *badge)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = find_in_pack(station, badge);
    if (status != TN_ERR_NOT_FOUND) {
        return status;
    }
    status = tn_sql_prepare(station->db,
                            "SELECT 1 FROM walkin_card WHERE badge = ?1 UNION ALL "
                            "SELECT 1 FROM retired WHERE badge = ?1 UNION ALL "
                            "SELECT 1 FROM alias WHERE badge = ?1 LIMIT 1",
                            &stmt);
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, badge);
        status = tn_sql_row(stmt);
        status = status == TN_OK ? TN_ERR_EXISTS : status;
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_station_blank(struct tn_station *station, const char *text, struct tn_badge *out)
{
    if (tn_badge_decode(text, strlen(text), out) != TN_OK || out->type != TN_BADGE_LEARNER) {
        tn_badge_wipe(out);
        return TN_ERR_FORGED;
    }
    const struct tn_id id = tn_badge_id(out);
    enum tn_status status = TN_OK;
    if (station->pack.badge_keys_count == 0) {
        status = TN_ERR_STATE;
    } else if (!tn_station_knows_tag(station, out)) {
        status = TN_ERR_FORGED;
    } else {
        status = check_free(station, &id);
    }
    if (status != TN_OK) {
        tn_badge_wipe(out);
    }
    return status;
}

enum tn_status tn_station_new_badge(struct tn_station *station, const char *blank,
                                    struct tn_badge *badge, struct tn_handed *handed)
{
    enum tn_status status =
        blank == NULL ? tn_station_mint(station, badge) : tn_station_blank(station, blank, badge);
    if (status != TN_OK) {
        return status;
    }
    if (blank == NULL) {
        tn_badge_encode(badge, handed->digits);
    }
    handed->badge = tn_badge_id(badge);
    tn_badge_code(&handed->badge, handed->code);
    return TN_OK;
}

/* Runs a statement that takes one id and gives one; *out stays as it was, and the status is
 * TN_ERR_NOT_FOUND, where it gives no row. */
static enum tn_status ask(struct tn_station *station, const char *sql, const struct tn_id *id,
                          struct tn_id *out)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_id found = {{0}};
    enum tn_status status = tn_sql_prepare(station->db, sql, &stmt);
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, id);
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK) {
        status = tn_sql_get_fixed(stmt, 0, found.b, sizeof found.b) ? TN_OK : tn_sql_bad_row(stmt);
    }
    (void)sqlite3_finalize(stmt);
    *out = status == TN_OK ? found : *out;
    return status;
}

/* The directory names the badge of its day, and a code may be of any that they ever had; here it
 * may have been replaced since, even twice. A badge that was replaced has an alias: its learner, or
 * where nobody knew whose it was, the badge that came last. A good one has only a learner. */
enum tn_status tn_station_badge_now(struct tn_station *station, struct tn_id *learner,
                                    struct tn_id *badge)
{
    static const char alias[] = "SELECT who FROM alias WHERE badge = ?";
    static const char newest[] = "SELECT badge FROM alias WHERE who = ? AND "
                                 "badge NOT IN (SELECT badge FROM retired) LIMIT 1";
    struct tn_id who = *learner;
    enum tn_status status = tn_id_is_none(badge) ? TN_OK : tn_station_retired(station, badge);
    const bool is_gone = status == TN_OK;
    if (tn_id_is_none(&who) && (is_gone || status == TN_ERR_NOT_FOUND)) {
        const enum tn_status asked = ask(station, alias, badge, &who);
        status = asked == TN_OK || asked == TN_ERR_NOT_FOUND ? status : asked;
        *learner = is_gone ? *learner : who;
    }
    if (status != TN_OK || tn_id_is_none(&who)) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    status = ask(station, newest, &who, badge);
    if (status == TN_OK) {
        *learner = who;
    } else if (status == TN_ERR_NOT_FOUND && tn_id_is_none(learner)) {
        *badge = who;
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}
