/* Bytes as a file with a path, in memory, for readers that take a path. */
#ifndef TESTS_FUZZ_MEMFILE_H
#define TESTS_FUZZ_MEMFILE_H

#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define TN_MEMFILE_PATH_SIZE 64

/* Gives a descriptor to close, or -1. */
static inline int memfile_open(const uint8_t *data, size_t size, char path[TN_MEMFILE_PATH_SIZE])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size) {
        return -1;
    }
    (void)snprintf(path, TN_MEMFILE_PATH_SIZE, "/proc/self/fd/%d", fd);
    return fd;
}

#endif
