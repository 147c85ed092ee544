/* Statements on `kiosk` and `entry`. Entries are only ever appended, in (log_no, seq) order, which
 * is what keeps ingest near the disk's own speed. */
#include "sync/central/logs.h"

#include <string.h>

#define COLUMNS "log_no, log_id, pubkey, last_seq, head"
#define ENTRY_COLUMNS                                                                              \
    "ecosystem, log_no, seq, format, kind, at_ms, mono_ms, boot, event, activity, method, badge,"  \
    " learner, body, salt, who_hash, hash"
#define BRANCHES_MAX 1000 /* of branches, one off the other */

/* The hash of an entry of a row of kiosk. A join would say the same, and tempts SQLite into walking
 * every entry of the ecosystem for each question. Part of an SQL text. */
#define HASH_AT(log, seq)                                                                          \
    "(SELECT e.hash FROM entry e WHERE e.ecosystem = " log ".ecosystem AND e.log_no = " log        \
    ".log_no AND e.seq = " seq ")"

static struct tn_bytes hash_bytes(const struct tn_hash *hash)
{
    return (struct tn_bytes){hash->b, TN_HASH_SIZE};
}

static enum tn_status take_log(struct tn_stmt *stmt, struct tn_central_log *out)
{
    bool has_row = false;
    enum tn_status status = tn_step(stmt, &has_row);
    if (status == TN_OK && !has_row) {
        status = TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        struct tn_bytes key = tn_col_bytes(stmt, 2);
        struct tn_bytes head = tn_col_bytes(stmt, 4);
        out->no = tn_col_int(stmt, 0);
        tn_col_id(stmt, 1, &out->id);
        out->last = (uint64_t)tn_col_int(stmt, 3);
        if (key.len != TN_PUBLIC_KEY_SIZE || head.len != TN_HASH_SIZE) {
            status = TN_ERR_DAMAGED;
        } else {
            memcpy(out->device_key.b, key.data, key.len);
            head = tn_col_bytes(stmt, 4);
            memcpy(out->head.b, head.data, head.len);
        }
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_logs_get(struct tn_centre *centre, const struct tn_id *id,
                           struct tn_central_log *out)
{
    static const char sql[] = "SELECT " COLUMNS " FROM kiosk WHERE ecosystem = $1 AND log_id = $2";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    return take_log(stmt, out);
}

enum tn_status tn_logs_by_key(struct tn_centre *centre, const struct tn_public_key *key,
                              struct tn_central_log *out)
{
    /* By log_no itself SQLite would walk through all logs in that order. */
    static const char sql[] = "SELECT " COLUMNS " FROM kiosk WHERE ecosystem = $1 AND pubkey = $2"
                              " ORDER BY +log_no LIMIT 1";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    return take_log(stmt, out);
}

/* A revoked station's new log is not to be trusted from its first entry on. */
enum tn_status tn_logs_add(struct tn_centre *centre, const struct tn_central_log *like,
                           const struct tn_id *id, const struct tn_id *origin,
                           struct tn_central_log *out)
{
    static const char sql[] =
        "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role, event, activity,"
        " origin, last_seq, head, pack_epoch, pack_version, revoked_at, revoked_seq, derived_seq)"
        " SELECT ecosystem, (SELECT max(log_no) + 1 FROM kiosk WHERE ecosystem = $1), $2, pubkey,"
        " station, role, event, activity, $3, $4, $5, pack_epoch, pack_version, revoked_at,"
        " CASE WHEN revoked_at IS NULL THEN NULL WHEN $6 = 1 THEN revoked_seq ELSE 0 END, $7"
        " FROM kiosk WHERE ecosystem = $1 AND log_no = $8";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bool is_branch = !tn_id_is_none(origin);
    tn_bind_int(stmt, 1, centre->no);
    tn_bind_id(stmt, 2, id);
    tn_bind_id(stmt, 3, origin);
    tn_bind_int(stmt, 4, (int64_t)out->last);
    tn_bind_bytes(stmt, 5, hash_bytes(&out->head));
    tn_bind_int(stmt, 6, is_branch);
    tn_bind_int(stmt, 7, (int64_t)out->last);
    tn_bind_int(stmt, 8, like->no);
    status = tn_run(stmt);
    return status == TN_OK ? tn_logs_get(centre, id, out) : status;
}

enum tn_status tn_logs_move(struct tn_centre *centre, const struct tn_central_log *log,
                            int64_t now_ms)
{
    static const char sql[] = "UPDATE kiosk SET last_seq = $1, head = $2, last_seen = $3"
                              " WHERE ecosystem = $4 AND log_no = $5";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, (int64_t)log->last);
    tn_bind_bytes(stmt, 2, hash_bytes(&log->head));
    tn_bind_int(stmt, 3, now_ms);
    tn_bind_int(stmt, 4, centre->no);
    tn_bind_int(stmt, 5, log->no);
    return tn_run(stmt);
}

enum tn_status tn_logs_hash(struct tn_centre *centre, int64_t log_no, uint64_t seq,
                            struct tn_hash *out)
{
    static const char sql[] =
        "SELECT hash FROM entry WHERE ecosystem = $1 AND log_no = $2 AND seq = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct tn_hash){0};
    if (seq == 0) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log_no);
    tn_bind_int(stmt, 3, (int64_t)seq);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        struct tn_bytes hash = tn_col_bytes(stmt, 0);
        if (hash.len == TN_HASH_SIZE) {
            memcpy(out->b, hash.data, TN_HASH_SIZE);
        } else {
            status = TN_ERR_DAMAGED;
        }
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_logs_holding(struct tn_centre *centre, const struct tn_id *id, uint64_t seq,
                               const struct tn_hash *hash, struct tn_central_log *out)
{
    static const char sql[] =
        "SELECT " COLUMNS " FROM kiosk k WHERE ecosystem = $1 AND log_id = $2 AND " HASH_AT(
            "k", "$3") " = $4 UNION ALL SELECT " COLUMNS
                       " FROM kiosk k WHERE ecosystem = $1 AND origin = $2 AND " HASH_AT(
                           "k", "$3") " = $4";
    struct tn_stmt *stmt = NULL;
    if (seq == 0) {
        return tn_logs_get(centre, id, out);
    }
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    tn_bind_int(stmt, 3, (int64_t)seq);
    tn_bind_bytes(stmt, 4, hash_bytes(hash));
    return take_log(stmt, out);
}

/* Where a log branched off: the log that holds the entry before its first own one. TN_ERR_NOT_FOUND
 * for a log that is no branch, or whose own entries begin at or before seq. */
static enum tn_status parent_at(struct tn_centre *centre, int64_t log_no, int64_t seq,
                                int64_t *parent)
{
    static const char sql[] =
        "SELECT p.log_no FROM kiosk k JOIN fork f ON f.ecosystem = k.ecosystem AND f.branch_id ="
        " k.log_id JOIN kiosk p ON p.ecosystem = k.ecosystem AND (p.log_id = f.log_id OR p.origin ="
        " f.log_id) WHERE k.ecosystem = $1 AND k.log_no = $2 AND f.seq > $3 AND " HASH_AT(
            "p", "f.seq - 1") " = f.before";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log_no);
    tn_bind_int(stmt, 3, seq);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        *parent = tn_col_int(stmt, 0);
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_logs_owner(struct tn_centre *centre, int64_t log_no, int64_t seq, int64_t *owner)
{
    enum tn_status status = TN_OK;
    *owner = log_no;
    for (int i = 0; i < BRANCHES_MAX && status == TN_OK; i++) {
        status = parent_at(centre, *owner, seq, owner);
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status == TN_OK ? TN_ERR_LIMIT : status;
}

enum tn_status tn_logs_move_entries(struct tn_centre *centre, int64_t from, int64_t to,
                                    uint64_t seq)
{
    static const char sql[] = "UPDATE entry SET log_no = $1 WHERE ecosystem = $2 AND log_no = $3"
                              " AND seq >= $4";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, to);
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_int(stmt, 3, from);
    tn_bind_int(stmt, 4, (int64_t)seq);
    return tn_run(stmt);
}

/* Entries on their way into the table. */
struct feed {
    int64_t ecosystem;
    int64_t log_no;
    const struct tn_entry *at;
    const struct tn_entry *end;
};

static struct tn_value of_id(const struct tn_id *id)
{
    return tn_id_is_none(id) ? (struct tn_value){0} : tn_value_bytes(id->b, TN_ID_SIZE);
}

static bool next_entry(void *ctx, struct tn_value *row)
{
    struct feed *feed = ctx;
    if (feed->at == feed->end) {
        return false;
    }
    const struct tn_entry *entry = feed->at++;
    row[0] = tn_value_int(feed->ecosystem);
    row[1] = tn_value_int(feed->log_no);
    row[2] = tn_value_int((int64_t)entry->seq);
    row[3] = tn_value_int(entry->format);
    row[4] = tn_value_text(entry->kind);
    row[5] = tn_value_int(entry->at_ms);
    row[6] = tn_value_int(entry->mono_ms);
    row[7] = of_id(&entry->boot);
    row[8] = of_id(&entry->event);
    row[9] = of_id(&entry->activity);
    row[10] = tn_value_text(entry->method);
    row[11] = of_id(&entry->badge);
    row[12] = of_id(&entry->learner);
    row[13] = entry->body.data == NULL ? (struct tn_value){0}
                                       : tn_value_bytes(entry->body.data, entry->body.len);
    row[14] = entry->is_erased ? (struct tn_value){0} : tn_value_bytes(entry->salt, TN_SALT_SIZE);
    row[15] = tn_value_bytes(entry->who_hash.b, TN_HASH_SIZE);
    row[16] = tn_value_bytes(entry->hash.b, TN_HASH_SIZE);
    return true;
}

enum tn_status tn_logs_append(struct tn_centre *centre, int64_t log_no,
                              const struct tn_entry *entries, size_t count)
{
    static const char columns[] = ENTRY_COLUMNS;
    static const char insert[] =
        "INSERT INTO entry (" ENTRY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
        " $11, $12, $13, $14, $15, $16, $17)";
    struct feed feed = {centre->no, log_no, entries, entries + count};
    const struct tn_bulk what = {.table = "entry",
                                 .columns = columns,
                                 .count = 17,
                                 .insert = insert,
                                 .next = next_entry,
                                 .ctx = &feed};
    return tn_db_bulk(centre->db, &what);
}

enum tn_status tn_logs_event(struct tn_centre *centre, const struct tn_public_key *key,
                             struct tn_id *event, bool *is_trusted)
{
    static const char sql[] = "SELECT event, max(CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END)"
                              " FROM kiosk WHERE ecosystem = $1 AND pubkey = $2 GROUP BY event";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *is_trusted = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, event);
        *is_trusted = tn_col_int(stmt, 1) == 0;
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_logs_is_guest(struct tn_centre *centre, const struct tn_public_key *key, bool *is)
{
    static const char sql[] = "SELECT 1 FROM guest WHERE ecosystem = $1 AND device_key = $2";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    status = tn_step(stmt, is);
    tn_reset(stmt);
    return status;
}
