/* A salvage in the making: private to core's salvage files.
 *
 * salvage.c says what is done in which order and puts the new database in place, salvage_read.c
 * finds what can be read of the old one, salvage_copy.c decides what becomes of each row and writes
 * it into the new one. */
#ifndef KIOSK_CORE_SALVAGE_H
#define KIOSK_CORE_SALVAGE_H

#include "kiosk/core/station_impl.h"

/* How many numbers in a row may be unreadable before the rest of a log counts as gone. A page
 * holds about twenty entries. */
#define TN_SALVAGE_MISSES_MAX 4096

enum tn_salvage_stmt {
    TN_SALVAGE_ENTRY,
    TN_SALVAGE_LOOSE,
    TN_SALVAGE_LOG,
    TN_SALVAGE_RECEIPT,
    TN_SALVAGE_PACK,
    TN_SALVAGE_LOG_NO,
    TN_SALVAGE_PLACED_GET,
    TN_SALVAGE_PLACED_SET,
    TN_SALVAGE_GAPS,
    TN_SALVAGE_MISSING,
    TN_SALVAGE_STMT_COUNT
};

struct tn_salvage {
    const char *dir;
    const struct tn_random *random;
    sqlite3 *from; /* NULL: there is nothing that opens */
    sqlite3 *to;
    sqlite3_stmt *out[TN_SALVAGE_STMT_COUNT];
    struct tn_derive derive;
    struct tn_device device; /* of the incarnation that ends */
    struct tn_setup setup;
    bool is_unplaced;       /* a new database was made before, and never put in its place */
    enum tn_status trouble; /* what ends the salvage: reading again may give more */
    uint64_t kept;
    uint64_t loose;
    uint64_t appended;
    uint64_t missing;
    uint64_t cut_logs;
    /* The log being copied. */
    uint64_t log_no;
    struct tn_id log;
    uint64_t seq; /* of the last that proved itself */
    struct tn_hash hash;
    bool is_broken;
    uint64_t covered; /* up to where a receipt says that the centre has it */
    /* The log that is begun. */
    uint64_t new_no;
    struct tn_id new_log;
    uint64_t new_seq;
    struct tn_hash new_hash;
};

/* salvage_read.c */

/* Opens the old database read-only; from stays NULL where it does not open. */
void tn_salvage_open(struct tn_salvage *salvage);

/* A statement on the old database, or NULL: that it does not answer is expected. */
sqlite3_stmt *tn_salvage_ask(struct tn_salvage *salvage, const char *sql);

/* Steps such a statement, noting what is not the file's fault. */
int tn_salvage_step(struct tn_salvage *salvage, sqlite3_stmt *stmt);

/* Reads every log there is, row by row, into tn_salvage_row; then what an earlier salvage had set
 * aside. */
enum tn_status tn_salvage_logs(struct tn_salvage *salvage);

/* A number for the new log that no old one has. */
uint64_t tn_salvage_new_log_no(struct tn_salvage *salvage);

/* salvage_copy.c */

/* Readies the statements on the new database; finalizes them. */
enum tn_status tn_salvage_prepare(struct tn_salvage *salvage);
void tn_salvage_finalize(struct tn_salvage *salvage);

/* Begins to copy a log. */
enum tn_status tn_salvage_begin_log(struct tn_salvage *salvage, uint64_t log_no,
                                    const struct tn_id *log, const struct tn_public_key *key,
                                    const char *origin);

/* One row of TN_ENTRY_COLUMNS of the log being copied: kept where it proves itself, else set aside
 * and, where no receipt covers it, written anew. */
enum tn_status tn_salvage_row(struct tn_salvage *salvage, sqlite3_stmt *row);

/* A row that an earlier salvage had set aside as covered: who it says is in, when its log's turn
 * has come. */
enum tn_status tn_salvage_seen(struct tn_salvage *salvage, sqlite3_stmt *row);

/* A row that an earlier salvage had set aside, once every log was copied: where nothing came of it
 * that is still there, it is written anew now. The columns after TN_ENTRY_COLUMNS are log_no,
 * log_id and fate. */
enum tn_status tn_salvage_set_aside(struct tn_salvage *salvage, sqlite3_stmt *row);

/* Numbers first to last of a log could not be read. */
enum tn_status tn_salvage_missing(struct tn_salvage *salvage, const struct tn_id *log,
                                  uint64_t first, uint64_t last);

/* Notes which numbers of the log being copied were not there, once all of it was read. */
enum tn_status tn_salvage_note_gaps(struct tn_salvage *salvage);

/* From first on nothing of a log could be read, and how many entries there were is not known. */
enum tn_status tn_salvage_cut(struct tn_salvage *salvage, const struct tn_id *log, uint64_t first);

/* salvage_desk.c */

/* Carries what the desk keeps beside the log, as far as it can be read: settings, what the station
 * was switched to, the cards of badges handed out here, and badges that were replaced. Comes after
 * the logs, whose entries tell most of it again. */
enum tn_status tn_salvage_desk(struct tn_salvage *salvage);

#endif
