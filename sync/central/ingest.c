/* Ingest: a bundle is an insertion of one path into the tree of a log's copies. Whether anything is
 * new, known, a branch or beyond a gap falls out of walking that path; nothing is decided by who
 * came first. INSERT OR IGNORE by key would be shorter and would lose a clone's rows in silence. */
#include "sync/central/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/conflict.h"
#include "sync/central/held.h"
#include "sync/central/logs.h"
#include "sync/central/opening.h"
#include "sync/central/sightings.h"
#include "turnout/log.h"
#include "turnout/salvaged.h"

#define RETRIES_MAX 1000

struct tn_id tn_ingest_branch(const struct tn_id *log, uint64_t seq, const struct tn_hash *hash)
{
    uint8_t number[8];
    for (int i = 0; i < 8; i++) {
        number[i] = (uint8_t)(seq >> (56 - 8 * i));
    }
    const struct tn_bytes parts[] = {
        {log->b, TN_ID_SIZE}, {number, sizeof number}, {hash->b, TN_HASH_SIZE}};
    return tn_id_of(parts, 3);
}

static enum tn_status note_fork(struct tn_centre *centre, const struct tn_id *log, uint64_t seq,
                                const struct tn_hash *hash, const struct tn_hash *before,
                                int64_t now_ms)
{
    static const char sql[] = "INSERT INTO fork (ecosystem, log_id, seq, hash, branch_id, before)"
                              " VALUES ($1, $2, $3, $4, $5, $6)";
    struct tn_id branch = tn_ingest_branch(log, seq, hash);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, log);
    tn_bind_int(stmt, 3, (int64_t)seq);
    tn_bind_bytes(stmt, 4, (struct tn_bytes){hash->b, TN_HASH_SIZE});
    tn_bind_id(stmt, 5, &branch);
    tn_bind_bytes(stmt, 6, (struct tn_bytes){before->b, TN_HASH_SIZE});
    status = tn_run(stmt);
    return status == TN_OK ? tn_conflict_note(centre, "fork", log, &branch, now_ms) : status;
}

/* A path being inserted. */
struct walk {
    struct tn_centre *centre;
    const struct tn_bundle *bundle;
    struct tn_central_log at; /* the log the path runs along */
    int64_t now_ms;
    uint64_t added;
    bool forked;
    bool is_salvaged; /* a conflict says so */
};

/* The path leaves w->at before `entry`: follows the branch that is there, or makes it. Of the two,
 * the one with the smaller hash keeps the log's id. */
static enum tn_status diverge(struct walk *w, const struct tn_entry *entry,
                              const struct tn_hash *before, const struct tn_hash *there)
{
    const struct tn_id *log = &w->bundle->head.log;
    struct tn_id id = tn_ingest_branch(log, entry->seq, &entry->hash);
    if (tn_logs_get(w->centre, &id, &w->at) == TN_OK) {
        return TN_OK;
    }
    w->forked = true;
    struct tn_central_log branch = {.last = entry->seq - 1, .head = *before};
    bool new_keeps_id = memcmp(entry->hash.b, there->b, TN_HASH_SIZE) < 0;
    const struct tn_hash *loser = new_keeps_id ? there : &entry->hash;
    id = tn_ingest_branch(log, entry->seq, loser);
    enum tn_status status = tn_logs_add(w->centre, &w->at, &id, log, &branch);
    if (status == TN_OK) {
        status = note_fork(w->centre, log, entry->seq, loser, before, w->now_ms);
    }
    if (status != TN_OK || !new_keeps_id) {
        w->at = branch;
        return status;
    }
    status = tn_logs_move_entries(w->centre, w->at.no, branch.no, entry->seq);
    branch.last = w->at.last;
    branch.head = w->at.head;
    if (status == TN_OK) {
        status = tn_logs_move(w->centre, &branch, w->now_ms);
    }
    /* Visits are named by log and seq, which stand for other entries now. */
    if (status == TN_OK) {
        status = tn_sightings_forget(w->centre, log);
    }
    w->at.last = entry->seq - 1;
    w->at.head = *before;
    return status;
}

/* A person should know of a log that goes on from a damaged one, once. */
static enum tn_status note_salvaged(struct tn_centre *centre, const struct tn_id *log,
                                    int64_t now_ms)
{
    static const struct tn_id none = {0};
    return tn_conflict_note(centre, "salvaged", log, &none, now_ms);
}

static enum tn_status see_salvaged(struct walk *w, const struct tn_entry *entry)
{
    struct tn_salvaged from;
    if (w->is_salvaged || !tn_salvaged_read(entry->body, &from)) {
        return TN_OK;
    }
    w->is_salvaged = true;
    return note_salvaged(w->centre, &w->bundle->head.log, w->now_ms);
}

