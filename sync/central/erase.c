/* Erasing. Whom it is about is laid down in `erasing` first, each id with its ghost; then every
 * rule is one statement over that table, so that one learner and ten thousand cost the same
 * statements. The price of entries without an index by badge is one walk through `entry`. */
#include "sync/central/erase.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/conflict.h"
#include "sync/central/ruling.h"
#include "turnout/log.h"
#include "turnout/walkin.h"

#define ROUNDS_MAX 100 /* of following what belongs together */

static enum tn_status run(struct tn_centre *centre, const char *sql)
{
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    return status == TN_OK ? tn_run(stmt) : status;
}

static enum tn_status count(struct tn_centre *centre, const char *sql, uint64_t *out)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        status = tn_step(stmt, &has_row);
        *out = has_row ? (uint64_t)tn_col_int(stmt, 0) : 0;
        tn_reset(stmt);
    }
    return status;
}

/* Bytes of an id of `erasing`: 16, or 32 for a hash. */
static enum tn_status add(struct tn_centre *centre, struct tn_bytes id, struct tn_bytes ghost,
                          const char *what)
{
    static const char sql[] = "INSERT INTO erasing (ecosystem, id, ghost, what) VALUES"
                              " ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, id);
    tn_bind_bytes(stmt, 3, ghost);
    tn_bind_text(stmt, 4, what);
    return tn_run(stmt);
}

static enum tn_status add_ghosted(struct tn_centre *centre, struct tn_bytes id, const char *what)
{
    const struct tn_hash ghost = tn_ghost_of(centre, id);
    return add(centre, id, (struct tn_bytes){ghost.b, id.len}, what);
}

/* A list of ids that a statement gave: it is read to its end before anything is written. */
struct ids {
    uint8_t (*items)[TN_HASH_SIZE];
    size_t count;
    size_t cap;
    size_t len; /* of each */
};

static enum tn_status grow(struct ids *ids)
{
    if (ids->count < ids->cap) {
        return TN_OK;
    }
    const size_t cap = ids->cap == 0 ? 64 : ids->cap * 2;
    void *items = realloc(ids->items, cap * sizeof *ids->items);
    if (items == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    ids->items = items;
    ids->cap = cap;
    return TN_OK;
}

static enum tn_status read_ids(struct tn_centre *centre, const char *sql, struct ids *out)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct ids){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_bytes id = tn_col_bytes(stmt, 0);
        if (id.len != TN_ID_SIZE && id.len != TN_HASH_SIZE) {
            continue;
        }
        status = grow(out);
        if (status != TN_OK) {
            break;
        }
        out->len = id.len;
        memcpy(out->items[out->count++], id.data, id.len);
    }
    tn_reset(stmt);
    return status;
}

static void forget_ids(struct ids *ids)
{
    free(ids->items);
    *ids = (struct ids){0};
}

/* Adds what a statement gives; *added counts. */
static enum tn_status add_found(struct tn_centre *centre, const char *sql, const char *what,
                                size_t *added)
{
    struct ids ids;
    enum tn_status status = read_ids(centre, sql, &ids);
    for (size_t i = 0; i < ids.count && status == TN_OK; i++) {
        status = add_ghosted(centre, (struct tn_bytes){ids.items[i], ids.len}, what);
    }
    *added += ids.count;
    forget_ids(&ids);
    return status;
}

#define ARE(kind) " IN (SELECT id FROM erasing WHERE ecosystem = $1 AND what = '" kind "')"
#define NOT_YET(column) " AND " column " NOT IN (SELECT id FROM erasing WHERE ecosystem = $1)"

/* What belongs to whom, until nothing new is found: a learner's badges, a badge's learner, and
 * those who were merged. A badge that two were given belongs to the one the badge table says. */
