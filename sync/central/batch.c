/* Reading a batch. Entries come in the order of their log, so that what a day's state is falls out
 * of walking them; a kind that this version does not know is passed over and stays in `entry`. */
#include "sync/central/batch.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/ruling.h"
#include "turnout/cbor.h"
#include "turnout/salvaged.h"

#define ADULTS_MAX 100000
#define PEOPLE_START 1024

enum tn_status tn_batch_make(struct tn_batch *batch)
{
    batch->logs = calloc(TN_BATCH_LOGS_MAX, sizeof *batch->logs);
    batch->rows = calloc(TN_BATCH_MAX, sizeof *batch->rows);
    batch->undos = calloc(TN_BATCH_MAX, sizeof *batch->undos);
    batch->headcounts = calloc(TN_BATCH_MAX, sizeof *batch->headcounts);
    batch->handouts = calloc(TN_BATCH_HANDOUTS_MAX, sizeof *batch->handouts);
    batch->sightings = calloc(TN_SIGHTINGS_MAX + 1, sizeof *batch->sightings);
    bool has_all = batch->logs != NULL && batch->rows != NULL && batch->undos != NULL &&
                   batch->headcounts != NULL && batch->handouts != NULL && batch->sightings != NULL;
    return has_all ? TN_OK : TN_ERR_NO_MEMORY;
}

void tn_batch_free(struct tn_batch *batch)
{
    free(batch->logs);
    free(batch->rows);
    free(batch->undos);
    free(batch->headcounts);
    free(batch->handouts);
    free(batch->people);
    free(batch->sightings);
    tn_stays_free(&batch->stays);
    tn_corrections_free(&batch->corrections);
    tn_clock_free(&batch->clock);
    *batch = (struct tn_batch){0};
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

/* One entry as it is read: its facts, and its body as it was where it stood first. */
struct seen {
    struct tn_sighting_row row;
    enum tn_kind kind;
    struct tn_bytes body;
    bool is_salvaged;
    const char *role;
    bool is_erased; /* whose it was is taken away; a ghost stands there */
};

/* The number a body [1, number] holds; 0 where it holds none. */
static uint64_t number_in(struct tn_bytes body)
{
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, body);
    tn_cbor_get_array(&cbor, 2, 8);
    (void)tn_cbor_get_uint(&cbor);
    uint64_t number = tn_cbor_get_uint(&cbor);
    return cbor.status == TN_OK ? number : 0;
}

static void take_attendance(const struct seen *seen, struct tn_batch *batch)
{
    struct tn_sighting_row *row = &batch->rows[batch->count];
    *row = seen->row;
    row->is_refused = seen->kind == TN_KIND_REFUSED;
    (void)snprintf(row->kind, sizeof row->kind, "%s",
                   row->is_refused ? kind_of_refused(seen->role) : tn_kind_name(seen->kind));
    batch->count += !tn_id_is_none(&row->event) && !tn_id_is_none(&row->badge);
}

/* An undo names a seq before its own; a salvaged one a seq of the log it was first in. */
static void take_undo(const struct seen *seen, struct tn_batch *batch)
{
    struct tn_sighting_row *undo = &batch->undos[batch->undo_count];
    int64_t own = seen->is_salvaged ? seen->row.from_seq : seen->row.seq;
    uint64_t number = number_in(seen->body);
    int64_t seq = number >= 1 && number < (uint64_t)own ? (int64_t)number : 0;
    *undo = seen->row;
    undo->seq = seen->is_salvaged ? 0 : seq;
    undo->from_seq = seen->is_salvaged ? seq : 0;
    batch->undo_count += seq != 0;
}

static void take_headcount(const struct seen *seen, struct tn_batch *batch)
{
    uint64_t adults = number_in(seen->body);
    if (adults >= 1 && adults <= ADULTS_MAX && !tn_id_is_none(&seen->row.event)) {
        batch->headcounts[batch->headcount_count++] =
            (struct tn_headcount){seen->row, (int64_t)adults};
    }
}

/* An erased one says nothing any more: what it said before is in `handout`, under ghosts. */
static void take_handout(const struct seen *seen, struct tn_batch *batch)
{
    if (seen->is_erased) {
        return;
    }
    const struct tn_handout facts = {.kind = seen->kind,
                                     .badge = seen->row.badge,
                                     .learner = seen->row.learner,
                                     .event = seen->row.event,
                                     .at_ms = seen->row.at_ms};
    batch->handout_count +=
        tn_handout_read(&facts, seen->body, &batch->handouts[batch->handout_count]);
}

