/* The copying side of a salvage: what becomes of each row. One that the chain proves is kept as it
 * is, in its log. From the first break on nothing proves itself: such a row goes to `loose` word
 * for word, and where no receipt covers it and its facts can be told, it is written anew into the
 * log that is begun, once, with a body that says where it was first (salvaged.h). Whether it has
 * been already is asked of the first place, so that salvaging a salvage appends nothing twice. */
#include "kiosk/core/salvage.h"

#include <string.h>

#include "turnout/salvaged.h"

#include "kiosk/core/body.h"
#include "kiosk/core/schema.h"
#include "kiosk/core/utf8.h"

/* A time past this is no time but damage, and would break every sum it came into. */
#define AT_MS_MAX (INT64_C(1) << 53)

/* What became of a row that the chain does not prove. */
enum fate { FATE_UNREAD, FATE_COVERED, FATE_APPENDED };

static const char *const fate_names[] = {
    [FATE_UNREAD] = "unread", [FATE_COVERED] = "covered", [FATE_APPENDED] = "appended"};

struct place {
    enum fate fate;
    uint64_t log_no; /* where it was appended; 0: nowhere */
    uint64_t seq;
};

static const char *const out_sql[TN_SALVAGE_STMT_COUNT] = {
    [TN_SALVAGE_ENTRY] = TN_ENTRY_INSERT,
    [TN_SALVAGE_LOOSE] =
        "INSERT INTO loose (" TN_ENTRY_COLUMNS ", log_no, log_id, fate, new_log_no, new_seq) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [TN_SALVAGE_LOG] = "INSERT INTO log VALUES (?, ?, ?, ?)",
    [TN_SALVAGE_RECEIPT] = "INSERT OR IGNORE INTO receipt VALUES (?, ?, ?, ?, ?)",
    [TN_SALVAGE_PACK] = "INSERT OR REPLACE INTO pack VALUES (1, ?, ?, ?)",
    [TN_SALVAGE_LOG_NO] = "SELECT log_no FROM log WHERE log_id = ?",
    [TN_SALVAGE_PLACED_GET] = "SELECT new_log_no, new_seq FROM temp.placed WHERE log_id = ? AND "
                              "seq = ?",
    [TN_SALVAGE_PLACED_SET] = "INSERT OR IGNORE INTO temp.placed VALUES (?, ?, ?, ?)",
    [TN_SALVAGE_GAPS] =
        "SELECT max(?3, before) + 1, seq - 1 FROM (SELECT seq, lag(seq, 1, 0) OVER (ORDER BY seq) "
        "AS before FROM (SELECT seq FROM entry WHERE log_no = ?1 UNION SELECT seq FROM loose WHERE "
        "log_id = ?2)) WHERE seq > max(?3, before) + 1",
    [TN_SALVAGE_MISSING] = "INSERT OR IGNORE INTO missing VALUES (?, ?, ?)",
};

#define COLUMNS 15 /* of TN_ENTRY_COLUMNS */

enum tn_status tn_salvage_prepare(struct tn_salvage *salvage)
{
    enum tn_status status =
        tn_sql_exec(salvage->to, "CREATE TEMP TABLE placed (log_id BLOB, seq INTEGER, new_log_no "
                                 "INTEGER, new_seq INTEGER, PRIMARY KEY (log_id, seq))");
    salvage->derive.db = salvage->to;
    for (int i = 0; status == TN_OK && i < TN_SALVAGE_STMT_COUNT; i++) {
        status = tn_sql_prepare(salvage->to, out_sql[i], &salvage->out[i]);
    }
    return status;
}

void tn_salvage_finalize(struct tn_salvage *salvage)
{
    for (int i = 0; i < TN_SALVAGE_STMT_COUNT; i++) {
        (void)sqlite3_finalize(salvage->out[i]);
        salvage->out[i] = NULL;
    }
    tn_derive_end(&salvage->derive);
}

/* A log whose first entries were purged goes on from the last of those. */
static enum tn_status begin_purged(struct tn_salvage *salvage)
{
    sqlite3_stmt *to = NULL;
    sqlite3_stmt *from =
        tn_salvage_ask(salvage, "SELECT seq, hash FROM purged WHERE log_no = ? AND typeof(seq) = "
                                "'integer' AND seq > 0 AND length(hash) = 32");
    enum tn_status status = TN_OK;
    if (from != NULL) {
        tn_sql_bind_int(from, 1, (int64_t)salvage->log_no);
    }
    if (from != NULL && tn_salvage_step(salvage, from) == SQLITE_ROW &&
        tn_sql_get_fixed(from, 1, salvage->hash.b, sizeof salvage->hash.b)) {
        salvage->seq = (uint64_t)sqlite3_column_int64(from, 0);
        status = tn_sql_prepare(salvage->to, "INSERT OR REPLACE INTO purged VALUES (?, ?, ?)", &to);
    }
    if (to != NULL) {
        tn_sql_bind_int(to, 1, (int64_t)salvage->log_no);
        tn_sql_bind_int(to, 2, (int64_t)salvage->seq);
        tn_sql_bind_bytes(to, 3, salvage->hash.b, sizeof salvage->hash.b);
        status = tn_sql_run(to);
    }
    (void)sqlite3_finalize(to);
    (void)sqlite3_finalize(from);
    return status;
}

