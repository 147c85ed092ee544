/* Erasing people: names, contacts, groups, cards and everything else that leads to them goes; their
 * attendance stays, under ghosts that lead nowhere (tombstones.h), and every chain still verifies.
 *
 * What is done to which column stands in one table, tn_erase_rules. A table that can hold a
 * learner's or a badge's id, or anything that was said about one, has its rows there; a test walks
 * the schema and fails for every column of bytes or text that neither has one nor is known to lead
 * to nobody. */
#ifndef TURNOUT_CENTRAL_ERASE_H
#define TURNOUT_CENTRAL_ERASE_H

#include "sync/central/tombstones.h"

/* How a column is cleared. */
enum tn_erase_how {
    TN_ERASE_DELETE, /* the row goes */
    TN_ERASE_GHOST,  /* the ghost takes the id's place */
    TN_ERASE_BLANK,  /* emptied, in rows whose id a rule further on turns into a ghost */
    TN_ERASE_CODE,   /* done in C, in erase.c, erase_keys.c or erase_entries.c */
};

/* One statement, with the ecosystem as $1. Rules run in their order; whom they are about stands in
 * `erasing`. columns: those the rule clears, `table.column` with spaces between. sql is NULL for
 * TN_ERASE_CODE. */
struct tn_erase_rule {
    const char *columns;
    enum tn_erase_how how;
    const char *sql;
};
extern const struct tn_erase_rule tn_erase_rules[];
extern const size_t tn_erase_rule_count;

/* What an erasure did, or would do. */
struct tn_erase_sum {
    uint64_t learners;
    uint64_t badges;
    uint64_t entries;
    uint64_t visits;  /* that stay, de-linked */
    uint64_t forms;   /* sealed walk-in forms */
    uint64_t sent;    /* statements that stand with recipients */
    uint64_t audited; /* rows of the audit log that do not say any more of whom they tell */
    uint64_t held;    /* held bundles that named them; their stations send them again */
};

/* Erases learners (by id; also such as have no row, only badges) and whatever belongs to them:
 * those merged with them, and all their badges. In the caller's transaction, and centre must have
 * the erasure key. Ids that lead to nothing only get their tombstone. */
enum tn_status tn_erase_people(struct tn_centre *centre, const struct tn_id *ids, size_t count,
                               int64_t at_ms, struct tn_erase_sum *out);

/* The learner that words name: a roster id, source:id, or the code on a badge. TN_ERR_NOT_FOUND and
 * TN_ERR_STATE (more than one) are logged. */
enum tn_status tn_erase_find(struct tn_centre *centre, const char *words, struct tn_id *out);

/* Erases again what came in since about people who are erased: entries after the log's derived_seq.
 * In the transaction that derives. */
enum tn_status tn_erase_late(struct tn_centre *centre, int64_t log_no, int64_t now_ms);

/* Brings a database that was restored from an old copy, and the file beside the keyring, to the
 * same tombstones: whoever the file names is erased again. Transactions of its own. *again counts
 * those people. Without the signing part it does nothing. */
enum tn_status tn_erase_catch_up(struct tn_centre *centre, const struct tn_keyring *keyring,
                                 const char *keys_path, int64_t now_ms, uint64_t *again);

/* Makes the lists of group cards anew that an erasure emptied, where the vault is at hand; else the
 * next command that has it does. Transactions of its own. */
enum tn_status tn_erase_seal_groups(struct tn_centre *centre, const struct tn_keyring *keyring);

/* Takes what was erased out of pages of no use too: VACUUM, and the journal emptied. Outside of any
 * transaction. Done where an erasure waits for it, or is_needed says so. TN_ERR_BUSY where somebody
 * else has the database open: what erasures wait for stays to be done, and the next call does it.
 */
enum tn_status tn_erase_scrub(struct tn_centre *centre, bool is_needed);

/* What an order to the stations of an event must hold: badges to forget. */
enum tn_status tn_erasure_each(struct tn_centre *centre, const struct tn_id *event,
                               enum tn_status (*each)(void *ctx, const struct tn_id *badge),
                               void *ctx);

/* Whether a bundle names somebody who was erased. Wants the erasure key, where anybody was. */
enum tn_status tn_erase_is_named(struct tn_centre *centre, struct tn_bytes bundle, bool *is_named);

/* For erase.c, about who stands in `erasing`: puts down besides what was made from their ids, says
 * what settling wrote down of them with their ghosts, and takes them out of entries and of held
 * bundles. */
enum tn_status tn_erase_keys(struct tn_centre *centre);
enum tn_status tn_erase_words(struct tn_centre *centre);
enum tn_status tn_erase_entries(struct tn_centre *centre, struct tn_erase_sum *out);
enum tn_status tn_erase_held(struct tn_centre *centre, struct tn_erase_sum *out);
enum tn_status tn_erase_audit(struct tn_centre *centre, struct tn_erase_sum *out);

#endif
