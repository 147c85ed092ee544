/* What a correction changes is not guessed from its selectors: everybody who was at its event, or
 * those it lists, are derived with it, and their visits are compared with what they were. So the
 * numbers that are said are the ones that will stand in the reports. */
#include "sync/central/correct.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/audit.h"
#include "sync/central/derive.h"
#include "sync/central/ids.h"
#include "sync/central/merge.h"
#include "turnout/log.h"

/* Ids in the first column of a statement that is ready to step. */
static enum tn_status take_ids(struct tn_stmt *stmt, struct tn_chosen *out)
{
    size_t room = out->count;
    bool has_row = false;
    enum tn_status status;
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (out->count == room) {
            room = room == 0 ? 64 : 2 * room;
            struct tn_id *more = reallocarray(out->ids, room, sizeof *more);
            if (more == NULL) {
                status = TN_ERR_NO_MEMORY;
                break;
            }
            out->ids = more;
        }
        tn_col_id(stmt, 0, &out->ids[out->count++]);
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_choose_group(struct tn_centre *centre, const char *title, struct tn_chosen *out)
{
    static const char sql[] = "SELECT learner FROM learner_group WHERE ecosystem = $1 AND title ="
                              " $2 ORDER BY learner";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, title);
    status = take_ids(stmt, out);
    return status == TN_OK && out->count == 0 ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_choose_learner(struct tn_centre *centre, const char *id, struct tn_chosen *out)
{
    static const char sql[] =
        "SELECT DISTINCT learner FROM learner_alias WHERE ecosystem = $1 AND source_id = $2 AND"
        " (source = 'roster' OR NOT EXISTS (SELECT 1 FROM learner_alias r WHERE r.ecosystem = $1"
        " AND r.source = 'roster' AND r.source_id = $2))";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, id);
    status = take_ids(stmt, out);
    if (status != TN_OK) {
        return status;
    }
    return out->count == 0 ? TN_ERR_NOT_FOUND : out->count > 1 ? TN_ERR_EXISTS : TN_OK;
}

/* One visit, as far as anybody can see. */
struct seen {
    struct tn_id id;
    struct tn_id what; /* a hash of the rest */
    struct tn_id who;
};

struct all_seen {
    struct seen *rows;
    size_t count;
    size_t max;
};

static enum tn_status take_seen(struct tn_stmt *stmt, const struct tn_person *person,
                                struct all_seen *out)
{
    int64_t numbers[3] = {tn_col_int(stmt, 2), tn_col_int(stmt, 3), tn_col_int(stmt, 4)};
    struct tn_id activity;
    if (out->count == out->max) {
        size_t room = out->max == 0 ? 1024 : 2 * out->max;
        struct seen *rows = reallocarray(out->rows, room, sizeof *rows);
        if (rows == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        out->rows = rows;
        out->max = room;
    }
    struct seen *seen = &out->rows[out->count++];
    tn_col_id(stmt, 0, &seen->id);
    tn_col_id(stmt, 1, &activity);
    const struct tn_bytes parts[] = {{person->event.b, TN_ID_SIZE},
                                     {activity.b, TN_ID_SIZE},
                                     {(const uint8_t *)numbers, sizeof numbers}};
    seen->what = tn_id_of(parts, 3);
    seen->who = person->who;
    return TN_OK;
}

static enum tn_status look_at(struct tn_centre *centre, const struct tn_person *person,
                              struct all_seen *out)
{
    static const char sql[] = "SELECT id, activity, starts, ends, imputed FROM visit WHERE"
                              " ecosystem = $1 AND event = $2 AND who = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &person->event);
    tn_bind_id(stmt, 3, &person->who);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        status = take_seen(stmt, person, out);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}

static int compare_people(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct tn_person));
}

/* The visits of the batch's people, each once; deriving leaves them in another order. */
static enum tn_status look(struct tn_centre *centre, struct tn_batch *batch, struct all_seen *out)
{
    enum tn_status status = TN_OK;
    out->count = 0;
    if (batch->people_count > 0) {
        qsort(batch->people, batch->people_count, sizeof *batch->people, compare_people);
    }
    for (size_t i = 0; i < batch->people_count && status == TN_OK; i++) {
        if (i == 0 || compare_people(&batch->people[i - 1], &batch->people[i]) != 0) {
            status = look_at(centre, &batch->people[i], out);
        }
    }
    return status;
}

