/* The system calls a camera is driven with, as a table: libv4l2's for real cameras, others in tests
 * that let each call fail in turn. They behave as the calls of those names: -1 and errno. */
#ifndef TURNOUT_SYS_VIDEO_H
#define TURNOUT_SYS_VIDEO_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

struct tn_video_calls {
    int (*open)(const char *path, int flags);
    int (*ioctl)(int fd, unsigned long request, void *arg);
    void *(*mmap)(size_t len, int fd, int64_t offset); /* shared, to read and write; MAP_FAILED */
    int (*munmap)(void *at, size_t len);
    int (*poll)(struct pollfd *fds, nfds_t count, int timeout_ms);
    int (*close)(int fd);
};

/* libv4l2, which turns YUYV, MJPEG and what else cameras send into YUV420. */
extern const struct tn_video_calls tn_video_libv4l2;

#endif
