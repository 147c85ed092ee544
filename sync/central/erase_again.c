/* Erasing again in a database that was restored from an old copy: the file beside the keyring has
 * the tombstones, and every id of the database is asked whether it has one there. */
#include <stdlib.h>
#include <string.h>

#include "sync/central/audit.h"
#include "sync/central/erase.h"
#include "sync/central/groups.h"
#include "turnout/log.h"

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, TN_HASH_SIZE);
}

/* Who of a statement's ids has a tombstone among those. */
static enum tn_status find(struct tn_centre *centre, const char *sql,
                           const struct tn_tombstone *stones, size_t count, struct tn_id **out,
                           size_t *found)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id id;
        tn_col_id(stmt, 0, &id);
        const struct tn_hash hash = tn_tombstone_of(centre, &id);
        if (bsearch(&hash, stones, count, sizeof *stones, compare) == NULL) {
            continue;
        }
        struct tn_id *more = realloc(*out, (*found + 1) * sizeof **out);
        if (more == NULL) {
            status = TN_ERR_NO_MEMORY;
            break;
        }
        *out = more;
        more[(*found)++] = id;
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status bury_all(struct tn_centre *centre, const struct tn_tombstone *stones,
                               size_t count, int64_t *newest_ms)
{
    enum tn_status status = TN_OK;
    *newest_ms = 0;
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        *newest_ms = stones[i].at_ms > *newest_ms ? stones[i].at_ms : *newest_ms;
        status = tn_tombstone_add(centre, &stones[i]);
    }
    return status;
}

static enum tn_status apply(struct tn_centre *centre, struct tn_tombstone *stones, size_t count,
                            int64_t now_ms, uint64_t *again)
{
    static const char learners[] = "SELECT id FROM learner WHERE ecosystem = $1 ORDER BY id";
    static const char badges[] = "SELECT id FROM badge WHERE ecosystem = $1 ORDER BY id";
    struct tn_id *ids = NULL;
    struct tn_erase_sum sum = {0};
    size_t found = 0;
    int64_t at_ms = 0;
    char object[TN_AUDIT_OBJECT_MAX + 1];
    qsort(stones, count, sizeof *stones, compare);
    enum tn_status status = find(centre, learners, stones, count, &ids, &found);
    status = status == TN_OK ? find(centre, badges, stones, count, &ids, &found) : status;
    status = status == TN_OK ? bury_all(centre, stones, count, &at_ms) : status;
    if (status == TN_OK && found > 0) {
        status = tn_erase_people(centre, ids, found, at_ms, &sum);
    }
    *again = sum.learners;
    (void)snprintf(object, sizeof object,
                   "learners: %llu, badges: %llu, entries: %llu, audit rows: %llu",
                   (unsigned long long)sum.learners, (unsigned long long)sum.badges,
                   (unsigned long long)sum.entries, (unsigned long long)sum.audited);
    if (status == TN_OK) {
        status = tn_audit_note(centre, now_ms, "erase_again", object);
    }
    free(ids);
    return status;
}

enum tn_status tn_erase_catch_up(struct tn_centre *centre, const struct tn_keyring *keyring,
                                 const char *keys_path, int64_t now_ms, uint64_t *again)
{
    struct tn_tombstone *stones = NULL;
    size_t count = 0;
    bool is_behind = false;
    *again = 0;
    if (!keyring->has_signing) {
        return TN_OK;
    }
    tn_tombstone_key(centre, keyring);
    enum tn_status status = tn_tombstones_missing(centre, keys_path, &stones, &count, &is_behind);
    if (status == TN_OK && count > 0) {
        status = tn_db_begin(centre->db);
        if (status == TN_OK) {
            status = apply(centre, stones, count, now_ms, again);
            if (status == TN_OK) {
                status = tn_db_commit(centre->db);
            } else {
                tn_db_rollback(centre->db);
            }
        }
    }
    free(stones);
    if (status == TN_OK && is_behind) {
        status = tn_tombstones_save(centre, keyring, keys_path);
    }
    if (status == TN_OK && *again > 0) {
        tn_log(TN_LOG_WARN,
               "this database is an older copy; learners in it who were erased since, and are "
               "erased again: %llu",
               (unsigned long long)*again);
    }
    return status;
}

/* Group cards named the badges; theirs are made anew where the vault is at hand. */
enum tn_status tn_erase_seal_groups(struct tn_centre *centre, const struct tn_keyring *keyring)
{
    static const char sql[] =
        "SELECT DISTINCT event FROM group_card WHERE ecosystem = $1 AND event >"
        " $2 AND sealed IS NULL ORDER BY event LIMIT 1";
    struct tn_id event = {{0}};
    bool has_row = keyring->has_vault;
    enum tn_status status = TN_OK;
    for (bool is_first = true; has_row && status == TN_OK; is_first = false) {
        struct tn_stmt *stmt = NULL;
        status = tn_centre_prepare(centre, sql, &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_bytes(stmt, 2, (struct tn_bytes){event.b, is_first ? 0 : TN_ID_SIZE});
        status = tn_step(stmt, &has_row);
        if (status == TN_OK && has_row) {
            tn_col_id(stmt, 0, &event);
        }
        tn_reset(stmt);
        if (status == TN_OK && has_row) {
            status = tn_groups_seal(centre, keyring, &event);
        }
    }
    return status;
}
