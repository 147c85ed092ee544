/* A station's folder below SQLite: paths, whole files written so that a power cut leaves the old
 * or the new, device.key, the kept set-up card, and setting a database aside. Private to core. */
#ifndef KIOSK_CORE_FOLDER_H
#define KIOSK_CORE_FOLDER_H

#include <stdbool.h>

#include "turnout/buf.h"
#include "turnout/crypto.h"
#include "turnout/setup.h"

#define TN_PATH_SIZE 4096
#define TN_STATION_DB "station.db"
#define TN_DEVICE_KEY "device.key"
#define TN_SETUP_CARD "setup.card"
#define TN_SET_ASIDE "set-aside"
#define TN_LOCK_TIMEOUT_MS 5000

/* What device.key holds. nonce is the incarnation's own, so that the log id is known even where
 * the database is not readable. Wiped by the holder. */
struct tn_device {
    struct tn_sign_key key;
    uint64_t incarnation;
    struct tn_id nonce;
};

/* DIR/NAME; TN_ERR_LIMIT where it does not fit. */
enum tn_status tn_folder_path(const char *dir, const char *name, char out[TN_PATH_SIZE]);

/* Turns errno into a status and logs "path: what: why". */
enum tn_status tn_folder_fail(const char *path, const char *what);

/* Makes what was renamed or created in dir durable. */
enum tn_status tn_folder_sync(const char *dir);

/* Makes dir (and its missing parents) with mode 0700; one that is there is fine. */
enum tn_status tn_folder_create(const char *dir);

/* Tells whether DIR/NAME is there. */
bool tn_folder_has(const char *dir, const char *name);

/* Puts a whole file in place: written aside with mode 0600, fsynced, renamed, folder fsynced. */
enum tn_status tn_folder_write(const char *dir, const char *name, struct tn_bytes bytes);

/* Reads a whole file of at most out->size_max bytes. */
enum tn_status tn_folder_read(const char *dir, const char *name, struct tn_buf *out);

/* Takes a file from everybody but its owner, where a copy left it open to others, and says so. */
void tn_folder_close_to_others(const char *dir, const char *name);

/* Who may have the folder's lock at one time: many who write entries, or one who mends. */
enum tn_lock { TN_LOCK_WRITER, TN_LOCK_MENDER };

/* Takes the folder's lock, so that no entry goes into a database that is just being set aside; *fd
 * is closed to let go, and -1 on failure. TN_ERR_BUSY (said) after TN_LOCK_TIMEOUT_MS. */
enum tn_status tn_folder_lock(const char *dir, enum tn_lock lock, int *fd);

/* Reads device.key. TN_ERR_NOT_FOUND, or TN_ERR_FORMAT (said) where it is not one. */
enum tn_status tn_device_read(const char *dir, struct tn_device *out);

/* Puts a device.key in place, whole or not at all. */
enum tn_status tn_device_write(const char *dir, const struct tn_device *device);

/* BLAKE2b-128(device public key || incarnation nonce). */
struct tn_id tn_device_log_id(const struct tn_device *device);

/* The set-up card as the station keeps it: its payload in an envelope signed by the device. */
enum tn_status tn_kept_setup_write(struct tn_buf *out, const struct tn_setup *setup,
                                   const struct tn_device *device);
enum tn_status tn_kept_setup_read(struct tn_bytes bytes, const struct tn_device *device,
                                  struct tn_setup *out);

/* Puts it in place as DIR/setup.card. */
enum tn_status tn_kept_setup_put(const char *dir, const struct tn_setup *setup,
                                 const struct tn_device *device);

/* Moves station.db, its -wal and its -shm to a new folder DIR/set-aside/N; `out` gets the path of
 * the moved database. Files that are not there are passed over. */
enum tn_status tn_folder_set_aside(const char *dir, char out[TN_PATH_SIZE]);

/* Removes what was ever set aside; what could be read of it is in the database. */
enum tn_status tn_folder_drop_set_aside(const char *dir);

#endif
