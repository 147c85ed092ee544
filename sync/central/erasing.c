/* Laying down whom an erasure is about. */
#include "sync/central/erasing.h"

#include <stdlib.h>
#include <string.h>

static enum tn_status grow(struct tn_erasing_ids *ids)
{
    if (ids->count < ids->cap) {
        return TN_OK;
    }
    const size_t cap = ids->cap == 0 ? 64 : ids->cap * 2;
    void *items = realloc(ids->items, cap * sizeof *ids->items);
    if (items == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    ids->items = items;
    ids->cap = cap;
    return TN_OK;
}

enum tn_status tn_erasing_read(struct tn_centre *centre, const char *sql,
                               struct tn_erasing_ids *out)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct tn_erasing_ids){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_bytes id = tn_col_bytes(stmt, 0);
        if (id.len != TN_ID_SIZE && id.len != TN_HASH_SIZE) {
            continue;
        }
        status = grow(out);
        if (status != TN_OK) {
            break;
        }
        out->len = id.len;
        memcpy(out->items[out->count++], id.data, id.len);
    }
    tn_reset(stmt);
    return status;
}

void tn_erasing_forget(struct tn_erasing_ids *ids)
{
    free(ids->items);
    *ids = (struct tn_erasing_ids){0};
}

enum tn_status tn_erasing_add(struct tn_centre *centre, struct tn_bytes id, struct tn_bytes ghost,
                              const char *what)
{
    static const char sql[] = "INSERT INTO erasing (ecosystem, id, ghost, what) VALUES"
                              " ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, id);
    tn_bind_bytes(stmt, 3, ghost);
    tn_bind_text(stmt, 4, what);
    return tn_run(stmt);
}

enum tn_status tn_erasing_add_ghosted(struct tn_centre *centre, struct tn_bytes id,
                                      const char *what)
{
    const struct tn_hash ghost = tn_ghost_of(centre, id);
    return tn_erasing_add(centre, id, (struct tn_bytes){ghost.b, id.len}, what);
}

enum tn_status tn_erasing_add_found(struct tn_centre *centre, const char *sql, const char *what,
                                    size_t *added)
{
    struct tn_erasing_ids ids;
    enum tn_status status = tn_erasing_read(centre, sql, &ids);
    for (size_t i = 0; i < ids.count && status == TN_OK; i++) {
        status = tn_erasing_add_ghosted(centre, (struct tn_bytes){ids.items[i], ids.len}, what);
    }
    *added += ids.count;
    tn_erasing_forget(&ids);
    return status;
}

enum tn_status tn_erasing_ghost(struct tn_centre *centre, const struct tn_id *id,
                                struct tn_id *ghost, bool *is_there)
{
    static const char sql[] = "SELECT ghost FROM erasing WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    *is_there = false;
    if (tn_id_is_none(id)) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    status = tn_step(stmt, is_there);
    if (status == TN_OK && *is_there) {
        tn_col_id(stmt, 0, ghost);
    }
    tn_reset(stmt);
    return status;
}
