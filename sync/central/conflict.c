/* Conflicts: rows a person settles. Their ids derive from what they are about, so noticing one
 * twice, or on another day, is noticing it once. */
#include "sync/central/conflict.h"

#include <string.h>

/* A row a type, and last what an unknown one, of a newer ecosystem, is. */
static const struct tn_conflict_type types[] = {
    {"fork", "two copies of its log went on apart; both are kept and count",
     "stop using one of the two folders, and reconcile both", false},
    {"gap", "entries are missing before others that came; those are held and not counted",
     "reconcile the station itself; if its disk is lost, keep the centre as it is", false},
    {"chain", "entries do not follow on what came before; they are held and not counted",
     "run `turnout-sync verify --station DIR` on the station, and keep its folder", false},
    {"wrong_key", "entries came under another station's key; they are held and not counted",
     "find out which folder was copied or renamed, and use each on one machine only", false},
    {"unknown_station",
     "entries came from a kiosk the centre does not know; they are held and not"
     " counted",
     "set that kiosk up with a card of its own (`turnout-sync station new`); where the"
     " centre was restored from an old copy, look for a newer one",
     false},
    {"salvaged",
     "its database was damaged or gone, and a new log was begun; what could be read of it counts"
     " once, but some may be altered or missing",
     "look at `turnout-sync verify --station DIR`, compare with what people remember, and have the "
     "disk checked",
     false},
    {"revoked_station", "it was revoked; what it wrote since is kept and not counted",
     "find the station; if it was never out of your hands, make it anew with `station new`", false},
    {"unknown_badge", "a badge was scanned that the centre does not know; its visits count",
     "reconcile the other stations, one of which may have made it; if it stays, look whether "
     "somebody made badges with another centre, or with an old copy of this one",
     true},
    {"two_learners", "one badge was given to two learners; it counts for the first of them",
     "ask who carries it now, and give the other one a new badge", true},
    {"sealed_form", "a walk-in's form does not open with this keyring; its visits count",
     "open it with the keyring whose vault part was in use then, or ask at the desk who it was",
     true},
    {NULL, "a kind that this version does not know", "use a newer turnout-sync", false},
};

const struct tn_conflict_type *tn_conflict_type(const char *name)
{
    const struct tn_conflict_type *type = types;
    while (type->name != NULL && strcmp(type->name, name) != 0) {
        type++;
    }
    return type;
}

static struct tn_id conflict_id(const struct tn_centre *centre, const char *type,
                                const struct tn_id *a, const struct tn_id *b)
{
    static const char label[] = "turnout conflict v1";
    const struct tn_bytes parts[] = {
        {(const uint8_t *)label, sizeof label - 1},
        {centre->id.b, TN_ID_SIZE},
        {(const uint8_t *)type, strlen(type)},
        {a->b, TN_ID_SIZE},
        {b->b, TN_ID_SIZE},
    };
    return tn_id_of(parts, sizeof parts / sizeof parts[0]);
}

enum tn_status tn_conflict_note(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b, int64_t now_ms)
{
    static const char sql[] = "INSERT INTO conflict (ecosystem, id, type, a, b, state, at)"
                              " VALUES ($1, $2, $3, $4, $5, 'open', $6) ON CONFLICT DO NOTHING";
    struct tn_id id = conflict_id(centre, type, a, b);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, type);
    tn_bind_id(stmt, 4, a);
    tn_bind_id(stmt, 5, b);
    tn_bind_int(stmt, 6, now_ms);
    return tn_run(stmt);
}

enum tn_status tn_conflict_drop(struct tn_centre *centre, const char *type, const struct tn_id *a,
                                const struct tn_id *b)
{
    static const char sql[] =
        "DELETE FROM conflict WHERE ecosystem = $1 AND id = $2 AND state = 'open'";
    struct tn_id id = conflict_id(centre, type, a, b);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &id);
    return tn_run(stmt);
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
