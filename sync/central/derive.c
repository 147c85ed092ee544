/* The statements on `visit`, and what is derived of one person. */
#include "sync/central/derive.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/collect.h"
#include "sync/central/detect.h"
#include "sync/central/visited.h"

/* By who first: what is known of people lies in that order, all over tables of millions of rows,
 * and is so gone through once and not once for every event. */
static int compare_people(const void *a, const void *b)
{
    const struct tn_person *x = a;
    const struct tn_person *y = b;
    const int c = memcmp(x->who.b, y->who.b, TN_ID_SIZE);
    return c != 0 ? c : memcmp(x->event.b, y->event.b, TN_ID_SIZE);
}

static const char *const sources[] = {
    [TN_VISIT_SCAN] = "scan", [TN_VISIT_PAPER] = "paper", [TN_VISIT_ADDED] = "added"};

static enum tn_status insert_visit(struct tn_centre *centre, const struct tn_person *person,
                                   const struct tn_visit *visit)
{
    static const char sql[] =
        "INSERT INTO visit (ecosystem, id, who, learner, badge, event, activity, in_log, in_seq,"
        " out_log, out_seq, starts, ends, minutes, imputed, clock, source) VALUES ($1, $2, $3, $4, "
        "$5,"
        " $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    bool is_badge = tn_id_equal(&person->who, &visit->badge);
    tn_bind_int(stmt, 1, centre->no);
    tn_bind_id(stmt, 2, &visit->id);
    tn_bind_id(stmt, 3, &person->who);
    tn_bind_id(stmt, 4, is_badge ? NULL : &person->who);
    tn_bind_id(stmt, 5, &visit->badge);
    tn_bind_id(stmt, 6, &person->event);
    tn_bind_id(stmt, 7, &visit->activity);
    tn_bind_id(stmt, 8, &visit->in_log);
    tn_bind_int(stmt, 9, (int64_t)visit->in_seq);
    tn_bind_id(stmt, 10, &visit->out_log);
    tn_bind_int(stmt, 11, (int64_t)visit->out_seq);
    tn_bind_int(stmt, 12, visit->starts);
    tn_bind_int(stmt, 13, visit->ends);
    tn_bind_int(stmt, 14, (visit->ends - visit->starts + 30000) / 60000);
    tn_bind_int(stmt, 15, visit->imputed);
    tn_bind_int(stmt, 16, visit->clock);
    tn_bind_text(stmt, 17, sources[visit->source]);
    return tn_run(stmt);
}

static enum tn_status derive_person(struct tn_centre *centre, const struct tn_person *person,
                                    int64_t now_ms, struct tn_batch *batch)
{
    batch->stays.count = 0;
    enum tn_status status =
        tn_collect(centre, &batch->corrections, person, now_ms, batch->sightings, &batch->stays);
    for (size_t i = 0; i < batch->stays.count && status == TN_OK; i++) {
        const struct tn_visit *visit = &batch->stays.rows[i];
        status = visit->is_void ? TN_OK : insert_visit(centre, person, visit);
    }
    return status == TN_OK ? tn_visited_put(centre, &person->event, &person->who, batch->stays.rows,
                                            batch->stays.count)
                           : status;
}

/* Whoever was at an event that a correction moves visits from may be at the one it moves them to.
 * The rules of a chain of moves have growing seqs, so one pass in their order finds its end. */
static enum tn_status follow_moves(const struct tn_corrections *corrections, struct tn_batch *batch)
{
    enum tn_status status = TN_OK;
    for (size_t k = 0; k < corrections->count && status == TN_OK; k++) {
        const struct tn_correction *rule = &corrections->rows[k];
        const size_t count = batch->people_count;
        for (size_t i = 0; i < count && !tn_id_is_none(&rule->to_event) && status == TN_OK; i++) {
            const struct tn_person person = batch->people[i];
            if (tn_id_equal(&person.event, &rule->event)) {
                status = tn_batch_add_person(batch, &rule->to_event, &person.who);
            }
        }
    }
    return status;
}

enum tn_status tn_derive_follow(struct tn_centre *centre, struct tn_batch *batch)
{
    enum tn_status status = tn_corrections_load(centre, &batch->corrections);
    if (status == TN_OK) {
        status = follow_moves(&batch->corrections, batch);
    }
    if (batch->people_count > 0) {
        qsort(batch->people, batch->people_count, sizeof *batch->people, compare_people);
    }
    return status;
}

/* One person's events, from `first` on, to before *next; and how they look together. */
static enum tn_status derive_events(struct tn_centre *centre, int64_t now_ms,
                                    struct tn_batch *batch, struct tn_detect *detect, size_t first,
                                    size_t *next)
{
    const struct tn_person *people = batch->people;
    enum tn_status status = TN_OK;
    size_t i = first;
    for (; i < batch->people_count && tn_id_equal(&people[i].who, &people[first].who); i++) {
        if (status == TN_OK && (i == first || compare_people(&people[i - 1], &people[i]) != 0)) {
            status = derive_person(centre, &people[i], now_ms, batch);
        }
    }
    *next = i;
    return status == TN_OK ? tn_detect_person(detect, &people[first], i - first) : status;
}

