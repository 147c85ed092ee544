/* What a station is inside, and the calls its files make on each other: private to core.
 *
 * station.c opens and closes, append.c is the one way an entry gets in, salvage.c makes a new
 * database, the others read. */
#ifndef KIOSK_CORE_STATION_IMPL_H
#define KIOSK_CORE_STATION_IMPL_H

#include <sys/types.h>

#include "turnout/desk.h"

#include "kiosk/core/db.h"
#include "kiosk/core/derive.h"
#include "kiosk/core/folder.h"
#include "kiosk/core/pack_file.h"

/* Where the WAL may not grow past, in pages of 4 KiB: 16 MiB. */
#define TN_WAL_PAGES_MAX 4096

/* Columns of an entry as every SELECT here gives them, and as tn_entry_from_row reads them. */
#define TN_ENTRY_COLUMNS                                                                           \
    "seq, format, kind, at_ms, mono_ms, boot, event, activity, method, badge, learner, body, "     \
    "salt, who_hash, hash"
#define TN_ENTRY_SELECT "SELECT " TN_ENTRY_COLUMNS " FROM entry "

#define TN_ENTRY_INSERT                                                                            \
    "INSERT INTO entry (log_no, seq, format, kind, at_ms, mono_ms, boot, event, activity, "        \
    "method, badge, learner, body, salt, who_hash, hash) "                                         \
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

enum tn_stmt {
    TN_STMT_BEGIN,
    TN_STMT_COMMIT,
    TN_STMT_DATA_VERSION,
    TN_STMT_HEAD,
    TN_STMT_BOOT,
    TN_STMT_INSERT,
    TN_STMT_PRESENT,
    TN_STMT_PACK_GET,
    TN_STMT_PACK_SET,
    TN_STMT_PROBE,
    TN_STMT_HASH_AT,
    TN_STMT_LOGS,
    TN_STMT_RECEIPT_GET,
    TN_STMT_RECEIPT_SET,
    TN_STMT_LOOSE,
    TN_STMT_MISSING,
    TN_STMT_UNDONE,
    TN_STMT_RETIRED,
    TN_STMT_WALKIN_CARD,
    TN_STMT_SETTING_GET,
    TN_STMT_SWITCHED,
    TN_STMT_HAS_CLOCK,
    TN_STMT_LAST_WORD,
    TN_STMT_PACK_MS,
    TN_STMT_SYNC_MS,
    TN_STMT_SIBLINGS,
    TN_STMT_SYNC_STATE,
    TN_STMT_PURGED,
    TN_STMT_FORGOT,
    TN_STMT_COUNT
};

/* The files under an open handle: station.db, its -wal and its -shm. */
#define TN_STATION_FILES 3

/* Which file a name stood for. */
struct tn_file_mark {
    dev_t dev;
    ino_t ino;
};

/* What staff, or a later set-up card, made of this station. It holds until the pack's own word is
 * another than it was then (from). */
struct tn_duty {
    struct tn_id event;
    enum tn_role role;
    struct tn_id activity;
};

struct tn_switched {
    bool is_on;
    struct tn_duty to;
    struct tn_duty from;
    char station_name[TN_TITLE_MAX + 1];   /* from a set-up card; empty: as it was */
    char activity_title[TN_TITLE_MAX + 1]; /* of to.activity */
};

/* A group card's group while it is being checked in. Ids only; wiped when it goes. */
struct tn_open_group {
    struct tn_id card;
    struct tn_group group;
    bool is_absent[TN_GROUP_MEMBERS_MAX];
    unsigned absent;
};

struct tn_partner_rows;
struct tn_staff_session;
struct tn_tally_kept;

struct tn_station {
    char dir[TN_PATH_SIZE];
    struct tn_random random;
    struct tn_id boot;
    bool is_read_only;
    bool was_salvaged;
    struct tn_device device;
    struct tn_setup setup;
    sqlite3 *db; /* NULL while it could not be opened again after a failure */
    sqlite3_stmt *stmts[TN_STMT_COUNT];
    struct tn_derive derive;
    bool has_desk;       /* the database has the tables of TN_SCHEMA_DESK */
    bool has_sync_state; /* and that of TN_SCHEMA_SYNC_STATE */
    bool has_forget;     /* and those of TN_SCHEMA_FORGET */
    int wal_pages;       /* in the WAL after the last commit here */
    int lock;            /* the folder's, while a transaction is open; -1 otherwise */
    struct tn_file_mark files[TN_STATION_FILES];

    /* True while data_version is what it was when the following were read. */
    bool is_fresh;
    int64_t data_version;
    uint64_t log_no; /* the log being written */
    struct tn_id log;
    uint64_t last_seq;
    struct tn_hash last_hash;
    struct tn_id last_boot;
    uint64_t pack_number; /* 0: none */
    uint64_t pack_epoch;
    uint64_t pack_version;
    struct tn_pack_file pack;
    sqlite3 *former_pack; /* whose file is closed in a quiet moment, and not by a scan; or NULL */
    struct tn_switched switched;
    char walk_in[TN_SETTING_MAX + 1]; /* the setting TN_SETTING_WALK_IN */
    uint32_t pin_wrong;               /* the setting TN_SETTING_PIN_WRONG */