static enum tn_status follow(struct tn_centre *centre)
{
    static const struct {
        const char *what;
        const char *sql;
    } steps[] = {
        {"badge",
         "SELECT id FROM badge WHERE ecosystem = $1 AND learner" ARE("learner") NOT_YET("id")},
        {"badge",
         "SELECT DISTINCT s.badge FROM event e JOIN sighting s ON s.ecosystem = e.ecosystem AND"
         " s.event = e.id WHERE e.ecosystem = $1 AND s.learner" ARE("learner")
             NOT_YET("s.badge") " AND NOT EXISTS (SELECT 1 FROM badge b WHERE b.ecosystem = $1 AND "
                                "b.id = s.badge AND"
                                " b.learner IS NOT NULL)"},
        {"learner", "SELECT DISTINCT learner FROM badge WHERE ecosystem = $1 AND id" ARE(
                        "badge") " AND learner IS NOT NULL" NOT_YET("learner")},
        {"learner", "SELECT learner FROM merged WHERE ecosystem = $1 AND root" ARE("learner")
                        NOT_YET("learner")},
        {"learner", "SELECT DISTINCT root FROM merged WHERE ecosystem = $1 AND learner" ARE(
                        "learner") NOT_YET("root")},
    };
    enum tn_status status = TN_OK;
    size_t added = 1;
    for (int round = 0; round < ROUNDS_MAX && added > 0 && status == TN_OK; round++) {
        added = 0;
        for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == TN_OK; i++) {
            status = add_found(centre, steps[i].sql, steps[i].what, &added);
        }
    }
    return status;
}

