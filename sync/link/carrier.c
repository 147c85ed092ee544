/* Opening a carrier: its lock, its README, what is cleaned up, and whose files lie on it. */
#include "sync/link/carrier.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sync/link/carrier_folder.h"
#include "turnout/log.h"

#define LOCK_STEP_MS 20

static const char readme[] =
    "TURNOUT\r\n"
    "=======\r\n"
    "\r\n"
    "This folder carries check-ins from the kiosks of an event to its organizer, and\r\n"
    "the organizer's answers back to the kiosks.\r\n"
    "\r\n"
    "Have you found this stick? Please give it to the organizer of the event.\r\n"
    "\r\n"
    "  *  Bring it to the organizer's computer and run\r\n"
    "         turnout-sync reconcile THIS-FOLDER central.db\r\n"
    "     It may then go back to the kiosks, with what they are to know.\r\n"
    "  *  Nobody can read names in it: what is in the files is sealed, and opens only\r\n"
    "     with the organizer's keys.\r\n"
    "  *  Nothing here needs to be opened, renamed or sorted by hand.\r\n"
    "  *  When the organizer's computer says that all of it was taken, this folder may\r\n"
    "     be deleted. The kiosks keep their check-ins until the organizer has them.\r\n";

static int make_folder(int at, const char *name, mode_t mode)
{
    return mkdirat(at, name, mode);
}

static int create(int at, const char *name, mode_t mode)
{
    return openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

static int rename_within(int at, const char *from, const char *to)
{
    return renameat(at, from, at, to);
}

static int remove_file(int at, const char *name)
{
    return unlinkat(at, name, 0);
}

const struct tn_carrier_calls tn_carrier_calls = {
    make_folder, create, write, fsync, rename_within, remove_file,
};

static enum tn_status list_ecosystem(void *ctx, const char *name)
{
    struct tn_carrier_ecosystems *out = ctx;
    struct tn_id id;
    if (tn_id_from_hex(name, &id) != TN_OK) {
        return TN_OK;
    }
    if (out->count == TN_CARRIER_ECOSYSTEMS_MAX) {
        return TN_ERR_LIMIT;
    }
    out->ids[out->count++] = id;
    return TN_OK;
}

static int by_id(const void *a, const void *b)
{
    return memcmp(a, b, TN_ID_SIZE);
}

enum tn_status tn_carrier_ecosystems(struct tn_carrier *carrier, struct tn_carrier_ecosystems *out)
{
    *out = (struct tn_carrier_ecosystems){0};
    enum tn_status status = tn_carrier_walk(carrier, carrier->root, NULL, list_ecosystem, out);
    if (status == TN_ERR_LIMIT) {
        tn_log(TN_LOG_ERROR, "%s: there are more than %d ecosystems on this stick; use another one",
               carrier->path, TN_CARRIER_ECOSYSTEMS_MAX);
    }
    qsort(out->ids, out->count, sizeof out->ids[0], by_id);
    return status;
}

struct cleaning {
    struct tn_carrier *carrier;
    int folder;
};

/* Unfinished files; one that cannot be taken away does no harm. */
static enum tn_status clean_name(void *ctx, const char *name)
{
    struct cleaning *cleaning = ctx;
    size_t len = strlen(name);
    bool is_new = len > strlen(TN_CARRIER_NEW) &&
                  strcmp(name + len - strlen(TN_CARRIER_NEW), TN_CARRIER_NEW) == 0;
    if (is_new) {
        (void)cleaning->carrier->calls->remove(cleaning->folder, name);
    }
    return TN_OK;
}

static enum tn_status clean_folder(struct tn_carrier *carrier, int folder, const char *name)
{
    struct cleaning cleaning = {carrier, folder};
    return tn_carrier_walk(carrier, folder, name, clean_name, &cleaning);
}

static enum tn_status clean_up(struct tn_carrier *carrier)
{
    struct tn_carrier_ecosystems ecosystems;
    enum tn_status status = tn_carrier_ecosystems(carrier, &ecosystems);
    for (size_t i = 0; i < ecosystems.count && status == TN_OK; i++) {
        for (int kind = 0; kind < TN_CARRIER_KIND_COUNT && status == TN_OK; kind++) {
            int folder = -1;
            status = tn_carrier_enter(carrier, &ecosystems.ids[i], (enum tn_carrier_kind)kind,
                                      false, &folder);
            if (status == TN_OK) {
                status =
                    clean_folder(carrier, folder, tn_carrier_folder((enum tn_carrier_kind)kind));
                (void)close(folder);
            } else if (status == TN_ERR_NOT_FOUND || status == TN_ERR_FORMAT) {
                status = TN_OK;
            }
        }
    }
    return status;
}

/* A stick with no room for a README, or none to write on, may still be of use. */
static enum tn_status put_readme(struct tn_carrier *carrier)
{
    carrier->is_trying = true;
    enum tn_status status =
        tn_carrier_put_in(carrier, carrier->root, TN_CARRIER_README,
                          (struct tn_bytes){(const uint8_t *)readme, sizeof readme - 1});
    carrier->is_trying = false;
    return status == TN_ERR_FULL || status == TN_ERR_READ_ONLY ? TN_OK : status;
}

static enum tn_status ready_to_write(struct tn_carrier *carrier)
{
    enum tn_status status = clean_up(carrier);
    bool has_readme = faccessat(carrier->root, TN_CARRIER_README, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    return status == TN_OK && !has_readme ? put_readme(carrier) : status;
}

/* A file system without locks is used without one. */
static enum tn_status lock(struct tn_carrier *carrier, enum tn_carrier_use use)
{
    const struct timespec step = {.tv_nsec = LOCK_STEP_MS * 1000000L};
    int how = (use == TN_CARRIER_WRITE ? LOCK_EX : LOCK_SH) | LOCK_NB;
    for (int waited_ms = 0; flock(carrier->root, how) != 0; waited_ms += LOCK_STEP_MS) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return TN_OK;
        }
        if (waited_ms >= TN_CARRIER_LOCK_MS) {
            tn_log(TN_LOG_ERROR,
                   "%s: another program is using this stick; try again when it is "
                   "done",
                   carrier->path);
            return TN_ERR_BUSY;
        }
        (void)nanosleep(&step, NULL);
    }
    return TN_OK;
}

