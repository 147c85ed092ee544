/* What follows from entries, by one rule for scans, desks and salvages. check_in sets in, check_out
 * sets out, pass turns it over; a visit leaves a stamp; register and replace make a badge's past
 * its learner's. Whoever is named by a learner id is one person over all their badges. A change to
 * what is so already is not written: one page less. */
#include "kiosk/core/derive.h"

#include <string.h>

#include "kiosk/core/body.h"

#define SAME_EVENT "coalesce(event, zeroblob(16)) = ?1"
#define NOT_UNDONE                                                                                 \
    "NOT EXISTS (SELECT 1 FROM undone WHERE undone.log_no = e.log_no AND undone.seq = e.seq)"
#define OF_WHO                                                                                     \
    "coalesce(learner, badge) IN (SELECT ?2 UNION ALL SELECT badge FROM alias WHERE who = ?2)"

/* An entry that a salvage set aside because the centre has it counts on, though it is in no log. */
#define EVERY_ENTRY                                                                                \
    "(SELECT log_no, seq, kind, event, activity, badge, learner FROM entry UNION ALL "             \
    "SELECT log_no, seq, kind, event, activity, badge, learner FROM loose "                        \
    "WHERE fate = 'covered') AS e"

static const char *const sql[TN_DERIVE_STMT_COUNT] = {
    [TN_DERIVE_PRESENCE_GET] = "SELECT state FROM presence WHERE event = ? AND who = ?",
    [TN_DERIVE_PRESENCE_SET] =
        "INSERT INTO presence (event, who, state, log_no, seq) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (event, who) DO UPDATE SET state = excluded.state, "
        "log_no = excluded.log_no, seq = excluded.seq",
    [TN_DERIVE_PRESENCE_DROP] = "DELETE FROM presence WHERE event = ? AND who = ?",
    [TN_DERIVE_STAMP_SET] = "INSERT OR IGNORE INTO stamp (event, who, activity) VALUES (?, ?, ?)",
    [TN_DERIVE_STAMP_MOVE] = "UPDATE OR REPLACE stamp SET who = ?3 WHERE event = ?1 AND who = ?2",
    [TN_DERIVE_STAMP_DROP] = "DELETE FROM stamp WHERE event = ? AND who = ? AND activity = ?",
    [TN_DERIVE_ALIAS_GET] = "SELECT who FROM alias WHERE badge = ?",
    [TN_DERIVE_ALIAS_SET] = "INSERT OR REPLACE INTO alias (badge, who) VALUES (?, ?)",
    [TN_DERIVE_ALIAS_MOVE] = "UPDATE alias SET who = ?2 WHERE who = ?1 AND badge <> ?2",
    [TN_DERIVE_RETIRE] = "INSERT OR IGNORE INTO retired (badge) VALUES (?)",
    [TN_DERIVE_CARD_SET] = "INSERT OR REPLACE INTO walkin_card (badge, sealed) VALUES (?, ?)",
    [TN_DERIVE_UNDONE_SET] = "INSERT OR IGNORE INTO undone (log_no, seq) VALUES (?, ?)",
    [TN_DERIVE_TARGET] = "SELECT kind, event, activity, badge, learner FROM entry "
                         "WHERE log_no = ? AND seq = ?",
    [TN_DERIVE_MOVES] = "SELECT kind, log_no, seq FROM " EVERY_ENTRY " WHERE " SAME_EVENT
                        " AND kind IN ('check_in', 'check_out', 'pass') AND " OF_WHO
                        " AND " NOT_UNDONE " ORDER BY log_no, seq",
    [TN_DERIVE_VISITS] =
        "SELECT 1 FROM " EVERY_ENTRY " WHERE " SAME_EVENT
        " AND kind = 'visit' AND activity = ?3 AND " OF_WHO " AND " NOT_UNDONE " LIMIT 1",
};

void tn_derive_end(struct tn_derive *derive)
{
    for (int i = 0; i < TN_DERIVE_STMT_COUNT; i++) {
        (void)sqlite3_finalize(derive->stmts[i]);
    }
    *derive = (struct tn_derive){0};
}

enum tn_status tn_derive_stmt(struct tn_derive *derive, enum tn_derive_stmt which,
                              sqlite3_stmt **out)
{
    *out = NULL;
    if (derive->stmts[which] == NULL) {
        enum tn_status status = tn_sql_prepare(derive->db, sql[which], &derive->stmts[which]);
        if (status != TN_OK) {
            return status;
        }
    }
    *out = derive->stmts[which];
    return TN_OK;
}

struct tn_id tn_derive_who(const struct tn_entry *entry)
{
    return tn_id_is_none(&entry->learner) ? entry->badge : entry->learner;
}

