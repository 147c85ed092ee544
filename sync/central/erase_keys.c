/* What was made from the ids that go, and would lead to whoever guesses them: the ids of conflicts,
 * stays, handouts and sheets of paper, and the learners that settling wrote down in words. Each
 * gets what would have been made from the ghosts, so that deriving anew finds what it made. */
#include <string.h>

#include "sync/central/conflict.h"
#include "sync/central/erase.h"
#include "sync/central/erasing.h"
#include "sync/central/ruling.h"
#include "sync/central/settle.h"

#define TYPE_MAX 64

static const uint8_t nothing[] = "";

/* Where a walk in the order of ids begins: after *last, or before all. */
static void bind_last(struct tn_stmt *stmt, int place, const struct tn_id *last, bool is_first)
{
    tn_bind_bytes(stmt, place,
                  is_first ? (struct tn_bytes){nothing, 0}
                           : (struct tn_bytes){last->b, TN_ID_SIZE});
}

static enum tn_status add_id(struct tn_centre *centre, const struct tn_id *id,
                             const struct tn_id *ghost)
{
    return tn_erasing_add(centre, (struct tn_bytes){id->b, TN_ID_SIZE},
                          (struct tn_bytes){ghost->b, TN_ID_SIZE}, "other");
}

static enum tn_status put_ghost(struct tn_centre *centre, struct tn_id *id)
{
    struct tn_id ghost;
    bool is_there = false;
    enum tn_status status = tn_erasing_ghost(centre, id, &ghost, &is_there);
    *id = is_there ? ghost : *id;
    return status;
}

static enum tn_status next_conflict(struct tn_centre *centre, struct tn_id *id, bool is_first,
                                    struct tn_conflict_key *key, char type[TYPE_MAX], bool *has_row)
{
    static const char sql[] =
        "SELECT id, type, a, b, c FROM conflict WHERE ecosystem = $1 AND id > $2 AND"
        " (" TN_ERASING_ANY("a") " OR " TN_ERASING_ANY("b") " OR " TN_ERASING_ANY(
            "c") ") ORDER BY id LIMIT 1";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bind_last(stmt, 2, id, is_first);
    status = tn_step(stmt, has_row);
    if (status == TN_OK && *has_row) {
        tn_col_id(stmt, 0, id);
        (void)snprintf(type, TYPE_MAX, "%s", tn_col_text(stmt, 1));
        *key = (struct tn_conflict_key){.type = type};
        tn_col_id(stmt, 2, &key->a);
        tn_col_id(stmt, 3, &key->b);
        tn_col_id(stmt, 4, &key->c);
    }
    tn_reset(stmt);
    return status;
}

/* A conflict gets the id that one about the ghosts has: deriving anew finds it settled. */
static enum tn_status add_conflicts(struct tn_centre *centre)
{
    struct tn_id id = {{0}};
    char type[TYPE_MAX] = "";
    struct tn_conflict_key key = {.type = type};
    bool has_row = true;
    enum tn_status status = TN_OK;
    for (bool is_first = true; status == TN_OK; is_first = false) {
        status = next_conflict(centre, &id, is_first, &key, type, &has_row);
        if (status != TN_OK || !has_row) {
            break;
        }
        status = put_ghost(centre, &key.a);
        status = status == TN_OK ? put_ghost(centre, &key.b) : status;
        status = status == TN_OK ? put_ghost(centre, &key.c) : status;
        if (status == TN_OK) {
            const struct tn_id ghost = tn_conflict_id(centre, &key);
            status = add_id(centre, &id, &ghost);
        }
    }
    return status;
}

/* A ruling about a stay names person and event by one hash of both. */
static enum tn_status add_stays(struct tn_centre *centre)
{
    static const char sql[] =
        "SELECT r.about, g.ghost, r.target FROM ruling r JOIN conflict c ON c.ecosystem ="
        " r.ecosystem AND c.id = r.conflict JOIN erasing g ON g.ecosystem = r.ecosystem AND g.id ="
        " c.a WHERE r.ecosystem = $1 AND r.does = 'void_stay' AND r.about > $2 ORDER BY r.about"
        " LIMIT 1";
    struct tn_id about = {{0}};
    enum tn_status status = TN_OK;
    for (bool is_first = true, has_row = true; has_row && status == TN_OK; is_first = false) {
        struct tn_stmt *stmt = NULL;
        struct tn_id ghost = {{0}};
        struct tn_id event = {{0}};
        status = tn_centre_prepare(centre, sql, &stmt);
        if (status != TN_OK) {
            break;
        }
        bind_last(stmt, 2, &about, is_first);
        status = tn_step(stmt, &has_row);
        if (status == TN_OK && has_row) {
            tn_col_id(stmt, 0, &about);
            tn_col_id(stmt, 1, &ghost);
            tn_col_id(stmt, 2, &event);
        }
        tn_reset(stmt);
        if (status == TN_OK && has_row) {
            const struct tn_id stay = tn_ruling_stay(&ghost, &event);
            status = add_id(centre, &about, &stay);
        }
    }
    return status;
}

/* Puts down a conflict that stays as it is, about somebody else's badge by now: the reasons that
 * were given for it, and the rows of the audit log about it, may name whoever goes. */
static enum tn_status add_told(struct tn_centre *centre, const struct tn_id *conflict)
{
    const struct tn_bytes id = {conflict->b, TN_ID_SIZE};
    return tn_erasing_add(centre, id, id, "other");
}

