/* What `reconcile` says of one station that reconciled with the centre, near or far. */
#ifndef TURNOUT_CMD_RECONCILE_PRINT_H
#define TURNOUT_CMD_RECONCILE_PRINT_H

#include "sync/link/reconcile.h"

/* Whether anything was new to either side. */
bool tn_reconcile_is_news(const struct tn_reconcile *r);

/* Lines for people, or the one object of --json. */
void tn_reconcile_print(const struct tn_reconcile *r, bool json);

#endif
