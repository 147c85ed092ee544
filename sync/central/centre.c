/* Opening and making the centre, and finding its keyring. A keyring that lies beside the database
 * is noted by its bare name, so that the folder can be moved as a whole; any other by its whole
 * path. A keyring of another ecosystem is refused here, once, for every command. */
#include "sync/central/centre.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "sync/central/audit.h"
#include "sync/central/dose.h"
#include "sync/central/passphrase.h"
#include "sync/central/tombstones.h"
#include "turnout/log.h"

/* The folder part of a path, with its slash; empty for a bare name. */
static int folder_len(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (int)(slash - path) + 1;
}

/* The folder a path lies in, without links and relative steps. */
static enum tn_status resolve_folder(const char *path, char out[PATH_MAX])
{
    char folder[PATH_MAX];
    int n = snprintf(folder, sizeof folder, "%.*s.", folder_len(path), path);
    if (n < 0 || (size_t)n >= sizeof folder) {
        return TN_ERR_LIMIT;
    }
    return realpath(folder, out) == NULL ? TN_ERR_NOT_FOUND : TN_OK;
}

/* How a keys path is noted: by its bare name where it lies in the database's folder, else whole,
 * since the next command may be started from somewhere else. A server has no folder of ours. */
static enum tn_status note_keys(const char *uri, const char *keys_path, char *out, size_t out_size)
{
    char near[PATH_MAX] = "";
    char far[PATH_MAX];
    enum tn_status status = tn_db_uri_is_file(uri) ? resolve_folder(uri, near) : TN_OK;
    if (status == TN_OK) {
        status = resolve_folder(keys_path, far);
    }
    if (status != TN_OK) {
        return status;
    }
    bool is_beside = strcmp(near, far) == 0;
    int n = snprintf(out, out_size, "%s%s%s", is_beside ? "" : far, is_beside ? "" : "/",
                     keys_path + folder_len(keys_path));
    return n < 0 || (size_t)n >= out_size ? TN_ERR_LIMIT : TN_OK;
}

static enum tn_status insert_ecosystem(struct tn_db *db, const char *uri,
                                       const struct tn_centre_new *what,
                                       const struct tn_keyring *keyring, struct tn_id *out)
{
    static const char sql[] =
        "INSERT INTO ecosystem (no, id, code, name, tz, sign_key, transport_key, vault_key,"
        " keys_path) SELECT coalesce(max(no), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM"
        " ecosystem";
    static const char label[] = "turnout ecosystem v1";
    const struct tn_bytes parts[] = {
        {(const uint8_t *)label, sizeof label - 1},
        {keyring->signing.public_key.b, TN_PUBLIC_KEY_SIZE},
        {(const uint8_t *)what->code, strlen(what->code)},
    };
    const struct tn_id id = tn_id_of(parts, 3);
    *out = id;
    char keys[PATH_MAX];
    struct tn_stmt *stmt = NULL;
    enum tn_status status =
        what->keys_noted != NULL ? TN_OK : note_keys(uri, what->keys_path, keys, sizeof keys);
    if (status == TN_OK) {
        status = tn_db_prepare(db, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 1, &id);
    tn_bind_text(stmt, 2, what->code);
    tn_bind_text(stmt, 3, what->name);
    tn_bind_text(stmt, 4, what->tz == NULL ? "UTC" : what->tz);
    tn_bind_bytes(stmt, 5, (struct tn_bytes){keyring->signing.public_key.b, TN_PUBLIC_KEY_SIZE});
    tn_bind_bytes(stmt, 6, (struct tn_bytes){keyring->transport_key.b, TN_PUBLIC_KEY_SIZE});
    tn_bind_bytes(stmt, 7, (struct tn_bytes){keyring->vault_key.b, TN_PUBLIC_KEY_SIZE});
    tn_bind_text(stmt, 8, what->keys_noted != NULL ? what->keys_noted : keys);
    return tn_run(stmt);
}

/* The first row of its audit log. */
static enum tn_status note_init(struct tn_db *db, const struct tn_centre_new *what,
                                const struct tn_id *id)
{
    static const char sql[] = "SELECT no FROM ecosystem WHERE code = $1";
    struct tn_centre centre = {.db = db, .id = *id, .actor = what->actor};
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 1, what->code);
    status = tn_step(stmt, &has_row);
    centre.no = has_row ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    return status == TN_OK ? tn_audit_note(&centre, what->now_ms, "init", what->code) : status;
}

