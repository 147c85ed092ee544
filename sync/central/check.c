/* Walks every log of the centre in one pass over `entry`, hashing as the stations did. A branch
 * starts from the hash noted where it left, and is hashed with the id of the log it left. */
#include "sync/central/check.h"

#include <string.h>

#include "sync/central/audit.h"
#include "sync/central/correction.h"
#include "sync/central/ingest.h"
#include "turnout/entry.h"
#include "turnout/log.h"
#include "turnout/receipt.h"

/* The log being walked. */
struct place {
    struct tn_centre *centre;
    int64_t log_no;
    char name[TN_ID_HEX_SIZE];
    struct tn_id chain;
    uint64_t next;
    struct tn_hash previous;
    uint64_t last;
    struct tn_hash head;
    bool is_bad;
    struct tn_check *check;
};

static void take_fixed(struct tn_stmt *stmt, int column, void *out, size_t len)
{
    struct tn_bytes bytes = tn_col_bytes(stmt, column);
    memset(out, 0, len);
    if (bytes.len == len) {
        memcpy(out, bytes.data, len);
    }
}

static void read_entry(struct tn_stmt *stmt, struct tn_entry *out)
{
    *out = (struct tn_entry){.seq = (uint64_t)tn_col_int(stmt, 6),
                             .format = (uint32_t)tn_col_int(stmt, 7),
                             .at_ms = tn_col_int(stmt, 9),
                             .mono_ms = tn_col_int(stmt, 10)};
    snprintf(out->kind, sizeof out->kind, "%s", tn_col_text(stmt, 8));
    tn_col_id(stmt, 11, &out->boot);
    tn_col_id(stmt, 12, &out->event);
    tn_col_id(stmt, 13, &out->activity);
    snprintf(out->method, sizeof out->method, "%s", tn_col_text(stmt, 14));
    tn_col_id(stmt, 15, &out->badge);
    tn_col_id(stmt, 16, &out->learner);
    out->is_erased = tn_col_is_null(stmt, 18);
    take_fixed(stmt, 18, out->salt, sizeof out->salt);
    take_fixed(stmt, 19, out->who_hash.b, TN_HASH_SIZE);
    take_fixed(stmt, 20, out->hash.b, TN_HASH_SIZE);
    out->body = tn_col_bytes(stmt, 17);
}

static void fault(struct place *place, uint64_t seq, const char *what)
{
    place->is_bad = true;
    place->check->faults++;
    tn_log(TN_LOG_ERROR, "log %s, entry %llu: %s", place->name, (unsigned long long)seq, what);
}

static void end_log(struct place *place)
{
    if (place->log_no == 0 || place->is_bad) {
        return;
    }
    if (place->next != place->last + 1) {
        fault(place, place->next, "missing; the log should go on");
    } else if (!tn_hash_equal(&place->previous, &place->head)) {
        fault(place, place->last, "is not the one the log is noted to end with");
    }
}

static void begin_log(struct place *place, struct tn_stmt *stmt)
{
    struct tn_id id;
    place->log_no = tn_col_int(stmt, 0);
    tn_col_id(stmt, 1, &id);
    tn_id_hex(&id, place->name);
    place->chain = id;
    if (!tn_col_is_null(stmt, 2)) {
        tn_col_id(stmt, 2, &place->chain);
    }
    place->last = (uint64_t)tn_col_int(stmt, 3);
    take_fixed(stmt, 4, place->head.b, TN_HASH_SIZE);
    take_fixed(stmt, 5, place->previous.b, TN_HASH_SIZE);
    place->next = tn_col_is_null(stmt, 21) ? 1 : (uint64_t)tn_col_int(stmt, 21);
    place->is_bad = false;
    place->check->logs++;
}

static void check_entry(struct place *place, struct tn_stmt *stmt)
{
    struct tn_entry entry;
    if (tn_col_is_null(stmt, 6)) {
        return; /* a log without entries */
    }
    read_entry(stmt, &entry);
    place->check->entries++;
    if (place->is_bad) {
        return; /* the first fault of a log says where; what follows cannot be judged */
    }
    if (entry.seq != place->next) {
        fault(place, place->next, "is missing");
    } else if (tn_entry_check(&entry, &place->previous, &place->chain) != TN_OK) {
        fault(place, entry.seq, "was altered, or an entry before it was");
    }
    place->previous = entry.hash;
    place->next = entry.seq + 1;
}

