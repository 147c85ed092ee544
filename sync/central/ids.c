/* Reading ids into a list that grows. */
#include "sync/central/ids.h"

#include <stdlib.h>

#define ROOM_FIRST 64

enum tn_status tn_ids_read(struct tn_stmt *stmt, struct tn_id **out, size_t *count)
{
    size_t room = 0;
    bool has_row = false;
    enum tn_status status;
    *out = NULL;
    *count = 0;
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (*count == room) {
            room = room == 0 ? ROOM_FIRST : 2 * room;
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