/* Every id that stood for them, also those that another system's ids would give. */
static enum tn_status bury(struct tn_centre *centre, int64_t at_ms)
{
    static const char all[] = "SELECT id FROM erasing WHERE ecosystem = $1";
    static const char aliases[] =
        "SELECT source, source_id FROM learner_alias WHERE ecosystem = $1 AND learner" ARE(
            "learner") " ORDER BY source, source_id LIMIT 1 OFFSET $2";
    struct ids ids;
    enum tn_status status = read_ids(centre, all, &ids);
    for (size_t i = 0; i < ids.count && status == TN_OK; i++) {
        struct tn_id id;
        memcpy(id.b, ids.items[i], TN_ID_SIZE);
        status =
            tn_tombstone_add(centre, &(struct tn_tombstone){tn_tombstone_of(centre, &id), at_ms});
    }
    forget_ids(&ids);
    bool has_row = status == TN_OK;
    for (int64_t i = 0; has_row && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        struct tn_id id = {{0}};
        status = tn_centre_prepare(centre, aliases, &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_int(stmt, 2, i);
        status = tn_step(stmt, &has_row);
        if (status == TN_OK && has_row) {
            id = tn_centre_id(&centre->id, "learner", tn_col_text(stmt, 0), tn_col_text(stmt, 1));
        }
        tn_reset(stmt);
        if (status == TN_OK && has_row) {
            status = tn_tombstone_add(centre,
                                      &(struct tn_tombstone){tn_tombstone_of(centre, &id), at_ms});
        }
    }
    return status;
}

/* An id of a conflict, with ghosts in place of whom it is about. */
static enum tn_status ghost_in(struct tn_centre *centre, struct tn_stmt *stmt, int column,
                               const struct ids *gone, struct tn_id *out)
{
    tn_col_id(stmt, column, out);
    for (size_t i = 0; i < gone->count; i++) {
        if (memcmp(gone->items[i], out->b, TN_ID_SIZE) == 0) {
            const struct tn_hash ghost = tn_ghost_of(centre, (struct tn_bytes){out->b, TN_ID_SIZE});
            memcpy(out->b, ghost.b, TN_ID_SIZE);
            break;
        }
    }
    return TN_OK;
}

#define ABOUT_THEM                                                                                 \
    "(a IN (SELECT id FROM erasing WHERE ecosystem = $1) OR b IN (SELECT id FROM erasing WHERE"    \
    " ecosystem = $1) OR c IN (SELECT id FROM erasing WHERE ecosystem = $1))"

/* Settled conflicts get the id that one about the ghosts has: deriving anew finds it settled. */
static enum tn_status add_conflicts(struct tn_centre *centre)
{
    static const char people[] = "SELECT id FROM erasing WHERE ecosystem = $1";
    static const char sql[] =
        "SELECT id, type, a, b, c FROM conflict WHERE ecosystem = $1 AND state"
        " <> 'open' AND " ABOUT_THEM " ORDER BY id LIMIT 1 OFFSET $2";
    struct ids gone;
    bool has_row = true;
    enum tn_status status = read_ids(centre, people, &gone);
    for (int64_t i = 0; has_row && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        struct tn_id id = {{0}};
        struct tn_id ghost = {{0}};
        char type[64] = "";
        struct tn_conflict_key key = {.type = type};
        status = tn_centre_prepare(centre, sql, &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_int(stmt, 2, i);
        status = tn_step(stmt, &has_row);
        if (status == TN_OK && has_row) {
            tn_col_id(stmt, 0, &id);
            (void)snprintf(type, sizeof type, "%s", tn_col_text(stmt, 1));
            (void)ghost_in(centre, stmt, 2, &gone, &key.a);
            (void)ghost_in(centre, stmt, 3, &gone, &key.b);
            (void)ghost_in(centre, stmt, 4, &gone, &key.c);
            ghost = tn_conflict_id(centre, &key);
        }
        tn_reset(stmt);
        if (status == TN_OK && has_row) {
            status = add(centre, (struct tn_bytes){id.b, TN_ID_SIZE},
                         (struct tn_bytes){ghost.b, TN_ID_SIZE}, "other");
        }
    }
    forget_ids(&gone);
    return status;
}

/* A ruling about a stay names person and event by one hash of both. */
static enum tn_status add_stays(struct tn_centre *centre)
{
    static const char sql[] =
        "SELECT r.about, g.ghost, r.target FROM ruling r JOIN conflict c ON c.ecosystem = "
        "r.ecosystem"
        " AND c.id = r.conflict JOIN erasing g ON g.ecosystem = r.ecosystem AND g.id = c.a WHERE"
        " r.ecosystem = $1 AND r.does = 'void_stay' ORDER BY r.about LIMIT 1 OFFSET $2";
    bool has_row = true;
    enum tn_status status = TN_OK;
    for (int64_t i = 0; has_row && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        struct tn_id about = {{0}};
        struct tn_id ghost = {{0}};
        struct tn_id event = {{0}};
        status = tn_centre_prepare(centre, sql, &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_int(stmt, 2, i);
        status = tn_step(stmt, &has_row);
        if (status == TN_OK && has_row) {
            tn_col_id(stmt, 0, &about);
            tn_col_id(stmt, 1, &ghost);
            tn_col_id(stmt, 2, &event);
        }
        tn_reset(stmt);
        if (status == TN_OK && has_row) {
            const struct tn_id stay = tn_ruling_stay(&ghost, &event);
            status = add(centre, (struct tn_bytes){about.b, TN_ID_SIZE},
                         (struct tn_bytes){stay.b, TN_ID_SIZE}, "other");
        }
    }
    return status;
}

/* Keys that were made from what goes. */
static enum tn_status add_keys(struct tn_centre *centre)
{
    static const char handouts[] = "SELECT hash FROM handout WHERE ecosystem = $1 AND (badge" ARE(
        "badge") " OR old" ARE("badge") " OR learner" ARE("learner") ")";
    size_t added = 0;
    enum tn_status status = add_conflicts(centre);
    status = status == TN_OK ? add_stays(centre) : status;
    return status == TN_OK ? add_found(centre, handouts, "other", &added) : status;
}

static enum tn_status count_all(struct tn_centre *centre, struct tn_erase_sum *out)
{
    static const char learners[] =
        "SELECT count(*) FROM erasing WHERE ecosystem = $1 AND what = 'learner'";
    static const char badges[] =
        "SELECT count(*) FROM erasing WHERE ecosystem = $1 AND what = 'badge'";
    static const char visits[] = "SELECT count(*) FROM visit WHERE ecosystem = $1 AND who IN"
                                 " (SELECT id FROM erasing WHERE ecosystem = $1)";
    static const char forms[] =
        "SELECT count(*) FROM sealed WHERE ecosystem = $1 AND badge" ARE("badge");
    enum tn_status status = count(centre, learners, &out->learners);
    status = status == TN_OK ? count(centre, badges, &out->badges) : status;
    status = status == TN_OK ? count(centre, visits, &out->visits) : status;
    return status == TN_OK ? count(centre, forms, &out->forms) : status;
}

static enum tn_status stamp(struct tn_centre *centre, int64_t at_ms)
{
    static const char secrets[] =
        "UPDATE badge SET secret = $2 WHERE ecosystem = $1 AND id" ARE("badge");
    static const char rows[] = "UPDATE learner SET erased_at = $2, rev = rev + 1 WHERE ecosystem ="
                               " $1 AND id" ARE("learner");
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, secrets, &stmt);
    if (status == TN_OK) {
        tn_bind_bytes(stmt, 2, (struct tn_bytes){(const uint8_t *)"", 0});
        status = tn_run(stmt);
    }
    status = status == TN_OK ? tn_centre_prepare(centre, rows, &stmt) : status;
    if (status == TN_OK) {
        tn_bind_int(stmt, 2, at_ms);
        status = tn_run(stmt);
    }
    return status;
}

static enum tn_status apply_rules(struct tn_centre *centre)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < tn_erase_rule_count && status == TN_OK; i++) {
        if (tn_erase_rules[i].sql != NULL) {
            status = run(centre, tn_erase_rules[i].sql);
        }
    }
    return status;
}

