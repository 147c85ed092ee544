/* The table `correction` as a log: appending to it, and walking its chain. A row's hash is over the
 * deterministic CBOR of every column that does not change:
 *
 *     hash_n = H(CBOR [1, hash_{n-1}, ecosystem id, seq, at_ms, actor, why, verb, reverts, event,
 *                      station, from_ms, to_ms, activity, group_title, has_learners, to_event,
 *                      to_activity, by_ms, starts_ms, ends_ms, minutes, learners_hash])
 *     learners_hash = H(salt || learner ids in their order)
 *
 * Erasing a learner takes the salt and their row away; learners_hash stays, tests no guess any
 * more, and the chain still holds. */
#include "sync/central/correction.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/correction_row.h"
#include "sync/central/ids.h"
#include "turnout/cbor.h"
#include "turnout/log.h"

#define ROW_MAX 4096 /* bytes of the CBOR of a row */

static void put_time(struct tn_buf *out, int64_t time)
{
    if (time == TN_NO_TIME) {
        tn_cbor_put_null(out);
    } else {
        tn_cbor_put_int(out, time);
    }
}

/* The hash of a row after the one before it. */
static enum tn_status hash_row(const struct tn_centre *centre, const struct tn_correction_row *row,
                               const struct tn_hash *learners, const struct tn_hash *before,
                               struct tn_hash *out)
{
    const struct tn_correction *rule = &row->rule;
    struct tn_buf cbor;
    tn_buf_init(&cbor, ROW_MAX);
    tn_cbor_put_array(&cbor, 23);
    tn_cbor_put_uint(&cbor, 1);
    tn_cbor_put_bytes(&cbor, (struct tn_bytes){before->b, TN_HASH_SIZE});
    tn_cbor_put_id(&cbor, &centre->id);
    tn_cbor_put_int(&cbor, rule->seq);
    tn_cbor_put_int(&cbor, row->at_ms);
    tn_cbor_put_text(&cbor, row->actor);
    tn_cbor_put_text(&cbor, row->why);
    tn_cbor_put_text(&cbor, rule->verb < TN_CORRECT_COUNT ? tn_correct_verb_name(rule->verb) : "");
    tn_cbor_put_int(&cbor, rule->reverts);
    tn_cbor_put_id(&cbor, &rule->event);
    tn_cbor_put_text(&cbor, rule->station);
    put_time(&cbor, rule->from_ms);
    put_time(&cbor, rule->to_ms);
    tn_cbor_put_id(&cbor, &rule->activity);
    tn_cbor_put_text(&cbor, row->group_title);
    tn_cbor_put_bool(&cbor, rule->has_learners);
    tn_cbor_put_id(&cbor, &rule->to_event);
    tn_cbor_put_id(&cbor, &rule->to_activity);
    tn_cbor_put_int(&cbor, rule->by_ms);
    put_time(&cbor, rule->starts_ms);
    put_time(&cbor, rule->ends_ms);
    tn_cbor_put_int(&cbor, rule->minutes);
    tn_cbor_put_bytes(&cbor, (struct tn_bytes){learners->b, TN_HASH_SIZE});
    const struct tn_bytes bytes = tn_buf_bytes(&cbor);
    enum tn_status status = cbor.status;
    if (status == TN_OK) {
        *out = tn_hash_of(&bytes, 1);
    }
    tn_buf_destroy(&cbor);
    return status;
}

/* H(salt || the learners, sorted), 15 at a time. */
static struct tn_hash hash_learners(const uint8_t salt[TN_SALT_SIZE], const struct tn_id *sorted,
                                    size_t count)
{
    const struct tn_bytes parts[] = {{salt, TN_SALT_SIZE},
                                     {(const uint8_t *)sorted, count * sizeof *sorted}};
    return tn_hash_of(parts, count == 0 ? 1 : 2);
}

