/* Written beside the file, then linked into place: link(2) refuses a name that is taken, so two who
 * make the same file at once cannot lose one of the two, and a crash leaves no half of one. */
#include "sync/central/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 4096

enum tn_status tn_newfile_errno(void)
{
    return errno == ENOSPC                       ? TN_ERR_FULL
           : errno == EROFS || errno == EACCES   ? TN_ERR_READ_ONLY
           : errno == EEXIST                     ? TN_ERR_EXISTS
           : errno == ENOENT || errno == ENOTDIR ? TN_ERR_NOT_FOUND
                                                 : TN_ERR_IO;
}

static enum tn_status sync_parent(const char *path)
{
    char dir[PATH_SIZE];
    const char *slash = strrchr(path, '/');
    int len = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    snprintf(dir, sizeof dir, "%.*s", len, slash == NULL ? "." : path);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return tn_newfile_errno();
    }
    enum tn_status status = fsync(fd) == 0 ? TN_OK : tn_newfile_errno();
    close(fd);
    return status;
}

enum tn_status tn_newfile_write(const char *path, struct tn_bytes bytes)
{
    char temp[PATH_SIZE];
    int n = snprintf(temp, sizeof temp, "%s.new", path);
    if (n < 0 || (size_t)n >= sizeof temp) {
        return TN_ERR_LIMIT;
    }
    (void)unlink(temp);
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        return tn_newfile_errno();
    }
    enum tn_status status = write(fd, bytes.data, bytes.len) == (ssize_t)bytes.len && fsync(fd) == 0
                                ? TN_OK
                                : tn_newfile_errno();
    close(fd);
    if (status == TN_OK && link(temp, path) != 0) {
        status = tn_newfile_errno();
    }
    (void)unlink(temp);
    return status == TN_OK ? sync_parent(path) : status;
}