    bool is_present_known;
    uint64_t present;
    struct tn_id present_event; /* which event the count is of */

    struct tn_open_group *group;      /* NULL while none is open */
    struct tn_partner_rows *partners; /* of the current pack, once they were asked for */
    struct tn_tally_kept *tally;      /* NULL until the panel asks; tally.h */
    struct tn_staff_session *session; /* NULL while locked; staff_session.h */
};

/* station.c */

/* Opens station.db and reads what the handle keeps; mends nothing. */
enum tn_status tn_station_attach(struct tn_station *station);
void tn_station_detach(struct tn_station *station);

/* A handle ready to use: attached, and fresh as of now. */
enum tn_status tn_station_ready(struct tn_station *station);

/* statements.c */

/* A kept statement, prepared at its first use. */
enum tn_status tn_station_stmt(struct tn_station *station, enum tn_stmt which, sqlite3_stmt **out);

/* station.c */

/* What the station is for: what staff switched it to, else the pack's word where there is one, else
 * the set-up card's. tn_station_duty is without the switch. */
struct tn_duty tn_station_duty(const struct tn_station *station);
bool tn_duty_equal(const struct tn_duty *a, const struct tn_duty *b);
enum tn_role tn_station_role(const struct tn_station *station);
struct tn_id tn_station_event(const struct tn_station *station);
struct tn_id tn_station_activity(const struct tn_station *station);

/* files.c */

/* Notes which files the handle has open. */
void tn_station_note_files(struct tn_station *station);

/* Tells whether the folder holds other files by now than the handle has open. */
bool tn_station_is_displaced(const struct tn_station *station);

/* Brings what only the handle still has back into the folder and detaches it. On failure the
 * handle stays as it is, so that a later call may try again. */
enum tn_status tn_station_reseat(struct tn_station *station);

/* refresh.c */

/* Reads again what another program may have changed. */
enum tn_status tn_station_refresh(struct tn_station *station);

/* settings.c */

/* Reads the settings the handle keeps, and what the station was switched to. */
enum tn_status tn_station_read_desk(struct tn_station *station);

/* append.c */

/* Begins a write transaction on a fresh handle. */
enum tn_status tn_station_begin(struct tn_station *station);
enum tn_status tn_station_commit(struct tn_station *station);

/* Ends a failed transaction; the handle reads everything again before it is next used. */
void tn_station_rollback(struct tn_station *station);

/* Writes an entry within a transaction (and a `boot` before it where the machine has booted since
 * the last). was_in, where not NULL, tells whether presence had them in. */
enum tn_status tn_station_put(struct tn_station *station, struct tn_entry *entry, bool *was_in);

/* entry_row.c */

/* Reads a row of TN_ENTRY_SELECT. The body is borrowed until the next step. TN_ERR_DAMAGED, or
 * TN_ERR_NO_MEMORY. */
enum tn_status tn_entry_from_row(sqlite3_stmt *stmt, struct tn_entry *out);

/* The same without salt and hashes: what a row tells that may prove nothing any more. */
enum tn_status tn_entry_facts_from_row(sqlite3_stmt *stmt, struct tn_entry *out);

/* Binds an entry to TN_ENTRY_INSERT. */
void tn_entry_bind(sqlite3_stmt *stmt, uint64_t log_no, const struct tn_entry *entry);

/* salvage.c */

/* Makes a new station.db for a new incarnation, with what can be read of the one that is there
 * (none is fine), sets that one aside, and puts the new one in its place. */
enum tn_status tn_station_renew(const char *dir, const struct tn_random *random);

/* build.c */

/* Makes an empty station.db.new with the set-up and the own log of a device, leaves it open in one
 * transaction. */
enum tn_status tn_build_begin(const char *dir, const struct tn_setup *setup,
                              const struct tn_device *device, uint64_t log_no, sqlite3 **out);

/* Puts the set-up's row, signed by the device, in place of what was there. */
enum tn_status tn_build_put_setup(sqlite3 *db, const struct tn_setup *setup,
                                  const struct tn_device *device);

/* Makes station.db.new a copy of an open database, fsynced. */
enum tn_status tn_build_copy(const char *dir, sqlite3 *db);

/* Commits, closes, fsyncs it. */
enum tn_status tn_build_end(const char *dir, sqlite3 **db);

/* Puts station.db.new in place; what is in its place, or left of it, is set aside. */
enum tn_status tn_build_place(const char *dir);
void tn_build_drop(const char *dir, sqlite3 **db);

/* What builds are named. */
#define TN_STATION_DB_NEW TN_STATION_DB ".new"

/* verify.c */

/* Checks the chain of the own log's last entries. */
enum tn_status tn_station_check_tail(struct tn_station *station);

#endif
