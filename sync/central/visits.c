/* Keeps `visit` in step with `entry`. New entries are read in log order, their sightings sorted by
 * badge and laid down in that order, and only the people they touch are derived again. Two badges
 * of one learner meet here: who is the learner the badge table names, else the one the entries
 * name, else the badge itself. */
#include "sync/central/visits.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/sightings.h"
#include "turnout/cbor.h"
#include "turnout/log.h"
#include "turnout/salvaged.h"

#define BATCH_MAX 50000
#define PEOPLE_MAX (8 * (size_t)BATCH_MAX)

struct batch {
    struct tn_sighting_row *rows;
    size_t count;
    struct tn_sighting_row *undos; /* event and badge are those of the entry that is taken back */
    size_t undo_count;
    struct tn_person *people;
    size_t people_count;
    struct tn_sighting *sightings;
    struct tn_visit *visits;
};

static int compare_rows(const void *a, const void *b)
{
    const struct tn_sighting_row *x = a;
    const struct tn_sighting_row *y = b;
    int c = memcmp(&x->event, &y->event, 2 * TN_ID_SIZE);
    if (c == 0) {
        c = (x->log_no > y->log_no) - (x->log_no < y->log_no);
    }
    return c != 0 ? c : (x->seq > y->seq) - (x->seq < y->seq);
}

static int compare_people(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct tn_person));
}

/* What a refused scan would have been, by the station's role. */
static const struct {
    const char *role;
    const char *kind;
} refused_kinds[] = {
    {"exit", "check_out"}, {"both", "pass"}, {"activity", "visit"}, {NULL, "check_in"}};

static const char *kind_of_refused(const char *role)
{
    size_t i = 0;
    while (refused_kinds[i].role != NULL && strcmp(refused_kinds[i].role, role) != 0) {
        i++;
    }
    return refused_kinds[i].kind;
}

static bool is_attendance(enum tn_kind kind)
{
    return kind == TN_KIND_CHECK_IN || kind == TN_KIND_CHECK_OUT || kind == TN_KIND_PASS ||
           kind == TN_KIND_VISIT || kind == TN_KIND_REFUSED;
}

/* The seq an undo names: its body is [1, seq], and a seq before the undo's own. 0 where it names
 * none. */
static int64_t undone_seq(struct tn_bytes body, int64_t own_seq)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, body);
    tn_cbor_get_array(&cbor, 2, 8);
    (void)tn_cbor_get_uint(&cbor);
    uint64_t seq = tn_cbor_get_uint(&cbor);
    return cbor.status == TN_OK && seq >= 1 && seq < (uint64_t)own_seq ? (int64_t)seq : 0;
}

static void take_row(struct tn_stmt *stmt, struct batch *batch)
{
    struct tn_sighting_row row = {.log_no = tn_col_int(stmt, 0), .seq = tn_col_int(stmt, 1)};
    enum tn_kind kind = tn_kind_from_name(tn_col_text(stmt, 2));
    row.at_ms = tn_col_int(stmt, 3);
    tn_col_id(stmt, 4, &row.event);
    tn_col_id(stmt, 5, &row.activity);
    tn_col_id(stmt, 6, &row.badge);
    tn_col_id(stmt, 7, &row.learner);
    struct tn_salvaged from;
    bool is_salvaged = tn_salvaged_read(tn_col_bytes(stmt, 8), &from);
    if (is_salvaged) {
        row.from_log = from.log;
        row.from_seq = (int64_t)from.seq;
    }
    if (kind == TN_KIND_UNDO) {
        /* A salvaged one names a seq of the log it was first in. */
        int64_t seq = is_salvaged ? undone_seq(from.body, row.from_seq)
                                  : undone_seq(tn_col_bytes(stmt, 8), row.seq);
        row.seq = is_salvaged ? 0 : seq;
        row.from_seq = is_salvaged ? seq : 0;
        batch->undos[batch->undo_count] = row;
        batch->undo_count += seq != 0;
        return;
    }
    if (!is_attendance(kind) || tn_id_is_none(&row.event) || tn_id_is_none(&row.badge)) {
        return;
    }
    row.is_refused = kind == TN_KIND_REFUSED;
    snprintf(row.kind, sizeof row.kind, "%s",
             row.is_refused ? kind_of_refused(tn_col_text(stmt, 9)) : tn_kind_name(kind));
    batch->rows[batch->count++] = row;
}

