/* Tombstones as marks. */
#include "sync/central/forgetting.h"

#include <string.h>

#include "sync/wire/pack.h"
#include "turnout/cbor.h"

static void put_mark(struct tn_stmt *stmt, struct tn_buf *out)
{
    struct tn_forget_mark mark = {{0}};
    struct tn_bytes hash = tn_col_bytes(stmt, 0);
    memcpy(mark.b, hash.data, hash.len < sizeof mark.b ? hash.len : sizeof mark.b);
    tn_pack_put_forgotten(out, &mark);
}

enum tn_status tn_forgetting_put(struct tn_centre *centre, struct tn_buf *out)
{
    static const char sql[] = "SELECT id_hash FROM (SELECT id_hash, at FROM erasure WHERE "
                              "ecosystem = $1 ORDER BY at DESC,"
                              " id_hash LIMIT $2) newest ORDER BY id_hash";
    struct tn_stmt *stmt = NULL;
    struct tn_buf rows;
    uint64_t count = 0;
    bool has_row = false;
    enum tn_status status =
        centre->has_erase_key ? tn_centre_prepare(centre, sql, &stmt) : TN_ERR_NOT_FOUND;
    if (status != TN_OK) {
        tn_cbor_put_array(out, 0);
        return status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    tn_buf_init(&rows, 32 * TN_FORGET_MARKS_MAX);
    tn_bind_int(stmt, 2, TN_FORGET_MARKS_MAX);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        put_mark(stmt, &rows);
        count++;
    }
    tn_reset(stmt);
    tn_cbor_put_array(out, count == 0 ? 0 : count + 1);
    if (count > 0) {
        tn_pack_put_forget_key(out, &centre->erase_key);
        tn_buf_append(out, rows.data, rows.len);
    }
    status = status == TN_OK ? rows.status : status;
    tn_buf_destroy(&rows);
    return status == TN_OK ? out->status : status;
}
