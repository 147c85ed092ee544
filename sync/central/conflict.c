/* Conflicts: rows a person settles. Their ids derive from what they are about, so noticing one
 * twice, or on another day, is noticing it once. */
#include <string.h>

#include "sync/central/ingest.h"

static struct tn_id conflict_id(const struct tn_centre *centre, const char *type,
                                const struct tn_id *a, const struct tn_id *b)
{
    static const char label[] = "turnout conflict v1";
    const struct tn_bytes parts[] = {
        {(const uint8_t *)label, sizeof label - 1},
        {centre->id.b, TN_ID_SIZE},
        {(const uint8_t *)type, strlen(type)},
        {a->b, TN_ID_SIZE},
        {b->b, TN_ID_SIZE},
    };
    return tn_id_of(parts, sizeof parts / sizeof parts[0]);
}

enum tn_status tn_conflict_note(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b, int64_t now_ms)
{
    static const char sql[] = "INSERT INTO conflict (ecosystem, id, type, a, b, state, at)"
                              " VALUES ($1, $2, $3, $4, $5, 'open', $6) ON CONFLICT DO NOTHING";
    struct tn_id id = conflict_id(centre, type, a, b);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, type);
    tn_bind_id(stmt, 4, a);
    tn_bind_id(stmt, 5, b);
    tn_bind_int(stmt, 6, now_ms);
    return tn_run(stmt);
}

enum tn_status tn_conflict_drop(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b)
{
    static const char sql[] =
        "DELETE FROM conflict WHERE ecosystem = $1 AND id = $2 AND state = 'open'";
    struct tn_id id = conflict_id(centre, type, a, b);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &id);
    return tn_run(stmt);
}

enum tn_status tn_conflicts_of_station(struct tn_centre *centre, const struct tn_public_key *key,
                                       void (*each)(void *ctx, const char *type, uint64_t count),
                                       void *ctx)
{
    static const char sql[] =
        "SELECT type, count(*) FROM conflict WHERE ecosystem = $1 AND state = 'open' AND a IN"
        " (SELECT log_id FROM kiosk WHERE ecosystem = $1 AND pubkey = $2) GROUP BY type"
        " ORDER BY type";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        each(ctx, tn_col_text(stmt, 0), (uint64_t)tn_col_int(stmt, 1));
    }
    tn_reset(stmt);
    return status;
}
