/* Erasing from bundles that wait. A bundle is one signed piece and can only go as a whole.
 *
 * Whether it names somebody is looked for in its bytes and not in its entries: an id stands there
 * as CBOR has it, a byte string of 16, in whatever field, body or body within a body; and a bundle
 * whose chain is broken, or that a later version wrote, has no entries to read. What looks like an
 * id and is none costs a question to the database and is not found. */
#include <stdlib.h>
#include <string.h>

#include "sync/central/erase.h"
#include "sync/central/erasing.h"
#include "sync/central/held.h"
#include "sync/central/ids.h"

#define CBOR_ID_HEAD (0x40 + TN_ID_SIZE) /* of a byte string as long as an id */

static bool is_id_at(struct tn_bytes bytes, size_t i)
{
    return bytes.data[i] == CBOR_ID_HEAD && bytes.len - i > TN_ID_SIZE;
}

/* All that may be ids, sorted; the caller frees. */
static enum tn_status read_ids(struct tn_bytes bytes, struct tn_id **out, size_t *count)
{
    size_t found = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        found += is_id_at(bytes, i);
    }
    *count = 0;
    *out = calloc(found + 1, sizeof **out);
    if (*out == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < bytes.len; i++) {
        if (is_id_at(bytes, i)) {
            memcpy((*out)[(*count)++].b, bytes.data + i + 1, TN_ID_SIZE);
        }
    }
    qsort(*out, *count, sizeof **out, tn_ids_compare);
    return TN_OK;
}

/* Whether one of the ids in a bundle is what `is_one` looks for. */
static enum tn_status names(struct tn_centre *centre, struct tn_bytes bytes,
                            enum tn_status (*is_one)(struct tn_centre *centre,
                                                     const struct tn_id *id, bool *is),
                            bool *is)
{
    struct tn_id *ids = NULL;
    size_t count = 0;
    *is = false;
    enum tn_status status = read_ids(bytes, &ids, &count);
    for (size_t i = 0; i < count && !*is && status == TN_OK; i++) {
        if (i == 0 || !tn_id_equal(&ids[i - 1], &ids[i])) {
            status = is_one(centre, &ids[i], is);
        }
    }
    free(ids);
    return status;
}

static enum tn_status is_erasing(struct tn_centre *centre, const struct tn_id *id, bool *is)
{
    struct tn_id ghost;
    return tn_erasing_ghost(centre, id, &ghost, is);
}

enum tn_status tn_erase_is_named(struct tn_centre *centre, struct tn_bytes bundle, bool *is_named)
{
    bool any = false;
    *is_named = false;
    enum tn_status status = tn_tombstones_any(centre, &any);
    return status == TN_OK && any ? names(centre, bundle, tn_tombstone_has, is_named) : status;
}

static enum tn_status next_held(struct tn_centre *centre, int64_t skip, struct tn_held *out,
                                struct tn_buf *bytes)
{
    static const char sql[] =
        "SELECT log_id, first_seq, hash, why, bundle FROM held WHERE ecosystem = $1"
        " ORDER BY log_id, first_seq, hash LIMIT 1 OFFSET $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, skip);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        const struct tn_bytes hash = tn_col_bytes(stmt, 2);
        const struct tn_bytes bundle = tn_col_bytes(stmt, 4);
        *out = (struct tn_held){.first = (uint64_t)tn_col_int(stmt, 1)};
        tn_col_id(stmt, 0, &out->log);
        memcpy(out->after.b, hash.data, hash.len < TN_HASH_SIZE ? hash.len : TN_HASH_SIZE);
        (void)snprintf(out->why, sizeof out->why, "%s", tn_col_text(stmt, 3));
        tn_buf_clear(bytes);
        status = tn_buf_append(bytes, bundle.data, bundle.len);
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_erase_held(struct tn_centre *centre, struct tn_erase_sum *out)
{
    struct tn_held held;
    struct tn_buf bytes;
    int64_t skip = 0;
    enum tn_status status;
    tn_buf_init(&bytes, TN_BUNDLE_SIZE_MAX + 1024);
    while ((status = next_held(centre, skip, &held, &bytes)) == TN_OK) {
        bool is_theirs = false;
        status = names(centre, tn_buf_bytes(&bytes), is_erasing, &is_theirs);
        status = status == TN_OK && is_theirs ? tn_held_take(centre, &held) : status;
        if (status != TN_OK) {
            break;
        }
        out->held += is_theirs;
        skip += !is_theirs;
    }
    tn_buf_destroy(&bytes);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}
