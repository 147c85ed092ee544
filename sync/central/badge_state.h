/* Whether a badge is good: revoking one, and taking that back. Stations learn of it with their next
 * pack, and a revoked badge then gets help instead of a welcome. What it did before stays; what
 * follows for visits is derived again at once, for those it touches. */
#ifndef TURNOUT_CENTRAL_BADGE_STATE_H
#define TURNOUT_CENTRAL_BADGE_STATE_H

#include "sync/central/centre.h"

/* Revokes a badge, in the caller's transaction. TN_ERR_EXISTS: it is revoked already, or void. */
enum tn_status tn_badge_revoke(struct tn_centre *centre, const struct tn_id *badge, int64_t now_ms);

/* Takes a revocation back: the badge is again what all that was minted and handed out makes of it.
 * TN_ERR_STATE: it is not revoked. */
enum tn_status tn_badge_restore(struct tn_centre *centre, const struct tn_id *badge,
                                int64_t now_ms);

/* Notes that one badge was given for another, both of them here, as a kiosk's `replace` entry
 * would, and settles both. In the caller's transaction. */
enum tn_status tn_badge_replace(struct tn_centre *centre, const struct tn_id *old,
                                const struct tn_id *with, int64_t now_ms);

#endif