enum tn_status tn_erase_people(struct tn_centre *centre, const struct tn_id *ids, size_t count_of,
                               int64_t at_ms, struct tn_erase_sum *out)
{
    static const char empty[] = "DELETE FROM erasing WHERE ecosystem = $1";
    static const char is_badge[] =
        "UPDATE erasing SET what = 'badge' WHERE ecosystem = $1 AND id IN"
        " (SELECT id FROM badge WHERE ecosystem = $1)";
    *out = (struct tn_erase_sum){0};
    enum tn_status status = run(centre, empty);
    for (size_t i = 0; i < count_of && status == TN_OK; i++) {
        status = add_ghosted(centre, (struct tn_bytes){ids[i].b, TN_ID_SIZE}, "learner");
    }
    status = status == TN_OK ? run(centre, is_badge) : status;
    status = status == TN_OK ? follow(centre) : status;
    status = status == TN_OK ? bury(centre, at_ms) : status;
    status = status == TN_OK ? add_keys(centre) : status;
    status = status == TN_OK ? count_all(centre, out) : status;
    status = status == TN_OK ? tn_erase_entries(centre, out) : status;
    status = status == TN_OK ? tn_erase_held(centre, out) : status;
    status = status == TN_OK ? stamp(centre, at_ms) : status;
    status = status == TN_OK ? apply_rules(centre) : status;
    return status == TN_OK ? run(centre, empty) : status;
}

/* Looks words up one way; *found counts learners. */
static enum tn_status look_up(struct tn_centre *centre, const char *sql, const char *source,
                              const char *words, struct tn_id *out, int *found)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *found = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, words);
    if (source != NULL) {
        tn_bind_text(stmt, 3, source);
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        tn_col_id(stmt, 0, out);
        ++*found;
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_erase_find(struct tn_centre *centre, const char *words, struct tn_id *out)
{
    static const char by_alias[] = "SELECT DISTINCT learner FROM learner_alias WHERE ecosystem = $1"
                                   " AND source_id = $2 AND source = $3";
    static const char by_any[] =
        "SELECT DISTINCT learner FROM learner_alias WHERE ecosystem = $1 AND source_id = $2";
    static const char by_code[] = "SELECT DISTINCT learner FROM badge WHERE ecosystem = $1 AND code"
                                  " = $2 AND learner IS NOT NULL";
    char source[256] = "roster";
    const char *colon = strrchr(words, ':');
    int found = 0;
    enum tn_status status = look_up(centre, by_alias, source, words, out, &found);
    if (status == TN_OK && found == 0 && colon != NULL) {
        (void)snprintf(source, sizeof source, "%.*s", (int)(colon - words), words);
        status = look_up(centre, by_alias, source, colon + 1, out, &found);
    }
    if (status == TN_OK && found == 0 && words[0] != '\0') {
        status = look_up(centre, by_any, NULL, words, out, &found);
    }
    if (status == TN_OK && found == 0 && words[0] != '\0') {
        status = look_up(centre, by_code, NULL, words, out, &found);
    }
    if (status == TN_OK && found != 1) {
        tn_log(TN_LOG_ERROR,
               "%s: %s; give the id in the roster, source:id, or the 9-digit code on"
               " a badge",
               words, found == 0 ? "no learner is known by this" : "more than one learner");
        return found == 0 ? TN_ERR_NOT_FOUND : TN_ERR_STATE;
    }
    return status;
}

enum tn_status tn_erasure_each(struct tn_centre *centre, const struct tn_id *event,
                               enum tn_status (*each)(void *ctx, const struct tn_id *badge),
                               void *ctx)
{
    static const char sql[] =
        "SELECT id FROM erased_badge WHERE ecosystem = $1 AND event = $2 ORDER BY id";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id badge;
        tn_col_id(stmt, 0, &badge);
        status = each(ctx, &badge);
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_erase_scrub(struct tn_centre *centre, bool is_needed)
{
    static const char pending[] =
        "SELECT count(*) FROM erasure WHERE ecosystem = $1 AND is_scrubbed = 0";
    static const char done[] = "UPDATE erasure SET is_scrubbed = 1 WHERE ecosystem = $1";
    uint64_t waiting = 0;
    enum tn_status status = count(centre, pending, &waiting);
    if (status != TN_OK || (waiting == 0 && !is_needed)) {
        return status;
    }
    status = tn_db_scrub(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = run(centre, done);
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}
