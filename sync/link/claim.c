/* A station that was set up by a card comes home for the first time. The token on its card says
 * which station it is; what name and role it has is the centre's own word, and not the card's. A
 * card is good for one kiosk: a second one's entries are held until a person has looked. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "sync/link/enrol.h"
#include "turnout/log.h"

/* What the centre knows of a card. */
struct enrolment {
    bool is_there;
    bool is_used;
    bool is_ours; /* used, by this very kiosk */
    struct tn_enrolled what;
};

static enum tn_status find(struct tn_centre *centre, const struct tn_hash *token,
                           const struct tn_public_key *key, struct enrolment *out)
{
    static const char sql[] = "SELECT station, role, event, activity, device_key FROM enrolment"
                              " WHERE ecosystem = $1 AND token_hash = $2";
    struct tn_stmt *stmt = NULL;
    *out = (struct enrolment){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){token->b, TN_HASH_SIZE});
    status = tn_step(stmt, &out->is_there);
    if (status == TN_OK && out->is_there) {
        struct tn_bytes used = tn_col_bytes(stmt, 4);
        (void)snprintf(out->what.station, sizeof out->what.station, "%s", tn_col_text(stmt, 0));
        (void)snprintf(out->what.role, sizeof out->what.role, "%s", tn_col_text(stmt, 1));
        tn_col_id(stmt, 2, &out->what.event);
        tn_col_id(stmt, 3, &out->what.activity);
        out->is_used = used.len > 0;
        out->is_ours =
            used.len == TN_PUBLIC_KEY_SIZE && memcmp(used.data, key->b, TN_PUBLIC_KEY_SIZE) == 0;
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status use(struct tn_centre *centre, const struct tn_hash *token,
                          const struct tn_public_key *key, int64_t now_ms)
{
    static const char sql[] = "UPDATE enrolment SET device_key = $1, used = $2 WHERE ecosystem = $3"
                              " AND token_hash = $4";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 1, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    tn_bind_int(stmt, 2, now_ms);
    tn_bind_int(stmt, 3, centre->no);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){token->b, TN_HASH_SIZE});
    return tn_run(stmt);
}

/* A kiosk that is known already was set up again: its logs go on under the new name and role. */
static enum tn_status rename_logs(struct tn_centre *centre, const struct tn_enrolled *what,
                                  const struct tn_public_key *key)
{
    static const char sql[] = "UPDATE kiosk SET station = $1, role = $2, event = $3, activity = $4"
                              " WHERE ecosystem = $5 AND pubkey = $6";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 1, what->station);
    tn_bind_text(stmt, 2, what->role);
    tn_bind_id(stmt, 3, &what->event);
    tn_bind_id(stmt, 4, &what->activity);
    tn_bind_int(stmt, 5, centre->no);
    tn_bind_bytes(stmt, 6, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    return tn_run(stmt);
}

enum tn_status tn_enrol_add_log(struct tn_centre *centre, const struct tn_enrolled *what,
                                const struct tn_station_info *info)
{
    static const char sql[] =
        "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role, event, activity,"
        " head) SELECT $1, (SELECT coalesce(max(log_no), 0) + 1 FROM kiosk WHERE ecosystem = $1),"
        " $2, $3, $4, $5, $6, $7, $8 WHERE NOT EXISTS (SELECT 1 FROM kiosk WHERE ecosystem = $1"
        " AND pubkey = $3)";
    static const uint8_t zeros[TN_HASH_SIZE] = {0};
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &info->log);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){info->device_key.b, TN_PUBLIC_KEY_SIZE});
    tn_bind_text(stmt, 4, what->station);
    tn_bind_text(stmt, 5, what->role);
    tn_bind_id(stmt, 6, &what->event);
    tn_bind_id(stmt, 7, &what->activity);
    tn_bind_bytes(stmt, 8, (struct tn_bytes){zeros, TN_HASH_SIZE});
    return tn_run(stmt);
}

static enum tn_status claim(struct tn_centre *centre, const struct tn_hash *token,
                            const struct tn_station_info *info, int64_t now_ms)
{
    struct enrolment e;
    enum tn_status status = find(centre, token, &info->device_key, &e);
    if (status != TN_OK || !e.is_there || e.is_ours) {
        return status;
    }
    if (e.is_used) {
        tn_log(TN_LOG_WARN,
               "%s: another kiosk was set up with this card before; set this one up "
               "with a card of its own (`turnout-sync station new --out card.pdf`)",
               e.what.station);
        return TN_OK;
    }
    status = use(centre, token, &info->device_key, now_ms);
    if (status == TN_OK) {
        status = rename_logs(centre, &e.what, &info->device_key);
    }
    return status == TN_OK ? tn_enrol_add_log(centre, &e.what, info) : status;
}

enum tn_status tn_enrol_claim(struct tn_centre *centre, struct tn_station *station,
                              const struct tn_station_info *info, int64_t now_ms)
{
    struct tn_id token;
    if (!tn_id_equal(&info->ecosystem, &centre->id)) {
        return TN_OK;
    }
    enum tn_status status = tn_station_token(station, &token);
    if (status != TN_OK) {
        return status;
    }
    struct tn_hash hash = tn_enrol_token_hash(&token);
    struct enrolment e;
    sodium_memzero(&token, sizeof token);
    /* Mostly there is nothing to write, and then nobody has to wait. */
    status = find(centre, &hash, &info->device_key, &e);
    if (status != TN_OK || !e.is_there || e.is_ours) {
        return status;
    }
    status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = claim(centre, &hash, info, now_ms);
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}
