/* Reads what is a file and nothing else: a FIFO or a device that somebody names must not hold the
 * kiosk. */
#include "kiosk/sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum tn_status read_all(int fd, size_t size, uint8_t **out, size_t *len)
{
    uint8_t *bytes = malloc(size + 1);
    size_t got = 0;
    if (bytes == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    while (got < size) {
        ssize_t more = read(fd, bytes + got, size - got);
        if (more < 0 && errno == EINTR) {
            continue;
        }
        if (more < 0) {
            free(bytes);
            return TN_ERR_IO;
        }
        if (more == 0) {
            break;
        }
        got += (size_t)more;
    }
    *out = bytes;
    *len = got;
    return TN_OK;
}

enum tn_status tn_file_read(const char *path, size_t len_max, uint8_t **out, size_t *len)
{
    struct stat about;
    enum tn_status status = TN_ERR_IO;
    *out = NULL;
    *len = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return errno == ENOENT ? TN_ERR_NOT_FOUND : TN_ERR_IO;
    }
    if (fstat(fd, &about) == 0) {
        if (!S_ISREG(about.st_mode)) {
            errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
        } else if ((uint64_t)about.st_size > len_max) {
            status = TN_ERR_LIMIT;
        } else {
            status = read_all(fd, (size_t)about.st_size, out, len);
        }
    }
    int why = errno;
    (void)close(fd);
    errno = why;
    return status;
}