/* Where the path and the log agree so far, an entry of the path that the log covers: it is the
 * same, or here they part. *is_passed: the walk goes on behind it. */
static enum tn_status walk_covered(struct walk *w, const struct tn_entry *entry,
                                   const struct tn_hash *before, bool *is_passed)
{
    struct tn_hash there;
    enum tn_status status = tn_logs_hash(w->centre, w->at.no, entry->seq, &there);
    if (status == TN_OK && !tn_hash_equal(&there, &entry->hash)) {
        status = diverge(w, entry, before, &there);
    }
    *is_passed = entry->seq <= w->at.last; /* also the first entry of a branch that is known */
    return status == TN_ERR_NOT_FOUND ? TN_ERR_DAMAGED : status;
}

/* How many of the path's entries the log is known to hold: all that it covers where the last of
 * those is the same, since a hash stands for all before it. */
static enum tn_status known(struct walk *w, size_t *count)
{
    const struct tn_bundle *bundle = w->bundle;
    struct tn_hash there;
    *count = 0;
    if (w->at.last < bundle->head.first) {
        return TN_OK;
    }
    const uint64_t last = w->at.last < bundle->head.last ? w->at.last : bundle->head.last;
    const size_t covered = (size_t)(last - bundle->head.first) + 1;
    enum tn_status status = tn_logs_hash(w->centre, w->at.no, last, &there);
    if (status == TN_OK && tn_hash_equal(&there, &bundle->entries[covered - 1].hash)) {
        *count = covered;
    }
    return status == TN_ERR_NOT_FOUND ? TN_ERR_DAMAGED : status;
}

/* Appends the path's entries from i on, which nothing covers. */
static enum tn_status append(struct walk *w, size_t i)
{
    const struct tn_bundle *bundle = w->bundle;
    if (i == bundle->count) {
        return TN_OK;
    }
    enum tn_status status =
        tn_logs_append(w->centre, w->at.no, bundle->entries + i, bundle->count - i);
    for (size_t j = i; j < bundle->count && status == TN_OK; j++) {
        status = see_salvaged(w, &bundle->entries[j]);
    }
    w->at.last = bundle->head.last;
    w->at.head = bundle->head.after;
    w->added += bundle->count - i;
    return status;
}

static enum tn_status walk_bundle(struct walk *w)
{
    const struct tn_bundle *bundle = w->bundle;
    size_t i = 0;
    enum tn_status status = known(w, &i);
    while (status == TN_OK && i < bundle->count && bundle->entries[i].seq <= w->at.last) {
        bool is_passed = true;
        const struct tn_hash *before = i == 0 ? &bundle->head.before : &bundle->entries[i - 1].hash;
        status = walk_covered(w, &bundle->entries[i], before, &is_passed);
        i += is_passed;
    }
    if (status == TN_OK) {
        status = append(w, i);
    }
    if (status == TN_OK && (w->added > 0 || w->forked)) {
        status = tn_logs_move(w->centre, &w->at, w->now_ms);
    }
    return status;
}

static enum tn_status note_revoked(struct tn_centre *centre, const struct tn_id *log, uint64_t last,
                                   int64_t now_ms)
{
    static const char sql[] = "SELECT 1 FROM kiosk WHERE ecosystem = $1 AND log_id = $2"
                              " AND revoked_seq < $3";
    static const struct tn_id none = {0};
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, log);
    tn_bind_int(stmt, 3, (int64_t)last);
    status = tn_step(stmt, &has_row);
    tn_reset(stmt);
    return status == TN_OK && has_row
               ? tn_conflict_note(centre, "revoked_station", log, &none, now_ms)
               : status;
}

/* Who may write this log: TN_OK with the log, or a reason to hold the bundle in *why. A station
 * begins another log only where its database was damaged, gone or an old copy: nobody but a person
 * can tell whether entries went with it, whatever the new log says. */
static enum tn_status admit(struct tn_centre *centre, const struct tn_bundle *bundle,
                            int64_t now_ms, struct tn_central_log *log, const char **why)
{
    static const struct tn_id none = {0};
    struct tn_central_log station;
    enum tn_status status = tn_logs_by_key(centre, &bundle->head.device_key, &station);
    if (status == TN_ERR_NOT_FOUND) {
        bool is_guest = true;
        *why = "unknown_station";
        status = centre->is_outside ? tn_logs_is_guest(centre, &bundle->head.device_key, &is_guest)
                                    : TN_OK;
        return status == TN_OK && !is_guest ? TN_ERR_STATE : status;
    }
    if (status == TN_OK) {
        status = tn_logs_get(centre, &bundle->head.log, log);
    }
    if (status == TN_ERR_NOT_FOUND) {
        *log = (struct tn_central_log){0};
        status = tn_logs_add(centre, &station, &bundle->head.log, &none, log);
        if (status == TN_OK) {
            status = note_salvaged(centre, &bundle->head.log, now_ms);
        }
    }
    if (status == TN_OK &&
        memcmp(log->device_key.b, bundle->head.device_key.b, TN_PUBLIC_KEY_SIZE) != 0) {
        *why = "wrong_key";
    }
    return status;
}