static enum tn_status check_is_new(struct tn_db *db, const char *code)
{
    static const char sql[] = "SELECT 1 FROM ecosystem WHERE code = $1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(db, sql, &stmt);
    if (status == TN_OK) {
        tn_bind_text(stmt, 1, code);
        status = tn_step(stmt, &has_row);
        tn_reset(stmt);
    }
    if (status == TN_OK && has_row) {
        tn_log(TN_LOG_ERROR, "%s: the ecosystem %s is there already; init never overwrites one",
               tn_db_name(db), code);
        status = TN_ERR_EXISTS;
    }
    return status;
}

enum tn_status tn_centre_create(const char *uri, const struct tn_centre_new *what,
                                const struct tn_keyring *keyring)
{
    struct tn_db *db = NULL;
    struct tn_id id;
    enum tn_status status = tn_db_open(uri, true, &db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_db_begin(db);
    if (status == TN_OK) {
        status = check_is_new(db, what->code);
        if (status == TN_OK) {
            status = insert_ecosystem(db, uri, what, keyring, &id);
        }
        if (status == TN_OK) {
            status = note_init(db, what, &id);
        }
        if (status == TN_OK) {
            status = tn_dose_begin(db, what->code);
        }
        if (status == TN_OK) {
            status = tn_db_commit(db);
        } else {
            tn_db_rollback(db);
        }
    }
    tn_db_close(db);
    if (status != TN_OK && tn_db_uri_is_file(uri)) {
        (void)unlink(uri); /* ours, and of no use half made */
    }
    return status;
}

static void take_text(struct tn_stmt *stmt, int column, char *out, size_t out_size)
{
    snprintf(out, out_size, "%s", tn_col_text(stmt, column));
}

static enum tn_status take_key(struct tn_stmt *stmt, int column, struct tn_public_key *out)
{
    struct tn_bytes bytes = tn_col_bytes(stmt, column);
    if (bytes.len != TN_PUBLIC_KEY_SIZE) {
        return TN_ERR_DAMAGED;
    }
    memcpy(out->b, bytes.data, TN_PUBLIC_KEY_SIZE);
    return TN_OK;
}

static enum tn_status read_ecosystem(struct tn_stmt *stmt, const char *uri, struct tn_centre *out)
{
    const char *keys = tn_col_text(stmt, 10);
    out->no = tn_col_int(stmt, 0);
    tn_col_id(stmt, 1, &out->id);
    take_text(stmt, 2, out->code, sizeof out->code);
    take_text(stmt, 3, out->name, sizeof out->name);
    take_text(stmt, 4, out->tz, sizeof out->tz);
    out->min_cell = tn_col_int(stmt, 5);
    out->epoch = (uint64_t)tn_col_int(stmt, 6);
    out->consent_age = tn_col_int(stmt, 9);
    int n = snprintf(out->keys_path, sizeof out->keys_path, "%.*s%s",
                     keys[0] == '/' ? 0 : folder_len(uri), uri, keys);
    if (n < 0 || (size_t)n >= sizeof out->keys_path) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = take_key(stmt, 7, &out->sign_key);
    return status == TN_OK ? take_key(stmt, 8, &out->vault_key) : status;
}

/* The ecosystem that is meant: the one the URI names, or the only one there is. */
static enum tn_status find_ecosystem(const char *uri, struct tn_stmt *stmt, struct tn_centre *out)
{
    const char *code = tn_db_ecosystem(out->db);
    bool has_row = false;
    tn_bind_text(stmt, 1, code);
    enum tn_status status = tn_step(stmt, &has_row);
    if (status == TN_OK && !has_row) {
        tn_log(TN_LOG_ERROR,
               code[0] == '\0' ? "%s: holds no ecosystem; an init broke off. Remove it and run "
                                 "`turnout-sync init` again"
                               : "%s: holds no ecosystem with the code %s",
               tn_db_name(out->db), code);
        return TN_ERR_NOT_FOUND;
    }
    if (status == TN_OK) {
        status = read_ecosystem(stmt, uri, out);
    }
    if (status == TN_OK) {
        status = tn_step(stmt, &has_row);
    }
    if (status == TN_OK && has_row) {
        tn_log(TN_LOG_ERROR,
               "%s: holds several ecosystems; say which with ecosystem=CODE in its address "
               "(postgresql://.../NAME?ecosystem=%s)",
               tn_db_name(out->db), out->code);
        return TN_ERR_NOT_FOUND;
    }
    return status;
}

enum tn_status tn_centre_open(const char *uri, struct tn_centre *out)
{
    static const char sql[] = "SELECT no, id, code, name, tz, min_cell, epoch, sign_key, vault_key,"
                              " consent_age, keys_path FROM ecosystem WHERE $1 = '' OR code = $1"
                              " ORDER BY no LIMIT 2";
    struct tn_stmt *stmt = NULL;
    *out = (struct tn_centre){0};
    enum tn_status status = tn_db_open(uri, false, &out->db);
    if (status == TN_OK) {
        status = tn_db_prepare(out->db, sql, &stmt);
    }
    if (status == TN_OK) {
        status = find_ecosystem(uri, stmt, out);
    }
    tn_reset(stmt);
    if (status == TN_OK) {
        status = tn_db_enter(out->db, out->no);
    }
    if (status == TN_OK) {
        /* Logged where it cannot be read; what needs it says so then. */
        (void)tn_tombstone_find_key(out, tn_centre_keys_path(out, NULL));
    }
    if (status != TN_OK) {
        tn_centre_close(out);
    }
    return status;
}

enum tn_status tn_centre_prepare(struct tn_centre *centre, const char *sql, struct tn_stmt **out)
{
    enum tn_status status = tn_db_prepare(centre->db, sql, out);
    if (status == TN_OK) {
        tn_bind_int(*out, 1, centre->no);
    }
    return status;
}

enum tn_status tn_centre_run(struct tn_centre *centre, const char *sql)
{
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    return status == TN_OK ? tn_run(stmt) : status;
}

enum tn_status tn_centre_number(struct tn_centre *centre, const char *sql, int64_t *out)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status == TN_OK) {
        status = tn_step(stmt, &has_row);
        *out = status == TN_OK && has_row ? tn_col_int(stmt, 0) : 0;
        tn_reset(stmt);
    }
    return status;
}