static enum tn_status open_root(struct tn_carrier *carrier, enum tn_carrier_use use)
{
    carrier->root = open(carrier->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (carrier->root < 0 && errno == ENOENT && use == TN_CARRIER_WRITE) {
        if (carrier->calls->make_folder(AT_FDCWD, carrier->path, 0700) != 0 && errno != EEXIST) {
            return tn_carrier_fail(carrier, NULL);
        }
        carrier->root = open(carrier->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    if (carrier->root < 0 && errno == ENOENT) {
        tn_log(TN_LOG_ERROR, "%s: there is no such folder; is the stick plugged in?",
               carrier->path);
        return TN_ERR_NOT_FOUND;
    }
    return carrier->root < 0 ? tn_carrier_fail(carrier, NULL) : TN_OK;
}

enum tn_status tn_carrier_open(struct tn_carrier *carrier, const char *dir, enum tn_carrier_use use,
                               const struct tn_carrier_calls *calls)
{
    *carrier = (struct tn_carrier){.root = -1, .calls = calls == NULL ? &tn_carrier_calls : calls};
    int len = snprintf(carrier->path, sizeof carrier->path, "%s", dir);
    if (len <= 0 || (size_t)len >= sizeof carrier->path) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = open_root(carrier, use);
    if (status == TN_OK) {
        status = lock(carrier, use);
    }
    if (status == TN_OK && use == TN_CARRIER_WRITE) {
        status = ready_to_write(carrier);
    }
    if (status != TN_OK) {
        tn_carrier_close(carrier);
    }
    return status;
}

void tn_carrier_close(struct tn_carrier *carrier)
{
    if (carrier->root >= 0) {
        (void)close(carrier->root);
    }
    carrier->root = -1;
}
