/* From a way to its ruling, and a ruling's effect: the two halves of settling that settle.c puts
 * into one transaction with the history. */
#ifndef TURNOUT_CENTRAL_SETTLE_RULE_H
#define TURNOUT_CENTRAL_SETTLE_RULE_H

#include "sync/central/settle.h"

struct tn_ruling {
    char does[16];
    struct tn_id about;
    struct tn_id target;
    int64_t amount;

    /* What it touches: a log's family, a badge, a learner, or a person at an event. */
    struct tn_id touches;
    struct tn_id event;
};

/* Reads a way's value and makes its ruling of it. The value is written into canon as it is kept: a
 * learner by id in hexadecimal. TN_ERR_STATE, logged, where it does not fit the conflict. */
enum tn_status tn_settle_rule(struct tn_centre *centre, const struct tn_conflict *conflict,
                              const struct tn_way *way, const char *value, struct tn_ruling *out,
                              char canon[TN_RULE_MAX + 1]);

/* Reads the ruling of a settled conflict. TN_ERR_NOT_FOUND where it made none. */
enum tn_status tn_settle_read_rule(struct tn_centre *centre, const struct tn_conflict *conflict,
                                   struct tn_ruling *out);

/* Lays a ruling down (conflict says whose), or takes it away, and derives whom it touches again, in
 * the caller's transaction. TN_ERR_STATE, logged, where another ruling stands in the way. *has_logs
 * says that tn_visits_update is to follow it. */
enum tn_status tn_settle_put(struct tn_centre *centre, const struct tn_id *conflict,
                             const struct tn_ruling *ruling, int64_t now_ms, bool *has_logs);
enum tn_status tn_settle_take(struct tn_centre *centre, const struct tn_ruling *ruling,
                              int64_t now_ms, bool *has_logs);

/* The other copy of a fork: the branch that the log which the conflict's own one parted from goes
 * on with at seq, and the log that holds it. */
enum tn_status tn_settle_first_copy(struct tn_centre *centre, const struct tn_conflict *conflict,
                                    int64_t seq, struct tn_id *out, int64_t *log_no);

#endif