static enum tn_status check_chains(struct tn_centre *centre, int64_t all,
                                   void (*progress)(void *, uint64_t, uint64_t), void *ctx,
                                   struct tn_check *out)
{
    static const char sql[] =
        "SELECT k.log_no, k.log_id, k.origin, k.last_seq, k.head, f.before, e.seq, e.format, "
        "e.kind,"
        " e.at_ms, e.mono_ms, e.boot, e.event, e.activity, e.method, e.badge, e.learner, e.body,"
        " e.salt, e.who_hash, e.hash, f.seq FROM kiosk k LEFT JOIN fork f ON f.ecosystem ="
        " k.ecosystem AND f.branch_id = k.log_id LEFT JOIN entry e ON e.ecosystem = k.ecosystem AND"
        " e.log_no = k.log_no WHERE k.ecosystem = $1 ORDER BY k.log_no, e.seq";
    struct place place = {.centre = centre, .check = out};
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        if (tn_col_int(stmt, 0) != place.log_no) {
            end_log(&place);
            begin_log(&place, stmt);
        }
        check_entry(&place, stmt);
        if (progress != NULL && out->entries % 1000 == 0) {
            progress(ctx, out->entries, (uint64_t)all);
        }
    }
    tn_reset(stmt);
    if (status == TN_OK) {
        end_log(&place);
    }
    return status;
}

static enum tn_status check_receipts(struct tn_centre *centre, struct tn_check *out)
{
    static const char sql[] =
        "SELECT r.log_id, r.seq, r.receipt, e.hash FROM receipt r LEFT JOIN kiosk k ON k.ecosystem "
        "="
        " r.ecosystem AND k.log_id = r.log_id LEFT JOIN entry e ON e.ecosystem = k.ecosystem AND"
        " e.log_no = k.log_no AND e.seq = r.seq WHERE r.ecosystem = $1 ORDER BY r.log_id";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_receipt receipt;
        struct tn_hash hash;
        struct tn_id log;
        char name[TN_ID_HEX_SIZE];
        struct tn_id at_fork;
        tn_col_id(stmt, 0, &log);
        tn_id_hex(&log, name);
        take_fixed(stmt, 3, hash.b, TN_HASH_SIZE);
        out->receipts++;
        enum tn_status read = tn_receipt_read(tn_col_bytes(stmt, 2), &centre->sign_key, &receipt);
        /* A fork may since have moved the entry to a branch: then it is looked for there. */
        if (read != TN_OK ||
            (!tn_hash_equal(&receipt.hash, &hash) &&
             tn_ingest_find(centre, &receipt.log, receipt.seq, &receipt.hash, &at_fork) != TN_OK)) {
            out->faults++;
            tn_log(TN_LOG_ERROR, "log %s: the receipt to %lld %s", name,
                   (long long)tn_col_int(stmt, 1),
                   read != TN_OK ? "does not verify" : "is for an entry that is not here");
        }
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status check_audit(struct tn_centre *centre, struct tn_check *out)
{
    struct tn_audit_check audit;
    enum tn_status status = tn_audit_verify(centre, &audit);
    out->audit = audit.rows;
    out->faults += audit.faults;
    return status;
}

static enum tn_status check_corrections(struct tn_centre *centre, struct tn_check *out)
{
    uint64_t faults = 0;
    enum tn_status status = tn_corrections_check(centre, &out->corrections, &faults);
    out->faults += faults;
    return status;
}

enum tn_status tn_check_centre(struct tn_centre *centre,
                               void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
                               struct tn_check *out)
{
    static const char sql[] = "SELECT coalesce(sum(last_seq), 0) FROM kiosk WHERE ecosystem = $1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct tn_check){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    status = tn_step(stmt, &has_row);
    int64_t all = has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    if (status == TN_OK) {
        status = check_chains(centre, all, progress, ctx, out);
    }
    status = status == TN_OK ? check_receipts(centre, out) : status;
    if (status == TN_OK) {
        status = check_audit(centre, out);
    }
    return status == TN_OK ? check_corrections(centre, out) : status;
}
