/* What can be said only once every table is read: which enrolments a source has no more, what
 * classes of one title are called, and which groups its learners are in. Members are walked in
 * chunks, in the order of the key, since a statement that reads them must not run while they are
 * deleted. */
#include <string.h>

#include "sync/exchange/oneroster.h"
#include "turnout/setup.h"

#define CHUNK 1000

/* One statement about the ecosystem ($1) and a source ($2), where it has one. */
static enum tn_status run_for(struct tn_import *import, const char *sql, const char *source)
{
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_text(stmt, 2, source);
        status = tn_run(stmt);
    }
    return status;
}

static enum tn_status run_with(struct tn_import *import, const char *sql, const struct tn_id *id)
{
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_id(stmt, 2, id);
        status = tn_run(stmt);
    }
    return status;
}

/* Whether a statement about one id ($2) has a row. */
static enum tn_status has_any(struct tn_import *import, const char *sql, const struct tn_id *id,
                              int64_t since_ms, bool *out)
{
    struct tn_stmt *stmt = NULL;
    *out = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_id(stmt, 2, id);
        if (since_ms >= 0) {
            tn_bind_int(stmt, 3, since_ms);
        }
        status = tn_step(stmt, out);
        tn_reset(stmt);
    }
    return status;
}

#define TO_COME                                                                                    \
    " WHERE ecosystem = $1 AND learner = $2 AND status <> 'cancelled' AND event IN (SELECT e.id"   \
    " FROM event e WHERE e.ecosystem = $1 AND e.ends > $3)"

enum tn_status tn_oneroster_end(struct tn_import *import, const struct tn_id *learner,
                                enum tn_change *change)
{
    static const char has_members[] = "SELECT 1 FROM class_member WHERE ecosystem = $1"
                                      " AND learner = $2 LIMIT 1";
    static const char has_plans[] = "SELECT 1 FROM registration" TO_COME " LIMIT 1";
    static const char members[] = "DELETE FROM class_member WHERE ecosystem = $1 AND learner = $2";
    static const char groups[] = "DELETE FROM learner_group WHERE ecosystem = $1 AND learner = $2";
    static const char plans[] = "UPDATE registration SET status = 'cancelled'" TO_COME;
    bool has = false;
    bool has_plan = false;
    enum tn_status status = has_any(import, has_members, learner, -1, &has);
    if (status == TN_OK) {
        status = has_any(import, has_plans, learner, import->now_ms, &has_plan);
    }
    if (status != TN_OK || (!has && !has_plan)) {
        return status;
    }
    *change = TN_CHANGE_CHANGED;
    struct tn_stmt *stmt = NULL;
    status = run_with(import, members, learner);
    status = status == TN_OK ? run_with(import, groups, learner) : status;
    status = status == TN_OK ? tn_centre_prepare(import->centre, plans, &stmt) : status;
    if (status == TN_OK) {
        tn_bind_id(stmt, 2, learner);
        tn_bind_int(stmt, 3, import->now_ms);
        status = tn_run(stmt);
    }
    return status;
}

/* Members of one chunk that the files lack although they name the learner. */
struct chunk {
    struct tn_id last; /* the key read last */
    struct tn_id gone[CHUNK];
    size_t gone_count;
    size_t read;
};

static enum tn_status read_chunk(struct tn_import *import, const char *source, struct chunk *chunk)
{
    static const char sql[] =
        "SELECT m.id, m.learner FROM class_member m JOIN class_group c ON c.ecosystem ="
        " m.ecosystem AND c.id = m.class_group WHERE m.ecosystem = $1 AND m.id > $2 AND c.source ="
        " $3 ORDER BY m.id LIMIT 1000";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    chunk->gone_count = chunk->read = 0;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    const struct tn_id from = chunk->last;
    tn_bind_bytes(stmt, 2, (struct tn_bytes){from.b, TN_ID_SIZE});
    tn_bind_text(stmt, 3, source);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id learner;
        tn_col_id(stmt, 0, &chunk->last);
        tn_col_id(stmt, 1, &learner);
        chunk->read++;
        if (tn_idset_find(&import->seen, &learner) != 0 &&
            tn_idset_find(&import->seen, &chunk->last) == 0) {
            chunk->gone[chunk->gone_count++] = chunk->last;
        }
    }
    tn_reset(stmt);
    return status;
}

/* A learner of a bulk package has the classes it says and no others. Learners that it does not name
 * keep theirs: it may be the package of one school. */
static enum tn_status end_members(struct tn_import *import, const char *source)
{
    static const char sql[] = "DELETE FROM class_member WHERE ecosystem = $1 AND id = $2";
    struct chunk chunk = {.read = CHUNK};
    enum tn_status status = TN_OK;
    while (status == TN_OK && chunk.read == CHUNK) {
        status = read_chunk(import, source, &chunk);
        for (size_t i = 0; status == TN_OK && i < chunk.gone_count; i++) {
            status = run_with(import, sql, &chunk.gone[i]);
            tn_import_count(&import->parts[TN_ONEROSTER_MEMBERS].counts, TN_CHANGE_REMOVED);
        }
    }
    return status;
}

/* What a class is called: its title; where another of its partner has the same, also its code; and
 * where that does not tell them apart either, the id that the source gives it. */
