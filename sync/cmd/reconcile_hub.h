/* The part of `reconcile` that has a hub at its other end. */
#ifndef TURNOUT_CMD_RECONCILE_HUB_H
#define TURNOUT_CMD_RECONCILE_HUB_H

#include "sync/cmd/cmd.h"
#include "sync/cmd/watch.h"

struct tn_reconcile_hub;

struct tn_reconcile_hub_params {
    const char *dir; /* a station's folder, or a carrier's */
    const char *hub; /* https://HOST[:PORT]; NULL: as the station's set-up card says */
    const char *pin; /* sha256//...; NULL: as the station's set-up card says */
    bool json;
    bool is_watch; /* says what is new, and keeps still otherwise */
};

/* TN_EXIT_DONE, or an exit code where the options are wrong, which is said; *out is NULL then. What
 * they borrow must outlive it. */
enum tn_exit tn_reconcile_hub_create(const struct tn_reconcile_hub_params *params,
                                     struct tn_reconcile_hub **out);

/* Accepts NULL. */
void tn_reconcile_hub_free(struct tn_reconcile_hub *hub);

/* Reconciles once; ctx is the struct tn_reconcile_hub. The connection is kept for the next time. */
void tn_reconcile_hub_run(void *ctx, struct tn_watch_try *out);

#endif
