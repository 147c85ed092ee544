/* A sibling's entries in this station's database: as they are, in a log of their own, with what
 * follows from them. A run that overlaps what is here must agree with it in the last entry that
 * both have, since a hash stands for all before it. */
#include "turnout/sibling.h"

#include <string.h>

#include "turnout/log.h"

#include "kiosk/core/desk_impl.h"
#include "kiosk/core/forget_impl.h"

bool tn_station_has_sibling(struct tn_station *station, const struct tn_public_key *key)
{
    const struct tn_public_key *own = &station->device.key.public_key;
    return tn_station_ready(station) == TN_OK && station->pack.db != NULL &&
           memcmp(own->b, key->b, TN_PUBLIC_KEY_SIZE) != 0 &&
           tn_pack_file_is_sibling(&station->pack, key);
}

enum tn_status tn_station_sibling_at(struct tn_station *station, const struct tn_id *log,
                                     uint64_t *seq, struct tn_hash *hash)
{
    struct tn_log_head head;
    enum tn_status status = tn_station_log(station, log, &head);
    *seq = head.last_seq;
    *hash = head.hash;
    /* All of it may have been purged. */
    return status == TN_OK && head.log_no > 0 && head.last_seq == 0
               ? tn_forget_purged(station, head.log_no, seq, hash)
               : status;
}

static enum tn_status add_log(struct tn_station *station, const struct tn_sibling_run *run,
                              uint64_t *log_no)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status = tn_sql_prepare(
        station->db, "INSERT INTO log (log_id, device_key, origin) VALUES (?, ?, 'sibling')",
        &stmt);
    if (status == TN_OK) {
        tn_sql_bind_id(stmt, 1, &run->log);
        tn_sql_bind_bytes(stmt, 2, run->device_key.b, TN_PUBLIC_KEY_SIZE);
        status = tn_sql_run(stmt);
    }
    *log_no = status == TN_OK ? (uint64_t)sqlite3_last_insert_rowid(station->db) : 0;
    (void)sqlite3_finalize(stmt);
    return status;
}

/* An entry as it may lie here: whoever the marks name is named here no more. What follows from it
 * goes on under the mark. */
struct fold {
    struct tn_entry kept;
    struct tn_entry derived;
    bool is_doomed;
};

static void fold_one(const struct tn_forget_marks *marks, const struct tn_entry *entry,
                     struct fold *out)
{
    struct tn_forget_mark mark;
    *out = (struct fold){.kept = *entry, .derived = *entry};
    if (tn_forget_marks_has(marks, &entry->badge, &mark)) {
        memcpy(out->derived.badge.b, mark.b, sizeof mark.b);
        out->is_doomed = true;
    }
    if (tn_forget_marks_has(marks, &entry->learner, &mark)) {
        memcpy(out->derived.learner.b, mark.b, sizeof mark.b);
        out->is_doomed = true;
    }
    if (out->is_doomed) {
        out->kept.is_erased = true;
        out->kept.badge = (struct tn_id){{0}};
        out->kept.learner = (struct tn_id){{0}};
        out->kept.body = (struct tn_bytes){0};
    }
}

/* What a badge's learner or its replacement was is not noted of whoever is to be forgotten. */
static bool follows(const struct fold *fold)
{
    const enum tn_kind kind = tn_kind_from_name(fold->derived.kind);
    return !fold->is_doomed || (kind != TN_KIND_REGISTER && kind != TN_KIND_REPLACE);
}

static enum tn_status put_one(struct tn_station *station, uint64_t log_no, const struct fold *fold)
{
    sqlite3_stmt *stmt = NULL;
    bool was_in = false;
    int change = 0;
    enum tn_status status = tn_station_stmt(station, TN_STMT_INSERT, &stmt);
    if (status == TN_OK) {
        tn_entry_bind(stmt, log_no, &fold->kept);
        status = tn_sql_run(stmt);
    }
    if (status == TN_OK && follows(fold)) {
        status = tn_derive_apply(&station->derive, log_no, &fold->derived, &was_in, &change);
    }
    if (status == TN_OK && tn_id_equal(&fold->kept.event, &station->present_event)) {
        station->present += (uint64_t)(int64_t)change;
    }
    return status;
}

/* Where a run goes on from what is here: the place of its first new entry; run->count: none.
 * *is_behind_a_gap: it goes on from nothing that is here. */
static enum tn_status join(const struct tn_sibling_run *run, uint64_t last,
                           const struct tn_hash *hash, size_t *from, bool *is_behind_a_gap)
{
    const uint64_t first = run->entries[0].seq;
    const uint64_t shared = last >= first ? last - first + 1 : 0;
    *is_behind_a_gap = first > last + 1;
    *from = shared < run->count ? (size_t)shared : run->count;
    if (*is_behind_a_gap || shared > run->count) {
        return TN_OK; /* one that ends before what is here is taken for known */
    }
    const struct tn_hash *there = shared == 0 ? &run->before : &run->entries[shared - 1].hash;
    return tn_hash_equal(there, hash) ? TN_OK : TN_ERR_DAMAGED;
}