#define NAME_OF                                                                                    \
    "CASE WHEN NOT EXISTS (SELECT 1 FROM class_group o WHERE o.ecosystem = c.ecosystem AND"        \
    " o.partner = c.partner AND o.title = c.title AND o.id <> c.id) THEN c.title"                  \
    " WHEN c.code IS NOT NULL AND NOT EXISTS (SELECT 1 FROM class_group o WHERE o.ecosystem ="     \
    " c.ecosystem AND o.partner = c.partner AND o.title = c.title AND o.code = c.code AND"         \
    " o.id <> c.id) THEN c.title || ' (' || c.code || ')'"                                         \
    " ELSE c.title || ' (' || substr(c.source_id, 1, 36) || ')' END"

/* A card of a class follows it to its new name, so that it stays good. A class that is new has no
 * name yet, and so no card. */
static enum tn_status name_classes(struct tn_import *import)
{
    static const char cards[] =
        "UPDATE group_card SET title = (SELECT " NAME_OF " FROM class_group c WHERE c.ecosystem ="
        " group_card.ecosystem AND c.partner = group_card.partner AND c.name = group_card.title"
        " ORDER BY c.id LIMIT 1) WHERE ecosystem = $1 AND EXISTS (SELECT 1 FROM class_group c"
        " WHERE c.ecosystem = group_card.ecosystem AND c.partner = group_card.partner AND c.name ="
        " group_card.title AND c.name <> " NAME_OF " AND NOT EXISTS (SELECT 1 FROM group_card g"
        " WHERE g.ecosystem = c.ecosystem AND g.event = group_card.event AND g.partner = c.partner"
        " AND g.title = " NAME_OF "))";
    static const char names[] = "UPDATE class_group AS c SET name = " NAME_OF
                                " WHERE c.ecosystem = $1 AND c.name <> " NAME_OF;
    const char *const both[] = {cards, names};
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < 2 && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        status = tn_centre_prepare(import->centre, both[i], &stmt);
        status = status == TN_OK ? tn_run(stmt) : status;
    }
    return status;
}

/* The groups of learners whose source has classes are those classes, by their names. Another source
 * may have had to rename a class too. */
static enum tn_status set_groups(struct tn_import *import, const char *source)
{
    static const char drop[] =
        "DELETE FROM learner_group WHERE ecosystem = $1 AND learner IN (SELECT a.learner FROM"
        " learner_alias a WHERE a.ecosystem = $1 AND (a.source = $2 OR a.source IN (SELECT s.source"
        " FROM class_group s WHERE s.ecosystem = $1))) AND NOT EXISTS (SELECT 1 FROM class_member m"
        " JOIN class_group c ON c.ecosystem = m.ecosystem AND c.id = m.class_group WHERE"
        " m.ecosystem = learner_group.ecosystem AND m.learner = learner_group.learner AND c.name ="
        " learner_group.title)";
    static const char add[] =
        "INSERT INTO learner_group (ecosystem, learner, title) SELECT DISTINCT m.ecosystem,"
        " m.learner, c.name FROM class_member m JOIN class_group c ON c.ecosystem = m.ecosystem AND"
        " c.id = m.class_group WHERE m.ecosystem = $1 AND c.source = $2 AND NOT EXISTS (SELECT 1"
        " FROM learner_group g WHERE g.ecosystem = m.ecosystem AND g.learner = m.learner AND"
        " g.title = c.name)";
    static const char add_others[] =
        "INSERT INTO learner_group (ecosystem, learner, title) SELECT DISTINCT m.ecosystem,"
        " m.learner, c.name FROM class_member m JOIN class_group c ON c.ecosystem = m.ecosystem AND"
        " c.id = m.class_group WHERE m.ecosystem = $1 AND c.source <> $2 AND NOT EXISTS (SELECT 1"
        " FROM learner_group g WHERE g.ecosystem = m.ecosystem AND g.learner = m.learner AND"
        " g.title = c.name)";
    enum tn_status status = run_for(import, drop, source);
    status = status == TN_OK ? run_for(import, add, source) : status;
    return status == TN_OK ? run_for(import, add_others, source) : status;
}

/* Learners that earlier packages of the source brought and that its bulk ones do not name. */
static enum tn_status count_missing(struct tn_import *import,
                                    const struct tn_oneroster_source *source)
{
    static const char sql[] = "SELECT count(*) FROM learner_alias WHERE ecosystem = $1"
                              " AND source = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, source->name);
    status = tn_step(stmt, &has_row);
    const uint64_t known = has_row ? (uint64_t)tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    tn_import_remark(import,
                     &(struct tn_import_remark){
                         "missing", "learner of this source is not in the files any more; it stays",
                         "learners of this source are not in the files any more; they stay",
                         known > source->learners ? known - source->learners : 0});
    return status;
}

enum tn_status tn_oneroster_settle(struct tn_oneroster *one, struct tn_oneroster_source *source)
{
    struct tn_import *import = one->import;
    enum tn_status status = TN_OK;
    if (source->has_all_members) {
        status = end_members(import, source->name);
    }
    status = status == TN_OK ? name_classes(import) : status;
    status = status == TN_OK ? set_groups(import, source->name) : status;
    if (status == TN_OK && source->has_all_users) {
        status = count_missing(import, source);
    }
    return status;
}
