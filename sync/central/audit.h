/* The audit log: who did what to the centre, when and why.
 *
 * Rows have a gapless seq from 1 in each ecosystem, and each holds the hash of the one before:
 * hash = H("turnout audit v1" || CBOR [2, ecosystem id, seq, at_ms, actor, action, what_hash,
 * prev_hash]), the first prev_hash being zeros; what_hash = H(salt || CBOR [object, why]). So a row
 * that was changed, taken away or exchanged is found, and yet what it says can be erased: object,
 * why and salt go, what_hash stays and tests no guess. Rows that were written before what_hash was
 * have [1, ..., object, why, prev_hash] instead, and cannot be erased.
 *
 * Who and why are the centre's `actor`, set by whoever opened it (sync/cmd/actor.h). */
#ifndef TURNOUT_CENTRAL_AUDIT_H
#define TURNOUT_CENTRAL_AUDIT_H

#include "sync/central/centre.h"

#define TN_AUDIT_ACTION_MAX 40
#define TN_AUDIT_OBJECT_MAX 300

/* Appends a row, in the caller's transaction. action is one word ("staff_card_revoke"); object says
 * of what: a code, a roster id, an id in hexadecimal, counts; never a learner's name. Texts longer
 * than their maximum are cut. */
enum tn_status tn_audit_note(struct tn_centre *centre, int64_t now_ms, const char *action,
                             const char *object);

/* The same in a transaction of its own, for what changes nothing in the database: names that were
 * opened, a file that was handed out. */
enum tn_status tn_audit_record(struct tn_centre *centre, int64_t now_ms, const char *action,
                               const char *object);

struct tn_audit_row {
    uint64_t seq;
    int64_t at_ms;
    const char *actor; /* texts are borrowed until the call ends */
    const char *action;
    const char *object;
    const char *why;
    struct tn_bytes salt; /* none: erased, or of before there were any */
    bool has_what_hash;
    struct tn_hash what_hash;
    struct tn_hash prev_hash;
    struct tn_hash hash;
};

/* Hands every row to each, in order; only the newest `last` of them unless that is 0. A status
 * other than TN_OK ends the walk and is given back. */
enum tn_status tn_audit_each(struct tn_centre *centre, uint64_t last,
                             enum tn_status (*each)(void *ctx, const struct tn_audit_row *row),
                             void *ctx);

/* Takes away what a row says of what it was about, and why. In the caller's transaction. */
enum tn_status tn_audit_forget(struct tn_centre *centre, uint64_t seq);

/* Checks the chain. Every fault is logged with its row. TN_OK also where faults were found. */
struct tn_audit_check {
    uint64_t rows;
    uint64_t erased; /* of those, whose object and why an erasure took away */
    uint64_t faults;
};
enum tn_status tn_audit_verify(struct tn_centre *centre, struct tn_audit_check *out);

#endif
