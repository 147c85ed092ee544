/* The statements on `visit`, and what is derived of one person. */
#include "sync/central/derive.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/visited.h"

static int compare_people(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct tn_person));
}

static enum tn_status event_ends(struct tn_centre *centre, const struct tn_id *event, int64_t *ends)
{
    static const char sql[] = "SELECT ends FROM event WHERE ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    status = tn_step(stmt, &has_row);
    *ends = status == TN_OK && has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return status;
}

static enum tn_status insert_visit(struct tn_centre *centre, const struct tn_person *person,
                                   const struct tn_visit *visit)
{
    static const char sql[] =
        "INSERT INTO visit (ecosystem, id, who, learner, badge, event, activity, in_log, in_seq,"
        " out_log, out_seq, starts, ends, minutes, imputed, clock) VALUES ($1, $2, $3, $4, $5, $6,"
        " $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
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
    return tn_run(stmt);
}

static enum tn_status derive_person(struct tn_centre *centre, const struct tn_person *person,
                                    int64_t now_ms, struct tn_batch *batch)
{
    static const char forget[] =
        "DELETE FROM visit WHERE ecosystem = $1 AND event = $2 AND who = $3";
    struct tn_stmt *stmt = NULL;
    size_t count = 0;
    int64_t ends = 0;
    enum tn_status status = tn_centre_prepare(centre, forget, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &person->event);
    tn_bind_id(stmt, 3, &person->who);
    status = tn_run(stmt);
    if (status == TN_OK) {
        status = tn_sightings_read(centre, person, now_ms, batch->sightings, &count);
    }
    if (status == TN_OK) {
        status = event_ends(centre, &person->event, &ends);
    }
    if (status != TN_OK) {
        return status;
    }
    count = tn_visits_derive(batch->sightings, count, ends, batch->visits);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = insert_visit(centre, person, &batch->visits[i]);
    }
    return status == TN_OK
               ? tn_visited_put(centre, &person->event, &person->who, batch->visits, count)
               : status;
}

/* Each person once: first all that changed are forgotten with their own derivation, so a visit that
 * moves from one who to another never meets its own id. */
enum tn_status tn_derive_people(struct tn_centre *centre, int64_t now_ms, struct tn_batch *batch)
{
    static const char forget[] =
        "DELETE FROM visit WHERE ecosystem = $1 AND event = $2 AND who = $3";
    enum tn_status status = TN_OK;
    qsort(batch->people, batch->people_count, sizeof *batch->people, compare_people);
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
    for (size_t i = 0; i < batch->people_count && status == TN_OK; i++) {
        if (i == 0 || compare_people(&batch->people[i - 1], &batch->people[i]) != 0) {
            status = derive_person(centre, &batch->people[i], now_ms, batch);
        }
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
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_step(stmt, &has_row);
    *count = status == TN_OK && has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return status;
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
