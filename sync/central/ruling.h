/* Rulings: what settled conflicts say, in the form that deriving asks for it. A ruling is a rule
 * and not a patch of rows: entries that come later obey it too, and taking it away leaves what
 * would be there had it never been. settle.c writes them; deriving reads them.
 *
 * does         about                      target        amount
 * void_log     a branch: see below        the log's id  the first seq that does not count
 * trust_log    a log's id                                              (though it was revoked)
 * badge_is     a badge                    a learner
 * void_badge   a badge
 * void_late    a badge: its scans after it was replaced or revoked
 * count_late   a badge: its refused scans too
 * void_stay    a person at an event: tn_ruling_stay
 * trust_clock  a log's boot: tn_ruling_boot
 * shift_clock  a log's boot                             milliseconds to add
 * merge        a learner                  a learner
 *
 * A branch is named by tn_ingest_branch of the first entry that only it has, whether it has a log
 * id of its own or is the one that kept the log's; what went on from it in several ways is all of
 * it. */
#ifndef TURNOUT_CENTRAL_RULING_H
#define TURNOUT_CENTRAL_RULING_H

#include "sync/central/centre.h"

#define TN_RULINGS_OF_LOG_MAX 256 /* branches of one log that do not count */

/* A person (learner or badge) at an event, as a ruling names both. */
struct tn_id tn_ruling_stay(const struct tn_id *who, const struct tn_id *event);

/* A boot of a log, as a ruling names it; boot none: all of the log that names none. */
struct tn_id tn_ruling_boot(const struct tn_id *log, const struct tn_id *boot);

/* The last seq of a log that counts, by its revocation and by rulings; INT64_MAX: all of it. */
enum tn_status tn_ruling_counted_to(struct tn_centre *centre, int64_t log_no, int64_t *out);

#endif
