/* Reading ids into a list that grows. */
#include "sync/central/ids.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 16

enum tn_status tn_ids_append(struct tn_stmt *stmt, struct tn_id **out, size_t *count)
{
    size_t room = *count;
    bool has_row = false;
    enum tn_status status;
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*count == room) {
            room = room < ROOM_FIRST ? ROOM_FIRST : 2 * room;
            struct tn_id *more = reallocarray(*out, room, sizeof **out);
            if (more == NULL) {
                status = TN_ERR_NO_MEMORY;
                break;
            }
            *out = more;
        }
        tn_col_id(stmt, 0, &(*out)[(*count)++]);
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_ids_read(struct tn_stmt *stmt, struct tn_id **out, size_t *count)
{
    *out = NULL;
    *count = 0;
    return tn_ids_append(stmt, out, count);
}

int tn_ids_compare(const void *a, const void *b)
{
    return memcmp(a, b, TN_ID_SIZE);
}
