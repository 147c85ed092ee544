/* Merging. The chain is kept as it was said, link by link, and its end beside it, since deriving
 * asks for the end of every learner it meets and for the links never. Taking a link out walks the
 * chains of those behind it again. */
#include "sync/central/merge.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/ids.h"

#define CHAIN_MAX 100000 /* links; a longer chain is a circle that cannot be */

/* Whom a learner was merged into; none. TN_ERR_NOT_FOUND where there is no such learner. */
static enum tn_status next_link(struct tn_centre *centre, const struct tn_id *learner,
                                struct tn_id *into, bool *is_erased)
{
    static const char sql[] =
        "SELECT merged_into, erased_at FROM learner WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, into);
        *is_erased = !tn_col_is_null(stmt, 1);
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

static enum tn_status walk_chain(struct tn_centre *centre, const struct tn_id *learner,
                                 struct tn_id *root)
{
    enum tn_status status = TN_OK;
    struct tn_id next = *learner;
    for (int i = 0; i < CHAIN_MAX; i++) {
        bool is_erased = false;
        *root = next;
        status = next_link(centre, root, &next, &is_erased);
        if (status != TN_OK || tn_id_is_none(&next)) {
            return status == TN_ERR_NOT_FOUND && i > 0 ? TN_OK : status;
        }
    }
    return TN_ERR_LIMIT;
}

enum tn_status tn_merge_root(struct tn_centre *centre, const struct tn_id *learner,
                             struct tn_id *root)
{
    static const char sql[] = "SELECT root FROM merged WHERE ecosystem = $1 AND learner = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *root = *learner;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, root);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status write_link(struct tn_centre *centre, const struct tn_id *from,
                                 const struct tn_id *into)
{
    static const char sql[] =
        "UPDATE learner SET merged_into = $1 WHERE ecosystem = $2 AND id = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 1, into);
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_id(stmt, 3, from);
    return tn_run(stmt);
}

/* Writes where a learner leads; the row goes where that is themselves. */
static enum tn_status write_root(struct tn_centre *centre, const struct tn_id *learner,
                                 const struct tn_id *root)
{
    static const char put[] =
        "INSERT INTO merged (ecosystem, learner, root) VALUES ($1, $2, $3)"
        " ON CONFLICT (ecosystem, learner) DO UPDATE SET root = excluded.root";
    static const char take[] = "DELETE FROM merged WHERE ecosystem = $1 AND learner = $2";
    const bool is_own = tn_id_equal(learner, root);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, is_own ? take : put, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, learner);
    if (!is_own) {
        tn_bind_id(stmt, 3, root);
    }
    return tn_run(stmt);
}

/* Those who led to one learner now lead to another. */
static enum tn_status move_roots(struct tn_centre *centre, const struct tn_id *from,
                                 const struct tn_id *to)
{
    static const char sql[] = "UPDATE merged SET root = $1 WHERE ecosystem = $2 AND root = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 1, to);
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_id(stmt, 3, from);
    return tn_run(stmt);
}

enum tn_status tn_merge_add(struct tn_centre *centre, const struct tn_id *from,
                            const struct tn_id *into)
{
    struct tn_id link = {{0}};
    struct tn_id unused = {{0}};
    struct tn_id root = {{0}};
    bool is_gone = false;
    bool is_target_gone = false;
    enum tn_status status = next_link(centre, from, &link, &is_gone);
    if (status == TN_OK) {
        status = next_link(centre, into, &unused, &is_target_gone);
    }
    if (status == TN_OK && (is_gone || is_target_gone)) {
        return TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK && !tn_id_is_none(&link)) {
        return TN_ERR_EXISTS;
    }
    if (status == TN_OK) {
        status = walk_chain(centre, into, &root);
    }
    if (status == TN_OK && tn_id_equal(&root, from)) {
        return TN_ERR_LIMIT;
    }
    if (status == TN_OK) {
        status = write_link(centre, from, into);
    }
    if (status == TN_OK) {
        status = move_roots(centre, from, &root);
    }
    return status == TN_OK ? write_root(centre, from, &root) : status;
}

enum tn_status tn_merge_members(struct tn_centre *centre, const struct tn_id *root,
                                struct tn_id **out, size_t *count)
{
    static const char sql[] =
        "SELECT learner FROM merged WHERE ecosystem = $1 AND root = $2 ORDER BY learner";
    struct tn_stmt *stmt = NULL;
    *out = NULL;
    *count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, root);
    return tn_ids_read(stmt, out, count);
}

enum tn_status tn_merge_remove(struct tn_centre *centre, const struct tn_id *from)
{
    struct tn_id link = {{0}};
    struct tn_id root = {{0}};
    struct tn_id *members = NULL;
    size_t count = 0;
    bool is_erased = false;
    enum tn_status status = next_link(centre, from, &link, &is_erased);
    if (status == TN_OK && tn_id_is_none(&link)) {
        return TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        status = tn_merge_root(centre, from, &root);
    }
    if (status == TN_OK) {
        status = tn_merge_members(centre, &root, &members, &count);
    }
    if (status == TN_OK) {
        status = write_link(centre, from, NULL);
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = walk_chain(centre, &members[i], &root);
        status = status == TN_OK ? write_root(centre, &members[i], &root) : status;
    }
    free(members);
    return status;
}
