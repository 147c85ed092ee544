/* Writing, reading and checking the audit log. A row is written inside the transaction of what it
 * tells of, so that neither is there without the other; begin locks for writing, so the seq that
 * was read is still the newest when the row goes in. */
#include "sync/central/audit.h"

#include <stdio.h>
#include <string.h>

#include "sync/central/text.h"
#include "turnout/cbor.h"
#include "turnout/entry.h"
#include "turnout/log.h"

enum { FORMAT_PLAIN = 1, FORMAT = 2 };
#define ROW_MAX 4096 /* of what is hashed: four bounded texts, an id, a hash and numbers */

/* Of what a row says that an erasure can take away. */
static struct tn_hash hash_what(const struct tn_audit_row *row, enum tn_status *status)
{
    struct tn_hash hash = {{0}};
    struct tn_buf buf;
    tn_buf_init(&buf, ROW_MAX);
    tn_cbor_put_array(&buf, 2);
    tn_cbor_put_text(&buf, row->object);
    tn_cbor_put_text(&buf, row->why);
    *status = buf.status;
    if (*status == TN_OK) {
        const struct tn_bytes parts[] = {row->salt, tn_buf_bytes(&buf)};
        hash = tn_hash_of(parts, 2);
    }
    tn_buf_destroy(&buf);
    return hash;
}

static struct tn_hash hash_row(const struct tn_id *ecosystem, const struct tn_audit_row *row,
                               enum tn_status *status)
{
    static const char label[] = "turnout audit v1";
    struct tn_hash hash = {{0}};
    struct tn_buf buf;
    tn_buf_init(&buf, ROW_MAX);
    tn_cbor_put_array(&buf, row->has_what_hash ? 8 : 9);
    tn_cbor_put_uint(&buf, row->has_what_hash ? FORMAT : FORMAT_PLAIN);
    tn_cbor_put_id(&buf, ecosystem);
    tn_cbor_put_uint(&buf, row->seq);
    tn_cbor_put_int(&buf, row->at_ms);
    tn_cbor_put_text(&buf, row->actor);
    tn_cbor_put_text(&buf, row->action);
    if (row->has_what_hash) {
        tn_cbor_put_bytes(&buf, (struct tn_bytes){row->what_hash.b, TN_HASH_SIZE});
    } else {
        tn_cbor_put_text(&buf, row->object);
        tn_cbor_put_text(&buf, row->why);
    }
    tn_cbor_put_bytes(&buf, (struct tn_bytes){row->prev_hash.b, TN_HASH_SIZE});
    *status = buf.status;
    if (*status == TN_OK) {
        const struct tn_bytes parts[] = {{(const uint8_t *)label, sizeof label - 1},
                                         tn_buf_bytes(&buf)};
        hash = tn_hash_of(parts, 2);
    }
    tn_buf_destroy(&buf);
    return hash;
}

static void take_hash(struct tn_stmt *stmt, int column, struct tn_hash *out)
{
    struct tn_bytes bytes = tn_col_bytes(stmt, column);
    memset(out->b, 0xff, TN_HASH_SIZE); /* no hash: equal to none that was written */
    if (bytes.len == TN_HASH_SIZE) {
        memcpy(out->b, bytes.data, TN_HASH_SIZE);
    }
}

/* The newest row's seq and hash; 0 and zeros where there is none. */
static enum tn_status read_head(struct tn_centre *centre, uint64_t *seq, struct tn_hash *hash)
{
    static const char sql[] =
        "SELECT seq, hash FROM audit WHERE ecosystem = $1 ORDER BY seq DESC LIMIT 1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *seq = 0;
    *hash = (struct tn_hash){{0}};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        *seq = (uint64_t)tn_col_int(stmt, 0);
        take_hash(stmt, 1, hash);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status insert(struct tn_centre *centre, const struct tn_audit_row *row)
{
    static const char sql[] =
        "INSERT INTO audit (ecosystem, seq, at_ms, actor, action, object, why,"
        " salt, what_hash, prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, (int64_t)row->seq);
    tn_bind_int(stmt, 3, row->at_ms);
    tn_bind_text(stmt, 4, row->actor);
    tn_bind_text(stmt, 5, row->action);
    tn_bind_text(stmt, 6, row->object);
    tn_bind_text(stmt, 7, row->why);
    tn_bind_bytes(stmt, 8, row->salt);
    tn_bind_bytes(stmt, 9, (struct tn_bytes){row->what_hash.b, TN_HASH_SIZE});
    tn_bind_bytes(stmt, 10, (struct tn_bytes){row->prev_hash.b, TN_HASH_SIZE});
    tn_bind_bytes(stmt, 11, (struct tn_bytes){row->hash.b, TN_HASH_SIZE});
    return tn_run(stmt);
}

enum tn_status tn_audit_note(struct tn_centre *centre, int64_t now_ms, const char *action,
                             const char *object)
{
    char actor[TN_ACTOR_BY_MAX + 1];
    char why[TN_ACTOR_WHY_MAX + 1];
    char act[TN_AUDIT_ACTION_MAX + 1];
    char of[TN_AUDIT_OBJECT_MAX + 1];
    uint8_t salt[TN_SALT_SIZE];
    struct tn_audit_row row = {.at_ms = now_ms,
                               .actor = actor,
                               .action = act,
                               .object = of,
                               .why = why,
                               .salt = {salt, sizeof salt},
                               .has_what_hash = true};
    const struct tn_random random = tn_random_system();
    random.fill(random.ctx, salt, sizeof salt);
    tn_text_cut(centre->actor.by == NULL ? "" : centre->actor.by, actor, sizeof actor);
    tn_text_cut(centre->actor.why == NULL ? "" : centre->actor.why, why, sizeof why);
    tn_text_cut(action, act, sizeof act);
    tn_text_cut(object, of, sizeof of);
    enum tn_status status = read_head(centre, &row.seq, &row.prev_hash);
    if (status == TN_OK) {
        row.what_hash = hash_what(&row, &status);
    }
    if (status == TN_OK) {
        row.seq++;
        row.hash = hash_row(&centre->id, &row, &status);
    }
    return status == TN_OK ? insert(centre, &row) : status;
}

enum tn_status tn_audit_forget(struct tn_centre *centre, uint64_t seq)
{
    static const char sql[] =
        "UPDATE audit SET object = '', why = '', salt = NULL WHERE ecosystem ="
        " $1 AND seq = $2 AND what_hash IS NOT NULL";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, (int64_t)seq);
    return tn_run(stmt);
}

