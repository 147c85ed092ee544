/* Files that are written whole or not at all. The name beside the place is fixed, so that what a
 * power cut left behind is written over by the next try and not found years later. */
#include "sync/exchange/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "turnout/log.h"

enum tn_status tn_outfile_status(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return TN_ERR_FULL;
    case EROFS:
    case EACCES:
    case EPERM:
    case ENOENT:
    case ENOTDIR:
        return TN_ERR_READ_ONLY;
    default:
        return TN_ERR_IO;
    }
}

static enum tn_status complain(const char *path, int error)
{
    tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(error));
    return tn_outfile_status(error);
}

/* The folder that path lies in, also of a path that ends with slashes. */
static bool folder_of(const char *path, char out[TN_OUTFILE_PATH_MAX])
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    while (len > 0 && path[len - 1] != '/') {
        len--;
    }
    while (len > 1 && path[len - 1] == '/') {
        len--;
    }
    const int n =
        snprintf(out, TN_OUTFILE_PATH_MAX, "%.*s", len == 0 ? 1 : (int)len, len == 0 ? "." : path);
    return n > 0 && n < TN_OUTFILE_PATH_MAX;
}

enum tn_status tn_outfile_check_folder(const char *path)
{
    char folder[TN_OUTFILE_PATH_MAX];
    struct stat at;
    if (path == NULL) {
        return TN_OK;
    }
    if (!folder_of(path, folder)) {
        return complain(path, ENAMETOOLONG);
    }
    if (stat(folder, &at) == 0 && S_ISDIR(at.st_mode)) {
        return TN_OK;
    }
    tn_log(TN_LOG_ERROR, "%s: there is no folder %s; make it first, or name another place", path,
           folder);
    return TN_ERR_READ_ONLY;
}

enum tn_status tn_outfile_begin(const char *path, struct tn_outfile *out)
{
    struct stat at;
    *out = (struct tn_outfile){.file = stdout, .path = path};
    if (path == NULL) {
        return TN_OK;
    }
    out->file = NULL;
    const int len = snprintf(out->temp, sizeof out->temp, "%s" TN_OUTFILE_TEMP, path);
    if (len < 0 || (size_t)len >= sizeof out->temp) {
        return complain(path, ENAMETOOLONG);
    }
    if (stat(path, &at) == 0 && !S_ISREG(at.st_mode)) {
        tn_log(TN_LOG_ERROR, "%s: is there already and no file; --out names another", path);
        return TN_ERR_EXISTS;
    }
    (void)unlink(out->temp);
    const int fd = open(out->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    out->file = fd < 0 ? NULL : fdopen(fd, "w");
    return out->file == NULL ? complain(path, errno) : TN_OK;
}

enum tn_status tn_outfile_sync_folder(const char *path)
{
    char folder[TN_OUTFILE_PATH_MAX];
    const int fd = folder_of(path, folder) ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0) {
        return complain(path, errno);
    }
    const bool is_safe = fsync(fd) == 0;
    const int error = errno;
    (void)close(fd);
    return is_safe ? TN_OK : complain(path, error);
}

/* Flushes, and closes what is not standard output. */
static enum tn_status finish(struct tn_outfile *out, enum tn_status status)
{
    errno = 0;
    bool is_fine = ferror(out->file) == 0 && fflush(out->file) == 0;
    is_fine = is_fine && (out->path == NULL || fsync(fileno(out->file)) == 0);
    int error = is_fine ? 0 : errno;
    if (out->path != NULL && fclose(out->file) != 0 && is_fine) {
        error = errno;
        is_fine = false;
    }
    out->file = NULL;
    if (status != TN_OK || is_fine) {
        return status;
    }
    return complain(out->path == NULL ? "standard output" : out->path, error == 0 ? EIO : error);
}

enum tn_status tn_outfile_end(struct tn_outfile *out, enum tn_status status)
{
    if (out->file == NULL) {
        return status;
    }
    status = finish(out, status);
    if (out->path == NULL) {
        return status;
    }
    if (status == TN_OK && rename(out->temp, out->path) != 0) {
        status = complain(out->path, errno);
    }
    if (status != TN_OK) {
        (void)unlink(out->temp);
        return status;
    }
    return tn_outfile_sync_folder(out->path);
}
