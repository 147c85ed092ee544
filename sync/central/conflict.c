/* Conflicts: rows a person settles. Their ids derive from what they are about, so noticing one
 * twice, or on another day, is noticing it once. */
#include "sync/central/conflict.h"

#include <string.h>

/* A row a type, and last what an unknown one, of a newer ecosystem, is. */
static const struct tn_conflict_type types[] = {
    {"fork", TN_ABOUT_LOG, "two copies of its log went on apart; both are kept and count",
     "stop using one of the two folders, and reconcile both; if one of them was not used by your"
     " people, settle it so that it does not count"},
    {"gap", TN_ABOUT_LOG,
     "entries are missing before others that came; those are held and not counted",
     "reconcile the station itself; if its disk is lost, settle this as seen"},
    {"chain", TN_ABOUT_LOG,
     "entries do not follow on what came before; they are held and not counted",
     "run `turnout-sync verify --station DIR` on the station, and keep its folder"},
    {"wrong_key", TN_ABOUT_LOG,
     "entries came under another station's key; they are held and not counted",
     "find out which folder was copied or renamed, and use each on one machine only"},
    {"unknown_station", TN_ABOUT_LOG,
     "entries came from a kiosk the centre does not know; they are held and not"
     " counted",
     "set that kiosk up with a card of its own (`turnout-sync station new`); where the"
     " centre was restored from an old copy, look for a newer one"},
    {"salvaged", TN_ABOUT_LOG,
     "its database was damaged or gone, and a new log was begun; what could be read of it counts"
     " once, but some may be altered or missing",
     "look at `turnout-sync verify --station DIR`, compare with what people remember, and have the "
     "disk checked"},
    {"revoked_station", TN_ABOUT_LOG, "it was revoked; what it wrote since is kept and not counted",
     "find the station; if it was never out of your hands, settle this so that it counts, and make"
     " it anew with `station new`"},
    {"clock", TN_ABOUT_LOG, "its clock was further off than the centre corrects without asking",
     "ask who stood there whether the times are right, and settle this with the true ones"},
    {"unknown_badge", TN_ABOUT_BADGE,
     "a badge was scanned that the centre does not know; its visits count",
     "reconcile the other stations, one of which may have made it; if it stays, look whether "
     "somebody made badges with another centre, or with an old copy of this one"},
    {"revoked_badge", TN_ABOUT_BADGE,
     "a badge was scanned after it was replaced or revoked; scans that a kiosk let in count",
     "ask who carries the old badge: its learner, who found it again, or somebody else"},
    {"two_learners", TN_ABOUT_BADGE,
     "one badge was given to two learners; it counts for the first of them",
     "ask who carries it now, and give the other one a new badge"},
    {"sealed_form", TN_ABOUT_BADGE,
     "a walk-in's form does not open with this keyring; its visits count",
     "open it with the keyring whose vault part was in use then, or ask at the desk who it was"},
    {"duplicate", TN_ABOUT_LEARNER, "two learners may be one and the same; they count as two",
     "compare the two with `conflicts show`; merge them, or say that they are distinct"},
    {"overlap", TN_ABOUT_PERSON, "one learner was at two places at once; both count",
     "find out at which of them somebody else carried the badge"},
    {"capacity", TN_ABOUT_ACTIVITY,
     "more learners were in an activity at once than it has room for; all count",
     "check the activity's capacity and its default minutes, or accept it"},
    {NULL, TN_ABOUT_LOG, "a kind that this version does not know", "use a newer turnout-sync"},
};

const struct tn_conflict_type *tn_conflict_type(const char *name)
{
    const struct tn_conflict_type *type = types;
    while (type->name != NULL && strcmp(type->name, name) != 0) {
        type++;
    }
    return type;
}

bool tn_conflict_type_is_known(const char *name)
{
    return tn_conflict_type(name)->name != NULL;
}

struct tn_id tn_conflict_id(const struct tn_centre *centre, const struct tn_conflict_key *key)
{
    static const char label[] = "turnout conflict v1";
    const struct tn_bytes parts[] = {
        {(const uint8_t *)label, sizeof label - 1},
        {centre->id.b, TN_ID_SIZE},
        {(const uint8_t *)key->type, strlen(key->type)},
        {key->a.b, TN_ID_SIZE},
        {key->b.b, TN_ID_SIZE},
        {key->c.b, TN_ID_SIZE},
    };
    return tn_id_of(parts, tn_id_is_none(&key->c) ? 5 : 6);
}

