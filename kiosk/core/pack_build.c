/* Builds DIR/pack-N.db.new. It is written without a journal and without fsyncs in one transaction,
 * because a build that a power cut ends is thrown away whole; only the finished file is fsynced,
 * and only then does it get its name. */
#include "turnout/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kiosk/core/db.h"
#include "kiosk/core/pack_path.h"

#define PIECE_SIZE (64 * 1024)
#define PIECE_PAUSE_MS 1

static const char schema[] =
    "PRAGMA journal_mode = OFF;\n"
    "PRAGMA synchronous = OFF;\n"
    "PRAGMA cache_size = -65536;\n"
    "PRAGMA user_version = 3;\n"
    "BEGIN;\n"
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), ecosystem BLOB, epoch INTEGER,\n"
    "    version INTEGER, event BLOB, event_title TEXT, tz TEXT, starts_ms INTEGER,\n"
    "    ends_ms INTEGER, station_name TEXT, role TEXT, activity BLOB, repeat_ms INTEGER,\n"
    "    event_key BLOB, consent_age INTEGER NOT NULL, walk_in INTEGER NOT NULL,\n"
    "    pin TEXT NOT NULL, retention_days INTEGER NOT NULL) STRICT;\n"
    "CREATE TABLE badge_key (place INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;\n"
    "CREATE TABLE activity (id BLOB PRIMARY KEY, code TEXT NOT NULL, title TEXT NOT NULL,\n"
    "    strand TEXT NOT NULL, step INTEGER NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE card (badge BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE revoked (badge BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE staff (id BLOB PRIMARY KEY, name TEXT NOT NULL, until_ms INTEGER NOT NULL,\n"
    "    wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE station_key (key BLOB PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE partner (id BLOB PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE grp (card BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE forget_key (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL) "
    "STRICT;\n"
    "CREATE TABLE forgotten (mark BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;\n"
    "CREATE TABLE directory (one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL) "
    "STRICT;\n";

enum add {
    ADD_HEAD,
    ADD_BADGE_KEY,
    ADD_ACTIVITY,
    ADD_CARD,
    ADD_REVOKED,
    ADD_STAFF,
    ADD_STATION_KEY,
    ADD_PARTNER,
    ADD_GROUP,
    ADD_FORGET_KEY,
    ADD_FORGOTTEN,
    ADD_DIRECTORY,
    ADD_COUNT
};

static const char *const add_sql[ADD_COUNT] = {
    [ADD_HEAD] = "INSERT INTO head VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [ADD_BADGE_KEY] = "INSERT INTO badge_key VALUES (?, ?)",
    [ADD_ACTIVITY] = "INSERT INTO activity VALUES (?, ?, ?, ?, ?)",
    [ADD_CARD] = "INSERT INTO card VALUES (?, ?)",
    [ADD_REVOKED] = "INSERT OR IGNORE INTO revoked VALUES (?)",
    [ADD_STAFF] = "INSERT INTO staff VALUES (?, ?, ?, ?)",
    [ADD_STATION_KEY] = "INSERT INTO station_key VALUES (?, ?)",
    [ADD_PARTNER] = "INSERT INTO partner VALUES (?, ?)",
    [ADD_GROUP] = "INSERT INTO grp VALUES (?, ?)",
    [ADD_FORGET_KEY] = "INSERT OR REPLACE INTO forget_key VALUES (1, ?)",
    [ADD_FORGOTTEN] = "INSERT OR IGNORE INTO forgotten VALUES (?)",
    [ADD_DIRECTORY] = "INSERT OR REPLACE INTO directory VALUES (1, ?)",
};

struct tn_pack_builder {
    char dir[TN_PATH_SIZE];
    char path[TN_PATH_SIZE];  /* where it will be */
    char aside[TN_PATH_SIZE]; /* where it is built */
    uint64_t number;
    int lock; /* on the file while it is built, so that no other build takes it for left over */
    int badge_keys;
    sqlite3 *db;
    sqlite3_stmt *adds[ADD_COUNT];
};

static enum tn_status name_files(struct tn_pack_builder *pack, const char *dir)
{
    int len = snprintf(pack->dir, sizeof pack->dir, "%s", dir);
    if (len <= 0 || len >= TN_PATH_SIZE) {
        return TN_ERR_LIMIT;
    }
    tn_pack_remove_unfinished(dir);
    enum tn_status status = tn_pack_newest(dir, &pack->number);
    if (status == TN_OK) {
        pack->number++;
        status = tn_pack_path(dir, pack->number, pack->path);
    }
    if (status == TN_OK) {
        len = snprintf(pack->aside, sizeof pack->aside, "%s.new", pack->path);
        status = len < TN_PATH_SIZE ? TN_OK : TN_ERR_LIMIT;
    }
    return status;
}