enum tn_move tn_derive_move(const char *kind)
{
    static const enum tn_move moves[TN_KIND_COUNT + 1] = {
        [TN_KIND_CHECK_IN] = TN_MOVE_IN,
        [TN_KIND_CHECK_OUT] = TN_MOVE_OUT,
        [TN_KIND_PASS] = TN_MOVE_TURN,
    };
    return moves[tn_kind_from_name(kind)];
}

/* An event that is none is sixteen zero bytes in the keys, which must not be NULL. */
static void bind_key(sqlite3_stmt *stmt, const struct tn_id *event, const struct tn_id *who)
{
    tn_sql_bind_bytes(stmt, 1, event->b, sizeof event->b);
    tn_sql_bind_bytes(stmt, 2, who->b, sizeof who->b);
}

static enum tn_status look(struct tn_derive *derive, const struct tn_id *event,
                           const struct tn_id *who, bool *is_in)
{
    char state[8];
    sqlite3_stmt *get = NULL;
    *is_in = false;
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_PRESENCE_GET, &get);
    if (status != TN_OK) {
        return status;
    }
    bind_key(get, event, who);
    status = tn_sql_row(get);
    if (status == TN_OK) {
        *is_in = tn_sql_get_text(get, 0, state, sizeof state) && strcmp(state, "in") == 0;
    }
    tn_sql_reset(get);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status set(struct tn_derive *derive, const struct tn_id *event,
                          const struct tn_id *who, bool is_in, uint64_t log_no, uint64_t seq)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_PRESENCE_SET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bind_key(stmt, event, who);
    tn_sql_bind_text(stmt, 3, is_in ? "in" : "out");
    tn_sql_bind_int(stmt, 4, (int64_t)log_no);
    tn_sql_bind_int(stmt, 5, (int64_t)seq);
    return tn_sql_run(stmt);
}

/* Runs a statement whose parameters are event, who, and maybe a third id. */
static enum tn_status run_keyed(struct tn_derive *derive, enum tn_derive_stmt which,
                                const struct tn_id *event, const struct tn_id *who,
                                const struct tn_id *third)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_derive_stmt(derive, which, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bind_key(stmt, event, who);
    if (third != NULL) {
        tn_sql_bind_bytes(stmt, 3, third->b, sizeof third->b);
    }
    return tn_sql_run(stmt);
}

static enum tn_status move(struct tn_derive *derive, uint64_t log_no, const struct tn_entry *entry,
                           bool *was_in, int *change)
{
    const enum tn_move how = tn_derive_move(entry->kind);
    struct tn_id who;
    enum tn_status status = tn_derive_who_now(derive, entry, &who);
    if (status == TN_OK) {
        status = look(derive, &entry->event, &who, was_in);
    }
    bool is_in = how == TN_MOVE_TURN ? !*was_in : how == TN_MOVE_IN;
    if (status != TN_OK || is_in == *was_in) {
        return status;
    }
    status = set(derive, &entry->event, &who, is_in, log_no, entry->seq);
    *change = is_in ? 1 : -1;
    return status;
}

static enum tn_status stamp(struct tn_derive *derive, const struct tn_entry *entry)
{
    struct tn_id who;
    enum tn_status status = tn_derive_who_now(derive, entry, &who);
    return status == TN_OK
               ? run_keyed(derive, TN_DERIVE_STAMP_SET, &entry->event, &who, &entry->activity)
               : status;
}

/* Where the badge of `from` is in, `to` is from now on, as one person. */
static enum tn_status join_presence(struct tn_derive *derive, uint64_t log_no,
                                    const struct tn_entry *entry, const struct tn_id *from,
                                    const struct tn_id *to, int *change)
{
    bool from_in = false;
    bool to_in = false;
    enum tn_status status = look(derive, &entry->event, from, &from_in);
    if (status == TN_OK) {
        status = look(derive, &entry->event, to, &to_in);
    }
    if (status == TN_OK && from_in && !to_in) {
        status = set(derive, &entry->event, to, true, log_no, entry->seq);
    }
    if (status == TN_OK) {
        status = run_keyed(derive, TN_DERIVE_PRESENCE_DROP, &entry->event, from, NULL);
    }
    *change -= from_in && to_in ? 1 : 0;
    return status;
}

/* Notes whose a badge is, and with it those that were its own: a chain of badges ends at one who.
 */
