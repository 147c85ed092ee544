/* Taking an entry back: what follows from entries is found again for its one person, from all of
 * their entries that still count. That reads the whole log (there is no index by person, which
 * every scan would have to write to): some tens of milliseconds at 100,000 entries, for something
 * a person does now and then. */
#include "kiosk/core/derive.h"

#include <string.h>

/* What version 3 wrote first may hold a badge that replaced one that replaced one ...: longer
 * chains end here. */
#define ALIASES_MAX 8

/* The entry taken back, as far as it matters. */
struct target {
    struct tn_entry entry; /* kind, event, activity, badge, learner */
    struct tn_id who;      /* whose it is by now */
};

/* Where a person stands by their entries. */
struct standing {
    bool is_known; /* one of them says anything */
    bool is_in;
    uint64_t log_no; /* the entry that made it so */
    uint64_t seq;
};

static enum tn_status follow(struct tn_derive *derive, struct tn_id *who, bool *is_more)
{
    sqlite3_stmt *stmt = NULL;
    *is_more = false;
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_ALIAS_GET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    const struct tn_id badge = *who;
    tn_sql_bind_id(stmt, 1, &badge);
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        *is_more = tn_sql_get_id(stmt, 0, who) && !tn_id_is_none(who);
        *who = *is_more ? *who : badge;
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* A learner is one as they are; a badge may have become somebody's. */
enum tn_status tn_derive_who_now(struct tn_derive *derive, const struct tn_entry *entry,
                                 struct tn_id *out)
{
    bool is_more = tn_id_is_none(&entry->learner);
    enum tn_status status = TN_OK;
    *out = tn_derive_who(entry);
    for (int i = 0; status == TN_OK && is_more && i < ALIASES_MAX; i++) {
        status = follow(derive, out, &is_more);
    }
    return status;
}

static enum tn_status find_target(struct tn_derive *derive, uint64_t log_no, uint64_t seq,
                                  struct target *out)
{
    sqlite3_stmt *stmt = NULL;
    struct tn_entry *entry = &out->entry;
    *out = (struct target){0};
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_TARGET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_sql_bind_int(stmt, 1, (int64_t)log_no);
    tn_sql_bind_int(stmt, 2, (int64_t)seq);
    status = tn_sql_row(stmt);
    if (status == TN_OK) {
        bool is_good =
            tn_sql_get_text(stmt, 0, entry->kind, sizeof entry->kind) &&
            tn_sql_get_id(stmt, 1, &entry->event) && tn_sql_get_id(stmt, 2, &entry->activity) &&
            tn_sql_get_id(stmt, 3, &entry->badge) && tn_sql_get_id(stmt, 4, &entry->learner);
        status = is_good ? TN_OK : tn_sql_bad_row(stmt);
    }
    tn_sql_reset(stmt);
    return status == TN_OK ? tn_derive_who_now(derive, entry, &out->who) : status;
}

static void bind_person(sqlite3_stmt *stmt, const struct target *target)
{
    tn_sql_bind_bytes(stmt, 1, target->entry.event.b, sizeof target->entry.event.b);
    tn_sql_bind_bytes(stmt, 2, target->who.b, sizeof target->who.b);
}

static void step(struct standing *standing, const char *kind, uint64_t log_no, uint64_t seq)
{
    const enum tn_move how = tn_derive_move(kind);
    const bool is_in = how == TN_MOVE_TURN ? !standing->is_in : how == TN_MOVE_IN;
    if (is_in != standing->is_in) {
        *standing = (struct standing){true, is_in, log_no, seq};
    }
}

static enum tn_status find_standing(struct tn_derive *derive, const struct target *target,
                                    struct standing *out)
{
    sqlite3_stmt *stmt = NULL;
    char kind[TN_KIND_MAX + 1];
    *out = (struct standing){0};
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_MOVES, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bind_person(stmt, target);
    while ((status = tn_sql_row(stmt)) == TN_OK) {
        if (tn_sql_get_text(stmt, 0, kind, sizeof kind)) {
            step(out, kind, (uint64_t)sqlite3_column_int64(stmt, 1),
                 (uint64_t)sqlite3_column_int64(stmt, 2));
        }
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status was_present(struct tn_derive *derive, const struct target *target, bool *out)
{
    sqlite3_stmt *stmt = NULL;
    char state[8];
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_PRESENCE_GET, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bind_person(stmt, target);
    status = tn_sql_row(stmt);
    *out = status == TN_OK && tn_sql_get_text(stmt, 0, state, sizeof state) &&
           strcmp(state, "in") == 0;
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status put_standing(struct tn_derive *derive, const struct target *target,
                                   const struct standing *standing)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_derive_stmt(
        derive, standing->is_known ? TN_DERIVE_PRESENCE_SET : TN_DERIVE_PRESENCE_DROP, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bind_person(stmt, target);
    if (standing->is_known) {
        tn_sql_bind_text(stmt, 3, standing->is_in ? "in" : "out");
        tn_sql_bind_int(stmt, 4, (int64_t)standing->log_no);
        tn_sql_bind_int(stmt, 5, (int64_t)standing->seq);
    }
    return tn_sql_run(stmt);
}

static enum tn_status restore_presence(struct tn_derive *derive, const struct target *target,
                                       int *change)
{
    bool was_in = false;
    struct standing standing;
    enum tn_status status = was_present(derive, target, &was_in);
    if (status == TN_OK) {
        status = find_standing(derive, target, &standing);
    }
    if (status == TN_OK) {
        status = put_standing(derive, target, &standing);
    }
    if (status == TN_OK) {
        *change = (standing.is_in ? 1 : 0) - (was_in ? 1 : 0);
    }
    return status;
}

/* The stamp goes where no other visit of theirs there is left. */
static enum tn_status restore_stamp(struct tn_derive *derive, const struct target *target)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_VISITS, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bind_person(stmt, target);
    tn_sql_bind_id(stmt, 3, &target->entry.activity);
    status = tn_sql_row(stmt);
    tn_sql_reset(stmt);
    if (status != TN_ERR_NOT_FOUND) {
        return status;
    }
    status = tn_derive_stmt(derive, TN_DERIVE_STAMP_DROP, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bind_person(stmt, target);
    tn_sql_bind_id(stmt, 3, &target->entry.activity);
    return tn_sql_run(stmt);
}

static enum tn_status mark(struct tn_derive *derive, uint64_t log_no, uint64_t seq)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_derive_stmt(derive, TN_DERIVE_UNDONE_SET, &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)seq);
        status = tn_sql_run(stmt);
    }
    return status;
}

enum tn_status tn_derive_undo(struct tn_derive *derive, uint64_t log_no, uint64_t seq, int *change)
{
    struct target target;
    *change = 0;
    enum tn_status status = find_target(derive, log_no, seq, &target);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    status = mark(derive, log_no, seq);
    if (status != TN_OK || tn_id_is_none(&target.who)) {
        return status;
    }
    if (tn_derive_move(target.entry.kind) != TN_MOVE_NONE) {
        return restore_presence(derive, &target, change);
    }
    bool is_visit = strcmp(target.entry.kind, tn_kind_name(TN_KIND_VISIT)) == 0;
    return is_visit ? restore_stamp(derive, &target) : TN_OK;
}