/* SQLite would make the file readable for everybody; made here first, it keeps this mode. */
static enum tn_status create_file(struct tn_pack_builder *pack)
{
    pack->lock = open(pack->aside, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (pack->lock < 0) {
        return tn_folder_fail(pack->aside, "cannot be made");
    }
    if (flock(pack->lock, LOCK_EX | LOCK_NB) != 0) {
        return tn_folder_fail(pack->aside, "cannot be locked");
    }
    return TN_OK;
}

static enum tn_status add_head(struct tn_pack_builder *pack, const struct tn_pack_head *head)
{
    sqlite3_stmt *stmt = pack->adds[ADD_HEAD];
    tn_sql_bind_id(stmt, 1, &head->ecosystem);
    tn_sql_bind_int(stmt, 2, (int64_t)head->epoch);
    tn_sql_bind_int(stmt, 3, (int64_t)head->version);
    tn_sql_bind_id(stmt, 4, &head->event);
    tn_sql_bind_text(stmt, 5, head->event_title);
    tn_sql_bind_text(stmt, 6, head->tz);
    tn_sql_bind_int(stmt, 7, head->starts_ms);
    tn_sql_bind_int(stmt, 8, head->ends_ms);
    tn_sql_bind_text(stmt, 9, head->station_name);
    tn_sql_bind_text(stmt, 10, tn_role_name(head->role));
    tn_sql_bind_id(stmt, 11, &head->activity);
    tn_sql_bind_int(stmt, 12, head->repeat_ms);
    tn_sql_bind_bytes(stmt, 13, head->event_key.b, sizeof head->event_key.b);
    tn_sql_bind_int(stmt, 14, head->consent_age);
    tn_sql_bind_int(stmt, 15, head->has_walk_in ? 1 : 0);
    tn_sql_bind_text(stmt, 16, head->pin);
    tn_sql_bind_int(stmt, 17, head->retention_days);
    return tn_sql_run(stmt);
}

static enum tn_status begin(struct tn_pack_builder *pack, const char *dir,
                            const struct tn_pack_head *head)
{
    enum tn_status status = name_files(pack, dir);
    if (status == TN_OK) {
        status = create_file(pack);
    }
    if (status == TN_OK) {
        status = tn_sql_open(pack->aside, SQLITE_OPEN_READWRITE, &pack->db);
    }
    if (status == TN_OK) {
        status = tn_sql_exec(pack->db, schema);
    }
    for (int i = 0; status == TN_OK && i < ADD_COUNT; i++) {
        status = tn_sql_prepare(pack->db, add_sql[i], &pack->adds[i]);
    }
    return status == TN_OK ? add_head(pack, head) : status;
}

enum tn_status tn_pack_begin(const char *station_dir, const struct tn_pack_head *head,
                             struct tn_pack_builder **out)
{
    *out = NULL;
    struct tn_pack_builder *pack = calloc(1, sizeof *pack);
    if (pack == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    pack->lock = -1;
    enum tn_status status = begin(pack, station_dir, head);
    if (status != TN_OK) {
        tn_pack_drop(pack);
        return status;
    }
    *out = pack;
    return TN_OK;
}

enum tn_status tn_pack_add_badge_key(struct tn_pack_builder *pack, const struct tn_key *key)
{
    if (pack->badge_keys == TN_PACK_BADGE_KEYS_MAX) {
        return TN_ERR_LIMIT;
    }
    sqlite3_stmt *stmt = pack->adds[ADD_BADGE_KEY];
    tn_sql_bind_int(stmt, 1, ++pack->badge_keys);
    tn_sql_bind_bytes(stmt, 2, key->b, sizeof key->b);
    return tn_sql_run(stmt);
}

enum tn_status tn_pack_add_activity(struct tn_pack_builder *pack,
                                    const struct tn_pack_activity *activity)
{
    sqlite3_stmt *stmt = pack->adds[ADD_ACTIVITY];
    tn_sql_bind_id(stmt, 1, &activity->id);
    tn_sql_bind_text(stmt, 2, activity->code);
    tn_sql_bind_text(stmt, 3, activity->title);
    tn_sql_bind_text(stmt, 4, activity->strand);
    tn_sql_bind_int(stmt, 5, activity->step);
    return tn_sql_run(stmt);
}

enum tn_status tn_pack_add_card(struct tn_pack_builder *pack, const struct tn_id *badge,
                                struct tn_bytes sealed)
{
    if (sealed.len != TN_CARD_SIZE) {
        return TN_ERR_FORMAT;
    }
    sqlite3_stmt *stmt = pack->adds[ADD_CARD];
    tn_sql_bind_id(stmt, 1, badge);
    tn_sql_bind_bytes(stmt, 2, sealed.data, sealed.len);
    return tn_sql_run(stmt);
}

enum tn_status tn_pack_add_revoked(struct tn_pack_builder *pack, const struct tn_id *badge)
{
    tn_sql_bind_id(pack->adds[ADD_REVOKED], 1, badge);
    return tn_sql_run(pack->adds[ADD_REVOKED]);
}

enum tn_status tn_pack_add_staff(struct tn_pack_builder *pack, const struct tn_staff_card *card)
{
    sqlite3_stmt *stmt = pack->adds[ADD_STAFF];
    tn_sql_bind_id(stmt, 1, &card->id);
    tn_sql_bind_text(stmt, 2, card->name);
    tn_sql_bind_int(stmt, 3, card->until_ms);
    tn_sql_bind_bytes(stmt, 4, card->wrapped, sizeof card->wrapped);
    return tn_sql_run(stmt);
}

enum tn_status tn_pack_add_station_key(struct tn_pack_builder *pack,
                                       const struct tn_public_key *key, const char *name)
{
    sqlite3_stmt *stmt = pack->adds[ADD_STATION_KEY];
    tn_sql_bind_bytes(stmt, 1, key->b, sizeof key->b);
    tn_sql_bind_text(stmt, 2, name);
    return tn_sql_run(stmt);
}

enum tn_status tn_pack_add_partner(struct tn_pack_builder *pack,
                                   const struct tn_pack_partner *partner)
{
    sqlite3_stmt *stmt = pack->adds[ADD_PARTNER];
    tn_sql_bind_id(stmt, 1, &partner->id);
    tn_sql_bind_text(stmt, 2, partner->name);
    return tn_sql_run(stmt);
}

enum tn_status tn_pack_add_group(struct tn_pack_builder *pack, const struct tn_id *card,
                                 struct tn_bytes sealed)
{
    if (sealed.len == 0 || sealed.len > TN_GROUP_SIZE_MAX) {
        return TN_ERR_FORMAT;
    }
    sqlite3_stmt *stmt = pack->adds[ADD_GROUP];
    tn_sql_bind_id(stmt, 1, card);
    tn_sql_bind_bytes(stmt, 2, sealed.data, sealed.len);
    return tn_sql_run(stmt);
}

enum tn_status tn_pack_set_forget_key(struct tn_pack_builder *pack, const struct tn_key *key)
{
    sqlite3_stmt *stmt = pack->adds[ADD_FORGET_KEY];
    tn_sql_bind_bytes(stmt, 1, key->b, sizeof key->b);
    return tn_sql_run(stmt);
}

enum tn_status tn_pack_add_forgotten(struct tn_pack_builder *pack,
                                     const struct tn_forget_mark *mark)
{
    sqlite3_stmt *stmt = pack->adds[ADD_FORGOTTEN];
    tn_sql_bind_bytes(stmt, 1, mark->b, sizeof mark->b);
    return tn_sql_run(stmt);
}

enum tn_status tn_pack_set_directory(struct tn_pack_builder *pack, struct tn_bytes sealed)
{
    sqlite3_stmt *stmt = pack->adds[ADD_DIRECTORY];
    tn_sql_bind_bytes(stmt, 1, sealed.data, sealed.len);
    return tn_sql_run(stmt);
}

static void close_db(struct tn_pack_builder *pack)
{
    for (int i = 0; i < ADD_COUNT; i++) {
        (void)sqlite3_finalize(pack->adds[i]);
        pack->adds[i] = NULL;
    }
    tn_sql_close(&pack->db);
}

/* The lock goes last: closing any descriptor of a file lets go of SQLite's locks on it too. */
static void release(struct tn_pack_builder *pack)
{
    if (pack->lock >= 0) {
        (void)close(pack->lock);
    }
    free(pack);
}

/* Sends the file to the disk piece by piece, with a pause after each. A kiosk's scan waits for the
 * disk as well, and would wait behind all of it if fsync sent it at once. What fails here fails
 * there, and is said.
 */
static void write_out(int fd)
{
    struct stat file;
    if (fstat(fd, &file) != 0) {
        return;
    }
    const struct timespec pause = {.tv_nsec = PIECE_PAUSE_MS * 1000000L};
    for (off_t at = 0; at < file.st_size; at += PIECE_SIZE) {
        (void)sync_file_range(fd, at, PIECE_SIZE,
                              SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                                  SYNC_FILE_RANGE_WAIT_AFTER);
        (void)nanosleep(&pause, NULL);
    }
}

static enum tn_status put_in_place(const struct tn_pack_builder *pack)
{
    int fd = open(pack->aside, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return tn_folder_fail(pack->aside, "cannot be opened");
    }
    write_out(fd);
    enum tn_status status =
        fsync(fd) == 0 ? TN_OK : tn_folder_fail(pack->aside, "cannot be made durable");
    (void)close(fd);
    if (status == TN_OK && rename(pack->aside, pack->path) != 0) {
        status = tn_folder_fail(pack->path, "cannot be put in place");
    }
    return status == TN_OK ? tn_folder_sync(pack->dir) : status;
}

enum tn_status tn_pack_finish(struct tn_pack_builder *pack, uint64_t *number)
{
    *number = pack->number;
    enum tn_status status = tn_sql_exec(pack->db, "COMMIT");
    close_db(pack);
    if (status == TN_OK) {
        status = put_in_place(pack);
    }
    if (status != TN_OK) {
        tn_pack_drop(pack);
        return status;
    }
    release(pack);
    return TN_OK;
}

void tn_pack_drop(struct tn_pack_builder *pack)
{
    if (pack == NULL) {
        return;
    }
    if (pack->db != NULL) {
        close_db(pack);
    }
    if (pack->lock >= 0) {
        (void)unlink(pack->aside);
    }
    release(pack);
}