enum tn_status tn_salvage_begin_log(struct tn_salvage *salvage, uint64_t log_no,
                                    const struct tn_id *log, const struct tn_public_key *key,
                                    const char *origin)
{
    sqlite3_stmt *out = salvage->out[TN_SALVAGE_LOG];
    salvage->log_no = log_no;
    salvage->log = *log;
    salvage->seq = 0;
    salvage->hash = (struct tn_hash){{0}};
    salvage->is_broken = false;
    tn_sql_bind_int(out, 1, (int64_t)log_no);
    tn_sql_bind_id(out, 2, log);
    tn_sql_bind_bytes(out, 3, key->b, sizeof key->b);
    tn_sql_bind_text(out, 4, origin);
    enum tn_status status = tn_sql_run(out);
    return status == TN_OK ? begin_purged(salvage) : status;
}

/* TN_ERR_NOT_FOUND where nothing became of it yet. */
static enum tn_status get_placed(struct tn_salvage *salvage, const struct tn_salvaged *first,
                                 struct place *out)
{
    sqlite3_stmt *stmt = salvage->out[TN_SALVAGE_PLACED_GET];
    tn_sql_bind_id(stmt, 1, &first->log);
    tn_sql_bind_int(stmt, 2, (int64_t)first->seq);
    enum tn_status status = tn_sql_row(stmt);
    if (status == TN_OK) {
        out->log_no = (uint64_t)sqlite3_column_int64(stmt, 0);
        out->seq = (uint64_t)sqlite3_column_int64(stmt, 1);
        out->fate = out->log_no == 0 ? FATE_COVERED : FATE_APPENDED;
    }
    tn_sql_reset(stmt);
    return status;
}

static enum tn_status log_no_of(struct tn_salvage *salvage, const struct tn_id *log, uint64_t *out)
{
    sqlite3_stmt *stmt = salvage->out[TN_SALVAGE_LOG_NO];
    tn_sql_bind_id(stmt, 1, log);
    enum tn_status status = tn_sql_row(stmt);
    *out = status == TN_OK ? (uint64_t)sqlite3_column_int64(stmt, 0) : 0;
    tn_sql_reset(stmt);
    return status;
}

/* An undo that is written anew names a seq of the log it was in first: what it takes back may have
 * been written anew too, or have stayed where it was. */
static enum tn_status take_back(struct tn_salvage *salvage, const struct tn_salvaged *first)
{
    int change = 0;
    struct place place = {0};
    struct tn_salvaged target = {.log = first->log};
    if (!tn_body_read_number(first->body, &target.seq) || target.seq > INT64_MAX) {
        return TN_OK;
    }
    enum tn_status status = get_placed(salvage, &target, &place);
    if (status == TN_ERR_NOT_FOUND || (status == TN_OK && place.log_no == 0)) {
        place.seq = target.seq;
        status = log_no_of(salvage, &target.log, &place.log_no);
    }
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND ? TN_OK : status;
    }
    return tn_derive_undo(&salvage->derive, place.log_no, place.seq, &change);
}

static enum tn_status change_derived(struct tn_salvage *salvage, uint64_t log_no,
                                     const struct tn_entry *entry)
{
    bool was_in = false;
    int change = 0;
    struct tn_salvaged first;
    if (tn_kind_from_name(entry->kind) == TN_KIND_UNDO && tn_salvaged_read(entry->body, &first)) {
        return take_back(salvage, &first);
    }
    return tn_derive_apply(&salvage->derive, log_no, entry, &was_in, &change);
}

static enum tn_status put_entry(struct tn_salvage *salvage, uint64_t log_no,
                                const struct tn_entry *entry)
{
    tn_entry_bind(salvage->out[TN_SALVAGE_ENTRY], log_no, entry);
    enum tn_status status = tn_sql_run(salvage->out[TN_SALVAGE_ENTRY]);
    return status == TN_OK ? change_derived(salvage, log_no, entry) : status;
}

/* Where a row was first: what its own body says, or where it stands. */
static struct tn_salvaged first_place(const struct tn_entry *entry, const struct tn_id *log)
{
    struct tn_salvaged out;
    if (!tn_salvaged_read(entry->body, &out)) {
        out = (struct tn_salvaged){*log, entry->seq, entry->body};
    }
    return out;
}

