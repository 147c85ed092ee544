/* Demo badges from a CSV file (`--demo BADGES.csv`), for a strip to tap and for flows to name. */
#ifndef TURNOUT_SYS_DEMO_H
#define TURNOUT_SYS_DEMO_H

#include "kiosk/ui/model.h"

#define TN_DEMO_LIST_MAX 20000 /* badges kept of a file; the rest are left unread */

struct tn_demo_list {
    struct tn_demo_badge *items;
    size_t count;
    size_t cap;
};

/* Reads a CSV file whose header names at least the columns display and badge, in any order.
 * TN_ERR_NOT_FOUND, TN_ERR_FORMAT (said with the row), TN_ERR_NO_MEMORY. Zero the list first. */
enum tn_status tn_demo_read(struct tn_demo_list *list, const char *path);
void tn_demo_destroy(struct tn_demo_list *list);

/* Puts the first badges on the model's strip. */
void tn_demo_show(const struct tn_demo_list *list, struct tn_model *model);

#endif
