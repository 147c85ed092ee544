/* A ring that is searched from end to end: 256 ids are 4 KB, and printing is rare. A badge that
 * waits is never forgotten, since fewer wait than the ring holds. */
#include "kiosk/sys/printer_copies.h"

static size_t find(const struct tn_printer_copies *copies, const struct tn_id *id)
{
    size_t i = 0;
    while (i < copies->used && !tn_id_equal(&copies->badges[i].id, id)) {
        i++;
    }
    return i;
}

/* A place for a new badge: a free one, else the oldest that is not under way. */
static size_t make_room(struct tn_printer_copies *copies)
{
    if (copies->used < TN_PRINTER_REMEMBERED_MAX) {
        copies->used++;
        return copies->used - 1;
    }
    for (size_t tries = 0; tries <= TN_PRINTER_WAITING_MAX + 1; tries++) {
        const size_t i = copies->next;
        copies->next = (copies->next + 1) % TN_PRINTER_REMEMBERED_MAX;
        if (!copies->badges[i].is_under_way) {
            return i;
        }
    }
    return copies->next; /* not reached: at most TN_PRINTER_WAITING_MAX + 1 are under way */
}

enum tn_status tn_printer_copies_begin(struct tn_printer_copies *copies, const struct tn_id *id)
{
    size_t i = find(copies, id);
    if (i < copies->used && copies->badges[i].is_under_way) {
        return TN_ERR_EXISTS;
    }
    if (i < copies->used && copies->badges[i].count >= TN_PRINTER_COPIES_MAX) {
        return TN_ERR_STATE;
    }
    if (i == copies->used) {
        i = make_room(copies);
        copies->badges[i].id = *id;
        copies->badges[i].count = 0;
    }
    copies->badges[i].is_under_way = true;
    return TN_OK;
}

void tn_printer_copies_end(struct tn_printer_copies *copies, const struct tn_id *id,
                           bool may_be_out)
{
    const size_t i = find(copies, id);
    if (i < copies->used) {
        copies->badges[i].is_under_way = false;
        copies->badges[i].count += may_be_out ? 1 : 0;
    }
}
