/* Files of a station's folder. A whole file is written beside its place, fsynced, renamed and the
 * folder fsynced, in this order; without the last step a power cut can lose the rename. */
#include "kiosk/core/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "turnout/log.h"

#define NAME_SIZE 64
#define SET_ASIDE_MAX 100000
#define LOCK_STEP_MS 10

struct meaning {
    int reason;
    enum tn_status status;
};

static const struct meaning meanings[] = {
    {ENOENT, TN_ERR_NOT_FOUND}, {ENOTDIR, TN_ERR_NOT_FOUND},  {EEXIST, TN_ERR_EXISTS},
    {ENOSPC, TN_ERR_FULL},      {EDQUOT, TN_ERR_FULL},        {EFBIG, TN_ERR_FULL},
    {EROFS, TN_ERR_READ_ONLY},  {EACCES, TN_ERR_READ_ONLY},   {EPERM, TN_ERR_READ_ONLY},
    {ENOMEM, TN_ERR_NO_MEMORY}, {ENAMETOOLONG, TN_ERR_LIMIT},
};

enum tn_status tn_folder_fail(const char *path, const char *what)
{
    int reason = errno;
    enum tn_status status = TN_ERR_IO;
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (meanings[i].reason == reason) {
            status = meanings[i].status;
        }
    }
    tn_log(TN_LOG_ERROR, "%s: %s: %s", path, what, strerror(reason));
    return status;
}

enum tn_status tn_folder_path(const char *dir, const char *name, char out[TN_PATH_SIZE])
{
    int len = snprintf(out, TN_PATH_SIZE, "%s/%s", dir, name);
    return len > 0 && len < TN_PATH_SIZE ? TN_OK : TN_ERR_LIMIT;
}

enum tn_status tn_folder_sync(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return tn_folder_fail(dir, "cannot be opened");
    }
    enum tn_status status = fsync(fd) == 0 ? TN_OK : tn_folder_fail(dir, "cannot be made durable");
    (void)close(fd);
    return status;
}

enum tn_status tn_folder_create(const char *dir)
{
    char path[TN_PATH_SIZE];
    int len = snprintf(path, sizeof path, "%s", dir);
    if (len <= 0 || len >= TN_PATH_SIZE) {
        return TN_ERR_LIMIT;
    }
    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at == '/') {
            *at = '\0';
            if (mkdir(path, 0700) != 0 && errno != EEXIST) {
                return tn_folder_fail(path, "cannot be made");
            }
            *at = '/';
        }
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return tn_folder_fail(path, "cannot be made");
    }
    return TN_OK;
}

bool tn_folder_has(const char *dir, const char *name)
{
    char path[TN_PATH_SIZE];
    struct stat stat_now;
    return tn_folder_path(dir, name, path) == TN_OK && lstat(path, &stat_now) == 0;
}

static enum tn_status write_all(int fd, struct tn_bytes bytes, const char *path)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t len = write(fd, bytes.data + done, bytes.len - done);
        if (len < 0 && errno == EINTR) {
            continue;
        }
        if (len <= 0) {
            return tn_folder_fail(path, "cannot be written");
        }
        done += (size_t)len;
    }
    return fsync(fd) == 0 ? TN_OK : tn_folder_fail(path, "cannot be made durable");
}

enum tn_status tn_folder_write(const char *dir, const char *name, struct tn_bytes bytes)
{
    char aside_name[NAME_SIZE];
    char aside[TN_PATH_SIZE];
    char path[TN_PATH_SIZE];
    (void)snprintf(aside_name, sizeof aside_name, "%s.new", name);
    enum tn_status status = tn_folder_path(dir, aside_name, aside);
    if (status != TN_OK || (status = tn_folder_path(dir, name, path)) != TN_OK) {
        return status;
    }
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return tn_folder_fail(aside, "cannot be made");
    }
    status = write_all(fd, bytes, aside);
    (void)close(fd);
    if (status == TN_OK && rename(aside, path) != 0) {
        status = tn_folder_fail(path, "cannot be put in place");
    }
    if (status != TN_OK) {
        (void)unlink(aside);
        return status;
    }
    return tn_folder_sync(dir);
}

enum tn_status tn_folder_read(const char *dir, const char *name, struct tn_buf *out)
{
    char path[TN_PATH_SIZE];
    uint8_t block[1024];
    enum tn_status status = tn_folder_path(dir, name, path);
    if (status != TN_OK) {
        return status;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return tn_folder_fail(path, "cannot be opened");
    }
    ssize_t len = 0;
    while (status == TN_OK && (len = read(fd, block, sizeof block)) > 0) {
        status = tn_buf_append(out, block, (size_t)len);
    }
    if (len < 0) {
        status = tn_folder_fail(path, "cannot be read");
    }
    (void)close(fd);
    return status;
}

