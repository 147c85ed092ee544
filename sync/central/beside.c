/* Files beside the keyring. Written aside, synced and renamed, so that a reader or a crash finds
 * the old one or the new one. */
#include "sync/central/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "turnout/log.h"
#include "turnout/signed.h"

#define PATH_SIZE 4300

static enum tn_status name_file(const struct tn_centre *centre, const struct tn_beside *which,
                                const char *keys_path, char out[PATH_SIZE])
{
    int n = snprintf(out, PATH_SIZE, "%s.%s.%s", keys_path, centre->code, which->word);
    return n > 0 && n < PATH_SIZE - 4 ? TN_OK : TN_ERR_LIMIT;
}

static enum tn_status say(const char *path, const char *what)
{
    const int why = errno;
    tn_log(TN_LOG_ERROR, "%s: cannot be %s: %s", path, what, strerror(why));
    return why == ENOSPC ? TN_ERR_FULL : TN_ERR_IO;
}

static bool write_all(int fd, struct tn_bytes bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.data, bytes.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        bytes.data += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

/* The rename itself must be on the disk. */
static bool sync_folder(const char *path)
{
    char folder[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    (void)snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
                   slash == NULL ? "." : path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_fine = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return is_fine;
}

static enum tn_status replace(const char *path, struct tn_bytes bytes)
{
    char temp[PATH_SIZE + 8];
    (void)snprintf(temp, sizeof temp, "%s.new", path);
    (void)unlink(temp);
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return say(path, "written");
    }
    bool is_fine = write_all(fd, bytes) && fsync(fd) == 0;
    enum tn_status status = is_fine ? TN_OK : say(path, "written");
    close(fd);
    if (status == TN_OK && (rename(temp, path) != 0 || !sync_folder(path))) {
        status = say(path, "written");
    }
    if (status != TN_OK) {
        (void)unlink(temp);
    }
    return status;
}

enum tn_status tn_beside_write(const struct tn_centre *centre, const struct tn_beside *which,
                               const char *keys_path, const struct tn_sign_key *key,
                               struct tn_bytes payload)
{
    char path[PATH_SIZE];
    struct tn_buf file;
    enum tn_status status = name_file(centre, which, keys_path, path);
    if (status != TN_OK) {
        return status;
    }
    tn_buf_init(&file, TN_BESIDE_SIZE_MAX);
    tn_signed_write(&file, which->label, payload, key);
    status = file.status == TN_OK ? replace(path, tn_buf_bytes(&file)) : file.status;
    tn_buf_destroy(&file);
    return status;
}

static enum tn_status read_whole(const char *path, struct tn_buf *out)
{
    uint8_t part[65536];
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT || errno == ENOTDIR ? TN_ERR_NOT_FOUND : say(path, "read");
    }
    while ((n = read(fd, part, sizeof part)) > 0) {
        (void)tn_buf_append(out, part, (size_t)n);
    }
    enum tn_status status = n < 0 ? say(path, "read") : out->status;
    close(fd);
    return status;
}

enum tn_status tn_beside_read(const struct tn_centre *centre, const struct tn_beside *which,
                              const char *keys_path, struct tn_buf *out)
{
    char path[PATH_SIZE];
    struct tn_buf file;
    struct tn_bytes payload;
    enum tn_status status = name_file(centre, which, keys_path, path);
    if (status != TN_OK) {
        return status;
    }
    tn_buf_init(&file, TN_BESIDE_SIZE_MAX);
    status = read_whole(path, &file);
    if (status == TN_OK) {
        status =
            tn_signed_open(tn_buf_bytes(&file), which->label, &centre->sign_key, NULL, &payload);
        if (status != TN_OK) {
            tn_log(
                TN_LOG_ERROR,
                "%s: was not signed by the keyring of %s, or was altered; put the right one back",
                path, centre->code);
            status = TN_ERR_FORGED;
        }
    }
    if (status == TN_OK) {
        status = tn_buf_append(out, payload.data, payload.len);
    }
    tn_buf_destroy(&file);
    return status;
}
