/* What follows from entries and changes in their transaction: private to core. A scan, a desk's
 * entry and a salvage all go through tn_derive_apply, so that the same log gives the same tables:
 *
 *     presence     who is in
 *     stamp        who has been at which activity
 *     alias        which learner (or which later badge) a badge's entries without a learner belong
 *                  to; who is never a badge that has an alias itself
 *     retired      badges that were replaced: refused from then on
 *     walkin_card  the cards that register and replace entries carry
 *     undone       entries that were taken back */
#ifndef KIOSK_CORE_DERIVE_H
#define KIOSK_CORE_DERIVE_H

#include "turnout/entry.h"

#include "kiosk/core/db.h"

enum tn_derive_stmt {
    TN_DERIVE_PRESENCE_GET,
    TN_DERIVE_PRESENCE_SET,
    TN_DERIVE_PRESENCE_DROP,
    TN_DERIVE_STAMP_SET,
    TN_DERIVE_STAMP_MOVE,
    TN_DERIVE_STAMP_DROP,
    TN_DERIVE_ALIAS_GET,
    TN_DERIVE_ALIAS_SET,
    TN_DERIVE_ALIAS_MOVE,
    TN_DERIVE_RETIRE,
    TN_DERIVE_CARD_SET,
    TN_DERIVE_UNDONE_SET,
    TN_DERIVE_TARGET,
    TN_DERIVE_MOVES,
    TN_DERIVE_VISITS,
    TN_DERIVE_STMT_COUNT
};

/* The statements on one database, prepared as they are needed. Zero it to start. */
struct tn_derive {
    sqlite3 *db; /* borrowed */
    sqlite3_stmt *stmts[TN_DERIVE_STMT_COUNT];
};

/* Finalizes the statements and forgets the database. */
void tn_derive_end(struct tn_derive *derive);

/* A kept statement, prepared at its first use. */
enum tn_status tn_derive_stmt(struct tn_derive *derive, enum tn_derive_stmt which,
                              sqlite3_stmt **out);

/* Whose entry it is: the learner where there is one, else the badge; none where neither is. */
struct tn_id tn_derive_who(const struct tn_entry *entry);

/* The same, by what is known of its badge by now: the learner it belongs to, or the badge that
 * replaced it. */
enum tn_status tn_derive_who_now(struct tn_derive *derive, const struct tn_entry *entry,
                                 struct tn_id *out);

/* Changes the tables as an entry says that has just been written to log_no. was_in tells whether
 * presence had them in; change is +1, 0 or -1 in the number present. Neither may be NULL. */
enum tn_status tn_derive_apply(struct tn_derive *derive, uint64_t log_no,
                               const struct tn_entry *entry, bool *was_in, int *change);

/* Whether an entry of this kind moves somebody in, out or over. */
enum tn_move { TN_MOVE_NONE, TN_MOVE_IN, TN_MOVE_OUT, TN_MOVE_TURN };
enum tn_move tn_derive_move(const char *kind);

/* Takes an entry back: presence and stamps are as if it had never been. An entry that is not there
 * (any more) changes nothing. */
enum tn_status tn_derive_undo(struct tn_derive *derive, uint64_t log_no, uint64_t seq, int *change);

#endif
