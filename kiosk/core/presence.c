/* Who is in. Derived from entries by one rule, used by a scan and by a salvage alike: check_in sets
 * in, check_out sets out, pass turns it over; whoever is named by a learner id is one person over
 * all their badges. A change to the state it has already is not written: one page less. */
#include <string.h>

#include "kiosk/core/station_impl.h"

enum move { MOVE_NONE, MOVE_IN, MOVE_OUT, MOVE_TURN };

static enum move move_of(const char *kind)
{
    static const enum move moves[TN_KIND_COUNT + 1] = {
        [TN_KIND_CHECK_IN] = MOVE_IN,
        [TN_KIND_CHECK_OUT] = MOVE_OUT,
        [TN_KIND_PASS] = MOVE_TURN,
    };
    return moves[tn_kind_from_name(kind)];
}

/* An event that is none is sixteen zero bytes in the key, which must not be NULL. */
static void bind_key(sqlite3_stmt *stmt, const struct tn_entry *entry)
{
    const struct tn_id *who = tn_id_is_none(&entry->learner) ? &entry->badge : &entry->learner;
    tn_sql_bind_bytes(stmt, 1, entry->event.b, sizeof entry->event.b);
    tn_sql_bind_bytes(stmt, 2, who->b, sizeof who->b);
}

static enum tn_status look(sqlite3_stmt *get, const struct tn_entry *entry, bool *is_in)
{
    char state[8];
    *is_in = false;
    bind_key(get, entry);
    enum tn_status status = tn_sql_row(get);
    if (status == TN_OK) {
        *is_in = tn_sql_get_text(get, 0, state, sizeof state) && strcmp(state, "in") == 0;
    }
    tn_sql_reset(get);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_presence_apply(sqlite3_stmt *get, sqlite3_stmt *set, uint64_t log_no,
                                 const struct tn_entry *entry, bool *was_in, int *change)
{
    enum move move = move_of(entry->kind);
    *was_in = false;
    *change = 0;
    if (move == MOVE_NONE || (tn_id_is_none(&entry->learner) && tn_id_is_none(&entry->badge))) {
        return TN_OK;
    }
    enum tn_status status = look(get, entry, was_in);
    bool is_in = move == MOVE_TURN ? !*was_in : move == MOVE_IN;
    if (status != TN_OK || is_in == *was_in) {
        return status;
    }
    bind_key(set, entry);
    tn_sql_bind_text(set, 3, is_in ? "in" : "out");
    tn_sql_bind_int(set, 4, (int64_t)log_no);
    tn_sql_bind_int(set, 5, (int64_t)entry->seq);
    status = tn_sql_run(set);
    *change = is_in ? 1 : -1;
    return status;
}