static enum tn_status set_placed(struct tn_salvage *salvage, const struct tn_salvaged *first,
                                 const struct place *place)
{
    sqlite3_stmt *stmt = salvage->out[TN_SALVAGE_PLACED_SET];
    tn_sql_bind_id(stmt, 1, &first->log);
    tn_sql_bind_int(stmt, 2, (int64_t)first->seq);
    tn_sql_bind_int(stmt, 3, (int64_t)place->log_no);
    tn_sql_bind_int(stmt, 4, (int64_t)place->seq);
    return tn_sql_run(stmt);
}

static bool is_text(const char *text)
{
    return tn_utf8_is_valid((struct tn_bytes){(const uint8_t *)text, strlen(text)});
}

/* Whether a row's facts can be an entry that a bundle carries and a centre takes. */
static bool is_sane(const struct tn_entry *entry)
{
    return entry->kind[0] != '\0' && is_text(entry->kind) && is_text(entry->method) &&
           entry->at_ms > -AT_MS_MAX && entry->at_ms < AT_MS_MAX && entry->body.len <= TN_BODY_MAX;
}

/* Writes a row anew at the end of the new log. */
static enum tn_status append(struct tn_salvage *salvage, const struct tn_entry *row,
                             const struct tn_salvaged *first, struct place *out)
{
    struct tn_buf body;
    struct tn_entry entry = *row;
    tn_buf_init(&body, TN_BODY_MAX);
    tn_salvaged_write(&body, first);
    entry.seq = salvage->new_seq + 1;
    entry.is_erased = false;
    entry.body = tn_buf_bytes(&body);
    salvage->random->fill(salvage->random->ctx, entry.salt, sizeof entry.salt);
    enum tn_status status = body.status;
    if (status == TN_OK) {
        status = tn_entry_chain(&entry, &salvage->new_hash, &salvage->new_log);
    }
    if (status == TN_OK) {
        status = put_entry(salvage, salvage->new_no, &entry);
    }
    if (status == TN_OK) {
        salvage->new_seq = entry.seq;
        salvage->new_hash = entry.hash;
        salvage->appended++;
        *out = (struct place){FATE_APPENDED, salvage->new_no, entry.seq};
    }
    tn_buf_destroy(&body);
    return status;
}

/* A row copied as it is, column by column. One that the new table does not take (a value of another
 * type, say) is left where it is, in the file that is set aside. */