static int compare_seen(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct seen));
}

/* Counts what is in one of the two and not in the other: visits by their name, people once. */
static enum tn_status compare(struct all_seen *a, struct all_seen *b, struct tn_corrected *out)
{
    struct tn_id *who = calloc(a->count + b->count + 1, sizeof *who);
    const struct tn_id *last = NULL;
    size_t i = 0;
    size_t k = 0;
    size_t people = 0;
    if (who == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    if (a->count > 0) {
        qsort(a->rows, a->count, sizeof *a->rows, compare_seen);
    }
    if (b->count > 0) {
        qsort(b->rows, b->count, sizeof *b->rows, compare_seen);
    }
    while (i < a->count || k < b->count) {
        int c = i == a->count ? 1 : k == b->count ? -1 : compare_seen(&a->rows[i], &b->rows[k]);
        const struct seen *one = c <= 0 ? &a->rows[i] : &b->rows[k];
        if (c != 0) {
            out->visits += last == NULL || !tn_id_equal(last, &one->id);
            last = &one->id;
            who[people++] = one->who;
        }
        i += c <= 0;
        k += c >= 0;
    }
    if (people > 0) {
        qsort(who, people, sizeof *who, tn_ids_compare);
    }
    for (i = 0; i < people; i++) {
        out->learners += i == 0 || !tn_id_equal(&who[i - 1], &who[i]);
    }
    free(who);
    return TN_OK;
}

/* Everybody at the event of whom anything is known there. */
static enum tn_status note_event(struct tn_centre *centre, const struct tn_correction *rule,
                                 struct tn_batch *batch)
{
    static const char *const texts[] = {
        "SELECT DISTINCT s.badge FROM sighting s JOIN kiosk k ON k.ecosystem = s.ecosystem AND"
        " k.log_no = s.log_no WHERE s.ecosystem = $1 AND s.event = $2 AND (k.station = $3 OR $3 ="
        " '')",
        "SELECT DISTINCT coalesce(m.root, t.learner) FROM attendance t LEFT JOIN merged m ON"
        " m.ecosystem = t.ecosystem AND m.learner = t.learner WHERE t.ecosystem = $1 AND t.event ="
        " $2 AND $3 = ''",
        "SELECT DISTINCT who FROM visit WHERE ecosystem = $1 AND event = $2 AND $3 = $3",
    };
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == TN_OK; i++) {
        struct tn_chosen found = {0};
        struct tn_stmt *stmt = NULL;
        status = tn_centre_prepare(centre, texts[i], &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_id(stmt, 2, &rule->event);
        tn_bind_text(stmt, 3, rule->station);
        status = take_ids(stmt, &found);
        for (size_t k = 0; k < found.count && status == TN_OK; k++) {
            status = i == 0 ? tn_derive_note_badge(centre, batch, &rule->event, &found.ids[k])
                            : tn_batch_add_person(batch, &rule->event, &found.ids[k]);
        }
        free(found.ids);
    }
    return status;
}

static enum tn_status note_learners(struct tn_centre *centre, const struct tn_correction *rule,
                                    const struct tn_chosen *learners, struct tn_batch *batch)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < learners->count && status == TN_OK; i++) {
        struct tn_id root;
        status = tn_merge_root(centre, &learners->ids[i], &root);
        if (status == TN_OK) {
            status = tn_batch_add_person(batch, &rule->event, &root);
        }
    }
    return status;
}

/* The learners that a correction lists. */
static enum tn_status read_learners(struct tn_centre *centre, int64_t seq, struct tn_chosen *out)
{
    static const char sql[] = "SELECT learner FROM correction_learner WHERE ecosystem = $1 AND seq"
                              " = $2 ORDER BY learner";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, seq);
    return take_ids(stmt, out);
}