/* One bundle inside the transaction. */
static enum tn_status take(struct tn_centre *centre, const struct tn_bundle *bundle,
                           struct tn_bytes bytes, int64_t now_ms, struct tn_ack *out)
{
    const char *why = NULL;
    struct walk w = {.centre = centre, .bundle = bundle, .now_ms = now_ms};
    struct tn_central_log main_log;
    enum tn_status status = admit(centre, bundle, now_ms, &main_log, &why);
    if (status == TN_ERR_STATE) {
        tn_log(TN_LOG_WARN, "a bundle of a station that nobody enrolled was refused");
        return TN_OK;
    }
    if (status == TN_OK && why == NULL) {
        status = tn_logs_holding(centre, &bundle->head.log, bundle->head.first - 1,
                                 &bundle->head.before, &w.at);
        if (status == TN_ERR_NOT_FOUND) {
            out->verdict = TN_VERDICT_GAP;
            out->next = main_log.last + 1 < bundle->head.first ? main_log.last + 1 : 1;
            return tn_held_put(centre, bundle, bytes, "gap", now_ms);
        }
    }
    if (status != TN_OK) {
        return status;
    }
    if (why != NULL) {
        out->verdict = TN_VERDICT_REFUSED;
        tn_log(TN_LOG_WARN, "%llu %s held and not counted: %s", (unsigned long long)bundle->count,
               bundle->count == 1 ? "entry is" : "entries are",
               strcmp(why, "wrong_key") == 0
                   ? "their log belongs to another station"
                   : "no station that the centre knows has this key (was the centre restored from "
                     "a copy older than the station?)");
        return tn_held_put(centre, bundle, bytes, why, now_ms);
    }
    status = walk_bundle(&w);
    out->added += w.added;
    out->verdict = w.forked ? TN_VERDICT_FORK : w.added > 0 ? TN_VERDICT_TAKEN : TN_VERDICT_SAME;
    out->next = bundle->head.last + 1;
    return status == TN_OK ? note_revoked(centre, &w.at.id, w.at.last, now_ms) : status;
}

/* The first held bundle of a log that has become of use; copied, since taking it changes the
 * table. */
static enum tn_status next_held(struct tn_centre *centre, const struct tn_id *log, int64_t skip,
                                struct tn_buf *out, struct tn_held *held)
{
    static const char sql[] = "SELECT bundle, why FROM held WHERE ecosystem = $1 AND log_id = $2"
                              " AND why <> 'chain' ORDER BY first_seq, hash LIMIT 1 OFFSET $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, log);
    tn_bind_int(stmt, 3, skip);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        struct tn_bytes bytes = tn_col_bytes(stmt, 0);
        status = tn_buf_append(out, bytes.data, bytes.len);
        (void)snprintf(held->why, sizeof held->why, "%s", tn_col_text(stmt, 1));
    }
    tn_reset(stmt);
    return status == TN_OK && !has_row ? TN_ERR_NOT_FOUND : status;
}