void tn_centre_close(struct tn_centre *centre)
{
    tn_db_close(centre->db);
    sodium_memzero(centre, sizeof *centre);
}

/* Loads without a passphrase first, so that nobody is asked for one that is not there. */
enum tn_status tn_centre_load_keys(const char *path, struct tn_keyring *out)
{
    char passphrase[TN_PASSPHRASE_MAX + 1] = "";
    bool was_asked = false;
    enum tn_status status = tn_keyring_load(path, NULL, out);
    if (status == TN_ERR_STATE) {
        status =
            tn_passphrase_get("Passphrase of the keyring: ", NULL, passphrase, sizeof passphrase);
        if (status == TN_OK) {
            status = tn_keyring_load(path, passphrase, out);
        } else {
            tn_log(TN_LOG_ERROR, "%s: this keyring stays closed without its passphrase", path);
        }
        sodium_memzero(passphrase, sizeof passphrase);
        was_asked = true;
    }
    if (status == TN_ERR_FORGED) {
        tn_log(TN_LOG_ERROR, "%s: %s", path,
               was_asked ? "the passphrase is wrong, or the file is not the keyring it was"
                         : "not a keyring, or not the keyring it was");
    } else if (was_asked) {
        return status;
    } else if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: the keyring cannot be read: %s; --keys FILE names another", path,
               tn_status_text(status));
    }
    return status;
}