static enum tn_status derive_and_look(struct tn_centre *centre, int64_t now_ms,
                                      struct tn_batch *batch)
{
    struct tn_detect *detect = NULL;
    enum tn_status status = tn_detect_create(centre, now_ms, &detect);
    for (size_t i = 0; i < batch->people_count && status == TN_OK;) {
        status = derive_events(centre, now_ms, batch, detect, i, &i);
    }
    if (status == TN_OK) {
        status = tn_detect_events(detect, batch->people, batch->people_count);
    }
    tn_detect_free(detect);
    return status;
}

/* Each person once: first the visits of all are forgotten, so that one that moves from one who to
 * another never meets its own id. */
enum tn_status tn_derive_people(struct tn_centre *centre, int64_t now_ms, struct tn_batch *batch)
{
    static const char forget[] =
        "DELETE FROM visit WHERE ecosystem = $1 AND event = $2 AND who = $3";
    enum tn_status status = tn_derive_follow(centre, batch);
    for (size_t i = 0; i < batch->people_count && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        status = tn_db_prepare(centre->db, forget, &stmt);
        if (status == TN_OK) {
            tn_bind_int(stmt, 1, centre->no);
            tn_bind_id(stmt, 2, &batch->people[i].event);
            tn_bind_id(stmt, 3, &batch->people[i].who);
            status = tn_run(stmt);
        }
    }
    if (status == TN_OK && batch->people_count > 0) {
        status = derive_and_look(centre, now_ms, batch);
    }
    return status;
}

enum tn_status tn_derive_mark(struct tn_centre *centre, const struct tn_id *event,
                              const struct tn_id *who)
{
    static const char sql[] = "INSERT INTO stale (ecosystem, event, who) VALUES ($1, $2, $3)"
                              " ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    tn_bind_id(stmt, 3, who);
    return tn_run(stmt);
}

enum tn_status tn_derive_mark_event(struct tn_centre *centre, const struct tn_id *event)
{
    static const char sql[] =
        "INSERT INTO stale (ecosystem, event, who) SELECT DISTINCT v.ecosystem, v.event, v.who FROM"
        " visit v WHERE v.ecosystem = $1 AND v.event = $2 ON CONFLICT DO NOTHING";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    return tn_run(stmt);
}

enum tn_status tn_derive_stale(struct tn_centre *centre, int64_t *count)
{
    static const char sql[] = "SELECT count(*) FROM stale WHERE ecosystem = $1";
    return tn_centre_number(centre, sql, count);
}

static enum tn_status forget_stale(struct tn_centre *centre, const struct tn_person *person)
{
    static const char sql[] = "DELETE FROM stale WHERE ecosystem = $1 AND event = $2 AND who = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &person->event);
    tn_bind_id(stmt, 3, &person->who);
    return tn_run(stmt);
}

enum tn_status tn_derive_take_stale(struct tn_centre *centre, struct tn_batch *batch)
{
    static const char sql[] =
        "SELECT event, who FROM stale WHERE ecosystem = $1 ORDER BY event, who LIMIT $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, TN_BATCH_MAX);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_person person;
        tn_col_id(stmt, 0, &person.event);
        tn_col_id(stmt, 1, &person.who);
        status = tn_batch_add_person(batch, &person.event, &person.who);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    for (size_t i = 0; i < batch->people_count && status == TN_OK; i++) {
        status = forget_stale(centre, &batch->people[i]);
    }
    return status;
}

enum tn_status tn_derive_mark_paper(struct tn_centre *centre)
{
    static const char *const texts[] = {
        ("INSERT INTO stale (ecosystem, event, who) SELECT DISTINCT t.ecosystem, t.event,"
         " coalesce(m.root, t.learner) FROM attendance t LEFT JOIN merged m ON m.ecosystem ="
         " t.ecosystem AND m.learner = t.learner WHERE t.ecosystem = $1 ON CONFLICT DO NOTHING"),
        ("INSERT INTO stale (ecosystem, event, who) SELECT DISTINCT c.ecosystem, c.event,"
         " coalesce(m.root, l.learner) FROM correction c JOIN correction_learner l ON l.ecosystem ="
         " c.ecosystem AND l.seq = c.seq LEFT JOIN merged m ON m.ecosystem = l.ecosystem AND"
         " m.learner = l.learner WHERE c.ecosystem = $1 AND c.verb = 'add' ON CONFLICT DO NOTHING"),
    };
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        status = tn_centre_prepare(centre, texts[i], &stmt);
        status = status == TN_OK ? tn_run(stmt) : status;
    }
    return status;
}
