/* A station that was set up by a card comes home for the first time. The token on its card says
 * which station it is; what name and role it has is the centre's own word, and not the card's. A
 * card is good for one kiosk: a second one's entries are held until a person has looked. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "sync/central/logs.h"
#include "sync/link/enrol.h"
#include "turnout/log.h"

/* What the centre knows of a card. */
struct enrolment {
    bool is_there;
    bool is_used;
    bool is_ours; /* used, by this very kiosk */
    struct tn_enrolled what;
    struct tn_hash token; /* its hash */
};

/* Cards whose hash begins as the proof's does; one is theirs where the rest of the proof holds. */
static const char find_sql[] =
    "SELECT station, role, event, activity, device_key, token_hash FROM enrolment"
    " WHERE ecosystem = $1 AND token_hash >= $2 AND token_hash <= $3";

static bool is_proved(const struct tn_hello *hello, struct tn_bytes hash, struct tn_hash *out)
{
    uint8_t proof[TN_TOKEN_PROOF_SIZE];
    if (hash.len != TN_HASH_SIZE) {
        return false;
    }
    memcpy(out->b, hash.data, TN_HASH_SIZE);
    tn_token_prove(out, &hello->device_key, proof);
    return sodium_memcmp(proof, hello->token, sizeof proof) == 0;
}

static enum tn_status find(struct tn_centre *centre, const struct tn_hello *hello,
                           struct enrolment *out)
{
    uint8_t from[TN_HASH_SIZE];
    uint8_t to[TN_HASH_SIZE];
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct enrolment){0};
    enum tn_status status = tn_centre_prepare(centre, find_sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    memset(from, 0, sizeof from);
    memset(to, 0xff, sizeof to);
    memcpy(from, hello->token, TN_TOKEN_NAME_SIZE);
    memcpy(to, hello->token, TN_TOKEN_NAME_SIZE);
    tn_bind_bytes(stmt, 2, (struct tn_bytes){from, sizeof from});
    tn_bind_bytes(stmt, 3, (struct tn_bytes){to, sizeof to});
    while (!out->is_there && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_bytes used = tn_col_bytes(stmt, 4);
        out->is_there = is_proved(hello, tn_col_bytes(stmt, 5), &out->token);
        (void)snprintf(out->what.station, sizeof out->what.station, "%s", tn_col_text(stmt, 0));
        (void)snprintf(out->what.role, sizeof out->what.role, "%s", tn_col_text(stmt, 1));
        tn_col_id(stmt, 2, &out->what.event);
        tn_col_id(stmt, 3, &out->what.activity);
        out->is_used = used.len > 0;
        out->is_ours = used.len == TN_PUBLIC_KEY_SIZE &&
                       memcmp(used.data, hello->device_key.b, TN_PUBLIC_KEY_SIZE) == 0;
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
                                const struct tn_id *log, const struct tn_public_key *device)
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
    tn_bind_id(stmt, 2, log);
    tn_bind_bytes(stmt, 3, (struct tn_bytes){device->b, TN_PUBLIC_KEY_SIZE});
    tn_bind_text(stmt, 4, what->station);
    tn_bind_text(stmt, 5, what->role);
    tn_bind_id(stmt, 6, &what->event);
    tn_bind_id(stmt, 7, &what->activity);
    tn_bind_bytes(stmt, 8, (struct tn_bytes){zeros, TN_HASH_SIZE});
    return tn_run(stmt);
}

/* A card that another kiosk has used: its entries are kept for a person to look at, and so the
 * centre has to know this one as a guest. */
static enum tn_status note_guest(struct tn_centre *centre, const struct enrolment *e,
                                 const struct tn_public_key *key, int64_t now_ms)
{
    static const char sql[] = "INSERT INTO guest (ecosystem, device_key, token_hash, at) VALUES"
                              " ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    tn_bind_bytes(stmt, 3, (struct tn_bytes){e->token.b, TN_HASH_SIZE});
    tn_bind_int(stmt, 4, now_ms);
    return tn_run(stmt);
}

/* In a transaction; what is there is looked for again, since another may have been quicker. */
static enum tn_status claim(struct tn_centre *centre, const struct tn_hello *hello, int64_t now_ms)
{
    struct enrolment e;
    enum tn_status status = find(centre, hello, &e);
    if (status != TN_OK || !e.is_there || e.is_ours) {
        return status;
    }
    if (e.is_used) {
        return note_guest(centre, &e, &hello->device_key, now_ms);
    }
    status = use(centre, &e.token, &hello->device_key, now_ms);
    if (status == TN_OK) {
        status = rename_logs(centre, &e.what, &hello->device_key);
    }
    /* The log it writes is the last it names. */
    return status == TN_OK && hello->count > 0
               ? tn_enrol_add_log(centre, &e.what, &hello->logs[hello->count - 1].log,
                                  &hello->device_key)
               : status;
}

enum tn_status tn_enrol_claim(struct tn_centre *centre, const struct tn_hello *hello,
                              int64_t now_ms)
{
    struct enrolment e;
    if (!tn_id_equal(&hello->ecosystem, &centre->id) || !hello->has_token) {
        return TN_OK;
    }
    /* Mostly there is nothing to write, and then nobody has to wait. */
    bool is_known = false;
    enum tn_status status = find(centre, hello, &e);
    if (status != TN_OK || !e.is_there || e.is_ours) {
        return status;
    }
    if (e.is_used) {
        tn_log(TN_LOG_WARN,
               "%s: another kiosk was set up with this card before; set this one up "
               "with a card of its own (`turnout-sync station new --out card.pdf`)",
               e.what.station);
        status = tn_logs_is_guest(centre, &hello->device_key, &is_known);
    }
    if (status != TN_OK || is_known) {
        return status;
    }
    status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = claim(centre, hello, now_ms);
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}