/* Notes whom a correction is about: of an undo, whom that is about which it reverts in the end. */
static enum tn_status note_rule(struct tn_centre *centre, const struct tn_corrections *all,
                                const struct tn_correction *rule, const struct tn_chosen *learners,
                                struct tn_batch *batch)
{
    struct tn_chosen own = {0};
    enum tn_status status = TN_OK;
    const bool is_undo = rule->verb == TN_CORRECT_UNDO;
    while (rule->verb == TN_CORRECT_UNDO && rule->reverts >= 1 &&
           (size_t)rule->reverts <= all->count) {
        rule = &all->rows[rule->reverts - 1];
    }
    if (is_undo && rule->has_learners) {
        status = read_learners(centre, rule->seq, &own);
        learners = &own;
    }
    if (status == TN_OK) {
        status = rule->has_learners ? note_learners(centre, rule, learners, batch)
                                    : note_event(centre, rule, batch);
    }
    free(own.ids);
    return status;
}

/* An undo of something that is there and not undone. */
static enum tn_status check_undo(const struct tn_corrections *all, int64_t reverts)
{
    if (reverts < 1 || (size_t)reverts > all->count) {
        return TN_ERR_NOT_FOUND;
    }
    for (size_t i = (size_t)reverts; i < all->count; i++) {
        const struct tn_correction *later = &all->rows[i];
        bool is_undone = later->verb == TN_CORRECT_UNDO && later->reverts == reverts;
        for (size_t k = i + 1; k < all->count && is_undone; k++) {
            is_undone = all->rows[k].verb != TN_CORRECT_UNDO || all->rows[k].reverts != later->seq;
        }
        if (is_undone) {
            return TN_ERR_STATE;
        }
    }
    return TN_OK;
}

static enum tn_status keep(struct tn_centre *centre, struct tn_correction_row *row,
                           const struct tn_chosen *learners)
{
    char object[64];
    const struct tn_random random = tn_random_system();
    enum tn_status status =
        tn_correction_append(centre, row, learners->ids, learners->count, &random);
    (void)snprintf(object, sizeof object, "correction %lld: %s", (long long)row->rule.seq,
                   tn_correct_verb_name(row->rule.verb));
    return status == TN_OK ? tn_audit_note(centre, row->at_ms, "correct", object) : status;
}

/* Inside the transaction. */
static enum tn_status make(struct tn_centre *centre, struct tn_correction_row *row,
                           const struct tn_chosen *learners, struct tn_batch *batch,
                           struct tn_corrected *out)
{
    struct all_seen before = {0};
    struct all_seen after = {0};
    enum tn_status status = tn_corrections_load(centre, &batch->corrections);
    if (status == TN_OK && row->rule.verb == TN_CORRECT_UNDO) {
        status = check_undo(&batch->corrections, row->rule.reverts);
    }
    if (status == TN_OK) {
        status = note_rule(centre, &batch->corrections, &row->rule, learners, batch);
    }
    if (status == TN_OK) {
        status = keep(centre, row, learners);
    }
    if (status == TN_OK) {
        status = tn_derive_follow(centre, batch);
    }
    if (status == TN_OK) {
        status = look(centre, batch, &before);
    }
    if (status == TN_OK) {
        status = tn_derive_people(centre, row->at_ms, batch);
    }
    if (status == TN_OK) {
        status = look(centre, batch, &after);
    }
    if (status == TN_OK) {
        status = compare(&before, &after, out);
    }
    free(before.rows);
    free(after.rows);
    out->seq = row->rule.seq;
    return status == TN_OK && out->visits == 0 ? TN_ERR_NOT_FOUND : status;
}

enum tn_status tn_correct(struct tn_centre *centre, struct tn_correction_row *row,
                          const struct tn_chosen *learners, bool is_dry, struct tn_corrected *out)
{
    struct tn_batch batch = {0};
    *out = (struct tn_corrected){0};
    enum tn_status status = tn_batch_make(&batch);
    if (status == TN_OK) {
        status = tn_db_begin(centre->db);
    }
    if (status != TN_OK) {
        tn_batch_free(&batch);
        return status;
    }
    status = make(centre, row, learners, &batch, out);
    if (status == TN_OK && !is_dry) {
        status = tn_db_commit(centre->db);
    } else {
        tn_db_rollback(centre->db);
    }
    tn_batch_free(&batch);
    return status;
}