/* Of badges that they and somebody else were given, those that are the other's. */
static enum tn_status add_shared(struct tn_centre *centre)
{
    static const char sql[] =
        "SELECT c.id FROM conflict c WHERE c.ecosystem = $1 AND c.type = 'two_learners' AND (EXISTS"
        " (SELECT 1 FROM handout h WHERE h.ecosystem = c.ecosystem AND h.badge = c.a AND "
        "(" TN_ERASING_ANY("h.learner") " OR " TN_ERASING_ANY(
            "h.old") ")) OR EXISTS (SELECT 1 FROM"
                     " badge b WHERE b.ecosystem = c.ecosystem AND b.id = c.a AND " TN_ERASING_ANY(
                         "b.learner") "))";
    struct tn_erasing_ids ids;
    enum tn_status status = tn_erasing_read(centre, sql, &ids);
    for (size_t i = 0; i < ids.count && status == TN_OK; i++) {
        struct tn_id conflict;
        memcpy(conflict.b, ids.items[i], TN_ID_SIZE);
        status = add_told(centre, &conflict);
    }
    tn_erasing_forget(&ids);
    return status;
}

enum tn_status tn_erase_keys(struct tn_centre *centre)
{
    static const char handouts[] =
        "SELECT hash FROM handout WHERE ecosystem = $1 AND (badge" TN_ERASING_ARE(
            "badge") " OR old" TN_ERASING_ARE("badge") " OR learner" TN_ERASING_ARE("learner") ")";
    static const char paper[] =
        "SELECT id FROM attendance WHERE ecosystem = $1 AND learner" TN_ERASING_ARE("learner");
    size_t added = 0;
    enum tn_status status = add_conflicts(centre);
    status = status == TN_OK ? add_stays(centre) : status;
    status = status == TN_OK ? add_shared(centre) : status;
    status = status == TN_OK ? tn_erasing_add_found(centre, paper, "other", &added) : status;
    return status == TN_OK ? tn_erasing_add_found(centre, handouts, "other", &added) : status;
}

/* Words like `merge=0123...`: what they say with the ghost in the learner's place. */
static enum tn_status reword(struct tn_centre *centre, const char *words, char out[TN_RULE_MAX + 1],
                             bool *is_theirs)
{
    const char *value = strchr(words, '=');
    struct tn_id id;
    struct tn_id ghost;
    char hex[TN_ID_HEX_SIZE];
    *is_theirs = false;
    if (value == NULL || tn_id_from_hex(value + 1, &id) != TN_OK) {
        return TN_OK;
    }
    enum tn_status status = tn_erasing_ghost(centre, &id, &ghost, is_theirs);
    if (status == TN_OK && *is_theirs) {
        tn_id_hex(&ghost, hex);
        (void)snprintf(out, TN_RULE_MAX + 1, "%.*s=%s", (int)(value - words), words, hex);
    }
    return status;
}

/* One place where settling writes words: read with the conflict's id and a step after $2, $3. */
struct place {
    const char *read;
    const char *write; /* $2: the words, $3: the conflict, $4: the step */
};

struct word {
    struct tn_id conflict;
    int64_t step;
    char text[TN_RULE_MAX + 1];
};

static enum tn_status next_word(struct tn_centre *centre, const struct place *place, bool is_first,
                                struct word *word, bool *has_row)
{
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, place->read, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bind_last(stmt, 2, &word->conflict, is_first);
    tn_bind_int(stmt, 3, word->step);
    status = tn_step(stmt, has_row);
    if (status == TN_OK && *has_row) {
        tn_col_id(stmt, 0, &word->conflict);
        word->step = tn_col_int(stmt, 1);
        (void)snprintf(word->text, sizeof word->text, "%s", tn_col_text(stmt, 2));
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status write_word(struct tn_centre *centre, const struct place *place,
                                 const struct word *word, const char *text)
{
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, place->write, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, text);
    tn_bind_id(stmt, 3, &word->conflict);
    tn_bind_int(stmt, 4, word->step);
    return tn_run(stmt);
}

static enum tn_status reword_all(struct tn_centre *centre, const struct place *place)
{
    struct word word = {.step = 0};
    bool has_row = true;
    enum tn_status status = TN_OK;
    for (bool is_first = true; status == TN_OK; is_first = false) {
        char text[TN_RULE_MAX + 1] = "";
        bool is_theirs = false;
        status = next_word(centre, place, is_first, &word, &has_row);
        if (status != TN_OK || !has_row) {
            break;
        }
        status = reword(centre, word.text, text, &is_theirs);
        if (status == TN_OK && is_theirs) {
            status = write_word(centre, place, &word, text);
            status = status == TN_OK ? add_told(centre, &word.conflict) : status;
        }
    }
    return status;
}

enum tn_status tn_erase_words(struct tn_centre *centre)
{
    static const struct place places[] = {
        {"SELECT id, 0, rule FROM conflict WHERE ecosystem = $1 AND id > $2 AND $3 >= 0 AND rule"
         " LIKE '%=%' ORDER BY id LIMIT 1",
         "UPDATE conflict SET rule = $2 WHERE ecosystem = $1 AND id = $3 AND $4 >= 0"},
        {"SELECT conflict, step, how FROM settlement WHERE ecosystem = $1 AND conflict >= $2 AND"
         " (conflict > $2 OR step > $3) AND how LIKE '%=%' ORDER BY conflict, step LIMIT 1",
         "UPDATE settlement SET how = $2, why = '' WHERE ecosystem = $1 AND conflict = $3 AND step "
         "= $4"},
    };
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < sizeof places / sizeof places[0] && status == TN_OK; i++) {
        status = reword_all(centre, &places[i]);
    }
    return status;
}