/* Takes held bundles that the newest entries have made to fit. */
static enum tn_status retry_held(struct tn_centre *centre, const struct tn_id *log, int64_t now_ms,
                                 struct tn_ack *out)
{
    struct tn_held held = {.log = *log};
    int64_t skip = 0;
    enum tn_status status = TN_OK;
    for (int i = 0; i < RETRIES_MAX && status == TN_OK; i++) {
        struct tn_buf bytes;
        struct tn_bundle bundle = {0};
        struct tn_ack ack = {0};
        tn_buf_init(&bytes, TN_BUNDLE_SIZE_MAX + 1024);
        status = next_held(centre, log, skip, &bytes, &held);
        /* One that does not read now, as without the keyring, waits on. */
        bool is_read = status == TN_OK &&
                       tn_opening_read(centre, tn_buf_bytes(&bytes), true, &bundle) == TN_OK;
        if (is_read) {
            status = take(centre, &bundle, tn_buf_bytes(&bytes), now_ms, &ack);
        }
        if (is_read && status == TN_OK && ack.verdict <= TN_VERDICT_FORK) {
            held.first = bundle.head.first;
            held.after = bundle.head.after;
            status = tn_held_take(centre, &held);
            out->added += ack.added;
            skip = 0;
        } else {
            skip++;
        }
        tn_bundle_free(&bundle);
        tn_buf_destroy(&bytes);
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

/* Says why a bundle that does not read is refused; nothing of it can be trusted, not even whose it
 * is, except where only the chain is broken: that one is kept. */
static enum tn_status refuse(struct tn_centre *centre, const struct tn_bundle *bundle,
                             struct tn_bytes bytes, enum tn_status why, int64_t now_ms)
{
    tn_log(TN_LOG_ERROR, "a bundle was refused: %s",
           why == TN_ERR_STATE && centre->keyring == NULL
               ? "it is sealed, and the keyring is not at hand (say --keys FILE)"
           : why == TN_ERR_STATE ? "it is not sealed as it should be, or to another's key"
                                 : tn_status_text(why));
    struct tn_central_log station;
    if (why != TN_ERR_DAMAGED || !tn_id_equal(&bundle->head.ecosystem, &centre->id) ||
        tn_logs_by_key(centre, &bundle->head.device_key, &station) != TN_OK) {
        return TN_OK;
    }
    return tn_held_put(centre, bundle, bytes, "chain", now_ms);
}

/* What was read is acted on; the caller has begun a transaction, and frees the bundle. */
static enum tn_status act_on(struct tn_centre *centre, const struct tn_bundle *bundle,
                             enum tn_status read, struct tn_bytes bytes, int64_t now_ms,
                             struct tn_ack *out)
{
    if (read != TN_OK) {
        return refuse(centre, bundle, bytes, read, now_ms);
    }
    if (!tn_id_equal(&bundle->head.ecosystem, &centre->id)) {
        tn_log(TN_LOG_ERROR, "a bundle of another ecosystem than %s was refused", centre->code);
        return TN_OK;
    }
    out->log = bundle->head.log;
    out->hash = bundle->head.after;
    enum tn_status status = take(centre, bundle, bytes, now_ms, out);
    return status == TN_OK && out->added > 0 ? retry_held(centre, &bundle->head.log, now_ms, out)
                                             : status;
}

enum tn_status tn_ingest_within(struct tn_centre *centre, struct tn_bytes bytes,
                                const struct tn_bundle *read, int64_t now_ms, struct tn_ack *out)
{
    struct tn_bundle bundle = {0};
    *out = (struct tn_ack){.verdict = TN_VERDICT_REFUSED, .next = 1};
    if (read != NULL) {
        return act_on(centre, read, TN_OK, bytes, now_ms, out);
    }
    enum tn_status found = tn_opening_read(centre, bytes, !centre->is_outside, &bundle);
    enum tn_status status =
        found == TN_ERR_NO_MEMORY ? found : act_on(centre, &bundle, found, bytes, now_ms, out);
    tn_bundle_free(&bundle);
    return status;
}

/* The bundle is read and checked before the lock is taken: others may write meanwhile. */
enum tn_status tn_ingest_bundle(struct tn_centre *centre, struct tn_bytes bytes, int64_t now_ms,
                                struct tn_ack *out)
{
    struct tn_bundle bundle;
    *out = (struct tn_ack){.verdict = TN_VERDICT_REFUSED, .next = 1};
    enum tn_status read = tn_opening_read(centre, bytes, !centre->is_outside, &bundle);
    enum tn_status status = read == TN_ERR_NO_MEMORY ? read : tn_db_begin(centre->db);
    if (status == TN_OK) {
        status = act_on(centre, &bundle, read, bytes, now_ms, out);
        if (status == TN_OK) {
            status = tn_db_commit(centre->db);
        } else {
            tn_db_rollback(centre->db);
        }
    }
    tn_bundle_free(&bundle);
    return status;
}

enum tn_status tn_ingest_want(struct tn_centre *centre, const struct tn_session_log *log,
                              uint64_t *next)
{
    struct tn_central_log found;
    enum tn_status status = tn_logs_holding(centre, &log->log, log->last, &log->hash, &found);
    if (status == TN_OK) {
        *next = log->last + 1;
        return TN_OK;
    }
    if (status == TN_ERR_NOT_FOUND) {
        status = tn_logs_get(centre, &log->log, &found);
        *next = status == TN_OK && found.last < log->last ? found.last + 1 : 1;
    }
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

enum tn_status tn_ingest_find(struct tn_centre *centre, const struct tn_id *log, uint64_t seq,
                              const struct tn_hash *hash, struct tn_id *out)
{
    struct tn_central_log found;
    enum tn_status status = tn_logs_holding(centre, log, seq, hash, &found);
    if (status == TN_OK) {
        *out = found.id;
    }
    return status;
}