/* Where a run goes on, as it is known here now. */
struct place {
    uint64_t log_no; /* 0: nothing of this log is here */
    uint64_t first;  /* what is here of it */
    uint64_t last;
    size_t from;
    bool is_behind_a_gap;
};

static enum tn_status find_place(struct tn_station *station, const struct tn_sibling_run *run,
                                 struct place *out)
{
    struct tn_log_head head;
    struct tn_hash hash;
    uint64_t last = 0;
    enum tn_status status = tn_station_log(station, &run->log, &head);
    *out = (struct place){head.log_no, head.first_seq, head.last_seq, 0, false};
    if (status == TN_OK && head.log_no > 0 &&
        memcmp(head.device_key.b, run->device_key.b, TN_PUBLIC_KEY_SIZE) != 0) {
        return TN_ERR_STATE;
    }
    if (status == TN_OK) {
        status = tn_station_sibling_at(station, &run->log, &last, &hash);
    }
    return status == TN_OK ? join(run, last, &hash, &out->from, &out->is_behind_a_gap) : status;
}

/* A pack with other marks than those may have come: they are carried out once more. */
static enum tn_status take_up_marks(struct tn_station *station, const struct tn_forget_marks *marks)
{
    return marks->epoch == station->pack_epoch && marks->version == station->pack_version
               ? TN_OK
               : tn_sql_exec(station->db, "UPDATE forgot SET version = 0");
}

/* The next entries of a run, within a transaction; *added is 0 after its last. */
static enum tn_status take_slice(struct tn_station *station, const struct tn_sibling_run *run,
                                 const struct tn_forget_marks *marks, uint64_t *added)
{
    struct place at;
    enum tn_status status = find_place(station, run, &at);
    const size_t left = run->count - at.from;
    const size_t count = left < TN_SLICE_FOLD ? left : TN_SLICE_FOLD;
    *added = 0;
    if (status != TN_OK || count == 0) {
        return status;
    }
    if (at.log_no == 0) {
        status = add_log(station, run, &at.log_no);
    }
    /* Behind a gap the log begins with the run. */
    if (status == TN_OK && at.is_behind_a_gap) {
        status = tn_forget_remove(station, at.log_no, run->entries[at.from].seq - 1, &run->before);
    }
    for (size_t i = at.from; i < at.from + count && status == TN_OK; i++) {
        struct fold fold;
        fold_one(marks, &run->entries[i], &fold);
        status = put_one(station, at.log_no, &fold);
    }
    *added = status == TN_OK ? count : 0;
    return status == TN_OK ? take_up_marks(station, marks) : status;
}

/* What a gap cuts off goes in slices, too. */
static enum tn_status make_way(struct tn_station *station, const struct tn_sibling_run *run)
{
    struct place at;
    enum tn_status status = find_place(station, run, &at);
    return status == TN_OK && at.is_behind_a_gap && at.first > 0
               ? tn_forget_cut(station, at.log_no, at.first, at.last)
               : status;
}

static enum tn_status take_all(struct tn_station *station, const struct tn_sibling_run *run,
                               const struct tn_forget_marks *marks, uint64_t *added)
{
    uint64_t more = 0;
    enum tn_status status = make_way(station, run);
    do {
        if (status == TN_OK) {
            status = tn_station_begin(station);
        }
        if (status == TN_OK) {
            status = tn_station_finish(station, take_slice(station, run, marks, &more));
        }
        *added += status == TN_OK ? more : 0;
    } while (status == TN_OK && more == TN_SLICE_FOLD);
    return status;
}

enum tn_status tn_station_add_sibling(struct tn_station *station, const struct tn_sibling_run *run,
                                      uint64_t *added)
{
    struct tn_forget_marks marks;
    *added = 0;
    if (run->count == 0 || !tn_station_has_sibling(station, &run->device_key)) {
        return TN_ERR_STATE;
    }
    enum tn_status status = tn_forget_marks_read(station, &marks);
    if (status == TN_OK) {
        status = take_all(station, run, &marks, added);
    }
    tn_forget_marks_wipe(&marks);
    return status;
}

/* Looked at before it is taken, since a receipt for a log that lies elsewhere is no trouble here.
 */
enum tn_status tn_station_take_sibling_receipt(struct tn_station *station, struct tn_bytes receipt)
{
    struct tn_receipt read;
    struct tn_hash here;
    struct tn_log_head head = {0};
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK) {
        status = tn_receipt_read(receipt, &station->setup.sign_key, &read);
    }
    if (status == TN_OK) {
        status = tn_station_log(station, &read.log, &head);
    }
    if (status == TN_OK && (head.log_no == 0 || read.seq > head.last_seq)) {
        return TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        status = tn_station_hash_at(station, head.log_no, read.seq, &here);
    }
    if (status != TN_OK) {
        return status;
    }
    return tn_hash_equal(&here, &read.hash) ? tn_station_take_receipt(station, receipt)
                                            : TN_ERR_STATE;
}
