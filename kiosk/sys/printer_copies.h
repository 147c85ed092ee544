/* How often each badge was printed in this run: a double tap prints once, and nobody prints a
 * badge without end. Badges are known by their id, never by their secret. The caller locks. */
#ifndef TURNOUT_SYS_PRINTER_COPIES_H
#define TURNOUT_SYS_PRINTER_COPIES_H

#include "kiosk/sys/printer.h"

struct tn_printer_copies {
    struct {
        struct tn_id id;
        unsigned count;
        bool is_under_way;
    } badges[TN_PRINTER_REMEMBERED_MAX];
    size_t used;
    size_t next; /* the oldest, to be forgotten first */
};

/* Notes that a badge is to be printed. TN_ERR_EXISTS where it waits already, TN_ERR_STATE where it
 * was printed TN_PRINTER_COPIES_MAX times. */
enum tn_status tn_printer_copies_begin(struct tn_printer_copies *copies, const struct tn_id *id);

/* Notes that this is over, and whether a copy may be out. */
void tn_printer_copies_end(struct tn_printer_copies *copies, const struct tn_id *id,
                           bool may_be_out);

#endif