static enum tn_status put_loose(struct tn_salvage *salvage, sqlite3_stmt *row,
                                const struct place *place)
{
    sqlite3_stmt *out = salvage->out[TN_SALVAGE_LOOSE];
    for (int i = 0; i < COLUMNS; i++) {
        (void)sqlite3_bind_value(out, i + 1, sqlite3_column_value(row, i));
    }
    tn_sql_bind_int(out, COLUMNS + 1, (int64_t)salvage->log_no);
    tn_sql_bind_id(out, COLUMNS + 2, &salvage->log);
    tn_sql_bind_text(out, COLUMNS + 3, fate_names[place->fate]);
    if (place->fate == FATE_APPENDED) {
        tn_sql_bind_int(out, COLUMNS + 4, (int64_t)place->log_no);
        tn_sql_bind_int(out, COLUMNS + 5, (int64_t)place->seq);
    }
    int rc = sqlite3_step(out);
    bool is_refused = (rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_MISMATCH;
    salvage->loose += rc == SQLITE_DONE ? 1 : 0;
    enum tn_status status = is_refused ? TN_OK : tn_sql_status(salvage->to, rc);
    tn_sql_reset(out);
    return status;
}

/* What becomes of a row that proves nothing; is_covered: the centre has it. */
static enum tn_status place_row(struct tn_salvage *salvage, sqlite3_stmt *row, bool is_covered,
                                struct place *out)
{
    struct tn_entry entry;
    *out = (struct place){.fate = is_covered ? FATE_COVERED : FATE_UNREAD};
    enum tn_status status = tn_entry_facts_from_row(row, &entry);
    if (status != TN_OK || !is_sane(&entry)) {
        return status == TN_ERR_NO_MEMORY ? status : TN_OK;
    }
    struct tn_salvaged first = first_place(&entry, &salvage->log);
    status = get_placed(salvage, &first, out);
    if (status != TN_ERR_NOT_FOUND) {
        return status;
    }
    status = is_covered ? change_derived(salvage, salvage->log_no, &entry)
                        : append(salvage, &entry, &first, out);
    return status == TN_OK ? set_placed(salvage, &first, out) : status;
}

static enum tn_status set_aside(struct tn_salvage *salvage, sqlite3_stmt *row, bool is_covered)
{
    struct place place;
    enum tn_status status = place_row(salvage, row, is_covered, &place);
    return status == TN_OK ? put_loose(salvage, row, &place) : status;
}

static enum tn_status prove(const struct tn_salvage *salvage, sqlite3_stmt *row,
                            struct tn_entry *out)
{
    if (salvage->is_broken) {
        return TN_ERR_DAMAGED;
    }
    enum tn_status status = tn_entry_from_row(row, out);
    if (status == TN_OK && out->seq != salvage->seq + 1) {
        status = TN_ERR_DAMAGED;
    }
    return status == TN_OK ? tn_entry_check(out, &salvage->hash, &salvage->log) : status;
}

/* One that proves itself; where it is a salvaged one, its first place is accounted for. */
static enum tn_status keep(struct tn_salvage *salvage, const struct tn_entry *entry)
{
    struct tn_salvaged first;
    salvage->seq = entry->seq;
    salvage->hash = entry->hash;
    salvage->kept++;
    enum tn_status status = put_entry(salvage, salvage->log_no, entry);
    if (status == TN_OK && tn_salvaged_read(entry->body, &first)) {
        const struct place place = {FATE_APPENDED, salvage->log_no, entry->seq};
        status = set_placed(salvage, &first, &place);
    }
    return status;
}

enum tn_status tn_salvage_row(struct tn_salvage *salvage, sqlite3_stmt *row)
{
    struct tn_entry entry;
    enum tn_status status = prove(salvage, row, &entry);
    if (status == TN_OK) {
        return keep(salvage, &entry);
    }
    if (status != TN_ERR_DAMAGED) {
        return status;
    }
    salvage->is_broken = true;
    return set_aside(salvage, row, sqlite3_column_int64(row, 0) <= (int64_t)salvage->covered);
}

enum tn_status tn_salvage_seen(struct tn_salvage *salvage, sqlite3_stmt *row)
{
    struct tn_entry entry;
    enum tn_status status = tn_entry_facts_from_row(row, &entry);
    if (status != TN_OK) {
        return status == TN_ERR_NO_MEMORY ? status : TN_OK;
    }
    return change_derived(salvage, salvage->log_no, &entry);
}

enum tn_status tn_salvage_set_aside(struct tn_salvage *salvage, sqlite3_stmt *row)
{
    char fate[16];
    int64_t log_no = sqlite3_column_int64(row, COLUMNS);
    if (log_no < 1 || !tn_sql_get_id(row, COLUMNS + 1, &salvage->log) ||
        !tn_sql_get_text(row, COLUMNS + 2, fate, sizeof fate)) {
        return tn_sql_bad_row(row) == TN_ERR_NO_MEMORY ? TN_ERR_NO_MEMORY : TN_OK;
    }
    salvage->log_no = (uint64_t)log_no;
    if (strcmp(fate, fate_names[FATE_COVERED]) == 0) {
        const struct place place = {.fate = FATE_COVERED}; /* tn_salvage_seen had its turn */
        return put_loose(salvage, row, &place);
    }
    return set_aside(salvage, row, false);
}

enum tn_status tn_salvage_missing(struct tn_salvage *salvage, const struct tn_id *log,
                                  uint64_t first, uint64_t last)
{
    sqlite3_stmt *stmt = salvage->out[TN_SALVAGE_MISSING];
    salvage->missing += last == TN_ONWARD ? 0 : last - first + 1;
    salvage->cut_logs += last == TN_ONWARD;
    tn_sql_bind_id(stmt, 1, log);
    tn_sql_bind_int(stmt, 2, (int64_t)first);
    tn_sql_bind_int(stmt, 3, (int64_t)last);
    return tn_sql_run(stmt);
}

enum tn_status tn_salvage_cut(struct tn_salvage *salvage, const struct tn_id *log, uint64_t first)
{
    return tn_salvage_missing(salvage, log, first, TN_ONWARD);
}

enum tn_status tn_salvage_note_gaps(struct tn_salvage *salvage)
{
    sqlite3_stmt *stmt = salvage->out[TN_SALVAGE_GAPS];
    enum tn_status status = TN_OK;
    tn_sql_bind_int(stmt, 1, (int64_t)salvage->log_no);
    tn_sql_bind_id(stmt, 2, &salvage->log);
    tn_sql_bind_int(stmt, 3, (int64_t)salvage->covered);
    while (salvage->is_broken && status == TN_OK && (status = tn_sql_row(stmt)) == TN_OK) {
        int64_t first = sqlite3_column_int64(stmt, 0);
        int64_t last = sqlite3_column_int64(stmt, 1);
        /* A longer one is a number that was damaged, and not so many entries. */
        if (last - first < TN_SALVAGE_MISSES_MAX) {
            status = tn_salvage_missing(salvage, &salvage->log, (uint64_t)first, (uint64_t)last);
        }
    }
    tn_sql_reset(stmt);
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}