enum tn_status tn_audit_record(struct tn_centre *centre, int64_t now_ms, const char *action,
                               const char *object)
{
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_audit_note(centre, now_ms, action, object);
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

enum tn_status tn_audit_each(struct tn_centre *centre, uint64_t last,
                             enum tn_status (*each)(void *ctx, const struct tn_audit_row *row),
                             void *ctx)
{
    static const char sql[] = "SELECT seq, at_ms, actor, action, object, why, prev_hash, hash, "
                              "salt, what_hash FROM audit WHERE"
                              " ecosystem = $1 AND seq > $2 ORDER BY seq";
    struct tn_stmt *stmt = NULL;
    struct tn_hash head;
    uint64_t seq = 0;
    bool has_row = false;
    enum tn_status status = read_head(centre, &seq, &head);
    if (status == TN_OK) {
        status = tn_centre_prepare(centre, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, last > 0 && last < seq ? (int64_t)(seq - last) : INT64_MIN);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_audit_row row = {.seq = (uint64_t)tn_col_int(stmt, 0),
                                   .at_ms = tn_col_int(stmt, 1),
                                   .actor = tn_col_text(stmt, 2),
                                   .action = tn_col_text(stmt, 3),
                                   .object = tn_col_text(stmt, 4),
                                   .why = tn_col_text(stmt, 5),
                                   .salt = tn_col_bytes(stmt, 8),
                                   .has_what_hash = !tn_col_is_null(stmt, 9)};
        take_hash(stmt, 6, &row.prev_hash);
        take_hash(stmt, 7, &row.hash);
        take_hash(stmt, 9, &row.what_hash);
        status = each(ctx, &row);
    }
    tn_reset(stmt);
    return status;
}

/* Where a walk along the chain is. */
struct walk {
    const struct tn_id *ecosystem;
    uint64_t next;
    struct tn_hash previous;
    struct tn_audit_check *check;
};

static void fault(struct walk *walk, uint64_t seq, const char *what)
{
    walk->check->faults++;
    tn_log(TN_LOG_ERROR, "audit log, row %llu: %s", (unsigned long long)seq, what);
}

/* Whether a row says what it said, or nothing any more. */
static bool says_the_same(const struct tn_audit_row *row)
{
    enum tn_status status = TN_OK;
    if (!row->has_what_hash) {
        return row->salt.len == 0;
    }
    if (row->salt.len == 0) {
        return row->object[0] == '\0' && row->why[0] == '\0';
    }
    const struct tn_hash hash = hash_what(row, &status);
    return status == TN_OK && tn_hash_equal(&hash, &row->what_hash);
}

static enum tn_status check_row(void *ctx, const struct tn_audit_row *row)
{
    struct walk *walk = ctx;
    enum tn_status status = TN_OK;
    struct tn_hash hash = hash_row(walk->ecosystem, row, &status);
    walk->check->erased += row->has_what_hash && row->salt.len == 0;
    walk->check->rows++;
    if (row->seq != walk->next) {
        fault(walk, walk->next, "is missing");
    } else if (!tn_hash_equal(&row->prev_hash, &walk->previous)) {
        fault(walk, row->seq, "does not follow the one before: one of the two was exchanged");
    }
    if (status != TN_OK || !tn_hash_equal(&hash, &row->hash) || !says_the_same(row)) {
        fault(walk, row->seq, "was altered");
    }
    walk->next = row->seq + 1;
    walk->previous = row->hash;
    return TN_OK;
}

enum tn_status tn_audit_verify(struct tn_centre *centre, struct tn_audit_check *out)
{
    struct walk walk = {.ecosystem = &centre->id, .next = 1, .check = out};
    *out = (struct tn_audit_check){0};
    return tn_audit_each(centre, 0, check_row, &walk);
}