static void take_close(const struct seen *seen, struct tn_batch *batch)
{
    struct tn_batch_log *log = &batch->logs[batch->log_count];
    log->is_told = true;
    log->is_closed = true;
    log->closed_ms = seen->row.at_ms;
}

/* What becomes of a kind; the others only lie in `entry`. */
static const struct {
    enum tn_kind kind;
    void (*take)(const struct seen *seen, struct tn_batch *batch);
    bool is_active; /* somebody was there: the station is open */
} takes[] = {
    {TN_KIND_CHECK_IN, take_attendance, true}, {TN_KIND_CHECK_OUT, take_attendance, true},
    {TN_KIND_PASS, take_attendance, true},     {TN_KIND_VISIT, take_attendance, true},
    {TN_KIND_REFUSED, take_attendance, true},  {TN_KIND_UNDO, take_undo, false},
    {TN_KIND_HEADCOUNT, take_headcount, true}, {TN_KIND_REGISTER, take_handout, true},
    {TN_KIND_REPLACE, take_handout, true},     {TN_KIND_CLOSE, take_close, false},
};

/* What people do at the kiosk tells of its clock. Other kinds may be written by a sync beside it,
 * on another machine, by another clock. */
static enum tn_status take_clock(struct tn_centre *centre, const struct seen *seen,
                                 const struct tn_id *boot, struct tn_batch *batch)
{
    const struct tn_clock_entry entry = {.seq = seen->row.seq,
                                         .boot = *boot,
                                         .at_ms = seen->row.at_ms,
                                         .mono_ms = seen->row.mono_ms,
                                         .is_salvaged = seen->is_salvaged};
    enum tn_status status = tn_clock_take(&batch->clock, &entry);
    return status == TN_OK && seen->kind == TN_KIND_CLOCK
               ? tn_clock_anchor(centre, &batch->clock, &entry, seen->body)
               : status;
}

static enum tn_status take_row(struct tn_centre *centre, struct tn_stmt *stmt,
                               struct tn_batch *batch)
{
    struct tn_batch_log *log = &batch->logs[batch->log_count];
    struct tn_salvaged from;
    struct tn_id boot;
    struct seen seen = {.kind = tn_kind_from_name(tn_col_text(stmt, 2)),
                        .body = tn_col_bytes(stmt, 8),
                        .role = tn_col_text(stmt, 9),
                        .is_erased = !tn_col_is_null(stmt, 12)};
    seen.row = (struct tn_sighting_row){.log_no = tn_col_int(stmt, 0),
                                        .seq = tn_col_int(stmt, 1),
                                        .at_ms = tn_col_int(stmt, 3),
                                        .mono_ms = tn_col_int(stmt, 11)};
    tn_col_id(stmt, 4, &seen.row.event);
    tn_col_id(stmt, 5, &seen.row.activity);
    tn_col_id(stmt, 6, &seen.row.badge);
    tn_col_id(stmt, 7, &seen.row.learner);
    seen.is_salvaged = tn_salvaged_read(seen.body, &from);
    if (seen.is_salvaged) {
        seen.row.from_log = from.log;
        seen.row.from_seq = (int64_t)from.seq;
        seen.body = from.body;
    }
    tn_col_id(stmt, 10, &boot);
    enum tn_status status =
        seen.kind == TN_KIND_CLOCK ? take_clock(centre, &seen, &boot, batch) : TN_OK;
    for (size_t i = 0; i < sizeof takes / sizeof takes[0]; i++) {
        if (takes[i].kind != seen.kind) {
            continue;
        }
        status = take_clock(centre, &seen, &boot, batch);
        takes[i].take(&seen, batch);
        if (takes[i].is_active) {
            log->is_told = log->was_active = true;
            log->is_closed = false;
            log->active_ms = seen.row.at_ms;
        }
    }
    return status;
}

void tn_batch_begin(struct tn_batch *batch)
{
    batch->log_count = batch->entry_count = batch->people_count = 0;
    batch->count = batch->undo_count = batch->headcount_count = batch->handout_count = 0;
}

bool tn_batch_is_full(const struct tn_batch *batch)
{
    return batch->entry_count == TN_BATCH_MAX || batch->log_count == TN_BATCH_LOGS_MAX ||
           batch->handout_count == TN_BATCH_HANDOUTS_MAX;
}