const char *tn_centre_keys_path(const struct tn_centre *centre, const char *keys_option)
{
    const char *path = keys_option == NULL ? getenv("TURNOUT_KEYS") : keys_option;
    return path == NULL ? centre->keys_path : path;
}

enum tn_status tn_centre_keys(const struct tn_centre *centre, const char *keys_option,
                              struct tn_keyring *out)
{
    const char *path = tn_centre_keys_path(centre, keys_option);
    enum tn_status status = tn_centre_load_keys(path, out);
    if (status == TN_OK && out->has_signing &&
        memcmp(out->signing.public_key.b, centre->sign_key.b, TN_PUBLIC_KEY_SIZE) != 0) {
        tn_log(TN_LOG_ERROR, "%s: this keyring belongs to another ecosystem than %s", path,
               centre->code);
        tn_keyring_wipe(out);
        return TN_ERR_FORGED;
    }
    return status;
}

struct tn_id tn_centre_id(const struct tn_id *ecosystem, const char *kind, const char *source,
                          const char *source_id)
{
    static const uint8_t zero = 0;
    const struct tn_bytes parts[] = {
        {ecosystem->b, TN_ID_SIZE},
        {(const uint8_t *)kind, strlen(kind)},
        {&zero, 1},
        {(const uint8_t *)source, strlen(source)},
        {&zero, 1},
        {(const uint8_t *)source_id, strlen(source_id)},
    };
    return tn_id_of(parts, sizeof parts / sizeof parts[0]);
}

void tn_centre_log_unknown(struct tn_centre *centre, const char *sql, const char *what,
                           const char *code)
{
    struct tn_stmt *stmt = NULL;
    struct tn_buf codes;
    bool has_row = false;
    tn_buf_init(&codes, 8192);
    if (tn_centre_prepare(centre, sql, &stmt) == TN_OK) {
        while (tn_step(stmt, &has_row) == TN_OK && has_row) {
            tn_buf_printf(&codes, "%s%s", codes.len == 0 ? "" : ", ", tn_col_text(stmt, 0));
        }
        tn_reset(stmt);
    }
    if (codes.len == 0) {
        tn_log(TN_LOG_ERROR,
               "no %s has the code %s; there is none yet, see `turnout-sync import %ss`", what,
               code, what);
    } else {
        tn_log(TN_LOG_ERROR, "no %s has the code %s; there are: %.*s", what, code, (int)codes.len,
               (const char *)codes.data);
    }
    tn_buf_destroy(&codes);
}

enum tn_status tn_centre_event(struct tn_centre *centre, const char *code,
                               struct tn_central_event *out)
{
    static const char sql[] = "SELECT id, code, title, tz, starts, ends FROM event"
                              " WHERE ecosystem = $1 AND code = $2";
    static const char codes[] =
        "SELECT code FROM event WHERE ecosystem = $1 ORDER BY code LIMIT 20";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *out = (struct tn_central_event){0};
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, code);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, &out->id);
        take_text(stmt, 1, out->code, sizeof out->code);
        take_text(stmt, 2, out->title, sizeof out->title);
        take_text(stmt, 3, out->tz, sizeof out->tz);
        out->starts_ms = tn_col_int(stmt, 4);
        out->ends_ms = tn_col_int(stmt, 5);
    }
    tn_reset(stmt);
    if (status == TN_OK && !has_row) {
        tn_centre_log_unknown(centre, codes, "event", code);
        return TN_ERR_NOT_FOUND;
    }
    return status;
}