/* Reads what came after a log's derived_seq, at most BATCH_MAX entries; *last is where it got. */
static enum tn_status read_log(struct tn_centre *centre, int64_t log_no, struct batch *batch,
                               int64_t *last)
{
    static const char sql[] =
        "SELECT e.log_no, e.seq, e.kind, e.at_ms, e.event, e.activity, e.badge, e.learner, e.body,"
        " k.role, k.revoked_seq FROM kiosk k JOIN entry e ON e.ecosystem = k.ecosystem"
        " AND e.log_no = k.log_no AND e.seq > k.derived_seq WHERE k.ecosystem = $1"
        " AND k.log_no = $2 ORDER BY e.seq LIMIT $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = true;
    batch->count = 0;
    batch->undo_count = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log_no);
    tn_bind_int(stmt, 3, BATCH_MAX);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        *last = tn_col_int(stmt, 1);
        /* After a revocation nothing counts until a person decides. */
        if (tn_col_is_null(stmt, 10) || *last <= tn_col_int(stmt, 10)) {
            take_row(stmt, batch);
        }
    }
    tn_reset(stmt);
    return status;
}

/* Notes who the batch's badges are now; called before and after its sightings change, since the
 * first card seen on a badge may make somebody of it. */
static enum tn_status note_people(struct tn_centre *centre, struct batch *batch)
{
    enum tn_status status = TN_OK;
    size_t all = batch->count + batch->undo_count;
    for (size_t i = 0; i < all && status == TN_OK; i++) {
        const struct tn_sighting_row *row =
            i < batch->count ? &batch->rows[i] : &batch->undos[i - batch->count];
        if (i > 0 && i < batch->count && memcmp(&row[-1].event, &row->event, 2 * TN_ID_SIZE) == 0) {
            continue; /* sorted: the same badge again */
        }
        struct tn_person *person = &batch->people[batch->people_count++];
        person->event = row->event;
        status = tn_sightings_who(centre, &row->event, &row->badge, &person->who);
    }
    return status;
}

struct touch {
    struct tn_centre *centre;
    struct batch *batch;
    enum tn_status status;
};

/* What a salvaged undo takes back may be two, the entry and its copy, of one person mostly. */
static void touch_person(void *ctx, const struct tn_sighting_row *row)
{
    struct touch *touch = ctx;
    struct batch *batch = touch->batch;
    if (batch->people_count == PEOPLE_MAX) {
        touch->status = TN_ERR_LIMIT;
        return;
    }
    struct tn_person *person = &batch->people[batch->people_count++];
    person->event = row->event;
    enum tn_status status = tn_sightings_who(touch->centre, &row->event, &row->badge, &person->who);
    touch->status = touch->status == TN_OK ? status : touch->status;
}

static enum tn_status change_sightings(struct tn_centre *centre, struct batch *batch)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < batch->count && status == TN_OK; i++) {
        status = tn_sightings_insert(centre, &batch->rows[i]);
    }
    for (size_t i = 0; i < batch->undo_count && status == TN_OK; i++) {
        const struct tn_sighting_row *undo = &batch->undos[i];
        if (undo->from_seq != 0) {
            struct touch touch = {centre, batch, TN_OK};
            status = tn_sightings_undo_salvaged(centre, undo, touch_person, &touch);
            status = status == TN_OK ? touch.status : status;
        } else if (!tn_id_is_none(&undo->event) && !tn_id_is_none(&undo->badge)) {
            status = tn_sightings_undo(centre, undo);
        }
    }
    return status;
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
        " out_log, out_seq, starts, ends, minutes, imputed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
        " $9, $10, $11, $12, $13, $14, $15)";
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
    return tn_run(stmt);
}

static enum tn_status derive_person(struct tn_centre *centre, const struct tn_person *person,
                                    int64_t now_ms, struct batch *batch)
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
    return status;
}

/* Each person once: first all that changed are forgotten with their own derivation, so a visit that
 * moves from one who to another never meets its own id. */
static enum tn_status derive_people(struct tn_centre *centre, int64_t now_ms, struct batch *batch)
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

static enum tn_status mark_derived(struct tn_centre *centre, int64_t log_no, int64_t last)
{
    static const char sql[] =
        "UPDATE kiosk SET derived_seq = $1 WHERE ecosystem = $2 AND log_no = $3";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 1, last);
    tn_bind_int(stmt, 2, centre->no);
    tn_bind_int(stmt, 3, log_no);
    return tn_run(stmt);
}

