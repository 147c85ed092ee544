/* Files written whole: a temporary name, fsync, rename, and fsync of the folder, without which a
 * power cut could still lose the name. */
#include "sync/cmd/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "turnout/log.h"

static enum tn_status failed(const struct tn_outfile *out, int error)
{
    const char *path = out->path == NULL ? "standard output" : out->path;
    tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(error));
    return error == ENOSPC ? TN_ERR_FULL : error == EROFS ? TN_ERR_READ_ONLY : TN_ERR_IO;
}

enum tn_status tn_outfile_begin(struct tn_outfile *out, const char *path)
{
    *out = (struct tn_outfile){.file = stdout, .path = path};
    if (path == NULL) {
        return TN_OK;
    }
    const int len = snprintf(out->temp, sizeof out->temp, "%s.part-XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof out->temp) {
        tn_log(TN_LOG_ERROR, "%.60s...: the path is too long", path);
        return TN_ERR_LIMIT;
    }
    const int fd = mkostemp(out->temp, O_CLOEXEC);
    out->file = fd < 0 ? NULL : fdopen(fd, "w");
    if (out->file == NULL) {
        const int error = errno;
        if (fd >= 0) {
            (void)close(fd);
            (void)unlink(out->temp);
        }
        return failed(out, error);
    }
    return TN_OK;
}

/* A rename that is not on the disk yet is one that a power cut takes back. */
static bool sync_folder(const char *path)
{
    char folder[TN_OUTFILE_PATH_SIZE];
    const char *slash = strrchr(path, '/');
    const int len = slash == NULL ? 1 : (int)(slash - path) + 1;
    (void)snprintf(folder, sizeof folder, "%.*s", len, slash == NULL ? "." : path);
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_fine = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return is_fine;
}

enum tn_status tn_outfile_end(struct tn_outfile *out, enum tn_status status)
{
    if (out->path == NULL) {
        return fflush(out->file) == 0 || status != TN_OK ? status : failed(out, errno);
    }
    bool is_fine = fflush(out->file) == 0 && !ferror(out->file) && fsync(fileno(out->file)) == 0;
    is_fine = fclose(out->file) == 0 && is_fine;
    is_fine =
        is_fine && status == TN_OK && rename(out->temp, out->path) == 0 && sync_folder(out->path);
    const int error = errno;
    if (is_fine) {
        return TN_OK;
    }
    (void)unlink(out->temp);
    return status != TN_OK && status != TN_ERR_FULL && status != TN_ERR_IO ? status
                                                                           : failed(out, error);
}