static bool has_station(const struct tn_batch *batch, const struct tn_public_key *key)
{
    size_t i = 0;
    while (i < batch->log_count && memcmp(batch->logs[i].key.b, key->b, TN_PUBLIC_KEY_SIZE) != 0) {
        i++;
    }
    return i < batch->log_count;
}

/* Reads the log that batch->logs[batch->log_count] is. */
static enum tn_status read_log(struct tn_centre *centre, int64_t counted, struct tn_batch *batch)
{
    static const char sql[] =
        "SELECT e.log_no, e.seq, e.kind, e.at_ms, e.event, e.activity, coalesce(e.badge,"
        " e.ghost), e.learner, e.body, k.role, e.boot, e.mono_ms, e.ghost FROM kiosk k JOIN entry e"
        " ON e.ecosystem = k.ecosystem"
        " AND e.log_no = k.log_no AND e.seq > k.derived_seq WHERE k.ecosystem = $1"
        " AND k.log_no = $2 ORDER BY e.seq LIMIT $3";
    struct tn_batch_log *log = &batch->logs[batch->log_count];
    struct tn_stmt *stmt = NULL;
    bool has_row = true;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log->log_no);
    tn_bind_int(stmt, 3, (int64_t)(TN_BATCH_MAX - batch->entry_count));
    while (batch->handout_count < TN_BATCH_HANDOUTS_MAX &&
           (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        log->last = tn_col_int(stmt, 1);
        batch->entry_count++;
        /* After a revocation nothing counts until a person decides. */
        if (log->last <= counted) {
            status = take_row(centre, stmt, batch);
        }
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_batch_read(struct tn_centre *centre, int64_t log_no, struct tn_batch *batch,
                             bool *is_taken)
{
    int64_t counted = 0;
    *is_taken = false;
    tn_clock_free(&batch->clock);
    enum tn_status status = tn_clock_open(centre, log_no, &batch->clock);
    if (status != TN_OK || has_station(batch, &batch->clock.pubkey)) {
        return status;
    }
    batch->logs[batch->log_count] =
        (struct tn_batch_log){.log_no = log_no, .key = batch->clock.pubkey};
    status = tn_ruling_counted_to(centre, log_no, &counted);
    if (status == TN_OK) {
        status = read_log(centre, counted, batch);
    }
    *is_taken = status == TN_OK && batch->logs[batch->log_count].last != 0;
    batch->log_count += *is_taken;
    return status;
}

static enum tn_status mark_day(struct tn_centre *centre, const struct tn_batch_log *log)
{
    static const char sql[] =
        "UPDATE kiosk SET closed_at = $1, active_at = coalesce($2, active_at) WHERE ecosystem = $3"
        " AND log_no = $4";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_db_prepare(centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    if (log->is_closed) {
        tn_bind_int(stmt, 1, log->closed_ms);
    }
    if (log->was_active) {
        tn_bind_int(stmt, 2, log->active_ms);
    }
    tn_bind_int(stmt, 3, centre->no);
    tn_bind_int(stmt, 4, log->log_no);
    return tn_run(stmt);
}

enum tn_status tn_batch_mark(struct tn_centre *centre, const struct tn_batch *batch)
{
    static const char sql[] =
        "UPDATE kiosk SET derived_seq = $1 WHERE ecosystem = $2 AND log_no = $3";
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < batch->log_count && status == TN_OK; i++) {
        const struct tn_batch_log *log = &batch->logs[i];
        struct tn_stmt *stmt = NULL;
        status = tn_db_prepare(centre->db, sql, &stmt);
        if (status == TN_OK) {
            tn_bind_int(stmt, 1, log->last);
            tn_bind_int(stmt, 2, centre->no);
            tn_bind_int(stmt, 3, log->log_no);
            status = tn_run(stmt);
        }
        if (status == TN_OK && log->is_told) {
            status = mark_day(centre, log);
        }
    }
    return status;
}

enum tn_status tn_batch_add_person(struct tn_batch *batch, const struct tn_id *event,
                                   const struct tn_id *who)
{
    if (batch->people_count == batch->people_max) {
        size_t more = batch->people_max == 0 ? PEOPLE_START : 2 * batch->people_max;
        struct tn_person *people = reallocarray(batch->people, more, sizeof *people);
        if (people == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        batch->people = people;
        batch->people_max = more;
    }
    batch->people[batch->people_count++] = (struct tn_person){*event, *who};
    return TN_OK;
}
