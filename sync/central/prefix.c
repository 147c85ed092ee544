/* A prefix is a range of ids, which the table's own key finds. */
#include "sync/central/prefix.h"

#include <string.h>

/* The least and the greatest id that begin so. */
static bool prefix_bounds(const char *text, struct tn_id *first, struct tn_id *last)
{
    const size_t len = strlen(text);
    char hex[TN_ID_HEX_SIZE];
    if (len < TN_PREFIX_MIN || len >= TN_ID_HEX_SIZE) {
        return false;
    }
    memset(hex, '0', sizeof hex - 1);
    hex[sizeof hex - 1] = '\0';
    memcpy(hex, text, len);
    const bool is_hex = tn_id_from_hex(hex, first) == TN_OK;
    memset(hex + len, 'f', sizeof hex - 1 - len);
    return is_hex && tn_id_from_hex(hex, last) == TN_OK;
}

enum tn_status tn_prefix_find(struct tn_centre *centre, const char *sql, const char *text,
                              struct tn_id *out, int *count)
{
    struct tn_id first;
    struct tn_id last;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *count = 0;
    if (!prefix_bounds(text, &first, &last)) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){first.b, TN_ID_SIZE});
    tn_bind_bytes(stmt, 3, (struct tn_bytes){last.b, TN_ID_SIZE});
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        tn_col_id(stmt, 0, out);
        ++*count;
    }
    tn_reset(stmt);
    return status;
}
