/* A carrier: a folder, usually `turnout` on a USB stick, that takes bundles from stations to a
 * centre, and receipts and packs back. Several ecosystems and stations share one.
 *
 *     README.txt                      what this is, for whoever finds the stick
 *     ECOSYSTEM/hello/...hello        each station's newest signed request (sync/wire/request.h)
 *     ECOSYSTEM/bundles/...bundle     (sync/wire/bundle.h)
 *     ECOSYSTEM/receipts/...receipt   (turnout/receipt.h)
 *     ECOSYSTEM/packs/...pack         each station's newest pack (sync/wire/pack.h)
 *
 * ECOSYSTEM is the id in 32 hexadecimal digits; the names are carrier_name.h's. A file is written
 * beside its place (NAME.new), fsynced, renamed and its folder fsynced, so a stick that is pulled
 * out holds each file whole, old or new; what was left unfinished is passed over, and cleaned up by
 * the next writer. Sticks come from strangers: no link is followed, only plain files are read, and
 * none that is larger than its kind can be. What a file says is for its reader to check.
 *
 * Failures are logged in words for whoever holds the stick, once, and kept in `fault`. One thread a
 * carrier; programs share one through its lock (flock). */
#ifndef TURNOUT_LINK_CARRIER_H
#define TURNOUT_LINK_CARRIER_H

#include <stddef.h>
#include <sys/types.h>

#include "sync/link/carrier_name.h"
#include "turnout/buf.h"
#include "turnout/sync_state.h"

#define TN_CARRIER_PATH_SIZE 4096
#define TN_CARRIER_ECOSYSTEMS_MAX 64
/* Files of a kind in an ecosystem. FAT32 ends a folder at some 9,300 names as long as these. */
#define TN_CARRIER_FILES_MAX 8192
#define TN_CARRIER_README "README.txt"
/* How long another program may have the stick before it is said. */
#define TN_CARRIER_LOCK_MS 10000

/* The calls that change a disk, so that a test can pull the stick out at any of them. They are the
 * C library's, with errno. */
struct tn_carrier_calls {
    int (*make_folder)(int at, const char *name, mode_t mode);
    int (*create)(int at, const char *name, mode_t mode); /* a new file, to write */
    ssize_t (*write)(int fd, const void *data, size_t len);
    int (*sync)(int fd);
    int (*rename)(int at, const char *from, const char *to); /* within a folder */
    int (*remove)(int at, const char *name);
};
extern const struct tn_carrier_calls tn_carrier_calls;

/* Reading leaves a carrier as it is. Writing makes the folder (not those it lies in), its README,
 * and cleans up. */
enum tn_carrier_use { TN_CARRIER_READ, TN_CARRIER_WRITE };

struct tn_carrier {
    char path[TN_CARRIER_PATH_SIZE];
    int root; /* -1: closed */
    const struct tn_carrier_calls *calls;
    enum tn_sync_fault fault; /* what failed first; WELL: nothing */
    bool is_trying;           /* no room, or none to write on, is neither said nor a fault */
};

/* Opens DIR. calls NULL: the C library's. TN_ERR_NOT_FOUND, TN_ERR_BUSY, and as below. */
enum tn_status tn_carrier_open(struct tn_carrier *carrier, const char *dir, enum tn_carrier_use use,
                               const struct tn_carrier_calls *calls);
void tn_carrier_close(struct tn_carrier *carrier);

/* The ecosystems that have a folder here, by id. TN_ERR_LIMIT: more than there is room for. */
struct tn_carrier_ecosystems {
    size_t count;
    struct tn_id ids[TN_CARRIER_ECOSYSTEMS_MAX];
};
enum tn_status tn_carrier_ecosystems(struct tn_carrier *carrier, struct tn_carrier_ecosystems *out);

/* The files of a kind, by name. The caller frees. */
struct tn_carrier_list {
    size_t count;
    char (*names)[TN_CARRIER_NAME_SIZE];
};
enum tn_status tn_carrier_list(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                               enum tn_carrier_kind kind, struct tn_carrier_list *out);
void tn_carrier_list_free(struct tn_carrier_list *list);

/* Appends a file to out. TN_ERR_NOT_FOUND (not said), TN_ERR_LIMIT: larger than its kind can be;
 * TN_ERR_FORMAT: no plain file; TN_ERR_IO. */
enum tn_status tn_carrier_get(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                              enum tn_carrier_kind kind, const char *file, struct tn_buf *out);

/* Puts a file in place, durably, over what was there. TN_ERR_FULL, TN_ERR_READ_ONLY, TN_ERR_IO:
 * then what was there still is. */
enum tn_status tn_carrier_put(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                              const struct tn_carrier_name *name, struct tn_bytes bytes);

/* Takes a file away; one that is not there is fine. */
enum tn_status tn_carrier_remove(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                 enum tn_carrier_kind kind, const char *file);

/* The largest file of a kind that is read. */
size_t tn_carrier_size_max(enum tn_carrier_kind kind);

#endif