static enum tn_status read_head(struct tn_centre *centre, int64_t *seq, struct tn_hash *hash)
{
    static const char sql[] =
        "SELECT seq, hash FROM correction WHERE ecosystem = $1 ORDER BY seq DESC LIMIT 1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *seq = 0;
    *hash = (struct tn_hash){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        struct tn_bytes bytes = tn_col_bytes(stmt, 1);
        status = bytes.len == TN_HASH_SIZE ? TN_OK : TN_ERR_DAMAGED;
        if (status == TN_OK) {
            memcpy(hash->b, bytes.data, TN_HASH_SIZE);
            *seq = tn_col_int(stmt, 0);
        }
    }
    tn_reset(stmt);
    return status;
}

static void bind_time(struct tn_stmt *stmt, int place, int64_t time)
{
    if (time == TN_NO_TIME) {
        tn_bind_null(stmt, place);
    } else {
        tn_bind_int(stmt, place, time);
    }
}

/* What a row is written with besides what it says. */
struct seal {
    uint8_t salt[TN_SALT_SIZE];
    struct tn_hash learners;
    struct tn_hash before;
    struct tn_hash hash;
};

static enum tn_status insert_row(struct tn_centre *centre, const struct tn_correction_row *row,
                                 const struct seal *seal)
{
    static const char sql[] =
        "INSERT INTO correction (ecosystem, " TN_CORRECTION_COLUMNS
        ", salt, learners_hash, prev_hash, hash)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
        " $19, $20, $21, $22, $23, $24)";
    const struct tn_correction *rule = &row->rule;
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, rule->seq);
    tn_bind_int(stmt, 3, row->at_ms);
    tn_bind_text(stmt, 4, row->actor);
    tn_bind_text(stmt, 5, row->why);
    tn_bind_text(stmt, 6, tn_correct_verb_name(rule->verb));
    bind_time(stmt, 7, rule->reverts == 0 ? TN_NO_TIME : rule->reverts);
    tn_bind_id(stmt, 8, &rule->event);
    tn_bind_text(stmt, 9, rule->station[0] == '\0' ? NULL : rule->station);
    bind_time(stmt, 10, rule->from_ms);
    bind_time(stmt, 11, rule->to_ms);
    tn_bind_id(stmt, 12, &rule->activity);
    tn_bind_text(stmt, 13, row->group_title[0] == '\0' ? NULL : row->group_title);
    tn_bind_int(stmt, 14, rule->has_learners);
    tn_bind_id(stmt, 15, &rule->to_event);
    tn_bind_id(stmt, 16, &rule->to_activity);
    bind_time(stmt, 17, rule->by_ms == 0 ? TN_NO_TIME : rule->by_ms);
    bind_time(stmt, 18, rule->starts_ms);
    bind_time(stmt, 19, rule->ends_ms);
    bind_time(stmt, 20, rule->minutes == 0 ? TN_NO_TIME : rule->minutes);
    tn_bind_bytes(stmt, 21, (struct tn_bytes){seal->salt, TN_SALT_SIZE});
    tn_bind_bytes(stmt, 22, (struct tn_bytes){seal->learners.b, TN_HASH_SIZE});
    tn_bind_bytes(stmt, 23, (struct tn_bytes){seal->before.b, TN_HASH_SIZE});
    tn_bind_bytes(stmt, 24, (struct tn_bytes){seal->hash.b, TN_HASH_SIZE});
    return tn_run(stmt);
}

static enum tn_status insert_learner(struct tn_centre *centre, int64_t seq,
                                     const struct tn_id *learner)
{
    static const char sql[] = "INSERT INTO correction_learner (ecosystem, seq, learner) VALUES ($1,"
                              " $2, $3) ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, seq);
    tn_bind_id(stmt, 3, learner);
    return tn_run(stmt);
}