/* About somebody who was erased nobody can be asked. */
static enum tn_status is_erased(struct tn_centre *centre, const struct tn_conflict_key *key,
                                bool *is_erased)
{
    static const char sql[] =
        "SELECT 1 FROM learner WHERE ecosystem = $1 AND erased_at IS NOT NULL AND id IN ($2, $3,"
        " (SELECT learner FROM badge WHERE ecosystem = $1 AND id = $2))";
    struct tn_stmt *stmt = NULL;
    const enum tn_conflict_about about = tn_conflict_type(key->type)->about;
    *is_erased = false;
    if (about == TN_ABOUT_LOG || about == TN_ABOUT_ACTIVITY) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_id(stmt, 2, &key->a);
        tn_bind_id(stmt, 3, &key->b);
        status = tn_step(stmt, is_erased);
        tn_reset(stmt);
    }
    return status;
}

enum tn_status tn_conflict_put(struct tn_centre *centre, const struct tn_conflict_key *key,
                               int64_t now_ms)
{
    static const char sql[] = "INSERT INTO conflict (ecosystem, id, type, a, b, c, state, at)"
                              " VALUES ($1, $2, $3, $4, $5, $6, 'open', $7) ON CONFLICT DO NOTHING";
    struct tn_id id = tn_conflict_id(centre, key);
    struct tn_stmt *stmt = NULL;
    bool is_ghost = false;
    enum tn_status status = is_erased(centre, key, &is_ghost);
    if (status != TN_OK || is_ghost) {
        return status;
    }
    status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, key->type);
    tn_bind_id(stmt, 4, &key->a);
    tn_bind_id(stmt, 5, &key->b);
    tn_bind_id(stmt, 6, &key->c);
    tn_bind_int(stmt, 7, now_ms);
    return tn_run(stmt);
}

enum tn_status tn_conflict_note(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b, int64_t now_ms)
{
    const struct tn_conflict_key key = {.type = type, .a = *a, .b = *b};
    return tn_conflict_put(centre, &key, now_ms);
}

enum tn_status tn_conflict_take(struct tn_centre *centre, const struct tn_conflict_key *key)
{
    static const char sql[] =
        "DELETE FROM conflict WHERE ecosystem = $1 AND id = $2 AND state = 'open'";
    struct tn_id id = tn_conflict_id(centre, key);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &id);
    return tn_run(stmt);
}

enum tn_status tn_conflict_is_open(struct tn_centre *centre, const struct tn_conflict_key *key,
                                   bool *is_open)
{
    static const char sql[] =
        "SELECT 1 FROM conflict WHERE ecosystem = $1 AND id = $2 AND state = 'open'";
    struct tn_id id = tn_conflict_id(centre, key);
    struct tn_stmt *stmt = NULL;
    *is_open = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &id);
    status = tn_step(stmt, is_open);
    tn_reset(stmt);
    return status;
}

enum tn_status tn_conflict_drop(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b)
{
    const struct tn_conflict_key key = {.type = type, .a = *a, .b = *b};
    return tn_conflict_take(centre, &key);
}

enum tn_status tn_conflicts_of_station(struct tn_centre *centre, const struct tn_public_key *key,
                                       void (*each)(void *ctx, const char *type, uint64_t count),
                                       void *ctx)
{
    static const char sql[] =
        "SELECT type, count(*) FROM conflict WHERE ecosystem = $1 AND state = 'open' AND (a IN"
        " (SELECT log_id FROM kiosk WHERE ecosystem = $1 AND pubkey = $2) OR a IN"
        " (SELECT e.badge FROM kiosk k JOIN entry e ON e.ecosystem = k.ecosystem AND e.log_no ="
        " k.log_no WHERE k.ecosystem = $1 AND k.pubkey = $2 AND e.badge IS NOT NULL))"
        " GROUP BY type ORDER BY type";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){key->b, TN_PUBLIC_KEY_SIZE});
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        each(ctx, tn_col_text(stmt, 0), (uint64_t)tn_col_int(stmt, 1));
    }
    tn_reset(stmt);
    return status;
}