void tn_folder_close_to_others(const char *dir, const char *name)
{
    char path[TN_PATH_SIZE];
    struct stat file;
    if (tn_folder_path(dir, name, path) != TN_OK || stat(path, &file) != 0 ||
        (file.st_mode & 077) == 0) {
        return;
    }
    bool is_closed = chmod(path, 0600) == 0;
    tn_log(TN_LOG_WARN, "%s: others could read it; %s", path,
           is_closed ? "now only its owner can" : "take that from them (chmod 600)");
}

/* flock has no wait with an end, and a program that was stopped while it mended must not freeze
 * the screen of another for ever. */
static enum tn_status wait_for_lock(int fd, int how, const char *dir)
{
    const struct timespec step = {.tv_nsec = LOCK_STEP_MS * 1000000L};
    for (int waited_ms = 0; flock(fd, how | LOCK_NB) != 0; waited_ms += LOCK_STEP_MS) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return tn_folder_fail(dir, "cannot be locked");
        }
        if (waited_ms >= TN_LOCK_TIMEOUT_MS) {
            tn_log(TN_LOG_ERROR, "%s: another program mends this folder and does not end", dir);
            return TN_ERR_BUSY;
        }
        (void)nanosleep(&step, NULL);
    }
    return TN_OK;
}

enum tn_status tn_folder_lock(const char *dir, enum tn_lock lock, int *fd)
{
    *fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0) {
        return tn_folder_fail(dir, "cannot be opened");
    }
    enum tn_status status = wait_for_lock(*fd, lock == TN_LOCK_MENDER ? LOCK_EX : LOCK_SH, dir);
    if (status != TN_OK) {
        (void)close(*fd);
        *fd = -1;
    }
    return status;
}

/* The first DIR/set-aside/N that is not there yet. */
static enum tn_status new_aside(const char *dir, char out[TN_PATH_SIZE])
{
    char name[NAME_SIZE];
    enum tn_status status = tn_folder_path(dir, TN_SET_ASIDE, out);
    if (status == TN_OK) {
        status = tn_folder_create(out);
    }
    for (int n = 1; status == TN_OK && n <= SET_ASIDE_MAX; n++) {
        (void)snprintf(name, sizeof name, TN_SET_ASIDE "/%d", n);
        status = tn_folder_path(dir, name, out);
        if (status == TN_OK && mkdir(out, 0700) == 0) {
            return TN_OK;
        }
        if (status == TN_OK && errno != EEXIST) {
            return tn_folder_fail(out, "cannot be made");
        }
    }
    return status == TN_OK ? TN_ERR_LIMIT : status;
}

/* The database goes first: while it is in place its WAL is too, and once it is gone the next start
 * knows to put station.db.new in its place. */
static const char *const aside_files[] = {TN_STATION_DB, TN_STATION_DB "-wal",
                                          TN_STATION_DB "-shm"};

static enum tn_status move_all(const char *dir, const char *aside)
{
    for (size_t i = 0; i < sizeof aside_files / sizeof aside_files[0]; i++) {
        char from[TN_PATH_SIZE];
        char to[TN_PATH_SIZE];
        enum tn_status status = tn_folder_path(dir, aside_files[i], from);
        if (status != TN_OK || (status = tn_folder_path(aside, aside_files[i], to)) != TN_OK) {
            return status;
        }
        if (rename(from, to) != 0 && errno != ENOENT) {
            return tn_folder_fail(from, "cannot be set aside");
        }
    }
    return TN_OK;
}

enum tn_status tn_folder_set_aside(const char *dir, char out[TN_PATH_SIZE])
{
    char aside[TN_PATH_SIZE];
    enum tn_status status = new_aside(dir, aside);
    if (status == TN_OK) {
        status = move_all(dir, aside);
    }
    if (status == TN_OK) {
        status = tn_folder_sync(aside);
    }
    if (status == TN_OK) {
        status = tn_folder_sync(dir);
    }
    return status == TN_OK ? tn_folder_path(aside, TN_STATION_DB, out) : status;
}

enum tn_status tn_folder_drop_set_aside(const char *dir)
{
    char path[TN_PATH_SIZE];
    char name[NAME_SIZE];
    enum tn_status status = TN_OK;
    for (int n = 1; status == TN_OK && n <= SET_ASIDE_MAX; n++) {
        for (size_t i = 0; i < sizeof aside_files / sizeof aside_files[0]; i++) {
            (void)snprintf(name, sizeof name, TN_SET_ASIDE "/%d/%s", n, aside_files[i]);
            status = tn_folder_path(dir, name, path);
            if (status == TN_OK && unlink(path) != 0 && errno != ENOENT) {
                return tn_folder_fail(path, "cannot be removed");
            }
        }
        (void)snprintf(name, sizeof name, TN_SET_ASIDE "/%d", n);
        status = tn_folder_path(dir, name, path);
        if (status == TN_OK && rmdir(path) != 0 && errno == ENOENT) {
            break;
        }
    }
    if (status == TN_OK) {
        status = tn_folder_path(dir, TN_SET_ASIDE, path);
    }
    if (status == TN_OK) {
        (void)rmdir(path);
    }
    return status;
}
