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

static enum tn_status put_one(struct tn_station *station, uint64_t log_no,
                              const struct tn_entry *entry)
{
    sqlite3_stmt *stmt = NULL;
    bool was_in = false;
    int change = 0;
    enum tn_status status = tn_station_stmt(station, TN_STMT_INSERT, &stmt);
    if (status == TN_OK) {
        tn_entry_bind(stmt, log_no, entry);
        status = tn_sql_run(stmt);
    }
    if (status == TN_OK) {
        status = tn_derive_apply(&station->derive, log_no, entry, &was_in, &change);
    }
    if (status == TN_OK && tn_id_equal(&entry->event, &station->present_event)) {
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

/* Lets the log begin with the run. */
static enum tn_status begin_anew(struct tn_station *station, const struct tn_sibling_run *run,
                                 uint64_t log_no)
{
    sqlite3_stmt *stmt = NULL;
    enum tn_status status =
        tn_sql_prepare(station->db, "DELETE FROM entry WHERE log_no = ?", &stmt);
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)log_no);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    stmt = NULL;
    if (status == TN_OK) {
        status =
            tn_sql_prepare(station->db, "INSERT OR REPLACE INTO purged VALUES (?, ?, ?)", &stmt);
    }
    if (status == TN_OK) {
        tn_sql_bind_int(stmt, 1, (int64_t)log_no);
        tn_sql_bind_int(stmt, 2, (int64_t)run->entries[0].seq - 1);
        tn_sql_bind_bytes(stmt, 3, run->before.b, sizeof run->before.b);
        status = tn_sql_run(stmt);
    }
    (void)sqlite3_finalize(stmt);
    return status;
}

/* New entries may name whom a pack's marks do: those are carried out once more. */
static enum tn_status take_up_marks(struct tn_station *station)
{
    return tn_sql_exec(station->db, "UPDATE forgot SET version = 0");
}

static enum tn_status take(struct tn_station *station, const struct tn_sibling_run *run,
                           uint64_t *added)
{
    struct tn_log_head head;
    uint64_t last = 0;
    struct tn_hash hash;
    size_t from = 0;
    bool is_behind_a_gap = false;
    enum tn_status status = tn_station_log(station, &run->log, &head);
    uint64_t log_no = head.log_no;
    bool is_theirs =
        log_no == 0 || memcmp(head.device_key.b, run->device_key.b, TN_PUBLIC_KEY_SIZE) == 0;
    if (status == TN_OK && !is_theirs) {
        return TN_ERR_STATE;
    }
    if (status == TN_OK) {
        status = tn_station_sibling_at(station, &run->log, &last, &hash);
    }
    if (status == TN_OK) {
        status = join(run, last, &hash, &from, &is_behind_a_gap);
    }
    if (status == TN_OK && from < run->count && log_no == 0) {
        status = add_log(station, run, &log_no);
    }
    if (status == TN_OK && is_behind_a_gap) {
        status = begin_anew(station, run, log_no);
    }
    for (size_t i = from; i < run->count && status == TN_OK; i++) {
        status = put_one(station, log_no, &run->entries[i]);
    }
    *added = status == TN_OK ? run->count - from : 0;
    return status == TN_OK && *added > 0 ? take_up_marks(station) : status;
}

enum tn_status tn_station_add_sibling(struct tn_station *station, const struct tn_sibling_run *run,
                                      uint64_t *added)
{
    *added = 0;
    if (run->count == 0 || !tn_station_has_sibling(station, &run->device_key)) {
        return TN_ERR_STATE;
    }
    enum tn_status status = tn_station_begin(station);
    return status == TN_OK ? tn_station_finish(station, take(station, run, added)) : status;
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
