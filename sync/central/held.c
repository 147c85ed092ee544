/* Keeping bundles and letting them go; who takes them up again is ingest.c. */
#include "sync/central/held.h"

#include "sync/central/conflict.h"
#include "sync/central/erase.h"
#include "turnout/log.h"

/* Stands for one held bundle among conflicts. */
static struct tn_id conflict_about(uint64_t first, const struct tn_hash *after)
{
    const struct tn_bytes parts[] = {{(const uint8_t *)&first, sizeof first},
                                     {after->b, TN_HASH_SIZE}};
    return tn_id_of(parts, 2);
}

static enum tn_status keep(struct tn_centre *centre, const struct tn_bundle *bundle,
                           struct tn_bytes bytes, const char *why, int64_t now_ms)
{
    static const char sql[] = "INSERT INTO held (ecosystem, log_id, first_seq, last_seq, hash, why,"
                              " bundle, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                              " ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &bundle->head.log);
    tn_bind_int(stmt, 3, (int64_t)bundle->head.first);
    tn_bind_int(stmt, 4, (int64_t)bundle->head.last);
    tn_bind_bytes(stmt, 5, (struct tn_bytes){bundle->head.after.b, TN_HASH_SIZE});
    tn_bind_text(stmt, 6, why);
    tn_bind_bytes(stmt, 7, bytes);
    tn_bind_int(stmt, 8, now_ms);
    return tn_run(stmt);
}

enum tn_status tn_held_put(struct tn_centre *centre, const struct tn_bundle *bundle,
                           struct tn_bytes bytes, const char *why, int64_t now_ms)
{
    const struct tn_id about = conflict_about(bundle->head.first, &bundle->head.after);
    bool is_named = false;
    enum tn_status status = tn_erase_is_named(centre, bytes, &is_named);
    if (status != TN_OK || is_named) {
        if (is_named) {
            tn_log(TN_LOG_WARN,
                   "entries %llu to %llu cannot be kept until they can be taken: they "
                   "name somebody who was erased; the station keeps them",
                   (unsigned long long)bundle->head.first, (unsigned long long)bundle->head.last);
        }
        return status;
    }
    status = keep(centre, bundle, bytes, why, now_ms);
    return status == TN_OK ? tn_conflict_note(centre, why, &bundle->head.log, &about, now_ms)
                           : status;
}

enum tn_status tn_held_take(struct tn_centre *centre, const struct tn_held *held)
{
    static const char sql[] = "DELETE FROM held WHERE ecosystem = $1 AND log_id = $2"
                              " AND first_seq = $3 AND hash = $4";
    const struct tn_id about = conflict_about(held->first, &held->after);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_conflict_drop(centre, held->why, &held->log, &about);
    if (status == TN_OK) {
        status = tn_centre_prepare(centre, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &held->log);
    tn_bind_int(stmt, 3, (int64_t)held->first);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){held->after.b, TN_HASH_SIZE});
    return tn_run(stmt);
}