static enum tn_status derive_batch(struct tn_centre *centre, int64_t log_no, int64_t last,
                                   int64_t now_ms, struct batch *batch)
{
    enum tn_status status = TN_OK;
    batch->people_count = 0;
    qsort(batch->rows, batch->count, sizeof *batch->rows, compare_rows);
    for (size_t i = 0; i < batch->undo_count && status == TN_OK; i++) {
        if (batch->undos[i].from_seq == 0) {
            status = tn_sightings_find_undone(centre, &batch->undos[i]);
        }
    }
    if (status == TN_OK) {
        status = note_people(centre, batch);
    }
    if (status == TN_OK) {
        status = change_sightings(centre, batch);
    }
    if (status == TN_OK) {
        status = note_people(centre, batch);
    }
    if (status == TN_OK) {
        status = derive_people(centre, now_ms, batch);
    }
    return status == TN_OK ? mark_derived(centre, log_no, last) : status;
}

/* A log with entries that nothing was derived from yet; *all counts such entries everywhere. */
static enum tn_status next_log(struct tn_centre *centre, int64_t *log_no, int64_t *all)
{
    static const char sql[] = "SELECT min(log_no), sum(last_seq - derived_seq) FROM kiosk"
                              " WHERE ecosystem = $1 AND last_seq > derived_seq";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_step(stmt, &has_row);
    *all = 0;
    if (status == TN_OK && has_row && !tn_col_is_null(stmt, 0)) {
        *log_no = tn_col_int(stmt, 0);
        *all = tn_col_int(stmt, 1);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status update_log(struct tn_centre *centre, int64_t log_no, int64_t now_ms,
                                 struct batch *batch)
{
    int64_t last = 0;
    enum tn_status status = read_log(centre, log_no, batch, &last);
    if (status == TN_OK && last == 0) {
        tn_log(TN_LOG_ERROR, "the entries of log %lld are gone; `turnout-sync verify` says more",
               (long long)log_no);
        status = TN_ERR_DAMAGED;
    }
    return status == TN_OK ? derive_batch(centre, log_no, last, now_ms, batch) : status;
}

/* One transaction. What is left to do is asked inside it, since another program may be at it too.
 */
static enum tn_status update_next(struct tn_centre *centre, int64_t now_ms, struct batch *batch,
                                  int64_t *left)
{
    int64_t log_no = 0;
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = next_log(centre, &log_no, left);
    if (status == TN_OK && *left > 0) {
        status = update_log(centre, log_no, now_ms, batch);
    }
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static enum tn_status make_batch(struct batch *batch)
{
    batch->rows = calloc(BATCH_MAX, sizeof *batch->rows);
    batch->undos = calloc(BATCH_MAX, sizeof *batch->undos);
    batch->people = calloc(PEOPLE_MAX, sizeof *batch->people);
    batch->sightings = calloc(TN_SIGHTINGS_MAX + 1, sizeof *batch->sightings);
    batch->visits = calloc(TN_SIGHTINGS_MAX + 1, sizeof *batch->visits);
    bool has_all = batch->rows != NULL && batch->undos != NULL && batch->people != NULL &&
                   batch->sightings != NULL && batch->visits != NULL;
    return has_all ? TN_OK : TN_ERR_NO_MEMORY;
}

static void free_batch(struct batch *batch)
{
    free(batch->rows);
    free(batch->undos);
    free(batch->people);
    free(batch->sightings);
    free(batch->visits);
}

enum tn_status tn_visits_update(struct tn_centre *centre, int64_t now_ms,
                                void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx)
{
    struct batch batch = {0};
    int64_t log_no = 0;
    int64_t left = 0;
    enum tn_status status = next_log(centre, &log_no, &left);
    int64_t all = left;
    if (status != TN_OK || left == 0) {
        return status;
    }
    status = make_batch(&batch);
    while (status == TN_OK && left > 0) {
        status = update_next(centre, now_ms, &batch, &left);
        if (progress != NULL) {
            progress(ctx, (uint64_t)(left < all ? all - left : 0), (uint64_t)all);
        }
    }
    free_batch(&batch);
    return status;
}

enum tn_status tn_visits_rebuild(struct tn_centre *centre, int64_t now_ms)
{
    static const char sql[] =
        "DELETE FROM conflict WHERE ecosystem = $1 AND type = 'unknown_badge' AND state = 'open'";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sightings_forget(centre, NULL);
    if (status == TN_OK) {
        status = tn_db_prepare(centre->db, sql, &stmt);
    }
    if (status == TN_OK) {
        tn_bind_int(stmt, 1, centre->no);
        status = tn_run(stmt);
    }
    if (status != TN_OK) {
        tn_db_rollback(centre->db);
        return status;
    }
    status = tn_db_commit(centre->db);
    return status == TN_OK ? tn_visits_update(centre, now_ms, NULL, NULL) : status;
}