enum tn_status tn_correction_append(struct tn_centre *centre, struct tn_correction_row *row,
                                    const struct tn_id *learners, size_t count,
                                    const struct tn_random *random)
{
    struct seal seal = {.salt = {0}};
    int64_t last = 0;
    struct tn_id *sorted = calloc(count + 1, sizeof *sorted);
    if (sorted == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    if (count > 0) {
        memcpy(sorted, learners, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, tn_ids_compare);
    }
    random->fill(random->ctx, seal.salt, sizeof seal.salt);
    seal.learners = hash_learners(seal.salt, sorted, count);
    enum tn_status status = read_head(centre, &last, &seal.before);
    row->rule.seq = last + 1;
    if (status == TN_OK) {
        status = hash_row(centre, row, &seal.learners, &seal.before, &seal.hash);
    }
    if (status == TN_OK) {
        status = insert_row(centre, row, &seal);
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = insert_learner(centre, row->rule.seq, &sorted[i]);
    }
    free(sorted);
    return status;
}

/* Whether the learners of a row are the ones it was written with. */
static enum tn_status check_learners(struct tn_centre *centre, int64_t seq, struct tn_bytes salt,
                                     const struct tn_hash *expected, bool *is_right)
{
    static const char sql[] = "SELECT learner FROM correction_learner WHERE ecosystem = $1 AND seq"
                              " = $2 ORDER BY learner";
    struct tn_stmt *stmt = NULL;
    struct tn_buf ids;
    bool has_row = false;
    tn_buf_init(&ids, SIZE_MAX / 2);
    tn_buf_append(&ids, salt.data, salt.len);
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, seq);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_bytes id = tn_col_bytes(stmt, 0);
        tn_buf_append(&ids, id.data, id.len);
    }
    tn_reset(stmt);
    const struct tn_bytes all = tn_buf_bytes(&ids);
    const struct tn_hash hash = tn_hash_of(&all, 1);
    *is_right = tn_hash_equal(&hash, expected);
    status = status == TN_OK ? ids.status : status;
    tn_buf_destroy(&ids);
    return status;
}

static void take_hash(struct tn_stmt *stmt, int column, struct tn_hash *out)
{
    struct tn_bytes bytes = tn_col_bytes(stmt, column);
    *out = (struct tn_hash){0};
    if (bytes.len == TN_HASH_SIZE) {
        memcpy(out->b, bytes.data, TN_HASH_SIZE);
    }
}

/* One row of the walk. */
static enum tn_status check_row(struct tn_centre *centre, struct tn_stmt *stmt, int64_t next,
                                struct tn_hash *before, const char **fault)
{
    struct tn_correction_row row;
    struct tn_hash learners;
    struct tn_hash noted;
    struct tn_hash kept;
    struct tn_hash hash = {0};
    bool is_right = true;
    tn_correction_take_row(stmt, &row);
    take_hash(stmt, 20, &learners);
    take_hash(stmt, 21, &noted);
    take_hash(stmt, 22, &kept);
    enum tn_status status = hash_row(centre, &row, &learners, before, &hash);
    if (status == TN_OK && !tn_col_is_null(stmt, 19)) {
        status = check_learners(centre, row.rule.seq, tn_col_bytes(stmt, 19), &learners, &is_right);
    }
    *fault = row.rule.seq != next                                             ? "is missing"
             : !tn_hash_equal(&hash, &kept) || !tn_hash_equal(&noted, before) ? "was altered"
             : !is_right ? "names other learners than it did"
                         : NULL;
    *before = kept;
    return status;
}

enum tn_status tn_corrections_check(struct tn_centre *centre, uint64_t *rows, uint64_t *faults)
{
    static const char sql[] =
        "SELECT " TN_CORRECTION_COLUMNS
        ", salt, learners_hash, prev_hash, hash FROM correction WHERE ecosystem ="
        " $1 ORDER BY seq";
    struct tn_stmt *stmt = NULL;
    struct tn_hash before = {0};
    bool has_row = false;
    int64_t next = 1;
    *rows = *faults = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        const char *fault = NULL;
        int64_t seq = tn_col_int(stmt, 0);
        status = check_row(centre, stmt, next, &before, &fault);
        if (status != TN_OK) {
            break;
        }
        if (fault != NULL) {
            ++*faults;
            tn_log(TN_LOG_ERROR, "correction %lld: %s", (long long)(seq != next ? next : seq),
                   fault);
        }
        ++*rows;
        next = seq + 1;
    }
    tn_reset(stmt);
    return status;
}
