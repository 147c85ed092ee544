/* The marks of the current pack, in memory for as long as they are looked up: whom they mean can
 * only be asked of an id that is at hand. Read outside of any transaction of the log's, since they
 * lie in a file of their own. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/core/forget_impl.h"

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct tn_forget_mark));
}

static enum tn_status read_key(struct tn_station *station, struct tn_key *out)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(station->pack.db, "SELECT key FROM forget_key", &stmt);
    if (status == TN_OK) {
        status = tn_sql_row(stmt);
    }
    if (status == TN_OK && !tn_sql_get_fixed(stmt, 0, out->b, sizeof out->b)) {
        status = TN_ERR_DAMAGED;
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* In order, as the table has them. */
static enum tn_status read_all(struct tn_station *station, struct tn_forget_marks *out)
{
    sqlite3_stmt *stmt = NULL;
    out->all = calloc(TN_FORGET_MARKS_MAX, sizeof *out->all);
    enum tn_status status =
        out->all == NULL
            ? TN_ERR_NO_MEMORY
            : tn_sql_prepare(station->pack.db, "SELECT mark FROM forgotten ORDER BY mark", &stmt);
    while (status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        if (out->count == TN_FORGET_MARKS_MAX) {
            status = TN_ERR_LIMIT;
        } else if (!tn_sql_get_fixed(stmt, 0, out->all[out->count].b, TN_ID_SIZE)) {
            status = TN_ERR_DAMAGED;
        } else {
            out->count++;
        }
    }
    (void)sqlite3_finalize(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_forget_marks_read(struct tn_station *station, struct tn_forget_marks *out)
{
    *out = (struct tn_forget_marks){.epoch = station->pack_epoch, .version = station->pack_version};
    if (station->pack.db == NULL || !station->pack.has_forget) {
        return TN_OK;
    }
    enum tn_status status = read_key(station, &out->key);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : tn_pack_file_status(status);
    }
    return read_all(station, out);
}

bool tn_forget_marks_has(const struct tn_forget_marks *marks, const struct tn_id *id,
                         struct tn_forget_mark *mark)
{
    if (marks->count == 0 || tn_id_is_none(id)) {
        return false;
    }
    *mark = tn_forget_mark_of(&marks->key, id);
    return bsearch(mark, marks->all, marks->count, sizeof *mark, compare) != NULL;
}

void tn_forget_marks_wipe(struct tn_forget_marks *marks)
{
    free(marks->all);
    sodium_memzero(marks, sizeof *marks);
}
