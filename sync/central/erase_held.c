/* Erasing from bundles that wait. A bundle is one signed piece and can only go as a whole.
 *
 * It names whom its entries name: their badges and learners, and whatever in a body looks like an
 * id, which stands there as CBOR has it, a byte string of 16, in whatever field or body within a
 * body. What looks like an id and is none costs a question to the database and is not found. The
 * chain of one that waits may be broken; one that does not open because a key is not at hand is not
 * passed over in silence. */
#include <stdlib.h>
#include <string.h>

#include "sync/central/erase.h"
#include "sync/central/erasing.h"
#include "sync/central/held.h"
#include "sync/central/ids.h"
#include "sync/central/opening.h"
#include "turnout/log.h"

#define CBOR_ID_HEAD (0x40 + TN_ID_SIZE) /* of a byte string as long as an id */

static bool is_id_at(struct tn_bytes bytes, size_t i)
{
    return bytes.data[i] == CBOR_ID_HEAD && bytes.len - i > TN_ID_SIZE;
}

/* Appends all that may be ids in some bytes. */
static void add_ids(struct tn_bytes bytes, struct tn_buf *out)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (is_id_at(bytes, i)) {
            tn_buf_append(out, bytes.data + i + 1, TN_ID_SIZE);
        }
    }
}

/* All that may be ids of a bundle's people, sorted, one after the other. */
static enum tn_status read_ids(struct tn_centre *centre, struct tn_bytes bytes, struct tn_buf *out)
{
    const struct tn_bundle_keys keys = tn_opening_keys(centre->keyring, true);
    struct tn_bundle bundle;
    enum tn_status status = tn_bundle_look(bytes, &keys, &bundle);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "a bundle that is held does not open: %s; say --keys FILE",
               tn_status_text(status));
        return status;
    }
    for (size_t i = 0; i < bundle.count; i++) {
        const struct tn_entry *entry = &bundle.entries[i];
        tn_buf_append(out, entry->badge.b, TN_ID_SIZE);
        tn_buf_append(out, entry->learner.b, TN_ID_SIZE);
        add_ids(entry->body, out);
    }
    tn_bundle_free(&bundle);
    if (out->status == TN_OK && out->len > 0) {
        qsort(out->data, out->len / TN_ID_SIZE, TN_ID_SIZE, tn_ids_compare);
    }
    return out->status;
}

/* Whether one of the ids in a bundle is what `is_one` looks for. */
static enum tn_status names(struct tn_centre *centre, struct tn_bytes bytes,
                            enum tn_status (*is_one)(struct tn_centre *centre,
                                                     const struct tn_id *id, bool *is),
                            bool *is)
{
    struct tn_buf ids;
    struct tn_id last = {{0}};
    *is = false;
    tn_buf_init(&ids, 2 * TN_BUNDLE_SIZE_MAX);
    enum tn_status status = read_ids(centre, bytes, &ids);
    for (size_t at = 0; at < ids.len && !*is && status == TN_OK; at += TN_ID_SIZE) {
        struct tn_id id;
        memcpy(id.b, ids.data + at, TN_ID_SIZE);
        if (!tn_id_equal(&last, &id)) { /* also none */
            status = is_one(centre, &id, is);
        }
        last = id;
    }
    tn_buf_destroy(&ids);
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