static enum tn_status put_alias(struct tn_derive *derive, const struct tn_id *from,
                                const struct tn_id *to)
{
    static const enum tn_derive_stmt both[] = {TN_DERIVE_ALIAS_SET, TN_DERIVE_ALIAS_MOVE};
    enum tn_status status = TN_OK;
    for (size_t i = 0; status == TN_OK && i < sizeof both / sizeof both[0]; i++) {
        sqlite3_stmt *stmt = NULL;
        status = tn_derive_stmt(derive, both[i], &stmt);
        if (status == TN_OK) {
            tn_sql_bind_id(stmt, 1, from);
            tn_sql_bind_id(stmt, 2, to);
            status = tn_sql_run(stmt);
        }
    }
    return status;
}

static enum tn_status join(struct tn_derive *derive, uint64_t log_no, const struct tn_entry *entry,
                           const struct tn_id *from, const struct tn_id *to, int *change)
{
    if (tn_id_is_none(from) || tn_id_is_none(to) || tn_id_equal(from, to)) {
        return TN_OK;
    }
    enum tn_status status = put_alias(derive, from, to);
    if (status == TN_OK) {
        status = join_presence(derive, log_no, entry, from, to, change);
    }
    return status == TN_OK ? run_keyed(derive, TN_DERIVE_STAMP_MOVE, &entry->event, from, to)
                           : status;
}

/* The card of a badge that was handed out here, where the entry holds one. */
static enum tn_status put_card(struct tn_derive *derive, const struct tn_entry *entry,
                               struct tn_bytes card)
{
    sqlite3_stmt *stmt = NULL;
    if (tn_id_is_none(&entry->badge) || card.len == 0) {
        return TN_OK;
    }
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_CARD_SET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_id(stmt, 1, &entry->badge);
    tn_sql_bind_bytes(stmt, 2, card.data, card.len);
    return tn_sql_run(stmt);
}

static enum tn_status registered(struct tn_derive *derive, uint64_t log_no,
                                 const struct tn_entry *entry, int *change)
{
    struct tn_bytes card;
    enum tn_status status = TN_OK;
    if (tn_body_read_register(tn_body_of(entry), &card)) {
        status = put_card(derive, entry, card);
    }
    return status == TN_OK ? join(derive, log_no, entry, &entry->badge, &entry->learner, change)
                           : status;
}

static enum tn_status retire(struct tn_derive *derive, const struct tn_id *badge)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_RETIRE, &stmt);
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, badge);
        status = tn_sql_run(stmt);
    }
    return status;
}

/* What the old badge did, and what the new one did while it was blank, is the learner's; where no
 * learner is known, the new badge's. */
static enum tn_status replaced(struct tn_derive *derive, uint64_t log_no,
                               const struct tn_entry *entry, int *change)
{
    struct tn_id old;
    struct tn_bytes card;
    const struct tn_id to = tn_derive_who(entry);
    if (!tn_body_read_replace(tn_body_of(entry), &old, &card)) {
        return TN_OK;
    }
    enum tn_status status = put_card(derive, entry, card);
    if (status == TN_OK && !tn_id_is_none(&old)) {
        status = retire(derive, &old);
    }
    if (status == TN_OK) {
        status = join(derive, log_no, entry, &old, &to, change);
    }
    return status == TN_OK ? join(derive, log_no, entry, &entry->badge, &to, change) : status;
}

/* An undo of a salvaged log names a seq of that log, which is the salvage's to find. */
static enum tn_status taken_back(struct tn_derive *derive, uint64_t log_no,
                                 const struct tn_entry *entry, int *change)
{
    uint64_t seq = 0;
    if (!tn_body_read_number(entry->body, &seq) || seq > INT64_MAX) {
        return TN_OK;
    }
    return tn_derive_undo(derive, log_no, seq, change);
}

enum tn_status tn_derive_apply(struct tn_derive *derive, uint64_t log_no,
                               const struct tn_entry *entry, bool *was_in, int *change)
{
    const struct tn_id who = tn_derive_who(entry);
    *was_in = false;
    *change = 0;
    switch (tn_kind_from_name(entry->kind)) {
    case TN_KIND_CHECK_IN:
    case TN_KIND_CHECK_OUT:
    case TN_KIND_PASS:
        return tn_id_is_none(&who) ? TN_OK : move(derive, log_no, entry, was_in, change);
    case TN_KIND_VISIT:
        return tn_id_is_none(&who) || tn_id_is_none(&entry->activity) ? TN_OK
                                                                      : stamp(derive, entry);
    case TN_KIND_REGISTER:
        return registered(derive, log_no, entry, change);
    case TN_KIND_REPLACE:
        return replaced(derive, log_no, entry, change);
    case TN_KIND_UNDO:
        return taken_back(derive, log_no, entry, change);
    default:
        return TN_OK;
    }
}
